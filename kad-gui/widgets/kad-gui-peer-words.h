/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-peer.h"

G_BEGIN_DECLS

/* A peer in some lines, for a tooltip; what it said is escaped. (transfer full) */
char *kad_gui_peer_words_dup (const KadGuiPeer *peer, gint64 now_us);

G_END_DECLS
