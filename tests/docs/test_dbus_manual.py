#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference of the D-Bus API, as it was built: all is in it that is in data/*.xml, and it is roff that man reads."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "interop"))
sys.path.insert(0, str(ROOT / "docs"))

import dbusxml  # noqa: E402
from kadtap import main, test  # noqa: E402

MAN, MARKDOWN = (pathlib.Path(os.environ["KAD_DBUS_MANUAL"], name) for name in ("kad-dbus.7", "kad-dbus.md"))
SCRIPT = ROOT / "docs" / "dbus-manual.py"


def interfaces():
    for path in sorted((ROOT / "data").glob("*.xml")):
        if "gschema" not in path.name:
            yield from dbusxml.read(path.read_text(encoding="utf-8"))


def plain(roff):
    """The words of a page without its macros."""
    text = re.sub(r"\\f[A-Z]|\\&", "", roff).replace("\\-", "-").replace("\\(->", "→").replace("\\e", "\\")
    return re.sub(r"^\.(TP|PP|IP|RS|RE|nf|fi)\n", "", text, flags=re.M)


def texts():
    return plain(MAN.read_text(encoding="utf-8")), MARKDOWN.read_text(encoding="utf-8").replace("`", "")


@test("/docs/dbus-manual/all-is-in-it")
def all_is_in_it():
    count = 0
    for text in texts():
        for interface in interfaces():
            assert interface.name in text and all(part.replace("`", "") in text for part in interface.text), interface.name
            for member in interface.members:
                count += 1
                at = [match.start() for match in re.finditer(rf"(?m)^\**{member.name} ?\(", text)]
                assert at, f"{interface.name}.{member.name}"
                for part in member.text + [argument.text for argument in member.arguments]:
                    assert part in text, (member.name, part)
                for argument in member.arguments:
                    assert f"{argument.type} {argument.name}" in text, (member.name, argument.name)
    assert count > 150, count


@test("/docs/dbus-manual/errors-quotas-and-examples")
def errors_quotas_and_examples():
    header = (ROOT / "kad-core" / "base" / "kad-error.h").read_text(encoding="utf-8")
    names = re.findall(r"^  KAD_ERROR_(\w+),", header, re.M)
    assert len(names) > 20
    for text in texts():
        for name in names:
            assert "org.libkad.Kad1.Error." + "".join(word.capitalize() for word in name.split("_")) in text, name
        assert "4,096" in text and "publications" in text
        for line in ("share-code.py CODE NOTE", "find-code.py CODE"):
            assert line in text, line


@test("/docs/dbus-manual/is-a-man-page")
def is_a_man_page():
    lines = MAN.read_text(encoding="utf-8").splitlines()
    assert any(line.startswith(".TH KAD\\-DBUS 7 ") for line in lines)
    known = {".TH", ".SH", ".SS", ".PP", ".TP", ".IP", ".RS", ".RE", ".nf", ".fi", '.\\"'}
    for line in lines:
        assert not line.startswith((".", "'")) or line.split()[0] in known, line
    at = lines.index(".SH NAME")
    assert plain(lines[at + 2]).startswith("kad-dbus - "), lines[at + 2]
    assert lines.count(".RS") == lines.count(".RE") and lines.count(".nf") == lines.count(".fi")
    if shutil.which("groff"):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", MAN], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0 and not done.stderr, done.stderr[:2000]


@test("/docs/dbus-manual/lists-end")
def lists_end():
    """What follows a list stands apart from it: else it is shown as part of its last item."""
    lines = MARKDOWN.read_text(encoding="utf-8").splitlines()
    joined = [line for before, line in zip(lines, lines[1:]) if before.startswith("- ") and line and not line.startswith("- ")]
    assert not joined, joined


@test("/docs/dbus-manual/refers-to-what-is-there")
def refers_to_what_is_there():
    """The pages that it names by their section are installed."""
    named = set(re.findall(r"\b(kad[a-z-]*)`?\(\d\)", MARKDOWN.read_text(encoding="utf-8")))
    assert named and named <= {"kad", "kadd", "kad-dbus"}, named


@test("/docs/dbus-manual/others-refer-to-it")
def others_refer_to_it():
    for name in ("kad.1", "kadd.8"):
        assert ".BR kad\\-dbus (7)" in (ROOT / "docs" / name).read_text(encoding="utf-8"), name


@test("/docs/dbus-manual/refuses-what-is-not-xml")
def refuses():
    with tempfile.TemporaryDirectory() as folder:
        broken = pathlib.Path(folder, "broken.xml")
        broken.write_text("<node><interface name='a.B'>", encoding="utf-8")
        output = pathlib.Path(folder, "out")
        done = subprocess.run(
            ["/usr/bin/python3", SCRIPT, "--format", "man", "--version", "0", "--intro", ROOT / "docs" / "dbus-intro.md", "--errors",
             ROOT / "kad-core" / "base" / "kad-error.h", "--quotas", ROOT / "kad-service" / "kad-callers.h", "--output", output,
             "--example", ROOT / "examples/service/share-code.py", "--example", ROOT / "examples/service/find-code.py", broken],
            capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode != 0 and not output.exists(), done


main()
