#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the note of a code, and who is there: find-code.py CODE"""
import sys

from gi.repository import Gio

routing = Gio.DBusProxy.new_for_bus_sync(
    Gio.BusType.SESSION, 0, None, "org.libkad.Kad1", "/org/libkad/Kad1", "org.libkad.Kad1.Routing", None)
for found in routing.FindProviders("(sa{sv})", f"text:{sys.argv[1]}", {}, timeout=90000):
    print("there:", found["peer"], *found["addresses"])
record = routing.GetRecord("(sa{sv})", f"text:{sys.argv[1]}", {}, timeout=90000)[-1]
print("note:", bytes(record["value"]).decode())
