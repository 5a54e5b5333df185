#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the desktop is not there, goes, says nothing or talks nonsense, the node is as it would be without one."""

import os
import signal
import time

from kaddesktop import following, main, Network, test, wait_for, WAIT_S
from kadbus import Bus
from mockdesktop import Desktop, MOCK, Service, UPower

from gi.repository import GLib

NETWORK = Network(3)
# Everything is watched.
ALL = {"on_battery": "quiet"}


def at_work(it):
    """It does what it is there for."""
    assert len(it.find()) == 3
    assert it.node["State"] == "online" and it.node["QuietReasons"] == [], it.node["QuietReasons"]


@test("/desktop/no-system-bus")
def no_system_bus():
    with following({"DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus"}, NETWORK, settings=ALL) as it:
        it.wait_said("there is no system bus")
        # The network is watched without it.
        it.wait_said("watched by GNetworkMonitor")
        at_work(it)
        assert len([line for line in it.said if "no system bus" in line]) == 1
        assert it.kadd.said().count("WARNING") == 0, it.kadd.said()


@test("/desktop/nobody-on-the-system-bus")
def nobody_there():
    with Bus() as bus, following({"DBUS_SYSTEM_BUS_ADDRESS": bus.address}, NETWORK, settings=ALL) as it:
        it.wait_said("a sleep will not wait for us")
        it.wait_said("watched by GNetworkMonitorNetlink")
        at_work(it)
        assert it.kadd.said().count("WARNING") == 0, it.kadd.said()


@test("/desktop/services-that-vanish")
def vanish():
    """What a service said ends with it; the next one is listened to. Without the bus nothing is left of it."""
    with Desktop() as desktop, following(desktop.env, NETWORK, settings=ALL) as it:
        desktop.power.save(True)
        desktop.upower.set(OnBattery=True)
        it.wait_quiet("power-saver", "battery")
        for service in desktop.services.values():
            service.vanish()
        it.wait_quiet()
        at_work(it)
        desktop.services["upower"] = UPower(desktop)
        desktop.upower.wait()
        desktop.upower.set(OnBattery=True)
        it.wait_quiet("battery")
        desktop.process.kill()
        it.wait_quiet()
        it.wait_said("the system bus is gone")
        at_work(it)
        # It is started again without a bus.
        it.node.call("Stop", "(a{sv})", {})
        it.start()
        at_work(it)


@test("/desktop/nonsense")
def nonsense():
    """Answers and signals of other types than they should be."""
    with Bus() as bus:
        bus.own = bus.connect()
        upower = Service(bus, "org.freedesktop.UPower", "/org/freedesktop/UPower", "org.freedesktop.UPower",
                         ["org.freedesktop.UPower", "/org/freedesktop/UPower", "org.freedesktop.UPower"])
        manager = "org.freedesktop.login1.Manager"
        logind = Service(bus, "org.freedesktop.login1", "/org/freedesktop/login1", manager,
                         ["org.freedesktop.login1", "/org/freedesktop/login1", manager])
        for service in (upower, logind):
            service.wait()
        upower.call(MOCK, "AddProperty", "(ssv)", upower.interface, "OnBattery", GLib.Variant("s", "yes"))
        logind.call(MOCK, "AddMethod", "(sssss)", manager, "Inhibit", "ssss", "s", "ret = 'no'")
        try:
            with following({"DBUS_SYSTEM_BUS_ADDRESS": bus.address}, NETWORK, settings=ALL) as it:
                it.wait_said("OnBattery of UPower is of type s")
                it.wait_said("a sleep will not wait for us")
                logind.tell("PrepareForSleep", "s", "yes")
                it.wait_said("PrepareForSleep of logind is of type (s)")
                at_work(it)
                # What is right is heard again.
                upower.set(OnBattery=True)
                it.wait_quiet("battery")
                upower.set(OnBattery=GLib.Variant("u", 1))
                it.wait_quiet()
                # Falling asleep twice, and waking twice.
                for is_before in (True, True, False, False):
                    logind.tell("PrepareForSleep", "b", is_before)
                wait_for(lambda: len([line for line in it.said if "renew: {" in line]) >= 2, WAIT_S)
                at_work(it)
        finally:
            for service in (upower, logind):
                service.vanish()


@test("/desktop/services-that-never-answer")
def never_answer():
    """Nobody waits for them: neither the node, nor who calls it, nor the end."""
    with Desktop() as desktop:
        for service in desktop.services.values():
            os.kill(service.process.pid, signal.SIGSTOP)
        begun = time.monotonic()
        with following(desktop.env, NETWORK, settings=ALL) as it:
            at_work(it)
        # GIO itself would wait for 25 s.
        assert time.monotonic() - begun < 20
        for service in desktop.services.values():
            os.kill(service.process.pid, signal.SIGCONT)


main(NETWORK.close)
