#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tool with the service: the same words, lines and exit codes as on a node of its own, and the service's words."""

import base64
import json
import os
import pathlib
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "service"))

from gi.repository import Gio, GLib  # noqa: E402

from kadbus import Bus, Client, Kadd, Network  # noqa: E402
from kadtool import (  # noqa: E402
    DONE_MEMBERS, ERROR, INTERRUPTED, NOT_FOUND, NOT_RUNNING, OK, USAGE, Running, SilentPeer, kad, kad_json,
    main, program, test)

PEER = "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"

# Words that only the service can do, with arguments.
SERVICE_WORDS = [
    ["status"], ["up"], ["down"], ["pause"], ["resume"], ["mode"], ["mode", "auto"], ["config"], ["config", "mode"],
    ["unprovide", "text:x"], ["publications"], ["peer", PEER], ["queries"], ["query", "none"], ["events"],
    ["connect", "/ip4/127.0.0.1/tcp/9"], ["disconnect", PEER]]
# Words that it does if neither --join nor another option of a node is given.
EITHER_WORDS = [
    ["put", "text:x", "y"], ["get", "text:x"], ["provide", "text:x"], ["find", "providers", "text:x"],
    ["find", "peer", PEER], ["find", "closest", "text:x"], ["bootstrap"], ["advertise", "space"], ["discover", "space"],
    ["table"], ["peers"], ["peers", "--connected"], ["records"], ["records", "--providers"], ["stats"], ["doctor"]]


class Service:
    """The service in a network of others, and the tool beside it."""

    def __init__(self, size=4, bus=None):
        self.network = Network(size)
        self.kadd = Kadd(bus=bus, join=self.network.join)
        self.address = self.kadd.address
        self.environment = {"KAD_ADDRESS": self.address} if bus is None else {"DBUS_SESSION_BUS_ADDRESS": bus.address}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        try:
            self.kadd.__exit__(*error)
        finally:
            self.network.close()

    def kad(self, *words, **options):
        return kad(*words, env=self.environment, **options)

    def json(self, *words, **options):
        return kad_json(*words, env=self.environment, **options)

    def alone(self, *words, **options):
        """The same on a node of its own."""
        return kad_json(*words, "--join", self.network.join[0], **options)

    def running(self, *words, **options):
        return Running(*words, env=self.environment, **options)

    def client(self):
        return Client(self.kadd)


def plain(value):
    """As JSON has it: bytes as base64, under another name."""
    if isinstance(value, dict):
        return {key + "_base64" if is_bytes(member) else key: plain(member) for key, member in value.items()}
    if is_bytes(value):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, (list, tuple)):
        return [plain(member) for member in value]
    return value


def is_bytes(value):
    return isinstance(value, (bytes, bytearray)) or (
        isinstance(value, list) and value != [] and all(isinstance(member, int) for member in value))


# ---- without the service ----


@test("each word says that there is no service, what to do, and ends with 8")
def _():
    for words in SERVICE_WORDS + EITHER_WORDS:
        answer = kad_json(*words).expect_error(NOT_RUNNING, "NotRunning")
        message = answer.last["error"]["message"]
        assert "kadd" in message and "--address" in message and "--join" in message, message
        answer = kad(*words).expect(NOT_RUNNING)
        assert answer.out == b"" and answer.err.startswith(b"kad: "), answer


@test("a socket where nobody answers is named, also to words that could do without the service")
def _():
    with tempfile.TemporaryDirectory() as folder:
        address = f"unix:path={folder}/none"
        for words in (["status"], ["get", "text:x"], ["ping", "/ip4/127.0.0.1/tcp/9"], ["run", "show-table"]):
            answer = kad_json(*words, "--address", address).expect_error(NOT_RUNNING, "NotRunning")
            assert address in answer.last["error"]["message"], answer
            kad_json(*words, env={"KAD_ADDRESS": address}).expect_error(NOT_RUNNING, "NotRunning")
    answer = kad_json("status", "--address", "nonsense").expect_error(USAGE, "InvalidArgument")
    assert "nonsense" in answer.last["error"]["message"], answer


@test("a socket that accepts and says nothing holds nobody up: Ctrl-C, and --timeout of the call")
def _():
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/silent")
        server.listen()
        with Running("status", "--json", "--address", f"unix:path={folder}/silent") as call:
            time.sleep(0.5)
            before = time.monotonic()
            call.interrupt().finish(timeout=10).expect_error(INTERRUPTED, "Cancelled")
            assert time.monotonic() - before < 8


@test("what is for the service and what is for a node of its own do not go together")
def _():
    for words in (["--no-start"], ["--address", "unix:path=/x"]):
        kad_json("get", "text:x", "--join", "/ip4/127.0.0.1/tcp/9", *words).expect_error(USAGE, "InvalidArgument")
    kad_json("provide", "text:x", "--once", "--session").expect_error(USAGE, "InvalidArgument")
    kad_json("put", "text:x", "y", "--persist", "--join", "/ip4/127.0.0.1/tcp/9").expect_error(USAGE, "InvalidArgument")
    kad_json("status", "--join", "/ip4/127.0.0.1/tcp/9").expect_error(USAGE, "InvalidArgument")


@test("words that need nobody to join still go without the service")
def _():
    with Network(1) as network:
        (result,) = kad_json("ping", network.join[0]).expect_done().results
        assert result["rtt_us"] > 0, result
        (result,) = kad_json("identify", network.join[0]).expect_done().results
        assert "/ipfs/kad/1.0.0" in result["protocols"], result
        kad_json("run", "dial", network.join[0]).expect_done()
        (result,) = kad_json("ask", network.join[0], "find-node", "text:x").expect_done().results
        assert result["record"] is None, result


# ---- the same with the service ----


@test("records, providers and peers are the same from the service as from a node of its own")
def _():
    with Service() as service:
        service.alone("put", "text:greeting", "hello").expect_done()
        for words in (["get", "text:greeting"], ["find", "closest", "text:x", "--limit", "3"],
                      ["find", "peer", service.network.join[0].split("/")[-1]]):
            ours = service.json(*words).expect_done()
            alone = service.alone(*words).expect_done()
            assert [set(result) for result in ours.results[:1]] == [set(result) for result in alone.results[:1]], ours
            assert list(ours.last) == list(alone.last), (ours.last, alone.last)
            assert ours.last["outcome"] == alone.last["outcome"], (ours.last, alone.last)
        assert service.json("get", "text:greeting").results[-1]["value"] == "hello"
        assert service.kad("get", "text:greeting").expect(OK).out == b"hello"
        ours = service.json("ask", service.network.join[0], "find-node", "text:x").expect_done().results
        alone = kad_json("ask", service.network.join[0], "find-node", "text:x").expect_done().results
        assert set(ours[0]) == set(alone[0]) and ours[0]["record"] is None, (ours, alone)


@test("errors of the service have the same codes, messages and exit codes")
def _():
    with Service() as service:
        for words in (["get", "text:nothing"], ["find", "peer", PEER], ["get", ""], ["get", "text:x", "--quorum", "0"],
                      ["run", "stop-provide", "text:never"], ["run", "start-provide", "text:x", "--once=perhaps"]):
            ours = service.json(*words)
            alone = service.alone(*words)
            assert ours.status == alone.status and ours.code == alone.code, (ours, alone)
        service.json("get", "text:nothing").expect_error(NOT_FOUND, "NotFound")
        assert service.json("find", "providers", "text:nobody").expect(NOT_FOUND).last["done"] is True
        service.json("find", "providers", "text:nobody", "--allow-empty").expect_done()
        assert service.json("run", "frobnicate", "--key", "x").expect(USAGE).code == "UnknownCommand"


@test("every word of the service gives a sensible answer")
def _():
    with Service() as service:
        service.json("bootstrap").expect_done()
        for words in SERVICE_WORDS + EITHER_WORDS:
            if words[0] in ("down", "pause", "resume", "up", "events"):
                continue
            answer = service.json(*words)
            assert answer.status in (OK, NOT_FOUND, ERROR) and b"CRITICAL" not in answer.err, answer
            if answer.status != OK:
                assert words[0] in ("get", "peer", "query", "disconnect", "connect", "find", "unprovide", "discover"), answer
            assert "error" in answer.last or answer.status in (OK, NOT_FOUND), answer
            text = service.kad(*words)
            assert text.status == answer.status, (answer, text)


@test("what is written once is written once, and what the service keeps is listed until it is unprovided")
def _():
    with Service() as service, service.client() as client:
        service.json("put", "text:once", "x", "--once").expect_done()
        assert service.json("publications").expect(OK).lines == [{"done": True, "total": 0}]
        put = service.json("put", "text:kept", "hello").expect_done()
        assert put.last["stored"] == put.last["wanted"] == 4 and put.last["failed"] == [], put
        assert put.last["lifetime"] == "persistent", put
        service.json("provide", "text:have").expect_done()
        rows = service.json("publications").expect(OK).results
        assert {row["kind"] for row in rows} == {"record", "provider"}, rows
        assert {row["path"] for row in rows} >= {put.last["publication"]}, rows
        listed = {path: plain(details) for path, details in client.publications.call("List", "(a{sv})", {"all": GLib.Variant("b", True)})}
        for row in rows:
            assert {key: row[key] for key in row if key != "path"} == listed[row["path"]], (row, listed)
        text = service.kad("publications").expect(OK).out.decode()
        assert "text:kept" in text and "persistent" in text, text
        assert service.alone("find", "providers", "text:have").expect_done().results, "nobody found it"
        answer = service.kad("unprovide", "text:have", "text:kept").expect(OK)
        assert b"48 hours" in answer.err and answer.out.count(b"\n") == 2, answer
        assert service.json("publications").expect(OK).lines == [{"done": True, "total": 0}]
        service.json("unprovide", "text:have").expect_error(NOT_FOUND, "NotFound")
        assert b"--all" in service.kad("unprovide", "text:have").expect(NOT_FOUND).err


@test("with --session it is published as long as the tool stays")
def _():
    with Service() as service:
        with service.running("provide", "text:mine", "--session", "--json") as call:
            done = call.read_line()
            assert done["done"] is True and done["lifetime"] == "session" and done["stored"] == 4, done
            assert len(service.json("publications").expect(OK).results) == 1
            answer = call.interrupt().finish(timeout=10).expect(INTERRUPTED)
            assert answer.out == b"", answer
        eventually(lambda: service.json("publications").expect(OK).results == [], "the end of the publication")


@test("with --session the tool stays while nobody is there to take it, and says so")
def _():
    with Kadd() as kadd:
        env = {"KAD_ADDRESS": kadd.address}

        def published():
            return [row for row in kad_json("publications", env=env).expect(OK).lines if "kind" in row]

        for words in (["--json"], []):
            with Running("provide", "text:mine", "--session", *words, env=env) as call:
                if words:
                    done = call.read_line()
                    assert done["done"] is True and done["lifetime"] == "session" and done["stored"] == 0, done
                eventually(published, "the publication")
                time.sleep(0.5)
                assert call.process.poll() is None, published()
                answer = call.interrupt().finish(timeout=10).expect(INTERRUPTED)
                assert words or b"nobody took it yet" in answer.err and b"until interrupted" in answer.err, answer
            eventually(lambda: not published(), "the end of the publication")


def eventually(what, name, seconds=20):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"{name} did not come"
        time.sleep(0.1)


@test("namespaces are advertised and discovered with the service and without, by go-libp2p's rule")
def _():
    with Service() as service:
        service.json("advertise", "café/1").expect_done()
        for discover in (service.json, service.alone):
            (found,) = discover("discover", "café/1").expect_done().results
            assert found["addresses"], found
        # The key is the sha2-256 multihash of the namespace's bytes.
        (same,) = service.alone("find", "providers", "text:café/1").expect_done().results
        assert same == found, (same, found)
        service.json("discover", "nobody/here").expect(NOT_FOUND)
        for name in ("", "x" * 1025):
            service.json("discover", name).expect_error(USAGE, "InvalidArgument")
            service.json("advertise", name).expect_error(USAGE, "InvalidArgument")


@test("discover --watch tells each peer once, and goes on until Ctrl-C")
def _():
    with Service() as service:
        service.json("advertise", "watched").expect_done()
        with service.running("discover", "watched", "--watch", "--json") as call:
            assert set(call.read_line()) == {"peer", "addresses"}
            time.sleep(0.5)
            answer = call.interrupt().finish(timeout=10).expect(INTERRUPTED)
            assert answer.out == b"", answer


@test("Ctrl-C cancels the query in the service, and nothing of it stays")
def _():
    with SilentPeer() as silent, Kadd(join=[silent.address]) as kadd:
        for words in (["get", "text:x"], ["find", "providers", "text:x"], ["run", "get-record", "text:x"]):
            silent.connected.clear()
            with Running(*words, "--json", env={"KAD_ADDRESS": kadd.address}) as call:
                time.sleep(0.7)
                if call.process.poll() is None:
                    before = time.monotonic()
                    call.interrupt().finish(timeout=10).expect_error(INTERRUPTED, "Cancelled")
                    assert time.monotonic() - before < 8
        answer = kad_json("queries", env={"KAD_ADDRESS": kadd.address}).expect(OK)
        assert [row for row in answer.results if row.get("state") == "running"] == [], answer


@test("a service that ends under a command is told, with status 8")
def _():
    with SilentPeer() as silent, Kadd(join=[silent.address]) as kadd:
        with Running("get", "text:x", "--json", env={"KAD_ADDRESS": kadd.address}) as call:
            time.sleep(0.5)
            assert call.process.poll() is None, "it ended early"
            kadd.kill()
            call.finish(timeout=10).expect_error(NOT_RUNNING, "NotRunning")


@test("a service that answers something else than it should is told, and takes nothing down")
def _():
    wrong = GLib.Variant("(ss)", ("not", "this"))
    with Bus() as bus:
        connection = bus.connect()

        def answer(_, message, incoming):
            if incoming and message.get_message_type() == Gio.DBusMessageType.METHOD_CALL:
                reply = Gio.DBusMessage.new_method_reply(message)
                reply.set_body(wrong)
                connection.send_message(reply, Gio.DBusSendMessageFlags.NONE)
                return None
            return message

        connection.add_filter(answer)
        connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                             GLib.Variant("(su)", ("org.libkad.Kad1", 0)), None, Gio.DBusCallFlags.NONE, 5000, None)
        for words in SERVICE_WORDS + EITHER_WORDS + [["put", "text:x", "y", "--once"], ["run", "frob", "--x", "1"]]:
            answer_ = kad_json(*words, env={"DBUS_SESSION_BUS_ADDRESS": bus.address})
            assert answer_.status in (ERROR, USAGE) and b"CRITICAL" not in answer_.err, answer_
            assert answer_.err == b"", answer_
        connection.close_sync(None)


# ---- the bus ----


@test("the session bus starts the service, unless --no-start is given")
def _():
    with Bus() as bus, tempfile.TemporaryDirectory() as folder:
        environment = {"DBUS_SESSION_BUS_ADDRESS": bus.address}
        kad_json("status", env=environment).expect_error(NOT_RUNNING, "NotRunning")
        bus.add_service("org.libkad.Kad1", f"{os.environ['KAD_DAEMON']} --data {folder}/data --network private:test "
                                           f"--settings {folder}/settings --idle-exit 2")
        time.sleep(0.2)
        for words in (["status"], ["get", "text:x"], ["table"]):
            kad_json(*words, "--no-start", env=environment).expect_error(NOT_RUNNING, "NotRunning")
        (state,) = kad_json("status", env=environment).expect(OK).lines
        assert state["state"] == "stopped", state
        # It runs, but its node does not, and looking starts nothing.
        kad_json("status", "--no-start", env=environment).expect(OK)
        kad_json("get", "text:x", "--no-start", env=environment).expect_error(NOT_RUNNING, "NotRunning")
        kad_json("table", env=environment).expect_error(NOT_RUNNING, "NotRunning")
        (state,) = kad_json("status", "--no-start", env=environment).expect(OK).lines
        assert state["state"] == "stopped", state


@test("words work on the session bus as on a socket")
def _():
    with Bus() as bus, Service(bus=bus) as service:
        service.json("put", "text:bus", "hello").expect_done()
        assert service.json("get", "text:bus").expect_done().results[-1]["value"] == "hello"
        assert service.json("publications").expect(OK).last["total"] == 1


# ---- the service itself ----


@test("status is what the properties say, on one screen and as one object")
def _():
    with Service() as service, service.client() as client:
        service.json("bootstrap").expect_done()
        (state,) = service.json("status").expect(OK).lines
        assert state["peer"] == client.node["PeerId"] and state["state"] == client.node["State"], state
        assert state["addresses"] == client.node["ListenAddresses"] and state["version"] == client.node["Version"], state
        assert state["mode"] == client.node["Mode"] and state["serving"] == client.node["Serving"], state
        text = service.kad("status").expect(OK).out.decode()
        assert state["peer"] in text and len(text.splitlines()) < 24, text
        assert "\x1b" not in text, text


@test("up, down, pause and resume do what they say")
def _():
    with Service() as service:
        (state,) = service.json("up").expect(OK).lines
        assert state["state"] == "online", state
        assert service.kad("up").expect(OK).out == b"The node is online\n"
        (state,) = service.json("down").expect(OK).lines
        assert state["state"] == "stopped", state
        (state,) = service.json("pause", "travelling").expect(OK).lines
        assert state["state"] == "paused" and state["pause_reason"] == "travelling", state
        assert b"travelling" in service.kad("status").out
        service.json("get", "text:x").expect_error(5, "Paused")
        service.json("up").expect_error(5, "Paused")
        (state,) = service.json("resume").expect(OK).lines
        assert state["state"] != "paused" and state["pause_reason"] == "", state


@test("mode is shown and set")
def _():
    with Service() as service:
        for mode in ("client", "server", "auto"):
            (state,) = service.json("mode", mode).expect(OK).lines
            assert state["mode"] == mode and not (mode == "client" and state["serving"]), state
            (state,) = service.json("mode").expect(OK).lines
            assert state["mode"] == mode, state
        service.json("mode", "bystander").expect(USAGE)


@test("settings are listed, shown and set, each by its type")
def _():
    with Service() as service, service.client() as client:
        rows = service.json("config").expect(OK).results
        settings = client.settings.call("Get")
        assert {row["name"]: row["setting"] for row in rows} == {name: plain(value) for name, value in settings.items()}
        assert all(row["summary"] for row in rows), rows
        (row,) = service.json("config", "idle-exit").expect(OK).lines
        assert row == {"name": "idle-exit", "setting": settings["idle-exit"]}, row
        service.json("config", "idle-exit", "77").expect(OK)
        assert service.kad("config", "idle-exit").expect(OK).out == b"77\n"
        service.json("config", "bootstrap", "/ip4/127.0.0.1/tcp/1, /ip4/127.0.0.1/tcp/2").expect(OK)
        assert client.settings.call("Get")["bootstrap"] == ["/ip4/127.0.0.1/tcp/1", "/ip4/127.0.0.1/tcp/2"]
        service.json("config", "idle-exit", "soon").expect_error(USAGE, "InvalidArgument")
        service.json("config", "idle-exit", "-1").expect_error(USAGE, "InvalidArgument")
        service.json("config", "mode", "bystander").expect(USAGE)
        service.json("config", "no-such-setting").expect_error(USAGE, "InvalidArgument")
        service.json("config", "no-such-setting", "1").expect_error(USAGE, "InvalidArgument")
        text = service.kad("config").expect(OK).out.decode()
        assert re.search(r"^idle-exit +77 ", text, re.M), text
        # A list has a line for each of its words, and what it is only on the first.
        assert re.search(r"^bootstrap +/ip4/127.0.0.1/tcp/1 +[A-Z].*\n +/ip4/127.0.0.1/tcp/2$", text, re.M), text
        for words, meant in ((["idle-exti"], "idle-exit"), (["netwrok", "lan"], "network"), (["listen-adresses"], "listen-addresses")):
            assert f"did you mean “{meant}”?" in service.kad("config", *words).expect(USAGE).err.decode(), words


@test("who is offline or paused is told what to do about it, and scripts only what happened")
def _():
    with Kadd() as kadd:
        env = {"KAD_ADDRESS": kadd.address}
        for words in (["get", "text:x"], ["find", "providers", "text:x"]):
            answer = kad(*words, env=env).expect(4)
            assert b"kad doctor" in answer.err and b"kad connect ADDRESS" in answer.err, answer
            assert kad_json(*words, env=env).expect(4).err == b"", words
        assert "Reachability    others in this network reach it\n" in kad("status", env=env).expect(OK).out.decode()
        kad("pause", env=env).expect(OK)
        for words in (["get", "text:x"], ["up"], ["bootstrap"]):
            assert "“kad resume” ends the pause" in kad(*words, env=env).expect(5).err.decode(), words
        text = kad("status", env=env).expect(OK).out.decode()
        assert "paused (“kad resume” ends it)" in text and "not known: the node does not run" in text, text


@test("the routing table and the peers are shown, of one bucket if wanted, and starting nothing")
def _():
    with Service() as service:
        service.json("table").expect_error(NOT_RUNNING, "NotRunning")
        service.json("bootstrap").expect_done()
        rows = service.json("table").expect_done().results
        assert len(rows) == 4 and all({"peer", "bucket", "addresses", "agent", "state"} <= set(row) for row in rows), rows
        bucket = rows[0]["bucket"]
        some = service.json("table", "--bucket", bucket).expect_done().results
        assert [row["peer"] for row in some] == [row["peer"] for row in rows if row["bucket"] == bucket], some
        service.json("table", "--bucket", "256").expect_error(USAGE, "InvalidArgument")
        assert len(service.json("peers").expect_done().results) == 4
        connected = service.json("peers", "--connected").expect_done().results
        assert connected and all(row["direction"] in ("inbound", "outbound") for row in connected), connected
        text = service.kad("table").expect(OK).out.decode().splitlines()
        assert text[0].split()[:3] == ["PEER", "BUCKET", "STATE"] and len(text) == 5, text
        starts = {re.match(r"\S+ +", line).end() for line in text}
        assert len(starts) == 1, "the columns are not aligned"
        alone = service.alone("table").expect_done().results
        assert len(alone) >= 4 and set(alone[0]) == set(rows[0]), alone


@test("one peer: connect, ping, show, disconnect")
def _():
    with Service() as service:
        address = service.network.join[0]
        peer = address.split("/")[-1]
        (result,) = service.json("connect", address).expect_done().results
        assert result["peer"] == peer, result
        (result,) = service.json("ping", peer).expect_done().results
        assert result["peer"] == peer and result["rtt_us"] > 0, result
        (details,) = service.json("peer", peer).expect(OK).lines
        assert details["peer"] == peer and details["addresses"], details
        service.json("disconnect", peer).expect_done()
        service.json("disconnect", PEER).expect_error(NOT_FOUND, "NotFound")
        service.json("peer", PEER).expect_error(NOT_FOUND, "NotFound")
        assert service.json("peer", "nobody").expect(USAGE).code in ("InvalidKey", "InvalidAddress")


@test("what is held for others is listed")
def _():
    with Service() as service:
        service.json("mode", "server").expect(OK)
        service.json("bootstrap").expect_done()
        service.alone("put", "text:held", "for others").expect_done()
        rows = service.json("records").expect_done().results
        assert any(base64.b64decode(row["key_base64"]) == b"held" and row["size"] >= 10 for row in rows), rows
        assert len(service.json("records", "--limit", "1").expect_done().results) == 1
        with Running("provide", "text:had", "--json", "--join", service.network.join[0]) as call:
            provided = call.read_line()
            assert provided["done"] is True, provided
            rows = service.json("records", "--providers").expect(OK).results
            assert rows and all({"key_base64", "peer", "addresses", "expires_us"} == set(row) for row in rows), rows


@test("figures are shown for people, scripts and Prometheus")
def _():
    with Service() as service:
        service.json("bootstrap").expect_done()
        (stats,) = service.json("stats").expect_done().results
        assert stats["now"]["table"] == 4, stats
        assert re.search(r"^now\.table +4$", service.kad("stats").expect(OK).out.decode(), re.M)
        text = service.kad("stats", "--prometheus").expect(OK).out.decode()
        assert "kad_table_peers 4\n" in text and text.startswith("# HELP"), text
        service.json("stats", "--prometheus").expect_error(USAGE, "InvalidArgument")


@test("doctor says what it saw and what to do, and fails where something is wrong")
def _():
    with Service() as service:
        answer = service.json("doctor")
        assert answer.status == OK and answer.last["healthy"] is True, answer
        assert {"service", "settings", "listening", "table-size", "record-round-trip", "disk"} \
            <= {check["check"] for check in answer.results}, answer
        text = service.kad("doctor", "--no-probe").expect(OK).out.decode()
        assert "[ok]   listening: " in text and "[skip]" in text, text
    with Kadd() as alone:
        environment = {"KAD_ADDRESS": alone.address}
        answer = kad_json("doctor", env=environment).expect(ERROR)
        assert answer.last["healthy"] is False and answer.last["failed"] >= 1, answer
        text = kad("doctor", env=environment).expect(ERROR).out.decode()
        failed = text.split("[FAIL]", 1)[1].splitlines()
        assert failed[1].startswith("       ") and failed[1].strip(), text
        kad("pause", env=environment).expect(OK)
        text = kad("doctor", env=environment).expect(ERROR).out.decode()
        assert "[FAIL] service: " in text and "kad resume" in text, text


@test("running queries are listed, and one of them shown")
def _():
    with Service() as service, service.client() as client:
        path = client.routing.call("PrepareQuery", "(ssa{sv})", "closest-peers", "text:x", {})
        rows = service.json("queries").expect(OK).results
        (row,) = [row for row in rows if row["path"] == path]
        assert row["kind"] == "closest-peers" and row["key"] == "text:x" and row["state"] == "prepared", row
        (one,) = service.json("query", row["id"]).expect(OK).lines
        assert one == row, (one, row)
        assert row["id"] in service.kad("queries").expect(OK).out.decode()
        service.json("query", "none").expect_error(NOT_FOUND, "NotFound")
        with service.running("queries", "--watch", "--json") as call:
            assert call.read_line()["path"] == path
            client.at(path, "Query").call("Release")
            assert call.read_line() == {"path": path, "removed": True}
            assert call.interrupt().finish(timeout=10).expect(INTERRUPTED).out == b""


@test("events are told as they happen, as text and as lines that can be recorded and played")
def _():
    with Service() as service, tempfile.TemporaryDirectory() as folder:
        recording = f"{folder}/events.ndjson"
        service.json("events").expect_error(NOT_RUNNING, "NotRunning")
        service.json("bootstrap").expect_done()
        with open(recording, "wb") as file, service.running("events", "--json", stdout=file) as call:
            with service.running("events", "--topic", "queries") as people, service.running("events", "--json", "--topic", "peers") as peers:
                header = peers.read_line()
                assert header["kad-stream"] == 1 and header["topics"] == ["peers"], header
                time.sleep(0.5)
                service.json("find", "closest", "text:x").expect_done()
                service.json("disconnect", service.network.join[0].split("/")[-1]).expect_done()
                assert peers.read_line()["event"] == "peer-disconnected"
                eventually(lambda: b"query-finished" in pathlib.Path(recording).read_bytes(), "the end of a query")
                text = people.interrupt().finish(timeout=10).expect(INTERRUPTED)
                assert re.match(rb"\d\d:\d\d:\d\d\.\d{3}  query-started", text.out) and b"peer-" not in text.out, text
                assert text.err == b"", text
            answer = call.interrupt().finish(timeout=10).expect(INTERRUPTED)
            assert answer.err == b"", answer
        lines = [json.loads(line) for line in pathlib.Path(recording).read_text(encoding="utf-8").splitlines()]
        assert lines[0]["kad-stream"] == 1 and all("t" in line and "event" in line for line in lines[1:]), lines[:3]
        played = kad_json("play", recording).expect(OK).lines
        assert played == lines, (played[:2], lines[:2])
        service.json("events", "--topic", "gossip").expect_error(USAGE, "InvalidArgument")


# ---- forms ----


@test("JSON comes a line at a time, over several lines, or as RFC 7464")
def _():
    with Service() as service:
        short = service.kad("find", "closest", "text:x", "--json=short").expect(OK).out.decode()
        lines = [json.loads(line) for line in short.splitlines()]
        assert DONE_MEMBERS <= set(lines[-1]), lines
        pretty = service.kad("find", "closest", "text:x", "--json=pretty").expect(OK).out.decode()
        decoder = json.JSONDecoder()
        texts, at = [], 0
        while at < len(pretty):
            value, end = decoder.raw_decode(pretty, at)
            texts.append(value)
            at = end + 1
        assert [set(value) for value in texts] == [set(line) for line in lines] and "\n  \"" in pretty, pretty
        seq = service.kad("find", "closest", "text:x", "--json=seq").expect(OK).out.decode()
        assert seq.startswith("\x1e") and seq.endswith("}\n"), seq
        assert [set(json.loads(text)) for text in seq.split("\x1e")[1:]] == [set(line) for line in lines], seq


@test("ids are in full in a pipe, and shortened on a terminal unless --long")
def _():
    with Service() as service:
        service.json("bootstrap").expect_done()
        peer = service.network.join[0].split("/")[-1]
        assert peer in service.kad("table").expect(OK).out.decode()
        assert peer not in on_terminal(service, ["table"]).split("ADDRESSES", 1)[1]
        assert peer in on_terminal(service, ["table", "-l"])
        assert "\x1b[1m" in on_terminal(service, ["table"])
        assert "\x1b[" not in on_terminal(service, ["table"], NO_COLOR="1")


def open_terminal(service, words, **environment):
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        program() + words, stdin=follower, stdout=follower, stderr=subprocess.DEVNULL, close_fds=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm", **service.environment, **environment})
    os.close(follower)
    return process, leader


def read_terminal(leader, until=None, seconds=15):
    text = b""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if until is not None and until in text:
            break
        if not select.select([leader], [], [], 0.2)[0]:
            continue
        try:
            chunk = os.read(leader, 65536)
        except OSError:
            break
        if not chunk:
            break
        text += chunk
    return text.decode(errors="replace")


def on_terminal(service, words, **environment):
    process, leader = open_terminal(service, words, **environment)
    text = read_terminal(leader)
    assert process.wait(10) == OK, text
    os.close(leader)
    return text


@test("a terminal sees how a query goes, on a line that is gone afterwards")
def _():
    with Service() as service, SilentPeer() as silent:
        service.json("bootstrap").expect_done()
        leader, follower = pty.openpty()
        process = subprocess.Popen(program() + ["connect", silent.address], stdin=follower, stdout=follower, stderr=follower,
                                   env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm", **service.environment})
        os.close(follower)
        text = read_terminal(leader, until="asked 0 · ".encode())
        assert "asked 0 · waiting " in text, text
        process.send_signal(signal.SIGINT)
        text = read_terminal(leader, until=b"Interrupted", seconds=5)
        assert "\r\x1b[K" in text and process.wait(10) == INTERRUPTED, text
        os.close(leader)


def see_progress(environment, words, shown, then=lambda: None):
    """What the words showed on a terminal until they ended; then() once @shown was there."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(program() + words, stdin=follower, stdout=follower, stderr=follower,
                               env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm", **environment})
    os.close(follower)
    text = read_terminal(leader, until=shown.encode(), seconds=30)
    then()
    assert shown in text, text
    text += read_terminal(leader, seconds=60)
    process.wait(30)
    os.close(leader)
    return text


@test("a terminal sees how many steps of joining are done, in the service and on a node of its own; a pipe does not")
def _():
    with Network(4) as network, SilentPeer() as silent:
        slow = f"{silent.address}/p2p/{PEER}"
        with Kadd(join=[network.join[0], slow]) as kadd:
            service = {"KAD_ADDRESS": kadd.address}
            text = see_progress(service, ["bootstrap"], "1 of 3 steps · asked ")
            assert "steps" not in text.rsplit("\r\x1b[K", 1)[1], text
            assert b"steps" not in kad("bootstrap", env=service).expect(OK).err
        see_progress({}, ["bootstrap", "--join", network.join[0], "--join", slow], "1 of 3 steps · asked ")


@test("a terminal sees how many checks the doctor has made, while the others do not answer")
def _():
    with Service() as service:
        service.json("bootstrap").expect_done()
        others = service.network.process
        others.send_signal(signal.SIGSTOP)
        try:
            text = see_progress(service.environment, ["doctor"], "2 of 10 checks", lambda: others.send_signal(signal.SIGCONT))
        finally:
            others.send_signal(signal.SIGCONT)
        assert "of 10 checks" not in text.rsplit("\r\x1b[K", 1)[1], text


@test("top fills a terminal of 80 by 24, goes by q and by Ctrl-C, and leaves the terminal as it was")
def _():
    with Service() as service:
        for ending in ("q", "signal"):
            process, leader = open_terminal(service, ["top"])
            text = read_terminal(leader, until="q leaves".encode())
            assert "\x1b[?1049h" in text and "Connections: " in text, text
            page = re.sub(r"\x1b\[[?0-9;]*[a-zA-Z]", "", text.split("\x1b[H", 1)[1]).split("\r\n")
            assert len(page) == 24 and all(len(line) <= 80 for line in page), page
            if ending == "q":
                os.write(leader, b"q")
            else:
                process.send_signal(signal.SIGINT)
            text = read_terminal(leader, until=b"\x1b[?1049l", seconds=5)
            assert "\x1b[?25h\x1b[?1049l" in text, text
            assert process.wait(10) == (OK if ending == "q" else INTERRUPTED)
            os.close(leader)
        answer = service.kad("top").expect(USAGE)
        assert answer.out == b"" and b"terminal" in answer.err, answer


# ---- completion ----


def complete(service, *words):
    """What bash offers for the last word."""
    script = kad("completion", "bash").expect(OK).out.decode()
    test_script = script + """
COMP_WORDS=(kad "$@"); COMP_CWORD=$#; COMPREPLY=(); _kad; printf '%s\\n' "${COMPREPLY[@]}"
"""
    environment = {**os.environ, "PATH": f"{pathlib.Path(program()[0]).parent}:{os.environ['PATH']}"}
    environment.update(service.environment if service is not None else {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/none"})
    done = subprocess.run(["bash", "--norc", "-c", test_script, "bash", *words], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=environment, timeout=30, check=True, text=True)
    assert done.stderr == "", done.stderr
    return done.stdout.split()


@test("bash completes words, second words, options, and values that are known")
def _():
    assert {"get", "put", "find", "status", "completion"} <= set(complete(None, ""))
    assert complete(None, "sta") == ["status", "stats"]
    assert complete(None, "find", "") == ["providers", "peer", "closest"]
    assert "--quorum" in complete(None, "get", "--q") and "--bucket" in complete(None, "table", "--")
    assert complete(None, "--join", "/ip4/1.2.3.4/tcp/1", "adv") == ["advertise"]
    assert complete(None, "mode", "c") == ["client"]
    assert complete(None, "run", "get-r") == ["get-record"]
    assert complete(None, "completion", "") == ["bash", "zsh", "fish"]
    assert complete(None, "peer", "") == []


@test("bash completes what lives in the service, and starts none for it")
def _():
    with Service() as service, service.client() as client:
        assert complete(service, "peer", "") == []
        assert client.node["State"] == "stopped"
        service.json("bootstrap").expect_done()
        peers = {address.split("/")[-1] for address in service.network.addresses}
        assert set(complete(service, "peer", "")) == peers
        assert set(complete(service, "disconnect", "12D3")) <= peers
        path = client.routing.call("PrepareQuery", "(ssa{sv})", "closest-peers", "text:x", {})
        assert complete(service, "query", "") == [path.split("/")[-1]]
        service.json("put", "text:published", "x").expect_done()
        assert complete(service, "unprovide", "") == ["text:published"]


@test("scripts are for three shells, hold every word, and are valid where the shell is there")
def _():
    listed = [line.split()[0] for line in kad("help").out.decode().split("\nCommands\n")[1].split("\n\n")[0].splitlines()
              if line.startswith("  ") and not line.startswith("   ")]
    for shell, check in (("bash", ["bash", "-n"]), ("zsh", ["zsh", "-n"]), ("fish", ["fish", "--no-execute"])):
        script = kad("completion", shell).expect(OK).out.decode()
        assert all(word in script for word in listed), shell
        if subprocess.run(["sh", "-c", f"command -v {shell}"], stdout=subprocess.DEVNULL, check=False).returncode == 0:
            with tempfile.NamedTemporaryFile("w", suffix=f".{shell}") as file:
                file.write(script)
                file.flush()
                subprocess.run([*check, file.name], check=True, timeout=30)
    kad("completion", "csh").expect(USAGE)


main()
