# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop for kadd to follow: a system bus of the test's own, and on it what python3-dbusmock plays.

    with Desktop("upower", "logind") as desktop, Kadd(env=desktop.env) as kadd:
        desktop.upower.set(OnBattery=True)
"""

import json
import os
import subprocess
import sys

from gi.repository import Gio, GLib

from kadbus import Bus, wait_for

MOCK = "org.freedesktop.DBus.Mock"
PROPERTIES = "org.freedesktop.DBus.Properties"
START_S = 60


class Service:
    """One service on that bus. The words of what is set and told are those of its main interface."""

    def __init__(self, bus, name, path, interface, arguments):
        self.name, self.path, self.interface = name, path, interface
        self.bus = bus
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dbusmock", "--system", *arguments], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, env=dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=bus.address))

    def is_there(self):
        return self.bus.own.call_sync(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
            GLib.Variant("(s)", (self.name,)), None, 0, 10000, None).unpack()[0]

    def wait(self):
        """Until it answers."""
        wait_for(self.is_there, START_S)
        self.call(PROPERTIES, "GetAll", "(s)", self.interface)

    def call(self, interface, method, signature="()", *arguments):
        return self.bus.own.call_sync(self.name, self.path, interface, method, GLib.Variant(signature, arguments), None,
                                      Gio.DBusCallFlags.NO_AUTO_START, 10000, None).unpack()

    def set(self, **properties):
        """Properties, given as GLib.Variant or as a truth, and told."""
        values = {name: value if isinstance(value, GLib.Variant) else GLib.Variant("b", value)
                  for name, value in properties.items()}
        self.call(MOCK, "UpdateProperties", "(sa{sv})", self.interface, values)

    def tell(self, signal, signature, *arguments):
        self.call(MOCK, "EmitSignal", "(sssav)", self.interface, signal, signature,
                  [GLib.Variant(kind, value) for kind, value in zip(signature, arguments)])

    def vanish(self):
        self.process.kill()
        self.process.wait(20)


class NetworkManager(Service):
    def __init__(self, bus):
        name = "org.freedesktop.NetworkManager"
        super().__init__(bus, name, "/org/freedesktop/NetworkManager", name, ["--template", "networkmanager"])

    def wait(self):
        super().wait()
        self.call(MOCK, "AddProperty", "(ssv)", self.interface, "Metered", GLib.Variant("u", 2))

    def set_metered(self, is_metered):
        """As NetworkManager guesses it: yes, or no."""
        self.set(Metered=GLib.Variant("u", 3 if is_metered else 4))


class Logind(Service):
    def __init__(self, bus):
        super().__init__(bus, "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
                         ["--template", "logind"])

    def inhibitors(self):
        """what, who, why, mode of each."""
        return [row[:4] for row in self.call(self.interface, "ListInhibitors")[0]]

    def sleep(self, is_before):
        self.tell("PrepareForSleep", "b", is_before)


class UPower(Service):
    def __init__(self, bus):
        name = "org.freedesktop.UPower"
        super().__init__(bus, name, "/org/freedesktop/UPower", name,
                         ["--template", "upower", "--parameters", json.dumps({"OnBattery": False})])


class PowerProfiles(Service):
    def __init__(self, bus):
        name = "net.hadess.PowerProfiles"
        super().__init__(bus, name, "/net/hadess/PowerProfiles", name, ["--template", "power_profiles_daemon"])

    def save(self, is_saving):
        self.set(ActiveProfile=GLib.Variant("s", "power-saver" if is_saving else "balanced"))


class LowMemory(Service):
    def __init__(self, bus):
        name = "org.freedesktop.LowMemoryMonitor"
        super().__init__(bus, name, "/org/freedesktop/LowMemoryMonitor", name, ["--template", "low_memory_monitor"])

    def warn(self, level):
        self.call(MOCK, "EmitWarning", "(y)", level)


KINDS = {"network": NetworkManager, "logind": Logind, "upower": UPower, "power": PowerProfiles, "memory": LowMemory}


class Desktop(Bus):
    """The bus, with the services that are named; all of them if none is."""

    def __init__(self, *names):
        super().__init__()
        self.own = self.connect()
        self.services = {name: KINDS[name](self) for name in names or KINDS}
        for service in self.services.values():
            service.wait()
        self.env = {"DBUS_SYSTEM_BUS_ADDRESS": self.address, "G_MESSAGES_DEBUG": "kad-service"}

    def __getattr__(self, name):
        return self.__dict__["services"][name]

    def close(self):
        for service in self.services.values():
            service.vanish()
        super().close()
