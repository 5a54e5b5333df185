/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-store.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_PEER_FACETS (kad_gui_peer_facets_get_type ())

/* What peers are asked for: connected, direction, transport, muxer, family of agents; values are
 * those that there are. Signal: "changed". */
G_DECLARE_FINAL_TYPE (KadGuiPeerFacets, kad_gui_peer_facets, KAD_GUI, PEER_FACETS, GtkBox)

typedef enum
{
  KAD_GUI_FACET_CONNECTED, /* "yes" or "no" */
  KAD_GUI_FACET_DIRECTION,
  KAD_GUI_FACET_TRANSPORT,
  KAD_GUI_FACET_MUXER,
  KAD_GUI_FACET_AGENT,
  KAD_GUI_N_FACETS
} KadGuiFacet;

GtkWidget *kad_gui_peer_facets_new (void);
void kad_gui_peer_facets_set_store (KadGuiPeerFacets *self, KadGuiStore *store);
gboolean kad_gui_peer_facets_match (KadGuiPeerFacets *self, const KadGuiPeer *peer);
/* @value NULL or not there: any. */
void kad_gui_peer_facets_choose (KadGuiPeerFacets *self, KadGuiFacet facet, const char *value);

G_END_DECLS
