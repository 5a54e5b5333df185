#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules that break interoperation when missed, as go and js see them.

A test names the rule it stands for, R1 to R13. R9 is Yamux's own and R10
Noise's: every connection of every other test stands on them, and idle
connections are looked at in test_seen_on_the_wire.py.
"""

import re
import time

import kadwire
from kadlab import IDENTIFY, KAD, PeerError, Testnet, content, decode, eventually, key_of
from kadtap import main, test

KINDS = ("go", "js")
PUSH = "/ipfs/id/push/1.0.0"
MAX_REPLY = 16 * 1024
MAX_IDENTIFY = 4 * 1024
TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")


def with_each(description):
    def register(function):
        for kind in KINDS:
            test(f"{description} ({kind})", kind=kind)(function)
        return function

    return register


def find_node(peer):
    return kadwire.message(kadwire.FIND_NODE, kadwire.peer_id_bytes(peer))


def add_provider(key, *entries):
    return kadwire.message(kadwire.ADD_PROVIDER, key, providers=entries)


def kind_of(reply):
    return kadwire.one_of(reply, kadwire.TYPE, 0)


@with_each("R1: ADD_PROVIDER gets no reply")
def no_reply(kind):
    with Testnet() as net:
        a, ours = net.one(kind), net.one("kad")
        answer = a.request(ours.addresses[0], "ADD_PROVIDER", content("x"), linger_ms=1500)
        assert (answer["replies"], answer["end"]) == ([], "quiet"), answer


@with_each("R1: the reply after ADD_PROVIDER belongs to the request after it")
def stays_in_step(kind):
    with Testnet() as net:
        a, ours = net.one(kind), net.one("kad")
        mine = kadwire.peer(a.peer, [kadwire.tcp_address(4001)])
        messages = [add_provider(content(str(i)), mine) for i in range(3)]
        messages.insert(2, kadwire.message(kadwire.GET_PROVIDERS, content("0")))
        replies, end = a.stream(ours.addresses[0], messages, expect=1, linger_ms=500)
        assert [kind_of(r) for r in replies] == [kadwire.GET_PROVIDERS], (replies, end)
        assert end == "quiet", end


@with_each("R1: announcing waits for no reply")
def announcing_is_quick(kind):
    with Testnet() as net:
        theirs, ours = net.one(kind), net.one("kad")
        ours.join(theirs.addresses[0])
        start = time.monotonic()
        ours.provide(content("quick"))
        assert time.monotonic() - start < 5


@with_each("R2: a request whose asker has closed its side is answered")
def half_closed(kind):
    with Testnet() as net:
        a, ours = net.one(kind), net.one("kad")
        for _ in range(5):
            replies, end = a.stream(
                ours.addresses[0], [find_node(ours.peer)], half_close=True, linger_ms=3000
            )
            assert [kind_of(r) for r in replies] == [kadwire.FIND_NODE], (replies, end)
            assert end == "eof", end


@with_each("R2: requests that follow each other on one stream are answered in order")
def pipelined(kind):
    with Testnet() as net:
        a, ours = net.one(kind), net.one("kad")
        keys = [key_of(str(i)) for i in range(50)]
        messages = []
        for key in keys:
            messages.append(kadwire.message(0, key, kadwire.record(key, b"of " + key)))
            messages.append(kadwire.message(kadwire.GET_VALUE, key))
        replies, end = a.stream(ours.addresses[0], messages)
        assert len(replies) == 100, (len(replies), end)
        for i, key in enumerate(keys):
            assert kind_of(replies[2 * i]) == kadwire.PUT_VALUE
            got = kadwire.one_of(replies[2 * i + 1], kadwire.RECORD)
            assert kadwire.one_of(got, kadwire.RECORD_VALUE) == b"of " + key


@test("R2: seven requests in one piece are answered, and an overlong length is refused")
def odd_pieces():
    with Testnet() as net:
        a, ours = net.one("go"), net.one("kad")
        request = find_node(ours.peer)
        framed = kadwire.varint(len(request)) + request
        replies, end = a.stream(ours.addresses[0], written=framed * 7, expect=7)
        assert len(replies) == 7, (replies, end)
        # A length in more bytes than it needs breaks the unsigned-varint rules.
        overlong = bytes([len(request) | 0x80, 0]) + request
        replies, end = a.stream(ours.addresses[0], written=overlong, expect=1)
        assert (replies, end) == ([], "reset"), (replies, end)


@test("R3: no reply is longer than 16 KiB, however long the addresses are")
def reply_size():
    with Testnet() as net:
        ours, asker = net.one("kad"), net.one("go")
        key = content("long")
        name = b"a" * 60 + b".example"
        address = b"\x36" + kadwire.varint(len(name)) + name + b"\x06\x0f\xa1"
        for provider in net.start("go", 8):
            many = [address[:-2] + port.to_bytes(2, "big") for port in range(100)]
            entry = kadwire.peer(provider.peer, many)
            provider.stream(ours.addresses[0], [add_provider(key, entry)], expect=0)

        def told():
            replies, _ = asker.stream(
                ours.addresses[0], [kadwire.message(kadwire.GET_PROVIDERS, key)]
            )
            assert len(replies[0]) <= MAX_REPLY, len(replies[0])
            return kadwire.all_of(replies[0], kadwire.PROVIDERS)

        eventually(told, what="a provider being told")


@test("R3: a value of 60 KiB, over the reply's limit, does not break the stream's framing")
def large_value():
    with Testnet() as net:
        a, ours = net.one("go"), net.one("kad")
        key, value = key_of("large"), bytes(60 * 1024)
        a.ask(ours.addresses[0], "PUT_VALUE", key, value)
        answer = a.request(ours.addresses[0], "GET_VALUE", key)
        # Either the record comes whole or the request is refused, never a part.
        if answer["replies"]:
            got = answer["replies"][0]["record"]
            assert got is None or decode(got["value_base64"]) == value
        assert a.ask(ours.addresses[0], "FIND_NODE", kadwire.peer_id_bytes(ours.peer)) is not None


@with_each("R3: identify is one frame of at most 4 KiB")
def identify_size(kind):
    with Testnet() as net:
        listen = [word for _ in range(60) for word in ("--listen", "/ip4/127.0.0.1/tcp/0")]
        a, ours = net.one(kind), net.one("kad", extra=listen)
        frames = a.identify(ours.addresses[0])
        assert len(frames) == 1, [len(f) for f in frames]
        assert len(frames[0]) <= MAX_IDENTIFY, len(frames[0])
        assert kadwire.all_of(frames[0], kadwire.IDENTIFY_ADDRS)


@test("R3: an identify that comes in two frames is read whole")
def identify_in_two_frames():
    with Testnet() as net:
        listen = [word for _ in range(120) for word in ("--listen", "/ip4/127.0.0.1/tcp/0")]
        other, ours = net.one("go"), net.one("kad")
        theirs = net.one("go", extra=listen)
        assert len(other.identify(theirs.addresses[0])) > 1, "go sent one frame"
        theirs.join(ours.addresses[0])
        eventually(lambda: theirs.peer in ours.table(), what="theirs in our table")
        assert KAD in ours.protocols_of(theirs.addresses[0])["protocols"]


@test("R4: the kad PING is never sent; pings go by /ipfs/ping/1.0.0")
def no_kad_ping():
    with Testnet() as net:
        theirs = net.one("go", extra=["--show-requests"])
        ours = net.one("kad")
        ours.join(theirs.addresses[0])
        for _ in range(3):
            ours.ping(theirs.addresses[0])
        ours.put(key_of("ping"), b"value")
        ours.get(key_of("ping"))
        ours.provide(content("ping"))
        seen = {e["type"] for e in theirs.events if e["event"] == "request"}
        assert "FIND_NODE" in seen and "PING" not in seen, seen


@with_each("R4: a kad PING is answered politely")
def kad_ping_is_answered(kind):
    with Testnet() as net:
        a, ours = net.one(kind), net.one("kad")
        replies, end = a.stream(ours.addresses[0], [kadwire.message(kadwire.PING)])
        assert [kind_of(r) for r in replies] == [kadwire.PING], (replies, end)


@with_each("R5: we enter a table by being dialled, and by dialling, within 10 s")
def enter_table(kind):
    with Testnet() as net:
        theirs, dialled, dialler = net.one(kind), net.one("kad"), net.one("kad")
        theirs.connect(dialled.addresses[0])
        dialler.connect(theirs.addresses[0])
        eventually(lambda: dialled.peer in theirs.table(), what="the dialled one in their table")
        eventually(lambda: dialler.peer in theirs.table(), what="the dialler in their table")
        eventually(lambda: theirs.peer in dialled.table(), what="theirs in the dialled one's table")
        eventually(lambda: theirs.peer in dialler.table(), what="theirs in the dialler's table")


@with_each("R6: malformed addresses that we were told are told to nobody")
def no_malformed_address(kind):
    with Testnet() as net:
        teller, asker, ours = net.one(kind), net.one(kind), net.one("kad")
        key = content("malformed")
        good = kadwire.tcp_address(4001)
        bad = [b"\xff\xff\xff", b"\x04\x7f", b"", b"\xff\xff\x7f\x01", good + b"\x06\x01"]
        entry = kadwire.peer(teller.peer, [bad[0], good, *bad[1:]])
        teller.stream(ours.addresses[0], [add_provider(key, entry)], expect=0)

        def told():
            replies, _ = asker.stream(
                ours.addresses[0], [kadwire.message(kadwire.GET_PROVIDERS, key)]
            )
            return [a for p in kadwire.all_of(replies[0], kadwire.PROVIDERS)
                    for a in kadwire.all_of(p, kadwire.PEER_ADDRS)]

        addresses = eventually(told, what="the provider being told")
        assert good in addresses, addresses
        assert not set(bad) & set(addresses), addresses
        # js drops a whole answer over one address that it can't parse.
        assert asker.ask(ours.addresses[0], "GET_PROVIDERS", key)["providers"], "not parsed"


@with_each("R6: connection values of ours are 0 and 1")
def connection_values(kind):
    with Testnet() as net:
        ours, asker = net.one("kad"), net.one(kind)
        stay, leave = net.one("go"), net.one("go")
        for other in (stay, leave):
            other.join(ours.addresses[0])
            eventually(lambda: other.peer in ours.table(), what="an entry")
        leave.kill()
        eventually(lambda: leave.peer not in ours.connected(), what="the connection's end")
        replies, _ = asker.stream(ours.addresses[0], [find_node(stay.peer)])
        found = {
            kadwire.peer_id_text(kadwire.one_of(p, kadwire.PEER_ID)):
                kadwire.one_of(p, kadwire.PEER_CONNECTION, 0)
            for p in kadwire.all_of(replies[0], kadwire.CLOSER)
        }
        assert found[stay.peer] == 1, found
        assert set(found.values()) <= {0, 1}, found


@test("R7: provider keys may be free text of 1 to 80 bytes")
def free_text_keys():
    with Testnet() as net:
        a, ours = net.one("go"), net.one("kad")
        mine = kadwire.peer(a.peer, [kadwire.tcp_address(4001)])
        for key in (b"k", b"any text at all", b"\x00\xff" * 40):
            a.stream(ours.addresses[0], [add_provider(key, mine)], expect=0)

            def told():
                replies, _ = a.stream(
                    ours.addresses[0], [kadwire.message(kadwire.GET_PROVIDERS, key)]
                )
                return kadwire.all_of(replies[0], kadwire.PROVIDERS)

            eventually(told, what=f"the provider of {key!r}")


@test("R8: records come with any time or none, and go with a good one")
def record_times():
    with Testnet() as net:
        a, ours = net.one("go"), net.one("kad")
        for text in (None, "", "12345", "yesterday", "2026-11-21T10:00:00Z", "9999-99-99T99:99:99.9Z"):
            key = key_of(f"time-{text}")
            put = kadwire.message(0, key, kadwire.record(key, b"value", text))
            replies, end = a.stream(
                ours.addresses[0], [put, kadwire.message(kadwire.GET_VALUE, key)]
            )
            assert len(replies) == 2, (text, end)
            got = kadwire.one_of(replies[1], kadwire.RECORD)
            assert kadwire.one_of(got, kadwire.RECORD_VALUE) == b"value", text
            assert TIME.fullmatch(kadwire.one_of(got, kadwire.RECORD_TIME, b"")), got


@test("R8: a record in an answer may have any time or none")
def answered_times():
    with Testnet() as net:
        for text in (None, "12345"):
            ours, theirs = net.one("kad"), net.one("go")
            ours.join(theirs.addresses[0])
            key = key_of("time")
            found = kadwire.message(kadwire.GET_VALUE, key, kadwire.record(key, b"value", text))
            theirs.answer_with({"GET_VALUE": [found]})
            reply = ours.ask(theirs.addresses[0], "GET_VALUE", key)
            assert decode(reply["record"]["value_base64"]) == b"value", reply
            assert ours.get(key) == b"value"


@test("R11: a server advertises the kad protocol, a client does not")
def advertised():
    with Testnet() as net:
        for mode, expected in (("server", True), ("client", False)):
            a, ours = net.one("go"), net.one("kad", mode=mode)
            (frame,) = a.identify(ours.addresses[0])
            protocols = kadwire.all_of(frame, kadwire.IDENTIFY_PROTOCOLS)
            assert (KAD.encode() in protocols) == expected, protocols


@with_each("R12: our signed peer record is taken")
def signed_record(kind):
    with Testnet() as net:
        theirs, ours = net.one(kind), net.one("kad")
        (frame,) = theirs.identify(ours.addresses[0])
        assert kadwire.one_of(frame, kadwire.IDENTIFY_RECORD), "no signed record was sent"
        eventually(
            lambda: theirs.protocols_of(ours.addresses[0])["signed_record"],
            what="the signed record being taken",
        )


@with_each("R13: a PUT_VALUE reply carries the record as it was put")
def put_reply(kind):
    with Testnet() as net:
        a, ours = net.one(kind), net.one("kad")
        for value in (b"first", b"second", b"second", b""):
            key = key_of("reply")
            put = kadwire.message(0, key, kadwire.record(key, value))
            replies, end = a.stream(ours.addresses[0], [put])
            if not replies and not value:
                continue  # an empty value may be refused, but not half answered
            (reply,) = replies
            assert kadwire.one_of(reply, kadwire.KEY) == key
            record = kadwire.one_of(reply, kadwire.RECORD)
            assert record is not None, (value, end)
            assert kadwire.one_of(record, kadwire.RECORD_KEY) == key
            assert kadwire.one_of(record, kadwire.RECORD_VALUE, b"") == value


@test("R13: a PUT_VALUE reply without a record is a failure of that peer, no more")
def reply_without_record():
    with Testnet() as net:
        ours, bad, good = net.one("kad"), net.one("go"), net.one("go")
        for theirs in (bad, good):
            ours.join(theirs.addresses[0])
        key = key_of("no-record")
        bad.answer_with({
            "FIND_NODE": [kadwire.message(kadwire.FIND_NODE, b"", closer=[kadwire.peer(
                good.peer, [kadwire.tcp_address(int(good.addresses[0].split("/")[4]))])])],
            # good asks it below; silence would cost go its 10 s.
            "GET_VALUE": [kadwire.message(kadwire.GET_VALUE, key)],
            "PUT_VALUE": [kadwire.message(kadwire.PUT_VALUE, key)],
        })
        done = ours.put(key, b"value")
        failed = {entry["peer"]: entry["reason"] for entry in done["failed"]}
        assert bad.peer in failed and failed[bad.peer], done
        assert good.peer not in failed and done["stored"] >= 1, done
        assert good.get(key) == b"value"


@test("a push replaces what identify told")
def identify_push():
    with Testnet() as net:
        theirs, ours = net.one("go"), net.one("kad")
        theirs.join(ours.addresses[0])
        eventually(lambda: theirs.peer in ours.table(), what="theirs in our table")
        agent = kadwire.field(6, "pushed-agent")
        framed = kadwire.varint(len(agent)) + agent
        theirs.stream(ours.addresses[0], protocol=PUSH, written=framed, half_close=True, expect=0)
        # protocols_of would ask again, and hear what go itself says.
        eventually(lambda: ours.agent_of(theirs.peer) == "pushed-agent", what="the pushed agent")
        # What the partial push left out stands as it was: still a server.
        assert theirs.peer in ours.table()
        now = b"".join(
            kadwire.field(kadwire.IDENTIFY_PROTOCOLS, p) for p in (IDENTIFY, PUSH, "/ipfs/ping/1.0.0")
        )
        framed = kadwire.varint(len(now)) + now
        theirs.stream(ours.addresses[0], protocol=PUSH, written=framed, half_close=True, expect=0)
        eventually(lambda: theirs.peer not in ours.table(), what="the new client leaving our table")


@test("an unknown protocol is refused, and the connection lives")
def unknown_protocol():
    with Testnet() as net:
        for kind in KINDS:
            a, ours = net.one(kind), net.one("kad")
            try:
                replies, end = a.stream(ours.addresses[0], [b"x"], protocol="/no/such/1.0.0")
            except PeerError:
                pass
            else:
                # A lazy negotiation fails at the first read.
                assert replies == [] and end not in ("timeout", "open"), (replies, end)
            assert a.ask(ours.addresses[0], "FIND_NODE", kadwire.peer_id_bytes(ours.peer)) is not None


if __name__ == "__main__":
    main()
