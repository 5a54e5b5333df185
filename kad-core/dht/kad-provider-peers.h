/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-deadline-heap.h"
#include "kad-peer-info.h"
#include "kad-slab.h"

G_BEGIN_DECLS

/* Of one provider, and of all together: what is past it is not kept. */
#define KAD_MAX_PROVIDER_ADDRESSES 8
#define KAD_MAX_PROVIDER_ADDRESS_BYTES 1024
#define KAD_MAX_STORED_ADDRESS_BYTES (64 * 1024 * 1024)

typedef struct
{
  KadPeerInfo *info; /* (owned) */
  guint32 n_records;
  guint32 address_bytes;
} KadProviderPeer;

/* The peers of a provider store, each kept once however much it provides, with
 * its addresses, which live shorter than its records. Numbers are of its slab.
 * Plain struct inside the store. */
typedef struct
{
  KadSlab peers;             /* of KadProviderPeer */
  GHashTable *by_peer;       /* of KadPeerId inside the info to number */
  KadDeadlineHeap deadlines; /* of addresses */
  gsize n_address_bytes;
  gsize max_address_bytes;
  /* (nullable): the addresses of a peer are others now, until then; none: the peer has gone, or
   * they have expired */
  void (*moved) (gpointer owner, KadPeerInfo *info, gint64 expires_us);
  gpointer owner;
} KadProviderPeers;

void kad_provider_peers_init (KadProviderPeers *self);
void kad_provider_peers_clear (KadProviderPeers *self);
guint32 kad_provider_peers_find (const KadProviderPeers *self, const KadPeerId *peer);
guint32 kad_provider_peers_use (KadProviderPeers *self, KadPeerInfo *info);
void kad_provider_peers_renew (KadProviderPeers *self, guint32 number, KadPeerInfo *info,
                               gint64 now_us);
/* The same until @expires_us. */
void kad_provider_peers_restore (KadProviderPeers *self, guint32 number, KadPeerInfo *info,
                                 gint64 expires_us);
/* When its addresses expire; KAD_TIME_NEVER: none are known. */
gint64 kad_provider_peers_get_expiry (const KadProviderPeers *self, guint32 number);
void kad_provider_peers_drop (KadProviderPeers *self, guint32 number);
void kad_provider_peers_expire (KadProviderPeers *self, gint64 now_us);

static inline const KadProviderPeer *
kad_provider_peers_get (const KadProviderPeers *self, guint32 number)
{
  return kad_slab_get (&self->peers, number);
}

G_END_DECLS
