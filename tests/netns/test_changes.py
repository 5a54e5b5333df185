#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network changes under running nodes: addresses come and go, links fail, routers forget, peers fall silent."""

import threading
import time

import netlab

# Of a machine that has other things to do, too.
SLACK_S = 5
SETTLE_S = 3
DEAD_S = 30

netlab.enter()


def elapsed(since):
    return f"{time.monotonic() - since:.1f} s"


def look_up(peer, others, within):
    """A lookup that hears of these others, and how long it took."""
    start = time.monotonic()
    found = set(peer.closest(b"key"))
    took = time.monotonic() - start
    assert {o.peer for o in others} <= found, (found, [o.peer for o in others])
    assert took <= within, f"the lookup of {peer.name} took {took:.1f} s"
    return took


@netlab.test("an address goes and another comes: connections end at once, peers hear of it, lookups go on")
def _():
    with netlab.Lab() as lab:
        moved, first, second, third = lab.network(4)
        seen = len(moved.events)
        start = time.monotonic()
        moved.space.run("ip", "address", "del", "10.77.0.2/24", "dev", "eth0")
        moved.space.run("ip", "address", "add", "10.77.0.102/24", "dev", "eth0")
        event = moved.wait_event("addresses-changed", SETTLE_S + SLACK_S, since=seen)
        print(f"# told after {elapsed(start)}: {event['reason']}")
        texts = [e["reason"] for e in moved.events[seen:] if e["event"] == "addresses-changed"]
        assert any("/ip4/10.77.0.2" in text and "gone" in text for text in texts), texts
        assert "/ip4/10.77.0.102/tcp/4001" in " ".join(
            a for e in moved.events[seen:] if e["event"] == "addresses-changed" for a in e["addresses"]), texts
        reasons = {e["reason"] for p in (first, second, third) for e in moved.disconnected_from(p, seen)}
        assert any("10.77.0.2/" in r and "is gone from this machine" in r for r in reasons), reasons
        look_up(moved, (first, second, third), 5 + SLACK_S)
        netlab.eventually(
            lambda: moved.address_at("10.77.0.102").rsplit("/p2p/", 1)[0] in first.find_peer(moved.peer),
            timeout=10 + SLACK_S, what="the new address known to others")
        print(f"# others know the new address after {elapsed(start)}")
        assert not any("10.77.0.2/" in a for a in moved.call("show-identity").results[-1]["addresses"])
        for peer in (first, second, third):
            look_up(peer, (), 10 + SLACK_S)


@netlab.test("a second address comes: peers that are connected hear of it by a push")
def _():
    with netlab.Lab() as lab:
        grown, other = lab.network(2)
        start = time.monotonic()
        grown.space.run("ip", "address", "add", "10.77.0.103/24", "dev", "eth0")
        netlab.eventually(lambda: any("10.77.0.103/" in a for a in other.find_peer(grown.peer)),
                          timeout=SETTLE_S + SLACK_S, what="the second address pushed")
        print(f"# pushed after {elapsed(start)}")
        assert not grown.disconnected_from(other), "a connection ended for nothing"


@netlab.test("a link is down for 5 s: the rest goes on, and who was cut off is back soon after")
def _():
    with netlab.Lab() as lab:
        cut, first, second = lab.network(3)
        seen = len(cut.events)
        cut.space.run("ip", "link", "set", "eth0", "down")
        cut.wait_event("addresses-changed", SETTLE_S + SLACK_S, since=seen)
        end = time.monotonic() + 5
        while time.monotonic() < end:
            print(f"# the rest: a lookup in {look_up(first, (second,), 12 + SLACK_S):.1f} s")
            time.sleep(0.5)
        assert {first.peer, second.peer} <= cut.table(), "whoever is offline must not blame others"
        seen = len(cut.events)
        start = time.monotonic()
        cut.space.run("ip", "link", "set", "eth0", "up")
        cut.wait_event("addresses-changed", SETTLE_S + SLACK_S, since=seen)
        netlab.eventually(lambda: {first.peer, second.peer} <= cut.connected(), timeout=5 + SLACK_S,
                          what="connections with everybody")
        print(f"# connected again after {elapsed(start)}")
        look_up(cut, (first, second), 5 + SLACK_S)


@netlab.test("a router gives us another address: two peers' word makes it known, and lookups go on")
def _():
    with netlab.Lab() as lab:
        if not netlab.has_nft():
            raise netlab.Skip("there is no nft here to make a router of")
        first, second = lab.network(2)
        inside = lab.bridge("kadin")
        router = lab.space("router")
        router.plug("kadbr", "10.77.0.50/24", "outer")
        router.plug(inside, "192.168.50.1/24", "inner")
        router.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        router.run("nft", "add table ip kad; add chain ip kad out { type nat hook postrouting priority 100; }; "
                          "add rule ip kad out oifname outer masquerade")
        space = lab.space("home")
        space.plug(inside, "192.168.50.2/24")
        space.run("ip", "route", "add", "default", "via", "192.168.50.1")
        home = lab.node(space, join=first.address_at("10.77.0.2"), mode="client")
        home.wait_event("joined")
        look_up(home, (first, second), 10 + SLACK_S)
        netlab.eventually(lambda: "/ip4/10.77.0.50/" in home.call("show-identity").results[-1].get("observed_address", ""),
                          what="the outer address known")
        start = time.monotonic()
        router.run("ip", "address", "del", "10.77.0.50/24", "dev", "outer")
        router.run("ip", "address", "add", "10.77.0.51/24", "dev", "outer")
        netlab.eventually(lambda: home.disconnected_from(first) and home.disconnected_from(second),
                          timeout=DEAD_S + SLACK_S, what="the dead connections found")
        print(f"# found dead after {elapsed(start)}: {home.disconnected_from(first)[-1]['reason']}")
        look_up(home, (first, second), 5 + SLACK_S)
        netlab.eventually(lambda: "/ip4/10.77.0.51/" in home.call("show-identity").results[-1].get("observed_address", ""),
                          timeout=SLACK_S, what="the new outer address known")


def black_hole(space):
    """Neither in nor out, and nobody is told."""
    if netlab.has_nft():
        space.run("nft", "add table ip kad; add chain ip kad in { type filter hook input priority 0; policy drop; }; "
                         "add chain ip kad out { type filter hook output priority 0; policy drop; }")
    else:
        netlab.run("ip", "link", "set", f"kadbr-{space.name}"[-15:], "nomaster")


@netlab.test("a peer falls silent with requests in flight: it is found within 30 s, and the rest answers meanwhile")
def _():
    with netlab.Lab() as lab:
        peers = lab.network(4)
        silent, asking, first, second = peers[1], peers[2], peers[0], peers[3]
        address = silent.address_at("10.77.0.3")
        asking.ask(address, "FIND_NODE", b"x")
        assert any(c["peer"] == silent.peer and c["direction"] == "outbound" for c in asking.connections()), asking.connections()
        seen = {peer: len(peer.events) for peer in peers}
        black_hole(silent.space)
        start = time.monotonic()
        failed = {}

        def ask():
            try:
                asking.call("ask", timeout=60, address=address, request="find-node", key=asking.key(b"x"))
            except netlab.PeerError as error:
                failed[time.monotonic() - start] = error.code

        thread = threading.Thread(target=ask)
        thread.start()
        slowest = 0
        while not all(p.disconnected_from(silent, seen[p]) for p in (asking, first, second)):
            assert time.monotonic() - start < DEAD_S + SLACK_S, "the silent peer was not found"
            slowest = max(slowest, look_up(asking, (first, second), 12 + SLACK_S))
            time.sleep(0.2)
        print(f"# found by all after {elapsed(start)}; the slowest lookup took {slowest:.1f} s")
        assert asking.disconnected_from(silent, seen[asking])[0]["reason"] == "The peer is silent"
        thread.join(DEAD_S + SLACK_S)
        assert failed and min(failed) <= DEAD_S + SLACK_S, failed
        print(f"# the request failed after {min(failed):.1f} s: {failed}")
        look_up(asking, (first, second), 12 + SLACK_S)


@netlab.test("a peer is killed: its connections end at once, and lookups go on with the rest")
def _():
    with netlab.Lab() as lab:
        killed, asking, other = lab.network(3)
        start = time.monotonic()
        killed.kill()
        netlab.eventually(lambda: asking.disconnected_from(killed) and other.disconnected_from(killed),
                          timeout=SLACK_S, what="the end of the connections")
        print(f"# found after {elapsed(start)}")
        look_up(asking, (other,), 5 + SLACK_S)


netlab.main()
