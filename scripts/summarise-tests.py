#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums up runs of meson test.

    summarise-tests.py LOG...            says what failed and what was skipped, and why; then one line of counts
    summarise-tests.py --skipped LOG...  says only what was skipped

--failed-step NAME counts something as failed that is in no log, such as a build. A log is a build directory's meson-logs/testlog.json, or a copy of one. What counts is each subtest of a test that speaks
TAP, and each other test as one. Exit status: 0 if nothing failed; 1 if something did, or if nothing ran at all, or, with
CI=true, if anything was skipped; 2 if a log cannot be read.
"""

import argparse
import collections
import json
import os
import re
import sys

PLAN = re.compile(r"^1\.\.(\d+)", re.M)
POINT = re.compile(r"^(not ok|ok)\b\s*\d*\s*-?\s*(.*)$", re.M)
DIRECTIVE = re.compile(r"#\s*(skip|todo)\S*\s*(.*)$", re.I)


class Sum:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []

    def add(self, test):
        name, result = test["name"], test["result"]
        stdout = test.get("stdout", "")
        plan = PLAN.search(stdout)
        if plan is None:
            self._add_whole(name, result, test.get("stderr", ""))
            return

        failed_before = len(self.failed)
        points = POINT.findall(stdout)
        for verdict, description in points:
            self._add_point(name, verdict, description)
        if plan.group(1) == "0":
            self.skipped.append((name, stdout.strip().splitlines()[-1]))
        # A crash, a time-out, or a test that ended before its plan did.
        if result not in ("OK", "SKIP", "EXPECTEDFAIL") and len(self.failed) == failed_before:
            self.failed.append((name, f"{result} after {len(points)} of {plan.group(1)} subtests"))
        elif int(plan.group(1)) > len(points) and len(self.failed) == failed_before:
            self.failed.append((name, f"only {len(points)} of {plan.group(1)} subtests"))

    def _add_point(self, name, verdict, description):
        directive = DIRECTIVE.search(description)
        kind = directive.group(1).lower() if directive else ""
        if kind == "skip":
            self.skipped.append((name, directive.group(2)))
        elif verdict == "ok" or kind == "todo":
            self.passed += 1
        else:
            self.failed.append((name, description))

    def _add_whole(self, name, result, stderr):
        last = stderr.strip().splitlines()[-1:]
        reason = last[0] if last else ""
        if result in ("OK", "EXPECTEDFAIL"):
            self.passed += 1
        elif result == "SKIP":
            self.skipped.append((name, reason))
        else:
            self.failed.append((name, f"{result} {reason}".strip()))

    def line(self):
        return f"{self.passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped"


def say_skipped(skipped):
    """The same reason is said once a test."""
    for (name, reason), times in collections.Counter(skipped).items():
        print(f"Skipped {times} of {name}: {reason or 'it does not say why'}")


def main():
    parser = argparse.ArgumentParser(description="Sums up runs of meson test.")
    parser.add_argument("--skipped", action="store_true", help="say only what was skipped")
    parser.add_argument("--failed-step", action="append", default=[], help="something else that failed")
    parser.add_argument("logs", nargs="*", help="a testlog.json")
    options = parser.parse_args()

    total = Sum()
    for path in options.logs:
        try:
            with open(path, encoding="utf-8") as log:
                for line in log:
                    total.add(json.loads(line))
        except (OSError, ValueError, KeyError) as error:
            print(f"summarise-tests: {path}: {error!r}", file=sys.stderr)
            return 2

    say_skipped(total.skipped)
    if options.skipped:
        return 0
    total.failed += [(step, "") for step in options.failed_step]
    for name, reason in total.failed:
        print(f"Failed: {name}" + (f": {reason}" if reason else ""))
    print(total.line())
    nothing = total.passed + len(total.failed) == 0
    refused = bool(total.skipped) and os.environ.get("CI") == "true"
    return 1 if total.failed or nothing or refused else 0


if __name__ == "__main__":
    sys.exit(main())
