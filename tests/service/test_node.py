#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""org.libkad.Kad1.Node against the real service."""

from gi.repository import GLib

from kadbus import Bus, Client, Kadd, main, test, wait_for


@test("/service/node/nothing-runs-before-somebody-asks")
def nothing_runs_before_somebody_asks():
    with Kadd() as kadd, Client(kadd) as client:
        assert client.node["State"] == "stopped"
        assert client.node["ListenAddresses"] == []
        assert client.node["Version"]


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


@test("/service/node/leaves-when-idle")
def leaves_when_idle():
    with Bus() as bus, Kadd(bus=bus, arguments=["--idle-exit", "1"]) as kadd:
        client = Client(bus)
        client.node.call("Hold", "(sa{sv})", "a test", {})
        try:
            kadd.process.wait(2.5)
            raise AssertionError("it left although somebody needs it")
        except Exception as error:
            assert "timed out" in str(error), error
        client.close()
        assert wait_for(lambda: kadd.process.poll() is not None, 10)
        assert kadd.process.returncode == 0


@test("/service/node/requires-what-it-does-not-know")
def requires_what_it_does_not_know():
    with Kadd() as kadd, Client(kadd) as client:
        options = {"require:teleport": GLib.Variant("b", True)}
        assert client.node.fails("Hold", "(sa{sv})", "a test", options) == "NotSupported"
        client.node.call("Hold", "(sa{sv})", "a test", {"teleport": GLib.Variant("b", True)})


main()
