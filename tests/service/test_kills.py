#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service killed at random moments: what it promised is there again, and nothing else. KAD_KILLS says how often."""

import os
import random
import shutil
import tempfile
import time

from gi.repository import Gio, GLib

from kadbus import NAME, ROOT, Bus, Client, Kadd, main, test, wait_for
from kadnet import options

KILLS = int(os.environ.get("KAD_KILLS", "50"))
BACK_S = 1.0 * float(os.environ.get("KAD_TEST_PATIENCE", "1"))
EVERYTHING = options(all=True)
N_KEYS = 40


class Promises:
    """What the answers of the service said: of each thing, what it may be now."""

    def __init__(self):
        self.may_be = {}  # name -> set of what it may be; False: not there

    def begin(self, name, value):
        self.may_be[name] = self.may_be.get(name, {False}) | {value}

    def end(self, name, value):
        self.may_be[name] = {value}

    def wrong(self, now):
        """Names of which something else is true."""
        return {name: (now.get(name, False), may_be) for name, may_be in self.may_be.items() if now.get(name, False) not in may_be} | \
            {name: (value, "never asked for") for name, value in now.items() if name not in self.may_be}


class Load:
    """Calls that are made one after the other for each thing, many things at a time, until the service is killed."""

    def __init__(self, client, promises, chance):
        self.client = client
        self.promises = promises
        self.chance = chance
        self.busy = set()
        self.n_answers = 0

    def call(self, name, value, interface, method, body):
        """One call, after which `name` is `value`."""
        if name in self.busy:
            return
        if name is not None:
            self.busy.add(name)
            self.promises.begin(name, value)

        def on_answer(source, answer):
            self.busy.discard(name)
            try:
                source.call_finish(answer)
            except GLib.Error as error:
                if name is not None and "NotFound" in error.message:
                    self.promises.end(name, value)
                return
            self.n_answers += 1
            if name is not None:
                self.promises.end(name, value)

        self.client.connection.call(self.client.destination, ROOT, f"{NAME}.{interface}", method, body, None,
                                    Gio.DBusCallFlags.NONE, 60000, None, on_answer)

    def something(self):
        kind = self.chance.randrange(8)
        key = f"text:key-{self.chance.randrange(N_KEYS)}"
        if kind < 3:
            self.call(("provider", key), True, "Publications", "Provide",
                      GLib.Variant("(sa{sv})", (key, options(lifetime="persistent"))))
        elif kind < 5:
            self.call(("record", key), True, "Publications", "PutRecord",
                      GLib.Variant("(saya{sv})", (key, os.urandom(30), options(lifetime="persistent"))))
        elif kind < 7:
            what = self.chance.choice(("provider", "record"))
            self.call((what, key), False, "Publications", "Remove", GLib.Variant("(sa{sv})", (key, options(kind=what))))
        elif self.chance.random() < 0.5:
            number = self.chance.randrange(60, 80000)
            self.call("idle-exit", number, "Settings", "Set", GLib.Variant("(sv)", ("idle-exit", GLib.Variant("u", number))))
        else:
            self.call(None, None, "Routing", "FindProviders", GLib.Variant("(sa{sv})", (key, {})))
            self.call(None, None, "Publications", "Provide", GLib.Variant("(sa{sv})", (key + "-session", {})))

    def run(self, seconds):
        context = GLib.MainContext.default()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.something()
            context.iteration(False)


def find_state(client):
    """What is published for good, and the setting."""
    now = {}
    for _, row in client.publications.call("List", "(a{sv})", EVERYTHING):
        if row["lifetime"] == "persistent":
            now[row["kind"], bytes(row["key"])] = True
    now["idle-exit"] = client.settings.call("Get")["idle-exit"]
    return now


def key_bytes(client, promises):
    """Provider keys are hashes of the text; those of records the text."""
    import hashlib

    renamed = Promises()
    for name, may_be in promises.may_be.items():
        if name != "idle-exit":
            kind, key = name
            text = key.removeprefix("text:").encode()
            name = kind, (b"\x12\x20" + hashlib.sha256(text).digest() if kind == "provider" else text)
        renamed.may_be[name] = may_be
    return renamed


def check(client, promises):
    """What lasts is listed when the node is up."""
    client.node.call("Start", "(a{sv})", {})
    deadline = time.monotonic() + 5
    while True:
        wrong = key_bytes(client, promises).wrong(find_state(client))
        if not wrong or time.monotonic() > deadline:
            assert not wrong, wrong
            # Nothing comes late, either.
            time.sleep(0.02)
            assert not key_bytes(client, promises).wrong(find_state(client))
            return
        time.sleep(0.02)


def settle(client, promises):
    """What may be either way is now one."""
    now = find_state(client)
    names = dict(zip(key_bytes(client, promises).may_be, promises.may_be))
    for hashed, name in names.items():
        promises.may_be[name] = {now.get(hashed, False)}


def kill_often(bus, count, seed):
    folder = tempfile.mkdtemp(prefix="kadd-kills-")
    chance = random.Random(seed)
    promises = Promises()
    promises.may_be["idle-exit"] = {60}
    slowest = 0
    answers = 0
    try:
        for n in range(count):
            begin = time.monotonic()
            with Kadd(bus=bus, folder=folder) as kadd, Client(bus or kadd) as client:
                client.settings.call("Get")
                slowest = max(slowest, time.monotonic() - begin)
                try:
                    check(client, promises)
                except AssertionError as error:
                    raise AssertionError(f"after kill {n} of seed {seed}: {error}") from error
                settle(client, promises)
                load = Load(client, promises, chance)
                load.run(chance.random() * 0.15)
                kadd.kill()
                # Answers that were on their way are promises, too.
                wait_for(lambda: client.connection.is_closed() or bus is not None, 5)
                for _ in range(2000):
                    if not GLib.MainContext.default().iteration(False):
                        break
                answers += load.n_answers
        kept = sum(True in may_be for may_be in promises.may_be.values())
        print(f"# {count} kills, {answers} calls answered, {kept} things kept, back after {slowest * 1000:.0f} ms at the latest", flush=True)
        assert slowest < BACK_S, slowest
        assert answers > count and kept > 5
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def kills_on_socket(part):
    kill_often(None, min(50, KILLS - part), 7 + part)


for begin_at in range(0, KILLS, 50):
    test(f"/service/kills/socket/{begin_at}", part=begin_at)(kills_on_socket)


@test("/service/kills/bus")
def kills_on_bus():
    with Bus() as bus:
        kill_often(bus, 10, 3)


main()
