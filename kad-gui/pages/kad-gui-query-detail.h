/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-source.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_QUERY_DETAIL (kad_gui_query_detail_get_type ())

/**
 * KadGuiQueryDetail:
 *
 * One query: in words why it took as long as it did and what it found, then its drawings and
 * tables, which share the selected peer.
 *
 * Signals: "back"; "peer-activated" (s); "copy" (ss): what, and what to say; "run-again".
 */
G_DECLARE_FINAL_TYPE (KadGuiQueryDetail, kad_gui_query_detail, KAD_GUI, QUERY_DETAIL, GtkBox)

/* Both (nullable). */
void kad_gui_query_detail_set_query (KadGuiQueryDetail *self, KadGuiSource *source,
                                     KadGuiQuery *query);
KadGuiQuery *kad_gui_query_detail_get_query (KadGuiQueryDetail *self);
/* Whether there is a way back to the list. */
void kad_gui_query_detail_set_narrow (KadGuiQueryDetail *self, gboolean is_narrow);
/* "waterfall", "descent", "path", "contacts", "steps", "results" */
void kad_gui_query_detail_show (KadGuiQueryDetail *self, const char *view);
/* What is shown of it now. (transfer none) */
GtkWidget *kad_gui_query_detail_get_view (KadGuiQueryDetail *self);
/* What Ctrl+C takes: the selected row, or the query. (transfer full) (nullable) */
char *kad_gui_query_detail_dup_selection (KadGuiQueryDetail *self);

G_END_DECLS
