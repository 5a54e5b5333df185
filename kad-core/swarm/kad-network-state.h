/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-network.h"
#include "kad-peer-info.h"

G_BEGIN_DECLS

/* The table is saved this long after it changed, and no more often than the interval. */
#define KAD_TABLE_SAVE_DELAY_US (1 * G_USEC_PER_SEC)
#define KAD_TABLE_SAVE_INTERVAL_US (30 * G_USEC_PER_SEC)
/* Who was saved and is not in the table is kept for so long, in case it comes back. */
#define KAD_SAVED_PEER_AGE_US ((gint64) 7 * 24 * 3600 * G_USEC_PER_SEC)
#define KAD_MAX_SAVED_PEERS 2048

/* What of a network survives its end: see the essay in kad-network-state.c. Without a folder
 * nothing does, and everything is told as done at once: whoever asked for memory only has what they
 * asked for. */
typedef struct _KadNetworkState KadNetworkState;

/* A peer that was in the routing table. */
typedef struct
{
  KadPeerInfo *info; /* (owned) */
  gint64 seen_unix_us;
  gboolean is_connected; /* when it was saved */
} KadSavedPeer;

/* @error: (nullable): why what was told before is not kept. In the network's thread. */
typedef void (*KadNetworkStateFunc) (gpointer user_data, const GError *error);

/* @folder: (nullable): none: memory only. Reads what can be read at once: publications and peers.
 * NULL and an error: another node has the folder. */
KadNetworkState *kad_network_state_new (KadNetwork *network, const char *folder, GError **error);
/* Begins to read the rest. */
void kad_network_state_start (KadNetworkState *self);
/* Saves the table and writes everything; who waits is told. Before connections are closed. */
void kad_network_state_free (KadNetworkState *self);

/* What was published persistently, as the database had it at the start. (element-type
 * KadPublicationRow) (transfer none) */
GPtrArray *kad_network_state_get_publications (KadNetwork *self);
/* Who was in the table, as far as known. (element-type KadSavedPeer) (transfer container) */
GPtrArray *kad_network_state_dup_peers (KadNetworkState *self);
/* What happens to publications and the table. */
void kad_network_state_note_event (KadNetworkState *self, const KadEvent *event);

/* The calendar was set by @step_us: what is on the disk by its times is written anew. */
void kad_network_state_clock_stepped (KadNetworkState *self, gint64 step_us);

/* Calls @func once everything that the network has noted until now is on the disk, or cannot be
 * brought there; not within this call. */
void kad_network_state_flush (KadNetwork *self, KadNetworkStateFunc func, gpointer user_data);

G_END_DECLS
