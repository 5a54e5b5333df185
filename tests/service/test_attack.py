#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Callers that vanish, do not read, lie about who they are, or speak no D-Bus at all."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time

from gi.repository import Gio, GLib

from kadbus import NAME, ROOT, Bus, Client, Kadd, main, test, wait_for
from kadnet import Net, options

# The honest call's longest wait. Checkers of memory make everything slower.
PATIENCE_S = 0.1 * float(os.environ.get("KAD_TEST_PATIENCE", "1"))
IS_SANITIZED = "KAD_TEST_SANITIZED" in os.environ
DRIFT_KB = 4096
PEER = "12D3KooWAbkBdGvTZpz1bdCxGFKDCBQBFoxMWVLY7XnDwNnjrCBS"


def memory_kb(kadd):
    """What it keeps for itself: not what it shares with others."""
    with open(f"/proc/{kadd.process.pid}/status", encoding="ascii") as status:
        return int(re.search(r"RssAnon:\s+(\d+)", status.read()).group(1))


def n_files(kadd):
    return len(os.listdir(f"/proc/{kadd.process.pid}/fd"))


def n_threads(kadd):
    return len(os.listdir(f"/proc/{kadd.process.pid}/task"))


def settled_files(kadd, client):
    """How many files it has when nothing is under way any more."""
    client.routing.call("GetCommands", "(a{sv})", {})
    time.sleep(0.5)
    return n_files(kadd)


def new_call(interface, method, body=None, path=ROOT, no_reply=False):
    message = Gio.DBusMessage.new_method_call(None, path, interface, method)
    if body is not None:
        message.set_body(body)
    if no_reply:
        message.set_flags(Gio.DBusMessageFlags.NO_REPLY_EXPECTED)
    return message


class Raw:
    """A program on the socket that does as it likes."""

    def __init__(self, kadd, greet=True):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(re.search("path=([^,]*)", kadd.address).group(1))
        self.serial = 0
        if greet:
            self.socket.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
            assert self.socket.recv(100).startswith(b"OK ")
            self.socket.sendall(b"BEGIN\r\n")

    def send(self, message):
        self.serial += 1
        message.set_serial(self.serial)
        self.socket.sendall(message.to_blob(Gio.DBusCapabilityFlags.NONE))

    def close(self):
        self.socket.close()


class Honest:
    """Calls all the time while something goes on, and knows the longest wait."""

    def __init__(self, client):
        self.client = client
        self.waits = []
        self.is_over = False
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.is_over:
            begin = time.monotonic()
            assert self.client.routing.call("ListQueries", "(a{sv})", {}) == []
            self.waits.append(time.monotonic() - begin)
            time.sleep(0.005)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, *_):
        # What went on may have been cut off at once: what it leaves behind counts, too.
        if kind is None:
            wait_for(lambda: len(self.waits) > 5 or not self.thread.is_alive(), 20)
        self.is_over = True
        self.thread.join()
        if kind is None:
            print(f"# {len(self.waits)} honest calls waited {max(self.waits) * 1000:.1f} ms at most", flush=True)
            late = sorted(self.waits)[-2 if len(self.waits) > 100 else -1]
            assert len(self.waits) > 5 and late < PATIENCE_S, sorted(self.waits)[-5:]


def send_as(client, sender, method, body):
    """A call that says it comes from somebody else. Its answer, or its error's name."""
    message = new_call(f"{NAME}.Routing" if method != "Hold" else f"{NAME}.Node", method, body)
    message.set_sender(sender)
    answer, _ = client.connection.send_message_with_reply_sync(message, Gio.DBusSendMessageFlags.NONE, 20000, None)
    return answer.get_error_name() or answer.get_body().unpack()[0]


@test("/security/service/nobody-is-whom-he-says")
def forged_sender():
    with Kadd() as kadd, Client(kadd) as victim, Client(kadd) as thief:
        prepare = GLib.Variant("(ssa{sv})", ("closest-peers", "text:x", {}))
        path = send_as(victim, ":1.5", "PrepareQuery", prepare)
        assert send_as(thief, ":1.5", "ListQueries", GLib.Variant("(a{sv})", ({},))) == []
        assert [row[0] for row in victim.routing.call("ListQueries", "(a{sv})", {})] == [path]
        for n in range(63):
            assert send_as(victim, f":1.{n}", "PrepareQuery", prepare).startswith("/")
        assert send_as(victim, ":1.999", "PrepareQuery", prepare) == f"{NAME}.Error.LimitReached"


@test("/security/service/who-has-queries-is-not-told")
def owners_are_hidden():
    with Bus() as bus, Kadd(bus=bus), Client(bus) as client, Client(bus) as other:
        path = client.routing.call("PrepareQuery", "(ssa{sv})", "closest-peers", "text:x", {})
        watch = client.monitor.call("Watch", "(asa{sv})", ["queries"], {})

        def look(who, where):
            return who.connection.call_sync(NAME, where, "org.freedesktop.DBus.Introspectable", "Introspect", None, None, 0,
                                            10000, None).unpack()[0]

        for where in (path, watch):
            folder, token, _ = where.rsplit("/", 2)
            assert f'"{token}"' in look(client, folder)
            assert token not in look(other, folder)


def flood(kadd, message, seconds, n=200000):
    """Calls without reading any answer, until it is cut off, nothing goes any more, or the time is over."""
    raw = Raw(kadd)
    raw.socket.settimeout(1)
    deadline = time.monotonic() + seconds
    blob = b"".join(
        (message.set_serial(serial), message.to_blob(Gio.DBusCapabilityFlags.NONE))[1] for serial in range(1, 101))
    try:
        for _ in range(n // 100):
            raw.socket.sendall(blob)
            if time.monotonic() > deadline:
                break
    except OSError:
        pass
    return raw


@test("/security/service/who-does-not-read-its-answers")
def unread_answers():
    with Kadd() as kadd, Client(kadd) as client:
        client.routing.call("GetCommands", "(a{sv})", {})
        before = memory_kb(kadd)
        for message in (new_call(f"{NAME}.Routing", "GetCommands", GLib.Variant("(a{sv})", ({},))),
                        new_call(f"{NAME}.Settings", "Describe"),
                        new_call("org.freedesktop.DBus.Properties", "GetAll", GLib.Variant("(s)", (f"{NAME}.Node",))),
                        new_call("no.Such", "Method")):
            with Honest(client):
                raw = flood(kadd, message, 5)
            top = memory_kb(kadd)
            raw.close()
            print(f"# {message.get_member()}: {before} KiB, at the top {top} KiB", flush=True)
            assert IS_SANITIZED or top - before < 32 * 1024, (message.get_member(), before, top)


@test("/security/service/who-wants-no-answers")
def unanswered_calls():
    with Kadd() as kadd, Client(kadd) as client:
        client.routing.call("GetCommands", "(a{sv})", {})
        before = memory_kb(kadd)
        for message in (new_call(f"{NAME}.Routing", "GetCommands", GLib.Variant("(a{sv})", ({},)), no_reply=True),
                        new_call(f"{NAME}.Routing", "PrepareQuery", GLib.Variant("(ssa{sv})", ("closest-peers", "text:x" * 500, {})),
                                 no_reply=True),
                        new_call(f"{NAME}.Node", "Hold", GLib.Variant("(sa{sv})", ("x" * 200, options(no_start=True))), no_reply=True)):
            raw = flood(kadd, message, 3, 20000)
            top = memory_kb(kadd)
            raw.close()
            print(f"# {message.get_member()}: {before} KiB, at the top {top} KiB", flush=True)
            assert IS_SANITIZED or top - before < 16 * 1024, (message.get_member(), before, top)
            wait_for(lambda: client.routing.call("ListQueries", "(a{sv})", {}) == [])


@test("/security/service/a-thousand-connections")
def thousand_connections():
    with Kadd() as kadd, Client(kadd) as client:
        files, threads, before = settled_files(kadd, client), n_threads(kadd), memory_kb(kadd)
        with Honest(client):
            silent = []
            for _ in range(1000):
                try:
                    silent.append(Raw(kadd, greet=False))
                except OSError:
                    time.sleep(0.001)
            assert len(silent) > 500
            most = n_files(kadd), n_threads(kadd)
            time.sleep(0.5)
            assert n_threads(kadd) < threads + 80 and n_files(kadd) < files + 160, (most, n_files(kadd), n_threads(kadd))
            # Somebody new gets in all the same.
            with Client(kadd) as late:
                assert late.routing.call("ListQueries", "(a{sv})", {}) == []
        for raw in silent:
            raw.close()
        wait_for(lambda: n_files(kadd) <= files and n_threads(kadd) <= threads + 4)
        assert IS_SANITIZED or memory_kb(kadd) - before < DRIFT_KB, (before, memory_kb(kadd))


@test("/security/service/as-many-as-are-served")
def many_connections():
    with Kadd() as kadd, Client(kadd) as client:
        files = settled_files(kadd, client)
        with Honest(client):
            greeted = []
            for _ in range(300):
                try:
                    greeted.append(Raw(kadd))
                except (OSError, AssertionError):
                    pass
            assert len(greeted) >= 255
        wait_for(lambda: n_files(kadd) <= files + 256)
        for raw in greeted:
            raw.close()
        wait_for(lambda: n_files(kadd) <= files)
        with Client(kadd) as late:
            assert late.routing.call("ListQueries", "(a{sv})", {}) == []


@test("/security/service/who-never-says-who-it-is")
def slow_greeting():
    with Kadd() as kadd, Client(kadd) as client:
        files = settled_files(kadd, client)
        raw = [Raw(kadd, greet=False) for _ in range(3)]
        raw[1].socket.sendall(b"\0AUTH EXTERNAL")
        raw[2].socket.sendall(b"\0AUTH ANONYMOUS\r\n")
        wait_for(lambda: n_files(kadd) > files)
        wait_for(lambda: n_files(kadd) == files, 30)
        for one in raw:
            one.close()


@test("/security/service/random-bytes")
def random_bytes():
    with Kadd() as kadd, Client(kadd) as client:
        files = settled_files(kadd, client)
        chance = random.Random(5)
        good = new_call(f"{NAME}.Routing", "GetModules", GLib.Variant("(a{sv})", ({},)))
        good.set_serial(1)
        blob = good.to_blob(Gio.DBusCapabilityFlags.NONE)
        with Honest(client):
            for n in range(600):
                try:
                    raw = Raw(kadd, greet=n % 3 != 0)
                    if n % 3 == 2:  # a message with something wrong in it
                        bad = bytearray(blob)
                        for _ in range(chance.randrange(1, 5)):
                            bad[chance.randrange(len(bad))] = chance.randrange(256)
                        raw.socket.sendall(bytes(bad))
                    else:
                        raw.socket.sendall(b"\0" * (n % 2) + chance.randbytes(chance.randrange(1, 3000)))
                except (OSError, AssertionError):
                    pass
                raw.close()
        wait_for(lambda: n_files(kadd) <= files)


CALLS = (
    ("Routing", "FindProviders", "(sa{sv})", ("text:x", {})), ("Routing", "FindPeer", "(sa{sv})", (PEER, {})),
    ("Routing", "GetRecord", "(sa{sv})", ("text:x", {})), ("Routing", "ClosestPeers", "(sa{sv})", ("text:x", {})),
    ("Routing", "Run", "(sa{sv})", ("show-table", {})), ("Routing", "Run", "(sa{sv})", ("bootstrap", {})),
    ("Routing", "ListQueries", "(a{sv})", (options(all=True),)), ("Routing", "PrepareQuery", "(ssa{sv})", ("closest-peers", "text:x", {})),
    ("Routing", "PrepareQuery", "(ssa{sv})", ("provide", "text:x", options(detached=True))),
    ("Routing", "Discover", "(sa{sv})", ("there", {})), ("Routing", "GetCommands", "(a{sv})", ({},)),
    ("Node", "Hold", "(sa{sv})", ("why", {})), ("Node", "Dial", "(sa{sv})", (f"/ip4/127.0.0.1/tcp/9/p2p/{PEER}", {})),
    ("Node", "Ping", "(s)", (PEER,)), ("Node", "Disconnect", "(s)", (PEER,)), ("Node", "Start", "(a{sv})", (options(wait=True),)),
    ("Node", "Stop", "(a{sv})", ({},)), ("Node", "Health", "(a{sv})", (options(timeout=1000),)),
    ("Publications", "Provide", "(sa{sv})", ("text:p", options(wait=True))),
    ("Publications", "Provide", "(sa{sv})", ("text:q", options(wait=True, lifetime="persistent"))),
    ("Publications", "Remove", "(sa{sv})", ("text:q", {})),
    ("Publications", "PutRecord", "(saya{sv})", ("text:p", b"v", options(wait=True))),
    ("Publications", "Remove", "(sa{sv})", ("text:p", {})), ("Publications", "List", "(a{sv})", ({},)),
    ("Table", "GetBuckets", "(s)", ("",)), ("Table", "GetPeers", "(suua{sv})", ("", 0, 100, {})), ("Table", "GetPeer", "(s)", (PEER,)),
    ("Table", "GetConnections", "(a{sv})", ({},)), ("Monitor", "Watch", "(asa{sv})", (["table", "peers", "queries", "events", "stats"], {})),
    ("Monitor", "GetStats", "()", ()), ("Monitor", "GetSeries", "(suu)", ("peers", 60, 1)), ("Settings", "Describe", "()", ()),
)


def connect(address, is_bus):
    """A client of an address, in another process."""
    if not is_bus:
        return Client(address)
    client = Client.__new__(Client)
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    client.connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
    client.destination = NAME
    return client


def visit(client, kind, seed):
    """Somebody who makes all kinds of calls, waits for none, and is gone."""
    chance = random.Random(seed)
    calls = list(CALLS)
    chance.shuffle(calls)
    for interface, method, signature, arguments in calls:
        if method == "Stop" and chance.random() < 0.8:
            continue
        client.connection.call(client.destination, ROOT, f"{NAME}.{interface}", method, GLib.Variant(signature, arguments), None,
                               Gio.DBusCallFlags.NONE, 60000, None, None)
    client.connection.flush_sync(None)
    time.sleep(chance.random() * 0.05)
    if kind == "close":
        client.close()
    return client


def counts(client):
    """What all callers have: queries, publications, and threads and files of the service."""
    queries = [path for path, _ in client.routing.call("ListQueries", "(a{sv})", options(all=True)) if path != "/"]
    return len(queries), len(client.publications.call("List", "(a{sv})", options(all=True)))


def vanish(kadd, where, client):
    persistent = options(wait=True, lifetime="persistent")
    client.publications.call("Provide", "(sa{sv})", "text:q", persistent)

    def counted_again():
        """With the one that lasts, which visitors may have taken away."""
        client.publications.call("Provide", "(sa{sv})", "text:q", options(lifetime="persistent"))
        client.node.call("Start", "(a{sv})", {})
        return counts(client)

    counted = counts(client)
    # What is made on first use is there after the first ones.
    for seed in range(10):
        visit(Client(where), "close", seed)
    wait_for(lambda: counted_again() == counted, 60)
    files, before = settled_files(kadd, client), memory_kb(kadd)
    for seed in range(60):
        visit(Client(where), "close", 100 + seed)
    child = subprocess.Popen([sys.executable, os.path.abspath(__file__), "visit", where.address, str(isinstance(where, Bus))], stdout=subprocess.PIPE, text=True)
    for _ in range(10):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    wait_for(lambda: counted_again() == counted, 60)
    try:
        wait_for(lambda: n_files(kadd) <= files + 4, 30)
    except AssertionError as error:
        folder = f"/proc/{kadd.process.pid}/fd"
        raise AssertionError((files, sorted(os.readlink(f"{folder}/{name}") for name in os.listdir(folder)))) from error
    print(f"# memory {before} -> {memory_kb(kadd)} KiB", flush=True)
    assert IS_SANITIZED or memory_kb(kadd) - before < DRIFT_KB, (before, memory_kb(kadd))


@test("/security/service/callers-that-vanish/bus")
def vanish_on_bus():
    with Bus() as bus, Kadd(bus=bus) as kadd, Client(bus) as client:
        vanish(kadd, bus, client)


@test("/security/service/callers-that-vanish/socket")
def vanish_on_socket():
    with Kadd() as kadd, Client(kadd) as client:
        vanish(kadd, kadd, client)


def call_later(client, got, path, interface, method, body):
    """A call of many; its answer, or its error, is added to got."""

    def on_answer(source, answer):
        try:
            got.append(source.call_finish(answer).unpack())
        except GLib.Error as error:
            got.append(error.message)

    client.connection.call(client.destination, path, f"{NAME}.{interface}", method, body, None, Gio.DBusCallFlags.NONE, 90000, None,
                           on_answer)


@test("/security/service/answers-leave-nothing")
def answers_leave_nothing():
    """What a caller may ask again and again costs nothing afterwards."""
    with Kadd() as kadd, Client(kadd) as client:
        client.node.call("Start", "(a{sv})", {})
        client.publications.call("PutRecord", "(saya{sv})", "text:p", b"v" * 4096, {})
        calls = (("node", "Health", "(a{sv})", options(network=False)), ("records", "ListRecords", "(uua{sv})", 0, 100, {}),
                 ("routing", "Run", "(sa{sv})", "show-stats", {}), ("publications", "List", "(a{sv})", {}))
        for interface, *call in calls:
            for n in range(240):
                getattr(client, interface).call(*call)
                if n == 39:
                    before = memory_kb(kadd)
            print(f"# {call[0]}: {before} -> {memory_kb(kadd)} KiB", flush=True)
            assert IS_SANITIZED or memory_kb(kadd) - before < 1024, (call, before, memory_kb(kadd))


@test("/security/service/nobody-waits-for-a-node-that-stops")
def waiting_while_it_stops():
    with Net(3) as net, Kadd(join=net.addresses[:1]) as kadd, Client(kadd) as client, Client(kadd) as other:
        path = client.publications.call("Provide", "(sa{sv})", "text:first", options(wait=True))
        # From now on nobody answers.
        net.process.send_signal(signal.SIGSTOP)
        try:
            got, refreshed = [], []
            for lifetime in ("session", "persistent"):
                call_later(client, got, ROOT, "Publications", "Provide",
                           GLib.Variant("(sa{sv})", ("text:second", options(wait=True, lifetime=lifetime))))
            for _ in range(400):
                call_later(other, refreshed, ROOT, "Routing", "FindProviders", GLib.Variant("(sa{sv})", ("text:third", {})))
                call_later(client, refreshed, path, "Publication", "Refresh", None)
            time.sleep(1)
            wait_for(lambda: len(refreshed) >= 2 * (400 - 256))
            assert not got, got
            client.node.call("Stop", "(a{sv})", {})
            wait_for(lambda: len(got) == 2 and len(refreshed) == 800)
            assert all("NotRunning" in answer for answer in got), got
            assert client.node["State"] == "stopped"
        finally:
            net.process.send_signal(signal.SIGCONT)


@test("/security/service/what-is-required-is-done")
def required_options():
    with Kadd() as kadd, Client(kadd) as client:
        required = {"require:no-start": GLib.Variant("b", True)}
        assert client.node.fails("Hold", "(sa{sv})", "why", required) == "NotRunning"
        assert client.node.fails("Dial", "(sa{sv})", f"/ip4/127.0.0.1/tcp/9/p2p/{PEER}", required) == "NotRunning"
        assert client.publications.fails("Provide", "(sa{sv})", "text:x", required) == "NotRunning"
        assert client.routing.fails("FindPeer", "(sa{sv})", PEER, required) == "NotRunning"
        assert client.node.fails("Hold", "(sa{sv})", "why", options(no_start="yes")) == "InvalidArgument"
        assert client.node["State"] == "stopped"


@test("/security/service/settings-stay-small")
def small_settings():
    with Kadd() as kadd, Client(kadd) as client:
        many = GLib.VariantBuilder(GLib.VariantType("a{st}"))
        for _ in range(200):
            many.add_value(GLib.Variant("{st}", ("x", 1)))
        assert client.settings.fails("Set", "(sv)", "limits", many.end()) == "LimitReached"
        assert client.settings.call("Get")["limits"] == {}


@test("/security/service/stops-while-everybody-calls")
def stops_under_load():
    for n in range(6):
        with Kadd() as kadd:
            clients = [Client(kadd) for _ in range(4)]
            is_over = threading.Event()

            def call(client, calls=CALLS, over=is_over):
                while not over.is_set() and not client.connection.is_closed():
                    for interface, method, signature, arguments in calls:
                        if method != "Stop":
                            client.connection.call(None, ROOT, f"{NAME}.{interface}", method, GLib.Variant(signature, arguments), None,
                                                   Gio.DBusCallFlags.NONE, 60000, None, None)
                    time.sleep(0.01)

            threads = [threading.Thread(target=call, args=(client,)) for client in clients]
            for thread in threads:
                thread.start()
            time.sleep(0.1 + 0.1 * n)
            begin = time.monotonic()
            assert kadd.stop() == 0, kadd.said()
            assert time.monotonic() - begin < 15
            is_over.set()
            for thread in threads:
                thread.join()


if len(sys.argv) > 1 and sys.argv[1] == "visit":
    kept = []
    for number in range(1000):
        kept.append(visit(connect(sys.argv[2], sys.argv[3] == "True"), "stay", number))
        print(number, flush=True)
else:
    main()
