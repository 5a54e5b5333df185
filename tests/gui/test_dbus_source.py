#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""KadGuiDbusSource against the real service, on a bus and on a socket, and against services that are not it."""

import contextlib
import os
import pathlib
import signal
import sys
import tempfile
import time

import guiprobe
from guiprobe import ALL, EVENTS, PATIENCE, PUBLICATIONS, QUERIES, RECORDS, START, STATS, STOP, TABLE, Probe

from gi.repository import Gio, GLib

from kadbus import Bus, Client, Kadd, NAME, ROOT, main, test, wait_for
from kadnet import Net, options
from kadwatch import Eavesdropper, ShrinkingNet, hold, read_table

import kadlab

NET = Net(12)
# A network of few peers has no more of them to ask.
ENDED = ("completed", "starved")


def both(function):
    """Makes a test run with the service on a bus, and on a socket: as test(kadd, client, new probe)."""

    def run():
        with Bus() as bus, Kadd(bus=bus, join=NET.addresses[:1]) as kadd, Client(bus) as client:
            function(kadd, client, lambda **values: Probe("session", bus=bus, **values))
        with Kadd(join=NET.addresses[:1]) as kadd, Client(kadd) as client:
            function(kadd, client, lambda **values: Probe(kadd.address, **values))

    return run


def online(client):
    hold(client)
    wait_for(lambda: client.node["State"] == "online", 30 * PATIENCE)


def shows_table(client, probe):
    """Whether the probe shows what a fresh snapshot says."""
    _, rows = read_table(client)
    shown = probe.table()
    return set(shown) == set(rows) and all(
        shown[peer]["bucket"] == row[1] and shown[peer]["addresses"] == row[6]
        and shown[peer]["connected"] == bool(row[7] & 1) for peer, row in rows.items())


@test("status, table, connections and buckets are what the service says")
@both
def _(kadd, client, new_probe):
    online(client)
    with new_probe(topics=TABLE) as probe:
        probe.wait(lambda probe: len(probe.table()) > 3 and shows_table(client, probe))
        status = probe.get("status")
        assert status["state"] == "online" and status["network"] == "private:test", status
        assert status["peer_id"] == client.node["PeerId"] and status["version"] == client.node["Version"], status
        assert status["listen_addresses"] == client.node["ListenAddresses"], status
        connections = client.table.call("GetConnections", "(a{sv})", {})
        probe.wait(lambda probe: probe.connected() == {row["peer"] for row in client.table.call(
            "GetConnections", "(a{sv})", {})})
        row = next(row for row in connections if "security" in row)
        peer = next(peer for peer in probe.get("peers") if peer["id"] == row["peer"])
        assert peer["security"] == row["security"] and peer["transport"] == "tcp", (peer, row)
        probe.wait(lambda probe: sum(bucket["size"] for bucket in probe.get("buckets")) == len(probe.table()))
        buckets = {row[0]: row for row in client.table.call("GetBuckets", "(s)", "")}
        probe.wait(lambda probe: all(
            probe.get("buckets")[index]["refreshed_us"] == row[4] for index, row in {
                row[0]: row for row in client.table.call("GetBuckets", "(s)", "")}.items()))
        assert buckets


@test("the table follows peers that go and come, on a bus")
def _():
    with ShrinkingNet(14) as net, Bus() as bus, Kadd(bus=bus, join=net.addresses[:1]) as kadd, Client(bus) as client:
        online(client)
        with Probe("session", bus=bus, topics=TABLE) as probe:
            probe.wait(lambda probe: len(probe.table()) >= 10 and shows_table(client, probe), 60)
            before = probe.connected()
            net.kill(*range(4, 10))
            probe.wait(lambda probe: not probe.connected() & set(net.peers[4:10]), 60)
            assert before & set(net.peers[4:10])
            probe.wait(lambda probe: shows_table(client, probe), 60)
            # They are shown for some seconds as ones who left, and then not at all.
            gone = {peer["id"] for peer in probe.get("peers") if peer["departed_us"]}
            probe.wait(lambda probe: not gone & {peer["id"] for peer in probe.get("peers")} or shows_table(client, probe))


@test("figures come each second, counters as rates, and those of before are there")
@both
def _(kadd, client, new_probe):
    online(client)
    with new_probe(topics=STATS) as first:
        first.wait(lambda probe: len(probe.ask("series", "peers")) >= 3)
        with new_probe(topics=STATS) as second:
            second.wait(lambda probe: len(probe.ask("series", "peers")) >= 3, 3)
            before = len(second.ask("series", "table"))
            second.wait(lambda probe: len(probe.ask("series", "table")) > before)
            second.wait(lambda probe: probe.get("stats") and probe.get("stats")["now"]["peers"] > 0)
            status = second.get("status")
            assert status["table_size"] > 0 and status["peer_count"] > 0, status
            second.run("ping-peer", peer=NET.peers[0])
            second.wait(lambda probe: any(value > 0 for _, value in probe.ask("series", "bytes_out")))
            points = second.ask("series", "bytes_in")
            assert all(value >= 0 for _, value in points) and points == sorted(points), points


@test("queries of others have their steps and contacts")
@both
def _(kadd, client, new_probe):
    online(client)
    with new_probe(topics=QUERIES) as probe:
        # Until the stream is open nothing of it is told.
        def seen(probe):
            client.routing.call("ClosestPeers", "(sa{sv})", "text:of another", {})
            return [number for number, query in enumerate(probe.get("queries")) if query["kind"] == "closest-peers"]
        number = probe.wait(seen)[-1]
        got = probe.wait(lambda probe: (lambda got: got if got["query"]["outcome"] and got["steps"] else None)(
            probe.ask("query", number)))
        assert got["query"]["own"] is False and got["query"]["run"] > 0, got["query"]
        assert len(got["contacts"]) > 3 and any(step["step"] == "reply" for step in got["steps"]), got
        assert all(step["peer"] for step in got["steps"] if step["step"] == "send"), got["steps"]


def steps_of(client, path):
    steps = []
    while True:
        _, page = client.at(path, "Query").call("GetSteps", "(u)", len(steps))
        if not page:
            return steps
        steps += page


def steps_named(got, name):
    return [step["peer"] for step in got["steps"] if step["step"] == name]


def check_own(client, probe, number):
    probe.finished(number, 60)

    # The stream's last lines may come after the object's end.
    def is_whole():
        got = probe.ask("query", number)
        return len(steps_named(got, "send")) == got["query"]["requests"] and steps_named(got, "path-ended")

    with contextlib.suppress(AssertionError):
        wait_for(is_whole, 5 * PATIENCE)
    got = probe.ask("query", number)
    query = got["query"]
    assert query["own"] and query["outcome"] in ENDED and query["run"] > 0 and query["id"] == query["run"], query
    assert query["kind"] and query["command"] == "closest-peers" and query["key"] == "text:mine", query
    assert query["requests"] > 0 and query["duration_us"] > 0 and '"outcome"' in query["summary"], query
    assert got["has_target"], got
    assert len(got["results"]) == query["n_results"] > 3, got["results"]
    assert [result["number"] for result in got["results"]] == list(range(len(got["results"])))
    assert all(result["kind"] == "peer" and result["peer"] in NET.peers and result["addresses"] for result in got["results"])
    sent = steps_named(got, "send")
    assert len(sent) == query["requests"], (len(sent), query, got["steps"])
    ends = steps_named(got, "path-ended")
    assert len(ends) == 1, ends
    times = [step["at_us"] for step in got["steps"]]
    assert times == sorted(times), times
    replies = steps_named(got, "reply")
    assert len(replies) == query["successes"], (len(replies), query, got["steps"])
    assert len(got["contacts"]) == len({contact["peer"] for contact in got["contacts"]}) >= len(set(sent))
    assert sum(1 for other in probe.get("queries") if other["run"] == query["run"]) == 1
    return got


@test("a query of our own has its results and each step once, whether the stream is open or not")
@both
def _(kadd, client, new_probe):
    online(client)
    with new_probe(topics=QUERIES) as probe:
        probe.wait(lambda probe: probe.get("commands"))
        lines = check_own(client, probe, probe.start("closest-peers", key="text:mine"))
        probe.ask("topics", TABLE)
        number = probe.start("closest-peers", key="text:mine")
        signals = check_own(client, probe, number)
        assert {step["step"] for step in lines["steps"]} == {step["step"] for step in signals["steps"]}
        # The page is changed while it runs.
        number = probe.start("closest-peers", key="text:mine")
        probe.ask("topics", QUERIES)
        probe.ask("topics", EVENTS)
        check_own(client, probe, number)
        assert not [row for row in client.routing.call("ListQueries", "(a{sv})", options(all=True)) if row[0] != "/"], \
            "an object was not released"


@test("a query of our own that is refused, that fails, and that is cancelled says so")
@both
def _(kadd, client, new_probe):
    online(client)
    with new_probe() as probe:
        got = probe.finished(probe.start("no-such-command"))
        assert got["query"]["outcome"] == "failed" and got["query"]["error_code"] == "UnknownCommand", got
        got = probe.finished(probe.start("find-peer", peer="12D3KooWRBhwfeP2Y4TCx1SM6s9rUoHhR5STiGwxBhgFRcw3UERE"), 60)
        assert got["query"]["error_code"] == "NotFound" and got["query"]["error_message"], got
        number = probe.start("dial", address="/ip4/127.0.0.1/tcp/9/p2p/12D3KooWRBhwfeP2Y4TCx1SM6s9rUoHhR5STiGwxBhgFRcw3UERE")
        probe.ask("cancel", number)
        got = probe.finished(number, 60)
        assert got["query"]["outcome"] in ("cancelled", "failed"), got


@test("records and results that are records are shown")
@both
def _(kadd, client, new_probe):
    online(client)
    with new_probe(topics=RECORDS) as probe:
        client.publications.call("PutRecord", "(saya{sv})", "text:held", b"a value", options(wait=True))
        NET.run(3, "put-record", key="text:from outside", value="another")
        for index in range(5):
            NET.run(index, "start-provide", key=f"text:provided {index}")
        probe.wait(lambda probe: any(row["kind"] == "provider" and row["peer"] in NET.peers for row in probe.get("records")))
        _, rows, _ = client.records.call("ListProviders", "(uua{sv})", 0, 1000, {})
        probe.wait(lambda probe: len([row for row in probe.get("records") if row["kind"] == "provider"]) == len(rows))
        records = [row for row in probe.get("records") if row["kind"] == "record"]
        assert any(row["key"] == "text:held" and row["size"] == len("a value") for row in records), records
        assert all(row["expires_us"] > 1e15 for row in probe.get("records"))
        got = probe.finished(probe.start("get-record", key="text:held"), 60)
        assert any(result["kind"] == "record" and result["value"] == "a value" and result["text"] == "a value"
                   for result in got["results"]), got["results"]


@test("publications follow what is published, refreshed and removed")
@both
def _(kadd, client, new_probe):
    online(client)
    with new_probe(topics=PUBLICATIONS) as probe:
        path = client.publications.call("Provide", "(sa{sv})", "text:mine", options(lifetime="persistent", app_id="a test"))
        shown = probe.wait(lambda probe: [row for row in probe.get("publications") if row["path"] == path])[0]
        assert shown["kind"] == "provider" and shown["lifetime"] == "persistent" and shown["app_id"] == "a test", shown
        probe.wait(lambda probe: probe.get("publications")[0]["stored"] > 0, 60)
        ran_us = probe.get("publications")[0]["last_run_us"]
        assert probe.ask("publication", path, "refresh") is True
        probe.wait(lambda probe: probe.get("publications")[0]["last_run_us"] > ran_us, 60)
        session = client.publications.call("Provide", "(sa{sv})", "text:for a while", {})
        probe.wait(lambda probe: len(probe.get("publications")) == 2)
        assert probe.ask("publication", session, "remove")["error"] in ("NotAuthorized", "NotFound", "NotSupported")
        assert probe.ask("publication", path, "remove") is True
        probe.wait(lambda probe: [row["path"] for row in probe.get("publications")] == [session])


@test("events have who was asked, and modules and commands are listed")
@both
def _(kadd, client, new_probe):
    online(client)
    with new_probe(topics=EVENTS) as probe:
        def delivered(probe):
            client.routing.call("ClosestPeers", "(sa{sv})", "text:an event", {})
            return [event for event in probe.get("events") if event["delivered"] and event["consumer"]]
        events = probe.wait(delivered)
        assert all(event["asked"] and event["text"] and event["time_us"] > 1e15 for event in events), events
        numbers = [event["number"] for event in probe.get("events")]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), numbers
        probe.wait(lambda probe: probe.get("modules"))
        names = [row["name"] for row in probe.get("commands")]
        assert names == sorted(names) and "closest-peers" in names, names
        assert {row["name"] for row in client.routing.call("GetCommands", "(a{sv})", {})} == set(names)


@test("a command is run, the node is stopped and started, and its health is checked")
@both
def _(kadd, client, new_probe):
    online(client)
    with new_probe(topics=ALL) as probe:
        results, summary = probe.run("ping-peer", peer=NET.peers[0])
        assert results[0]["rtt_us"] > 0 and summary["outcome"] == "completed", (results, summary)
        assert probe.run("no-such-command")["error"] == "UnknownCommand"
        probe.wait(lambda probe: probe.table())
        assert probe.ask("control", STOP) is True
        probe.wait(lambda probe: probe.get("status")["state"] == "stopped" and not probe.table())
        assert probe.get("state")["state"] == "open", "a node that does not run is no failure"
        assert probe.ask("health", seconds=90) is True
        checks = {row["check"]: row["state"] for row in probe.get("checks")}
        assert checks["service"] == "ok" and probe.get("status")["state"] == "stopped", checks
        assert probe.ask("control", START) is True
        probe.wait(lambda probe: probe.get("status")["state"] == "online", 60)
        probe.wait(lambda probe: shows_table(client, probe), 60)
        before = len(probe.get("events"))

        def told(probe):
            client.routing.call("ClosestPeers", "(sa{sv})", "text:after", {})
            return len(probe.get("events")) > before
        probe.wait(told)
        assert not [query for query in probe.get("queries") if query["state"] != 2 and query["id"] == 0]
        got = check_own(client, probe, probe.start("closest-peers", key="text:mine"))
        assert got
        assert probe.ask("health", seconds=90) is True
        assert len(probe.get("checks")) > len(checks), probe.get("checks")


@test("looking starts no node")
@both
def _(kadd, client, new_probe):
    with new_probe(topics=ALL) as probe:
        probe.wait(lambda probe: probe.get("commands") and probe.get("status")["state"] == "stopped")
        probe.ask("refresh")
        time.sleep(1)
        assert client.node["State"] == "stopped"
        # Who runs something means it.
        got = check_own(client, probe, probe.start("closest-peers", key="text:mine"))
        assert got and probe.get("status")["state"] == "online"


class Monitor(Eavesdropper):
    """Of all that goes over a bus: the service's signals, and the watches that there are."""

    def __init__(self, bus):
        super().__init__(bus, interface=None)
        self.watches = set()
        self.asked = []

    def on_message(self, connection, message, incoming, *_):
        kind, member = message.get_message_type(), message.get_member()
        if kind == Gio.DBusMessageType.METHOD_CALL and member == "Watch":
            self.asked.append((message.get_sender(), message.get_serial()))
        elif kind == Gio.DBusMessageType.METHOD_RETURN and (message.get_destination(), message.get_reply_serial()) in self.asked:
            self.watches.add(message.get_body().unpack()[0])
        elif kind == Gio.DBusMessageType.METHOD_CALL and member == "Close":
            self.watches.remove(message.get_path())
        elif kind == Gio.DBusMessageType.SIGNAL and (message.get_interface() or "").startswith(NAME):
            self.count += 1
        return None


def sockets_of(process):
    """How many connections and streams the service has: sockets, but not those of its network."""
    local = {line.split()[6] for line in pathlib.Path("/proc/net/unix").read_text().splitlines()[1:]}
    names = []
    for name in pathlib.Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            names.append(os.readlink(name))
        except FileNotFoundError:
            pass
    return sum(1 for name in names if name.startswith("socket:[") and name[8:-1] in local)


@test("nobody looks: no watch, no stream, no signal, and no wake-up")
def _():
    with Bus() as bus, Kadd(bus=bus, join=NET.addresses[:1]) as kadd, Client(bus) as client:
        online(client)
        monitor = Monitor(bus)
        with Probe("session", bus=bus) as probe:
            time.sleep(1)
            before = sockets_of(kadd.process)
            assert not monitor.watches
            for topics in (ALL, TABLE, STATS, QUERIES | EVENTS, RECORDS, ALL, PUBLICATIONS, ALL):
                probe.ask("topics", topics)
            probe.wait(lambda probe: probe.table())
            assert len(monitor.watches) == 1, monitor.watches
            wait_for(lambda: sockets_of(kadd.process) == before + 1, 10 * PATIENCE)
            for silence in (("topics", 0), ("pause", 1)):
                probe.ask("topics", ALL)
                wait_for(lambda: len(monitor.watches) == 1, 10 * PATIENCE)
                probe.ask(*silence)
                wait_for(lambda: not monitor.watches, 10 * PATIENCE)
                wait_for(lambda: sockets_of(kadd.process) == before, 10 * PATIENCE)
                time.sleep(6)  # who left is forgotten
                told = monitor.count
                changes, events = probe.get("state")["table_changes"], len(probe.get("events"))
                switches = context_switches(probe.process)
                NET.run(2, "closest-peers", key="text:noise")
                client.routing.call("ClosestPeers", "(sa{sv})", "text:noise", {})
                wait_for(lambda start=time.monotonic(): time.monotonic() > start + 3)
                assert context_switches(probe.process) - switches <= 2, "it woke up"
                assert probe.get("state")["table_changes"] == changes and len(probe.get("events")) == events
                assert monitor.count == told, monitor.count - told
            probe.ask("pause", 0)
            wait_for(lambda: len(monitor.watches) == 1, 10 * PATIENCE)
            probe.ask("close")
            # Its connection ends, and all that belongs to it in the service.
            caller = monitor.asked[-1][0]
            wait_for(lambda: not call_bus(bus, "NameHasOwner", caller), 10 * PATIENCE)
            wait_for(lambda: sockets_of(kadd.process) == before, 10 * PATIENCE)
        monitor.close()


def context_switches(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("voluntary_ctxt_switches")).split()[1])


@test("what is looked at may change all the time")
def _():
    with Bus() as bus, Kadd(bus=bus, join=NET.addresses[:1]) as kadd, Client(bus) as client, Probe("session", bus=bus) as probe:
        online(client)
        monitor = Monitor(bus)
        before = sockets_of(kadd.process)

        def look_about():
            for round_number in range(60):
                probe.ask("topics", (round_number * 7919) % (ALL + 1))
                if round_number % 9 == 0:
                    probe.ask("refresh")
            probe.ask("topics", ALL)

        look_about()
        # Nor when the service is slow to answer: it allows a caller eight of each.
        kadlab.freeze(kadd.process)
        try:
            look_about()
        finally:
            os.kill(kadd.process.pid, signal.SIGCONT)
        probe.wait(lambda probe: shows_table(client, probe))
        wait_for(lambda: len(monitor.watches) == 1, 10 * PATIENCE)
        wait_for(lambda: sockets_of(kadd.process) == before + 1, 10 * PATIENCE)
        probe.ask("topics", 0)
        wait_for(lambda: not monitor.watches, 10 * PATIENCE)
        wait_for(lambda: sockets_of(kadd.process) == before, 10 * PATIENCE)
        monitor.close()


@test("a service that is killed is a failure, and it is there again when it is back")
def _():
    with Bus() as bus, tempfile.TemporaryDirectory() as folder:
        with Kadd(bus=bus, join=NET.addresses[:1], folder=folder) as kadd, Client(bus) as client:
            online(client)
            probe = Probe("session", bus=bus, topics=ALL)
            probe.wait(lambda probe: probe.table())
            number = probe.start("dial", address="/ip4/127.0.0.1/tcp/9")
            os.kill(kadd.process.pid, signal.SIGKILL)
            probe.wait_state("failed", "NoService")
            assert probe.ask("query", number)["query"]["state"] == 2
            assert probe.get("status")["state"] == ""
            assert probe.run("ping-peer", peer=NET.peers[0])["error"] == "NotSupported"
        with Kadd(bus=bus, join=NET.addresses[:1], folder=folder) as kadd, Client(bus) as client:
            probe.wait_state("open")
            online(client)
            probe.wait(lambda probe: shows_table(client, probe) and probe.table())
            check_own(client, probe, probe.start("closest-peers", key="text:mine"))
            probe.close()


@test("a service on a socket that is killed is there again when it is back")
def _():
    with tempfile.TemporaryDirectory() as folder:
        with Kadd(folder=folder) as kadd:
            probe = Probe(kadd.address, topics=ALL)
            kadd.kill()
            probe.wait_state("failed", "NoService")
        with Kadd(folder=folder, join=NET.addresses[:1]) as kadd, Client(kadd) as client:
            probe.wait_state("open")
            online(client)
            probe.wait(lambda probe: shows_table(client, probe) and probe.table())
            probe.close()


@test("opening starts no service; who asks for it gets it")
def _():
    with Bus() as bus, tempfile.TemporaryDirectory() as folder:
        with Probe("session", bus=bus, opened=False) as probe:
            probe.ask("open")
            state = probe.wait_state("failed", "NoService")
            assert not state["can_autostart"], state
        bus.add_service(NAME, f"/usr/bin/env XDG_CONFIG_HOME={folder}/config XDG_STATE_HOME={folder}/state "
                              f"GSETTINGS_BACKEND=memory {os.environ['KAD_DAEMON']} --data {folder}/data "
                              "--network private:test --listen /ip4/127.0.0.1/tcp/0")
        bus.connect().call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ReloadConfig",
                                None, None, 0, 5000, None)
        with Probe("session", bus=bus, opened=False) as probe:
            probe.ask("topics", ALL)
            probe.ask("open")
            assert probe.wait_state("failed", "NoService")["can_autostart"]
            time.sleep(1)
            assert not has_owner(bus), "it was started by looking"
            probe.ask("autostart")
            probe.ask("open")
            probe.wait_state("open")
            pid = pid_of(bus)
            probe.wait(lambda probe: probe.get("status")["state"] == "stopped")
            os.kill(pid, signal.SIGTERM)
            probe.wait_state("failed", "NoService")
            time.sleep(1)
            assert not has_owner(bus), "it was started again by looking"


def call_bus(bus, method, *arguments):
    return bus.connect().call_sync(
        "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
        GLib.Variant("(" + "s" * len(arguments) + ")", arguments), None, 0, 5000, None).unpack()[0]


def has_owner(bus):
    return call_bus(bus, "NameHasOwner", NAME)


def pid_of(bus):
    return call_bus(bus, "GetConnectionUnixProcessID", NAME)


@test("no bus, no socket, a wrong address, and a service that lets nobody in say what they are")
def _():
    for where, bus, code in (("session", "unix:path=/nonexistent/bus", "NoBus"), ("session", "nonsense", "NoBus"),
                             ("unix:path=/nonexistent/kadd", None, "NoService"), ("nonsense", None, "InvalidAddress")):
        with Probe(where, bus=bus, opened=False) as probe:
            probe.ask("open")
            state = probe.wait_state("failed", code)
            assert state["message"], state
            probe.ask("open")
            probe.wait_state("failed", code)


class Fake:
    """A service under our name that answers what it is told to."""

    def __init__(self, bus, answers, name=NAME, xml=None):
        self.connection = bus.connect()
        self.answers = answers
        self.xml = xml
        self.calls = []
        self.connection.add_filter(self.on_message)
        self.connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                                  GLib.Variant("(su)", (name, 0)), None, 0, 5000, None)

    def on_message(self, connection, message, incoming, *_):
        if not incoming or message.get_message_type() != Gio.DBusMessageType.METHOD_CALL:
            return message
        member = message.get_member()
        self.calls.append(member)
        answer = self.answers.get(member, "unknown")
        if callable(answer):
            answer = answer(message)
        if answer is None:
            return None  # no answer ever
        if isinstance(answer, str):
            reply = message.new_method_error_literal(f"org.freedesktop.DBus.Error.{answer}" if answer != "unknown" else
                                                     "org.freedesktop.DBus.Error.UnknownMethod", "it is not")
        else:
            reply = message.new_method_reply()
            reply.set_body(answer)
        connection.send_message(reply, Gio.DBusSendMessageFlags.NONE)
        return None

    def tell(self, path, interface, member, body, to=None):
        self.connection.emit_signal(to, path, interface, member, body)

    def close(self):
        self.connection.close_sync(None)


def real_xml():
    """What the real service has."""
    with Kadd() as kadd, Client(kadd) as client:
        return client.connection.call_sync(None, ROOT, "org.freedesktop.DBus.Introspectable", "Introspect", None, None, 0,
                                           10000, None).unpack()[0]


NODE = GLib.Variant("(a{sv})", ({"State": GLib.Variant("s", "online"), "Version": GLib.Variant("s", "9.9")},))


@test("services of another version, that refuse, and that do not answer say what they are")
def _():
    xml = real_xml()
    without = xml.replace("OpenStream", "OpenFlood")
    cases = [
        ({}, "Version"),
        ({"GetAll": "AccessDenied"}, "NotAuthorized"),
        ({"GetAll": GLib.Variant("(a{sv})", ({},))}, "Version"),
        ({"GetAll": GLib.Variant("(a{sv})", ({"State": GLib.Variant("u", 5)},))}, "Version"),
        ({"GetAll": GLib.Variant("(s)", ("nonsense",))}, "Version"),
        ({"GetAll": NODE, "Introspect": GLib.Variant("(s)", ("<node/>",))}, "Version"),
        ({"GetAll": NODE, "Introspect": GLib.Variant("(s)", ("nonsense",))}, "Version"),
        ({"GetAll": NODE, "Introspect": GLib.Variant("(s)", (without,))}, "Version"),
        ({"GetAll": None}, "Timeout"),
    ]
    for answers, code in cases:
        with Bus() as bus:
            fake = Fake(bus, answers)
            with Probe("session", bus=bus, opened=False) as probe:
                probe.ask("open")
                state = probe.wait_state("failed", code, 30)
                assert state["message"], state
            fake.close()
    with Bus() as bus:
        fake = Fake(bus, {}, name="org.libkad.Kad2")
        with Probe("session", bus=bus, opened=False) as probe:
            probe.ask("open")
            assert "org.libkad.Kad2" in probe.wait_state("failed", "Version")["message"]
        fake.close()


def nonsense(message):
    """An answer of a wrong type, or with wrong things in it, for each call."""
    huge = "x" * 5000
    row = ("not a peer", 99999, 2**64 - 1, 2**64 - 1, 2**64 - 1, huge, [huge], 2**32 - 1)
    answers = {
        "GetAll": GLib.Variant("(a{sv})", ({
            "State": GLib.Variant("s", "online"), "PeerId": GLib.Variant("u", 3), "Features": GLib.Variant("s", "x"),
            "Reachability": GLib.Variant("s", "x"), "NetworkSize": GLib.Variant("s", "x"),
            "ListenAddresses": GLib.Variant("ai", [1]), "PeerCount": GLib.Variant("x", -1)},)),
        "Get": GLib.Variant("(v)", (GLib.Variant("s", "nonsense"),)),
        "Watch": GLib.Variant("(o)", (f"{ROOT}/watch/fake/1",)),
        "GetPeers": GLib.Variant("(ta(sutttsasu)u)", (7, [row, row], 2**32 - 1)),
        "GetBuckets": GLib.Variant("(a(uuuuxx))", ([(2**32 - 1, 1, 1, 1, -1, -1)],)),
        "GetConnections": GLib.Variant("(aa{sv})", ([{"peer": GLib.Variant("u", 1)}, {"peer": GLib.Variant("s", "")},
                                                     {"age_us": GLib.Variant("x", -5)}],)),
        "GetStats": GLib.Variant("(a{sv})", ({"uptime_us": GLib.Variant("s", "x"), "now": GLib.Variant("s", "")},)),
        "GetSeries": GLib.Variant("(a(xd))", ([(5, float("nan")), (3, float("inf")), (-1, -1.0)],)),
        "ListQueries": GLib.Variant("(a(oa{sv}))", ([("/", {}), ("/", {
            "run": GLib.Variant("t", 2**64 - 1), "counts": GLib.Variant("s", ""), "key": GLib.Variant("u", 1),
            "started": GLib.Variant("x", -2**63), "finished": GLib.Variant("x", 2**63 - 1)})],)),
        "GetCommands": GLib.Variant("(aa{sv})", ([{}, {"name": GLib.Variant("u", 1)}, {
            "name": GLib.Variant("s", "x"), "arguments": GLib.Variant("aa{sv}", [{"default": GLib.Variant("as", [])}])}],)),
        "GetModules": GLib.Variant("(s)", ("nonsense",)),
        "List": GLib.Variant("(a(oa{sv}))", ([("/", {"key_text": GLib.Variant("u", 1)})] * 3,)),
        "ListRecords": GLib.Variant("(ta(aysux)u)", (1, [(b"", "", 2**32 - 1, -2**63), (b"\xff" * 9000, huge, 0, 0)], 2**32 - 1)),
        "ListProviders": GLib.Variant("(ta(aysasx)u)", (1, [(b"\x00" * 40, huge, [huge], 2**63 - 1)], 2**32 - 1)),
        "OpenStream": GLib.Variant("(h)", (7,)),
        "PrepareQuery": GLib.Variant("(o)", (f"{ROOT}/query/fake",)),
        "Start": GLib.Variant("()", ()),
        "Run": GLib.Variant("(s)", ("nonsense",)),
        "Health": GLib.Variant("(aa{sv}a{sv})", ([{"check": GLib.Variant("u", 1)}], {})),
    }
    return answers.get(message.get_member(), "unknown")


@test("a service that talks nonsense does no harm")
def _():
    xml = real_xml()
    with Bus() as bus:
        fake = Fake(bus, {}, xml=xml)

        def answer(message):
            if message.get_member() == "Introspect":
                return GLib.Variant("(s)", (xml,))
            return nonsense(message)

        fake.answers = type("Answers", (dict,), {"get": lambda self, *_: answer})()
        with Probe("session", bus=bus, topics=ALL) as probe:
            probe.wait(lambda probe: "ListProviders" in fake.calls and "GetBuckets" in fake.calls, 10)
            number = probe.start("closest-peers", key="text:x")
            wait_for(lambda: "PrepareQuery" in fake.calls and "Start" in fake.calls, 10 * PATIENCE)
            watch, query = f"{ROOT}/watch/fake/1", f"{ROOT}/query/fake"
            row = ("x", 1, 1, 1, 1, "", [], 0)
            signals = [
                (watch, "Watch", "Table", GLib.Variant("(s)", ("x",))),
                (watch, "Watch", "Table", GLib.Variant("(ta(sutttsasu)a(sutttsasu)as)", (2**64 - 1, [row], [row], ["x"]))),
                (watch, "Watch", "Table", GLib.Variant("(ta(sutttsasu)a(sutttsasu)as)", (8, [row], [row], ["x", ""]))),
                (watch, "Watch", "Peers", GLib.Variant("(taa{sv}as)", (0, [{}], ["", "x"]))),
                (watch, "Watch", "Peers", GLib.Variant("(u)", (0,))),
                (watch, "Watch", "Stats", GLib.Variant("(a{sv})", ({"peers": GLib.Variant("s", "x")},))),
                (watch, "Watch", "Stats", GLib.Variant("(u)", (5,))),
                (watch, "Watch", "Overflow", GLib.Variant("(t)", (2**64 - 1,))),
                (watch, "Watch", "Overflow", GLib.Variant("(s)", ("x",))),
                (watch, "Watch", "Unknown", GLib.Variant("(s)", ("x",))),
                (query, "Query", "Results", GLib.Variant("(uaa{sv})", (2**32 - 1, [{}]))),
                (query, "Query", "Results", GLib.Variant("(uaa{sv})", (0, [{}, {"peer": GLib.Variant("u", 1)}]))),
                (query, "Query", "Results", GLib.Variant("(s)", ("x",))),
                (query, "Query", "Steps", GLib.Variant("(ua(xuusss))", (5, [(-1, 2**32 - 1, 0, "x", "", "")]))),
                (query, "Query", "Steps", GLib.Variant("(s)", ("x",))),
                (query, "Query", "Finished", GLib.Variant("(s)", ("x",))),
                (query, "Query", "Finished", GLib.Variant("(sa{sv})", ("no word", {"error": GLib.Variant("u", 1)}))),
            ]
            for path, interface, member, body in signals:
                fake.tell(path, f"{NAME}.{interface}", member, body)
            fake.tell(ROOT, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                      GLib.Variant("(sa{sv}as)", (f"{NAME}.Node", {"State": GLib.Variant("u", 1)}, ["State"])))
            fake.tell(query, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                      GLib.Variant("(sa{sv}as)", (f"{NAME}.Query", {"Run": GLib.Variant("s", "x")}, [])))
            got = probe.wait(lambda probe: (lambda got: got if got["query"]["state"] == 2 else None)(
                probe.ask("query", number)), 10)
            assert got["query"]["outcome"] == "no word" and len(got["results"]) == 2, got
            probe.ask("refresh")
            assert probe.ask("run", "x", "{}")["error"]
            assert probe.ask("health") is True
            state = probe.get("state")
            assert state["state"] == "open" and state["lost"] > 0, state
            assert not probe.table(), probe.table()
        fake.close()


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        NET.stop()
