#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""org.libkad.Kad1.Settings against the real service: what is set is kept, applies live, and what is wrong changes nothing."""

import os
import pathlib
import subprocess
import tempfile
import time

from gi.repository import GLib

from kadbus import Bus, Client, Kadd, LOOPBACK, main, test, wait_for

PEER = "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"
GENERAL = {
    "network": "s", "networks": "as", "local-network": "b", "mode": "s", "listen-addresses": "as", "max-connections": "u",
    "high-water": "u", "low-water": "u", "record-bytes": "t", "provider-bytes": "t", "limits": "a{st}", "idle-exit": "u",
    "notify-after": "u", "on-metered": "s", "on-power-saver": "s", "on-battery": "s", "watch-network": "b", "watch-sleep": "b",
    "watch-memory": "b", "paused": "b", "pause-reason": "s"}
OF_NETWORK = {"bootstrap": "as", "protocol": "s", "validators": "s"}


def put(client, name, kind, value):
    client.settings.call("Set", "(sv)", name, GLib.Variant(kind, value))


def refused(client, name, kind, value):
    """The error's name and message; and nothing has changed."""
    before = client.settings.call("Get")
    try:
        put(client, name, kind, value)
    except GLib.Error as error:
        assert client.settings.call("Get") == before
        return error.message.split(": ")[0].rsplit(".", 1)[-1], error.message
    raise AssertionError(f"{name} took {value}")


def start(client):
    client.node.call("Start", "(a{sv})", {})


def settle():
    """Longer than changes wait for more of them."""
    time.sleep(0.5)


def is_up(client):
    return client.node["State"] not in ("starting", "stopped") and client.node["ListenAddresses"]


@test("/service/settings/defaults")
def defaults():
    with Kadd(network=None, listen=()) as kadd, Client(kadd) as client:
        got = client.settings.call("Get")
        assert got["network"] == "public" and got["mode"] == "auto" and got["idle-exit"] == 60 and not got["paused"]
        assert got["bootstrap"] and all("/p2p/" in address for address in got["bootstrap"]), got["bootstrap"]
        assert set(got) == set(GENERAL) | set(OF_NETWORK) | {
            f"public/{name}" for name in [*OF_NETWORK, "listen-addresses"]}, set(got)
        # Nothing left the machine for that.
        assert client.node["State"] == "stopped" and client.node["Network"] == "public"


@test("/service/settings/describe")
def describe():
    with Kadd() as kadd, Client(kadd) as client:
        got = client.settings.call("Get")
        rows = {row["name"]: row for row in client.settings.call("Describe")}
        assert set(rows) == set(got)
        for name, kind in {**GENERAL, **OF_NETWORK}.items():
            row = rows[name]
            assert row["type"] == kind and row["summary"] and row["description"] and row["writable"] is True, row
            assert type(row["default"]) is type(got[name]), row
        assert rows["idle-exit"]["minimum"] == 0 and rows["idle-exit"]["maximum"] == 86400
        assert rows["mode"]["values"] == ["auto", "client", "server"] and "minimum" not in rows["mode"]
        assert rows["on-metered"]["values"] == ["normal", "quiet", "pause"] and got["on-battery"] == "normal"
        assert rows["validators"]["values"] == ["default", "any", "public"]
        assert "values" not in rows["paused"]
    # Those of the public network have texts, too. Nothing starts a node here.
    with Kadd(network=None, listen=()) as kadd, Client(kadd) as client:
        rows = {row["name"]: row for row in client.settings.call("Describe")}
        for name in ("bootstrap", "public/bootstrap", "public/protocol", "public/validators"):
            assert rows[name]["summary"] and rows[name]["description"], rows[name]
        assert client.node["State"] == "stopped"


@test("/service/settings/what-is-wrong-changes-nothing")
def what_is_wrong_changes_nothing():
    with Kadd() as kadd, Client(kadd) as client:
        for name, kind, value, wanted, says in (
                ("frobnicate", "s", "x", "NotFound", "frobnicate"),
                ("", "s", "x", "NotFound", ""),
                ("x" * 5000, "s", "x", "NotFound", ""),
                ("atlantis/bootstrap", "as", [], "NotFound", ""),
                ("private:home/mode", "s", "auto", "NotFound", ""),
                ("private:a/b/bootstrap", "as", [], "NotFound", ""),
                ("/bootstrap", "as", [], "NotFound", ""),
                ("private:" + "x" * 65 + "/bootstrap", "as", [], "NotFound", ""),
                ("idle-exit", "u", 86401, "InvalidArgument", "from 0 to 86400"),
                ("idle-exit", "i", 5, "InvalidArgument", "of type"),
                ("idle-exit", "s", "5", "InvalidArgument", "of type"),
                ("high-water", "u", 0, "InvalidArgument", "from 1 to 1000000"),
                ("record-bytes", "t", 1, "InvalidArgument", "from 65536 to"),
                ("mode", "s", "king", "InvalidArgument", "auto, client, server"),
                ("mode", "s", "k" * 1000, "InvalidArgument", "auto, client, server"),
                ("mode", "s", "k" * 100000, "InvalidArgument", "auto, client, server"),
                ("validators", "s", "none", "InvalidArgument", "default, any, public"),
                ("network", "s", "atlantis", "InvalidArgument", "public, lan or private:NAME"),
                ("network", "s", "private:", "InvalidArgument", "private:NAME"),
                ("network", "s", "private:a b", "InvalidArgument", "private:NAME"),
                ("networks", "as", ["private:a", "b"], "InvalidArgument", ""),
                ("networks", "as", [f"private:n{n}" for n in range(65)], "LimitReached", "64"),
                ("listen-addresses", "as", [LOOPBACK, "nowhere"], "InvalidAddress", "listen-addresses"),
                ("listen-addresses", "as", [LOOPBACK] * 65, "LimitReached", "64"),
                ("listen-addresses", "as", ["x" * 1025], "InvalidArgument", "1024"),
                ("listen-addresses", "s", LOOPBACK, "InvalidArgument", "of type"),
                ("bootstrap", "as", ["nobody"], "InvalidKey", "bootstrap"),
                ("bootstrap", "as", [PEER] * 65, "LimitReached", "64"),
                ("protocol", "s", "no-slash", "InvalidArgument", "protocol"),
                ("protocol", "s", "/" + "x" * 200, "InvalidArgument", ""),
                ("limits", "a{st}", {"frobnicate": 1}, "InvalidArgument", "frobnicate"),
                ("limits", "a{st}", {"streams": 0}, "InvalidArgument", "streams"),
                ("pause-reason", "s", "x" * 65, "InvalidArgument", "64")):
            name_of_error, message = refused(client, name, kind, value)
            assert name_of_error == wanted and says in message, (name, value, message[:300])
            assert len(message) < 2000, len(message)
        assert client.settings.fails("Set", "(s)", "mode") == "org.freedesktop.DBus.Error.InvalidArgs"


@test("/service/settings/survive")
def survive():
    with tempfile.TemporaryDirectory() as folder:
        with Kadd(folder=folder, network=None, listen=()) as kadd, Client(kadd) as client:
            put(client, "network", "s", "private:home")
            put(client, "idle-exit", "u", 7)
            put(client, "listen-addresses", "as", [LOOPBACK])
            put(client, "limits", "a{st}", {"streams": 100, "dials": 7})
            put(client, "bootstrap", "as", [PEER])
            put(client, "private:other/protocol", "s", "/other/kad/1.0.0")
            before = client.settings.call("Get")
        with Kadd(folder=folder, network=None, listen=()) as kadd, Client(kadd) as client:
            got = client.settings.call("Get")
            assert got == before
            assert got["network"] == "private:home" and got["bootstrap"] == [PEER] and got["idle-exit"] == 7
            assert got["private:home/bootstrap"] == [PEER] and got["limits"] == {"streams": 100, "dials": 7}
            assert got["private:other/protocol"] == "/other/kad/1.0.0" and got["protocol"] == ""
            assert got["networks"] == ["private:home", "private:other"]
            assert client.node["Network"] == "private:home"


@test("/service/settings/file")
def file():
    """--settings has them in a file that a person can write; a change of it applies, too."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "new", "settings")
        with Kadd(network=None, listen=(), arguments=["--settings", str(path)]) as kadd, Client(kadd) as client:
            told = client.settings.listen("Changed")
            put(client, "network", "s", "private:home")
            put(client, "bootstrap", "as", [PEER])
            text = path.read_text()
            assert "[kad]" in text and "network='private:home'" in text and "[networks/private:home]" in text, text
            path.write_text(text.replace("[kad]", "[kad]\nidle-exit=uint32 5"))
            wait_for(lambda: client.settings.call("Get")["idle-exit"] == 5)
            wait_for(lambda: any("idle-exit" in names for names, in told))
            assert client.node["State"] == "stopped"


@test("/service/settings/without-a-session-bus")
def without_a_session_bus():
    """Where dconf could not write, or is not there, they are kept in a file of the person's."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as none:
        environment = {key: value for key, value in os.environ.items()
                       if key not in ("GSETTINGS_BACKEND", "DBUS_SESSION_BUS_ADDRESS", "GIO_MODULE_DIR")}
        for modules in ({}, {"GIO_MODULE_DIR": none}):
            config = pathlib.Path(folder, f"config{len(modules)}")
            environment.update(modules, XDG_CONFIG_HOME=str(config), XDG_RUNTIME_DIR=none)
            for wanted in (60, 9):
                process = subprocess.Popen(
                    [os.environ["KAD_DAEMON"], "--data", ":memory:", "--address", f"unix:path={folder}/socket"],
                    stdout=subprocess.PIPE, text=True, env=environment)
                with Client(process.stdout.readline().strip()) as client:
                    assert client.settings.call("Get")["idle-exit"] == wanted
                    put(client, "idle-exit", "u", 9)
                process.terminate()
                assert process.wait(10) == 0
                process.stdout.close()
            (file,) = [path for path in config.glob("**/*") if path.is_file() and "idle-exit=" in path.read_text()]
            assert file.parent.stat().st_mode & 0o077 == 0, file


@test("/service/settings/dconf-without-its-service")
def dconf_without_its_service():
    """A bus on which dconf cannot write: what is set is kept all the same."""
    with Bus() as bus, tempfile.TemporaryDirectory() as folder:
        environment = {key: value for key, value in os.environ.items() if key != "GSETTINGS_BACKEND"}
        environment.update(DBUS_SESSION_BUS_ADDRESS=bus.address, XDG_CONFIG_HOME=f"{folder}/config", XDG_RUNTIME_DIR=folder)
        for wanted in ("auto", "client"):
            process = subprocess.Popen(
                [os.environ["KAD_DAEMON"], "--data", ":memory:", "--address", f"unix:path={folder}/socket"],
                stdout=subprocess.PIPE, text=True, env=environment)
            with Client(process.stdout.readline().strip()) as client:
                assert client.settings.call("Get")["mode"] == wanted
                put(client, "mode", "s", "client")
                assert client.settings.call("Get")["mode"] == "client"
            process.terminate()
            assert process.wait(10) == 0
            process.stdout.close()


@test("/service/settings/a-file-with-mistakes")
def a_file_with_mistakes():
    """GSettings says nothing of what it cannot use; kadd does."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/settings"
        with open(path, "w", encoding="utf-8") as file:
            file.write("[kad]\nnetwrk='private:home'\nmode='zzz'\nidle-exit=uint32 30\n"
                       "[networks/private%3Atest]\nbootstrap='no list'\n[kda]\nmode='client'\n")
        with Kadd(arguments=["--settings", path]) as kadd, Client(kadd) as client:
            assert client.settings.call("Get")["mode"] == "auto"
            said = kadd.said()
            for name in ("[kad] netwrk is no setting", "[kad] mode is not used", "bootstrap is not used", "[kda] is no group"):
                assert name in said, (name, said)
            assert "idle-exit" not in said, said


@test("/service/settings/a-file-that-is-none")
def a_file_that_is_none():
    """What is no file of settings is told, and not lost with the first change."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "settings")
        path.write_text("mode='client'\nidle-exit=uint32 30\n")
        with Kadd(arguments=["--settings", str(path)]) as kadd, Client(kadd) as client:
            assert client.settings.call("Get")["mode"] == "auto"
            said = kadd.said()
            assert f"{path} cannot be read" in said and f"kept in {path}.damaged" in said, said
            put(client, "mode", "s", "server")
            wait_for(lambda: "server" in path.read_text())
        kept = pathlib.Path(f"{path}.damaged")
        assert kept.read_text() == "mode='client'\nidle-exit=uint32 30\n" and kept.stat().st_mode & 0o077 == 0


@test("/service/settings/a-file-that-is-not-read")
def a_file_that_is_not_read():
    """GSettings keeps the settings elsewhere: the file in the usual place would be forgotten in silence."""
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(f"{folder}/config/kad")
        with open(f"{folder}/config/kad/settings", "w", encoding="utf-8") as file:
            file.write("[kad]\nmode='client'\n")
        with Kadd(folder=folder) as kadd, Client(kadd) as client:
            assert client.settings.call("Get")["mode"] == "auto"
            assert f"{folder}/config/kad/settings are not used" in kadd.said(), kadd.said()


@test("/service/settings/apply-live")
def apply_live():
    with Kadd(network=None, listen=()) as kadd, Client(kadd) as client:
        put(client, "network", "s", "private:one")
        put(client, "listen-addresses", "as", [LOOPBACK])
        start(client)
        peer, addresses = client.node["PeerId"], client.node["ListenAddresses"]
        told = client.settings.listen("Changed")
        # What is the same, or means nothing to the node, restarts nothing.
        put(client, "listen-addresses", "as", [LOOPBACK])
        put(client, "idle-exit", "u", 100)
        put(client, "private:two/bootstrap", "as", [PEER])
        settle()
        assert client.node["ListenAddresses"] == addresses
        wait_for(lambda: any("private:two/bootstrap" in names for names, in told))
        # Several at once are one restart; the identity stays.
        put(client, "listen-addresses", "as", [LOOPBACK, LOOPBACK])
        put(client, "network", "s", "private:two")
        put(client, "record-bytes", "t", 100000)
        wait_for(lambda: client.node["Network"] == "private:two" and is_up(client) and len(client.node["ListenAddresses"]) == 2)
        assert client.node["PeerId"] == peer and client.settings.call("Get")["bootstrap"] == [PEER]
        wait_for(lambda: any({"network", "bootstrap"} <= set(names) for names, in told))
        # A lease is not lost by a restart.
        cookie = client.node.call("Hold", "(sa{sv})", "a test", {})
        put(client, "private:two/listen-addresses", "as", ["/ip4/127.0.0.2/tcp/0"])
        wait_for(lambda: is_up(client) and client.node["ListenAddresses"][0].startswith("/ip4/127.0.0.2/"))
        client.node.call("Release", "(u)", cookie)


@test("/service/settings/a-call-behind-a-change")
def a_call_behind_a_change():
    """Who sets something, and asks at once, as with two lines of a guide, is answered by the node that was set."""
    with Kadd(network=None) as kadd, Client(kadd) as client:
        put(client, "network", "s", "private:one")
        start(client)
        for network in ("private:two", "private:three", "private:one"):
            put(client, "network", "s", network)
            start(client)
            assert client.node["Network"] == network and is_up(client), (network, client.node["Network"])


@test("/service/settings/networks-are-apart")
def networks_are_apart():
    """Nodes of different protocols do not find each other, those of the same do."""
    with Kadd(network="private:one") as first, Client(first) as one:
        put(one, "protocol", "s", "/one/kad/1.0.0")
        start(one)
        address = one.node["ListenAddresses"][0]
        with Kadd(network="private:one") as second, Client(second) as other:
            put(other, "protocol", "s", "/two/kad/1.0.0")
            put(other, "bootstrap", "as", [address])
            assert other.node.fails("Start", "(a{sv})", {"wait": GLib.Variant("b", True)}) in ("NotBootstrapped", "Offline")
            assert other.node["RoutingTableSize"] == 0
            put(other, "protocol", "s", "/one/kad/1.0.0")
            wait_for(lambda: other.node["State"] == "online", 30)
            assert other.node["RoutingTableSize"] == 1


@test("/service/settings/pause-by-setting")
def pause_by_setting():
    with Kadd() as kadd, Client(kadd) as client:
        start(client)
        put(client, "paused", "b", True)
        wait_for(lambda: client.node["State"] == "paused")
        assert client.node.fails("Hold", "(sa{sv})", "a test", {}) == "Paused"
        put(client, "paused", "b", False)
        wait_for(lambda: is_up(client))


@test("/service/settings/an-unusable-one-stops-nothing")
def an_unusable_one_stops_nothing():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "settings")
        path.write_text("[kad]\nnetwork='private:home'\nhigh-water=uint32 0\nmode='king'\nlimits={'streams': uint64 0}\n"
                        f"listen-addresses=['nowhere', '/ip4/192.0.2.1/tcp/1', '{LOOPBACK}']\n"
                        "[networks/private:home]\nprotocol='none'\nbootstrap=['nobody']\n")
        with Kadd(network=None, listen=(), arguments=["--settings", str(path)]) as kadd, Client(kadd) as client:
            start(client)
            (address,) = client.node["ListenAddresses"]
            assert address.startswith("/ip4/127.0.0.1/tcp/")
            # What is out of its range in the file is as if it were not there.
            assert client.settings.call("Get")["high-water"] == 6144 and client.node["Mode"] == "auto"
            checks, _ = client.node.call("Health", "(a{sv})", {"network": GLib.Variant("b", False)})
            (check,) = [check for check in checks if check["check"] == "settings"]
            assert check["state"] == "warn" and check["advice"] == "settings", check
            for word in ("nowhere", "192.0.2.1", "streams", "none", "nobody"):
                assert word in check["saw"] and word in kadd.said(), (word, check["saw"], kadd.said())
            # A network that is none has no other in its place.
            path.write_text("[kad]\nnetwork='atlantis'\n")
            wait_for(lambda: "atlantis" in client.settings.call("Get")["network"])
            settle()
            assert client.node["ListenAddresses"] == [address], "it stays as it is"
            client.node.call("Stop", "(a{sv})", {})
            assert client.node.fails("Start", "(a{sv})", {}) == "InvalidArgument"
            path.write_text("[kad\nnetwork=")
            settle()
            assert client.settings.call("Get")["network"] in ("public", "atlantis")
            assert client.node["State"] == "stopped"


@test("/service/settings/too-many-networks")
def too_many_networks():
    with Kadd() as kadd, Client(kadd) as client:
        for number in range(64):
            put(client, f"private:n{number}/protocol", "s", "/n/kad/1.0.0")
        assert refused(client, "private:n64/protocol", "s", "/n/kad/1.0.0")[0] == "LimitReached"
        for number in range(140):
            refused(client, f"private:m{number}/validators", "s", "none")
        put(client, "networks", "as", [])
        put(client, "private:n64/protocol", "s", "/n/kad/1.0.0")
        assert client.settings.call("Get")["networks"] == ["private:n64"]


@test("/service/settings/on-the-bus")
def on_the_bus():
    with Bus() as bus, Kadd(bus=bus), Client(bus) as client, Client(bus) as other:
        told = other.settings.listen("Changed")
        # The bus has heard of the subscription once it answers.
        other.settings.call("Get")
        put(client, "max-connections", "u", 100)
        assert other.settings.call("Get")["max-connections"] == 100
        wait_for(lambda: (["max-connections"],) in told)


main()
