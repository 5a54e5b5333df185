#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails if the documents at the root name what is not there, or if a README's twin differs from it.

What is checked in README, HACKING, DESIGN and COPYING: paths and names of files in code and in links. A word in capitals
inside of a name stands for something (kad-NAME-command.c), and so do <name> and *. The Chinese README has the same code,
the same links and as many headings of each level as the English one.
"""

import pathlib
import re
import sys

import lintlib

DOCUMENTS = ("README.md", "README.zh_CN.md", "HACKING.md", "DESIGN.md", "COPYING")
NEEDED = ("README.md", "README.zh_CN.md", "HACKING.md")

LINK = re.compile(r"\]\(([^)\s]+)\)")
SPAN = re.compile(r"`([^`\n]+(?:\n[^`\n]+)*)`")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
WORD = re.compile(r"[^\s'\"`,;:()|=]+")
# What can be a path of ours: it begins in one of these folders.
PATH = re.compile(r"^(?:\./)?(?:kad-[a-z]+|tests|scripts|examples|po|docs|data|LICENSES|\.ci)/\S*$")
SCRIPT = re.compile(r"^\./\S+$")
FILE = re.compile(r"^(?:kad|test|bench)-[a-z0-9-]+\.(?:c|h|py|proto|\{c,h\})$")
STANDS_FOR_SOMETHING = re.compile(r"[A-Z]{2,}|<|\*|\.\.\.")


def is_block(line):
    return line.startswith("    ") and line.strip() != ""


def code_blocks(text):
    blocks = [block.strip("`").split("\n", 1)[-1] for block in FENCE.findall(text)]
    return blocks + ["\n".join(line[4:] for line in FENCE.sub("", text).splitlines() if is_block(line))]


def code_words(text):
    prose = "\n".join(line for line in FENCE.sub("", text).splitlines() if not is_block(line))
    for code in SPAN.findall(prose) + code_blocks(text):
        for word in WORD.findall(code):
            yield word.rstrip(".")


def alternatives(word):
    """kad-a.{c,h} is two names."""
    match = re.match(r"(.*)\{([^}]*)\}(.*)$", word)
    if match is None:
        return [word]
    return [match.group(1) + part + match.group(3) for part in match.group(2).split(",")]


def words_of(text):
    # A comma ends a word, but not between braces.
    return code_words(re.sub(r"\{[a-z,]+\}", lambda match: match.group(0).replace(",", "\0"), text))


def missing_of_document(root, path, names):
    text = lintlib.read(root, path)
    for target in LINK.findall(text):
        if "://" not in target and not target.startswith("#") and not pathlib.Path(root, target.split("#")[0]).exists():
            yield f"{path}: links to {target}, which is not there"
    for word in dict.fromkeys(words_of(text)):
        for name in alternatives(word.replace("\0", ",")):
            if name.startswith("LICENSES/"):
                unclear = False
            else:
                unclear = STANDS_FOR_SOMETHING.search(name.replace("README.md", "").replace("POTFILES", "").replace("zh_CN", ""))
            if unclear:
                continue
            # A program that is built is named like its source.
            built = pathlib.Path(root, name + ".c").exists()
            if (PATH.match(name) or SCRIPT.match(name)) and not pathlib.Path(root, name).exists() and not built:
                yield f"{path}: names {name}, which is not there"
            elif FILE.match(name) and name not in names:
                yield f"{path}: names {name}, and no file is called so"


def headings(text):
    found = [len(match) for match in re.findall(r"^(#+) ", FENCE.sub("", text), re.M)]
    return {level: found.count(level) for level in set(found)}


def differences_of_twins(root):
    text, twin = lintlib.read(root, "README.md"), lintlib.read(root, "README.zh_CN.md")
    if code_blocks(text) != code_blocks(twin):
        yield "README.zh_CN.md: its commands are not those of README.md"
    if headings(text) != headings(twin):
        yield "README.zh_CN.md: its headings are not as many as those of README.md"
    links = [sorted(link for link in LINK.findall(t) if not link.startswith("README")) for t in (text, twin)]
    if links[0] != links[1]:
        yield "README.zh_CN.md: its links are not those of README.md"


def lint(root):
    names = {path.name for path in lintlib.walk(root)}
    for name in NEEDED:
        if not pathlib.Path(root, name).is_file():
            yield f"{name} is missing"
    for name in DOCUMENTS:
        if pathlib.Path(root, name).is_file():
            yield from missing_of_document(root, name, names)
    if all(pathlib.Path(root, name).is_file() for name in NEEDED[:2]):
        yield from differences_of_twins(root)


GOOD = {"README.md": "# Kad\n\n    ./go\n", "README.zh_CN.md": "# 卡\n\n    ./go\n", "HACKING.md": "# Work\n", "go": ""}

CASES = [
    ("all is there", GOOD, 0),
    ("paths and names that are there", {
        **GOOD, "HACKING.md": "[a](README.md), `tests/a.py`, `kad-core/base/`, `kad-b.{c,h}`, `kad-core/base/kad-b.{c,h}`.",
        "tests/a.py": "", "kad-core/base/kad-b.c": "", "kad-core/base/kad-b.h": ""}, 0),
    ("what stands for something", {**GOOD, "HACKING.md": "`kad-core/kad-NAME.c` `tests/<name>.c` `tests/*.py` `kad-NAME.c`"}, 0),
    ("a program's name", {**GOOD, "HACKING.md": "`tests/bench/bench-a`", "tests/bench/bench-a.c": ""}, 0),
    ("what is no path", {**GOOD, "HACKING.md": "`/ipfs/kad/1.0.0` `build/kad-tools/kad` `read/write` tests/prose.c"}, 0),
    ("a path", {**GOOD, "HACKING.md": "see `tests/a.py`"}, 1),
    ("a path in a block", {**GOOD, "HACKING.md": "see\n\n    scripts/a.sh build\n"}, 1),
    ("a path in a fence", {**GOOD, "DESIGN.md": "```\nkad-core/base/   words\n```\n"}, 1),
    ("one of two names", {**GOOD, "DESIGN.md": "`kad-b.{c,h}`", "kad-core/base/kad-b.c": ""}, 1),
    ("a file's name", {**GOOD, "DESIGN.md": "in `kad-b.c`"}, 1),
    ("a link", {**GOOD, "HACKING.md": "[a](DESIGN.md)"}, 1),
    ("a command", {**GOOD, "go": "", "README.md": "# K\n\n    ./stay\n", "README.zh_CN.md": "# K\n\n    ./stay\n"}, 2),
    ("another command in the twin", {**GOOD, "README.zh_CN.md": "# K\n\n    ./go --now\n"}, 1),
    ("a heading less in the twin", {**GOOD, "README.md": "# K\n\n## L\n\n    ./go\n"}, 1),
    ("a link less in the twin", {**GOOD, "README.md": "# K\n\n[w](HACKING.md)\n\n    ./go\n"}, 1),
    ("no HACKING", {"README.md": "", "README.zh_CN.md": ""}, 1),
]

if __name__ == "__main__":
    sys.exit(lintlib.main(lint, CASES, __doc__))
