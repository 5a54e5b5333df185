#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""org.libkad.Kad1.Query against the real service: a query as an object."""

import atexit
import hashlib
import socket
import time

from gi.repository import GLib

from kadbus import Bus, Client, Kadd, error_name, main, test, wait_for
from kadnet import Net, Query, in_both, options
from kadwatch import Stream, Watch, hold

net = Net()
atexit.register(net.stop)
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
everywhere = in_both(net.addresses[:1])
silent = socket.create_server(("127.0.0.1", 0), backlog=1024)
GONE = "org.freedesktop.DBus.Error.UnknownMethod"


def decode_base58(text):
    number = 0
    for character in text:
        number = number * 58 + BASE58.index(character)
    return b"\0" * (len(text) - len(text.lstrip("1"))) + number.to_bytes((number.bit_length() + 7) // 8, "big")


@test("/service/query/results-come-and-are-replayed")
@everywhere
def results_come_and_are_replayed(kadd, client):
    query = Query(client, "closest-peers", "text:somewhere")
    assert query.object["State"] == "prepared" and query.object["Started"] == 0
    assert client.node["State"] == "stopped", "preparing starts nothing"
    before = time.time()
    found = query.finish()
    assert sorted(result["peer"] for result in found) == sorted(net.peers), (found, query.finished)
    assert all(address.startswith("/ip4/127.0.0.1/") for result in found for address in result["addresses"])
    reason, summary = query.finished[0]
    assert reason == summary["outcome"] and reason in ("completed", "starved") and summary["requests"] >= 12, query.finished
    done, replay = query.object.call("GetResults", "(u)", 0)
    assert done and replay == found
    assert query.object.call("GetResults", "(u)", 3) == (True, found[3:])
    assert query.object.call("GetResults", "(u)", len(found)) == (True, [])
    assert query.object.call("GetResults", "(u)", 2**32 - 1) == (True, [])
    assert query.object["State"] == "finished" and query.object["Reason"] == reason
    started, finished = query.object["Started"], query.object["Finished"]
    assert before * 1e6 - 1e6 < started <= finished < time.time() * 1e6 + 1e6
    assert bytes(query.object["KadId"]) == hashlib.sha256(b"somewhere").digest()
    assert (query.object["Kind"], query.object["Key"]) == ("closest-peers", "text:somewhere")
    query.object.call("Release")
    assert query.object.fails("GetResults", "(u)", 0) == GONE


@test("/service/query/states-are-told-to-the-owner")
@everywhere
def states_are_told(kadd, client):
    query = Query(client, "closest-peers", "text:states")
    changes = client.at(query.path, "Query").listen_properties()
    query.finish()
    wait_for(lambda: changes and "Finished" in changes[-1][1])
    assert {name for name, _, _ in changes} == {"org.libkad.Kad1.Query"}
    first, *runs, last = [changed for _, changed, _ in changes]
    assert first["State"] == "running" and first["Started"] > 0, changes
    # One run, or another one because the node had not joined yet.
    assert 1 <= len(runs) <= 2 and all(set(changed) == {"Run"} for changed in runs), changes
    assert last["State"] == "finished" and last["Reason"] == query.finished[0][0], changes
    assert last["Finished"] >= first["Started"]
    everything = client.connection.call_sync(
        client.destination, query.path, "org.freedesktop.DBus.Properties", "GetAll",
        GLib.Variant("(s)", ("org.libkad.Kad1.Query",)), None, 0, 5000, None).unpack()[0]
    assert set(everything) == {"Kind", "Key", "KadId", "State", "Owner", "Started", "Finished", "Reason", "Paths", "Counts",
                               "Run", "Queries", "Progress"}
    assert everything["Paths"] > 0, everything
    heard, waiting, queried, unreachable = everything["Counts"]
    assert heard >= 12 and waiting == 0 and queried >= 12 and unreachable <= queried, everything


@test("/service/query/run-is-that-of-the-stream")
@everywhere
def run_of_the_stream(kadd, client):
    hold(client)
    wait_for(lambda: client.node["RoutingTableSize"] > 0)
    stream = Stream(client, "queries", "steps")
    watch = Watch(client, "queries")
    other = Query(client, "closest-peers", "text:other")
    query = Query(client, "closest-peers", "text:mine", trace=True)
    changes = query.object.listen_properties()
    assert query.object["Run"] == 0 and query.object["Queries"] == []
    assert [details["run"] for _, details in listed(client)] == [0, 0]
    other.finish()
    query.finish()
    run = query.object["Run"]
    ids = query.object["Queries"]
    assert run > 0 and ids and other.object["Run"] not in (0, run), (run, ids)
    wait_for(lambda: any(changed.get("Run") == run for _, changed, _ in changes))
    stream.wait(lambda lines: any(line.get("event") == "query-finished" and line["run"] == run for line in lines))
    lines = [line for line in stream.events() if line["run"] == run]
    assert {line["query"] for line in lines} == set(ids), (ids, lines[:3])
    steps = [(line["step"], line.get("peer", "")) for line in lines if line["event"] == "query-step"]
    assert steps == [(step, peer) for _, _, _, step, peer, _ in query.object.call("GetSteps", "(u)", 0)[1]]
    (details,) = [details for path, details in listed(client) if path == query.path]
    assert details["run"] == run and details["queries"] == ids, details
    wait_for(lambda: any(path == query.path and details["run"] == run
                         for batch in watch.queries for path, details in batch[0]))
    stream.close()


@test("/service/query/run-of-what-has-no-object")
@everywhere
def run_without_object(kadd, client):
    hold(client)
    wait_for(lambda: client.node["RoutingTableSize"] > 0)
    stream = Stream(client, "queries")
    # A walk that takes its time: whom it is to find is nowhere, and who answers late is waited for.
    seen = []
    for n in range(50):
        client.connection.call(client.destination, "/org/libkad/Kad1", "org.libkad.Kad1.Routing", "ClosestPeers",
                               GLib.Variant("(sa{sv})", (f"text:without {n}", {})), None, 0, -1, None, None)
        seen += [details for path, details in listed(client, all=True) if path == "/" and details["run"] != 0]
        if seen:
            break
    assert seen, "no query was at work when somebody looked"
    (query,) = seen[0]["queries"]
    stream.wait(lambda lines: any(line.get("query") == query for line in lines))
    assert {line["run"] for line in stream.events() if line.get("query") == query} == {seen[0]["run"]}
    stream.close()


@test("/service/query/steps")
@everywhere
def steps(kadd, client):
    query = Query(client, "closest-peers", "text:steps", trace=True)
    found = query.finish()
    told = []
    for first, batch in query.steps:
        assert first == len(told), (first, len(told))
        told += batch
    done, replay = query.object.call("GetSteps", "(u)", 0)
    assert done and replay == told and len(told) >= 3 * len(found), (len(replay), len(told))
    assert query.object.call("GetSteps", "(u)", 5) == (True, told[5:])
    assert query.object.call("GetSteps", "(u)", len(told)) == (True, [])
    words = {step for _, _, _, step, _, _ in told}
    assert {"send", "reply", "heard", "path-ended"} <= words <= {
        "dial", "send", "reply", "fail", "heard", "provider", "value", "path-ended"}, words
    times = [since for since, *_ in told]
    assert times == sorted(times) and times[0] >= 0
    replies = {peer: (bits, contact) for _, bits, contact, step, peer, _ in told if step == "reply"}
    assert set(replies) >= {result["peer"] for result in found} & set(net.peers)
    target = int.from_bytes(query.object["KadId"], "big")
    for peer, (bits, contact) in replies.items():
        place = int.from_bytes(hashlib.sha256(decode_base58(peer)).digest(), "big")
        assert bits == 256 - (place ^ target).bit_length(), (peer, bits)
        assert 0 < contact < 60_000_000, (peer, contact)
    named = [(peer, who) for _, _, _, step, peer, who in told if step == "heard"]
    assert all(who in replies or who == "" for _, who in named) and any(who for _, who in named), named


@test("/service/query/no-steps-unless-they-are-wanted")
@everywhere
def no_steps(kadd, client):
    # Another query's tracing is no reason.
    traced = Query(client, "closest-peers", "text:traced", trace=True)
    plain = Query(client, "closest-peers", "text:plain")
    traced.object.call("Start")
    plain.finish()
    traced.wait()
    assert plain.object.call("GetSteps", "(u)", 0) == (True, []) and plain.steps == []
    assert len(traced.object.call("GetSteps", "(u)", 0)[1]) > 0


@test("/service/query/start-once")
@everywhere
def start_once(kadd, client):
    query = Query(client, "closest-peers", "text:once")
    query.object.call("Start")
    assert query.object.fails("Start") == "InvalidArgument"
    query.wait()
    assert query.object.fails("Start") == "InvalidArgument"


def endless(client, **values):
    """A query that does not end by itself: whom it dials accepts, and says nothing."""
    return Query(client, "dial", f"/ip4/127.0.0.1/tcp/{silent.getsockname()[1]}", timeout=80000, **values)


@test("/service/query/cancel")
@everywhere
def cancel(kadd, client):
    query = endless(client)
    query.object.call("Start")
    wait_for(lambda: client.node["State"] != "stopped")
    assert query.object["State"] == "running" and query.object["Reason"] == ""
    query.object.call("Cancel")
    assert query.wait(5) == [] and query.finished[0][0] == "cancelled", query.finished
    assert query.finished[0][1]["error"] == "Cancelled"
    query.object.call("Cancel")
    assert query.object["Reason"] == "cancelled"
    assert query.object.call("GetResults", "(u)", 0) == (True, [])


@test("/service/query/cancel-before-it-is-begun")
@everywhere
def cancel_before(kadd, client):
    query = Query(client, "closest-peers", "text:never")
    query.object.call("Cancel")
    query.wait(5)
    assert query.finished[0][0] == "cancelled" and client.node["State"] == "stopped"
    assert query.object.fails("Start") == "InvalidArgument"


@test("/service/query/release-while-it-runs")
@everywhere
def release(kadd, client):
    query = endless(client)
    query.object.call("Start")
    query.object.call("Release")
    assert query.object.fails("Cancel") == GONE
    assert listed(client) == []
    assert running(client) == 0


@test("/service/query/node-stops")
@everywhere
def node_stops(kadd, client):
    query = endless(client)
    query.object.call("Start")
    wait_for(lambda: client.node["State"] != "stopped")
    kadd.process.terminate()
    query.wait(10)
    assert query.finished[0][0] == "failed" and query.finished[0][1]["error"] == "NotRunning", query.finished


@test("/service/query/service-ends-whenever")
def service_ends_whenever():
    """Whenever the service ends, while it starts, joins or asks: who asked is told how the query ended."""
    for step in range(16):
        with Kadd(join=net.addresses[:1]) as kadd, Client(kadd) as client:
            query = Query(client, "closest-peers", "text:x", trace=True)
            query.object.call("Start")
            time.sleep(step * 0.01)
            kadd.process.terminate()
            query.wait()
            assert query.finished[0][0] in ("failed", "completed", "starved"), query.finished


@test("/service/query/tokens")
@everywhere
def tokens(kadd, client):
    query = Query(client, "closest-peers", "text:x", handle_token="mine_1")
    assert query.path.endswith("/mine_1") and query.path.startswith("/org/libkad/Kad1/query/")
    try:
        Query(client, "closest-peers", "text:x", handle_token="mine_1")
        raise AssertionError("a token was taken twice")
    except GLib.Error as error:
        assert error_name(error) == "InvalidArgument"
    query.object.call("Release")
    again = Query(client, "closest-peers", "text:x", handle_token="mine_1")
    assert again.path == query.path
    with Client(kadd.bus or kadd) as other:
        assert Query(other, "closest-peers", "text:x", handle_token="mine_1").path != query.path
    # Names of our own step aside.
    number = int(Query(client, "closest-peers", "text:x").path.rsplit("/q")[-1])
    Query(client, "closest-peers", "text:x", handle_token=f"q{number + 1}")
    assert Query(client, "closest-peers", "text:x").path.endswith(f"/q{number + 2}")


# ---- whose it is ----

def listed(client, **values):
    return client.routing.call("ListQueries", "(a{sv})", options(**values))


def running(client):
    """How many queries of others than the service itself are at work in the node."""
    rows, _ = client.routing.call("Run", "(sa{sv})", "show-queries", {})
    return len([row for row in rows if row["run"] != 0])


@test("/service/query/of-another-caller")
@everywhere
def of_another(kadd, client):
    query = Query(client, "closest-peers", "text:private")
    name = query.object["Owner"]
    query.finish()
    with Client(kadd.bus or kadd) as other:
        there = other.at(query.path, "Query")
        refused = "NotAuthorized" if kadd.bus else GONE
        for method, signature, arguments in (("Start", "()", ()), ("Cancel", "()", ()), ("Release", "()", ()),
                                             ("GetResults", "(u)", (0,)), ("GetSteps", "(u)", (0,))):
            got = there.fails(method, signature, *arguments)
            assert got == refused or (not kadd.bus and "Unknown" in got), (method, got)
        for wanted in ("State", "Key"):
            try:
                raise AssertionError(there[wanted])
            except GLib.Error as error:
                assert error_name(error) == "NotAuthorized" or not kadd.bus, error
        assert listed(other) == []
        (everything,) = [entry for entry in listed(other, all=True) if entry[0] != "/"]
        assert everything[0] == query.path and everything[1]["owner"] == name, everything
    (mine,) = listed(client)
    details = mine[1]
    assert mine[0] == query.path
    assert (details["kind"], details["key"], details["state"]) == ("closest-peers", "text:private", "finished")
    assert details["started"] == query.object["Started"] and details["counts"] == query.object["Counts"]


@test("/service/query/signals-go-to-the-owner-alone")
def signals_are_private():
    with Bus() as bus, Kadd(bus=bus, join=net.addresses[:1]) as kadd, Client(bus) as client, Client(bus) as other:
        query = Query(client, "closest-peers", "text:private", handle_token="x")
        heard = [other.at(query.path, "Query").listen(name) for name in ("Results", "Steps", "Finished")]
        heard.append(other.at(query.path, "Query").listen_properties())
        query.finish()
        other.node["State"]  # whatever was sent before is here
        wait_for(lambda: True)
        assert heard == [[], [], [], []], heard
        assert kadd.process.poll() is None


@test("/service/query/caller-vanishes")
@everywhere
def caller_vanishes(kadd, client):
    other = Client(kadd.bus or kadd)
    queries = [endless(other) for _ in range(10)]
    for query in queries:
        query.object.call("Start")
    Query(other, "closest-peers", "text:prepared")
    assert len([entry for entry in listed(client, all=True) if entry[0] != "/"]) == 11
    other.close()
    wait_for(lambda: [entry for entry in listed(client, all=True) if entry[0] != "/"] == [])
    wait_for(lambda: running(client) == 0)


@test("/service/query/caller-vanishes-while-a-call-is-pending")
@everywhere
def caller_vanishes_in_a_call(kadd, client):
    other = Client(kadd.bus or kadd)
    address = f"/ip4/127.0.0.1/tcp/{silent.getsockname()[1]}"
    for _ in range(20):
        other.connection.call(other.destination, "/org/libkad/Kad1", "org.libkad.Kad1.Routing", "Run",
                              GLib.Variant("(sa{sv})", ("dial", options(address=address, timeout_ms=80000))), None, 0, -1,
                              None, None)
    other.connection.flush_sync(None)
    wait_for(lambda: client.node["State"] != "stopped")
    other.close()
    wait_for(lambda: listed(client, all=True) is not None)
    assert kadd.stop() == 0, kadd.said()


@test("/service/query/detached")
@everywhere
def detached(kadd, client):
    other = Client(kadd.bus or kadd)
    query = endless(other, detached=True, handle_token="stays")
    gone = Query(other, "closest-peers", "text:x", detached=True)
    assert query.path == "/org/libkad/Kad1/query/detached/stays"
    query.object.call("Start")
    other.close()
    # Not begun, it goes with its caller; the other one stays, for everybody.
    wait_for(lambda: gone.path not in [path for path, _ in listed(client, all=True)])
    assert listed(client) == []
    ((path, details),) = [entry for entry in listed(client, all=True) if entry[0] != "/"]
    assert path == query.path and details["detached"] and details["state"] == "running", details
    there = client.at(path, "Query")
    assert there["State"] == "running"
    with Client(kadd.bus or kadd) as late:
        late.at(path, "Query").call("Cancel")
    wait_for(lambda: there["State"] == "finished")
    there.call("Release")
    assert [entry for entry in listed(client, all=True) if entry[0] != "/"] == []


# ---- limits ----

@test("/service/query/64-at-once")
@everywhere
def sixty_four(kadd, client):
    queries = [Query(client, "closest-peers", "text:many") for _ in range(64)]
    try:
        Query(client, "closest-peers", "text:many")
        raise AssertionError("a 65th query")
    except GLib.Error as error:
        assert error_name(error) == "LimitReached" and "64 queries" in error.message, error
    with Client(kadd.bus or kadd) as other:
        Query(other, "closest-peers", "text:of another")
    # What is over does not count.
    queries[0].finish()
    Query(client, "closest-peers", "text:many")


@test("/service/query/detached-64-in-all")
@everywhere
def detached_limit(kadd, client):
    with Client(kadd.bus or kadd) as other:
        for who in (client, other):
            for _ in range(32):
                Query(who, "closest-peers", "text:many", detached=True)
        try:
            Query(client, "closest-peers", "text:many", detached=True)
            raise AssertionError("a 65th query")
        except GLib.Error as error:
            assert error_name(error) == "LimitReached" and "detached" in error.message, error


@test("/service/query/the-last-256-that-are-over")
@everywhere
def finished_limit(kadd, client):
    paths = []
    for _ in range(260):
        query = Query(client, "show-identity", "")
        query.finish()
        paths.append(query.path)
    assert sorted(path for path, _ in listed(client)) == sorted(paths[-256:])


@test("/service/query/256-calls-at-once")
@everywhere
def calls_limit(kadd, client):
    address = f"/ip4/127.0.0.1/tcp/{silent.getsockname()[1]}"
    errors = []

    def on_answer(connection, answer):
        try:
            connection.call_finish(answer)
        except GLib.Error as error:
            errors.append((error_name(error), error.message))

    for _ in range(257):
        client.connection.call(client.destination, "/org/libkad/Kad1", "org.libkad.Kad1.Routing", "Run",
                               GLib.Variant("(sa{sv})", ("dial", options(address=address, timeout_ms=80000))), None, 0, -1,
                               None, on_answer)
    wait_for(lambda: errors)
    assert errors[0][0] == "LimitReached" and "256 calls" in errors[0][1], errors
    assert client.node["State"] != ""


@test("/service/query/bootstrap")
@everywhere
def bootstrap(kadd, client):
    path = client.node.call("Bootstrap", "(a{sv})", options(trace=True, handle_token="join"))
    assert path.endswith("/join")
    query = client.at(path, "Query")
    assert query["Kind"] == "refresh" and query["State"] in ("running", "finished") and query["Started"] > 0
    wait_for(lambda: query["State"] == "finished", 60)
    assert query["Reason"] == "completed" and client.node["RoutingTableSize"] > 0
    assert query.fails("Start") == "InvalidArgument", "it was begun"
    query.call("Release")
    assert client.node.fails("Bootstrap", "(a{sv})", options(trace="yes")) == "InvalidArgument"
    assert client.node.fails("Bootstrap", "(a{sv})", {"require:magic": GLib.Variant("b", True)}) == "NotSupported"
    assert client.node.fails("Bootstrap", "(s)", "now") == "org.freedesktop.DBus.Error.InvalidArgs"
    for n in range(64):
        client.routing.call("PrepareQuery", "(ssa{sv})", "find-providers", f"text:{n}", {})
    assert client.node.fails("Bootstrap", "(a{sv})", {}) == "LimitReached"


main()
