#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our service and real go-libp2p and js-libp2p nodes on one link, each with its own mDNS: all find each other."""

import time

import locallab
import netlab
from locallab import Link, kadlab, wait_until

locallab.enter()


def found_by(peer, whom):
    """The addresses at which a go or js peer found somebody by its mDNS."""
    return {a for e in peer.events if e["event"] == "mdns-found" and e["peer"] == whom for a in e["addresses"]}


def failures(peer):
    return [e for e in peer.events if e["event"] == "mdns-failed"]


def wait_both(ours, other):
    start = time.monotonic()
    wait_until(lambda: ours.reached(other.peer), f"{other.name} found by ours")
    print(f"# ours found {other.name} after {time.monotonic() - start:.1f} s more")
    wait_until(lambda: found_by(other, ours.peer), f"ours found by {other.name}")
    print(f"# {other.name} found ours after {time.monotonic() - start:.1f} s more")
    wait_until(lambda: other.peer in ours.table(), f"{other.name} in the table of ours")
    wait_until(lambda: ours.peer in other.table(), f"ours in the table of {other.name}")
    assert not failures(other), failures(other)


def both_ways(base, ours_first):
    with Link() as link:
        ours, theirs = link.machine("a"), link.machine("b", with_avahi=False)
        if ours_first:
            ours.start_kadd()
        other = link.peer(theirs, base, name=base.kind)
        if not ours_first:
            ours.start_kadd()
        wait_both(ours, other)
        assert all("/ip4/10.78.0.2/" in a for a in found_by(other, ours.peer)), found_by(other, ours.peer)
        assert all("/ip4/10.78.0.3/" in a for a in ours.reached(other.peer)), ours.reached(other.peer)


@netlab.test("a go peer that starts after ours, and ours find each other")
def _():
    both_ways(kadlab.GoPeer, True)


@netlab.test("ours that starts after a go peer, and the go peer find each other")
def _():
    both_ways(kadlab.GoPeer, False)


@netlab.test("a js peer that starts after ours, and ours find each other")
def _():
    both_ways(kadlab.JsPeer, True)


@netlab.test("ours that starts after a js peer, and the js peer find each other")
def _():
    both_ways(kadlab.JsPeer, False)


@netlab.test("go, js and two of ours on one link: all are found by all, also at a new address")
def _():
    with Link() as link:
        first, second = link.machine("a"), link.machine("b")
        go = link.peer(link.machine("c", with_avahi=False), kadlab.GoPeer, name="go")
        js = link.peer(link.machine("d", with_avahi=False), kadlab.JsPeer, name="js")
        first.start_kadd()
        second.start_kadd()
        everybody = {first.peer, second.peer, go.peer, js.peer}
        for ours in (first, second):
            wait_until(lambda m=ours: m.table() == everybody - {m.peer}, f"all others in the table of {ours.name}")
        for other in (go, js):
            wait_until(lambda p=other: found_by(p, first.peer) and found_by(p, second.peer), f"both found by {other.name}")
        second.run("ip", "address", "add", "10.78.0.88/24", "dev", "eth0")
        wait_until(lambda: any("/10.78.0.88/" in a for a in found_by(go, second.peer)), "the new address found by go")


netlab.main()
