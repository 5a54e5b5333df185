#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation as `meson compile docs` builds it: all that belongs there is there, and every link leads somewhere.

Links out of the site are held against a list of hosts; nothing is fetched.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SITE = pathlib.Path(os.environ["KAD_SITE"])
sys.path.insert(0, str(ROOT / "tests" / "interop"))

from kadtap import main, test  # noqa: E402
from sitecheck import Checker  # noqa: E402

BUILDER = ROOT / "docs" / "build-site.py"
REFERENCE = "reference/kad-1"


def text_of(name):
    return (SITE / name).read_text(encoding="utf-8")


@test("/docs/site/links-pictures-and-pages")
def links():
    problems = list(Checker(SITE, foreign=[REFERENCE]).problems())
    assert not problems, "\n".join(problems[:50])


@test("/docs/site/all-is-in-it")
def all_is_in_it():
    wanted = {"index.html", "guide/guide.html", "guide/guide.zh_CN.html", "inspector.html", "architecture.html", "architecture.svg",
              "events.html", "kad-json.html", "design.html", "hacking.html", "man/kad-dbus.7.html", "site.css"}
    wanted |= {f"man/{path.name}.html" for path in (ROOT / "docs").glob("*.[1-8]")}
    for folder in ("howto", "programs"):
        wanted |= {f"{folder}/{path.stem}.html" for path in (ROOT / "docs" / folder).glob("*.md")}
    if os.environ.get("KAD_HAS_REFERENCE") == "1":
        wanted |= {f"{REFERENCE}/index.html", f"{REFERENCE}/class.Node.html"}
    missing = sorted(name for name in wanted if not (SITE / name).is_file())
    assert not missing, missing


@test("/docs/site/is-read-as-it-was-written")
def is_read():
    # Programs are put in where they are named, and nothing that is for the tests or for the builder is shown.
    for path in (ROOT / "docs" / "howto").glob("*.md"):
        page = text_of(f"howto/{path.stem}.html")
        for include in re.findall(r"^<!-- include: (\S+) -->$", path.read_text(encoding="utf-8"), re.M):
            last = (ROOT / include).read_text(encoding="utf-8").rstrip().splitlines()[-1]
            assert last.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") in page, (path.name, last)
    for path in SITE.rglob("*.html"):
        if REFERENCE not in path.as_posix():
            text = path.read_text(encoding="utf-8")
            assert "<!-- " not in re.sub(r"&lt;!--", "", text), f"{path} has a comment"
            assert "```" not in re.sub(r"<code>.*?</code>", "", text, flags=re.S), f"{path} has a fence that is none"
    assert 'lang="zh-CN"' in text_of("guide/guide.zh_CN.html").split("<head>")[0]
    for name, twin in (("guide", "guide.zh_CN"), ("guide.zh_CN", "guide")):
        assert f'href="{twin}.html"' in text_of(f"guide/{name}.html")
    # Man pages lead to one another.
    assert '<a href="kadd.8.html"><b>kadd</b>(8)</a>' in text_of("man/kad.1.html")


@test("/docs/site/light-and-dark")
def light_and_dark():
    """Each colour of the one has its twin in the other, and text stands out from the page by 4.5 to 1 and more in both."""
    css = (ROOT / "docs" / "site.css").read_text(encoding="utf-8")
    found = [dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", part)) for part in re.findall(r":root \{([^}]*)\}", css)]
    assert len(found) == 2 and found[0].keys() == found[1].keys(), found
    for colours in found:
        for ink in ("text", "soft", "link"):
            for paper in ("page", "code"):
                assert contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper, colours)
        assert contrast(colours["text"], colours["here"]) >= 4.5, colours


def contrast(one, other):
    """As WCAG 2 reckons it."""
    def luminance(colour):
        parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


PAGE = '<!DOCTYPE html><html lang="en"><head><title>T</title><link rel="stylesheet" href="site.css"></head><body><h1 id="a">H</h1>{}</body></html>'
BROKEN = [
    ("", ""),
    ('<a href="#a">x</a> <a href="other.html#a">y</a>', ""),
    ('<a href="nowhere.html">x</a>', "nowhere.html"),
    ('<a href="#nothing">x</a>', "#nothing"),
    ('<a href="other.html#nothing">x</a>', "other.html#nothing"),
    ('<a href="http://docs.gtk.org/">x</a>', "http://docs.gtk.org/"),
    ('<a href="https://example.net/">x</a>', "https://example.net/"),
    ('<img src="nowhere.svg" alt="x">', "nowhere.svg"),
    ('<img src="good.svg" alt="">', "has no text"),
    ('<img src="https://docs.gtk.org/a.png" alt="x">', "from elsewhere"),
    ('<script>1</script>', "script"),
    ("<h1>again</h1>", "2 headings"),
    ('<p id="a">x</p>', "two things"),
    ("<div>x", "ends nothing"),
]


@test("/docs/site/the-check-can-fail")
def check_can_fail():
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><title>t</title><desc>d</desc><style>@media (prefers-color-scheme: dark) {}</style></svg>'
    for body, expected in BROKEN:
        with tempfile.TemporaryDirectory() as folder:
            site = pathlib.Path(folder)
            (site / "index.html").write_text(PAGE.format(body + '<a href="other.html">o</a><a href="good.svg">g</a>'), encoding="utf-8")
            (site / "other.html").write_text(PAGE.format(""), encoding="utf-8")
            (site / "good.svg").write_text(svg, encoding="utf-8")
            (site / "site.css").write_text("a {}", encoding="utf-8")
            problems = list(Checker(site).problems())
            assert (any(expected in problem for problem in problems) if expected else not problems), (body, problems)
            (site / "site.css").write_text("@import url('https://example.net/a.css'); a { background: url(nowhere.png) }", encoding="utf-8")
            assert sum("site.css: loads" in problem for problem in Checker(site).problems()) == 2
            (site / "lost.html").write_text(PAGE.format(""), encoding="utf-8")
            assert any("lost.html: no link" in problem for problem in Checker(site).problems())


@test("/docs/site/what-is-not-there-ends-the-build")
def build_can_fail():
    for line, expected in (("[x](nowhere.md)", "nowhere.md"), ("<!-- include: examples/nowhere.c -->", "examples/nowhere.c"), ("", "")):
        with tempfile.TemporaryDirectory() as folder:
            tree, output = pathlib.Path(folder, "tree"), pathlib.Path(folder, "site")
            for source in ("docs/index.md", "docs/guide/guide.md", "docs/guide/guide.zh_CN.md", "docs/inspector.md", "docs/kad-json.md",
                           "docs/events.md", "docs/architecture.md", "docs/howto/d-bus.md", "docs/howto/command-line.md", "DESIGN.md", "HACKING.md"):
                (tree / source).parent.mkdir(parents=True, exist_ok=True)
                (tree / source).write_text("# T\n", encoding="utf-8")
            (tree / "docs/site.css").write_text("", encoding="utf-8")
            (tree / "docs/programs").mkdir()
            (tree / "docs/programs/new.md").write_text(f"# A new one\n\n{line}\n", encoding="utf-8")
            done = subprocess.run(["/usr/bin/python3", "-B", BUILDER, "--source", tree, "--output", output], capture_output=True, text=True,
                                  timeout=60, check=False)
            if expected:
                assert done.returncode != 0 and expected in done.stderr and not output.exists(), done
            else:
                assert done.returncode == 0 and "A new one" in (output / "index.html").read_text(encoding="utf-8"), done


main()
