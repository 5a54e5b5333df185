#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows the guide and the how-tos word by word; what they say that a command answers has to come.

The guide's two machines are two session buses, and the network of the house is a namespace's loopback. They stay in it, whatever
`kad config` says. The how-tos for the library have a test network of twenty nodes. Their
programs are taken out of the pages and built and run as the pages say.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Nothing: the programs are installed, and only what needs no library is followed.
BUILD = pathlib.Path(os.environ.get("KAD_BUILD", ""))
sys.path.insert(0, str(ROOT / "tests" / "interop"))

import doctry  # noqa: E402
import twomachines  # noqa: E402
from kadtap import Skip, main, test  # noqa: E402

GUIDE, TWIN = ROOT / "docs" / "guide" / "guide.md", ROOT / "docs" / "guide" / "guide.zh_CN.md"
HOWTO = ROOT / "docs" / "howto"
# What a page needs besides a shell; the packages are in scripts/install-packages.sh.
LANGUAGES = {"c": ["cc", "pkg-config"], "python": ["/usr/bin/python3"], "javascript": ["gjs"], "vala": ["valac", "pkg-config"]}


@test("/docs/guide/followed-word-by-word")
def followed():
    with twomachines.Machines() as machines:
        count = doctry.type_all(GUIDE, ROOT, machines.folder, machines.env, machines.names, machines.words)
        assert count >= 10, f"the guide has only {count} blocks of commands"
        for name in machines.names:
            assert machines.machines[name].status()["network"] == twomachines.NETWORK


@test("/docs/guide/twins")
def twins():
    """The Chinese guide has the same headings in their order, the same tables' sizes, code, links and comments."""
    text, twin = (path.read_text(encoding="utf-8") for path in (GUIDE, TWIN))
    assert differences(text, twin) == []
    assert differences(text, twin.replace("kad status", "kad top", 1)) == ["code"]
    assert differences(text, twin.replace("\n## ", "\n### ", 1)) == ["headings"]
    assert differences(text, twin.replace("| peer", "", 1).replace("\n| `offline`", "\n`offline`", 1)) == ["rows"]
    assert differences(text, twin.replace("../howto/c.md", "../howto/vala.md", 1)) == ["links"]
    han = len(re.findall(r"[\u4e00-\u9fff]", twin))
    assert han > 2000, f"the Chinese guide has only {han} characters"


def differences(text, twin):
    """In what two versions of a page are not in step."""
    def parts(page):
        prose = doctry.BLOCK.sub("", page)
        return {
            "code": [match.group(0) for match in doctry.BLOCK.finditer(page)],
            "headings": [len(level) for level in re.findall(r"^(#+) ", prose, re.M)],
            "rows": [[len(row) for row in rows.split("\n")] for rows in re.findall(r"(?:^\|.*\n)+", re.sub(r"[^|\n]", "", prose), re.M)],
            "links": sorted(re.findall(r"\]\(([^)]+)\)", prose)),
            "lists": [len(re.findall(mark, prose, re.M)) for mark in (r"^- ", r"^\d+\. ")],
        }
    ours, theirs = parts(text), parts(twin)
    return [name for name in ours if ours[name] != theirs[name]]


class Testnet:
    """`kad testnet 20`, as the how-tos say."""

    def __enter__(self):
        self.process = subprocess.Popen([os.environ["KAD_TOOL"], "testnet", "20"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            match = re.search(r"/ip4/\S+/p2p/\w+", line)
            if match:
                self.address = match.group(0)
                return self
        raise AssertionError("the test network did not become ready")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=60)


def installed(folder):
    """An environment in which what was built is where it would be if it were installed."""
    subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", folder], check=True, stdout=subprocess.DEVNULL,
                   timeout=60)
    (module,) = pathlib.Path(folder).rglob("kad-1.pc")
    text = module.read_text(encoding="utf-8")
    prefix = re.search(r"^prefix=/?(.*)$", text, re.M).group(1)
    module.write_text(re.sub(r"^prefix=.*$", f"prefix={folder}/{prefix}", text, flags=re.M), encoding="utf-8")
    return dict(
        os.environ, PKG_CONFIG_PATH=str(module.parent), LD_LIBRARY_PATH=str(BUILD / "kad-core" / "node"),
        GI_TYPELIB_PATH=str(BUILD / "kad-core"), XDG_DATA_DIRS=f"{folder}/{prefix}/share:/usr/local/share:/usr/share", LC_ALL="C.UTF-8")


class Installation:
    """What is installed, once for all how-tos."""

    env = None

    @classmethod
    def get(cls):
        if cls.env is None:
            cls.folder = tempfile.TemporaryDirectory(prefix="kad-installed-")
            cls.env = installed(cls.folder.name)
        return cls.env


def add_language(language):
    @test(f"/docs/howto/{language}")
    def _followed():
        for program in LANGUAGES[language]:
            if shutil.which(program) is None:
                raise Skip(f"there is no {program}")
        with tempfile.TemporaryDirectory(prefix="kad-howto-") as folder, Testnet() as network:
            env = Installation.get()
            count = doctry.type_all(HOWTO / f"{language}.md", ROOT, folder, lambda _: env,
                                    words=lambda text: re.sub(r"\bADDRESS\b", network.address, text))
            assert count > 0, f"{language}.md has no commands"


# What is built with a sanitizer is no library for programs without it.
for each in os.environ.get("KAD_HOWTOS", "").split():
    add_language(each)


def add_service(name):
    @test(f"/docs/howto/{name}")
    def _followed():
        with twomachines.Machines(joined=True) as machines:
            page = HOWTO / f"{name}.md"
            count = doctry.type_all(page, ROOT, machines.folder, machines.env, machines.names, machines.words)
            assert count > 2, f"{name}.md has only {count} blocks of commands"


for each in ("d-bus", "command-line"):
    add_service(each)


@test("/docs/howto/each-is-tried")
def each_is_tried():
    assert {path.stem for path in HOWTO.glob("*.md")} == {*LANGUAGES, "d-bus", "command-line"}


@test("/docs/followed/can-fail")
def can_fail():
    """A page whose words are not true is noticed."""
    pages = [
        "<!-- run -->\n```sh\nfalse\n```\n",
        "<!-- fails: run -->\n```sh\ntrue\n```\n",
        "<!-- run -->\n```sh\necho one\n```\n\n<!-- says -->\n```text\ntwo\n```\n",
        "<!-- run -->\n```sh\necho one; echo two\n```\n<!-- says -->\n```text\ntwo\none\n```\n",
        "<!-- says -->\n```text\none\n```\n",
        "```sh\ntrue\n```\n",
        "<!-- not run: why -->\n```sh\nif\n```\n",
        "<!-- file: a.py -->\n```python\nprint('a')\n```\n<!-- run -->\n```sh\n/usr/bin/python3 a.py\n```\n<!-- says -->\n```text\nb\n```\n",
    ]
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder, "page.md")
        page.write_text("<!-- run -->\n```sh\necho one  two three\n```\n<!-- says -->\n```text\none … three\n```\n", encoding="utf-8")
        assert doctry.type_all(page, ROOT, folder, lambda _: None) == 1
        for text in pages:
            page.write_text(text, encoding="utf-8")
            try:
                doctry.type_all(page, ROOT, folder, lambda _: None)
            except (AssertionError, subprocess.CalledProcessError):
                continue
            raise AssertionError(f"nobody noticed {text}")


twomachines.enter()
main()
