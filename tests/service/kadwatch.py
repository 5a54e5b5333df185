# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody who watches: keeps a copy of the table and of the connections true by what it is told."""

import json
import os
import select
import time

from gi.repository import Gio, GLib

from kadbus import NAME, ROOT, wait_for
from kadnet import Net, options

CONNECTED = 1


class ShrinkingNet(Net):
    """A test network of which nodes can be killed."""

    def kill(self, *nodes):
        self.next_id += 1
        self.process.stdin.write(json.dumps({"id": self.next_id, "kill": list(nodes)}) + "\n")
        self.process.stdin.flush()
        line = self.read()
        assert line.get("id") == self.next_id and "error" not in line, line


def hold(client):
    """Starts the node."""
    return client.node.call("Hold", "(sa{sv})", "a test", {})


def read_table(client, **values):
    """Serial and rows by peer."""
    serial, rows, total = client.table.call("GetPeers", "(suua{sv})", "", 0, 5000, options(**values))
    assert total == len(rows), (total, len(rows))
    assert len({row[0] for row in rows}) == len(rows), rows
    return serial, {row[0]: row for row in rows}


class Watch:
    """A watch and what came of it."""

    def __init__(self, client, *topics, **values):
        self.client = client
        self.path = client.monitor.call("Watch", "(asa{sv})", list(topics), options(**values))
        self.object = client.at(self.path, "Watch")
        self.table = self.object.listen("Table")
        self.peers = self.object.listen("Peers")
        self.queries = self.object.listen("Queries")
        self.stats = self.object.listen("Stats")
        self.events = self.object.listen("Events")
        self.overflow = self.object.listen("Overflow")

    def close(self):
        self.object.call("Close")

    @property
    def signals(self):
        return len(self.table) + len(self.peers) + len(self.queries) + len(self.stats) + len(self.events) + len(
            self.overflow)


class Table:
    """A copy of the table, as a program that follows the contract keeps it."""

    def __init__(self, client, **values):
        self.client = client
        self.watch = Watch(client, "table", **values)
        self.serial, self.rows = read_table(client)
        self.done = 0
        self.gaps = 0

    def follow(self):
        """Applies what came."""
        while self.done < len(self.watch.table):
            serial, added, changed, removed = self.watch.table[self.done]
            self.done += 1
            if serial <= self.serial:
                continue  # told before the snapshot was made
            if serial != self.serial + 1:
                self.gaps += 1
                self.serial, self.rows = read_table(self.client)
                continue
            self.serial = serial
            for row in added:
                assert row[0] not in self.rows, row
                self.rows[row[0]] = row
            for row in changed:
                assert row[0] in self.rows, row
                self.rows[row[0]] = row
            for peer in removed:
                del self.rows[peer]

    def check(self):
        """The copy is what a fresh snapshot is."""
        self.follow()
        serial, rows = read_table(self.client)
        wait_for(lambda: self.follow() or self.serial == serial, 5)
        assert self.rows == rows, (self.rows, rows)


class Stream:
    """A stream, read line by line."""

    def __init__(self, client, *topics, **values):
        answer, descriptors = client.connection.call_with_unix_fd_list_sync(
            client.destination, ROOT, f"{NAME}.Monitor", "OpenStream",
            GLib.Variant("(asa{sv})", (list(topics), options(**values))), GLib.VariantType("(h)"),
            Gio.DBusCallFlags.NONE, 20000, None, None)
        self.fd = descriptors.get(answer.unpack()[0])
        self.pending = b""
        self.lines = []
        self.ended = False

    def read(self, seconds=0.2):
        """Takes what comes within so long."""
        deadline = time.monotonic() + seconds
        while not self.ended and select.select([self.fd], [], [], max(0, deadline - time.monotonic()))[0]:
            got = os.read(self.fd, 1 << 16)
            self.ended = not got
            self.pending += got
        *whole, self.pending = self.pending.split(b"\n")
        self.lines += [json.loads(line) for line in whole]
        return self.lines

    def wait(self, what, seconds=20):
        deadline = time.monotonic() + seconds
        while not what(self.read()):
            assert time.monotonic() < deadline, self.lines[-5:]

    def events(self):
        return [line for line in self.lines if "event" in line]

    def close(self):
        os.close(self.fd)


class Eavesdropper:
    """A third connection to a bus that counts the service's signals from now on."""

    def __init__(self, bus, interface=f"{NAME}.Watch"):
        self.count = 0
        self.interface = interface
        self.connection = bus.connect()
        self.connection.call_sync(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.Monitoring", "BecomeMonitor",
            GLib.Variant("(asu)", ([f"type='signal',interface='{interface}'"] if interface else [], 0)), None, 0, 5000, None)
        self.connection.add_filter(self.on_message)

    def on_message(self, connection, message, incoming, *_):
        if incoming and message.get_message_type() == Gio.DBusMessageType.SIGNAL and message.get_interface() == self.interface:
            self.count += 1
        return None

    def close(self):
        self.connection.close_sync(None)
