#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kad testnet: a network in one process."""

import hashlib
import json
import random
import signal
import subprocess

from kadtool import INTERRUPTED, OK, Running, kad_json, main, test

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
K = 20


def decode_base58(text):
    number = 0
    for character in text:
        number = number * 58 + BASE58.index(character)
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return bytes(len(text) - len(text.lstrip("1"))) + body


def place(preimage):
    return int.from_bytes(hashlib.sha256(preimage).digest(), "big")


class Net(Running):
    """kad testnet --json --commands, ready."""

    def __init__(self, count, *options):
        super().__init__("testnet", count, "--json", "--commands", *options, stdin=subprocess.PIPE)
        self.count = count
        self.next_id = 0

    def __enter__(self):
        self.listening = [self.read_line() for _ in range(self.count)]
        self.ready = self.read_line()
        self.peers = [line["peer"] for line in self.listening]
        self.places = {peer: place(decode_base58(peer)) for peer in self.peers}
        return self

    def request(self, **members):
        """All lines that answer one request."""
        self.next_id += 1
        self.process.stdin.write(json.dumps({"id": self.next_id, **members}).encode() + b"\n")
        self.process.stdin.flush()
        lines = []
        while not lines or not ("done" in lines[-1] or "error" in lines[-1]):
            line = self.read_line()
            assert line["id"] == self.next_id, line
            lines.append(line)
        return lines

    def run(self, node, command, **options):
        return self.request(node=node, command=command, options=options)

    def count_wrong(self, living, keys):
        """How many lookups for keys differ from brute force over the living."""
        wrong = 0
        for number, key in enumerate(keys):
            node = living[number % len(living)]
            lines = self.run(node, "closest-peers", key="hex:" + key.hex())
            found = [line["result"]["peer"] for line in lines if "result" in line]
            others = (self.peers[other] for other in living if other != node)
            best = sorted(others, key=lambda peer: self.places[peer] ^ place(key))[:K]
            wrong += found != best
        return wrong


@test("one line tells each node, and one that all of them have joined")
def _():
    with Net(5) as net:
        assert net.ready == {"event": "ready", "nodes": 5}, net.ready
        assert len(set(net.peers)) == 5
        for number, line in enumerate(net.listening):
            assert line["event"] == "listening" and line["node"] == number and line["pid"] == net.process.pid, line
            assert line["addresses"][0].endswith("/p2p/" + line["peer"]), line
        # Each of them is a node that others can reach and join through.
        for line in net.listening:
            kad_json("ping", line["addresses"][0]).expect_done()
        kad_json("put", "text:x", "y", "--join", net.listening[4]["addresses"][0]).expect_done()
        assert net.run(2, "get-record", key="text:x")[0]["result"]["value"] == "y"


@test("without --json it says how to join")
def _():
    with Running("testnet", 3) as call:
        text = call.process.stdout.readline() + call.process.stdout.readline()
        assert b"3 nodes" in text and b"--join /ip4/127.0.0.1/tcp/" in text, text
        address = text.split()[-1].decode()
        kad_json("bootstrap", "--join", address).expect_done()
        assert call.interrupt().finish(timeout=10).expect(OK).err == b""


@test("the same seed makes the same identities, another one makes others")
def _():
    peers = []
    for seed in (1, 1, 2):
        with Net(3, "--seed", seed) as net:
            peers.append(net.peers)
    assert peers[0] == peers[1] and not set(peers[0]) & set(peers[2]), peers


@test("ports follow one another from --listen-base on")
def _():
    base = random.randrange(20000, 30000)
    with Net(3, "--listen-base", base, "--protocol", "/x/kad/1.0.0") as net:
        for number, line in enumerate(net.listening):
            assert f"/tcp/{base + number}/" in line["addresses"][0], line
        (result,) = kad_json("identify", net.listening[1]["addresses"][0]).expect_done().results
        assert "/x/kad/1.0.0" in result["protocols"], result


@test("commands go to the node that is named, and killed nodes are gone")
def _():
    with Net(6) as net:
        for node in (0, 5):
            assert net.run(node, "show-identity")[0]["result"]["peer"] == net.peers[node]
        assert net.request(kill=[1, 3])[-1]["done"] is True
        for address in (net.listening[1]["addresses"][0], net.listening[3]["addresses"][0]):
            assert kad_json("ping", address).status == 1
        assert net.run(1, "show-identity")[-1]["error"]["code"] == "NotFound"
        assert net.run(0, "show-identity")[0]["result"]["peer"] == net.peers[0]
        assert net.request(kill=[0])[-1]["done"] is True
        assert net.run(2, "put-record", key="text:x", value="y")[-1]["stored"] >= 1


@test("a request that is wrong changes nothing")
def _():
    with Net(3) as net:
        for members, code in (
            ({"kill": [0, 9]}, "NotFound"), ({"kill": [0, 0]}, "InvalidArgument"), ({"kill": [0, -1]}, "InvalidArgument"),
            ({"kill": [0, "1"]}, "InvalidArgument"), ({"kill": [0, 1.5]}, "InvalidArgument"), ({"kill": 0}, "InvalidArgument"),
            ({"kill": [18446744073709551615]}, "InvalidArgument"), ({"kill": [4294967296]}, "NotFound"),
            ({"command": "show-table"}, "InvalidArgument"), ({"command": "show-table", "node": "0"}, "InvalidArgument"),
            ({"command": "show-table", "node": -1}, "InvalidArgument"), ({"command": "show-table", "node": 3}, "NotFound"),
            ({"command": "frob", "node": 0}, "UnknownCommand"), ({"node": 0}, "InvalidArgument"), ({}, "InvalidArgument"),
        ):
            (answer,) = net.request(**members)
            assert answer["error"]["code"] == code, (members, answer)
        for node in range(3):
            assert net.run(node, "show-identity")[-1]["done"] is True
        assert net.request(kill=[])[-1] == {"id": net.next_id, "done": True, "killed": []}


@test("the end of stdin and signals end it in order, also before it is ready")
def _():
    with Net(4) as net:
        net.process.stdin.close()
        assert net.process.wait(10) == OK
    for number in (signal.SIGINT, signal.SIGTERM):
        with Running("testnet", 50, "--json") as call:
            call.read_line()
            assert call.interrupt(number).finish(timeout=20).status in (OK, INTERRUPTED)


@test("a port that is taken is an error, and no half of a network")
def _():
    with Net(1) as net:
        port = int(net.listening[0]["addresses"][0].split("/")[4])
        answer = kad_json("testnet", 2, "--listen-base", port).expect(1)
        assert set(answer.last) == {"error"}, answer


@test("100 nodes find exactly the nearest ones, and the living do after 30 are killed at once")
def _():
    chance = random.Random(3)
    keys = [chance.randbytes(32) for _ in range(500)]
    with Net(100, "--seed", 3) as net:
        assert net.count_wrong(range(100), keys) == 0
        dead = chance.sample(range(1, 100), 30)
        assert net.request(kill=dead)[-1]["killed"] == dead
        living = [node for node in range(100) if node not in dead]
        assert net.count_wrong(living, keys) <= 1


if __name__ == "__main__":
    main()
