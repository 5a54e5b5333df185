#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The person is told, once, when something could not be announced for long, by the notifications of a desktop."""

import os
import pathlib
import tempfile
import time

from gi.repository import Gio, GLib

from kadbus import Bus, Client, Kadd, Network, main, test, wait_for

PATIENCE = float(os.environ.get("KAD_TEST_PATIENCE", "1"))
LONG = 20 * PATIENCE
INTERFACE = """<node><interface name="org.freedesktop.Notifications"><method name="Notify">
<arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{sv}" direction="in"/><arg type="i" direction="in"/>
<arg type="u" direction="out"/></method></interface><interface name="org.freedesktop.Application"><method name="Activate">
<arg type="a{sv}" direction="in"/></method></interface></node>"""
PERSISTENT = {"lifetime": GLib.Variant("s", "persistent")}


class Desktop:
    """Shows notifications, and has an inspector."""

    def __init__(self, bus):
        self.shown = []
        self.n_activated = 0
        self.connection = bus.connect()
        information = Gio.DBusNodeInfo.new_for_xml(INTERFACE)
        for path, interface in (("/org/freedesktop/Notifications", 0), ("/org/libkad/Inspector", 1)):
            self.connection.register_object(path, information.interfaces[interface], self.on_call, None, None)
        for name in ("org.freedesktop.Notifications", "org.libkad.Inspector"):
            self.connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                                      GLib.Variant("(su)", (name, 0)), None, 0, 5000, None)

    def on_call(self, connection, sender, path, interface, method, arguments, invocation):
        if method == "Activate":
            self.n_activated += 1
            invocation.return_value(None)
            return
        self.shown.append(arguments.unpack())
        invocation.return_value(GLib.Variant("(u)", (len(self.shown),)))

    def click(self, number):
        self.connection.emit_signal(None, "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "ActionInvoked",
                                    GLib.Variant("(us)", (number, "default")))


def service(bus, folder, after=2):
    """A service that is joined to nobody, so that nothing can be announced."""
    applications = pathlib.Path(folder) / "share" / "applications"
    applications.mkdir(parents=True, exist_ok=True)
    (applications / "org.libkad.Inspector.desktop").write_text("[Desktop Entry]\nType=Application\nName=Kad\nExec=true\n")
    kadd = Kadd(bus=bus, folder=folder, env={"XDG_DATA_HOME": f"{folder}/share"})
    client = Client(bus)
    client.settings.call("Set", "(sv)", "notify-after", GLib.Variant("u", after))
    return kadd, client


def has_failed(client, path):
    return client.at(path, "Publication")["Failures"] > 0


@test("/service/notifier/told-once-until-all-is-well")
def told_once_until_all_is_well():
    with Bus() as bus, tempfile.TemporaryDirectory() as folder:
        desktop = Desktop(bus)
        kadd, client = service(bus, folder)
        with kadd, client:
            first = client.publications.call("PutRecord", "(saya{sv})", "text:one", b"1", PERSISTENT)
            second = client.publications.call("Provide", "(sa{sv})", "text:two", {})
            wait_for(lambda: desktop.shown, LONG)
            name, replaces, icon, summary, body, actions, hints, _ = desktop.shown[0]
            assert (name, replaces, icon) == ("Kad", 0, "org.libkad.Inspector") and summary and "could not be announced" in body
            assert actions[0] == "default" and hints["desktop-entry"] == "org.libkad.Inspector", (actions, hints)
            desktop.click(77)  # another program's
            desktop.click(1)
            wait_for(lambda: desktop.n_activated == 1, LONG)
            # More that fails is not told again.
            third = client.publications.call("Provide", "(sa{sv})", "text:three", {})
            wait_for(lambda: has_failed(client, third), LONG)
            wait_for(lambda start=time.monotonic(): time.monotonic() > start + 4, 10)
            assert len(desktop.shown) == 1, desktop.shown
            # All is well for once: then the next failure is news.
            with Network(3) as network:
                client.node.call("Dial", "(sa{sv})", network.addresses[0], {})
                wait_for(lambda: client.node["State"] == "online", LONG)
                for path in (first, second, third):
                    client.at(path, "Publication").call("Refresh")
                wait_for(lambda: all(row[1]["stored"] > 0 for row in client.publications.call("List", "(a{sv})", {})), LONG)
            wait_for(lambda: client.node["PeerCount"] == 0, LONG)
            client.at(first, "Publication").call("Refresh")
            wait_for(lambda: len(desktop.shown) == 2, 2 * LONG)


@test("/service/notifier/a-restart-tells-nothing-again")
def a_restart_tells_nothing_again():
    with Bus() as bus, tempfile.TemporaryDirectory() as folder:
        desktop = Desktop(bus)
        kadd, client = service(bus, folder)
        with kadd, client:
            client.publications.call("PutRecord", "(saya{sv})", "text:one", b"1", PERSISTENT)
            wait_for(lambda: desktop.shown, LONG)
        kadd, client = service(bus, folder)
        with kadd, client:
            path = wait_for(lambda: client.publications.call("List", "(a{sv})", {"all": GLib.Variant("b", True)}), LONG)[0][0]
            client.at(path, "Publication").call("Refresh")
            wait_for(lambda: has_failed(client, path), LONG)
            wait_for(lambda start=time.monotonic(): time.monotonic() > start + 4, 10)
            assert len(desktop.shown) == 1, desktop.shown


@test("/service/notifier/never")
def never():
    with Bus() as bus, tempfile.TemporaryDirectory() as folder:
        desktop = Desktop(bus)
        kadd, client = service(bus, folder, after=0)
        with kadd, client:
            path = client.publications.call("Provide", "(sa{sv})", "text:one", {})
            wait_for(lambda: has_failed(client, path), LONG)
            wait_for(lambda start=time.monotonic(): time.monotonic() > start + 4, 10)
            assert not desktop.shown
            # It is changed while something fails.
            client.settings.call("Set", "(sv)", "notify-after", GLib.Variant("u", 1))
            wait_for(lambda: desktop.shown, LONG)


@test("/service/notifier/nobody-shows-it")
def nobody_shows_it():
    with Bus() as bus, tempfile.TemporaryDirectory() as folder:
        kadd, client = service(bus, folder, after=1)
        with kadd, client:
            path = client.publications.call("Provide", "(sa{sv})", "text:one", {})
            wait_for(lambda: has_failed(client, path), LONG)
            wait_for(lambda start=time.monotonic(): time.monotonic() > start + 2.5, 10)
            assert client.node["State"] == "offline"
            # Who comes later shows it.
            desktop = Desktop(bus)
            wait_for(lambda: desktop.shown, LONG)
            assert "CRITICAL" not in kadd.said(), kadd.said()


main()
