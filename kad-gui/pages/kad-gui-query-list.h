/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-source.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_QUERY_LIST (kad_gui_query_list_get_type ())

/**
 * KadGuiQueryList:
 *
 * All queries of a source, the newest first, with filters. While the pointer is over it nothing
 * comes in above what one is about to click: how many wait is said, and they come when it leaves.
 *
 * Signals: "selection-changed", also when the first query came or the last one went; "new-query";
 * "activated": a double click, or Enter, on the selected one.
 */
G_DECLARE_FINAL_TYPE (KadGuiQueryList, kad_gui_query_list, KAD_GUI, QUERY_LIST, GtkBox)

/* (nullable) */
void kad_gui_query_list_set_source (KadGuiQueryList *self, KadGuiSource *source);
/* (transfer none) (nullable) */
KadGuiQuery *kad_gui_query_list_get_selected (KadGuiQueryList *self);
/* NULL: none. Filters that hide it are taken off. Gives whether it is in the list. */
gboolean kad_gui_query_list_select (KadGuiQueryList *self, KadGuiQuery *query);
/* The newest that is shown; gives whether there is one. */
gboolean kad_gui_query_list_select_newest (KadGuiQueryList *self);
void kad_gui_query_list_focus_filter (KadGuiQueryList *self);
/* Whether there are any, shown or not. */
gboolean kad_gui_query_list_has_queries (KadGuiQueryList *self);
/* Those that pass the filters. */
guint kad_gui_query_list_get_n_shown (KadGuiQueryList *self);
/* As if the pointer came, or left. */
void kad_gui_query_list_set_held (KadGuiQueryList *self, gboolean is_held);
/* Whether the time of a query goes on. */
gboolean kad_gui_query_list_is_ticking (KadGuiQueryList *self);

G_END_DECLS
