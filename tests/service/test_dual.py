#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two networks side by side in one service: what is asked and said goes to both, and one of them is enough.

No test is in the public network or on the link: both networks are private ones of the test, on loopback."""

import atexit
import contextlib
import fcntl
import os
import pathlib
import shutil
import tempfile
import time

from gi.repository import GLib

from kadbus import Client, Kadd, main, test, wait_for
from kadnet import Net, Query, options, tool
from kadtool import SilentPeer

ASK = "(sa{sv})"
BESIDE_PROTOCOL = "/beside/kad/1.0.0"

wan = Net(5)
atexit.register(wan.stop)
lan = Net(5, protocol=BESIDE_PROTOCOL)
atexit.register(lan.stop)


@contextlib.contextmanager
def both(wan_join=None, lan_join=None, prepare=None, more="", wait=True):
    """The service in both, and a program that uses it; started, and each table has somebody who was joined."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kad-dual-"))
    wan_join = wan.addresses[:1] if wan_join is None else wan_join
    lan_join = lan.addresses[:1] if lan_join is None else lan_join
    peers = ", ".join(repr(address) for address in lan_join)
    (folder / "settings").write_text(f"[networks/private:b]\nbootstrap=[{peers}]\nprotocol='{BESIDE_PROTOCOL}'\n{more}")
    if prepare is not None:
        prepare(folder)
    arguments = ["--beside", "private:b", "--settings", str(folder / "settings")]
    try:
        with Kadd(folder=folder, network="private:a", join=wan_join, arguments=arguments) as kadd, Client(kadd) as client:
            if wait:
                client.node.call("Start", "(a{sv})", {})
                if wan_join and wan_join[0] in wan.addresses:
                    wait_for(lambda: client.node["RoutingTableSize"] > 0, 40)
                if lan_join:
                    wait_for(lambda: client.node["LanRoutingTableSize"] > 0, 40)
            yield kadd, client
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def peers_of(rows):
    return [row["peer"] for row in rows]


def find(client, key, **values):
    return client.routing.call("FindProviders", ASK, key, options(**values))


def fails(client, method, key, **values):
    return client.routing.fails(method, ASK, key, options(**values))


@test("/service/dual/who-is-not-in-one-is-answered-by-the-other")
def not_in_one():
    """The main network accepts us and never says a word: joining it takes as long as patience lasts."""
    lan.run(1, "start-provide", key="text:near", once=True)
    lan.run(2, "put-record", key="text:near", value="at hand")
    with SilentPeer() as silent, both(wan_join=[f"{silent.address}/p2p/{wan.peers[0]}"]) as (_, client):
        for method in ("FindProviders", "GetRecord"):
            start = time.monotonic()
            rows = client.routing.call(method, ASK, "text:near", {})
            assert rows and {row["network"] for row in rows} == {"lan"}, rows
            assert time.monotonic() - start < 8, f"{method} waited for the one that says nothing"
        assert client.node["RoutingTableSize"] == 0


@test("/service/dual/reads-come-from-both")
def reads():
    wan.run(1, "start-provide", key="text:in wan", once=True)
    lan.run(1, "start-provide", key="text:in lan", once=True)
    wan.run(2, "start-provide", key="text:in both", once=True)
    lan.run(3, "start-provide", key="text:in both", once=True)
    lan.run(2, "put-record", key="text:local", value="only here")
    wan.run(2, "put-record", key="text:far", value="only there")
    with both() as (kadd, client):
        assert client.node["LocalNetwork"] == "private:b" and client.node["State"] == "online"
        assert client.node["LanPeerCount"] > 0 and client.node["PeerCount"] > 0
        assert all(address.endswith(client.node["PeerId"]) for address in client.node["LanListenAddresses"])
        assert not set(client.node["LanListenAddresses"]) & set(client.node["ListenAddresses"])
        # Each where it is, and that is told.
        (row,) = find(client, "text:in lan")
        assert row["peer"] == lan.peers[1] and row["network"] == "lan", row
        (row,) = find(client, "text:in wan")
        assert row["peer"] == wan.peers[1] and row["network"] == "wan", row
        assert sorted(peers_of(find(client, "text:in both"))) == sorted([wan.peers[2], lan.peers[3]])
        assert find(client, "text:nowhere") == []
        assert bytes(client.routing.call("GetRecord", ASK, "text:local", {})[-1]["value"]) == b"only here"
        assert bytes(client.routing.call("GetRecord", ASK, "text:far", {})[-1]["value"]) == b"only there"
        assert fails(client, "GetRecord", "text:nothing") == "NotFound"
        for net, name in ((wan, "wan"), (lan, "lan")):
            (row,) = client.routing.call("FindPeer", ASK, net.peers[4], {})
            assert row["peer"] == net.peers[4] and row["network"] == name and row["addresses"], row
        closest = client.routing.call("ClosestPeers", ASK, "text:here", {})
        assert len(set(peers_of(closest))) == len(closest) and {row["network"] for row in closest} == {"wan", "lan"}, closest
        # Only one of them, if the caller says so.
        assert find(client, "text:in lan", network="wan") == []
        assert find(client, "text:in wan", network="lan") == []
        assert peers_of(find(client, "text:in lan", network="lan")) == [lan.peers[1]]
        assert fails(client, "GetRecord", "text:local", network="wan") == "NotFound"
        assert fails(client, "FindProviders", "text:x", network="moon") == "InvalidArgument"


@test("/service/dual/queries-are-merged-as-they-come")
def queries():
    for net in (wan, lan):
        net.run(1, "start-provide", key="text:merged", once=True)
    with both() as (kadd, client):
        query = Query(client, "find-providers", "text:merged", trace=True)
        assert sorted(peers_of(query.finish())) == sorted([wan.peers[1], lan.peers[1]])
        reason, summary = query.finished[0]
        assert reason == summary["outcome"] and summary["successes"] > 0 and "lan_error" not in summary, query.finished
        heard, waiting, queried, _ = query.object["Counts"]
        assert waiting == 0 and queried >= 2 and heard >= 2, query.object["Counts"]
        named = {step[4] for _, steps in query.steps for step in steps}
        assert named & set(wan.peers) and named & set(lan.peers), named
        one = Query(client, "find-providers", "text:merged", limit=1)
        assert len(one.finish()) == 1 and one.finished[0][0] == "stopped", one.finished
        discovered = client.routing.call("Discover", ASK, "merged", {})
        assert client.at(discovered, "Query")["Kind"] == "find-providers"
        cancelled = Query(client, "find-providers", "text:merged")
        cancelled.object.call("Cancel")
        wait_for(lambda: cancelled.finished, 20)
        assert cancelled.finished[0][0] == "cancelled", cancelled.finished
        # What a person looks at is the main node's, unless it is said otherwise.
        shown, _ = client.routing.call("Run", ASK, "show-table", {})
        assert set(peers_of(shown)) <= set(wan.peers) and shown
        shown, _ = client.routing.call("Run", ASK, "show-table", options(network="lan"))
        assert set(peers_of(shown)) <= set(lan.peers) and shown and {row["network"] for row in shown} == {"lan"}
        shown, _ = client.routing.call("Run", ASK, "show-table", options(network="both"))
        assert set(peers_of(shown)) & set(lan.peers) and set(peers_of(shown)) & set(wan.peers)


@test("/service/dual/one-write-goes-to-both")
def writes_once():
    with both() as (kadd, client):
        put = Query(client, "put-record", "text:once", value=b"to both")
        put.finish()
        summary = put.finished[0][1]
        assert summary["stored"] >= 2, put.finished
        provide = Query(client, "provide", "text:once provided")
        provide.finish()
        for net in (wan, lan):
            (there,) = net.run(1, "get-record", key="text:once", limit=1)
            assert there["value"] == "to both", there
            assert client.node["PeerId"] in peers_of(net.run(1, "get-providers", key="text:once provided"))
        many = Query(client, "provide-many", "", keys=GLib.Variant("as", ["text:many 1", "text:many 2"]), once=True)
        rows = many.finish()
        assert sorted(row["key"] for row in rows) == ["text:many 1", "text:many 2"], rows
        assert many.finished[0][1]["published"] == 2 and many.finished[0][1]["failed"] == 0, many.finished
        for net in (wan, lan):
            assert client.node["PeerId"] in peers_of(net.run(1, "get-providers", key="text:many 2"))
        alone = Query(client, "put-record", "text:alone", value=b"here", network="lan")
        alone.finish()
        assert lan.run(1, "get-record", key="text:alone", limit=1)


@test("/service/dual/the-table-and-the-tool-show-both")
def shown():
    with both() as (kadd, client):
        _, rows, total = client.table.call("GetPeers", "(suua{sv})", "", 0, 5000, {})
        serial, lan_rows, lan_total = client.table.call("GetPeers", "(suua{sv})", "lan", 0, 5000, {})
        assert {row[0] for row in rows} <= set(wan.peers) and total == len(rows) > 0
        assert {row[0] for row in lan_rows} <= set(lan.peers) and lan_total == len(lan_rows) > 0 and serial == 0
        assert client.node["LanRoutingTableSize"] >= lan_total
        for network in ("wan", "lan"):
            buckets = client.table.call("GetBuckets", "(s)", network)
            assert sum(bucket[1] for bucket in buckets) > 0, (network, buckets)
        assert client.table.fails("GetBuckets", "(s)", "moon") == "InvalidArgument"
        for name, peer in (("wan", rows[0][0]), ("lan", lan_rows[0][0])):
            details = client.table.call("GetPeer", "(s)", peer)
            assert details["network"] == name and details["addresses"], details
        assert client.table.fails("GetPeer", "(s)", "12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf") == "NotFound"
        connected = client.table.call("GetConnections", "(a{sv})", options(network="lan"))
        assert {row["peer"] for row in connected} <= set(lan.peers) and connected
        assert {row["peer"] for row in client.table.call("GetConnections", "(a{sv})", {})} <= set(wan.peers)
        where = ["--address", kadd.address]
        got, _ = tool("table", *where)
        assert set(peers_of(got)) <= set(wan.peers) and got
        got, _ = tool("table", "--net", "lan", *where)
        assert set(peers_of(got)) <= set(lan.peers) and got
        for words in (["peers"], ["peers", "--connected"]):
            got, _ = tool(*words, *where)
            assert {row["network"] for row in got} == {"wan", "lan"}, got
        _, status = tool("status", *where)
        assert status["local_network"] == "private:b" and status["lan_table"] > 0 and status["lan_addresses"], status
        lan.run(1, "start-provide", key="text:by the tool", once=True)
        got, _ = tool("find", "providers", "text:by the tool", *where)
        assert peers_of(got) == [lan.peers[1]], got
        got, _ = tool("find", "providers", "text:by the tool", "--net", "wan", "--allow-empty", *where)
        assert got == []
        assert tool("table", "--net", "moon", *where)[1]["error"]["code"] == "InvalidArgument"


def published(client, network):
    rows, _ = client.routing.call("Run", ASK, "show-publications", options(network=network))
    return {bytes(row["key"]) for row in rows}


@test("/service/dual/publications-are-in-both")
def publications():
    with both() as (kadd, client):
        me = client.node["PeerId"]
        path = client.publications.call("Provide", ASK, "text:said to both", options(wait=True))
        thing = client.at(path, "Publication")
        for net in (wan, lan):
            wait_for(lambda net=net: me in peers_of(net.run(1, "get-providers", key="text:said to both")), 40)
        # Those of both: each network alone has five.
        wait_for(lambda: thing["Holders"] > 5, 40)
        assert thing["Wanted"] >= thing["Holders"] and thing["LastError"] == "" and thing["Failures"] == 0
        record = client.publications.call("PutRecord", "(saya{sv})", "text:kept in both", list(b"one value"),
                                          options(wait=True, lifetime="persistent", app_id="a.b"))
        name = client.publications.call("Provide", ASK, "text:for good", options(lifetime="persistent", app_id="a.b"))
        for net in (wan, lan):
            wait_for(lambda net=net: net.run(1, "get-record", key="text:kept in both", limit=1), 40)
        wait_for(lambda: client.at(record, "Publication")["Holders"] > 5, 40)
        wait_for(lambda: published(client, "lan") == published(client, "wan") and len(published(client, "wan")) == 3, 20)
        client.routing.call("Advertise", ASK, "a place", {})
        wait_for(lambda: me in peers_of(lan.run(1, "get-providers", key="text:a place")), 40)
        thing.call("Refresh")
        thing.call("Remove")
        # What ends with a program ends in both; what stays is there after a new start.
        wait_for(lambda: len(published(client, "lan")) == len(published(client, "wan")) == 3, 20)
        client.node.call("Stop", "(a{sv})", {})
        client.node.call("Start", "(a{sv})", {})
        wait_for(lambda: published(client, "lan") == published(client, "wan") and len(published(client, "wan")) == 3, 20)
        client.at(record, "Publication").call("Remove")
        client.at(name, "Publication").call("Remove")
        wait_for(lambda: len(published(client, "lan")) == len(published(client, "wan")) == 1, 20)
    with both(lan_join=[]) as (kadd, client):
        path = client.publications.call("Provide", ASK, "text:one side", options(wait=True))
        thing = client.at(path, "Publication")
        assert thing["Holders"] > 0 and thing["LastError"] == "", thing["LastError"]
    with both(wan_join=[]) as (kadd, client):
        path = client.publications.call("Provide", ASK, "text:other side", {})
        thing = client.at(path, "Publication")
        wait_for(lambda: thing["Holders"] > 0, 40)
        assert thing["LastError"] == "" and thing["Failures"] == 0, thing["LastError"]


@test("/service/dual/a-record-that-one-network-refuses-is-in-the-other-alone")
def refused_by_one():
    picky = "[networks/private:a]\nvalidators='public'\n"
    with both(more=picky) as (kadd, client):
        how = options(wait=True, lifetime="persistent", app_id="a.b")
        path = client.publications.call("PutRecord", "(saya{sv})", "text:a code", list(b"an offer"), how)
        thing = client.at(path, "Publication")
        assert thing["Holders"] > 0 and thing["LastError"] == "", thing["LastError"]
        (there,) = lan.run(1, "get-record", key="text:a code", limit=1)
        assert there["value"] == "an offer"
        assert published(client, "lan") == {b"a code"} and published(client, "wan") == set()
        assert bytes(client.routing.call("GetRecord", ASK, "text:a code", {})[-1]["value"]) == b"an offer"
        thing.call("Refresh")
        client.node.call("Stop", "(a{sv})", {})
        client.node.call("Start", "(a{sv})", {})
        wait_for(lambda: published(client, "lan") == {b"a code"}, 20)
        assert [row[1]["key_text"] for row in client.publications.call("List", "(a{sv})", options(all=True))] == ["text:a code"]
        thing.call("Remove")
        wait_for(lambda: published(client, "lan") == set(), 20)


@test("/service/dual/one-network-is-enough")
def one_is_dead():
    nobody = ["/ip4/127.0.0.1/tcp/1/p2p/12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"]
    lan.run(4, "start-provide", key="text:still", once=True)
    wan.run(4, "start-provide", key="text:still", once=True)
    with both(wan_join=[]) as (kadd, client):
        assert client.node["State"] == "online"
        query = Query(client, "find-providers", "text:still")
        assert peers_of(query.finish()) == [lan.peers[4]]
        assert query.finished[0][1]["wan_error"], query.finished
        assert peers_of(find(client, "text:still")) == [lan.peers[4]]
        assert fails(client, "GetRecord", "text:nothing at all") == "NotFound"
        assert fails(client, "FindProviders", "text:still", network="wan") == "NotBootstrapped"
    with both(lan_join=nobody, wait=False) as (kadd, client):
        assert peers_of(find(client, "text:still")) == [wan.peers[4]]
        assert fails(client, "FindProviders", "text:still", network="lan") == "NotBootstrapped"
    with both(wan_join=[], lan_join=[], wait=False) as (kadd, client):
        assert fails(client, "FindProviders", "text:still") == "NotBootstrapped"
        assert client.node["State"] == "offline"


@test("/service/dual/companion-that-cannot-start-is-a-warning")
def cannot_start():
    wan.run(1, "start-provide", key="text:without", once=True)

    taken_by_us = []

    def occupy(folder):
        (folder / "data" / "lan").mkdir(parents=True, mode=0o700)
        taken_by_us.append(open(folder / "data" / "lan" / "kad.lock", "w"))
        fcntl.flock(taken_by_us[0], fcntl.LOCK_EX)

    with both(prepare=occupy, wait=False) as (kadd, client):
        assert peers_of(find(client, "text:without")) == [wan.peers[1]]
        assert client.node["LocalNetwork"] == "" and client.node["LanListenAddresses"] == []
        assert client.node["LanRoutingTableSize"] == 0
        assert "local-network" in kadd.said(), kadd.said()
        assert fails(client, "FindProviders", "text:without", network="lan") == "NotSupported"
        checks, _ = client.node.call("Health", "(a{sv})", options(network=False))
        (settings,) = [check for check in checks if check["check"] == "settings"]
        assert settings["state"] == "warn" and "local-network" in settings["saw"], settings
        # Once it can, it does with the next start.
        taken_by_us[0].close()
        client.node.call("Stop", "(a{sv})", {})
        client.node.call("Start", "(a{sv})", {})
        wait_for(lambda: client.node["LocalNetwork"] == "private:b", 20)
    # A port that is taken: it runs without it, and says so.
    taken = wan.addresses[0].split("/p2p/")[0]
    with both(more=f"listen-addresses=['{taken}']\n") as (kadd, client):
        assert client.node["LanListenAddresses"] == [] and client.node["ListenAddresses"]
        assert "private:b/listen-addresses" in kadd.said(), kadd.said()
        assert peers_of(find(client, "text:without")) == [wan.peers[1]]


def tasks_and_files(kadd):
    process = f"/proc/{kadd.process.pid}"
    return len(os.listdir(f"{process}/task")), len(os.listdir(f"{process}/fd"))


@test("/service/dual/both-stop-together-and-leave-nothing")
def both_stop():
    with both() as (kadd, client):
        identity = client.node["PeerId"]
        client.node.call("Stop", "(a{sv})", {})
        assert client.node["LanListenAddresses"] == [] and client.node["LanPeerCount"] == 0
        before = tasks_and_files(kadd)
        for _ in range(3):
            client.node.call("Start", "(a{sv})", {})
            wait_for(lambda: client.node["LanRoutingTableSize"] > 0, 40)
            assert client.node["PeerId"] == identity
            client.node.call("Stop", "(a{sv})", {})
        wait_for(lambda: tasks_and_files(kadd)[0] <= before[0] and tasks_and_files(kadd)[1] <= before[1], 20)
        client.node.call("Pause", "(sa{sv})", "user", {})
        assert client.node["LanListenAddresses"] == []
        client.node.call("Resume", "(a{sv})", {})


main()
