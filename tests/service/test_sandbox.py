#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What programs in a sandbox see of the real service, and what they cannot do; in views as Flatpak makes them."""

import contextlib
import os

from gi.repository import GLib

from kadbus import NAME, ROOT, Bus, Client, Kadd, main, test, wait_for
from kadsandbox import Proxy, Sandbox, app

ALPHA, BETA = "org.example.Alpha", "org.example.Beta"
LASTS = "{'lifetime': <'persistent'>}"
PROPERTIES = "org.freedesktop.DBus.Properties"
OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager"
INTROSPECTABLE = "org.freedesktop.DBus.Introspectable"
PEER = "/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp"
NOT_THERE = "org.freedesktop.DBus.Error.UnknownMethod"
ALL = {"all": GLib.Variant("b", True)}


def provide(program, key, options="@a{sv} {}"):
    return program.call(ROOT, "Publications", "Provide", f"('{key}', {options})")


def listed(program):
    return [row[0] for row in program.call(ROOT, "Publications", "List", "(@a{sv} {},)")]


def everything(client):
    """Of all: key -> app id -> row."""
    rows = {}
    for path, row in client.publications.call("List", "(a{sv})", ALL):
        rows.setdefault(row["app_id"], []).append((path, row["sandboxed"], row["lifetime"]))
    return rows


@contextlib.contextmanager
def on(kind):
    """The service, a client of the host, and a function that makes one in a sandbox."""
    with contextlib.ExitStack() as stack:
        bus = stack.enter_context(Bus()) if kind == "bus" else None
        kadd = stack.enter_context(Kadd(bus=bus))
        client = stack.enter_context(Client(bus or kadd))
        yield kadd, client, lambda *words, **named: stack.enter_context(Sandbox(bus or kadd, *words, **named))


def in_both(name):
    def both(run):
        for kind in ("bus", "socket"):
            @test(f"{name}/{kind}")
            def one(kind=kind):
                with on(kind) as (kadd, client, enter):
                    run(kadd, client, enter)
    return both


@in_both("/service/sandbox/own-publications-only")
def own_publications_only(_kadd, client, enter):
    alpha, beta = enter(app(ALPHA), wait=False), enter(app(BETA), wait=False)
    client.node.call("Hold", "(sa{sv})", "a test", {})
    hosts = client.publications.call("Provide", "(sa{sv})", "text:song", {"lifetime": GLib.Variant("s", "persistent")})
    one, two = provide(alpha, "text:song", LASTS), provide(beta, "text:song", LASTS)
    short = provide(beta, "text:short")
    assert len({hosts, one, two, short}) == 4
    assert listed(alpha) == [one] and sorted(listed(beta)) == sorted([two, short])
    assert alpha.get(one, "Publication", "AppId") == ALPHA and beta.get(short, "Publication", "AppId") == BETA
    rows = everything(client)
    assert [row[0] for row in rows[ALPHA]] == [one] and {row[0] for row in rows[""]} == {hosts}, rows
    assert all(row[1] for row in rows[ALPHA] + rows[BETA]) and not rows[""][0][1]
    # What belongs to others is not there: one cannot tell it from what never was.
    for path in (hosts, two, short, one + "0", f"{ROOT}/publication", f"{ROOT}/publication/0"):
        for interface, method, arguments in (
                ("Publication", "Refresh", "()"), ("Publication", "Remove", "()"),
                (PROPERTIES, "GetAll", f"('{NAME}.Publication',)"), (PROPERTIES, "Get", f"('{NAME}.Publication', 'Key')")):
            assert alpha.fails(path, interface, method, arguments) == NOT_THERE, (path, method)
    assert set(alpha.call(ROOT, OBJECT_MANAGER, "GetManagedObjects")) == {one}
    assert set(beta.call(ROOT, OBJECT_MANAGER, "GetManagedObjects")) == {two, short}
    # Nor is it in any folder.
    seen, folders = set(), [ROOT]
    while folders:
        folder = folders.pop()
        got = alpha.ask(call=[folder, INTROSPECTABLE, "Introspect", "()"])
        seen.add(folder)
        folders += [f"{folder}/{name}" for name in got.get("answer", [""])[0].split('node name="')[1:]
                    for name in [name.split('"')[0]] if f"{folder}/{name}" not in seen]
    assert one in seen and not seen & {hosts, two, short}, seen
    # One key, three who want it: nobody ends it for another.
    assert alpha.call(ROOT, "Publications", "Remove", "('text:song', @a{sv} {})") == 1
    assert alpha.fails(ROOT, "Publications", "Remove", "('text:song', @a{sv} {})") == "NotFound"
    assert alpha.fails(ROOT, "Publications", "Remove", "('text:song', {'all': <true>})") == "NotAuthorized"
    assert alpha.fails(ROOT, "Publications", "List", "({'all': <true>},)") == "NotAuthorized"
    assert alpha.fails(ROOT, "Publications", "List", f"({{'app-id': <'{BETA}'>}},)") == "NotAuthorized"
    assert alpha.fails(ROOT, "Publications", "Remove", f"('text:song', {{'app-id': <'{BETA}'>}})") == "NotAuthorized"
    assert alpha.fails(ROOT, "Publications", "Provide", f"('text:x', {{'app-id': <'{BETA}'>}})") == "NotAuthorized"
    rows = everything(client)
    assert ALPHA not in rows and len(rows[BETA]) == 2 and len(rows[""]) == 1, rows
    # A program of the host that says it is that application is none of those either.
    claimed = {"app-id": GLib.Variant("s", BETA), "lifetime": GLib.Variant("s", "persistent")}
    assert client.publications.call("Provide", "(sa{sv})", "text:song", claimed) not in (hosts, two)
    assert sorted(listed(beta)) == sorted([two, short])
    client.at(two, "Publication").call("Remove")
    assert listed(beta) == [short]


@test("/service/sandbox/own-of-earlier-runs")
def own_of_earlier_runs():
    with Bus() as bus:
        with Kadd(bus=bus) as kadd, Sandbox(bus, app(ALPHA)) as alpha:
            kadd.own_folder = False
            path = provide(alpha, "text:kept", LASTS)
        with Kadd(bus=bus, folder=kadd.folder) as kadd, Client(bus) as client:
            kadd.own_folder = True
            with Sandbox(bus, app(ALPHA), wait=False) as alpha, Sandbox(bus, app(BETA), wait=False) as beta:
                assert wait_for(lambda: listed(alpha)) == [path]
                assert everything(client) == {ALPHA: [(path, True, "persistent")]}
                assert listed(beta) == [] and beta.fails(path, "Publication", "Remove") == NOT_THERE
                alpha.call(path, "Publication", "Remove")
                assert listed(alpha) == [] and everything(client) == {}


@test("/service/sandbox/through-the-proxy")
def through_the_proxy():
    """The one whom the bus knows is the proxy of Flatpak, and what is told to it alone comes through it."""
    with Bus() as bus, Kadd(bus=bus) as kadd, Client(bus) as client, Proxy(bus, app(ALPHA)) as proxy, \
            Sandbox(proxy, app(ALPHA)) as alpha, Sandbox(proxy, None, root=False) as outside:
        assert kadd and client.settings.call("Get")
        for program in (alpha, outside):
            assert program.fails(ROOT, "Settings", "Get") == "NotAuthorized"
            assert program.call(ROOT, OBJECT_MANAGER, "GetManagedObjects") == {}
        path = provide(alpha, "text:song", LASTS)
        assert outside.get(path, "Publication", "AppId") == ALPHA
        query = alpha.call(ROOT, "Routing", "PrepareQuery", "('find-providers', 'text:a', @a{sv} {})")
        assert outside.fails(query, "Query", "Start") == NOT_THERE
        alpha.call(query, "Query", "Start")
        wait_for(lambda: any(row[2] == "Finished" for row in alpha.heard()))
        wait_for(lambda: any(row[2] == "InterfacesAdded" for row in outside.heard()))
        assert not any(row[0] == query for row in outside.heard()), outside.heard()


@in_both("/service/sandbox/signals")
def signals(_kadd, client, enter):
    alpha, beta = enter(app(ALPHA), wait=False), enter(app(BETA), wait=False)
    for program in (alpha, beta):
        assert program.call(ROOT, OBJECT_MANAGER, "GetManagedObjects") == {}
    manager = client.at(ROOT, "x")
    manager.name = OBJECT_MANAGER
    added = manager.listen("InterfacesAdded")
    removed = manager.listen("InterfacesRemoved")
    client.publications.call("List", "(a{sv})", {})
    told, settings = client.node.listen_properties(), client.settings.listen("Changed")
    assert client.node["State"] == "stopped" and client.settings.call("Get")
    one = provide(alpha, "text:song", LASTS)
    lasting = {"lifetime": GLib.Variant("s", "persistent")}
    hosts = client.publications.call("Provide", "(sa{sv})", "text:host", lasting)
    changed = client.at(one, "Publication").listen_properties()
    client.at(one, "Publication").call("Refresh")
    client.at(hosts, "Publication").call("Refresh")
    wait_for(lambda: changed)
    # Properties that are not for all, one that is, and a setting with the name of a network in it.
    for name in ("ListenAddresses", "PeerId", "State"):
        wait_for(lambda name=name: any(name in values for _, values, _ in told))
    client.settings.call("Set", "(sv)", "private:secret/bootstrap", GLib.Variant("as", [PEER]))
    wait_for(lambda: any("private:secret/bootstrap" in names for names, in settings))
    client.at(one, "Publication").call("Remove")
    client.at(hosts, "Publication").call("Remove")
    wait_for(lambda: len(removed) == 2)
    assert [row[0] for row in added] == [one, hosts], added
    # What was sent before an answer to them is there with it.
    for program in (alpha, beta):
        program.get(ROOT, "Node", "State")
    mine = wait_for(lambda: [row for row in alpha.heard() if row[2].startswith("Interfaces")])
    assert [row[2] for row in mine] == ["InterfacesAdded", "InterfacesRemoved"] and all(one in row[3] for row in mine), mine
    assert any(row[0] == one and row[2] == "PropertiesChanged" for row in alpha.heard()), alpha.heard()
    for program, foreign in ((alpha, (hosts,)), (beta, (hosts, one))):
        heard = program.heard()
        text = str(heard)
        assert not any(path in text for path in foreign), heard
        for secret in ("secret", "ListenAddresses", "ObservedAddresses", "PeerId", "Reachability", "'Network'", "127.0.0.1"):
            assert secret not in text, (secret, heard)
    assert any("State" in row[3] for row in beta.heard()), beta.heard()


REFUSED = (
    ("Settings", "Get", "()"), ("Settings", "Describe", "()"), ("Settings", "Set", "('mode', <'server'>)"),
    ("Monitor", "Watch", "(['queries'], @a{sv} {})"), ("Monitor", "OpenStream", "(['trace'], @a{sv} {})"),
    ("Monitor", "GetStats", "()"), ("Monitor", "GetSeries", "('peers', uint32 10, uint32 1)"),
    ("Records", "ListProviders", "(uint32 0, uint32 10, @a{sv} {})"), ("Records", "ListRecords", "(uint32 0, uint32 10, @a{sv} {})"),
    ("Records", "RemoveRecord", "('text:a',)"),
    ("Table", "GetBuckets", "('wan',)"), ("Table", "GetPeers", "('wan', uint32 0, uint32 10, @a{sv} {})"),
    ("Table", "GetConnections", "(@a{sv} {},)"), ("Table", "GetPeer", "('x',)"),
    ("Node", "Start", "(@a{sv} {},)"), ("Node", "Stop", "(@a{sv} {},)"), ("Node", "Pause", "('x', @a{sv} {})"),
    ("Node", "Resume", "(@a{sv} {},)"), ("Node", "Bootstrap", "(@a{sv} {},)"), ("Node", "Dial", "('/ip4/127.0.0.1/tcp/1', @a{sv} {})"),
    ("Node", "Disconnect", "('x',)"), ("Node", "Ping", "('x',)"), ("Node", "Health", "(@a{sv} {},)"), ("Node", "NotThere", "()"),
    ("Routing", "Run", "('show-stats', @a{sv} {})"), ("Routing", "GetModules", "(@a{sv} {},)"), ("Routing", "ListQueries", "({'all': <true>},)"),
    ("Routing", "PrepareQuery", "('find-providers', 'text:a', {'detached': <true>})"),
    ("Routing", "PrepareQuery", "('refresh', '', @a{sv} {})"), ("Routing", "PrepareQuery", "('show-stats', '', @a{sv} {})"),
    ("Routing", "PrepareQuery", "('provide', 'text:a', {'require:once': <false>})"),
    (PROPERTIES, "Set", f"('{NAME}.Node', 'Mode', <'server'>)"), (PROPERTIES, "Get", f"('{NAME}.Node', 'PeerId')"),
    (PROPERTIES, "Get", f"('{NAME}.Node', 'ListenAddresses')"), (PROPERTIES, "GetAll", f"('{NAME}.Settings',)"),
    ("org.freedesktop.DBus.Peer", "GetMachineId", "()"),
)


@in_both("/security/service/sandbox/refused")
def refused(_kadd, client, enter):
    program = enter(app(ALPHA))
    state, mode = client.node["State"], client.node["Mode"]
    for interface, method, arguments in REFUSED:
        assert program.fails(ROOT, interface, method, arguments) == "NotAuthorized", (interface, method, arguments)
    assert (client.node["State"], client.node["Mode"]) == (state, mode)
    client.node.call("Hold", "(sa{sv})", "a test", {})
    wait_for(lambda: client.node["ListenAddresses"])
    shown = program.call(ROOT, PROPERTIES, "GetAll", f"('{NAME}.Node',)")
    for name in ("PeerId", "ListenAddresses", "ObservedAddresses", "Reachability", "Network"):
        assert name not in shown and client.node[name] is not None, name
    assert shown["State"] == client.node["State"] and shown["Version"] == client.node["Version"], shown
    # The host may all of it.
    assert client.settings.call("Get")["mode"] == mode and client.monitor.call("GetStats")


@in_both("/service/sandbox/allowed")
def allowed(_kadd, client, enter):
    program = enter(app(ALPHA))
    cookie = program.call(ROOT, "Node", "Hold", "('a test', @a{sv} {})")
    assert client.node["State"] in ("offline", "online", "bootstrapping")
    query = program.call(ROOT, "Routing", "PrepareQuery", "('find-providers', 'text:a', {'handle-token': <'q'>, 'once': <false>})")
    assert [row[0] for row in program.call(ROOT, "Routing", "ListQueries", "(@a{sv} {},)")] == [query]
    program.call(query, "Query", "Start")
    wait_for(lambda: program.get(query, "Query", "State") == "finished")
    assert program.call(query, "Query", "GetResults", "(uint32 0,)") == [True, []]
    wait_for(lambda: any(row[0] == query and row[2] == "Finished" for row in program.heard()))
    detached = client.routing.call("PrepareQuery", "(ssa{sv})", "find-providers", "text:b", {"detached": GLib.Variant("b", True)})
    assert program.fails(detached, "Query", "Cancel") == NOT_THERE
    assert program.fails(detached, PROPERTIES, "GetAll", f"('{NAME}.Query',)") == NOT_THERE
    program.call(query, "Query", "Release")
    # There is nobody whom the node could ask.
    for method in ("FindProviders", "GetRecord", "ClosestPeers"):
        assert program.fails(ROOT, "Routing", method, "('text:a', @a{sv} {})") == "NotBootstrapped"
    assert program.call(ROOT, "Routing", "GetCommands", "(@a{sv} {},)")
    record = program.call(ROOT, "Publications", "PutRecord", "('text:note', b'hello', @a{sv} {})")
    named = program.call(ROOT, "Routing", "Advertise", f"('photos', {{'app-id': <'{ALPHA}'>}})")
    assert sorted(listed(program)) == sorted([record, named])
    program.call(record, "Publication", "Remove")
    program.call(ROOT, "Node", "Release", f"(uint32 {cookie},)")


def hostile():
    """Makers of what may be at /.flatpak-info, none of which tells who it is."""
    def fifo(path):
        os.mkfifo(path, 0o644)

    def link(path):
        path.with_name("other").write_text(app(ALPHA))
        path.symlink_to("other")

    def device(path):
        os.mknod(path, 0o644 | 0o020000, os.makedev(1, 5))  # as /dev/zero: it never ends

    def huge(path):
        path.write_text(app(ALPHA))
        os.truncate(path, 1 << 40)

    makers = {"a link": link, "a folder": os.mkdir, "huge": huge, "no key file": "\0\1\2", "no app id": app("../x"),
              "two": app(ALPHA) + f"[Runtime]\nname={BETA}\n", "nothing": None, "empty": ""}
    if os.geteuid() == 0:
        makers.update({"a fifo": fifo, "a device": device})
    return makers


@in_both("/security/service/sandbox/hostile-flatpak-info")
def hostile_flatpak_info(kadd, client, enter):
    """Whatever is there: in a sandbox, nobody in particular, and the service goes on."""
    makers = hostile()
    if kadd.bus is None:  # it is looked at in the same way
        makers = {name: makers[name] for name in ("a link", "huge", "nothing")}
    programs = {name: enter(info, wait=False) for name, info in makers.items()}
    for name, program in programs.items():
        assert program.fails(ROOT, "Settings", "Get") == "NotAuthorized", name
        assert program.fails(ROOT, "Publications", "Provide", f"('text:a', {LASTS})") == "NotAuthorized", name
        path = provide(program, "text:a")
        assert listed(program) == [path] and program.get(path, "Publication", "AppId") == "", name
    assert client.settings.call("Get")
    assert len(everything(client)[""]) == len(programs)


@in_both("/security/service/sandbox/other-mounts")
def other_mounts(_kadd, client, enter):
    """Our root folder, without a .flatpak-info, and mounts of its own: no program of the session is like that."""
    program = enter(None, root=False)
    assert program.fails(ROOT, "Settings", "Get") == "NotAuthorized"
    assert client.settings.call("Get")


@in_both("/security/service/sandbox/callers-that-die-at-once")
def callers_that_die_at_once(_kadd, client, enter):
    """Who is gone when it is looked at is not the host, and nothing of it stays."""
    limit = client.settings.call("Get")["max-connections"]
    calls = ([ROOT, "Settings", "Set", "('max-connections', <uint32 77>)"], [ROOT, "Publications", "Provide", f"('text:a', {LASTS})"],
             [ROOT, "Node", "Pause", "('x', @a{sv} {})"])
    programs = [enter(app(ALPHA), last=call) for call in calls]
    for program in programs:
        assert program.process.wait(60) == 0
    assert client.settings.call("Get")["max-connections"] == limit and client.node["State"] != "paused"
    assert set(everything(client)) <= {ALPHA}


main()
