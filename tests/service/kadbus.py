# SPDX-License-Identifier: GPL-3.0-or-later
"""The service kadd as programs have it: on a private message bus, or on a socket of its own.

    with Bus() as bus, Kadd(bus=bus, listen=[LOOPBACK]) as kadd:
        client = Client(bus)
        client.node.call("Hold", "(sa{sv})", "a test", {})
        assert client.node["State"] == "online"
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import gi  # noqa: F401
from gi.repository import Gio, GLib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

from kadtap import main, test  # noqa: E402, F401

# What the machine is at now is no matter of a test: no service on its system bus is listened to.
os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/nonexistent/bus"

NAME = "org.libkad.Kad1"
ROOT = "/org/libkad/Kad1"
LOOPBACK = "/ip4/127.0.0.1/tcp/0"
CALL_S = 90
START_S = 20


def error_name(error):
    """Of a GLib.Error that came by D-Bus: "NotFound", or the whole name if it is not ours."""
    name = Gio.DBusError.get_remote_error(error) or ""
    return name.removeprefix("org.libkad.Kad1.Error.")


def wait_for(what, seconds=20, step=0.02):
    """Runs the default main context until what() is true, and gives what it was."""
    deadline = time.monotonic() + seconds
    context = GLib.MainContext.default()
    while True:
        got = what()
        if got:
            return got
        assert time.monotonic() < deadline, f"it did not come within {seconds} s"
        while context.iteration(False):
            pass
        time.sleep(step)


class Bus:
    """A message bus of its own."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kad-bus-"))
        config = self.folder / "bus.conf"
        config.write_text(f"""<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={self.folder}/socket</listen>
<servicedir>{self.folder}</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
<limit name="max_replies_per_connection">50000</limit>
</busconfig>""")
        self.process = subprocess.Popen(
            ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()
        assert self.address, "dbus-daemon did not start"

    def add_service(self, name, command):
        """D-Bus activation of a name."""
        (self.folder / f"{name}.service").write_text(f"[D-BUS Service]\nName={name}\nExec={command}\n")

    def connect(self):
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        return Gio.DBusConnection.new_for_address_sync(self.address, flags, None, None)

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Network:
    """Other nodes, in one process: what the service meets."""

    def __init__(self, size):
        self.process = subprocess.Popen(
            [os.environ["KAD_TOOL"], "testnet", str(size), "--json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addresses = []
        for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] == "ready":
                break
            self.addresses.append(event["addresses"][0])
        assert len(self.addresses) == size, "the test network did not start"
        self.join = self.addresses[:1]

    def ask(self, *words):
        """The results of the tool, as somebody else in the network."""
        done = subprocess.run(
            [os.environ["KAD_TOOL"], *words, "--json", "--join", self.join[0]],
            stdout=subprocess.PIPE, timeout=60, text=True, check=False)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def providers(self, key):
        return {line["peer"] for line in self.ask("find", "providers", key) if "peer" in line}

    def record(self, key):
        """The text of the best one, None if there is none."""
        values = [line["value"] for line in self.ask("get", key) if "value" in line]
        return values[-1] if values else None

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Kadd:
    """The service. Without a bus it is on a socket of its own, which is its address."""

    def __init__(self, bus=None, folder=None, network="private:test", listen=(LOOPBACK,), join=(), arguments=(),
                 env=None, wait=True, prefix=()):
        self.bus = bus
        self.own_folder = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="kadd-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [*prefix, os.environ["KAD_DAEMON"], "--data", str(self.folder / "data")]
        if network:
            command += ["--network", network]
        for address in listen:
            command += ["--listen", address]
        for address in join:
            command += ["--join", address]
        if bus is None:
            command += ["--address", f"unix:path={self.folder}/kadd.socket"]
        environment = dict(os.environ, XDG_CONFIG_HOME=str(self.folder / "config"),
                           XDG_STATE_HOME=str(self.folder / "state"), XDG_CACHE_HOME=str(self.folder / "cache"))
        environment.setdefault("GSETTINGS_BACKEND", "keyfile")
        environment.setdefault("GSETTINGS_SCHEMA_DIR", str(pathlib.Path(os.environ["KAD_DAEMON"]).parents[1] / "data"))
        if bus is not None:
            environment["DBUS_SESSION_BUS_ADDRESS"] = bus.address
        environment.update(env or {})
        self.errors = open(self.folder / "kadd.err", "ab+")
        self.process = subprocess.Popen(command + list(arguments), stdout=subprocess.PIPE, stderr=self.errors,
                                        env=environment, text=True)
        self.address = None
        if wait and bus is None:
            self.address = self.process.stdout.readline().strip()
            assert self.address, f"kadd did not start: {self.said()}"
        elif wait:
            self.wait_name()

    def wait_name(self):
        connection = self.bus.connect()
        deadline = time.monotonic() + START_S
        while not connection.call_sync(
                "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                GLib.Variant("(s)", (NAME,)), None, 0, 5000, None).unpack()[0]:
            assert time.monotonic() < deadline and self.process.poll() is None, f"kadd did not start: {self.said()}"
            time.sleep(0.02)
        connection.close_sync(None)

    def said(self):
        """What it wrote to stderr."""
        self.errors.flush()
        return (self.folder / "kadd.err").read_text(errors="replace")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self):
        """In order. Its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(20)
        self.process.stdout.close()
        return status

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        status = self.stop()
        said = self.said()
        self.errors.close()
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        if kind is None:
            assert status in (0, -signal.SIGKILL), f"kadd ended with {status}: {said}"
            assert "CRITICAL" not in said, said


class Interface:
    """One interface of one object: call(), properties by [], signals."""

    def __init__(self, client, path, name):
        self.client = client
        self.path = path
        self.name = f"{NAME}.{name}"

    def call(self, method, signature="()", *arguments, timeout=CALL_S):
        """The answer, unpacked: one value as itself, several as a tuple, none as None."""
        answer = self.client.connection.call_sync(
            self.client.destination, self.path, self.name, method, GLib.Variant(signature, arguments), None,
            Gio.DBusCallFlags.NONE, timeout * 1000, None).unpack()
        return answer[0] if len(answer) == 1 else answer or None

    def fails(self, method, signature="()", *arguments):
        """The name of the error that it answers."""
        try:
            got = self.call(method, signature, *arguments)
        except GLib.Error as error:
            return error_name(error)
        raise AssertionError(f"{method}{arguments} did not fail: {got}")

    def __getitem__(self, name):
        return self.client.connection.call_sync(
            self.client.destination, self.path, "org.freedesktop.DBus.Properties", "Get",
            GLib.Variant("(ss)", (self.name, name)), None, Gio.DBusCallFlags.NONE, 10000, None).unpack()[0]

    def __setitem__(self, name, value):
        self.client.connection.call_sync(
            self.client.destination, self.path, "org.freedesktop.DBus.Properties", "Set",
            GLib.Variant("(ssv)", (self.name, name, value)), None, Gio.DBusCallFlags.NONE, 10000, None)

    def listen(self, signal_name):
        """A list that grows by the arguments of each signal, while the main context runs (wait_for())."""
        got = []
        self.client.connection.signal_subscribe(
            self.client.destination, self.name, signal_name, self.path, None, Gio.DBusSignalFlags.NONE,
            lambda *signal_arguments: got.append(signal_arguments[5].unpack()))
        return got

    def listen_properties(self):
        """The same of PropertiesChanged: interface, changed, invalidated."""
        got = []
        self.client.connection.signal_subscribe(
            self.client.destination, "org.freedesktop.DBus.Properties", "PropertiesChanged", self.path, None,
            Gio.DBusSignalFlags.NONE, lambda *signal_arguments: got.append(signal_arguments[5].unpack()))
        return got


class Client:
    """A program that uses the service, over a bus or over its socket."""

    def __init__(self, where):
        if isinstance(where, Bus):
            self.connection = where.connect()
            self.destination = NAME
        else:
            address = where.address if isinstance(where, Kadd) else where
            self.connection = Gio.DBusConnection.new_for_address_sync(
                address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT, None, None)
            self.destination = None
        for name in ("Node", "Routing", "Publications", "Records", "Table", "Monitor", "Settings"):
            setattr(self, name.lower(), self.at(ROOT, name))

    def at(self, path, name):
        return Interface(self, path, name)

    def close(self):
        """As if the program had ended."""
        try:
            self.connection.close_sync(None)
        except GLib.Error:
            assert self.connection.is_closed()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
