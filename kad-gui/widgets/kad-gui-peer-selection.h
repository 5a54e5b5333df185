/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-peer.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_PEER_SELECTION (kad_gui_peer_selection_get_type ())

/**
 * KadGuiPeerSelection:
 *
 * What is selected on a page: drawings and table share it. At most one peer; and a key that
 * somebody asks "what if" about, with the peers that are closest to it.
 *
 * Property: "peer" (KadGuiPeer, nullable). Signal: "target-changed".
 */
G_DECLARE_FINAL_TYPE (KadGuiPeerSelection, kad_gui_peer_selection, KAD_GUI, PEER_SELECTION, GObject)

KadGuiPeerSelection *kad_gui_peer_selection_new (void);
/* (transfer none) (nullable) */
KadGuiPeer *kad_gui_peer_selection_get_peer (KadGuiPeerSelection *self);
void kad_gui_peer_selection_set_peer (KadGuiPeerSelection *self, KadGuiPeer *peer);
/* NULL: there is none. Borrowed until it changes. */
const KadKey *kad_gui_peer_selection_get_target (KadGuiPeerSelection *self);
/* @closest: (element-type KadGuiPeer) nearest first; a reference of each is taken. */
void kad_gui_peer_selection_set_target (KadGuiPeerSelection *self, const KadKey *target,
                                        GPtrArray *closest);
gboolean kad_gui_peer_selection_is_close (KadGuiPeerSelection *self, KadGuiPeer *peer);

G_END_DECLS
