#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds scripts/summarise-tests.py to logs whose sum is known: CI stands on it."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "summarise-tests.py"


def entry(result, stdout="", stderr="", name="kad:unit / a"):
    return {"name": name, "result": result, "stdout": stdout, "stderr": stderr}


# Name, log, further arguments, CI, the last line, the exit status.
CASES = [
    ("subtests", [entry("OK", "1..2\nok 1 /a\nok 2 /b\n")], [], False, "2 passed, 0 failed, 0 skipped", 0),
    ("tests without TAP", [entry("OK"), entry("FAIL")], [], False, "1 passed, 1 failed, 0 skipped", 1),
    ("a subtest that failed", [entry("FAIL", "1..2\nok 1 /a\nnot ok 2 /b\n")], [], False, "1 passed, 1 failed, 0 skipped", 1),
    ("a crash", [entry("ERROR", "1..3\nok 1 /a\n")], [], False, "1 passed, 1 failed, 0 skipped", 1),
    ("a time-out", [entry("TIMEOUT", "TAP version 13\n1..2\nok 1 - a\n")], [], False, "1 passed, 1 failed, 0 skipped", 1),
    ("an early end", [entry("OK", "1..2\nok 1 /a\n")], [], False, "1 passed, 1 failed, 0 skipped", 1),
    ("a skip of a person", [entry("SKIP", "1..2\nok 1 /a # SKIP no go\nok 2 /b\n")], [], False, "1 passed, 0 failed, 1 skipped", 0),
    ("a skip in CI", [entry("SKIP", "1..2\nok 1 /a # SKIP no go\nok 2 /b\n")], [], True, "1 passed, 0 failed, 1 skipped", 1),
    ("a whole test skipped in CI", [entry("OK"), entry("SKIP")], [], True, "1 passed, 0 failed, 1 skipped", 1),
    ("a plan of nothing", [entry("OK"), entry("SKIP", "1..0 # SKIP no npm\n")], [], True, "1 passed, 0 failed, 1 skipped", 1),
    ("nothing ran", [], [], False, "0 passed, 0 failed, 0 skipped", 1),
    ("a build that failed", [entry("OK")], ["--failed-step", "Build"], True, "1 passed, 1 failed, 0 skipped", 1),
    ("all is well in CI", [entry("OK"), entry("OK", "1..1\nok 1 - a\n")], [], True, "2 passed, 0 failed, 0 skipped", 0),
]


def run(log, arguments, ci):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "testlog.json")
        path.write_text("".join(json.dumps(test) + "\n" for test in log), encoding="utf-8")
        environment = {key: value for key, value in os.environ.items() if key != "CI"}
        if ci:
            environment["CI"] = "true"
        return subprocess.run(
            [sys.executable, SCRIPT, *arguments, path], env=environment, capture_output=True, text=True, check=False)


def main():
    failed = 0
    for name, log, arguments, ci, line, status in CASES:
        result = run(log, arguments, ci)
        last = (result.stdout.splitlines() or [""])[-1]
        if (last, result.returncode) != (line, status):
            failed += 1
            print(f"{name}: {last!r}, status {result.returncode}, {result.stderr}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
