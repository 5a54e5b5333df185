#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines on one link find each other with nothing configured, through their avahi-daemons."""

import base64
import statistics
import subprocess
import time

import locallab
import netlab
from gi.repository import GLib
from locallab import Link, wait_acquainted, wait_until

locallab.enter()

TARGET_S = 3
SLACK_S = 7


def advice(machine):
    rows, summary = machine.client.node.call("Health", "(a{sv})", {})
    return {row["check"]: (row["state"], row["advice"]) for row in rows}, summary


@netlab.test("two machines with nothing configured find each other, and one finds what the other provides")
def _():
    with Link() as link:
        first, second = link.machine("a"), link.machine("b")
        first.start_kadd()
        wait_until(lambda: first.client.node["State"] == "offline", "a machine that knows it is alone")
        rows, summary = advice(first)
        assert summary["healthy"] and rows["service"] == ("ok", "") and rows["local-network"] == ("ok", ""), rows
        assert rows["table-size"] == ("warn", "nobody-near"), rows
        assert "join" not in {word for _, word in rows.values()}, rows
        start = second.start_kadd()
        wait_acquainted(first, second)
        took = time.monotonic() - start
        print(f"# {took:.2f} s from the second start to both tables")
        assert took < TARGET_S + SLACK_S, took
        assert {first.client.node["State"], second.client.node["State"]} == {"online"}
        first.client.publications.call("Provide", "(sa{sv})", "text:photos", {"wait": GLib.Variant("b", True)})
        found = second.client.routing.call("FindProviders", "(sa{sv})", "text:photos", {})
        assert {row["peer"] for row in found} == {first.peer}, found
        assert advice(second)[0]["table-size"] == ("ok", "")


@netlab.test("who asks at once after the start is answered when the other is found, and not before")
def _():
    with Link() as link:
        first, second = link.machine("a"), link.machine("b")
        first.start_kadd()
        took = []
        for _ in range(3):
            start = second.start_kadd(hold=False)
            closest = second.client.routing.call("ClosestPeers", "(sa{sv})", "text:photos", {})
            took.append(time.monotonic() - start)
            assert first.peer in {row["peer"] for row in closest}, closest
            second.stop_kadd()
        print(f"# answered after {statistics.median(took):.2f} s, at most {max(took):.2f} s")


@netlab.test("an avahi-daemon that stops and starts, on either side: what is new is found all the same")
def _():
    with Link() as link:
        first, second = link.machine("a"), link.machine("b")
        first.start_kadd()
        first.stop_avahi()
        wait_until(lambda: "There is no Avahi" in first.kadd.said(), "a word that it is gone")
        wait_until(lambda: advice(first)[0]["local-network"] == ("warn", "avahi"), "the doctor's word")
        second.start_kadd()
        first.start_avahi()
        wait_acquainted(first, second)
        second.stop_avahi()
        second.start_avahi()
        third = link.machine("c")
        third.start_kadd()
        wait_acquainted(first, second, third)
        wait_until(lambda: second.reached(third.peer), "the third found by mDNS where it restarted")
        assert first.kadd.said().count("There is no Avahi") == 1, first.kadd.said()


@netlab.test("a machine leaves and comes back, with another address")
def _():
    with Link() as link:
        first, second = link.machine("a"), link.machine("b")
        first.start_kadd()
        second.start_kadd()
        wait_acquainted(first, second)
        second.run("ip", "link", "set", "eth0", "down")
        time.sleep(1)
        second.run("ip", "address", "flush", "dev", "eth0")
        second.run("ip", "link", "set", "eth0", "up")
        second.run("ip", "address", "add", "10.78.0.77/24", "dev", "eth0")
        start = time.monotonic()
        wait_until(lambda: any("/ip4/10.78.0.77/" in a for a in first.reached(second.peer)), "the new address announced")
        print(f"# its new address was announced and dialled after {time.monotonic() - start:.1f} s")
        key = "text:" + base64.b32encode(second.peer.encode()).decode()
        second.client.publications.call("Provide", "(sa{sv})", key, {"wait": GLib.Variant("b", True)})
        found = first.client.routing.call("FindProviders", "(sa{sv})", key, {})
        assert {row["peer"] for row in found} == {second.peer}, found
        second.stop_kadd()
        second.start_kadd()
        wait_acquainted(first, second)


@netlab.test("without Avahi, and without a system bus, the service says so once and goes on")
def _():
    with Link() as link:
        alone = link.machine("a", with_avahi=False)
        alone.start_kadd()
        wait_until(lambda: "There is no system bus" in alone.kadd.said(), "a word about the bus")
        assert alone.client.routing.fails("ClosestPeers", "(sa{sv})", "text:x", {}) == "NotBootstrapped"
        alone.stop_kadd()
        alone.start_bus()
        alone.start_kadd()
        wait_until(lambda: "There is no Avahi" in alone.kadd.said(), "a word about Avahi")
        other = link.machine("b")
        other.start_kadd()
        alone.start_avahi()
        wait_acquainted(alone, other)


@netlab.test("the local network beside another one is found likewise")
def _():
    with Link() as link:
        first, second = link.machine("a"), link.machine("b")
        first.start_kadd(network="private:a", arguments=["--beside", "lan"])
        second.start_kadd()
        wait_until(lambda: second.peer in first.table("lan"), "the other in the table of the local network")
        wait_until(lambda: first.peer in second.table(), "the one with two networks in the table of the other")
        assert first.table() == set()
        rows = advice(first)[0]
        assert rows["local-network"] == ("ok", "") and rows["table-size"] == ("fail", "join"), rows


@netlab.test("the setting local-network ends it and begins it again while the node runs")
def _():
    with Link() as link:
        first, second = link.machine("a"), link.machine("b")
        first.start_kadd()
        first.client.settings.call("Set", "(sv)", "local-network", GLib.Variant("b", False))
        wait_until(lambda: "local-network" not in advice(first)[0], "an end")
        second.start_kadd()
        wait_until(lambda: second.client.node["State"] == "offline", "nobody found")
        assert not first.table() and not second.table()
        first.client.settings.call("Set", "(sv)", "local-network", GLib.Variant("b", True))
        wait_acquainted(first, second)


@netlab.test("an avahi-daemon that lets no person announce: others are found, and that is said")
def _():
    with Link() as link:
        first, second = link.machine("a", publish="disable-user-service-publishing=yes"), link.machine("b")
        first.start_kadd()
        second.start_kadd()
        wait_acquainted(first, second)
        assert first.reached(second.peer) and not second.reached(first.peer)
        assert "Avahi does not announce us" in first.kadd.said()


@netlab.test("thousands of hostile announcements: bounded, and honest machines find each other all the same")
def _():
    with Link() as link:
        first, second = link.machine("a"), link.machine("b")
        hostile = link.machine("h", with_avahi=False)
        first.start_kadd()
        flood = subprocess.Popen([*hostile.prefix, locallab.PYTHON, locallab.FLOOD, "1000"], stdout=subprocess.PIPE, text=True)
        link.processes.append(flood)
        assert flood.stdout.readline().strip() == "sent", "the flood"
        second.start_kadd()
        wait_acquainted(first, second)
        assert first.client.node["State"] == "online"
        assert "CRITICAL" not in first.kadd.said()


netlab.main()
