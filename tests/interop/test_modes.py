#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients use the network and stay out of every table."""

import kadwire
from kadlab import KAD, PeerError, Testnet, content, eventually, key_of, never
from kadtap import main, test

KINDS = ("go", "js")


def use_network(client, server, provide):
    """What a client does: it looks up, puts, gets, provides and finds."""
    key, cid = key_of("client"), content("client")
    client.put(key, b"value")
    assert server.get(key) == b"value"
    assert client.get(key) == b"value"
    if not provide:
        return
    client.provide(cid)
    assert client.peer in eventually(lambda: server.providers(cid), what="the client's provider")


def stays_out(client_kind, server_kind):
    with Testnet() as net:
        client, server = net.one(client_kind, mode="client"), net.one(server_kind)
        third = net.one("go")
        third.join(server.addresses[0])
        client.join(server.addresses[0])
        # js takes every peer that an answer names into its table if it answers
        # ping, whatever it speaks; a provider is named in answers.
        use_network(client, server, provide=server_kind != "js")
        assert client.peer in server.connected()
        never(lambda: client.peer in server.table(), 3, "the client in the table")
        # Nor does the server name it to others as somebody close.
        reply = third.ask(server.addresses[0], "FIND_NODE", b"anything")
        assert client.peer not in [p["peer"] for p in reply["closer"]], reply


for _kind in KINDS:
    for _client, _server in (("kad", _kind), (_kind, "kad")):
        test(
            f"a client of {_client} stays out of the table of {_server}",
            client_kind=_client,
            server_kind=_server,
        )(stays_out)


@test("our client neither advertises nor speaks the kad protocol as a server")
def client_does_not_serve():
    with Testnet() as net:
        client = net.one("kad", mode="client")
        for kind in KINDS:
            other = net.one(kind)
            (frame,) = other.identify(client.addresses[0])
            protocols = kadwire.all_of(frame, kadwire.IDENTIFY_PROTOCOLS)
            assert KAD.encode() not in protocols, protocols
            assert b"/ipfs/ping/1.0.0" in protocols, protocols
            try:
                replies, end = other.stream(
                    client.addresses[0], [kadwire.message(kadwire.FIND_NODE, b"key")]
                )
            except PeerError:
                continue
            assert replies == [] and end != "timeout", (replies, end)


@test("our server finds a client of theirs that is connected to it, as FIND_NODE's target")
def client_as_target():
    with Testnet() as net:
        ours, client, asker = net.one("kad"), net.one("go", mode="client"), net.one("go")
        client.connect(ours.addresses[0])

        def told():
            reply = asker.ask(ours.addresses[0], "FIND_NODE", kadwire.peer_id_bytes(client.peer))
            return client.peer in [p["peer"] for p in reply["closer"]]

        eventually(told, what="the target being told")


@test("ours on another protocol id keeps out of the network, and theirs out of its own")
def other_protocol():
    with Testnet() as net:
        private = "/kad-test/kad/1.0.0"
        ours, theirs = net.one("kad", protocol=private), net.one("go")
        same = net.one("go", protocol=private)
        theirs.connect(ours.addresses[0])
        never(lambda: theirs.peer in ours.table() or ours.peer in theirs.table(), 2, "an entry")
        same.join(ours.addresses[0])
        eventually(lambda: same.peer in ours.table(), what="the peer of the same protocol")


if __name__ == "__main__":
    main()
