/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-query.h"

G_BEGIN_DECLS

/* What of a query is in the table. */
typedef enum
{
  KAD_GUI_QUERY_CONTACTS, /* the twin of the drawings */
  KAD_GUI_QUERY_STEPS,
  KAD_GUI_QUERY_RESULTS,
} KadGuiQueryTableKind;

#define KAD_GUI_TYPE_QUERY_TABLE (kad_gui_query_table_get_type ())

/**
 * KadGuiQueryTable:
 *
 * Contacts, steps or results of a query, as a table that can be sorted. Rows change in place.
 *
 * Property: "kind" (uint, at construction). Signals: "peer-selected" (s), "peer-activated" (s).
 */
G_DECLARE_FINAL_TYPE (KadGuiQueryTable, kad_gui_query_table, KAD_GUI, QUERY_TABLE, GtkWidget)

GtkWidget *kad_gui_query_table_new (KadGuiQueryTableKind kind);
/* (nullable) */
void kad_gui_query_table_set_query (KadGuiQueryTable *self, KadGuiQuery *query);
/* Selects the first row of a peer. */
void kad_gui_query_table_select_peer (KadGuiQueryTable *self, const char *peer);
/* The selected row; NULL: none. (transfer none) */
gpointer kad_gui_query_table_get_selected (KadGuiQueryTable *self);
guint kad_gui_query_table_get_n_rows (KadGuiQueryTable *self);
/* (transfer none) */
GtkColumnView *kad_gui_query_table_get_view (KadGuiQueryTable *self);

G_END_DECLS
