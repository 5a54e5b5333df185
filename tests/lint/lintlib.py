# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lints share: the tree, the report, and the proof that a lint can fail.

A lint is a function that takes the root of a tree and yields complaints. With --self-test it is run over small trees
that are made for it, some of which it must accept and some of which it must not: a lint that never complains is worse
than none.
"""

import argparse
import os
import pathlib
import sys
import tempfile

SKIPPED_FOLDERS = {".git", "node_modules", "__pycache__", "vectors"}


def walk(root, suffixes=None, names=()):
    """The files of the tree by name, without what was built or came from elsewhere."""
    for folder, subfolders, files in os.walk(root):
        at_root = pathlib.Path(folder) == pathlib.Path(root)
        subfolders[:] = sorted(
            name for name in subfolders
            if name not in SKIPPED_FOLDERS and not (at_root and (name.startswith("build") or name.startswith("."))))
        for name in sorted(files):
            if suffixes is None or name in names or pathlib.Path(name).suffix in suffixes:
                yield pathlib.Path(folder, name).relative_to(root)


def read(root, path):
    return pathlib.Path(root, path).read_text(encoding="utf-8")


def blank_comments(text):
    """C source with comments and the inside of strings blanked; every line stays where it is."""
    out = []
    state = ""
    i = 0
    while i < len(text):
        two = text[i:i + 2]
        if not state and two in ("/*", "//"):
            state = two
            out.append("  ")
            i += 2
            continue
        if state == "/*" and two == "*/":
            state = ""
            out.append("  ")
            i += 2
            continue
        c = text[i]
        if state == "//" and c == "\n":
            state = ""
        elif not state and c in "\"'":
            state = c
            out.append(c)
            i += 1
            continue
        elif state and state in "\"'":
            if c == "\\":
                out.append("\\\n" if text[i + 1:i + 2] == "\n" else "  ")
                i += 2
                continue
            if c == state or c == "\n":
                state = ""
                out.append(c)
                i += 1
                continue
        out.append(c if not state or c == "\n" else " ")
        i += 1
    return "".join(out)


def write_tree(root, files):
    for path, text in files.items():
        target = pathlib.Path(root, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def self_test(lint, cases):
    """Each case is (name, files, the number of complaints that the lint must make of them)."""
    failed = 0
    for name, files, expected in cases:
        with tempfile.TemporaryDirectory() as root:
            write_tree(root, files)
            complaints = list(lint(root))
        if len(complaints) != expected:
            failed += 1
            print(f"self-test: {name}: {len(complaints)} complaints instead of {expected}: {complaints}", file=sys.stderr)
    if not any(expected for _, _, expected in cases):
        failed += 1
        print("self-test: no case that the lint must refuse", file=sys.stderr)
    return failed


def report(complaints):
    complaints = list(complaints)
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


def main(lint, cases, description):
    """The command line of a lint over a tree; gives the exit code."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parents[2], help="the tree to check")
    parser.add_argument("--self-test", action="store_true", help="prove that the lint can fail")
    options = parser.parse_args()
    if options.self_test:
        return 1 if self_test(lint, cases) else 0
    return report(lint(options.root))
