/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"
#include "kad-bucket.h"
#include "kad-infos.h"
#include "kad-key.h"
#include "kad-peer-info.h"

G_BEGIN_DECLS

#define KAD_K 20
#define KAD_MAX_PEER_TABLE_ADDRESSES 8
#define KAD_MAX_PEER_TABLE_ADDRESS_BYTES 2048

/* 256 buckets of at most k peers by common prefix with the local key. Least
 * recently seen first. A live peer is never evicted for a newcomer. */
typedef struct _KadRoutingTable KadRoutingTable;

typedef enum
{
  KAD_TABLE_ADDED,
  KAD_TABLE_UPDATED, /* was there: seen again, addresses renewed */
  KAD_TABLE_PENDING, /* the bucket is full: check @check first */
  KAD_TABLE_REFUSED, /* self, or replacements full, or too many of one IP group */
} KadTableVerdict;

typedef struct
{
  const KadPeerInfo *info;
  KadKey key;
  guint bucket;
  guint failures; /* since it was last seen */
  gint64 added_us;
  gint64 last_seen_us;
} KadTableEntry;

/* @k: 0 for KAD_K. */
KadRoutingTable *kad_routing_table_new (const KadPeerId *local, guint k);
void kad_routing_table_free (KadRoutingTable *self);
/* How many peers with a global address in one IPv4 /16 or IPv6 /32 a bucket and
 * the table take; 0, as in the beginning: no limit. Nobody is removed for it. @with_local: count
 * loopback and private addresses as well. */
void kad_routing_table_set_ip_limits (KadRoutingTable *self, guint per_bucket, guint per_table,
                                      gboolean with_local);
/* Call it for a peer that is known to live. Keeps the first
 * KAD_MAX_PEER_TABLE_ADDRESSES addresses; a peer that was there keeps its old ones
 * when @info has none, or ones of a crowded IP group.
 * @check: (out): on PENDING, the least recently seen peer to ask. Then call
 * kad_routing_table_seen() or kad_routing_table_remove() for that. */
KadTableVerdict kad_routing_table_add (KadRoutingTable *self, KadPeerInfo *info, gint64 now_us,
                                       KadPeerId *check);
/* The peer answered or asked. Its bucket's last from now on, without failures. */
void kad_routing_table_seen (KadRoutingTable *self, const KadPeerId *peer, gint64 now_us);
/* Counts a failure, and nothing else. Returns how many since it was seen; 0: not in the table. */
void kad_routing_table_set_connected (KadRoutingTable *self, const KadPeerId *peer,
                                      gboolean connected);
guint kad_routing_table_note_failure (KadRoutingTable *self, const KadPeerId *peer);
/* The peer did not answer: gone, and a waiting newcomer takes its place (given in
 * @promoted (nullable) (transfer full)). FALSE: was not in the table; if it
 * waited for a place it does so no longer. */
gboolean kad_routing_table_remove (KadRoutingTable *self, const KadPeerId *peer, gint64 now_us,
                                   KadPeerInfo **promoted);
/* Borrowed until the next change. */
const KadTableEntry *kad_routing_table_find (KadRoutingTable *self, const KadPeerId *peer);
/* Who of a bucket was seen longest ago; NULL: it is empty. Borrowed until the next change. */
const KadTableEntry *kad_routing_table_find_oldest (KadRoutingTable *self, guint bucket);
guint kad_routing_table_get_size (const KadRoutingTable *self);
guint kad_routing_table_get_bucket_size (const KadRoutingTable *self, guint bucket);
/* NULL: nobody ever was there. Borrowed until the next change. */
const KadBucket *kad_routing_table_find_bucket (const KadRoutingTable *self, guint bucket);
/* Up to @max infos, nearest first, without sorting the table; borrowed until the next change. */
guint kad_routing_table_closest (KadRoutingTable *self, const KadKey *target, guint max,
                                 KadPeerInfo **infos);
/* Every entry, in bucket order, the least recently seen first. */
typedef void (*KadTableVisitor) (const KadTableEntry *entry, gpointer user_data);
void kad_routing_table_foreach (KadRoutingTable *self, KadTableVisitor visitor, gpointer user_data);
/* The same for one bucket. */
void kad_routing_table_foreach_in (KadRoutingTable *self, guint bucket, KadTableVisitor visitor,
                                   gpointer user_data);
/* When a bucket was last looked up, for refresh; G_MININT64: never. */
void kad_routing_table_mark_refreshed (KadRoutingTable *self, guint bucket, gint64 now_us);
gint64 kad_routing_table_get_refreshed (const KadRoutingTable *self, guint bucket);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadRoutingTable, kad_routing_table_free)

G_END_DECLS
