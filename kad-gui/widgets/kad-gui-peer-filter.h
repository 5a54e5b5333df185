/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-peer.h"

G_BEGIN_DECLS

/* What somebody types to find peers: words, all of which must be in the id, the agent or an
 * address, whatever their case; "bucket:4"; "state:stale" (live, connected, checking, stale). */
typedef struct _KadGuiPeerFilter KadGuiPeerFilter;

KadGuiPeerFilter *kad_gui_peer_filter_new (const char *text);
void kad_gui_peer_filter_free (KadGuiPeerFilter *self);
gboolean kad_gui_peer_filter_match (const KadGuiPeerFilter *self, const KadGuiPeer *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadGuiPeerFilter, kad_gui_peer_filter_free)

G_END_DECLS
