/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-store.h"

G_BEGIN_DECLS

/* What org.libkad.Kad1.Query says, as a KadGuiQuery has it. Members of other types are passed
 * over. */

/* Properties of the object: where its key is, its walk, its counts. */
void kad_gui_dbus_query_set_properties (KadGuiQuery *query, GVariant *properties);
/* The member @name, (uuuu). */
void kad_gui_dbus_query_set_counts (KadGuiQuery *query, GVariant *members, const char *name);
/* Of the summary of its end. */
void kad_gui_dbus_query_set_numbers (KadGuiQuery *query, GVariant *summary);
void kad_gui_dbus_query_set_error (KadGuiQuery *query, GVariant *summary);
/* A step of GetSteps() as the line that the stream would have. (transfer full) */
GVariant *kad_gui_dbus_query_new_line (KadGuiQuery *query, gint64 at_us, guint distance_bits,
                                       guint rtt_us, const char *step, const char *peer,
                                       const char *detail);
/* Those of PrepareQuery(), floating. @key: (out) (transfer full): what the query is about, taken
 * out of the options if the command's arguments are known. */
GVariant *kad_gui_dbus_query_new_options (KadGuiStore *store, const char *command,
                                          GVariant *options, char **key);
/* What it is about if they are not. */
const char *kad_gui_dbus_query_find_key (GVariant *options);

G_END_DECLS
