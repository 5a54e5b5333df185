#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the instructions of a frame of the routing table's chart, and fails if they are too many.

    test_frame_budget.py FRAME-BUDGET

Instructions, counted by valgrind, are the same on a slow machine and on one that has much else to do. The first budget
is of a frame with one of 30 changes a second of a table of 5,000 peers, with all that the change makes of the chart; the
second is of a frame in which nothing changed but that something glows. At 60 frames a second half of the frames are of
the first kind: together they stay under a tenth of what a slow core does in a second.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

PEERS = 5000
FRAMES = 8
BUDGET = {"frame_delta": 9_000_000, "frame_quiet": 1_000_000}
# Less than this is no drawing: what was counted is not what should be.
LEAST = {"frame_delta": 200_000, "frame_quiet": 10_000}


def count(program):
    """Instructions of each function with all that it calls, and how often it was called."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "counts")
        toggles = [f"--toggle-collect={name}" for name in BUDGET]
        subprocess.run(
            ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={out}", "--collect-atstart=no", *toggles,
             program, str(PEERS), str(FRAMES)],
            check=True, stderr=subprocess.DEVNULL, timeout=150)
        table = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", str(out)],
                               check=True, capture_output=True, text=True, errors="replace").stdout
    return {name: inclusive(table, name) for name in BUDGET}


def inclusive(table, name):
    found = re.search(rf"^\s*([\d,]+)(?: \([\d. ]+%\))?\s+\S*:{name}(?:\s|$)", table, re.MULTILINE)
    return int(found.group(1).replace(",", "")) if found else 0


def main(program):
    print(f"1..{len(BUDGET)}")
    failed = False
    for number, (name, total) in enumerate(count(program).items(), 1):
        each = total // FRAMES
        good = LEAST[name] <= each <= BUDGET[name]
        failed = failed or not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}: {each:,} instructions a frame, at most {BUDGET[name]:,}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
