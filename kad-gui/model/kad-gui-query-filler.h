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
typedef struct _KadGuiQueryFiller KadGuiQueryFiller;

KadGuiQueryFiller *kad_gui_query_filler_new (KadGuiQuery *query);
void kad_gui_query_filler_free (KadGuiQueryFiller *self);
KadGuiQuery *kad_gui_query_filler_get_query (KadGuiQueryFiller *self);
/* Another took the place of the query in the store, with what it had. */
void kad_gui_query_filler_set_query (KadGuiQueryFiller *self, KadGuiQuery *query);
void kad_gui_query_filler_take (KadGuiQueryFiller *self, const KadGuiLine *line);
gboolean kad_gui_query_filler_is_running (KadGuiQueryFiller *self);
void kad_gui_query_filler_flush (KadGuiQueryFiller *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadGuiQueryFiller, kad_gui_query_filler_free)

G_END_DECLS
