#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Callers that mean harm: they get errors, change nothing, and nobody else waits for them."""

import atexit
import os
import random
import subprocess
import sys
import time

from gi.repository import Gio, GLib

from kadbus import NAME, ROOT, Bus, Client, Kadd, main, test, wait_for
from kadnet import Net, Query, options

# On the bus and on the socket: 10,000 in all, in rounds that are shorter than a query stays.
CALLS = 5000
ROUNDS = 4
# How long 99 of 100 honest calls may wait, and every one: the machine has other things to do, too.
PATIENCE_S = 0.1 * float(os.environ.get("KAD_TEST_PATIENCE", "1"))
LONGEST_S = 10 * PATIENCE_S
DRIFT_KB = 4096
IS_SANITIZED = "KAD_TEST_SANITIZED" in os.environ

IS_ATTACKER = len(sys.argv) > 1 and sys.argv[1] == "attack"

if not IS_ATTACKER:
    net = Net()
    atexit.register(net.stop)

INTERFACES = ("Node", "Routing", "Publications", "Records", "Table", "Monitor", "Settings", "Query", "Watch", "Publication")
METHODS = {
    "Routing": (("PrepareQuery", "ssa{sv}"), ("FindProviders", "sa{sv}"), ("FindPeer", "sa{sv}"), ("GetRecord", "sa{sv}"),
                ("ClosestPeers", "sa{sv}"), ("Discover", "sa{sv}"), ("Run", "sa{sv}"), ("GetCommands", "a{sv}"),
                ("GetModules", "a{sv}"), ("ListQueries", "a{sv}")),
    "Query": (("Start", ""), ("Cancel", ""), ("Release", ""), ("GetResults", "u"), ("GetSteps", "u")),
}


def memory_kb(kadd):
    """What it keeps for itself: not what it shares with others."""
    for line in open(f"/proc/{kadd.process.pid}/status", encoding="ascii"):
        if line.startswith("RssAnon"):
            return int(line.split()[1])
    raise AssertionError("no RssAnon")


def array(n_bytes):
    return GLib.Variant.new_from_bytes(GLib.VariantType("ay"), GLib.Bytes(bytes(n_bytes)), True)


def deep(chance, depth):
    """Not deeper than D-Bus allows: that would only end the connection."""
    value = GLib.Variant("s", "deep")
    for _ in range(depth):
        value = GLib.Variant("v", value) if chance.random() < 0.5 else GLib.Variant("a{sv}", {"key": value})
    return value


def text(chance):
    return chance.choice(("", "x", "text:", "hex:zz", "/", "/..", "\u202e", "%s%n", "../" * 100, "k" * 5000, "🜁" * 300,
                          "text:" + "k" * 2000, "12D3KooW", "handle-token", "1" * 100))


def anything(chance, signature):
    """A value of a type, as bad as can be."""
    if signature == "s":
        return text(chance)
    if signature == "u":
        return chance.choice((0, 1, 2**31, 2**32 - 1, chance.randrange(2**32)))
    if signature == "a{sv}":
        names = ("limit", "timeout", "quorum", "trace", "detached", "handle-token", "raw-key", "all", "key", "value", "no-start",
                 "require:magic", "", "timeout-ms", "peer", "address", "\n", "n" * 300)
        return {chance.choice(names): chance.choice((
            GLib.Variant("i", -1), GLib.Variant("t", 2**64 - 1), GLib.Variant("s", text(chance)), GLib.Variant("b", True),
            GLib.Variant("d", float("nan")), GLib.Variant("ay", bytes(chance.randrange(300))), deep(chance, 12),
            GLib.Variant("as", ["a"] * 50), GLib.Variant("o", "/"), GLib.Variant("(ii)", (1, 2)))) for _ in range(chance.randrange(1, 6))}
    raise AssertionError(signature)


def wrong_body(chance):
    return chance.choice((
        None, GLib.Variant("(i)", (1,)), GLib.Variant("(ss)", ("a", "b")), GLib.Variant("(v)", (deep(chance, 15),)),
        GLib.Variant("(aas)", ([["x"]],)), GLib.Variant("(a{sv})", ({},)), GLib.Variant("(ssa{ss})", ("a", "b", {"c": "d"})),
        GLib.Variant("(ay)", (bytes(10000),)), GLib.Variant("(sv)", ("find-peer", deep(chance, 12)))))


def one_call(chance, foreign):
    """Path, interface, method and arguments of a hostile call; and whether it may ask the network."""
    kind = chance.randrange(6)
    interface = chance.choice(INTERFACES)
    if kind == 0:  # paths that are nobody's
        path = chance.choice(("/", "/org", ROOT + "/query", ROOT + "/query/1_1/x", ROOT + "/query/detached/x",
                              f"{ROOT}/query/{'a' * 200}", ROOT + "/watch/p1/1", "/x" * 100))
        return path, f"{NAME}.{interface}", "Start", None
    if kind == 1:  # what belongs to another caller
        method, signature = chance.choice(METHODS["Query"])
        return chance.choice(foreign), f"{NAME}.Query", method, GLib.Variant("(u)", (0,)) if signature else None
    if kind == 2:  # wrong types
        method, _ = chance.choice(METHODS["Routing"][:7])
        return ROOT, f"{NAME}.Routing", method, wrong_body(chance)
    if kind == 3:  # wrong names
        return ROOT, chance.choice((f"{NAME}.{interface}", "a.b", NAME)), chance.choice(("Nothing", "X" * 200, "start")), None
    if kind == 4:  # properties
        return (chance.choice((ROOT, *foreign)), "org.freedesktop.DBus.Properties", "Set",
                GLib.Variant("(ssv)", (f"{NAME}.{interface}", chance.choice(("State", "Kind", "", "x")), deep(chance, 10))))
    method, signature = chance.choice(METHODS["Routing"][:1] + METHODS["Routing"][6:7])
    types = ["s"] * signature.count("s", 0, signature.index("a")) + ["a{sv}"]
    arguments = [anything(chance, one) for one in types]
    arguments[0] = chance.choice(("find-peer", "get-record", "put-record", "no-such", "", text(chance)))
    # Never one that is good: it lacks what the command needs, or has what it does not know.
    arguments[-1]["no-start"] = GLib.Variant("s", "bad")
    return ROOT, f"{NAME}.Routing", method, GLib.Variant(f"({signature})", tuple(arguments))


def attack(address, is_bus, seed, n_calls, foreign):
    """Makes the calls, many at a time, and gives how many were answered without an error."""
    chance = random.Random(seed)
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
    if is_bus:
        flags |= Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
    context = GLib.MainContext.default()
    under_way = [0]
    good = []

    def on_answer(source, answer, call):
        under_way[0] -= 1
        try:
            source.call_finish(answer)
            good.append(call)
        except GLib.Error:
            pass

    for _ in range(n_calls):
        path, interface, method, body = one_call(chance, foreign)
        while under_way[0] >= 100:
            context.iteration(True)
        under_way[0] += 1
        connection.call(NAME if is_bus else None, path, interface, method, body, None, Gio.DBusCallFlags.NONE, 60000, None,
                        on_answer, (path, interface, method, body.print_(True)[:300] if body else ""))
    while under_way[0] > 0:
        context.iteration(True)
    assert not connection.is_closed()
    return good


def attacker(address, is_bus, seed, n_calls, foreign):
    """The same in a process of its own."""
    return subprocess.Popen([sys.executable, os.path.abspath(__file__), "attack", address, str(int(is_bus)), str(seed), str(n_calls),
                             *foreign], stdout=subprocess.PIPE, text=True)


def attack_once(kadd, client, address, seed):
    """The waits of honest calls while hostile ones are made, on queries of somebody else, too."""
    waits = []
    with Client(kadd.bus or kadd) as owner:
        victims = [Query(owner, "closest-peers", "text:mine", handle_token=token) for token in ("mine", "other")]
        victims[0].finish()
        results = victims[0].object.call("GetResults", "(u)", 0)
        process = attacker(address, kadd.bus is not None, seed, CALLS // ROUNDS, [query.path for query in victims])
        while process.poll() is None:
            begin = time.monotonic()
            assert client.routing.call("ListQueries", "(a{sv})", {}) == []
            waits.append(time.monotonic() - begin)
            time.sleep(0.02)
        finish(process)
        assert victims[0].object.call("GetResults", "(u)", 0) == results
        assert victims[1].object["State"] == "prepared"
    return waits


def under_attack(kadd, client, address):
    # Once before, so that what is made on first use is there.
    attack_once(kadd, client, address, 0)
    before = memory_kb(kadd)
    waits = [wait for seed in range(1, ROUNDS + 1) for wait in attack_once(kadd, client, address, seed)]
    after = memory_kb(kadd)
    usual = sorted(waits)[len(waits) * 99 // 100]
    print(f"# of {len(waits)} honest calls 99 % waited {usual * 1000:.1f} ms at most, all {max(waits) * 1000:.1f} ms; "
          f"memory {before} -> {after} KiB", flush=True)
    assert len(waits) > 10
    assert IS_SANITIZED or (usual < PATIENCE_S and max(waits) < LONGEST_S), (usual, max(waits))
    assert IS_SANITIZED or after - before < DRIFT_KB, (before, after)


def finish(process):
    said, _ = process.communicate(timeout=200)
    assert process.returncode == 0 and said.strip() == "[]", said[:2000]


@test("/security/service/hostile-calls/bus")
def hostile_on_a_bus():
    with Bus() as bus, Kadd(bus=bus, join=net.addresses[:1]) as kadd, Client(bus) as client:
        under_attack(kadd, client, bus.address)
        assert Query(client, "closest-peers", "text:after").finish()


@test("/security/service/hostile-calls/socket")
def hostile_on_a_socket():
    with Kadd(join=net.addresses[:1]) as kadd, Client(kadd) as client:
        under_attack(kadd, client, kadd.address)
        assert Query(client, "closest-peers", "text:after").finish()


@test("/security/service/huge-arrays")
def huge_arrays():
    with Kadd(join=net.addresses[:1]) as kadd, Client(kadd) as client:
        client.routing.call("Run", "(sa{sv})", "show-identity", {})
        huge = array(60 * 2**20)
        for _ in range(4):  # the first ones make the buffers of both ends
            before = memory_kb(kadd)
            assert client.routing.fails("PrepareQuery", "(ssa{sv})", "put-record", "text:x", {"value": huge}) == "LimitReached"
            assert client.routing.fails("Run", "(sa{sv})", "put-record", {"key": huge}) == "LimitReached"
            assert client.routing.fails("PrepareQuery", "(ssa{sv})", "k" * 2**24, "text:x", {}) == "UnknownCommand"
            assert client.routing.fails("FindPeer", "(sa{sv})", "k" * 2**24, {}) == "InvalidKey"
            many = {f"name-{i}": GLib.Variant("s", "x") for i in range(20000)}
            assert client.routing.fails("Run", "(sa{sv})", "show-table", many) in ("LimitReached", "InvalidArgument")
        assert IS_SANITIZED or memory_kb(kadd) - before < DRIFT_KB, (before, memory_kb(kadd))


@test("/security/service/prepared-queries-keep-nothing-of-the-message")
def prepared_keep_nothing():
    with Kadd() as kadd, Client(kadd) as client:
        Query(client, "put-record", "text:x", value=b"small", surprise="x")
        before = memory_kb(kadd)
        for _ in range(40):
            client.routing.call("PrepareQuery", "(ssa{sv})", "put-record", "text:x",
                                options(value=b"v" * 1000, surprise=array(900000)))
        assert IS_SANITIZED or memory_kb(kadd) - before < DRIFT_KB, (before, memory_kb(kadd))


@test("/security/service/callers-come-and-go")
def come_and_go():
    with Bus() as bus, Kadd(bus=bus, join=net.addresses[:1]) as kadd, Client(bus) as client:
        def visit():
            with Client(bus) as visitor:
                for _ in range(5):
                    visitor.routing.call("PrepareQuery", "(ssa{sv})", "closest-peers", "text:x", {})
                Query(visitor, "closest-peers", "text:x").object.call("Start")

        for _ in range(50):
            visit()
        wait_for(lambda: [path for path, _ in client.routing.call("ListQueries", "(a{sv})", options(all=True)) if path != "/"] == [])
        before = memory_kb(kadd)
        for _ in range(200):
            visit()
        wait_for(lambda: [path for path, _ in client.routing.call("ListQueries", "(a{sv})", options(all=True)) if path != "/"] == [])
        print(f"# memory {before} -> {memory_kb(kadd)} KiB", flush=True)
        assert IS_SANITIZED or memory_kb(kadd) - before < DRIFT_KB, (before, memory_kb(kadd))


if IS_ATTACKER:
    print(attack(sys.argv[2], sys.argv[3] == "1", int(sys.argv[4]), int(sys.argv[5]), sys.argv[6:]), flush=True)
    os._exit(0)
main()
