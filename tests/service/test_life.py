#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the service begins, stays, and ends."""

import os
import pathlib
import re
import stat
import subprocess
import tempfile
import time

from gi.repository import GLib

from kadbus import Bus, Client, Kadd, NAME, main, test, wait_for

DAEMON = os.environ["KAD_DAEMON"]
ENVIRONMENT = dict(os.environ, GSETTINGS_BACKEND="memory")


def run(*arguments, env=None, seconds=20):
    """The daemon that ends by itself: its status, stdout and stderr."""
    ended = subprocess.run([DAEMON, *arguments], capture_output=True, text=True, timeout=seconds, env=dict(ENVIRONMENT, **(env or {})))
    return ended.returncode, ended.stdout, ended.stderr


def switches(pid):
    """How often each thread gave the processor up by itself: each wake-up ends in that."""
    found = {}
    for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
        match = re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status.read_text(), re.M)
        found[status.parent.name] = int(match.group(1))
    return found


def wakeups(pid, seconds):
    """How often the process woke up meanwhile."""
    before = switches(pid)
    time.sleep(seconds)
    return sum(count - before.get(thread, 0) for thread, count in switches(pid).items())


@test("/service/life/version-and-usage")
def version_and_usage():
    status, out, _ = run("--version")
    assert status == 0 and out.startswith("kadd "), out
    for words in (["--nonsense"], ["argument"], ["--idle-exit", "soon"]):
        status, out, err = run(*words)
        assert status == 2 and err.startswith("kadd: ") and not out, (words, status, err)
    for words in (["--network", "atlantis"], ["--listen", "nowhere"], ["--join", "nobody"], ["--idle-exit", "-2"]):
        status, out, err = run("--data", ":memory:", "--address", "unix:tmpdir=/tmp", *words)
        assert status == 2 and err.startswith("kadd: "), (words, status, err)


@test("/service/life/no-bus")
def no_bus():
    status, _, err = run("--data", ":memory:", env={"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere/bus"})
    assert status == 1 and "--address" in err, (status, err)


@test("/service/life/bad-address")
def bad_address():
    for address in ("nonsense", "unix:path=/nowhere/at/all/socket", "unix:"):
        status, _, err = run("--data", ":memory:", "--address", address)
        assert status == 1 and err.startswith("kadd: ") and address in err, (address, status, err)


@test("/service/life/no-schema")
def no_schema():
    with tempfile.TemporaryDirectory() as empty:
        status, _, err = run("--data", ":memory:", "--address", "unix:tmpdir=/tmp",
                             env={"GSETTINGS_SCHEMA_DIR": empty, "XDG_DATA_DIRS": empty, "XDG_DATA_HOME": empty})
    assert status == 1 and "org.libkad.Kad" in err and "GSETTINGS_SCHEMA_DIR" in err, (status, err)


@test("/service/life/second-on-the-bus")
def second_on_the_bus():
    with Bus() as bus, Kadd(bus=bus), Client(bus) as client:
        client.node.call("Start", "(a{sv})", {})
        status, _, err = run("--data", ":memory:", env={"DBUS_SESSION_BUS_ADDRESS": bus.address})
        assert status == 1 and NAME in err, (status, err)
        assert client.node["ListenAddresses"], "the first was not disturbed"


@test("/service/life/activation")
def activation():
    """D-Bus starts it for the first caller, it ends when nobody needs it, and starts again for the next."""
    with Bus() as bus, tempfile.TemporaryDirectory() as folder:
        bus.add_service(NAME, f"{DAEMON} --data {folder}/data --settings {folder}/settings --network private:test "
                              f"--listen /ip4/127.0.0.1/tcp/0 --idle-exit 1")
        peers = []
        for _ in range(2):
            with Client(bus) as client:
                client.connection.call_sync(
                    "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "UpdateActivationEnvironment",
                    GLib.Variant("(a{ss})", ({"GSETTINGS_SCHEMA_DIR": os.environ["GSETTINGS_SCHEMA_DIR"]},)), None, 0, 5000, None)
                client.node.call("Hold", "(sa{sv})", "a test", {})
                peers.append(client.node["PeerId"])
                time.sleep(2)
                assert client.node["ListenAddresses"], "it stays while somebody needs it"

            def has_owner():
                with Client(bus) as looker:
                    return looker.connection.call_sync(
                        "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                        GLib.Variant("(s)", (NAME,)), None, 0, 5000, None).unpack()[0]

            wait_for(lambda: not has_owner(), 15)
        assert peers[0] == peers[1], "it is the same node"


@test("/service/life/no-call-is-lost-when-it-leaves")
def no_call_is_lost_when_it_leaves():
    """Callers that come at the moment of its end are served, by it or by the next one."""
    with Bus() as bus, tempfile.TemporaryDirectory() as folder:
        bus.add_service(NAME, f"{DAEMON} --data {folder}/data --settings {folder}/settings --network private:test "
                              f"--listen /ip4/127.0.0.1/tcp/0 --idle-exit 1")
        peers, owners = set(), set()
        with Client(bus) as client:
            client.connection.call_sync(
                "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "UpdateActivationEnvironment",
                GLib.Variant("(a{ss})", ({"GSETTINGS_SCHEMA_DIR": os.environ["GSETTINGS_SCHEMA_DIR"]},)), None, 0, 5000, None)
            for turn in range(16):
                cookie = client.node.call("Hold", "(sa{sv})", "a test", {})
                peers.add(client.node["PeerId"])
                owners.add(client.connection.call_sync(
                    "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetNameOwner",
                    GLib.Variant("(s)", (NAME,)), None, 0, 5000, None).unpack()[0])
                client.node.call("Release", "(u)", cookie)
                # Around the moment at which it leaves: a second and something after the last use.
                time.sleep(0.95 + turn * 0.025)
                for _ in range(5):
                    client.node["State"]
        print(f"# {len(owners)} services in 16 turns")
        assert len(peers) == 1 and len(owners) > 1, (peers, owners)


@test("/service/life/leaves-when-idle")
def leaves_when_idle():
    with Bus() as bus, Kadd(bus=bus, arguments=["--idle-exit", "1"]) as kadd:
        client = Client(bus)
        client.node.call("Hold", "(sa{sv})", "a test", {})
        time.sleep(2.5)
        assert kadd.process.poll() is None, "it left although somebody needs it"
        client.close()
        assert wait_for(lambda: kadd.process.poll() is not None, 10)
        assert kadd.process.returncode == 0


@test("/service/life/stays-when-started")
def stays_when_started():
    with Bus() as bus, Kadd(bus=bus, arguments=["--idle-exit", "1"]) as kadd:
        with Client(bus) as client:
            client.node.call("Start", "(a{sv})", {})
        time.sleep(2.5)
        assert kadd.process.poll() is None, "a person has started it"
        with Client(bus) as client:
            client.node.call("Stop", "(a{sv})", {})
        assert wait_for(lambda: kadd.process.poll() is not None, 10)


@test("/service/life/sigterm")
def sigterm():
    for running in (False, True):
        with Kadd() as kadd, Client(kadd) as client:
            if running:
                client.node.call("Start", "(a{sv})", {})
            begin = time.monotonic()
            assert kadd.stop() == 0
            assert time.monotonic() - begin < 8
            assert not (kadd.folder / "kadd.socket").exists()


@test("/service/life/kill")
def kill():
    """After kill -9 it starts at once, on the same socket and as the same node."""
    with tempfile.TemporaryDirectory() as folder:
        peers = set()
        for _ in range(3):
            begin = time.monotonic()
            kadd = Kadd(folder=folder)
            assert time.monotonic() - begin < 15
            with Client(kadd) as client:
                client.node.call("Start", "(a{sv})", {})
                peers.add(client.node["PeerId"])
            kadd.kill()
            kadd.__exit__(None)
        assert len(peers) == 1, peers


@test("/service/life/data-folder")
def data_folder():
    """Nobody else may look into it, and it is where XDG_STATE_HOME says."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"XDG_STATE_HOME": f"{folder}/state", "XDG_CONFIG_HOME": f"{folder}/config"}
        process = subprocess.Popen([DAEMON, "--address", f"unix:path={folder}/socket", "--network", "private:test",
                                    "--listen", "/ip4/127.0.0.1/tcp/0"],
                                   stdout=subprocess.PIPE, text=True, env=dict(ENVIRONMENT, **env))
        with Client(process.stdout.readline().strip()) as client:
            client.node.call("Start", "(a{sv})", {})
        process.terminate()
        assert process.wait(10) == 0
        process.stdout.close()
        data = pathlib.Path(folder, "state", "kad")
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        assert stat.S_IMODE((data / "identity").stat().st_mode) == 0o600


@test("/service/life/unwritable-data-folder")
def unwritable_data_folder():
    """The service is there, and says why the node is not."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "file").write_text("in the way")
        with Kadd(arguments=["--data", f"{folder}/file/data"]) as kadd, Client(kadd) as client:
            try:
                client.node.call("Start", "(a{sv})", {})
                raise AssertionError("it cannot keep its identity")
            except GLib.Error as error:
                assert f"{folder}/file/data" in error.message, error.message
            assert client.node["State"] == "stopped"
            checks, summary = client.node.call("Health", "(a{sv})", {})
            assert any(f"{folder}/file/data" in check["saw"] for check in checks), checks
            assert not summary["healthy"]
            # What to do is about the folder, and not about the settings.
            said = {check["check"]: (check["state"], check["advice"]) for check in checks}
            assert said["disk"] == ("fail", "data-folder") and said["settings"] == ("ok", ""), said
            assert "Nothing can be kept" in kadd.said()


@test("/service/life/sleeps-when-idle")
def sleeps_when_idle():
    """With no connections at most one wake-up in 10 s, be the node up or not."""
    with Bus() as bus, Kadd(bus=bus) as kadd:
        time.sleep(3)
        stopped = wakeups(kadd.process.pid, 20)
        client = Client(bus)
        client.node.call("Start", "(a{sv})", {})
        client.close()
        time.sleep(4)
        running = wakeups(kadd.process.pid, 20)
        print(f"# {stopped} wake-ups in 20 s stopped, {running} running")
        # One in 10 s, and one more at each end.
        assert stopped <= 3 and running <= 4, (stopped, running)


main()
