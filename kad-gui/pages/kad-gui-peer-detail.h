/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-peer-actions.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_PEER_DETAIL (kad_gui_peer_detail_get_type ())

/* All that is known of the selected peer, with its addresses, and what can be done with it. */
G_DECLARE_FINAL_TYPE (KadGuiPeerDetail, kad_gui_peer_detail, KAD_GUI, PEER_DETAIL, GtkBox)

/* Once, before anything else. @actions must live as long. */
void kad_gui_peer_detail_bind (KadGuiPeerDetail *self, KadGuiPeerSelection *selection,
                               KadGuiPeerActions *actions);
void kad_gui_peer_detail_set_store (KadGuiPeerDetail *self, KadGuiStore *store);
/* A field as it is shown, by its title in English; NULL: it is not shown. */
const char *kad_gui_peer_detail_get_field (KadGuiPeerDetail *self, const char *title);

G_END_DECLS
