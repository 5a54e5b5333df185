#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""org.libkad.Kad1.Publications and .Publication against the real service, in a network of real nodes."""

import hashlib
import time

from gi.repository import GLib

from kadbus import Bus, Client, Interface, Kadd, Network, main, test, wait_for

PERSISTENT = {"lifetime": GLib.Variant("s", "persistent")}
WAIT = {"wait": GLib.Variant("b", True)}
OURS = "org.libkad.Kad1.Publication"


def managed(client):
    return client.at("/org/libkad/Kad1", "x").client.connection.call_sync(
        client.destination, "/org/libkad/Kad1", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", None, None,
        0, 10000, None).unpack()[0]


def provide(client, key, **options):
    return client.publications.call("Provide", "(sa{sv})", key, options)


@test("/service/publications/provide-tells-how-it-went")
def provide_tells_how_it_went():
    with Network(5) as network, Bus() as bus, Kadd(bus=bus, join=network.join) as kadd, Client(bus) as client:
        assert kadd
        path = provide(client, "text:song", **WAIT, **{"app-id": GLib.Variant("s", "org.example.App")})
        publication = client.at(path, "Publication")
        assert publication["AppId"] == "org.example.App"
        assert publication["Kind"] == "provider" and publication["Lifetime"] == "session"
        digest = hashlib.sha256(b"song").digest()
        listed = client.publications.call("List", "(a{sv})", {})
        assert [row[0] for row in listed] == [path]
        assert bytes(listed[0][1]["key"]) == b"\x12\x20" + digest
        assert publication["Key"] == listed[0][1]["key_text"]
        assert publication["Holders"] == publication["Wanted"] == 5, (publication["Holders"], publication["LastError"])
        assert publication["LastRun"] > 1_700_000_000_000_000
        assert publication["NextRun"] > publication["LastRun"]
        assert publication["Failures"] == 0 and publication["LastError"] == "" and not publication["Running"]
        assert network.providers("text:song") == {client.node["PeerId"]}
        assert path in managed(client)
        assert managed(client)[path][OURS]["Holders"] == 5


@test("/service/publications/a-record-is-kept")
def a_record_is_kept():
    with Network(5) as network, Bus() as bus, Kadd(bus=bus, join=network.join), Client(bus) as client:
        path = client.publications.call("PutRecord", "(saya{sv})", "text:note", b"hello", WAIT)
        publication = client.at(path, "Publication")
        assert publication["Kind"] == "record" and publication["Key"] == "text:note"
        assert network.record("text:note") == "hello"
        again = client.publications.call("PutRecord", "(saya{sv})", "text:note", b"later", WAIT)
        assert again == path
        wait_for(lambda: network.record("text:note") == "later")


@test("/service/publications/signals-of-changes")
def signals_of_changes():
    with Network(3) as network, Bus() as bus, Kadd(bus=bus, join=network.join), Client(bus) as client:
        root = Interface(client, "/org/libkad/Kad1", "x")
        root.name = "org.freedesktop.DBus.ObjectManager"
        added, removed = root.listen("InterfacesAdded"), root.listen("InterfacesRemoved")
        path = provide(client, "text:song")
        changes = client.at(path, "Publication")
        changes.name = "org.freedesktop.DBus.Properties"
        changed = changes.listen("PropertiesChanged")
        wait_for(lambda: added)
        assert added[0][0] == path and OURS in added[0][1]
        client.at(path, "Publication").call("Refresh")
        wait_for(lambda: any(c[1].get("Holders") == 3 for c in changed) or client.at(path, "Publication")["Holders"] == 3)
        wait_for(lambda: changed)
        client.at(path, "Publication").call("Remove")
        wait_for(lambda: removed)
        assert removed[0] == (path, [OURS])
        assert client.publications.call("List", "(a{sv})", {}) == []
        assert path not in managed(client)


@test("/service/publications/ends-with-its-caller")
def ends_with_its_caller():
    with Network(3) as network, Bus() as bus, Kadd(bus=bus, join=network.join), Client(bus) as client:
        other = Client(bus)
        path = provide(other, "text:mine", **WAIT)
        both = provide(other, "text:shared", **WAIT)
        mine = provide(client, "text:shared", **WAIT)
        assert both != mine
        everything = {"all": GLib.Variant("b", True)}
        assert {row[0] for row in client.publications.call("List", "(a{sv})", everything)} == {path, both, mine}
        assert [row[0] for row in client.publications.call("List", "(a{sv})", {})] == [mine]
        assert path not in managed(client)
        assert client.at(path, "Publication").fails("Remove") == "NotAuthorized"
        assert client.at(path, "Publication").fails("Refresh") == "NotAuthorized"
        assert client.publications.fails("Remove", "(sa{sv})", "text:mine", {}) == "NotFound"
        other.close()
        wait_for(lambda: len(client.publications.call("List", "(a{sv})", everything)) == 1)


@test("/service/publications/a-session-s-are-its-owner-s")
def a_session_s_are_its_owner_s():
    with Network(3) as network, Bus() as bus, Kadd(bus=bus, join=network.join), Client(bus) as client, Client(bus) as other:
        path = provide(client, "text:mine")
        lasting = provide(client, "text:lasting", **PERSISTENT)
        heard = {}
        for who, name in ((client, "client"), (other, "other")):
            everywhere = who.at(path, "Publication")
            everywhere.name = "org.freedesktop.DBus.Properties"
            heard[name] = everywhere.listen("PropertiesChanged")
        for interface, method, body in (
                ("org.freedesktop.DBus.Properties", "GetAll", GLib.Variant("(s)", (OURS,))),
                ("org.freedesktop.DBus.Introspectable", "Introspect", None), (OURS, "Refresh", None)):
            try:
                other.connection.call_sync(other.destination, path, interface, method, body, None, 0, 10000, None)
                raise AssertionError(f"{method} of another caller's publication did not fail")
            except GLib.Error as error:
                assert "NotAuthorized" in error.message, error.message
        names = other.connection.call_sync(
            other.destination, "/org/libkad/Kad1/publication/session", "org.freedesktop.DBus.Introspectable", "Introspect", None,
            None, 0, 10000, None).unpack()[0]
        assert path.split("/")[-2] not in names, names
        client.at(path, "Publication").call("Refresh")
        wait_for(lambda: heard["client"])
        assert other.node["State"] and heard["other"] == []
        assert other.at(lasting, "Publication")["Kind"] == "provider"


@test("/service/publications/others-by-saying-so")
def others_by_saying_so():
    with Network(3) as network, Bus() as bus, Kadd(bus=bus, join=network.join), Client(bus) as client:
        with Client(bus) as other:
            provide(other, "text:theirs")
            provide(other, "text:app", **PERSISTENT, **{"app-id": GLib.Variant("s", "org.example.App")})
            everything = {"all": GLib.Variant("b", True)}
            of_app = {"app-id": GLib.Variant("s", "org.example.App")}
            assert client.publications.call("List", "(a{sv})", {}) == []
            assert len(client.publications.call("List", "(a{sv})", of_app)) == 1
            assert client.publications.fails("Remove", "(sa{sv})", "text:app", {}) == "NotFound"
            assert client.publications.call("Remove", "(sa{sv})", "text:theirs", everything) == 1
            assert client.publications.call("Remove", "(sa{sv})", "text:app", of_app) == 1
            assert client.publications.call("List", "(a{sv})", everything) == []


@test("/service/publications/what-is-wrong")
def what_is_wrong():
    with Bus() as bus, Kadd(bus=bus), Client(bus) as client:
        assert client.publications.fails("Provide", "(sa{sv})", "", {}) == "InvalidKey"
        assert client.publications.fails("Provide", "(sa{sv})", "no such key", {}) == "InvalidKey"
        assert client.publications.fails("PutRecord", "(saya{sv})", "text:big", b"x" * 70000, {}) == "RecordTooLarge"
        for name, value in (("lifetime", GLib.Variant("s", "eternal")), ("lifetime", GLib.Variant("u", 1)),
                            ("wait", GLib.Variant("s", "yes")), ("app-id", GLib.Variant("s", "x" * 129))):
            assert client.publications.fails("Provide", "(sa{sv})", "text:a", {name: value}) == "InvalidArgument", name
        off = {"no-start": GLib.Variant("b", True)}
        assert client.publications.fails("Provide", "(sa{sv})", "text:a", off) == "NotRunning"
        assert client.node["State"] == "stopped"
        assert client.publications.call("List", "(a{sv})", {}) == []


@test("/service/publications/quota")
def quota():
    with Bus() as bus, Kadd(bus=bus), Client(bus) as client:
        for n in range(4096):
            provide(client, f"text:{n}")
        try:
            provide(client, "text:one-more")
            raise AssertionError("a caller has at most 4,096 publications")
        except GLib.Error as error:
            assert "LimitReached" in error.message and "4096 publications" in error.message, error.message
        assert provide(client, "text:7")
        with Client(bus) as other:
            assert provide(other, "text:one-more")


@test("/service/publications/survives")
def survives():
    with Network(5) as network, Bus() as bus:
        with Kadd(bus=bus, join=network.join) as kadd:
            client = Client(bus)
            path = provide(client, "text:kept", **PERSISTENT, **WAIT)
            provide(client, "text:gone", **WAIT)
            client.close()
            kadd.own_folder = False
            folder = kadd.folder
        with Kadd(bus=bus, join=network.join, folder=folder) as kadd, Client(bus) as client:
            kadd.own_folder = True
            rows = wait_for(lambda: client.publications.call("List", "(a{sv})", {}))
            assert [(row[0], row[1]["lifetime"]) for row in rows] == [(path, "persistent")]
            publication = client.at(path, "Publication")
            assert wait_for(lambda: publication["LastRun"])
            publication.call("Remove")
            kadd.kill()
        with Kadd(bus=bus, join=network.join, folder=folder) as kadd, Client(bus) as client:
            kadd.own_folder = True
            client.node.call("Hold", "(sa{sv})", "a test", {})
            assert client.publications.call("List", "(a{sv})", {}) == []


def keep(bus, network, key="text:kept"):
    """A folder in which a service that was killed has left something to announce."""
    with Kadd(bus=bus, join=network.join) as kadd, Client(bus) as client:
        provide(client, key, **PERSISTENT, **WAIT)
        kadd.own_folder = False
        kadd.kill()
    return kadd.folder


@test("/service/publications/persistent-is-why-the-node-runs")
def persistent_is_why_the_node_runs():
    """After kill -9 nobody calls: it is announced again, at the address where the node is now."""
    with Network(5) as network, Bus() as bus:
        folder = keep(bus, network)
        before = time.time_ns() // 1000
        with Kadd(bus=bus, join=network.join, folder=folder, arguments=["--idle-exit", "1"]) as kadd, Client(bus) as client:
            wait_for(lambda: client.node["State"] == "online")
            rows = wait_for(lambda: client.publications.call("List", "(a{sv})", {}))
            assert rows[0][1]["lifetime"] == "persistent"
            publication = client.at(rows[0][0], "Publication")
            wait_for(lambda: publication["LastRun"] > before and publication["Holders"] == 5)
            here = client.node["ListenAddresses"][0].rsplit("/p2p/", 1)[0]
            told = [line["addresses"] for line in network.ask("find", "providers", "text:kept") if "peer" in line]
            assert any(here in addresses for addresses in told), (here, told)
            client.close()
            time.sleep(2.5)
            assert kadd.process.poll() is None, "it left although it has something to announce"
            with Client(bus) as other:
                other.at(rows[0][0], "Publication").call("Remove")
            assert wait_for(lambda: kadd.process.poll() is not None, 20), "nothing needs it any more"
        with Kadd(bus=bus, join=network.join, folder=folder) as kadd, Client(bus) as client:
            time.sleep(1)
            assert client.node["State"] == "stopped", "there is nothing left to announce"
            kadd.own_folder = True


@test("/service/publications/persistent-waits-for-the-end-of-a-pause")
def persistent_waits():
    with Network(3) as network, Bus() as bus:
        folder = keep(bus, network)
        with Kadd(bus=bus, join=network.join, folder=folder) as kadd, Client(bus) as client:
            client.node.call("Pause", "(sa{sv})", "user", {})
            kadd.kill()
        with Kadd(bus=bus, join=network.join, folder=folder) as kadd, Client(bus) as client:
            kadd.own_folder = True
            time.sleep(1)
            assert client.node["State"] == "paused" and client.node["ListenAddresses"] == []
            client.node.call("Resume", "(a{sv})", {})
            wait_for(lambda: client.publications.call("List", "(a{sv})", {}))


main()
