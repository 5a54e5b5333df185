#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one of the share examples, given as a command, against a network of twenty nodes."""

import os
import re
import shlex
import subprocess
import sys

COMMAND = sys.argv[1:]
KAD = os.environ["KAD_TOOL"]
PATIENCE_S = 60
MAX_LINES = 40

ANNOUNCED = re.compile(r"^announced to (\d+) peers$", re.M)
PROVIDED = re.compile(r"^provided by (12D3KooW\w+)$", re.M)
NOTE = "the record says: the album is in the blue folder\n"


class Testnet:
    """`kad testnet 20` as a process, until the block is left."""

    def __enter__(self):
        self.process = subprocess.Popen([KAD, "testnet", "20"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            match = re.search(r"/ip4/\S+/p2p/\w+", line)
            if match:
                self.address = match.group(0)
                return self
        raise AssertionError("the test network did not become ready")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=PATIENCE_S)


def run(*arguments):
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def shares_and_finds(address):
    done = run(address, "blue-whale-42")
    said = f"{shlex.join(COMMAND)} ended with {done.returncode}: {done.stdout}{done.stderr}"
    assert done.returncode == 0 and done.stderr == "", said
    announced = ANNOUNCED.search(done.stdout)
    assert announced and int(announced.group(1)) > 0, said
    assert PROVIDED.search(done.stdout), said
    assert done.stdout.endswith(NOTE), said


def says_that_nobody_is_there(_):
    # Port 1 of the loopback has no node.
    done = run("/ip4/127.0.0.1/tcp/1", "blue-whale-42")
    assert done.returncode != 0, done.stdout
    assert "bootstrap" in done.stderr or "refused" in done.stderr, done.stderr
    assert "announced" not in done.stdout, done.stdout


def is_short(_):
    sources = [word for word in COMMAND if word.endswith((".py", ".js"))]
    language = os.path.basename(COMMAND[0]).removeprefix("share-")
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples")
    path = sources[0] if sources else os.path.join(folder, f"share.{language}")
    with open(path, encoding="utf-8") as source:
        lines = source.read().splitlines()
    assert len(lines) < MAX_LINES, f"{path} has {len(lines)} lines"
    assert max(map(len, lines)) <= 110, f"{path} has a long line"


def is_what_the_readme_shows(_):
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    with open(COMMAND[-1], encoding="utf-8") as source:
        program = source.read()
    program = program[program.index("import sys"):]
    for name in ("README.md", "README.zh_CN.md"):
        with open(os.path.join(root, name), encoding="utf-8") as readme:
            assert program in readme.read(), f"{name} shows another program"


def main():
    tests = [shares_and_finds, says_that_nobody_is_there, is_short]
    if COMMAND[-1].endswith(".py"):
        tests.append(is_what_the_readme_shows)
    print(f"1..{len(tests)}")
    failed = 0
    with Testnet() as testnet:
        for number, test in enumerate(tests, 1):
            name = test.__name__.replace("_", " ")
            try:
                test(testnet.address)
                print(f"ok {number} - {name}", flush=True)
            except (AssertionError, OSError, subprocess.SubprocessError) as error:
                failed += 1
                print(f"not ok {number} - {name}\n# " + str(error).replace("\n", "\n# "), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
