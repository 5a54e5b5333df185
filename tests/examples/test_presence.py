#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/desktop/presence.py on two laptops: friends come and go, with and without a word, and nobody else is believed."""

import importlib.machinery
import importlib.util
import time

from gi.repository import GLib

from desktopkit import DESKTOP, KILL, STOP, Laptop, Laptops, main, test, wait_for

WAIT = {"wait": GLib.Variant("b", True)}
# A round of the test's own watchers, and twice that with what an answer may take: the bound of docs/programs/presence.md.
INTERVAL_S = 0.5
NAME = "Ann of the blue house 7431"


def presence():
    loader = importlib.machinery.SourceFileLoader("presence", str(DESKTOP / "presence.py"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("presence", loader))
    loader.exec_module(module)
    return module


def watch(laptop, *friends):
    return laptop.start("presence.py", "watch", "--interval", str(INTERVAL_S), *friends)


def announce(laptop, name=NAME):
    program = laptop.start("presence.py", "announce", name)
    program.wait_err("Announced")
    return program


def lines(program, word):
    return [line for line in program.said["out"].splitlines() if word in line]


@test("/presence/names-are-forgiven-and-slow")
def names_are_forgiven():
    key_of = presence().key_of
    begun = time.process_time()
    key = key_of(NAME)
    assert time.process_time() - begun > 0.02
    assert key == key_of("  ann of THE blue\u3000house ７４３１ ") and key != key_of("ann of the blue house 7432")
    assert len(key) == len("hex:1220") + 64


@test("/presence/friends-come-and-go")
def friends_come_and_go():
    with Laptops() as (ann, ben), watch(ben, NAME, "nobody in particular") as watcher:
        watcher.wait_out("^nobody in particular is not here$")
        watcher.wait_out(f"^{NAME} is not here$")
        with announce(ann) as program:
            watcher.wait_out(f"^{NAME} is here: peer {ann.peer}$")
            program.end(STOP)
        wait_for(lambda: len(lines(watcher, "Ann of the blue house 7431 is not")) == 2, 60)
        # Killed: the service ends what the program announced, and says so to whoever asks.
        with announce(ann) as program:
            wait_for(lambda: len(lines(watcher, "is here")) == 2, 60)
            program.end(KILL)
        wait_for(lambda: len(lines(watcher, "Ann of the blue house 7431 is not")) == 3, 60)
        # A line a change, and no more.
        assert len(watcher.said["out"].splitlines()) == 6, watcher.said
        assert watcher.end(STOP) == 130


@test("/presence/a-laptop-goes-and-comes-back")
def laptop_goes_and_comes_back():
    with Laptops() as (ann, ben), announce(ann) as program, watch(ben, NAME) as watcher, watch(ben, ann.peer) as by_peer:
        watcher.wait_out("is here")
        by_peer.wait_out(f"^{ann.peer} is here: peer {ann.peer}$")
        begun = time.monotonic()
        ann.kadd.kill()
        watcher.wait_out("is not here")
        by_peer.wait_out("is not here")
        assert time.monotonic() - begun < 60
        program.wait_err("has gone")
        with ann.kadd:
            pass
        # At another address; the program announces again by itself.
        ann.begin(join=[ben.address])
        wait_for(lambda: len(lines(watcher, "is here")) == 2 and len(lines(by_peer, "is here")) == 2, 60)
        assert program.end(STOP) == 0


@test("/presence/in-the-local-network-beside")
def in_the_local_network():
    with Laptop(kadd=False) as ann, Laptop(kadd=False) as ben:
        ann.begin_beside()
        ben.begin_beside([ann.client.node["LanListenAddresses"][0]])
        with announce(ann) as program, watch(ben, NAME, ann.peer) as watcher:
            watcher.wait_out(f"^{NAME} is here: peer {ann.peer}$")
            watcher.wait_out(f"^{ann.peer} is here")
            program.end(STOP)
            watcher.wait_out(f"^{NAME} is not here$")


@test("/presence/others-are-not-believed")
def others_are_not_believed():
    """A record that says that Ann is here, after Ann has left, and peers that never announced anything."""
    with Laptops() as (ann, ben):
        key = presence().key_of(NAME)
        with announce(ann) as program:
            wait_for(lambda: ann.peer in {row["peer"] for row in ben.client.routing.call("FindProviders", "(sa{sv})", key, {})}, 60)
            program.end(STOP)
        # Ben's node still holds the record: the DHT has no delete.
        wait_for(lambda: not ann.publications(), 60)
        rows = ben.client.routing.call("FindProviders", "(sa{sv})", key, {})
        assert ann.peer in {row["peer"] for row in rows}, rows
        with watch(ben, NAME) as watcher:
            watcher.wait_out("is not here")
            time.sleep(4 * INTERVAL_S)
            assert lines(watcher, "is here") == []


@test("/presence/what-is-wrong")
def what_is_wrong():
    with Laptop(kadd=False) as laptop:
        for words in (("announce", " "), ("announce", "x" * 257), ("watch", ""), ("watch", *map(str, range(33)))):
            done = laptop.run("presence.py", *words)
            assert done.status in (2, 8) and done.err, (words, done)
        for interval in ("-5", "0", "nan", "inf"):
            done = laptop.run("presence.py", "watch", "x", "--interval", interval)
            assert done.status == 2 and "from half a second" in done.err, (interval, done)
        for words in (("announce", "x"), ("announce", "a", "name", "of", "words"), ("watch", "x")):
            done = laptop.run("presence.py", *words)
            assert done.status == 8 and "not there" in done.err, (words, done)


@test("/presence/the-watcher-s-service-is-killed")
def watchers_service_is_killed():
    with Laptops() as (ann, ben), announce(ann), watch(ben, NAME) as watcher:
        watcher.wait_out("is here")
        ben.kadd.kill()
        watcher.wait_err("not there")
        with ben.kadd:
            pass
        assert lines(watcher, "is not here") in ([], [f"{NAME} is not here"])
        ben.begin(join=[ann.address])
        ann.kadd.kill()
        watcher.wait_out("is not here")
        assert watcher.end(STOP) == 130


main()
