#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each request, in each direction, between our node and go's and js's."""

import re

import kadwire
from kadlab import IDENTIFY, KAD, PeerError, Testnet, content, decode, eventually, key_of
from kadtap import main, test

KINDS = ("go", "js")
# RFC 3339, UTC, always with a fraction: js's parser wants one.
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")


def both_directions(description):
    """One test for each direction; the function gets who asks and who answers."""

    def register(function):
        for kind in KINDS:
            for asker, server in ((kind, "kad"), ("kad", kind)):
                name = f"{description}: {asker} asks {server}"
                test(name, asker=asker, server=server)(function)
        return function

    return register


def names(entries):
    return [entry["peer"] for entry in entries]


def value_of(reply):
    return None if reply["record"] is None else decode(reply["record"]["value_base64"])


@both_directions("FIND_NODE finds a third peer with its addresses")
def find_node(asker, server):
    with Testnet() as net:
        a, b, third = net.one(asker), net.one(server), net.one("go")
        third.join(b.addresses[0])
        eventually(lambda: third.peer in b.table(), what="the third peer in the table")
        reply = a.ask(b.addresses[0], "FIND_NODE", kadwire.peer_id_bytes(third.peer))
        found = [p for p in reply["closer"] if p["peer"] == third.peer]
        assert len(found) == 1 or (found and server == "js"), reply  # js may name it twice
        (found, *_) = found
        plain = third.addresses[0].split("/p2p/")[0]
        assert plain in [address.split("/p2p/")[0] for address in found["addresses"]], found
        assert all(p["connection"] in (0, 1) for p in reply["closer"]), reply


@both_directions("FIND_NODE tells neither the asker nor the server of themselves")
def find_node_leaves_out(asker, server):
    with Testnet() as net:
        a, b, third = net.one(asker), net.one(server), net.one("go")
        a.join(b.addresses[0])
        third.join(b.addresses[0])
        eventually(lambda: {a.peer, third.peer} <= b.table(), what="both in the table")
        reply = a.ask(b.addresses[0], "FIND_NODE", kadwire.peer_id_bytes(third.peer))
        assert a.peer not in names(reply["closer"]), reply
        assert b.peer not in names(reply["closer"]), reply


@both_directions("PUT_VALUE is echoed with its record, and GET_VALUE gives it back")
def put_and_get(asker, server):
    with Testnet() as net:
        a, b = net.one(asker), net.one(server)
        key, value = key_of("put"), bytes(range(256)) * 8
        reply = a.ask(b.addresses[0], "PUT_VALUE", key, value)
        assert value_of(reply) == value, reply
        reply = a.ask(b.addresses[0], "GET_VALUE", key)
        assert value_of(reply) == value, reply
        assert decode(reply["record"]["key_base64"]) == key, reply


@both_directions("GET_VALUE of an unknown key gives closer peers and no record")
def get_unknown(asker, server):
    with Testnet() as net:
        a, b, third = net.one(asker), net.one(server), net.one("go")
        third.join(b.addresses[0])
        eventually(lambda: third.peer in b.table(), what="the third peer in the table")
        reply = a.ask(b.addresses[0], "GET_VALUE", key_of("unknown"))
        assert reply["record"] is None, reply
        assert third.peer in names(reply["closer"]), reply


@both_directions("ADD_PROVIDER is taken without an answer, and GET_PROVIDERS tells it")
def add_and_get_providers(asker, server):
    with Testnet() as net:
        a, b = net.one(asker), net.one(server)
        key = content("provided")
        assert a.ask(b.addresses[0], "GET_PROVIDERS", key)["providers"] == []
        assert a.ask(b.addresses[0], "ADD_PROVIDER", key) is None
        eventually(
            lambda: names(a.ask(b.addresses[0], "GET_PROVIDERS", key)["providers"]) == [a.peer],
            what="the provider being told",
        )
        (provider,) = a.ask(b.addresses[0], "GET_PROVIDERS", key)["providers"]
        plain = a.addresses[0].split("/p2p/")[0]
        assert plain in [address.split("/p2p/")[0] for address in provider["addresses"]], provider


@both_directions("GET_PROVIDERS of an unknown key gives closer peers")
def get_unknown_providers(asker, server):
    with Testnet() as net:
        a, b, third = net.one(asker), net.one(server), net.one("go")
        third.join(b.addresses[0])
        eventually(lambda: third.peer in b.table(), what="the third peer in the table")
        reply = a.ask(b.addresses[0], "GET_PROVIDERS", content("unknown"))
        assert reply["providers"] == [], reply
        assert third.peer in names(reply["closer"]), reply


@both_directions("ping is answered, twenty times in a row")
def ping(asker, server):
    with Testnet() as net:
        a, b = net.one(asker), net.one(server)
        for _ in range(20):
            rtt_us = a.ping(b.addresses[0])
            # js counts whole milliseconds, so 0 is a time, too.
            assert 0 <= rtt_us < 2_000_000, rtt_us


@both_directions("identify tells protocols, agent and addresses")
def identify(asker, server):
    with Testnet() as net:
        a, b = net.one(asker), net.one(server)
        seen = a.protocols_of(b.addresses[0])
        for protocol in (KAD, IDENTIFY, "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0"):
            assert protocol in seen["protocols"], seen
        assert seen["agent"], seen
        plain = b.addresses[0].split("/p2p/")[0]
        assert plain in [address.split("/p2p/")[0] for address in seen["addresses"]], seen


@both_directions("twenty of each request, one after the other, all succeed")
def twenty_of_each(asker, server):
    with Testnet() as net:
        a, b = net.one(asker), net.one(server)
        to = b.addresses[0]
        for i in range(20):
            key, value, cid = key_of(f"many-{i}"), f"value {i}".encode(), content(f"many-{i}")
            assert a.ask(to, "FIND_NODE", kadwire.peer_id_bytes(b.peer)) is not None
            assert value_of(a.ask(to, "PUT_VALUE", key, value)) == value
            assert value_of(a.ask(to, "GET_VALUE", key)) == value
            assert a.ask(to, "ADD_PROVIDER", cid) is None
            eventually(
                lambda: a.peer in names(a.ask(to, "GET_PROVIDERS", cid)["providers"]),
                what="the provider being told",
            )


@test("records of ours carry the time they came, as js parses it")
def time_received():
    with Testnet() as net:
        a, b = net.one("go"), net.one("kad")
        key = key_of("time")
        a.ask(b.addresses[0], "PUT_VALUE", key, b"value")
        reply = a.ask(b.addresses[0], "GET_VALUE", key)
        assert TIME.fullmatch(reply["record"]["time_received"]), reply


_RECORD = kadwire.record(b"/a/b", b"value")
REFUSED = {
    "PUT_VALUE whose record has another key": kadwire.message(0, b"/a/c", _RECORD),
    "PUT_VALUE without a record": kadwire.message(0, b"/a/b"),
    "PUT_VALUE without a key": kadwire.message(0, None, kadwire.record(b"", b"value")),
    "GET_VALUE without a key": kadwire.message(kadwire.GET_VALUE),
    "GET_PROVIDERS with a key of 81 bytes": kadwire.message(kadwire.GET_PROVIDERS, b"k" * 81),
    "GET_PROVIDERS without a key": kadwire.message(kadwire.GET_PROVIDERS),
    "ADD_PROVIDER with a key of 81 bytes": kadwire.message(kadwire.ADD_PROVIDER, b"k" * 81),
    "an unknown type": kadwire.message(77, b"key"),
    "a message that is no protobuf": b"\x0a\xff\xff\xff",
}


def refused(kind):
    with Testnet() as net:
        a, b = net.one(kind), net.one("kad")
        for what, message in REFUSED.items():
            replies, end = a.stream(b.addresses[0], [message])
            assert (replies, end) == ([], "reset"), (what, replies, end)
            # The connection, and the next stream on it, are none the worse for it.
            reply = a.ask(b.addresses[0], "FIND_NODE", kadwire.peer_id_bytes(b.peer))
            assert reply is not None, what


for _kind in KINDS:
    test(f"a refusal is a bare reset, on a connection that goes on: {_kind} asks", kind=_kind)(
        refused
    )


@test("a refusal by them fails that request, and the next one works")
def refused_by_them():
    with Testnet() as net:
        ours = net.one("kad")
        for kind in KINDS:
            theirs = net.one(kind)
            try:
                reply = ours.ask(theirs.addresses[0], "GET_PROVIDERS", b"k" * 81)
            except PeerError:
                reply = None
            assert reply is None, reply
            key = kadwire.peer_id_bytes(theirs.peer)
            assert ours.ask(theirs.addresses[0], "FIND_NODE", key) is not None


if __name__ == "__main__":
    main()
