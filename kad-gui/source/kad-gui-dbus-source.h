/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-source.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_DBUS_SOURCE (kad_gui_dbus_source_get_type ())

/**
 * KadGuiDbusSource:
 *
 * What the service org.libkad.Kad1 shows, on the session bus or on a socket of its own. It has a
 * connection of its own, and with close() that ends.
 *
 * open() starts nothing. Without a service it fails with "NoService", and opens by itself when the
 * service appears. Who wants it started says so with kad_gui_dbus_source_set_autostart() and opens
 * again; the node in a service that is there is started by kad_gui_source_control_async(). Other
 * codes: "NoBus"; "Version": the service is of another major version, or lacks what is needed;
 * "NotAuthorized"; "Timeout": it is there and does not answer; "InvalidAddress".
 *
 * A node that does not run is no failure: KadGuiStatus:state says so.
 */
G_DECLARE_FINAL_TYPE (KadGuiDbusSource, kad_gui_dbus_source, KAD_GUI, DBUS_SOURCE, KadGuiSource)

/* The service on the session bus. */
KadGuiSource *kad_gui_dbus_source_new_session (void);
/* A service on a socket: @address is one of D-Bus, as of `kadd --address`. @title: (nullable) for
 * people; the address if there is none. */
KadGuiSource *kad_gui_dbus_source_new_address (const char *address, const char *title);
/* NULL: the session bus. */
const char *kad_gui_dbus_source_get_address (KadGuiDbusSource *self);
/* Whether open() asks the bus to start the service if it is not there; FALSE at first. It applies
 * to one open(). Nothing on a socket. */
void kad_gui_dbus_source_set_autostart (KadGuiDbusSource *self, gboolean autostart);
/* After "NoService": whether the bus knows how to start it. */
gboolean kad_gui_dbus_source_can_autostart (KadGuiDbusSource *self);

G_END_DECLS
