#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""org.libkad.Kad1.Table against the real service in a network that changes."""

import hashlib
import time

from gi.repository import GLib

from kadbus import Bus, Client, Kadd, main, test, wait_for
from kadnet import in_both, options, Net
from kadwatch import CONNECTED, ShrinkingNet, Table, hold, read_table

NET = Net(12)


def joined(client):
    """Starts the node and waits for a table."""
    hold(client)
    return wait_for(lambda: (lambda got: got if len(got[1]) >= 8 else None)(read_table(client)), 30)


@test("/service/table/rows-are-those-of-the-network")
@in_both(NET.addresses[:1])
def _(kadd, client):
    _serial, rows = joined(client)
    now = time.time() * 1e6
    assert set(rows) <= set(NET.peers)
    for peer, bucket, rtt, seen, added, agent, addresses, flags in rows.values():
        assert bucket < 256 and rtt < 60e6 and flags < 16, (bucket, rtt, flags)
        assert now - 120e6 < added <= now and added <= seen <= now, (added, seen, now)
        assert any(address.startswith("/ip4/127.0.0.1/tcp/") for address in addresses), addresses
        assert agent == "" or agent.startswith("kad"), agent
    assert any(row[7] & CONNECTED for row in rows.values())


@test("/service/table/pages-are-in-order-and-whole")
@in_both(NET.addresses[:1])
def _(kadd, client):
    joined(client)
    _serial, everything, total = client.table.call("GetPeers", "(suua{sv})", "wan", 0, 5000, {})
    assert everything == sorted(everything, key=lambda row: (row[1], row[0]))
    got = []
    while True:
        _serial, rows, n = client.table.call("GetPeers", "(suua{sv})", "", len(got), 3, {})
        assert n == total and len(rows) <= 3
        got += rows
        if not rows:
            break
    assert [row[0] for row in got] == [row[0] for row in everything]
    assert client.table.call("GetPeers", "(suua{sv})", "", 0, 0, {})[1:] == ([], total)


@test("/service/table/filters")
@in_both(NET.addresses[:1])
def _(kadd, client):
    _serial, rows = joined(client)
    bucket = next(iter(rows.values()))[1]
    _serial, some = read_table(client, bucket=bucket)
    assert some and all(row[1] == bucket for row in some.values())
    _serial, connected = read_table(client, connected=True)
    _serial, others = read_table(client, connected=False)
    assert connected and all(row[7] & CONNECTED for row in connected.values())
    assert not any(row[7] & CONNECTED for row in others.values())
    assert client.table.call("GetPeers", "(suua{sv})", "", 0, 1, options(bucket=255))[1:] == ([], 0)


@test("/service/table/what-is-wrong-is-refused")
@in_both(NET.addresses[:1])
def _(kadd, client):
    hold(client)
    wrong = [("lan", 0, 1, {}, "NotSupported"), ("moon", 0, 1, {}, "InvalidArgument"),
             ("", 0, 5001, {}, "InvalidArgument"), ("", 0, 1, options(bucket=256), "InvalidArgument"),
             ("", 0, 1, options(bucket="0"), "InvalidArgument"), ("", 0, 1, options(connected=1), "InvalidArgument"),
             ("", 0, 1, {"require:agent": GLib.Variant("s", "x")}, "NotSupported")]
    for network, start, most, filters, error in wrong:
        assert client.table.fails("GetPeers", "(suua{sv})", network, start, most, filters) == error, (network, filters)
    assert client.table.fails("GetBuckets", "(s)", "lan") == "NotSupported"
    assert client.table.fails("GetBuckets", "(s)", "moon") == "InvalidArgument"
    assert client.table.fails("GetPeer", "(s)", "nobody").startswith("Invalid")
    assert client.table.fails("GetConnections", "(a{sv})", {"require:x": GLib.Variant("b", True)}) == "NotSupported"
    # A name that is not required is not minded.
    client.table.call("GetConnections", "(a{sv})", {"x": GLib.Variant("b", True)})


@test("/service/table/nothing-runs-for-it")
def _():
    with Kadd() as kadd, Client(kadd) as client:
        assert client.table.fails("GetPeers", "(suua{sv})", "", 0, 1, {}) == "NotRunning"
        assert client.table.fails("GetBuckets", "(s)", "") == "NotRunning"
        assert client.table.fails("GetPeer", "(s)", NET.peers[0]) == "NotRunning"
        assert client.table.fails("GetConnections", "(a{sv})", {}) == "NotRunning"
        assert client.node["State"] == "stopped"


@test("/service/table/buckets-hold-the-table")
@in_both(NET.addresses[:1])
def _(kadd, client):
    joined(client)

    def agree():
        _serial, rows = read_table(client)
        buckets = client.table.call("GetBuckets", "(s)", "wan")
        sizes = {}
        for row in rows.values():
            sizes[row[1]] = sizes.get(row[1], 0) + 1
        return sizes == {bucket[0]: bucket[1] for bucket in buckets if bucket[1]} and buckets

    buckets = wait_for(agree, 20)
    now = time.time() * 1e6
    assert [bucket[0] for bucket in buckets] == sorted(bucket[0] for bucket in buckets)
    for _index, size, replacements, connected, refreshed, changed in buckets:
        assert size <= 20 and replacements <= 8 and connected <= size
        assert now - 120e6 < changed <= now, (changed, now)
        assert refreshed == 0 or now - 120e6 < refreshed <= now, (refreshed, now)


@test("/service/table/one-peer")
@in_both(NET.addresses[:1])
def _(kadd, client):
    _serial, rows = joined(client)
    row = next(row for row in rows.values() if row[7] & CONNECTED)
    details = client.table.call("GetPeer", "(s)", row[0])
    assert details["peer"] == row[0] and details["bucket"] == row[1] and details["state"] in ("live", "checking", "stale")
    assert details["connections"] and all(c["peer"] == row[0] for c in details["connections"])
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number = 0
    for letter in row[0]:
        number = number * 58 + alphabet.index(letter)
    peer = number.to_bytes((number.bit_length() + 7) // 8, "big")
    peer = bytes(len(row[0]) - len(row[0].lstrip("1"))) + peer
    assert bytes(details["kad_id"]) == hashlib.sha256(peer).digest()
    assert client.table.fails("GetPeer", "(s)", "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N") == "NotFound"


@test("/service/table/connections")
@in_both(NET.addresses[:1])
def _(kadd, client):
    joined(client)
    connections = client.table.call("GetConnections", "(a{sv})", {})
    assert connections
    for connection in connections:
        assert connection["peer"] in NET.peers and connection["direction"] in ("inbound", "outbound")
        assert connection["age_us"] >= 0 and connection["muxer"] == "/yamux/1.0.0"
        assert isinstance(connection["protected"], bool)


@test("/service/table/changes-make-a-snapshot-true")
def _():
    with ShrinkingNet(16) as net, Bus() as bus, Kadd(bus=bus, join=net.addresses[:1]) as kadd, \
            Client(bus) as client, Client(bus) as second:
        hold(client)
        fast = Table(client)
        slow = Table(second, interval=1500)
        wait_for(lambda: fast.follow() or len(fast.rows) >= 10, 30)
        fast.check()
        slow.check()
        net.kill(*range(8, 16))
        deadline = time.monotonic() + 60
        while any(peer in fast.rows for peer in net.peers[8:]) and time.monotonic() < deadline:
            # Who looks for peers finds out who is gone.
            client.routing.call("ClosestPeers", "(sa{sv})", f"text:{time.monotonic()}", {})
            fast.check()
            slow.check()
        fast.check()
        slow.check()
        assert fast.watch.table and slow.watch.table
        assert not fast.watch.overflow and not slow.watch.overflow
        # With its own pace, the slow one heard less often, and missed nothing.
        assert fast.gaps <= 1 and slow.gaps <= 1, (fast.gaps, slow.gaps)
        assert len(slow.watch.table) <= len(fast.watch.table)


main(at_end=NET.stop)
