#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""org.libkad.Kad1.Routing against the real service."""

import atexit
import base64
import hashlib

from gi.repository import GLib

from kadbus import main, test, wait_for
from kadnet import Net, Query, in_both, options, tool

net = Net()
atexit.register(net.stop)
everywhere = in_both(net.addresses[:1])

ASK = "(sa{sv})"
PREPARE = "(ssa{sv})"


def multihash(data):
    return b"\x12\x20" + hashlib.sha256(data).digest()


def encode(data):
    return base64.b64encode(data).decode()


@test("/service/routing/one-shot/find-providers")
@everywhere
def find_providers(kadd, client):
    assert client.routing.call("FindProviders", ASK, "text:nobody has it", {}) == []
    net.run(3, "start-provide", key="text:a thing", once=True)
    found = client.routing.call("FindProviders", ASK, "text:a thing", {})
    assert [result["peer"] for result in found] == [net.peers[3]], found
    assert found[0]["addresses"], found
    raw = client.routing.call("FindProviders", ASK, f"hex:{multihash(b'a thing').hex()}", {})
    assert [result["peer"] for result in raw] == [net.peers[3]]


@test("/service/routing/one-shot/find-peer")
@everywhere
def find_peer(kadd, client):
    found = client.routing.call("FindPeer", ASK, net.peers[7], {})
    assert [result["peer"] for result in found] == [net.peers[7]] and found[0]["addresses"]
    nobody = "12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf"
    assert client.routing.fails("FindPeer", ASK, nobody, {}) == "NotFound"


@test("/service/routing/one-shot/get-record")
@everywhere
def get_record(kadd, client):
    assert client.routing.fails("GetRecord", ASK, "text:empty", {}) == "NotFound"
    net.run(5, "put-record", key="text:full", value="what it says")
    found = client.routing.call("GetRecord", ASK, "text:full", {})
    assert bytes(found[-1]["key"]) == b"full" and bytes(found[-1]["value"]) == b"what it says", found
    assert found[-1]["from"] in net.peers + [client.node["PeerId"]]


@test("/service/routing/one-shot/closest-peers")
@everywhere
def closest_peers(kadd, client):
    found = client.routing.call("ClosestPeers", ASK, "text:here", {})
    assert sorted(result["peer"] for result in found) == sorted(net.peers)
    few = client.routing.call("ClosestPeers", ASK, "text:here", options(limit=4))
    assert [result["peer"] for result in few] == [result["peer"] for result in found[:4]]


# ---- queries ----

@test("/service/routing/query/find-providers")
@everywhere
def query_find_providers(kadd, client):
    net.run(2, "start-provide", key="text:wanted", once=True)
    net.run(4, "start-provide", key="text:wanted", once=True)
    query = Query(client, "find-providers", "text:wanted")
    assert bytes(query.object["KadId"]) == hashlib.sha256(multihash(b"wanted")).digest()
    assert sorted(result["peer"] for result in query.finish()) == sorted([net.peers[2], net.peers[4]])
    one = Query(client, "find-providers", "text:wanted", limit=1)
    assert len(one.finish()) == 1 and one.finished[0][0] == "stopped", one.finished


@test("/service/routing/query/put-record-and-get-record")
@everywhere
def query_put_and_get(kadd, client):
    value = bytes(range(256))
    put = Query(client, "put-record", "text:bytes", value=value, quorum="majority")
    put.finish()
    reason, summary = put.finished[0]
    assert reason == summary["outcome"] and summary["stored"] >= summary["wanted"] // 2 > 0, put.finished
    (there,) = net.run(1, "get-record", key="text:bytes", limit=1)
    assert there["value_base64"] == encode(value), there
    got = Query(client, "get-record", "text:bytes", quorum="3").finish()
    assert bytes(got[-1]["value"]) == value


@test("/service/routing/query/provide")
@everywhere
def query_provide(kadd, client):
    provide = Query(client, "provide", "text:from here")
    provide.finish()
    assert provide.finished[0][1]["stored"] > 0, provide.finished
    found = net.run(6, "get-providers", key="text:from here")
    assert client.node["PeerId"] in [result["peer"] for result in found], found


@test("/service/routing/query/find-peer-closest-peers-and-refresh")
@everywhere
def query_others(kadd, client):
    peer = Query(client, "find-peer", net.peers[9])
    assert [result["peer"] for result in peer.finish()] == [net.peers[9]], peer.finished
    assert len(bytes(peer.object["KadId"])) == 32
    assert len(Query(client, "closest-peers", "text:x", limit=5).finish()) == 5
    refresh = Query(client, "refresh", "")
    refresh.finish()
    assert refresh.finished[0][0] != "failed", refresh.finished
    assert refresh.object["KadId"] == [] and refresh.object["Key"] == ""


@test("/service/routing/query/any-command-by-its-name")
@everywhere
def query_any_command(kadd, client):
    query = Query(client, "get-providers", "text:wanted", limit=1)
    assert query.object["Kind"] == "get-providers"
    assert len(query.finish()) == 1
    table = Query(client, "show-table", "")
    assert {"peer", "bucket", "addresses", "state"} <= set(table.finish()[0])
    ping = Query(client, "ping-peer", net.addresses[2])
    assert ping.finish()[0]["peer"] == net.peers[2]


@test("/service/routing/query/fails-as-the-command-does")
@everywhere
def query_fails(kadd, client):
    nothing = Query(client, "get-record", "text:nothing under it")
    assert nothing.finish() == []
    reason, summary = nothing.finished[0]
    assert reason == "failed" and summary["error"] == "NotFound" and len(summary["message"]) > 10, nothing.finished
    late = Query(client, "get-record", "text:too late", timeout=1, quorum="all")
    late.finish()
    assert late.finished[0][0] in ("timed-out", "failed"), late.finished


@test("/service/routing/discover")
@everywhere
def discover(kadd, client):
    # As go-libp2p says it: the key is the multihash of the namespace.
    net.run(8, "start-provide", key=f"hex:{multihash('näme space'.encode()).hex()}", once=True)
    path = client.routing.call("Discover", ASK, "näme space", options(handle_token="here"))
    assert path.endswith("/here")
    query = client.at(path, "Query")
    assert query["Kind"] == "find-providers" and query["State"] == "prepared"
    finished = query.listen("Finished")
    query.call("Start")
    wait_for(lambda: finished)
    assert [result["peer"] for result in query.call("GetResults", "(u)", 0)[1]] == [net.peers[8]]
    assert client.routing.fails("Discover", ASK, "", {}) == "InvalidArgument"
    assert client.routing.fails("Discover", ASK, "n" * 1025, {}) == "InvalidArgument"
    client.routing.call("Discover", ASK, "n" * 1024, {})


@test("/service/routing/advertise")
@everywhere
def advertise(kadd, client):
    path = client.routing.call("Advertise", ASK, "näme space 2", options(wait=True))
    publication = client.at(path, "Publication")
    assert publication["Kind"] == "provider" and publication["Lifetime"] == "session" and publication["Holders"] > 0
    found = net.run(4, "get-providers", key=f"hex:{multihash('näme space 2'.encode()).hex()}")
    assert client.node["PeerId"] in {line["peer"] for line in found}, found
    assert client.publications.call("Provide", ASK, "text:näme space 2", {}) == path, "it is the same publication"
    kept = client.routing.call("Advertise", ASK, "kept", options(lifetime="persistent", app_id="org.example.App"))
    publication = client.at(kept, "Publication")
    assert publication["Lifetime"] == "persistent" and publication["AppId"] == "org.example.App"
    publication.call("Remove")
    for wrong in ("", "n" * 1025):
        assert client.routing.fails("Advertise", ASK, wrong, {}) == "InvalidArgument"
    assert client.routing.fails("Advertise", ASK, "a", options(lifetime="eternal")) == "InvalidArgument"
    assert client.routing.fails("Advertise", ASK, "a", {"require:magic": GLib.Variant("b", True)}) == "NotSupported"
    assert client.routing.fails("Advertise", "(sb)", "a", True) == "org.freedesktop.DBus.Error.InvalidArgs"
    client.routing.call("Advertise", ASK, "n" * 1024, {})


# ---- against the tool ----

def as_json(result):
    """A result of D-Bus as the tool writes it."""
    line = {}
    for name, value in result.items():
        if isinstance(value, list) and value and isinstance(value[0], int):
            data = bytes(value)
            line[f"{name}_base64"] = encode(data)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            line[name] = [as_json(entry) for entry in value]
        else:
            line[name] = value
    return line


def comparable(lines):
    """Without what differs from run to run, and from node to node."""
    kept = [{name: value for name, value in line.items() if name not in ("from", "value", "addresses")} for line in lines]
    return sorted(kept, key=str)


@test("/service/routing/results-are-those-of-the-tool")
@everywhere
def results_are_those_of_the_tool(kadd, client):
    net.run(5, "put-record", key="text:both", value="the same")
    net.run(5, "start-provide", key="text:both", once=True)
    for words, kind, key in (
            (["find", "providers", "text:both"], "find-providers", "text:both"),
            (["find", "peer", net.peers[3]], "find-peer", net.peers[3]),
            (["run", "get-record", "text:both"], "get-record", "text:both"),
            (["run", "ping-peer", net.addresses[1]], "ping-peer", net.addresses[1])):
        lines, last = tool(*words, "--join", net.addresses[0], "--network", "private:test")
        query = Query(client, kind, key)
        results = [as_json(result) for result in query.finish()]
        if kind == "ping-peer":
            assert [set(line) for line in lines] == [set(result) for result in results], (lines, results)
        else:
            assert comparable(lines) == comparable(results), (lines, results)
        summary = query.finished[0][1]
        assert set(last) - {"done"} == set(summary), (last, summary)


# ---- Run ----

@test("/service/routing/run")
@everywhere
def run(kadd, client):
    results, summary = client.routing.call("Run", ASK, "closest-peers", options(key="text:run"))
    assert sorted(result["peer"] for result in results) == sorted(net.peers)
    assert {"outcome", "requests", "successes", "failures", "duration_us"} <= set(summary), summary
    identity, _ = client.routing.call("Run", ASK, "show-identity", {})
    assert identity[0]["peer"] == client.node["PeerId"]
    assert client.routing.fails("Run", ASK, "no-such-command", {}) == "UnknownCommand"
    assert client.routing.fails("Run", ASK, "closest-peers", {}) == "InvalidArgument"
    assert client.routing.fails("Run", ASK, "closest-peers", options(key="text:x", surprise=1)) == "InvalidArgument"
    assert client.routing.fails("Run", ASK, "closest-peers", options(key="no key")) == "InvalidKey"
    assert client.routing.fails("Run", ASK, "get-record", options(key="text:no record")) == "NotFound"


@test("/service/routing/run/values-of-any-width-and-text")
@everywhere
def run_values(kadd, client):
    for limit in (3, "3", GLib.Variant("y", 3), GLib.Variant("n", 3), GLib.Variant("q", 3), GLib.Variant("i", 3),
                  GLib.Variant("x", 3), GLib.Variant("t", 3)):
        results, _ = client.routing.call("Run", ASK, "closest-peers", options(key="text:x", limit=limit, timeout_ms=60000))
        assert len(results) == 3, (limit, results)
    for limit in (GLib.Variant("i", -1), "three", True, b"3", GLib.Variant("d", 3.0), GLib.Variant("t", 2**63)):
        got = client.routing.fails("Run", ASK, "closest-peers", options(key="text:x", limit=limit))
        assert got == "InvalidArgument", (limit, got)
    results, _ = client.routing.call("Run", ASK, "closest-peers", options(key=b"bytes", limit=1))
    assert len(results) == 1


@test("/service/routing/no-start")
@everywhere
def no_start(kadd, client):
    stays_down = options(no_start=True)
    assert client.routing.fails("Run", ASK, "show-table", stays_down) == "NotRunning"
    assert client.routing.fails("FindProviders", ASK, "text:x", stays_down) == "NotRunning"
    query = Query(client, "find-providers", "text:x", no_start=True)
    query.finish()
    assert query.finished[0] == ("failed", query.finished[0][1]) and query.finished[0][1]["error"] == "NotRunning"
    assert client.node["State"] == "stopped"
    client.routing.call("GetCommands", "(a{sv})", {})
    client.routing.call("GetModules", "(a{sv})", {})
    client.routing.call("ListQueries", "(a{sv})", {})
    assert client.node["State"] == "stopped"


# ---- what there is ----

@test("/service/routing/get-commands")
@everywhere
def get_commands(kadd, client):
    commands = {command["name"]: command for command in client.routing.call("GetCommands", "(a{sv})", {})}
    lines, last = tool("help")
    told = {line["command"]: line for line in lines + [last] if "command" in line}
    assert set(commands) == set(told)
    for name, command in commands.items():
        assert command["summary"] == told[name]["summary"] and command["own"] is True
        assert [a["name"] for a in command["arguments"]] == [o["name"] for o in told[name]["options"]], name
        assert [a["required"] for a in command["arguments"]] == [o["required"] for o in told[name]["options"]], name
        assert all(a["type"] in ("s", "as", "ay", "b", "u", "i", "t", "x", "d") for a in command["arguments"]), command
    (key, limit, *_) = commands["closest-peers"]["arguments"]
    assert key["form"] == "key" and key["type"] == "s" and "default" not in key, key
    assert limit["type"] == "u" and limit["minimum"] == 0 and limit["maximum"] > 0 and limit["default"] == 0, limit
    assert client.routing.fails("GetCommands", "(a{sv})", {"require:x": GLib.Variant("s", "")}) == "NotSupported"


@test("/service/routing/get-modules")
@everywhere
def get_modules(kadd, client):
    modules = client.routing.call("GetModules", "(a{sv})", {})
    lines, _ = tool("run", "show-modules")
    assert sorted(module["file"] for module in modules) == sorted(line["file"] for line in lines)
    for module in modules:
        assert module["state"] == "loaded" and module["own"] and module["transports"], module


# ---- what is refused ----

@test("/service/routing/refusals")
@everywhere
def refusals(kadd, client):
    for wanted, kind, key, values in (
            ("UnknownCommand", "teleport", "text:x", {}),
            ("UnknownCommand", "", "", {}),
            ("InvalidKey", "find-providers", "", {}),
            ("InvalidKey", "find-providers", "not a key", {}),
            ("InvalidKey", "get-record", "text:" + "k" * 5000, {}),
            ("InvalidArgument", "refresh", "text:x", {}),
            ("InvalidArgument", "put-record", "text:x", {}),
            ("RecordTooLarge", "put-record", "text:x", {"value": b"v" * 70000}),
            ("InvalidArgument", "get-record", "text:x", {"quorum": "most"}),
            ("InvalidArgument", "find-providers", "text:x", {"limit": GLib.Variant("i", -1)}),
            ("InvalidArgument", "find-providers", "text:x", {"timeout": "soon"}),
            ("InvalidArgument", "find-providers", "text:x", {"timeout": 2**32 - 1}),
            ("InvalidArgument", "find-providers", "text:x", {"trace": "yes"}),
            ("InvalidArgument", "find-providers", "text:x", {"detached": 1}),
            ("InvalidArgument", "find-providers", "text:x", {"handle_token": ""}),
            ("InvalidArgument", "find-providers", "text:x", {"handle_token": "a/b"}),
            ("InvalidArgument", "find-providers", "text:x", {"handle_token": "a" * 65}),
            ("InvalidArgument", "find-providers", "text:x", {"handle_token": "é"}),
            ("InvalidArgument", "get-providers", "text:x", {"surprise": 1}),
            ("NotSupported", "find-providers", "text:x", {"require:surprise": 1}),
            ("LimitReached", "put-record", "text:x", {"value": b"v" * 2**21})):
        got = client.routing.fails("PrepareQuery", PREPARE, kind, key, options(**values))
        assert got == wanted, (wanted, got, kind, key[:20])
    assert client.routing.call("ListQueries", "(a{sv})", {}) == []
    # What a kind does not know is ignored, as everywhere.
    assert Query(client, "find-providers", "text:nobody", surprise=1).finish() == []
    assert client.node["State"] != "stopped"


@test("/service/routing/raw-keys")
@everywhere
def raw_keys(kadd, client):
    net.run(0, "start-provide", key="text:raw", raw_key=True, once=True)
    assert len(client.routing.call("FindProviders", ASK, "text:raw", options(raw_key=True))) == 1
    assert client.routing.call("FindProviders", ASK, "text:raw", {}) == []
    query = Query(client, "find-providers", "text:raw", raw_key=True)
    assert bytes(query.object["KadId"]) == hashlib.sha256(b"raw").digest()


@test("/service/routing/advertise")
@everywhere
def advertise(kadd, client):
    path = client.routing.call("Advertise", ASK, "photos", options(wait=True))
    publication = client.at(path, "Publication")
    assert publication["Holders"] == publication["Wanted"] > 0
    assert publication["Kind"] == "provider" and publication["AppId"] == ""
    found = net.run(5, "get-providers", key="text:photos")
    assert client.node["PeerId"] in [result["peer"] for result in found], found
    assert client.routing.call("Advertise", ASK, "photos", {}) == path
    named = client.routing.call("Advertise", ASK, "photos", options(lifetime="persistent", app_id="org.example.Photos"))
    assert named != path and client.at(named, "Publication")["AppId"] == "org.example.Photos"
    assert client.publications.call("Remove", ASK, "text:photos", options(all=True)) == 2
    assert client.routing.fails("Advertise", ASK, "", {}) == "InvalidArgument"
    assert client.routing.fails("Advertise", ASK, "x" * 1025, {}) == "InvalidArgument"
    assert client.routing.fails("Advertise", ASK, "photos", options(lifetime="long")) == "InvalidArgument"


@test("/service/routing/bootstrap")
@everywhere
def bootstrap(kadd, client):
    path = client.node.call("Bootstrap", "(a{sv})", {})
    query = client.at(path, "Query")
    assert query["Kind"] == "refresh"
    wait_for(lambda: query["State"] == "finished")
    assert query["Reason"] in ("completed", "starved"), query["Reason"]
    assert client.node["State"] == "online" and client.node["RoutingTableSize"] > 0
    assert client.node.fails("Bootstrap", "(a{sv})", {"require:magic": GLib.Variant("b", True)}) == "NotSupported"


main()
