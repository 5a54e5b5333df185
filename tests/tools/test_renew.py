#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of a desktop that sleeps, moves, counts bytes and is short of memory, on real nodes on loopback."""

import atexit
import signal
import time

from kadtool import NOT_FOUND, USAGE, kad, kadlab, main, test

SILENCE_S = 25  # what finds a dead connection without a renewal


class Shared:
    """Three servers that know one another, made once: each test leaves them as it found them, and the last one wakes whom it froze."""

    net = None
    peers = []

    @classmethod
    def get(cls):
        if cls.net is None:
            cls.net = kadlab.Testnet()
            cls.net.__enter__()
            atexit.register(cls.end)
            first = cls.net.one("kad")
            cls.net.start("kad", 2, extra=["--join", first.addresses[0]])
            cls.peers = cls.net.peers
        for peer in cls.peers:
            kadlab.eventually(lambda peer=peer: len(peer.table()) == 2, timeout=40, what="a full table")
        return cls.peers

    @classmethod
    def end(cls):
        cls.net.__exit__(None, None, None)


def run(peer, command, **options):
    answer = peer.call(command, **options)
    assert len(answer.results) == 1, answer.results
    return answer.results[0]


def stats_of(peer):
    return run(peer, "show-stats")


@test("a quiet node is a client that does what it is asked for, and is what it was after that")
def _():
    first, other, last = Shared.get()
    assert stats_of(last)["node"]["quiet"] is False
    assert run(last, "keep-quiet", quiet=True) == {"quiet": True}
    node = stats_of(last)["node"]
    assert node["quiet"] is True and node["server"] is False and node["mode"] == "server", node
    kadlab.eventually(lambda: last.peer not in first.table(), timeout=40, what="a client")
    last.put(b"quiet", b"asked for")
    assert other.get(b"quiet") == b"asked for"
    assert run(last, "keep-quiet", quiet=False) == {"quiet": False}
    node = stats_of(last)["node"]
    assert node["quiet"] is False and node["server"] is True, node
    kadlab.eventually(lambda: last.peer in first.table(), timeout=40, what="a server")


@test("free-memory says how much, and the node goes on")
def _():
    first, other, _last = Shared.get()
    assert run(first, "free-memory")["freed_bytes"] >= 0
    first.put(b"after", b"value")
    assert other.get(b"after") == b"value"


@test("who lost everybody joins anew when told to")
def _():
    first, _other, last = Shared.get()
    for peer in last.connected():
        last.disconnect(peer)
    result = run(last, "renew", reason="resumed", slept=28800000000)
    assert result["joining"] or last.connected(), result
    kadlab.eventually(lambda: first.peer in last.connected(), timeout=40, what="a connection")
    assert last.wait_event("resumed")["slept_us"] == 28800000000


@test("renew finds the connection of a frozen peer long before its silence does, and lookups work at once")
def _():
    first, other, frozen = Shared.get()
    other.put(b"kept", b"value")
    kadlab.eventually(lambda: set(first.connected()) >= {other.peer, frozen.peer}, timeout=40, what="connections")
    kadlab.freeze(frozen.process)
    began = time.monotonic()
    result = run(first, "renew", reason="network")
    assert set(result) == {"testing", "joining"} and result["testing"] >= 2 and result["joining"] is False, result
    assert first.get(b"kept") == b"value"
    kadlab.eventually(lambda: frozen.peer not in first.connected(), timeout=20, what="the end of the dead connection")
    assert time.monotonic() - began < SILENCE_S, time.monotonic() - began
    assert other.peer in first.connected()
    resumed = first.wait_event("resumed")
    assert resumed["reason"] == "network" and resumed["slept_us"] == 0 and resumed["testing"] >= 2, resumed
    assert first.get(b"kept") == b"value"
    frozen.process.send_signal(signal.SIGCONT)


@test("what these commands do not know is refused before anything runs")
def _():
    assert kad("run", "keep-quiet", "--quiet", "very").status in (USAGE, NOT_FOUND)
    assert kad("run", "renew", "--slept", "-1").status == USAGE
    assert kad("run", "renew", "--reason", "x" * 65).status == USAGE
    assert kad("run", "free-memory", "--all").status == USAGE


if __name__ == "__main__":
    main()
