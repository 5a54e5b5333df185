#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails if the library exports what docs/libkad-1.symbols does not list, or no longer exports what it lists.

The list is the ABI: programs that were built yesterday rely on it. It only grows, one symbol a line, sorted.
`check_exports.py --add LIBRARY` adds what is new; what is gone it leaves to you.
"""

import pathlib
import subprocess
import sys

LIST = pathlib.Path(__file__).resolve().parents[2] / "docs" / "libkad-1.symbols"


def exported(library):
    output = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    names = (line.split()[-1].split("@")[0] for line in output.splitlines())
    # What sanitizers and coverage put into every library is not ours.
    return {name for name in names if not name.startswith("_")}


def judge(listed, names):
    known = set(listed)
    if listed != sorted(known):
        yield f"{LIST.name} is not sorted, or names something twice"
    for name in sorted(known - names):
        yield f"{name} is no longer exported: programs that use it break"
    for name in sorted(names - known):
        yield f"{name} is exported and not in {LIST.name}: take KAD_API away, or add it (HACKING.md, Add a public function)"
    for name in sorted(names):
        if not name.startswith("kad_"):
            yield f"{name} does not begin with kad_"


def self_test():
    cases = (
        (["kad_a", "kad_b"], {"kad_a", "kad_b"}, 0),
        (["kad_a", "kad_b"], {"kad_a"}, 1),
        (["kad_a"], {"kad_a", "kad_b"}, 1),
        (["kad_b", "kad_a"], {"kad_a", "kad_b"}, 1),
        (["kad_a", "kad_a"], {"kad_a"}, 1),
        (["ours"], {"ours"}, 1),
    )
    failed = [case for case in cases if len(list(judge(case[0], case[1]))) != case[2]]
    for case in failed:
        print(f"self-test: {case}", file=sys.stderr)
    return 1 if failed else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    listed = LIST.read_text(encoding="utf-8").split() if LIST.exists() else []
    if len(sys.argv) == 3 and sys.argv[1] == "--add":
        LIST.write_text("\n".join(sorted(set(listed) | exported(sys.argv[2]))) + "\n", encoding="utf-8")
        return 0
    if len(sys.argv) != 2:
        print("usage: check_exports.py --self-test | [--add] LIBRARY", file=sys.stderr)
        return 2
    complaints = list(judge(listed, exported(sys.argv[1])))
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
