# SPDX-License-Identifier: GPL-3.0-or-later
"""R16 and the floods of the security lessons, against kad node: what is held has its cap, honest
peers are served all the while, and five seconds after the end nothing is left of it."""

import time

from hostilelab import FULL, MIB, SANITIZED, SLOWNESS, Node, Probe, at_most, flood, main, malformed, test

# What DESIGN.md says ("The limits"): bytes of all connections, and one turn of the loop above it;
# 32 MiB of large messages being assembled; and what the machinery for 1,024 half-open and 32 whole
# connections with all their streams takes.
HELD_CAP = (128 + 64 + 32 + 32) * MIB
LEFT_CAP = 32 * MIB
EVENTS_CAP = 48 * MIB  # 16 MiB of them, and what 32 connections hold
HALF_OPEN_CAP = 24 * MIB
PROVIDERS_CAP = 48 * MIB  # of one peer: 65,536 records and their keys
NEWCOMER_MS = 1000 * SLOWNESS
RECOVERY_S = 5
PRESS_S = 20 if FULL else 3


def watch(node, seconds):
    """The most memory in that time."""
    most = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        most = max(most, node.memory())
        time.sleep(0.05)
    return most


def check_cap(what, most, before, cap):
    print(f"# {what}: {before / MIB:.1f} MiB, then {most / MIB:.1f} MiB at most")
    assert SANITIZED or most - before < cap, (most - before, cap)


@test("/security/R16/one-byte-a-second: 5,000 that never finish Noise are gone in 30 s, newcomers served in 1 s")
def _():
    n = at_most(5000)
    with Node() as node, Node() as control:
        before = node.memory()
        with Probe(node, control) as probe, flood(node, "slow", n) as attack:
            begun = time.monotonic()
            most = 0
            while attack.process.poll() is None and time.monotonic() - begun < 60:
                most = max(most, watch(node, 0.5))
            result = attack.finish(stop=False)
        print(f"# {result}")
        assert result["left"] == 0 and 0 < result["gone_ms"] < 30000, result
        probe.expect_answers(newcomer_ms=NEWCOMER_MS, limit_ms=NEWCOMER_MS)
        check_cap("slow peers", most, before, HALF_OPEN_CAP)


@test("/security/CVE-2022-23492/10000-half-handshakes-and-10000-streams: capped, and newcomers served in 1 s")
def _():
    n = 1000 if SANITIZED else at_most(10000)
    with Node() as node, Node() as control:
        before = node.memory()
        with flood(node, "crowd", n) as attack:
            with Probe(node, control) as probe:
                most = watch(node, PRESS_S)
                connections = node.n_connections()
            result = attack.finish()
        print(f"# {result}, {connections} connections")
        # The oldest of too many handshakes went, no whole connection did.
        assert result["half_open"] <= 1024 and result["sessions_lost"] == 0, result
        probe.expect_answers(newcomer_ms=NEWCOMER_MS, limit_ms=NEWCOMER_MS)
        check_cap("half handshakes and streams", most, before, HALF_OPEN_CAP)
        assert node.settle() <= RECOVERY_S * SLOWNESS


def press(kind):
    with Node() as node, Node() as control:
        with Probe(node, control):
            time.sleep(0.3)
        node.settle()
        before, descriptors = node.memory(), node.n_descriptors()
        with Probe(node, control) as probe, flood(node, kind) as attack:
            most = watch(node, PRESS_S)
            result = attack.finish()
        print(f"# {result}")
        # The flood is as heavy as one core can make it: nobody waits for longer than a newcomer may.
        probe.expect_answers(newcomer_ms=NEWCOMER_MS, limit_ms=NEWCOMER_MS)
        check_cap(kind, most, before, HELD_CAP)
        recovery = node.settle()
        with Probe(node, control) as afterwards:
            time.sleep(0.5)
        print(f"# recovered after {recovery:.1f} s, {node.memory() / MIB:.1f} MiB")
        assert recovery <= RECOVERY_S * SLOWNESS, recovery
        check_cap(f"{kind}, afterwards", node.memory(), before, LEFT_CAP)
        afterwards.expect_answers()
        node.settle()
        assert node.n_descriptors() <= descriptors


for name, kind in (
        ("/security/R16/streams", "streams"),
        ("/security/R16/pings", "pings"),
        ("/security/R16/zero-window", "zero-window"),
        ("/security/R16/no-reading", "no-reading"),
        ("/security/R16/varints", "varints")):
    test(f"{name}: the cap holds, honest peers are served, all is over in 5 s", kind=kind)(press)


@test("/security/R16/watcher-that-does-not-read: events wait for whom reads kad node's output, up to a cap in bytes")
def _():
    with Node(is_read=False) as node:
        malformed(node, "transport", 1000)  # more lines of output than a pipe holds
        before = node.memory()
        with flood(node, "identities") as attack:
            most = watch(node, PRESS_S)
            result = attack.finish()
        print(f"# {result}")
        check_cap("events of identify pushes", most, before, EVENTS_CAP)
        node.read_on()


@test("/security/R16/100000-providers-of-one-peer: capped, and the honest keys near us are still there")
def _():
    n = 1000000 if FULL else 5000 if SANITIZED else 100000
    with Node() as node, Node() as control:
        before = node.memory()
        with Probe(node, control) as probe, flood(node, "providers", n) as attack:
            result = attack.finish(stop=False)
            most = node.memory()
        print(f"# {result}")
        assert result["before"] == result["of"] and result["kept"] == result["of"], result
        check_cap("providers", most, before, PROVIDERS_CAP)
        probe.expect_answers(newcomer_ms=NEWCOMER_MS, limit_ms=NEWCOMER_MS)


main()
