#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What go and js were seen to do, row by row: ours lives with each of it.

What only py-libp2p does is said here by a go peer with scripted answers.
"""

import threading
import time

import kadwire
from kadlab import PeerError, Testnet, content, decode, eventually, key_of, never
from kadtap import main, test

KINDS = ("go", "js")
PUSH = "/ipfs/id/push/1.0.0"
IDLE_S = 35  # go's and js's keep-alives come every 30 s, js's ping every 10 s
UNKNOWN = kadwire.field(11, 1) + kadwire.field(999, "unknown")
KNOWN_FIELDS = {1, 2, 3, 8, 9, 10}
PEER_FIELDS = {1, 2, 3}


def with_each(description):
    def register(function):
        for kind in KINDS:
            test(f"{description} ({kind})", kind=kind)(function)
        return function

    return register


def port_of(peer):
    return int(peer.addresses[0].split("/")[4])


def entry_of(peer, extra=b""):
    return kadwire.peer(peer.peer, [kadwire.tcp_address(port_of(peer))]) + extra


def names(entries):
    return [entry["peer"] for entry in entries]


def all_at_once(count, function):
    """Runs function(i) in threads; the results, and the errors, in order."""
    results = [None] * count

    def work(i):
        try:
            results[i] = function(i)
        except Exception as error:  # counted by the caller
            results[i] = error

    threads = [threading.Thread(target=work, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


class Idle:
    """Connections that nobody uses, made by the first test to be looked at by the last one."""

    net = None

    @classmethod
    def begin(cls):
        if cls.net is not None:
            return
        cls.net = Testnet()
        try:
            cls.ours = cls.net.one("kad")
            cls.others = cls.net.start("go", 2) + cls.net.start("js", 2)
            for i, theirs in enumerate(cls.others):
                if i % 2 == 0:
                    theirs.connect(cls.ours.addresses[0])
                else:
                    cls.ours.connect(theirs.addresses[0])
        except BaseException as error:
            cls.leave(error)
            raise
        cls.end = time.monotonic() + IDLE_S

    @classmethod
    def leave(cls, error=None):
        net, cls.net = cls.net, None
        if net is not None:
            net.__exit__(type(error) if error else None, error, None)


@test("connections are made to be left idle")
def begin_idle():
    Idle.begin()
    for theirs in Idle.others:
        eventually(lambda: Idle.ours.peer in theirs.connected(), what="the connection")


# proto3 writers leave a zero value out; unknown fields come


@with_each("a message without a type is PUT_VALUE")
def no_type(kind):
    with Testnet() as net:
        a, ours = net.one(kind), net.one("kad")
        key = key_of("no-type")
        message = kadwire.message(kadwire.PUT_VALUE, key, kadwire.record(key, b"value"))
        assert kadwire.all_of(message, kadwire.TYPE) == []
        replies, end = a.stream(ours.addresses[0], [message])
        assert len(replies) == 1, end
        assert decode(a.ask(ours.addresses[0], "GET_VALUE", key)["record"]["value_base64"]) == b"value"


@test("a public key without a type is RSA")
def no_key_type():
    with Testnet() as net:
        asker, ours = net.one("go"), net.one("kad")
        theirs = net.one("go", key_type="rsa")
        (frame, *_) = asker.identify(theirs.addresses[0])
        key = kadwire.one_of(frame, kadwire.IDENTIFY_KEY)
        bare = b"".join(kadwire.field(n, v) for n, v in kadwire.fields(key) if n != 1)
        assert len(bare) < len(key)
        theirs.join(ours.addresses[0])
        eventually(lambda: theirs.peer in ours.table(), what="theirs in our table")

        def push(key, agent):
            told = kadwire.field(kadwire.IDENTIFY_KEY, key) + kadwire.field(6, agent)
            framed = kadwire.varint(len(told)) + told
            theirs.stream(
                ours.addresses[0], protocol=PUSH, written=framed, half_close=True, expect=0
            )

        # A key that is not theirs is noticed, so the one without a type was read.
        push(bare[:-1] + bytes([bare[-1] ^ 1]), "with-another-key")
        never(lambda: ours.agent_of(theirs.peer) == "with-another-key", 0.5, "the false push")
        push(bare, "without-key-type")
        # protocols_of would ask again, and hear what go itself says.
        eventually(
            lambda: ours.agent_of(theirs.peer) == "without-key-type", what="the push being taken"
        )


@with_each("unknown fields of a request are neither echoed nor an error")
def unknown_fields(kind):
    with Testnet() as net:
        a, ours, third = net.one(kind), net.one("kad"), net.one("go")
        third.join(ours.addresses[0])
        key, cid = key_of("unknown"), content("unknown")
        mine = entry_of(a, kadwire.field(4, "unknown"))
        add = kadwire.message(kadwire.ADD_PROVIDER, cid, providers=[mine], extra=UNKNOWN)
        requests = [
            add,
            kadwire.message(0, key, kadwire.record(key, b"value"), extra=UNKNOWN),
            kadwire.message(kadwire.GET_VALUE, key, extra=UNKNOWN),
            kadwire.message(kadwire.GET_PROVIDERS, cid, extra=UNKNOWN),
            kadwire.message(kadwire.FIND_NODE, kadwire.peer_id_bytes(ours.peer), extra=UNKNOWN),
        ]
        replies, end = a.stream(ours.addresses[0], requests, expect=4)
        assert len(replies) == 4, (len(replies), end)
        for reply in replies:
            assert {n for n, _ in kadwire.fields(reply)} <= KNOWN_FIELDS, reply
            entries = kadwire.all_of(reply, kadwire.CLOSER) + kadwire.all_of(reply, kadwire.PROVIDERS)
            for entry in entries:
                assert {n for n, _ in kadwire.fields(entry)} <= PEER_FIELDS, entry


@test("unknown fields of an answer are no error")
def unknown_fields_in_answers():
    with Testnet() as net:
        ours, theirs, third = net.one("kad"), net.one("go"), net.one("go")
        answer = kadwire.message(
            kadwire.FIND_NODE, b"", closer=[entry_of(third, kadwire.field(4, "x"))], extra=UNKNOWN
        )
        theirs.answer_with({"FIND_NODE": [answer]})
        reply = ours.ask(theirs.addresses[0], "FIND_NODE", b"key")
        assert names(reply["closer"]) == [third.peer], reply


@test("what a PUT_VALUE reply of go echoes is no error")
def echoed_fields():
    with Testnet() as net:
        ours, theirs = net.one("kad"), net.one("go")
        key = key_of("echo")
        record = kadwire.record(key, b"value")
        theirs.answer_with({"PUT_VALUE": [kadwire.message(0, key, record, extra=UNKNOWN)]})
        reply = ours.ask(theirs.addresses[0], "PUT_VALUE", key, b"value")
        assert decode(reply["record"]["value_base64"]) == b"value", reply


# js and streams


@with_each("twenty requests in a row, on a connection that is kept, are all answered")
def requests_in_a_row(kind):
    with Testnet() as net:
        ours, theirs = net.one("kad"), net.one(kind)
        target = kadwire.peer_id_bytes(theirs.peer)
        for _ in range(20):
            assert ours.ask(theirs.addresses[0], "FIND_NODE", target)["closer"]
        assert len([c for c in theirs.connections() if c["peer"] == ours.peer]) == 1


@with_each("an answer is read although a reset follows it at once")
def answer_then_reset(kind):
    with Testnet() as net:
        ours, theirs, third = net.one("kad"), net.one(kind), net.one("go")
        answer = kadwire.message(kadwire.FIND_NODE, b"", closer=[entry_of(third)])
        theirs.answer_with({"FIND_NODE": [answer]}, end="reset")
        for i in range(20):
            reply = ours.ask(theirs.addresses[0], "FIND_NODE", b"key")
            assert names(reply["closer"]) == [third.peer], (i, reply)


@with_each("an answer is read although the end of the stream follows it at once")
def answer_then_end(kind):
    with Testnet() as net:
        ours, theirs, third = net.one("kad"), net.one(kind), net.one("go")
        answer = kadwire.message(kadwire.FIND_NODE, b"", closer=[entry_of(third)])
        theirs.answer_with({"FIND_NODE": [answer]}, end="close")
        for i in range(20):
            reply = ours.ask(theirs.addresses[0], "FIND_NODE", b"key")
            assert names(reply["closer"]) == [third.peer], (i, reply)


@test("ours closes no side before the answer is read: js resets such streams, or drops requests")
def no_early_half_close():
    with Testnet() as net:
        ours, theirs = net.one("kad"), net.one("go")
        answer = {"FIND_NODE": [kadwire.message(kadwire.FIND_NODE)]}
        theirs.answer_with(answer, watch_ms=300)
        for _ in range(3):
            ours.ask(theirs.addresses[0], "FIND_NODE", b"key")
        assert not [e for e in theirs.events if e["event"] == "half-closed"], theirs.events
        # The watch does see one who does it.
        other = net.one("go")
        other.stream(theirs.addresses[0], [answer["FIND_NODE"][0]], half_close=True)
        theirs.wait_event("half-closed", timeout=5)


@with_each("a hundred requests at once to one peer are all answered")
def many_at_once(kind):
    with Testnet() as net:
        ours, theirs = net.one("kad"), net.one(kind)
        target = kadwire.peer_id_bytes(theirs.peer)
        ours.connect(theirs.addresses[0])
        replies = all_at_once(100, lambda _: ours.ask(theirs.addresses[0], "FIND_NODE", target))
        failed = [r for r in replies if not isinstance(r, dict)]
        assert not failed, failed[:3]


@with_each("a hundred requests at once of one peer are all answered by ours")
def many_at_once_to_ours(kind):
    with Testnet() as net:
        theirs, ours = net.one(kind), net.one("kad")
        target = kadwire.peer_id_bytes(ours.peer)
        theirs.connect(ours.addresses[0])
        # js opens at most 64 streams of a protocol.
        count = 50 if kind == "js" else 100
        replies = all_at_once(count, lambda _: theirs.ask(ours.addresses[0], "FIND_NODE", target))
        failed = [r for r in replies if not isinstance(r, dict)]
        assert not failed, failed[:3]


# ping


@with_each("pings are answered while ours is busy")
def ping_while_busy(kind):
    with Testnet() as net:
        theirs, busy, ours = net.one(kind), net.one("go"), net.one("kad")
        stop = threading.Event()
        target = kadwire.message(kadwire.FIND_NODE, kadwire.peer_id_bytes(ours.peer))

        def load():
            while not stop.is_set():
                busy.stream(ours.addresses[0], [target] * 1000)

        thread = threading.Thread(target=load)
        thread.start()
        try:
            for _ in range(30):
                assert theirs.ping(ours.addresses[0]) < 1_000_000
        finally:
            stop.set()
            thread.join(60)


# What js names and where


@test("js names itself, twice even, for its own id: ours takes it for one peer")
def js_names_itself():
    with Testnet() as net:
        ours, theirs, third = net.one("kad"), net.one("js"), net.one("go")
        ours.join(theirs.addresses[0])
        third.join(theirs.addresses[0])
        target = kadwire.peer_id_bytes(theirs.peer)
        reply = ours.ask(theirs.addresses[0], "FIND_NODE", target)
        assert theirs.peer in names(reply["closer"]), reply
        found = ours.closest(target)
        assert found.count(theirs.peer) == 1, found
        assert found[0] == theirs.peer, found


@with_each("the address that they observe of us is told, whatever its end")
def observed_address(kind):
    with Testnet() as net:
        ours, theirs = net.one("kad"), net.one(kind)
        seen = ours.protocols_of(theirs.addresses[0])
        assert seen["observed_address"].startswith("/ip4/127.0.0.1/tcp/"), seen


# Keys that js takes


@test("a record key that js refuses is a failure of that peer, with its reason")
def key_without_namespace():
    with Testnet() as net:
        ours, js, go = net.one("kad"), net.one("js"), net.one("go")
        for theirs in (js, go):
            ours.join(theirs.addresses[0])
        done = ours.put(b"no namespace", b"value")
        failed = {entry["peer"]: entry["reason"] for entry in done["failed"]}
        assert set(failed) == {js.peer} and failed[js.peer], done
        assert ours.get(b"no namespace") == b"value"
        assert go.get(b"no namespace") == b"value"


@test("a put that only js could take, and refused, is no success")
def put_that_js_refuses():
    with Testnet() as net:
        ours, js = net.one("kad"), net.one("js")
        ours.join(js.addresses[0])
        try:
            done = ours.put(b"no namespace", b"value", quorum="all")
        except PeerError as error:
            assert str(error)
            return
        raise AssertionError(f"reported as done: {done}")


@test("a provider key in free text is found through js, which refuses it")
def free_text_through_js():
    with Testnet() as net:
        js = net.one("js")
        ours, finder, go = net.one("kad"), net.one("kad"), net.one("go")
        net.join_all(js)
        ours.provide(b"free text")
        found = eventually(lambda: finder.providers(b"free text"), what="the provider")
        assert ours.peer in found, found
        assert js.running and go.running


@test("js takes the last PUT even if it is worse, and ours says what js has")
def js_takes_the_last():
    with Testnet() as net:
        ours, js = net.one("kad"), net.one("js", extra=["--select", "greatest"])
        key = key_of("last")
        for value in (b"better: z", b"a worse one"):
            reply = ours.ask(js.addresses[0], "PUT_VALUE", key, value)
            assert decode(reply["record"]["value_base64"]) == value
        reply = ours.ask(js.addresses[0], "GET_VALUE", key)
        assert decode(reply["record"]["value_base64"]) == b"a worse one", reply


# Answers that name who can't be reached (py-libp2p)


def dead_peer(number):
    """The id of nobody: an ed25519 key that nobody has the secret of."""
    return kadwire.peer_id_text(b"\x00\x24\x08\x01\x12\x20" + bytes([number]) * 32)


@test("an answer that names dead peers and itself, without addresses and with value 2, is no error")
def dead_peers_in_answers():
    with Testnet() as net:
        ours, theirs, good = net.one("kad"), net.one("go"), net.one("go")
        ours.join(theirs.addresses[0])
        dead = [kadwire.peer(dead_peer(i), [], 2) for i in range(1, 6)]
        dead.append(kadwire.peer(theirs.peer, [], 2))
        closer = dead + [entry_of(good)]
        key, cid = key_of("dead"), content("dead")
        theirs.ask(good.addresses[0], "PUT_VALUE", key, b"value")
        theirs.answer_with({
            "FIND_NODE": [kadwire.message(kadwire.FIND_NODE, b"", closer=closer)],
            "GET_VALUE": [kadwire.message(kadwire.GET_VALUE, key, closer=closer)],
            "GET_PROVIDERS": [kadwire.message(kadwire.GET_PROVIDERS, cid, closer=closer)],
            # Who finds a record may put it to those that lack it.
            "PUT_VALUE": [kadwire.message(0, key, kadwire.record(key, b"value"))],
        })
        reply = ours.ask(theirs.addresses[0], "FIND_NODE", b"key")
        assert [p["connection"] for p in reply["closer"]] == [2] * 6 + [0], reply
        assert reply["closer"][0]["addresses"] == [], reply
        # The lookup goes on to who can be reached, and ends in time.
        start = time.monotonic()
        assert ours.get(key) == b"value"
        assert ours.providers(cid) == {}
        assert time.monotonic() - start < 15


@test("a dead peer with an address costs a lookup no more than its time")
def dead_address_in_answers():
    with Testnet() as net:
        ours, theirs, good = net.one("kad"), net.one("go"), net.one("go")
        ours.join(theirs.addresses[0])
        key = key_of("dead")
        theirs.ask(good.addresses[0], "PUT_VALUE", key, b"value")
        # Port 1 of loopback refuses.
        closer = [kadwire.peer(dead_peer(i), [kadwire.tcp_address(1)]) for i in range(1, 10)]
        closer.append(entry_of(good))
        theirs.answer_with({
            "GET_VALUE": [kadwire.message(kadwire.GET_VALUE, key, closer=closer)],
            "PUT_VALUE": [kadwire.message(0, key, kadwire.record(key, b"value"))],
        })
        start = time.monotonic()
        assert ours.get(key) == b"value"
        assert time.monotonic() - start < 15


# Peers that say nothing, or die


@with_each("a peer that listens and never speaks costs a request its time, no more")
def silent_peer(kind):
    with Testnet() as net:
        ours, silent = net.one("kad"), net.one(kind)
        silent.answer_with({})
        start = time.monotonic()
        try:
            ours.call(
                "ask", timeout=3, address=silent.addresses[0], request="find-node", key="text:key"
            )
        except PeerError as error:
            assert error.code, error
        else:
            raise AssertionError("a peer that says nothing was understood")
        assert 2 < time.monotonic() - start < 6
        assert ours.running


@with_each("a peer that dies between request and answer fails that request at once")
def dies_before_answer(kind):
    with Testnet() as net:
        ours, silent = net.one("kad"), net.one(kind)
        silent.answer_with({})
        mark = len(silent.events)
        killer = threading.Thread(target=lambda: (silent.wait_event("answered", since=mark), silent.kill()))
        killer.start()
        start = time.monotonic()
        try:
            ours.ask(silent.addresses[0], "FIND_NODE", b"key")
        except PeerError as error:
            assert error.code, error
        else:
            raise AssertionError("a dead peer was understood")
        finally:
            killer.join(30)
        assert time.monotonic() - start < 8


# go


@test("go dials again after our hang-up, and both sides agree on what is")
def go_redials():
    with Testnet() as net:
        ours, theirs = net.one("kad"), net.one("go")
        theirs.join(ours.addresses[0])
        eventually(lambda: theirs.peer in ours.table(), what="theirs in our table")
        for _ in range(3):
            ours.disconnect(theirs.peer)
            # go redials when it next has something to ask, as here; until it has seen the end, it asks in vain.
            eventually(lambda: theirs.ask(ours.addresses[0], "FIND_NODE", b"key") is not None, what="an answer for go")
            eventually(lambda: theirs.peer in ours.connected(), what="the new connection")
        assert ours.ask(theirs.addresses[0], "FIND_NODE", b"key") is not None
        for peer, other in ((ours, theirs), (theirs, ours)):
            count = sum(1 for c in peer.connections() if c["peer"] == other.peer)
            assert count == 1, (peer.name, count)


@with_each("a hang-up by them is seen, and the next request dials again")
def they_hang_up(kind):
    with Testnet() as net:
        ours, theirs = net.one("kad"), net.one(kind)
        ours.connect(theirs.addresses[0])
        eventually(lambda: ours.peer in theirs.connected(), what="the connection")
        for _ in range(3):
            mark = len(ours.events)
            theirs.disconnect(ours.peer)
            gone = ours.wait_event("peer-disconnected", since=mark)
            assert gone["peer"] == theirs.peer and gone["reason"], gone
            assert ours.ask(theirs.addresses[0], "FIND_NODE", b"key") is not None


@test("a put by go that ours refuse ends well for go, and nothing is stored")
def put_that_ours_refuse():
    with Testnet() as net:
        # A client, so that its own copy is no answer to ours.
        ours, other, theirs = net.one("kad"), net.one("kad"), net.one("go", mode="client")
        other.join(ours.addresses[0])
        theirs.join(ours.addresses[0])
        key = key_of("too-long")
        theirs.put(key, bytes(64 * 1024 + 1))
        assert ours.get(key) is None
        assert other.get(key) is None
        theirs.put(key_of("longest"), bytes(60 * 1024))
        assert ours.get(key_of("longest")) == bytes(60 * 1024)


@with_each("an ADD_PROVIDER for somebody else is refused, and stored nowhere")
def provider_for_another(kind):
    with Testnet() as net:
        theirs, other, ours = net.one(kind), net.one(kind), net.one("kad")
        key = content("another")
        add = kadwire.message(kadwire.ADD_PROVIDER, key, providers=[entry_of(other)])
        replies, end = theirs.stream(ours.addresses[0], [add], expect=0, linger_ms=1000)
        assert replies == [] and end in ("reset", "quiet"), (replies, end)
        none = kadwire.message(kadwire.ADD_PROVIDER, key, providers=[kadwire.peer(theirs.peer)])
        theirs.stream(ours.addresses[0], [none], expect=0, linger_ms=500)
        assert theirs.ask(ours.addresses[0], "GET_PROVIDERS", key)["providers"] == []


@test("an ADD_PROVIDER that was refused looks like success to ours as well")
def refused_add_provider():
    with Testnet() as net:
        ours, js = net.one("kad"), net.one("js")
        # js takes multihashes only, and says nothing: so can ours say nothing.
        assert ours.ask(js.addresses[0], "ADD_PROVIDER", b"free text") is None
        target = kadwire.peer_id_bytes(js.peer)
        assert ours.ask(js.addresses[0], "FIND_NODE", target) is not None


@test("idle connections live through the keep-alives of go and js")
def idle_connections():
    try:
        Idle.begin()
        time.sleep(max(0.0, Idle.end - time.monotonic()))
        for theirs in Idle.others:
            # They find each other, too, and what they do among themselves is theirs.
            gone = [
                event
                for peer, other in ((theirs, Idle.ours), (Idle.ours, theirs))
                for event in peer.events
                if event["event"] == "peer-disconnected" and event["peer"] == other.peer
            ]
            assert not gone, (theirs.name, gone)
            assert Idle.ours.peer in theirs.connected(), theirs.name
            assert theirs.ping(Idle.ours.addresses[0]) >= 0
    except BaseException as error:
        Idle.leave(error)
        raise


if __name__ == "__main__":
    main(at_end=Idle.leave)
