/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-line.h"
#include "kad-gui-query.h"
#include "kad-gui-store.h"

G_BEGIN_DECLS

/* Queries of the engine that a row adds up; what a run had before counts no more. */
#define KAD_GUI_MAX_PARTS 64

/* Of KadGuiQueryLines: a row of the list of queries, as it grows by lines. What is added to lists
 * is put there by flush(). */
typedef struct _KadGuiQueryRow KadGuiQueryRow;

KadGuiQueryRow *kad_gui_query_row_new (KadGuiQuery *query);
void kad_gui_query_row_free (KadGuiQueryRow *self);
KadGuiQuery *kad_gui_query_row_get_query (KadGuiQueryRow *self);
/* Another took the place of the query in the store, with what it had. */
void kad_gui_query_row_set_query (KadGuiQueryRow *self, KadGuiQuery *query);
/* Gives whether the line is about a peer that the query had to do with now. */
gboolean kad_gui_query_row_take (KadGuiQueryRow *self, const KadGuiLine *line);
gboolean kad_gui_query_row_is_running (KadGuiQueryRow *self);
void kad_gui_query_row_flush (KadGuiQueryRow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadGuiQueryRow, kad_gui_query_row_free)

G_END_DECLS
