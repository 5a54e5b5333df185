#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""org.libkad.Kad1.Records against the real service: what others put into its node."""

import hashlib

from gi.repository import GLib

from kadbus import Bus, Client, Kadd, Network, main, test, wait_for

DAY_US = 24 * 3600 * 1_000_000


def rows(client, method, start=0, most=1000):
    return client.records.call(method, "(uua{sv})", start, most, {})


@test("/service/records/what-others-put-here")
def what_others_put_here():
    with Network(3) as network, Bus() as bus, Kadd(bus=bus, join=network.join), Client(bus) as client:
        client.node.call("Hold", "(sa{sv})", "a test", {})
        wait_for(lambda: client.node["State"] == "online" and client.node["RoutingTableSize"] == 3)
        serial, none, total = rows(client, "ListRecords")
        assert (none, total) == ([], 0)
        network.ask("put", "text:note", "hello")
        network.ask("provide", "text:song", "--once")
        _, held, total = wait_for(lambda: rows(client, "ListRecords")[2] and rows(client, "ListRecords"))
        assert total == 1 and len(held) == 1
        key, peer, size, expires = held[0]
        assert bytes(key) == b"text:note"[5:] and peer and size == 5
        now = GLib.get_real_time()
        assert now + DAY_US < expires <= now + 2 * DAY_US + 60_000_000
        assert rows(client, "ListRecords")[0] != serial
        _, held, total = rows(client, "ListProviders")
        assert total == 1
        key, peer, addresses, expires = held[0]
        assert bytes(key) == b"\x12\x20" + hashlib.sha256(b"song").digest()
        assert peer and isinstance(addresses, list) and expires > now


@test("/service/records/pages")
def pages():
    with Network(2) as network, Bus() as bus, Kadd(bus=bus, join=network.join), Client(bus) as client:
        client.node.call("Hold", "(sa{sv})", "a test", {})
        wait_for(lambda: client.node["State"] == "online" and client.node["RoutingTableSize"] == 2)
        for n in range(7):
            network.ask("put", f"text:{n}", "x")
        wait_for(lambda: rows(client, "ListRecords")[2] == 7)
        got = [bytes(row[0]) for start in (0, 3, 6) for row in rows(client, "ListRecords", start, 3)[1]]
        assert sorted(got) == [str(n).encode() for n in range(7)], got
        assert rows(client, "ListRecords", 7, 3)[1] == []


@test("/service/records/forgotten")
def forgotten():
    with Network(2) as network, Bus() as bus, Kadd(bus=bus, join=network.join), Client(bus) as client:
        client.node.call("Hold", "(sa{sv})", "a test", {})
        wait_for(lambda: client.node["State"] == "online" and client.node["RoutingTableSize"] == 2)
        network.ask("put", "text:note", "hello")
        wait_for(lambda: rows(client, "ListRecords")[2] == 1)
        serial = rows(client, "ListRecords")[0]
        client.records.call("RemoveRecord", "(s)", "text:note")
        assert rows(client, "ListRecords")[1:] == ([], 0) and rows(client, "ListRecords")[0] != serial
        assert client.records.fails("RemoveRecord", "(s)", "text:note") == "NotFound"
        assert network.record("text:note") == "hello"  # others keep theirs


@test("/service/records/what-is-wrong")
def what_is_wrong():
    with Kadd() as kadd, Client(kadd) as client:
        off = {"no-start": GLib.Variant("b", True)}
        for method in ("ListRecords", "ListProviders"):
            assert client.records.fails(method, "(uua{sv})", 0, 0, {}) == "InvalidArgument"
            assert client.records.fails(method, "(uua{sv})", 0, 1001, {}) == "InvalidArgument"
            assert client.records.fails(method, "(uua{sv})", 0, 10, off) == "NotRunning"
        assert client.records.fails("RemoveRecord", "(s)", "no key") == "InvalidKey"


main()
