#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""org.libkad.Kad1.Node against the real service."""

import time

from gi.repository import Gio, GLib

from kadbus import Bus, Client, Kadd, LOOPBACK, ROOT, main, test, wait_for

TRUE = GLib.Variant("b", True)


def watch_properties(client):
    """A dict that grows by what PropertiesChanged says of Node."""
    got = {}

    def note(connection, sender, path, interface, name, arguments):
        which, changed, _ = arguments.unpack()
        if which.endswith(".Node"):
            got.update(changed)

    client.connection.signal_subscribe(
        client.destination, "org.freedesktop.DBus.Properties", "PropertiesChanged", ROOT, None, Gio.DBusSignalFlags.NONE, note)
    return got


def all_properties(client):
    return client.connection.call_sync(
        client.destination, ROOT, "org.freedesktop.DBus.Properties", "GetAll",
        GLib.Variant("(s)", (client.node.name,)), None, 0, 10000, None).unpack()[0]


def start(client, **options):
    client.node.call("Start", "(a{sv})", options)


def state_is(client, state):
    return wait_for(lambda: client.node["State"] == state, 30)


@test("/service/node/nothing-runs-before-somebody-asks")
def nothing_runs_before_somebody_asks():
    with Kadd() as kadd, Client(kadd) as client:
        assert client.node["State"] == "stopped"
        assert client.node["ListenAddresses"] == []
        assert client.node["Version"]
        client.settings.call("Get")
        client.settings.call("Describe")
        all_properties(client)
        assert client.node["State"] == "stopped" and client.node["PeerId"] == ""
        assert not (kadd.folder / "data" / "identity").exists()


@test("/service/node/properties-of-a-stopped-node")
def properties_of_a_stopped_node():
    with Kadd() as kadd, Client(kadd) as client:
        got = all_properties(client)
        assert set(got) == {
            "Version", "Features", "PeerId", "State", "PauseReason", "Mode", "Serving", "Reachability", "Network",
            "ListenAddresses", "ObservedAddresses", "PeerCount", "RoutingTableSize", "NetworkSize", "QuietReasons",
            "LocalNetwork", "LanListenAddresses", "LanPeerCount", "LanRoutingTableSize"}, got
        assert got["QuietReasons"] == []
        assert got["Network"] == "private:test" and got["Mode"] == "auto" and got["Serving"] is False
        assert got["PeerCount"] == 0 and got["RoutingTableSize"] == 0 and got["NetworkSize"] == (0, 0.0, 0, 0)
        assert got["LocalNetwork"] == "" and got["LanListenAddresses"] == []
        assert got["LanPeerCount"] == 0 and got["LanRoutingTableSize"] == 0
        assert got["Reachability"] == ("unknown", "not-running") and got["PauseReason"] == ""
        for name, value in got.items():
            assert client.node[name] == value, name


@test("/service/node/lease")
def lease():
    with Bus() as bus, Kadd(bus=bus), Client(bus) as client:
        cookie = client.node.call("Hold", "(sa{sv})", "a test", {})
        assert cookie > 0
        assert client.node["PeerId"] and client.node["ListenAddresses"]
        with Client(bus) as other:
            assert other.node.fails("Release", "(u)", cookie) == "NotFound"
        client.node.call("Release", "(u)", cookie)
        assert client.node.fails("Release", "(u)", cookie) == "NotFound"


@test("/service/node/leases-are-counted")
def leases_are_counted():
    with Bus() as bus, Kadd(bus=bus), Client(bus) as client:
        for _ in range(64):
            client.node.call("Hold", "(sa{sv})", "many", {})
        assert client.node.fails("Hold", "(sa{sv})", "one more", {}) == "LimitReached"
        with Client(bus) as other:
            other.node.call("Hold", "(sa{sv})", "of another", {})


@test("/service/node/lease-without-start")
def lease_without_start():
    with Kadd() as kadd, Client(kadd) as client:
        assert client.node.fails("Hold", "(sa{sv})", "a test", {"no-start": TRUE}) == "NotRunning"
        assert client.node["State"] == "stopped"
        assert client.node.fails("Hold", "(sa{sv})", "x" * 257, {}) == "InvalidArgument"


@test("/service/node/requires-what-it-does-not-know")
def requires_what_it_does_not_know():
    with Kadd() as kadd, Client(kadd) as client:
        options = {"require:teleport": TRUE}
        for method, signature, arguments in (
                ("Hold", "(sa{sv})", ("a test",)), ("Start", "(a{sv})", ()), ("Stop", "(a{sv})", ()),
                ("Pause", "(sa{sv})", ("user",)), ("Resume", "(a{sv})", ()), ("Dial", "(sa{sv})", (LOOPBACK,)),
                ("Health", "(a{sv})", ())):
            assert client.node.fails(method, signature, *arguments, options) == "NotSupported", method
        assert client.node["State"] == "stopped"
        client.node.call("Hold", "(sa{sv})", "a test", {"teleport": TRUE})


@test("/service/node/start-and-stop")
def start_and_stop():
    with Kadd() as kadd, Client(kadd) as client:
        told = watch_properties(client)
        start(client)
        start(client)
        peer = client.node["PeerId"]
        assert peer and client.node["ListenAddresses"][0].endswith(f"/p2p/{peer}")
        wait_for(lambda: told.get("PeerId") == peer and told.get("ListenAddresses"))
        client.node.call("Stop", "(a{sv})", {})
        assert client.node["State"] == "stopped" and client.node["ListenAddresses"] == []
        client.node.call("Stop", "(a{sv})", {})
        assert client.node["PeerId"] == peer
        wait_for(lambda: told.get("State") == "stopped" and told["ListenAddresses"] == [])
        client.node.call("Hold", "(sa{sv})", "starts it again", {})
        assert client.node["PeerId"] == peer and client.node["ListenAddresses"]


@test("/service/node/start-and-stop-at-once")
def start_and_stop_at_once():
    """Calls that overtake each other end in the order in which they were made."""
    with Kadd() as kadd, Client(kadd) as client:
        ended = []

        def call(method, signature, *arguments):
            def done(connection, result):
                try:
                    connection.call_finish(result)
                    ended.append((method, None))
                except GLib.Error as error:
                    ended.append((method, Gio.DBusError.get_remote_error(error).rsplit(".", 1)[-1]))

            client.connection.call(client.destination, ROOT, client.node.name, method, GLib.Variant(signature, arguments),
                                   None, 0, 20000, None, done)

        for _ in range(5):
            call("Start", "(a{sv})", {})
            call("Stop", "(a{sv})", {})
            call("Hold", "(sa{sv})", "a test", {})
        wait_for(lambda: len(ended) == 15)
        assert {name for method, name in ended if method != "Stop"} <= {None, "NotRunning"}, ended
        assert {name for method, name in ended if method == "Stop"} == {None}, ended
        assert client.node["State"] != "stopped" and client.node["ListenAddresses"]


@test("/service/node/two-join-each-other")
def two_join_each_other():
    with Kadd() as first, Client(first) as one:
        start(one)
        address = one.node["ListenAddresses"][0]
        # Alone, with nobody to join.
        assert one.node["State"] == "offline"
        with Kadd(join=[address]) as second, Client(second) as other:
            told = watch_properties(other)
            start(other, wait=TRUE)
            state_is(other, "online")
            state_is(one, "online")
            assert other.node["RoutingTableSize"] == 1 and other.node["PeerCount"] == 1
            assert other.node["Serving"] is True
            wait_for(lambda: told.get("State") == "online")
            # Both are read on demand: nobody is told of them.
            assert not {"PeerCount", "RoutingTableSize", "NetworkSize"} & set(told), told
            peer = one.node["PeerId"]
            rtt = other.node.call("Ping", "(s)", peer)
            assert 0 < rtt < 10_000_000, rtt
            got, details = other.node.call("Dial", "(sa{sv})", address, {})
            assert got == peer and details["address"].startswith("/ip4/127.0.0.1/tcp/"), details
            other.node.call("Disconnect", "(s)", peer)
            assert other.node.fails("Disconnect", "(s)", "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS") == "NotFound"
            size = other.node["NetworkSize"]
            assert len(size) == 4 and size[0] < 1000, size
            assert all_properties(other)["NetworkSize"][2] == size[2]
            assert other.node["Reachability"] == ("local", "listening")
            wait_for(lambda: told.get("Reachability") == ("local", "listening"))
            assert all(address.startswith("/ip4/127.0.0.1/") for address in other.node["ObservedAddresses"])
            # Many who read at the same time have each their answer.
            got = []
            for _ in range(50):
                other.connection.call(
                    other.destination, ROOT, "org.freedesktop.DBus.Properties", "GetAll", GLib.Variant("(s)", (other.node.name,)),
                    None, 0, 10000, None, lambda connection, result: got.append(connection.call_finish(result)))
            wait_for(lambda: len(got) == 50)


@test("/service/node/nobody-to-join-and-then-somebody")
def nobody_to_join_and_then_somebody():
    with Kadd() as first, Client(first) as one:
        start(one)
        address = one.node["ListenAddresses"][0]
        listen = address.split("/p2p/")[0]
        one.node.call("Stop", "(a{sv})", {})
        with Kadd(join=[listen]) as second, Client(second) as other:
            assert other.node.fails("Start", "(a{sv})", {"wait": TRUE}) in ("Offline", "NotBootstrapped")
            state_is(other, "offline")
            # It stays, and tries again by itself.
            assert other.node["ListenAddresses"] and other.node["PeerCount"] == 0
            # A peer is configured, and no error says that there is none.
            try:
                other.routing.call("Run", "(sa{sv})", "bootstrap", {})
                raise AssertionError("it joined")
            except GLib.Error as error:
                assert "could be reached" in error.message, error.message
            # Who asks again is told at once, and does not wait for the next attempt, which comes ever later.
            began = time.monotonic()
            for _ in range(3):
                assert other.node.fails("Start", "(a{sv})", {"wait": TRUE}) in ("Offline", "NotBootstrapped")
            assert time.monotonic() - began < 8
            assert first.stop() == 0
            with Kadd(folder=first.folder, listen=[listen]) as again, Client(again) as back:
                start(back)
                assert back.node["ListenAddresses"][0] == address
                wait_for(lambda: other.node["State"] == "online", 60, 0.1)


@test("/service/node/joined-by-others-after-it-could-not")
def joined_by_others_after_it_could_not():
    """Nobody could be joined, and then somebody came: whoever waits for it to be online is told."""
    with Kadd(join=["/ip4/127.0.0.1/tcp/1"]) as first, Client(first) as one:
        assert one.node.fails("Start", "(a{sv})", {"wait": TRUE}) in ("Offline", "NotBootstrapped")
        with Kadd(join=one.node["ListenAddresses"]) as second, Client(second) as other:
            start(other, wait=TRUE)
            state_is(one, "online")
            began = time.monotonic()
            start(one, wait=TRUE)
            assert time.monotonic() - began < 8


@test("/service/node/what-is-no-peer")
def what_is_no_peer():
    with Kadd() as kadd, Client(kadd) as client:
        node = client.node
        assert node.fails("Disconnect", "(s)", "nobody") == "InvalidKey"
        assert node.fails("Disconnect", "(s)", "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS") == "NotFound"
        assert node["State"] == "stopped"
        assert node.fails("Dial", "(sa{sv})", "nowhere", {}) == "InvalidKey"
        assert node.fails("Dial", "(sa{sv})", "/ip4/nowhere", {}) == "InvalidAddress"
        assert node.fails("Dial", "(sa{sv})", "/ip4/127.0.0.1/tcp/1", {}) == "DialFailed"
        assert node.fails("Dial", "(sa{sv})", "x" * 1025, {}) == "InvalidArgument"
        assert node.fails("Dial", "(sa{sv})", LOOPBACK, {"timeout": GLib.Variant("u", 0)}) == "InvalidArgument"
        assert node.fails("Dial", "(sa{sv})", LOOPBACK, {"timeout": GLib.Variant("s", "soon")}) == "InvalidArgument"
        assert node.fails("Ping", "(s)", "/ip4/127.0.0.1/tcp/1") == "DialFailed"
        assert node.fails("Ping", "(s)", "x" * 1025) == "InvalidArgument"
        assert node.fails("Dial", "(u)", 7) == "org.freedesktop.DBus.Error.InvalidArgs"


@test("/service/node/pause-survives")
def pause_survives():
    with Bus() as bus:
        with Kadd(bus=bus) as kadd, Client(bus) as client:
            folder = kadd.folder
            kadd.own_folder = False
            told = watch_properties(client)
            cookie = client.node.call("Hold", "(sa{sv})", "a test", {})
            assert client.node.fails("Pause", "(sa{sv})", "x" * 65, {}) == "InvalidArgument"
            client.node.call("Pause", "(sa{sv})", "user", {})
            assert client.node["State"] == "paused" and client.node["PauseReason"] == "user"
            assert client.node["ListenAddresses"] == []
            wait_for(lambda: told.get("State") == "paused" and told.get("PauseReason") == "user")
            assert client.node.fails("Hold", "(sa{sv})", "a test", {}) == "Paused"
            assert client.node.fails("Start", "(a{sv})", {}) == "Paused"
            assert client.node.fails("Dial", "(sa{sv})", LOOPBACK, {}) == "Paused"
            client.node.call("Resume", "(a{sv})", {})
            # The lease held on.
            wait_for(lambda: client.node["ListenAddresses"])
            assert client.node["PauseReason"] == ""
            client.node.call("Release", "(u)", cookie)
            client.node.call("Pause", "(sa{sv})", "battery", {})
        with Kadd(bus=bus, folder=folder) as kadd, Client(bus) as client:
            assert client.node["State"] == "paused" and client.node["PauseReason"] == "battery"
            assert client.node.fails("Hold", "(sa{sv})", "a test", {}) == "Paused"
            client.node.call("Resume", "(a{sv})", {})
            assert client.node["State"] == "stopped", "nobody wanted it"
            kadd.own_folder = True


@test("/service/node/mode")
def mode():
    with Kadd() as kadd, Client(kadd) as client:
        told = watch_properties(client)
        start(client)
        wait_for(lambda: client.node["Serving"])
        peer = client.node["PeerId"]
        client.node["Mode"] = GLib.Variant("s", "client")
        assert client.node["Mode"] == "client" and client.settings.call("Get")["mode"] == "client"
        wait_for(lambda: told.get("Mode") == "client" and client.node["State"] != "starting" and not client.node["Serving"])
        assert client.node["PeerId"] == peer
        try:
            client.node["Mode"] = GLib.Variant("s", "king")
            raise AssertionError("there is no such mode")
        except GLib.Error as error:
            assert "auto, client, server" in error.message, error
        try:
            client.node["Mode"] = GLib.Variant("u", 1)
            raise AssertionError("it is no number")
        except GLib.Error as error:
            assert "InvalidArgs" in error.message, error
        try:
            client.node["State"] = GLib.Variant("s", "online")
            raise AssertionError("it cannot be written")
        except GLib.Error as error:
            assert "not writable" in error.message, error
        assert client.node["Mode"] == "client"


@test("/service/node/health")
def health():
    with Kadd() as kadd, Client(kadd) as client:
        checks, summary = client.node.call("Health", "(a{sv})", {"network": GLib.Variant("b", False)})
        by_name = {check["check"]: check for check in checks}
        assert by_name["settings"]["state"] == "ok" and by_name["service"]["saw"], checks
        assert by_name["listening"]["state"] == "ok" and by_name["self-lookup"]["state"] == "skipped", checks
        for check in checks:
            assert check["state"] in ("ok", "warn", "fail", "skipped") and isinstance(check["advice"], str), check
        assert summary["failed"] == sum(check["state"] == "fail" for check in checks), summary
        assert summary["warned"] == sum(check["state"] == "warn" for check in checks), summary
        assert summary["healthy"] == (summary["failed"] == 0)
        assert client.node.fails("Health", "(a{sv})", {"timeout": GLib.Variant("u", 0)}) == "InvalidArgument"
        with Kadd(join=client.node["ListenAddresses"]) as second, Client(second) as other:
            start(other, wait=TRUE)
            checks, summary = other.node.call("Health", "(a{sv})", {})
            by_name = {check["check"]: check for check in checks}
            assert by_name["self-lookup"]["state"] == by_name["record-round-trip"]["state"] == "ok", checks
            assert summary["failed"] == 0, (checks, summary)
        client.node.call("Pause", "(sa{sv})", "user", {})
        checks, summary = client.node.call("Health", "(a{sv})", {})
        assert not summary["healthy"] and checks[0]["advice"] == "resume", checks


@test("/service/node/a-caller-that-vanishes")
def a_caller_that_vanishes():
    """Its calls are cancelled, and the service needs nothing for it any more."""
    with Bus() as bus, Kadd(bus=bus, join=["/ip4/127.0.0.1/tcp/1"], arguments=["--idle-exit", "1"]) as kadd:
        client = Client(bus)
        for _ in range(50):
            client.connection.call(client.destination, ROOT, client.node.name, "Dial",
                                   GLib.Variant("(sa{sv})", ("/ip4/127.0.0.1/tcp/1", {})), None, 0, 20000, None, None)
        client.connection.call(client.destination, ROOT, client.node.name, "Hold",
                               GLib.Variant("(sa{sv})", ("a test", {})), None, 0, 20000, None, None)
        client.connection.flush_sync(None)
        client.close()
        assert wait_for(lambda: kadd.process.poll() is not None, 20)
        assert kadd.process.returncode == 0


main()
