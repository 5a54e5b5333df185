#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_inspected.py PROGRAM: the example with a window joins a network, and ends when its window does."""

import json
import os
import subprocess
import sys
import time


def wait_for(what, seconds=60):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


def connections(net, number):
    net.stdin.write(json.dumps({"id": number, "node": 0, "command": "show-connections"}) + "\n")
    net.stdin.flush()
    rows = []
    while True:
        line = json.loads(net.stdout.readline())
        assert "error" not in line, line
        if "done" in line:
            return rows
        rows.append(line["result"])


def main():
    print("1..1")
    net = subprocess.Popen([os.environ["KAD_TOOL"], "testnet", "2", "--json", "--commands", "--protocol", "/ipfs/kad/1.0.0"],
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    lines = [json.loads(net.stdout.readline()) for _ in range(2)]
    assert json.loads(net.stdout.readline())["event"] == "ready"
    before = len(connections(net, 1))
    program = subprocess.Popen([sys.argv[1], lines[0]["addresses"][0]], stderr=subprocess.PIPE, text=True)
    numbers = iter(range(2, 100000))
    wait_for(lambda: len(connections(net, next(numbers))) > before)
    assert program.poll() is None
    program.terminate()
    said = program.communicate(timeout=30)[1]
    assert "CRITICAL" not in said, said
    net.stdin.close()
    net.stdout.read()
    net.wait(30)
    print("ok 1 - the program with a window joins the network")


main()
