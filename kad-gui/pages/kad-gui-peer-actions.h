/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-page.h"
#include "kad-gui-peer-selection.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_PEER_ACTIONS (kad_gui_peer_actions_get_type ())

/**
 * KadGuiPeerActions:
 *
 * What can be done with the selected peer, as the actions "peer.*" of a page: copy-id,
 * copy-address, copy-json, show, show-in-table, show-query, new-query, show-events, ping, dial,
 * hang-up. What the source or the peer cannot is disabled, and kad_gui_peer_actions_dup_reason()
 * says why.
 *
 * Property: "message" (string, never NULL): how the last ping, dial or hang-up went, in words.
 */
G_DECLARE_FINAL_TYPE (KadGuiPeerActions, kad_gui_peer_actions, KAD_GUI, PEER_ACTIONS, GObject)

/* It lives as long as the page, which has it in its "peer" group and holds no reference. */
KadGuiPeerActions *kad_gui_peer_actions_new (KadGuiPage *page, KadGuiPeerSelection *selection);
/* After the page has another source. */
void kad_gui_peer_actions_source_changed (KadGuiPeerActions *self);
const char *kad_gui_peer_actions_get_message (KadGuiPeerActions *self);
/* Why "ping", "dial" or "hang-up" cannot be: NULL if it can. */
const char *kad_gui_peer_actions_get_reason (KadGuiPeerActions *self, const char *action);
/* Connects to an address that somebody typed. */
void kad_gui_peer_actions_dial (KadGuiPeerActions *self, const char *address);

/* An address of a peer as others want it, with /p2p/ID at its end. (transfer full) */
char *kad_gui_peer_actions_dup_multiaddr (KadGuiPeer *peer, const char *address);

G_END_DECLS
