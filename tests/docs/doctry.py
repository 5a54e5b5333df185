# SPDX-License-Identifier: GPL-3.0-or-later
"""What documents tell people to type, as it stands there, and typed.

A comment before a block of code says what it is:

    <!-- on: first -->            commands, for the machine of that name; "both" is all of them, one after the other
    <!-- run -->                  commands, where there is only one machine
    <!-- fails: run -->           commands that end with another status than 0
    <!-- not run: why -->         commands that a test cannot give
    <!-- says -->                 what the block before says: each line in its order, "…" stands for anything
    <!-- file: name -->           a program, which is kept under that name
    <!-- include: path -->        a program of the tree, likewise; it stands there instead of a block

A block of the shell without such a comment is an error.
"""

import os
import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r"^<!-- include: (\S+) -->$|(?:^<!-- ([a-z][^\n]*?) -->\n)?^```(\w*)\n(.*?)^```$", re.M | re.S)
ANSWER_S = 90


class Block:
    """One block of code: what it is (its comment's first word), of whom or what, and its lines."""

    def __init__(self, kind, what, language, text, fails=False):
        self.kind, self.what, self.language, self.text, self.fails = kind, what, language, text, fails


def blocks(path, root):
    found = []
    for match in BLOCK.finditer(pathlib.Path(path).read_text(encoding="utf-8")):
        include, comment, language, text = match.groups()
        if include:
            found.append(Block("file", os.path.basename(include), "", (root / include).read_text(encoding="utf-8")))
            continue
        fails = bool(comment) and comment.startswith("fails: ")
        kind, _, what = (comment or "").removeprefix("fails: ").partition(": ")
        if kind not in ("on", "run", "not run", "says", "file"):
            kind = ""
        assert kind or language not in ("sh", "shell", "console"), f"{path}: nothing says where this is typed: {text}"
        if kind:
            found.append(Block(kind, what, language, text, fails))
    return found


def typed(script, env, folder, fails=False):
    """What a shell says that was given the lines of a block."""
    done = subprocess.run(["sh", "-e", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=env, cwd=folder, timeout=ANSWER_S, check=False)
    if os.environ.get("KAD_DOCS_SHOW"):
        print("# " + f"{script}=> {done.returncode}\n{done.stdout}".replace("\n", "\n# "), file=sys.stderr)
    assert (done.returncode != 0) == fails, f"{script} ended with {done.returncode}: {done.stdout}"
    return done.stdout


def squeezed(line):
    return " ".join(line.split())


def says(output, expected):
    """Fails unless each expected line comes, in its order."""
    lines = iter([squeezed(line) for line in output.splitlines()])
    for line in filter(None, map(squeezed, expected.splitlines())):
        pattern = ".*".join(map(re.escape, re.split(" ?… ?", line)))
        assert any(re.fullmatch(pattern, other) for other in lines), f"{line!r} does not come, in its place, in {output!r}"


def type_all(path, root, folder, env_of, machines=("",), words=lambda text: text):
    """Types a document from its first to its last line. The number of blocks of commands.

    env_of(machine) is the environment there; words(text) puts something in for what stands for it.
    """
    outputs, count = [], 0
    for block in blocks(path, root):
        if block.kind == "file":
            (pathlib.Path(folder) / block.what).write_text(block.text, encoding="utf-8")
        elif block.kind == "says":
            assert outputs, f"{path}: nothing was typed that could say {block.text}"
            for output in outputs:
                says(output, block.text)
        elif block.kind == "not run":
            subprocess.run(["sh", "-n", "-c", block.text], check=True, timeout=ANSWER_S)
            outputs = []
        else:
            where = [""] if block.kind == "run" else list(machines) if block.what == "both" else [block.what]
            assert set(where) <= set(machines) | {""}, f"{path}: there is no machine {where}"
            outputs = [typed(words(block.text), env_of(machine), folder, block.fails) for machine in where]
            count += 1
    return count
