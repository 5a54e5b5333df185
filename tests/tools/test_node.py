#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kad node: its lines, its options, and commands by stdin."""

import base64
import json
import os
import signal
import socket
import stat
import subprocess
import tempfile
import time

from kadtool import ERROR, OK, REFUSED, Running, SilentPeer, kad_json, kadlab, main, refused_address, test

LISTENING = {"event", "peer", "addresses", "pid"}
EVENTS = {
    "listening", "joined", "join-failed", "peer-connected", "peer-disconnected", "table-added", "table-removed",
    "provider-stored", "record-stored", "query-started", "query-finished", "module-failed",
    "addresses-changed"}


class Control(Running):
    """kad node --json --commands, with its lines as they are."""

    def __init__(self, *options):
        super().__init__("node", "--json", "--commands", "--mode", "server", *options, stdin=subprocess.PIPE)

    def __enter__(self):
        self.listening = self.read_line()
        return self

    def write(self, line):
        self.process.stdin.write((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n")
        self.process.stdin.flush()

    def answer(self, line):
        """The next line that is no event."""
        self.write(line)
        return self.next_answer()

    def next_answer(self):
        while True:
            line = self.read_line()
            if "event" not in line:
                return line


def expect_error(answer, number, code):
    assert set(answer) == {"id", "error"} and answer["id"] == number and answer["error"]["code"] == code, answer
    assert len(answer["error"]["message"]) > 10, answer


@test("the first line tells peer, addresses and pid; a signal ends it in order, with status 0")
def _():
    for number in (signal.SIGINT, signal.SIGTERM):
        with Running("node", "--json") as call:
            line = call.read_line()
            assert set(line) == LISTENING and line["event"] == "listening", line
            assert line["pid"] == call.process.pid and len(line["addresses"]) == 1, line
            address = line["addresses"][0]
            assert address.startswith("/ip4/127.0.0.1/tcp/") and address.endswith("/p2p/" + line["peer"]), line
            answer = call.interrupt(number).finish(timeout=10).expect(OK)
            assert answer.seconds < 5 and answer.err == b"", answer


@test("the end of stdin ends it in order, with --commands only")
def _():
    with Control() as control:
        control.process.stdin.close()
        assert control.process.wait(10) == OK
    with Running("node", "--json", stdin=subprocess.PIPE) as call:
        call.read_line()
        call.process.stdin.close()
        time.sleep(0.5)
        assert call.process.poll() is None
        call.interrupt()
        assert call.process.wait(10) == OK


@test("without --json it is lines for people")
def _():
    with Running("node") as call:
        first, second = call.process.stdout.readline(), call.process.stdout.readline()
        assert b"listens on" in first and b"/ip4/127.0.0.1/tcp/" in second, (first, second)
        kad_json("ping", second.decode().strip()).expect_done()
        assert call.process.stdout.readline().startswith(b"peer-connected: peer ")
        call.interrupt()
        call.process.wait(10)


@test("joining is told, and that it failed")
def _():
    with Control() as first, Control("--join", first.listening["addresses"][0]) as second:
        events = []
        while not events or events[-1]["event"] != "joined":
            events.append(second.read_line())
        assert events[-1]["table"] == 1, events
        assert "join-failed" not in {event["event"] for event in events}, events
    with Control("--join", refused_address()) as lonely:
        events = []
        while not events or events[-1]["event"] != "join-failed":
            events.append(lonely.read_line())
        assert events[-1]["error"]["code"] in ("Offline", "DialFailed", "NotBootstrapped"), events


@test("what happens in a node is told by events that have their names and their parts")
def _():
    with kadlab.Testnet() as net:
        first = net.one("kad")
        second, _ = net.start("kad", 2, extra=["--join", first.addresses[0]])
        kadlab.eventually(lambda: len(second.table()) == 2, what="a full table")
        second.wait_event("joined")
        second.put(b"events", b"x")
        second.provide(kadlab.content("events"))
        assert first.wait_event("record-stored")["key_base64"] == base64.b64encode(b"events").decode()
        assert first.wait_event("provider-stored")["peer"] == second.peer
        for name in ("peer-connected", "table-added"):
            assert second.peer in {event["peer"] for event in first.events if event["event"] == name}, name
        assert second.wait_event("query-started")["query"] == second.wait_event("query-finished")["query"]
        finished = second.wait_event("query-finished")
        assert {"outcome", "requests", "successes", "failures", "duration_us"} <= set(finished), finished
        second.stop()
        assert first.wait_event("peer-disconnected")["reason"]
        # A peer that is gone is noticed when it is asked, and given up after some attempts.
        kadlab.eventually(
            lambda: first.closest(b"x") and second.peer not in first.table(), timeout=60, what="a shorter table")
        assert first.wait_event("table-removed")["peer"] == second.peer
        for peer in net.peers:
            assert {event["event"] for event in peer.events} <= EVENTS, peer.events


@test("an address that is taken is an error at the start")
def _():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"/ip4/127.0.0.1/tcp/{server.getsockname()[1]}"
        answer = kad_json("node", "--listen", address)
        assert answer.status == ERROR and set(answer.last) == {"error"}, answer


@test("several addresses are listened on, and each of them answers")
def _():
    with Running("node", "--json", "--listen", "/ip4/127.0.0.1/tcp/0", "--listen", "/ip4/127.0.0.1/tcp/0") as call:
        addresses = call.read_line()["addresses"]
        assert len(set(addresses)) == 2, addresses
        for address in addresses:
            kad_json("ping", address).expect_done()


@test("an identity is made once, kept for its owner alone, and refused when others can read it")
def _():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "identity")
        peers = set()
        for _ in range(2):
            with Control("--identity", path) as control:
                peers.add(control.listening["peer"])
        assert len(peers) == 1 and stat.S_IMODE(os.stat(path).st_mode) == 0o600
        os.chmod(path, 0o644)
        answer = kad_json("node", "--identity", path)
        assert answer.status in (ERROR, REFUSED) and "error" in answer.last, answer
        with open(path, "wb") as file:
            file.write(b"no key")
        os.chmod(path, 0o600)
        kad_json("node", "--identity", path).expect_error(ERROR, "Corrupt")
        peers = set()
        for _ in range(2):
            with Control("--data", os.path.join(folder, "data")) as control:
                peers.add(control.listening["peer"])
        assert len(peers) == 1


@test("each type of key makes a node, and mode, network and protocol are heeded")
def _():
    for kind in ("ed25519", "rsa", "secp256k1", "ecdsa"):
        with Control("--key-type", kind) as control:
            kad_json("ping", control.listening["addresses"][0]).expect_done()

    def protocols(*options):
        with Running("node", "--json", *options) as call:
            (result,) = kad_json("identify", call.read_line()["addresses"][0]).expect_done().results
            return result["protocols"]

    assert "/ipfs/kad/1.0.0" in protocols("--mode", "server")
    assert "/ipfs/kad/1.0.0" not in protocols("--mode", "client")
    assert "/x/kad/1.0.0" in protocols("--mode", "server", "--protocol", "/x/kad/1.0.0")
    assert "/ipfs/lan/kad/1.0.0" in protocols("--mode", "server", "--network", "lan")


@test("an id is any number or text, and comes back as it was")
def _():
    with Control() as control:
        for number in ("7", "-1", "0", "1.5", "1e3", "12345678901234567890123", '"x"', '"grüße"', '"\\u0041"', '""'):
            control.write(f'{{"id":{number},"command":"show-table"}}'.encode())
            answer = control.next_answer()
            assert answer["id"] == json.loads(number) and answer["done"] is True, answer


@test("results and the end of a command carry its id, many at a time")
def _():
    with Control() as first, Control("--join", first.listening["addresses"][0]) as second:
        while second.read_line()["event"] != "joined":
            pass
        for number in range(200):
            second.write({"id": number, "command": "closest-peers", "options": {"key": f"text:{number}"}})
        results, ends = set(), set()
        while len(ends) < 200:
            answer = second.next_answer()
            if "result" in answer:
                assert set(answer["result"]) == {"peer", "addresses"} and answer["id"] not in ends, answer
                results.add(answer["id"])
            else:
                assert answer["done"] is True and answer["outcome"] and answer["id"] not in ends, answer
                ends.add(answer["id"])
        assert results == ends == set(range(200))


@test("options have either spelling, values either form, and null is not given")
def _():
    with Control() as first, Control("--join", first.listening["addresses"][0]) as second:
        while second.read_line()["event"] != "joined":
            pass
        put = {"id": 1, "command": "put-record", "options": {"key": "text:k", "value_base64": "AP8=", "quorum": None}}
        assert second.answer(put)["stored"] == 1
        for options in ({"key": "text:k", "limit": 1, "timeout_ms": 10000}, {"key-base64": "aw==", "timeout-ms": "10000"},
                        {"key": "base64:aw=="}, {"key": "hex:6b", "limit": None}):
            answer = second.answer({"id": 2, "command": "get-record", "options": options})
            assert answer["result"]["value_base64"] == "AP8=", answer
            assert second.next_answer()["done"] is True


@test("a base64 or hex key is taken as it is, for providers too")
def _():
    with Control() as first, Control("--join", first.listening["addresses"][0]) as second:
        while second.read_line()["event"] != "joined":
            pass
        assert second.answer({"id": 1, "command": "start-provide", "options": {"key": "hex:abcd"}})["stored"] == 1
        answer = second.answer({"id": 2, "command": "get-providers", "options": {"key": "base64:q80="}})
        assert answer["result"]["peer"] == second.listening["peer"], answer
        second.next_answer()
        assert second.answer({"id": 3, "command": "stop-provide", "options": {"key": "hex:abcd"}})["done"] is True


BAD_LINES = [
    b"{", b"}", b"[]", b"[1,2]", b"null", b"7", b'"x"', b"x", b"{'id':1}", b'{"id":1,}', b'{"id":1} x', b"// x",
    b'{"id":01}', b'{"id":0x1}', b'{"id":1,"id":2}', b'{"id":"\\ud800"}', b'{"id":"\xff"}', b'{"id":"a\tb"}', b'{"id":+1}',
    b'{"id":.5}', b'{"id":1.}', b'{"id":NaN}', b'{"id":1e999}', b'var x = {"id":1}', b'{"id":1,"options":{"a":tru}}',
    b"{" * 100, b"[" * 1000000, b'{"id":' + b"[" * 100000, b'{"a":' * 100000,
]


@test("a line that is no JSON object is answered by an error, and nothing else happens")
def _():
    with Control() as control:
        for line in BAD_LINES:
            expect_error(control.answer(line), None, "InvalidArgument")
        control.write(b"")
        control.write(b"  \r")
        expect_error(control.next_answer(), None, "InvalidArgument")
        assert control.answer({"id": 1, "command": "show-table"})["done"] is True


BAD_REQUESTS = [
    ({"id": 1}, "InvalidArgument"),
    ({"id": 1, "command": 7}, "InvalidArgument"),
    ({"id": 1, "command": "frobnicate"}, "UnknownCommand"),
    ({"id": 1, "command": ""}, "UnknownCommand"),
    ({"id": 1, "command": "show-table", "option": {}}, "InvalidArgument"),
    ({"id": 1, "command": "show-table", "options": []}, "InvalidArgument"),
    ({"id": 1, "command": "show-table", "options": "x"}, "InvalidArgument"),
    ({"id": 1, "command": "show-table", "options": {"frob": 1}}, "InvalidArgument"),
    ({"id": 1, "command": "show-table", "cancel": 2}, "InvalidArgument"),
    ({"id": 1, "command": "show-table", "node": 1}, "InvalidArgument"),
    ({"id": 1, "command": "get-record"}, "InvalidArgument"),
    ({"id": 1, "command": "get-record", "options": {"key": None}}, "InvalidArgument"),
    ({"id": 1, "command": "get-record", "options": {"key": "x"}}, "InvalidKey"),
    ({"id": 1, "command": "get-record", "options": {"key": 7}}, "InvalidArgument"),
    ({"id": 1, "command": "get-record", "options": {"key": ["text:x"]}}, "InvalidArgument"),
    ({"id": 1, "command": "get-record", "options": {"key": {"text": "x"}}}, "InvalidArgument"),
    ({"id": 1, "command": "get-record", "options": {"key": "text:x", "limit": "many"}}, "InvalidArgument"),
    ({"id": 1, "command": "get-record", "options": {"key": "text:x", "limit": -1}}, "InvalidArgument"),
    ({"id": 1, "command": "get-record", "options": {"key": "text:x", "limit": 1.5}}, "InvalidArgument"),
    ({"id": 1, "command": "get-record", "options": {"key": "text:x", "limit": True}}, "InvalidArgument"),
    ({"id": 1, "command": "get-record", "options": {"key": "text:x", "key_base64": "eA=="}}, "InvalidArgument"),
    ({"id": 1, "command": "put-record", "options": {"key": "text:x", "value_base64": "!"}}, "InvalidArgument"),
    ({"id": 1, "command": "put-record", "options": {"key": "text:x", "value": "x" * 70000}}, "RecordTooLarge"),
    ({"id": 1, "command": "dial", "options": {"address": "here"}}, None),
    ({"id": 1, "cancel": 99}, "NotFound"),
    ({"id": 1, "cancel": None}, "InvalidArgument"),
    ({"id": 1, "cancel": [1]}, "InvalidArgument"),
    ({"id": 1, "kill": [1]}, "InvalidArgument"),
]


@test("a request that is wrong is answered by an error with its id, and nothing else happens")
def _():
    with Control() as control:
        for request, code in BAD_REQUESTS:
            answer = control.answer(request)
            expect_error(answer, 1, code or answer["error"]["code"])
        for request in ({"command": "show-table"}, {"id": None, "command": "show-table"}, {"id": True, "command": "show-table"},
                        {"id": [1], "command": "show-table"}, {"id": "x" * 1000, "command": "show-table"}):
            expect_error(control.answer(request), None, "InvalidArgument")
        assert control.answer({"id": 1, "command": "show-table"})["done"] is True


@test("a command is cancelled by its id: it ends with Cancelled, the other is done")
def _():
    with SilentPeer() as silent, Control() as control:
        control.write({"id": 7, "command": "dial", "options": {"address": silent.address}})
        assert silent.connected.wait(10)
        control.write({"id": "eight", "cancel": 7})
        answers = {answer["id"]: answer for answer in (control.next_answer(), control.next_answer())}
        expect_error(answers[7], 7, "Cancelled")
        assert answers["eight"] == {"id": "eight", "done": True}, answers
        expect_error(control.answer({"id": 9, "cancel": 7}), 9, "NotFound")


@test("an id that is in use is refused without ending the command that has it")
def _():
    with SilentPeer() as silent, Control() as control:
        control.write({"id": 7, "command": "dial", "options": {"address": silent.address, "timeout_ms": 1500}})
        assert silent.connected.wait(10)
        answer = control.answer({"id": 7, "command": "show-table"})
        expect_error(answer, None, "InvalidArgument")
        expect_error(control.next_answer(), 7, "Timeout")


@test("what is running at the end of stdin has a moment to end, and ends in any case")
def _():
    with SilentPeer() as silent, Control() as control:
        control.write({"id": 1, "command": "show-identity"})
        control.write({"id": 2, "command": "dial", "options": {"address": silent.address}})
        control.process.stdin.close()
        started = time.monotonic()
        answers = [json.loads(line) for line in control.process.stdout]
        assert control.process.wait(10) == OK and time.monotonic() - started < 6
        ids = [answer["id"] for answer in answers if "done" in answer or "error" in answer]
        assert sorted(ids) == [1, 2], answers


@test("commands through a pipe are all answered before the node ends")
def _():
    lines = b"".join(b'{"id":%d,"command":"show-identity"}\n' % number for number in range(50))
    with Running("node", "--json", "--commands", stdin=subprocess.PIPE) as call:
        answer = call.finish(lines, timeout=20).expect(OK)
        assert {line["id"] for line in answer.lines if "done" in line} == set(range(50)), answer


@test("a line may be long, but not without end")
def _():
    with Control() as control:
        long = {"id": 1, "command": "show-table", "options": {"x" * 1_000_000: 1}}
        expect_error(control.answer(long), 1, "InvalidArgument")
        control.write(b'{"id":2,"x":"' + b"y" * (9 * 1024 * 1024) + b'"}')
        expect_error(control.next_answer(), None, "LimitReached")
        assert control.answer({"id": 3, "command": "show-table"})["done"] is True


@test("more commands than the bound are refused, not queued")
def _():
    # All for one peer: they wait for one dial, not for thousands.
    peer = "/p2p/12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"
    with SilentPeer() as silent, Control() as control:
        options = {"address": silent.address + peer, "timeout_ms": 60000}
        for number in range(4100):
            control.write({"id": number, "command": "dial", "options": options})
        refused = {}
        while len(refused) < 4:
            answer = control.next_answer()
            assert answer["error"]["code"] == "LimitReached", answer
            refused[answer["id"]] = answer["error"]["message"]
        assert set(refused) == {4096, 4097, 4098, 4099}, refused
        # Of those that are running, each can still be cancelled.
        control.write({"id": "last", "cancel": 0})
        ends = {answer["id"]: answer for answer in (control.next_answer(), control.next_answer())}
        expect_error(ends[0], 0, "Cancelled")
        assert ends["last"] == {"id": "last", "done": True}, ends


if __name__ == "__main__":
    main()
