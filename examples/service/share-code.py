#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps a note under a code, and says that this machine is there: share-code.py CODE NOTE"""
import sys
from gi.repository import Gio, GLib

def kad(interface):
    name = "org.libkad.Kad1"
    return Gio.DBusProxy.new_for_bus_sync(
        Gio.BusType.SESSION, 0, None, name, "/org/libkad/Kad1", f"{name}.{interface}", None)

code, note = sys.argv[1:]
how = {"lifetime": GLib.Variant("s", "persistent"), "wait": GLib.Variant("b", True)}
kad("Publications").PutRecord("(saya{sv})", f"text:{code}", note.encode(), how, timeout=90000)
kad("Routing").Advertise("(sa{sv})", code, how, timeout=90000)
