/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-query.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_QUERY_ROW (kad_gui_query_row_get_type ())

/* A query in the list: kind, key, how long, what came of it, in three lines. It follows its query;
 * the time of one that runs goes on by tick(). */
G_DECLARE_FINAL_TYPE (KadGuiQueryRow, kad_gui_query_row, KAD_GUI, QUERY_ROW, GtkBox)

GtkWidget *kad_gui_query_row_new (void);
/* (nullable) */
void kad_gui_query_row_set_query (KadGuiQueryRow *self, KadGuiQuery *query, gint64 now_us);
KadGuiQuery *kad_gui_query_row_get_query (KadGuiQueryRow *self);
void kad_gui_query_row_tick (KadGuiQueryRow *self, gint64 now_us);

G_END_DECLS
