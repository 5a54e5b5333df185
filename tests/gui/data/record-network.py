#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes network.ndjson anew: see README.md."""

import json
import pathlib
import subprocess
import sys
import time

NODES = 9
NETWORK = "private:recorded"
PROTOCOL = "/kad/recorded/1.0.0"
ABSENT = "12D3KooWAu1yTtD9UKG1ihtDSEZaDviCeREny1v987KUnQwkxexf"


class Program:
    """A kad that reads commands."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.next_id = 0

    def read(self):
        return json.loads(self.process.stdout.readline())

    def run(self, command, node=None, **options):
        self.next_id += 1
        request = {"id": self.next_id, "command": command, "options": options}
        if node is not None:
            request["node"] = node
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        while True:
            line = self.read()
            if line.get("id") == self.next_id and ("done" in line or "error" in line):
                return line

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.read()
        self.process.wait(30)


def main():
    kad, path = sys.argv[1], pathlib.Path(sys.argv[2])
    net = Program(kad, "testnet", str(NODES), "--json", "--commands", "--protocol", PROTOCOL, "--seed", "6")
    listening = [net.read() for _ in range(NODES)]
    while net.read().get("event") != "ready":
        pass
    net.run("put-record", node=3, key="text:theirs", value="Their value")
    net.run("start-provide", node=4, key="text:theirs")
    net.run("start-provide", node=5, key="text:theirs")
    topics = [word for topic in ("events", "steps", "trace") for word in ("--topic", topic)]
    node = Program(kad, "node", "--json", "--commands", "--mode", "server", "--protocol", PROTOCOL, "--network", NETWORK,
                   "--join", listening[0]["addresses"][0], "--record", str(path), *topics)
    while node.read().get("event") != "joined":
        pass
    time.sleep(1)
    node.run("get-record", key="text:theirs")
    node.run("get-providers", key="text:theirs")
    node.run("get-record", key="text:absent")
    time.sleep(1)
    net.run("put-record", node=2, key="text:ours", value="Kept by the node that is recorded")
    net.run("start-provide", node=6, key="text:ours")
    node.run("publish", key="text:mine")
    node.run("publish", key="text:my-record", value="My value")
    time.sleep(1)
    node.run("closest-peers", key=listening[2]["peer"])
    node.run("find-peer", peer=ABSENT)
    node.run("dial", address="/ip4/127.0.0.1/tcp/1", **{"timeout-ms": 2000})
    node.run("ping-peer", peer=listening[1]["addresses"][0])
    node.run("unpublish", kind="provider", key="text:mine")
    time.sleep(1)
    net.stop()
    time.sleep(1)
    node.run("get-record", key="text:theirs")
    node.stop()


main()
