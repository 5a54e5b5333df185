/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-test-source.h"

G_BEGIN_DECLS

/* Parts of the scenes, for kad-gui-test-source.c. */

/* Sets the fields of an item by GVariant text of an a{sv}, as "{'kind': <'record'>, 'size': <12>}".
 */
void kad_gui_test_set (gpointer item, const char *format, ...) G_GNUC_PRINTF (2, 3);

void kad_gui_test_fill_status (KadGuiStore *store, KadGuiTestScene scene);
void kad_gui_test_fill_stats (KadGuiStore *store);
void kad_gui_test_fill_queries (KadGuiStore *store);
void kad_gui_test_fill_events (KadGuiStore *store, guint n_events);
/* Publications, records, modules. */
void kad_gui_test_fill_lists (KadGuiStore *store);
void kad_gui_test_fill_commands (KadGuiStore *store);
void kad_gui_test_fill_checks (KadGuiStore *store);

G_END_DECLS
