/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-peer-selection.h"
#include "kad-gui-store.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_PEER_COLUMNS (kad_gui_peer_columns_get_type ())

/**
 * KadGuiPeerColumns:
 *
 * The table of peers: a filter, and rows that can be sorted by each column. Which columns are shown
 * follows the width. What changes is shown at most four times a second; under the pointer rows are
 * not sorted anew.
 *
 * The filter takes words, all of which a peer must have in its id, agent or addresses; "bucket:4"
 * and "state:stale" are told apart.
 *
 * Properties: "store" (nullable), "selection" (KadGuiPeerSelection, shared with the drawings),
 * "connections" (boolean, construct only: columns of the connection instead of those of the table,
 * and peers that are not in the table, too).
 */
G_DECLARE_FINAL_TYPE (KadGuiPeerColumns, kad_gui_peer_columns, KAD_GUI, PEER_COLUMNS, GtkBox)

GtkWidget *kad_gui_peer_columns_new (gboolean connections);
void kad_gui_peer_columns_set_store (KadGuiPeerColumns *self, KadGuiStore *store);
void kad_gui_peer_columns_set_selection (KadGuiPeerColumns *self, KadGuiPeerSelection *selection);
/* One more thing that rows must be. @match NULL: nothing more. */
typedef gboolean (*KadGuiPeerMatch) (KadGuiPeer *peer, gpointer user_data);
void kad_gui_peer_columns_set_match (KadGuiPeerColumns *self, KadGuiPeerMatch match,
                                     gpointer user_data);
/* What match() looks at changed. */
void kad_gui_peer_columns_refilter (KadGuiPeerColumns *self);
void kad_gui_peer_columns_set_filter (KadGuiPeerColumns *self, const char *text);
void kad_gui_peer_columns_focus_filter (KadGuiPeerColumns *self);
/* The rows as they are shown. (transfer none) */
GListModel *kad_gui_peer_columns_get_rows (KadGuiPeerColumns *self);
/* The rows as lines of JSON. (transfer full) */
GBytes *kad_gui_peer_columns_save (KadGuiPeerColumns *self);
/* Shows what changed now, not at the next quarter of a second. */
void kad_gui_peer_columns_refresh (KadGuiPeerColumns *self);
/* A widget before the filter entry's end, e.g. a facet. */
void kad_gui_peer_columns_add_facet (KadGuiPeerColumns *self, GtkWidget *widget);

G_END_DECLS
