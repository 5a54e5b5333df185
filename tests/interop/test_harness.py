#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""go and js among themselves: the harness, the peers, and what the other tests
take for granted of them."""

import kadwire
from kadlab import KAD, PeerError, Testnet, content, eventually, key_of, never
from kadtap import main, test

PAIRS = [("go", "js"), ("js", "go"), ("go", "go"), ("js", "js")]


def each_pair(description):
    def register(function):
        for asker, server in PAIRS:
            test(f"{description}: {asker} asks {server}", asker=asker, server=server)(function)
        return function

    return register


@each_pair("the five requests are answered")
def requests_are_answered(asker, server):
    with Testnet() as net:
        a, b = net.one(asker), net.one(server)
        to = b.addresses[0]
        reply = a.ask(to, "FIND_NODE", kadwire.peer_id_bytes(b.peer))
        assert b.peer in [p["peer"] for p in reply["closer"]], reply

        key, value = key_of("requests"), b"value"
        assert a.ask(to, "GET_VALUE", key)["record"] is None
        reply = a.ask(to, "PUT_VALUE", key, value)
        assert reply["record"]["value_base64"] == "dmFsdWU=", reply
        reply = a.ask(to, "GET_VALUE", key)
        assert reply["record"]["value_base64"] == "dmFsdWU=", reply

        cid = content("requests")
        assert a.ask(to, "GET_PROVIDERS", cid)["providers"] == []
        assert a.ask(to, "ADD_PROVIDER", cid) is None
        eventually(
            lambda: [p["peer"] for p in a.ask(to, "GET_PROVIDERS", cid)["providers"]] == [a.peer],
            what="the provider being told",
        )


@each_pair("ping and identify are answered")
def ping_and_identify(asker, server):
    with Testnet() as net:
        a, b = net.one(asker), net.one(server)
        assert a.ping(b.addresses[0]) >= 0  # js counts whole milliseconds
        seen = a.protocols_of(b.addresses[0])
        assert "/ipfs/kad/1.0.0" in seen["protocols"], seen
        assert seen["agent"].startswith(f"kad-interop-{server}"), seen


@test("a mixed network finds what anybody put or provides")
def mixed_network():
    with Testnet() as net:
        first = net.one("go")
        net.start("go", 2)
        net.start("js", 3)
        net.join_all(first)
        for putter in (net.of_kind("go")[1], net.of_kind("js")[1]):
            key, value = key_of(putter.name), putter.name.encode()
            cid = content(putter.name)
            putter.put(key, value)
            putter.provide(cid)
            for getter in net.peers:
                assert getter.get(key) == value, getter.name
                assert putter.peer in getter.providers(cid), getter.name


@test("lookups of a mixed network find the peers that are closest")
def mixed_lookup():
    with Testnet() as net:
        first = net.one("js")
        net.start("go", 3)
        net.start("js", 2)
        net.join_all(first)
        for asker in (net.of_kind("go")[0], net.of_kind("js")[0]):
            for other in net.peers:
                if other is not asker:
                    assert asker.find_peer(other.peer), (asker.name, other.name)


@each_pair("a client stays out of the table")
def client_stays_out(asker, server):
    with Testnet() as net:
        client, b = net.one(asker, mode="client"), net.one(server)
        client.join(b.addresses[0])
        assert client.peer in b.connected()
        # Not protocols_of: js notes the protocol of every stream that a peer opens.
        (frame,) = b.identify(client.addresses[0])
        assert KAD.encode() not in kadwire.all_of(frame, kadwire.IDENTIFY_PROTOCOLS), frame
        never(lambda: client.peer in b.table(), 2, "the client in the table")


def identity(kind, key_type):
    with Testnet() as net:
        a = net.one(kind, key_type=key_type)
        for other in ("go", "js"):
            b = net.one(other)
            a.join(b.addresses[0])
            eventually(lambda: a.peer in b.table(), what=f"{key_type} in {other}'s table")


for _kind, _types in (("go", ("ed25519", "rsa", "secp256k1")), ("js", ("rsa", "secp256k1"))):
    for _type in _types:
        test(f"{_kind}'s {_type} identity is taken", kind=_kind, key_type=_type)(identity)


@test("go takes ecdsa identities, js refuses them")
def ecdsa():
    with Testnet() as net:
        a, b, c = net.one("go", key_type="ecdsa"), net.one("go"), net.one("js")
        a.join(b.addresses[0])
        eventually(lambda: a.peer in b.table(), what="ecdsa in go's table")
        try:
            a.connect(c.addresses[0])
        except PeerError:
            return
        raise AssertionError("js took an ecdsa identity: the tests of ours can ask it, too")


@test("a refusal is a stream reset, and a stray reply would be seen")
def refusal_and_silence():
    with Testnet() as net:
        a, b = net.one("go"), net.one("go")
        wrong = kadwire.message(kadwire.PUT_VALUE, b"/a/b", kadwire.record(b"/a/c", b"x"))
        replies, end = a.stream(b.addresses[0], [wrong])
        assert (replies, end) == ([], "reset"), (replies, end)
        answer = a.request(b.addresses[0], "ADD_PROVIDER", content("x"), linger_ms=500)
        assert (answer["replies"], answer["end"]) == ([], "quiet"), answer
        # The same look at a peer that does answer shows that it is no blind spot.
        b.answer_with({"ADD_PROVIDER": [kadwire.message(kadwire.ADD_PROVIDER, b"stray")]})
        answer = a.request(b.addresses[0], "ADD_PROVIDER", content("x"), linger_ms=500)
        assert len(answer["replies"]) == 1, answer


@test("the table for measurements is the same for the same seed, and fills every answer")
def bench_table():
    with Testnet() as net:
        asker = net.one("go", mode="client")
        tables = []
        servers = [net.one("go", extra=["--bench-table", "1000", "--seed", s]) for s in "778"]
        assert servers[0].peer == servers[1].peer != servers[2].peer
        for server in servers:
            event = server.wait_event("bench-table")
            assert event["offered"] == 1000 and event["table"] >= 100, event
            for i in range(10):
                reply = asker.ask(server.addresses[0], "FIND_NODE", f"key {i}".encode())
                assert len(reply["closer"]) == 20, reply
                assert all(len(p["addresses"]) == 2 for p in reply["closer"]), reply
            tables.append(server.table())
        assert tables[0] == tables[1], "the same seed gave another table"
        assert not tables[0] & tables[2], "another seed gave the same peers"


@test("go and js speak TLS as well as Noise, go WebSocket and QUIC as well as TCP")
def other_transports():
    with Testnet() as net:
        tls = ["--security", "tls"]
        a, b = net.one("go", extra=tls), net.one("js", extra=tls)
        a.join(b.addresses[0])
        assert [c["security"] for c in a.connections()] == ["/tls/1.0.0"]
        for name, place in (("ws", "tcp/0/ws"), ("quic", "udp/0/quic-v1")):
            listen = f"/ip4/127.0.0.1/{place}"
            c, d = net.start("go", 2, listen=listen, extra=["--transports", name])
            c.join(d.addresses[0])
            assert d.peer in c.table(), name


@test("peers end with their stdin, and tell of a dead one")
def the_end():
    with Testnet() as net:
        a, b, c = net.one("go"), net.one("js"), net.one("go")
        a.connect(c.addresses[0])
        c.kill()
        a.wait_event("peer-disconnected")
        assert a.stop() == 0
        assert b.stop() == 0


if __name__ == "__main__":
    main()
