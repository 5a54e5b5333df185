#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""org.libkad.Kad1.Publications.ProvideMany against the real service, in a network of real nodes."""

import contextlib
import signal

from gi.repository import GLib

from kadbus import ROOT, Bus, Client, Kadd, Network, main, test, wait_for
from kadnet import options
from kadsandbox import Sandbox, app

ALPHA, BETA = "org.example.Alpha", "org.example.Beta"
OURS = "org.libkad.Kad1.Publication"
EVERYTHING = options(all=True)
NOT_THERE = "org.freedesktop.DBus.Error.UnknownMethod"


class Many:
    """A call, and the query that it made."""

    def __init__(self, client, keys, **values):
        self.finished = []
        # It runs before we know its path.
        client.connection.signal_subscribe(client.destination, "org.libkad.Kad1.Query", "Finished", None, None, 0,
                                           lambda *got: self.finished.append((got[2], *got[5].unpack())))
        self.path = client.publications.call("ProvideMany", "(asa{sv})", keys, options(**values))
        self.query = client.at(self.path, "Query")

    def rows(self):
        return {row["key"]: row for row in self.query.call("GetResults", "(u)", 0)[1]}

    def wait(self):
        """Why it ended, and its last line."""
        wait_for(lambda: any(got[0] == self.path for got in self.finished), 60)
        ((_, reason, summary),) = [got for got in self.finished if got[0] == self.path]
        return reason, summary


def listed(client, **values):
    return {path for path, _ in client.publications.call("List", "(a{sv})", options(**values))}


@contextlib.contextmanager
def service(size):
    """A network, the service, and one who calls."""
    with Network(size) as network, Bus() as bus, Kadd(bus=bus, join=network.join) as kadd, Client(bus) as client:
        yield network, kadd, client


@contextlib.contextmanager
def silent(network):
    """Nobody answers meanwhile."""
    network.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        network.process.send_signal(signal.SIGCONT)


@test("/service/many/a-result-for-each-key")
def a_result_for_each_key():
    with service(3) as (network, _, client):
        keys = [f"text:{n}" for n in range(30)]
        many = Many(client, keys + ["text:7"])
        assert many.query["Kind"] == "provide-many" and many.query["Key"] == "" and many.query["State"] != "prepared"
        reason, summary = many.wait()
        assert reason == "completed", (reason, summary)
        assert (summary["keys"], summary["published"], summary["failed"]) == (30, 30, 0), summary
        assert many.query["Progress"] == (30, 30)
        assert summary["requests"] == summary["successes"] == 90 and summary["failures"] == 0, summary
        rows = many.rows()
        assert set(rows) == set(keys)
        for row in rows.values():
            assert set(row) == {"key", "publication", "holders", "wanted"} and row["holders"] == row["wanted"] == 3, row
        assert listed(client) == {row["publication"] for row in rows.values()}
        publication = client.at(rows["text:29"]["publication"], "Publication")
        assert publication["Kind"] == "provider" and publication["Lifetime"] == "session" and publication["Holders"] == 3
        for key in keys[::10]:
            assert network.providers(key) == {client.node["PeerId"]}
        # What is published already is so again, and is the same.
        again = Many(client, keys[:2], lifetime="session")
        assert again.wait()[0] == "completed"
        assert [row["publication"] for row in again.rows().values()] == [rows[key]["publication"] for key in keys[:2]]


@test("/service/many/as-it-is-asked")
def as_it_is_asked():
    with service(3) as (_, _, client):
        many = Many(client, ["text:a", "text:b"], lifetime="persistent", app_id="org.example.App", raw_key=True)
        assert many.wait()[1]["published"] == 2
        for path, row in client.publications.call("List", "(a{sv})", options(app_id="org.example.App")):
            assert row["lifetime"] == "persistent" and row["app_id"] == "org.example.App", (path, row)
            assert bytes(row["key"]) in (b"a", b"b"), row


@test("/service/many/one-bad-key-publishes-nothing")
def one_bad_key_publishes_nothing():
    with Bus() as bus, Kadd(bus=bus), Client(bus) as client:
        def fails(keys, **values):
            return client.publications.fails("ProvideMany", "(asa{sv})", keys, options(**values))

        assert fails(["text:a", "no such key", "text:b"]) == "InvalidKey"
        try:
            client.publications.call("ProvideMany", "(asa{sv})", ["text:a", "no such key"], {})
        except GLib.Error as error:
            assert "Key 2, “no such key”" in error.message, error.message
        assert fails([]) == "InvalidArgument"
        assert fails(["text:a"] * 4097) == "LimitReached"
        assert fails(["text:" + "x" * 4000 + str(number) for number in range(300)]) == "LimitReached"
        for name, value in (("lifetime", "eternal"), ("raw_key", "yes"), ("no_start", 1), ("app_id", "x" * 129)):
            assert fails(["text:a"], **{name: value}) == "InvalidArgument", name
        assert client.node["State"] == "stopped"
        assert listed(client, all=True) == set()
        assert client.routing.call("ListQueries", "(a{sv})", EVERYTHING) == []
        reason, summary = Many(client, ["text:a", "text:b"], no_start=True).wait()
        assert reason == "failed" and summary["error"] == "NotRunning", (reason, summary)


@test("/service/many/nobody-takes-it")
def nobody_takes_it():
    with Bus() as bus, Kadd(bus=bus), Client(bus) as client:
        many = Many(client, ["text:a", "text:b"])
        reason, summary = many.wait()
        rows = many.rows()
        assert reason == "failed" and "published" not in summary, (reason, summary)
        assert {row["error"] for row in rows.values()} >= {summary["error"]}, (rows, summary)
        for row in rows.values():
            assert row["holders"] == 0 and "tried again" in row["message"], row
        assert listed(client) == {row["publication"] for row in rows.values()}


@test("/service/many/quota")
def quota():
    with service(1) as (_, _, client):
        reason, summary = Many(client, [f"text:{n}" for n in range(4095)]).wait()
        assert reason == "completed" and summary["published"] == 4095, (reason, summary)
        many = Many(client, ["text:7", "text:x", "text:y", "text:z"])
        reason, summary = many.wait()
        assert reason == "completed" and (summary["published"], summary["failed"]) == (2, 2), (reason, summary)
        refused = [row for row in many.rows().values() if "error" in row]
        assert len(refused) == 2
        for row in refused:
            assert row["error"] == "LimitReached" and "4096 publications" in row["message"], row
            assert "publication" not in row and "holders" not in row, row
        assert len(listed(client)) == 4096


@test("/service/many/eight-at-a-time-until-it-is-cancelled")
def eight_at_a_time_until_it_is_cancelled():
    with service(3) as (network, kadd, client):
        client.node.call("Hold", "(sa{sv})", "a test", {})
        wait_for(lambda: client.node["State"] == "online")
        with silent(network):
            many = Many(client, [f"text:{n}" for n in range(100)])
            wait_for(lambda: len(listed(client)) == 8)
            assert many.query["State"] == "running" and many.rows() == {}
            assert many.query["Progress"] == (0, 100)
            many.query.call("Cancel")
            reason, summary = many.wait()
            assert reason == "cancelled", (reason, summary)
            rows = many.rows()
            assert len(rows) == 8 and many.query["Progress"] == (8, 100)
            for row in rows.values():
                assert row["error"] == "Cancelled" and "published" in row["message"], row
            assert listed(client) == {row["publication"] for row in rows.values()}
        wait_for(lambda: all(client.at(path, "Publication")["Holders"] == 3 for path in listed(client)), 60)
        assert kadd.process.poll() is None


@test("/service/many/ends-with-its-caller")
def ends_with_its_caller():
    with service(3) as (network, kadd, client):
        client.node.call("Hold", "(sa{sv})", "a test", {})
        wait_for(lambda: client.node["State"] == "online")
        with silent(network):
            others = [Client(kadd.bus) for _ in range(2)]
            Many(others[0], [f"text:{n}" for n in range(100)])
            Many(others[1], [f"text:{n}" for n in range(100, 200)], lifetime="persistent")
            wait_for(lambda: len(listed(client, all=True)) == 16)
            for other in others:
                other.close()
            # What was to last does, and no other key was begun.
            wait_for(lambda: len(listed(client, all=True)) == 8)
            wait_for(lambda: [path for path, _ in client.routing.call("ListQueries", "(a{sv})", EVERYTHING) if path != "/"] == [])
        wait_for(lambda: all(row["stored"] == 3 for _, row in client.publications.call("List", "(a{sv})", EVERYTHING)), 60)
        assert len(listed(client, all=True)) == 8


@test("/service/many/the-node-stops-meanwhile")
def the_node_stops_meanwhile():
    with service(3) as (network, _, client):
        client.node.call("Start", "(a{sv})", {})
        wait_for(lambda: client.node["State"] == "online")
        with silent(network):
            many = Many(client, [f"text:{n}" for n in range(100)])
            wait_for(lambda: len(listed(client)) == 8)
            client.node.call("Stop", "(a{sv})", {})
            reason, summary = many.wait()
            assert reason == "failed" and summary["error"] == "NotRunning", (reason, summary)
            assert len(many.rows()) <= 16


@test("/service/many/the-service-ends-meanwhile")
def the_service_ends_meanwhile():
    with service(3) as (network, kadd, client):
        client.node.call("Start", "(a{sv})", {})
        wait_for(lambda: client.node["State"] == "online")
        with silent(network):
            many = Many(client, [f"text:{n}" for n in range(100)])
            wait_for(lambda: len(listed(client)) == 8)
            kadd.process.terminate()
            reason, summary = many.wait()
            assert reason == "failed" and summary["error"] == "NotRunning", (reason, summary)
            assert kadd.process.wait(60) == 0


@test("/service/many/in-a-sandbox")
def in_a_sandbox():
    with contextlib.ExitStack() as stack:
        kadd = stack.enter_context(Kadd())
        client = stack.enter_context(Client(kadd))
        alpha, beta = (stack.enter_context(Sandbox(kadd, app(name), wait=False)) for name in (ALPHA, BETA))
        path = alpha.call(ROOT, "Publications", "ProvideMany", "(['text:a', 'text:b'], {'lifetime': <'persistent'>})")
        wait_for(lambda: alpha.call(path, "Query", "GetResults", "(uint32 0,)")[0], 60)
        rows = alpha.call(path, "Query", "GetResults", "(uint32 0,)")[1]
        assert len(rows) == 2 and all(row["publication"].startswith(f"{ROOT}/publication/app/") for row in rows), rows
        assert {row["app_id"] for _, row in client.publications.call("List", "(a{sv})", EVERYTHING)} == {ALPHA}
        assert beta.fails(path, "Query", "GetResults", "(uint32 0,)") == NOT_THERE
        assert alpha.fails(ROOT, "Publications", "ProvideMany", f"(['text:a'], {{'app-id': <'{BETA}'>}})").endswith(
            "NotAuthorized")


main()
