#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""org.libkad.Kad1.Routing against the real service."""

import atexit
import base64
import hashlib
import time

from gi.repository import GLib

from kadbus import Bus, Client, Kadd, main, test, wait_for
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


main()
