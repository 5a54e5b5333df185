#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails if a row of "The security lessons" in DESIGN.md has no test, or names one that is not there, or if a test is named
after a lesson that has no row.

A row begins with its ids (CVE-..., GHSA-..., R15); its tests are paths in code that begin with /security/ID/. A test is what
a string in tests/ says: "/security/ID/name". A path that ends in a slash names all tests below it.
"""

import re
import sys

import lintlib

HEADING = "## The security lessons"
ID = re.compile(r"\b((?:CVE|GHSA|RUSTSEC|GO)-[A-Za-z0-9-]+|R\d+|[a-z]+-\d{3,5})\b")
TEST = re.compile(r"`(/security/[^`\s]+)`")
NAMED = re.compile(r"[\"'](/security/([^/\"'\s]+)/[^\"':\s]*)")


def section(text):
    start = text.find(HEADING + "\n")
    if start < 0:
        return None
    end = text.find("\n## ", start + len(HEADING))
    return text[start:end if end >= 0 else len(text)]


def rows(text):
    """(ids, tests) of each row of the tables, without their heads."""
    lines = text.splitlines() + [""]
    for i, line in enumerate(lines):
        if line.startswith("|") and not line.startswith("|-") and not lines[i + 1].startswith("|-"):
            yield ID.findall(line.split("|")[1]), TEST.findall(line)


def tests_of(root):
    """Every name of a test, and the id in it."""
    for path in lintlib.walk(root, {".c", ".h", ".py"}):
        if path.parts[0] == "tests" and path.parts[1] != "lint":
            for name, lesson in NAMED.findall(lintlib.read(root, path)):
                yield path, name, lesson


def is_there(name, found):
    return any(other.startswith(name) if name.endswith("/") else other == name for other in found)


def lint(root):
    text = section(lintlib.read(root, "DESIGN.md"))
    if text is None:
        yield f"DESIGN.md: has no part \"{HEADING[3:]}\""
        return
    found = list(tests_of(root))
    names = {name for _, name, _ in found}
    known = set()
    for ids, tests in rows(text):
        known.update(ids)
        known.update(test.split("/")[2] for test in tests)
        if not tests:
            yield f"DESIGN.md: the lesson {' '.join(ids) or '(without an id)'} has no test"
        for test in tests:
            if not is_there(test, names):
                yield f"DESIGN.md: no test is called {test}"
    for path, name, lesson in found:
        if lesson not in known:
            yield f"{path}: {name} is named after a lesson that DESIGN.md does not have"


def document(*table):
    return "# D\n\n## Other\n\n| a | b |\n|---|---|\n| CVE-1-1: x | y |\n\n" + HEADING + \
        "\n\n| lesson | tests |\n|---|---|\n" + "".join(f"| {row} |\n" for row in table) + "\n## Next\n"


TEST_C = 'g_test_add_func ("/security/CVE-1-2/a", a);\n'

CASES = [
    ("a row and its test", {"DESIGN.md": document("CVE-1-2: x | `/security/CVE-1-2/a`"), "tests/a.c": TEST_C}, 0),
    ("a test in Python", {"DESIGN.md": document("R15: x | `/security/R15/a`"), "tests/b/a.py": '@test("/security/R15/a: words")\n'}, 0),
    ("tests below a path", {"DESIGN.md": document("CVE-1-2: x | `/security/CVE-1-2/a/`"), "tests/a.c": '("/security/CVE-1-2/a/%s")'}, 0),
    ("a row without a test", {"DESIGN.md": document("CVE-1-2: x | none"), "tests/b.c": ""}, 1),
    ("a test that is not there", {"DESIGN.md": document("CVE-1-2: x | `/security/CVE-1-2/a`, `/security/CVE-1-2/b`"), "tests/a.c": TEST_C}, 1),
    ("a name that only begins so", {"DESIGN.md": document("CVE-1-2: x | `/security/CVE-1-2/a`"), "tests/a.c": TEST_C.replace("/a\"", "/ab\"")}, 1),
    ("a test without a row", {"DESIGN.md": document(), "tests/a.c": TEST_C}, 1),
    ("a row elsewhere", {"DESIGN.md": document().replace("CVE-1-1", "CVE-1-2"), "tests/a.c": TEST_C}, 1),
    ("no table", {"DESIGN.md": "# D\n"}, 1),
]

if __name__ == "__main__":
    sys.exit(lintlib.main(lint, CASES, __doc__))
