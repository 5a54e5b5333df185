#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""org.libkad.Kad1.Monitor and Watch against the real service."""

import time

from gi.repository import GLib

from kadbus import Bus, Client, Kadd, NAME, main, test, wait_for
from kadnet import Net, Query, in_both, options
from kadwatch import Eavesdropper, Table, Watch, hold, read_table

NET = Net(10)


def rest(seconds):
    """Lets signals come for so long."""
    end = time.monotonic() + seconds
    wait_for(lambda: time.monotonic() >= end, seconds + 5)


def hang_up(client):
    """Whoever is connected with the service ends that."""
    us = client.node["PeerId"]
    for peer in {c["peer"] for c in client.table.call("GetConnections", "(a{sv})", {})}:
        try:
            NET.run(NET.peers.index(peer), "hang-up", peer=us)
        except AssertionError as error:
            assert "NotFound" in str(error), error


@test("/service/monitor/topics-and-options-are-checked")
@in_both(NET.addresses[:1])
def _(kadd, client):
    assert client.monitor.fails("Watch", "(asa{sv})", ["weather"], {}) == "InvalidArgument"
    assert client.monitor.fails("Watch", "(asa{sv})", ["table"], options(interval=249)) == "InvalidArgument"
    assert client.monitor.fails("Watch", "(asa{sv})", ["table"], options(interval=60001)) == "InvalidArgument"
    assert client.monitor.fails("Watch", "(asa{sv})", ["table"], options(interval="x")) == "InvalidArgument"
    assert client.monitor.fails("Watch", "(asa{sv})", [], {"require:x": GLib.Variant("u", 1)}) == "NotSupported"
    watch = Watch(client)
    assert watch.object.fails("SetTopics", "(as)", ["weather"]) == "InvalidArgument"
    watch.close()
    assert watch.object.fails("Close")


@test("/service/monitor/watches-are-counted")
@in_both(NET.addresses[:1])
def _(kadd, client):
    watches = [Watch(client, "table") for _ in range(8)]
    assert len({watch.path for watch in watches}) == 8
    assert client.monitor.fails("Watch", "(asa{sv})", ["table"], {}) == "LimitReached"
    watches[3].close()
    Watch(client, "table")


@test("/service/monitor/watching-starts-nothing")
@in_both(NET.addresses[:1])
def _(kadd, client):
    Watch(client, "table", "peers", "stats", "events")
    rest(0.5)
    assert client.node["State"] == "stopped"


@test("/service/monitor/a-watch-is-its-owners")
def _():
    with Bus() as bus, Kadd(bus=bus) as kadd, Client(bus) as client, Client(bus) as other:
        watch = Watch(client, "table")
        foreign = other.at(watch.path, "Watch")
        assert foreign.fails("Close") == "NotAuthorized"
        assert foreign.fails("SetTopics", "(as)", []) == "NotAuthorized"
        watch.close()
    with Kadd() as kadd, Client(kadd) as client, Client(kadd) as other:
        watch = Watch(client, "table")
        assert other.at(watch.path, "Watch").fails("Close")
        watch.close()


@test("/service/monitor/peers")
@in_both(NET.addresses[:1])
def _(kadd, client):
    watch = Watch(client, "peers")
    hold(client)
    connected = {}

    def follow():
        connected.clear()
        for number, (serial, added, removed) in enumerate(watch.peers):
            assert serial == number + 1
            for peer in removed:
                connected.pop(peer, None)
            for connection in added:
                connected[connection["peer"]] = connection
        now = {c["peer"] for c in client.table.call("GetConnections", "(a{sv})", {})}
        return now and set(connected) == now

    wait_for(follow, 30, step=0.3)
    assert set(connected) <= set(NET.peers)
    assert all(c["direction"] in ("inbound", "outbound") for c in connected.values())


@test("/service/monitor/queries-of-the-caller")
def _():
    with Bus() as bus, Kadd(bus=bus, join=NET.addresses[:1]) as kadd, Client(bus) as client, Client(bus) as other:
        hold(client)
        watch = Watch(client, "queries")
        strange = Watch(other, "queries")
        query = Query(client, "closest-peers", "text:a")
        query.finish()
        wait_for(lambda: any(details["state"] == "finished" for batch in watch.queries for _path, details in batch[0]), 20)
        told = [row for batch in watch.queries for row in batch[0]]
        assert {path for path, _details in told} == {query.path}
        assert told[-1][1]["kind"] == "closest-peers", told
        assert strange.signals == 0


@test("/service/monitor/events-come-together")
@in_both(NET.addresses[:1])
def _(kadd, client):
    hold(client)
    wait_for(lambda: client.node["State"] == "online", 30)
    watch = Watch(client, "events", interval=1000)
    hang_up(client)
    wait_for(lambda: any(e["event"] == "peer-disconnected" for batch in watch.events for e in batch[0]), 20)
    assert all(isinstance(e["event"], str) for batch in watch.events for e in batch[0])
    assert not watch.table and not watch.peers and not watch.stats


@test("/service/monitor/stats-each-second")
@in_both(NET.addresses[:1])
def _(kadd, client):
    hold(client)
    watch = Watch(client, "stats")
    began = time.monotonic()
    wait_for(lambda: len(watch.stats) >= 4, 20)
    assert time.monotonic() - began >= 2.5, "more often than each second"
    stats = watch.stats[-1][0]
    assert set(stats) == {"peers", "table", "queries", "bytes_in", "bytes_out", "requests_in", "requests_out"}, stats
    wait_for(lambda: watch.stats[-1][0]["peers"] > 0 and watch.stats[-1][0]["bytes_in"] > 0, 20)
    assert watch.stats[-1][0]["bytes_in"] >= stats["bytes_in"]


@test("/service/monitor/stats")
@in_both(NET.addresses[:1])
def _(kadd, client):
    assert client.monitor.fails("GetStats") == "NotRunning"
    hold(client)
    wait_for(lambda: client.monitor.call("GetStats")["now"]["peers"] > 0, 20)
    stats = client.monitor.call("GetStats")
    assert stats["traffic"]["in_bytes"] > 0 and stats["uptime_us"] > 0
    operations = {operation["command"]: operation for operation in stats["operations"]}
    assert operations["show-stats"]["count"] >= 1 and operations["show-stats"]["p50_us"] >= 0


@test("/service/monitor/series")
@in_both(NET.addresses[:1])
def _(kadd, client):
    series = "(suu)"
    assert client.monitor.fails("GetSeries", series, "weather", 60, 1) == "InvalidArgument"
    for seconds, step in ((0, 1), (3601, 1), (60, 0), (60, 61)):
        assert client.monitor.fails("GetSeries", series, "peers", seconds, step) == "InvalidArgument"
    assert client.monitor.call("GetSeries", series, "peers", 3600, 1) == []
    hold(client)
    watch = Watch(client, "stats")
    wait_for(lambda: len(watch.stats) >= 4 and watch.stats[-1][0]["peers"] > 0, 20)
    for name in ("peers", "table", "queries", "bytes_in", "bytes_out", "requests_in", "requests_out", "network_size"):
        points = client.monitor.call("GetSeries", series, name, 60, 1)
        assert 2 <= len(points) <= 60, (name, points)
        assert points == sorted(points) and all(value >= 0 for _when, value in points)
        assert abs(points[-1][0] / 1e6 - time.time()) < 10
    assert client.monitor.call("GetSeries", series, "peers", 60, 1)[-1][1] == watch.stats[-1][0]["peers"]
    assert len(client.monitor.call("GetSeries", series, "peers", 60, 60)) == 1


@test("/service/monitor/topics-can-change")
@in_both(NET.addresses[:1])
def _(kadd, client):
    hold(client)
    watch = Watch(client, "stats")
    wait_for(lambda: watch.stats, 20)
    watch.object.call("SetTopics", "(as)", ["table"])
    rest(0.2)
    n_stats = len(watch.stats)
    client.monitor.call("Watch", "(asa{sv})", ["stats"], {})
    rest(2.2)
    assert len(watch.stats) == n_stats
    read_table(client)
    watch.object.call("SetTopics", "(as)", [])
    n_table = len(watch.table)
    hang_up(client)
    rest(1)
    assert len(watch.table) == n_table


@test("/service/monitor/nobody-else-is-told")
def _():
    with Bus() as bus, Kadd(bus=bus, join=NET.addresses[:1]) as kadd, Client(bus) as client, Client(bus) as other:
        strange = []
        other.connection.signal_subscribe(None, f"{NAME}.Watch", None, None, None, 0, lambda *a: strange.append(a))
        ear = Eavesdropper(bus)
        hold(client)
        rest(2)
        assert ear.count == 0, "signals without a watcher"
        watch = Watch(client, "table", "stats", "peers", "events")
        wait_for(lambda: len(watch.stats) >= 2, 20)
        assert ear.count > 0
        watch.close()
        rest(0.3)
        count = ear.count
        hang_up(client)
        rest(2)
        assert ear.count == count, "signals after the last watcher"
        assert not strange
        ear.close()


@test("/service/monitor/who-leaves-is-forgotten")
def _():
    with Bus() as bus, Kadd(bus=bus, join=NET.addresses[:1]) as kadd, Client(bus) as client:
        hold(client)
        ear = Eavesdropper(bus)
        gone = Client(bus)
        watches = [Watch(gone, "table", "peers", "stats", "events") for _ in range(8)]
        wait_for(lambda: watches[0].stats, 20)
        gone.close()
        rest(0.5)
        count = ear.count
        rest(2.5)
        assert ear.count == count, "somebody who is gone is told"
        ear.close()


main(at_end=NET.stop)
