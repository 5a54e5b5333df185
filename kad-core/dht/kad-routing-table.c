/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-routing-table.h"

#include "kad-ip-tally.h"
#include "kad-key-trie.h"
#include "kad-peer-trim.h"

/*
 * Entries sit in one slab. Three structures name them by slot:
 *
 *  - the buckets, in the order in which they were last seen, for the rule that
 *    an old live peer stays and a newcomer waits;
 *  - a trie over the keys, for the closest k in O(k + depth);
 *  - a hash table over the peer ids, for everything that is said about a peer.
 *
 * Buckets are made when the first peer needs them: a table of a network of
 * 100,000 has about 14 that hold anybody.
 */
struct _KadRoutingTable
{
  KadPeerId local_peer;
  KadKey local;
  guint k;
  KadSlab slots; /* of KadTableEntry, whose info is owned */
  KadKeyTrie trie;
  GHashTable *by_peer; /* of KadPeerId inside the entry's info to slot */
  KadBucket *buckets;
  guint n_buckets;
  KadIpTally *tally; /* (nullable) */
};

static inline KadTableEntry *
get_entry (const KadRoutingTable *self, guint32 slot)
{
  return kad_slab_get (&self->slots, slot);
}

static void
get_entry_key (gpointer owner, guint32 slot, KadKey *key)
{
  *key = get_entry (owner, slot)->key;
}

/**
 * kad_routing_table_new: (skip)
 * @local: whose table it is; never in it
 * @k: how many peers a bucket takes; 0 for %KAD_K
 *
 * Returns: (transfer full): an empty table
 */
KadRoutingTable *
kad_routing_table_new (const KadPeerId *local, guint k)
{
  KadRoutingTable *self = g_new0 (KadRoutingTable, 1);

  self->local_peer = *local;
  kad_key_init_from_peer (&self->local, local);
  self->k = k != 0 ? k : KAD_K;
  kad_slab_init (&self->slots, sizeof (KadTableEntry));
  kad_key_trie_init (&self->trie, get_entry_key, self);
  self->by_peer = g_hash_table_new (kad_peer_id_hash, kad_peer_id_equal);
  return self;
}

static inline KadPeerInfo *
get_info (const KadTableEntry *entry)
{
  return (KadPeerInfo *) entry->info;
}

/**
 * kad_routing_table_free: (skip)
 * @self: (transfer full): a table
 */
void
kad_routing_table_free (KadRoutingTable *self)
{
  for (guint i = 0; i < self->n_buckets; i++)
    {
      KadBucket *bucket = &self->buckets[i];

      for (guint j = 0; j < bucket->n_members; j++)
        kad_peer_info_unref (get_info (get_entry (self, bucket->members[j])));
      kad_bucket_clear (bucket);
    }
  g_free (self->buckets);
  g_clear_pointer (&self->tally, kad_ip_tally_free);
  g_hash_table_unref (self->by_peer);
  kad_key_trie_clear (&self->trie);
  kad_slab_clear (&self->slots);
  g_free (self);
}

static guint32
find_slot (const KadRoutingTable *self, const KadPeerId *peer)
{
  gpointer slot;

  if (!g_hash_table_lookup_extended (self->by_peer, peer, NULL, &slot))
    return KAD_SLAB_NONE;
  return GPOINTER_TO_UINT (slot);
}

static void
tally_entry (const KadTableEntry *entry, gpointer tally)
{
  kad_ip_tally_add (tally, entry->info, entry->bucket);
}

/**
 * kad_routing_table_set_ip_limits: (skip)
 * @self: a table
 * @per_bucket: how many peers of one IP group a bucket takes; 0 for no limit
 * @per_table: how many the table takes; 0 for no limit
 * @with_local: whether loopback and private addresses are counted, too
 *
 * Bounds what one owner of addresses can occupy (ipfs/specs kad-dht, "IP
 * group" diversity). A group is an IPv4 /16 or an IPv6 /32 of global addresses;
 * all others are free, unless @with_local. Peers that are in the table count, and stay.
 */
void
kad_routing_table_set_ip_limits (KadRoutingTable *self, guint per_bucket, guint per_table,
                                 gboolean with_local)
{
  g_clear_pointer (&self->tally, kad_ip_tally_free);
  if (per_bucket == 0 && per_table == 0)
    return;

  self->tally = kad_ip_tally_new (per_bucket, per_table, with_local);
  kad_routing_table_foreach (self, tally_entry, self->tally);
}

static KadBucket *
ensure_bucket (KadRoutingTable *self, guint index)
{
  if (index >= self->n_buckets)
    {
      self->buckets = g_renew (KadBucket, self->buckets, index + 1);
      while (self->n_buckets <= index)
        kad_bucket_init (&self->buckets[self->n_buckets++]);
    }
  return &self->buckets[index];
}

/* The info as a table keeps it. */
static KadPeerInfo *
ref_trimmed (KadPeerInfo *info)
{
  return kad_peer_trim (info, KAD_MAX_PEER_TABLE_ADDRESSES, KAD_MAX_PEER_TABLE_ADDRESS_BYTES);
}

static void
insert (KadRoutingTable *self, guint index, const KadKey *key, KadPeerInfo *info, gint64 seen_us,
        gint64 now_us)
{
  guint32 slot = kad_slab_alloc (&self->slots);

  *get_entry (self, slot) = (KadTableEntry){
    .info = info,
    .key = *key,
    .bucket = index,
    .added_us = now_us,
    .last_seen_us = seen_us,
  };
  kad_key_trie_insert (&self->trie, key, slot);
  g_hash_table_insert (self->by_peer, (gpointer) kad_peer_info_get_peer (info),
                       GUINT_TO_POINTER (slot));
  kad_bucket_append (ensure_bucket (self, index), slot);
  self->buckets[index].changed_us = now_us;
  if (self->tally != NULL)
    kad_ip_tally_add (self->tally, info, index);
}

static gboolean
tally_replace (KadRoutingTable *self, const KadTableEntry *entry, KadPeerInfo *info)
{
  gboolean allowed;

  if (self->tally == NULL)
    return TRUE;

  kad_ip_tally_remove (self->tally, entry->info, entry->bucket);
  allowed = kad_ip_tally_allows (self->tally, info, entry->bucket);
  kad_ip_tally_add (self->tally, allowed ? info : entry->info, entry->bucket);
  return allowed;
}

static void
see (KadRoutingTable *self, guint32 slot, gint64 now_us)
{
  KadTableEntry *entry = get_entry (self, slot);

  entry->last_seen_us = MAX (entry->last_seen_us, now_us);
  entry->failures = 0;
  kad_bucket_touch (&self->buckets[entry->bucket], slot);
}

static void
update (KadRoutingTable *self, guint32 slot, KadPeerInfo *info, gint64 now_us)
{
  KadTableEntry *entry = get_entry (self, slot);

  if (info != entry->info && kad_peer_info_get_n_addresses (info) > 0)
    {
      KadPeerInfo *renewed = ref_trimmed (info);

      if (tally_replace (self, entry, renewed))
        {
          /* The index's key lies inside the info. */
          g_hash_table_replace (self->by_peer, (gpointer) kad_peer_info_get_peer (renewed),
                                GUINT_TO_POINTER (slot));
          kad_peer_info_unref (get_info (entry));
          entry->info = renewed;
        }
      else
        {
          kad_peer_info_unref (renewed);
        }
    }
  see (self, slot, now_us);
}

/* A newcomer's place in a full bucket's waiting list. */
static KadTableVerdict
add_waiting (KadRoutingTable *self, KadBucket *bucket, KadPeerInfo *info, gint64 now_us,
             KadPeerId *check)
{
  g_autoptr (KadPeerInfo) trimmed = ref_trimmed (info);

  if (!kad_bucket_wait (bucket, trimmed, now_us))
    return KAD_TABLE_REFUSED;

  if (check != NULL)
    *check = *kad_peer_info_get_peer (get_entry (self, bucket->members[0])->info);
  return KAD_TABLE_PENDING;
}

/**
 * kad_routing_table_add: (skip)
 * @self: a table
 * @info: a peer that is known to live, and its addresses
 * @now_us: the time
 * @check: (out) (optional): on %KAD_TABLE_PENDING, whom to ask whether it still lives: the one
 *   of the full bucket that was seen longest ago
 *
 * Puts a peer into its bucket, or renews it. In a full bucket the newcomer
 * waits until kad_routing_table_remove() makes room, and if that never happens it
 * never enters: an old peer that answers is worth more than a new one.
 *
 * A bucket keeps %KAD_MAX_BUCKET_REPLACEMENTS waiting; one more is refused,
 * unless a waiting one was not heard of for %KAD_REPLACEMENT_TTL_US.
 *
 * Returns: what became of it
 */
KadTableVerdict
kad_routing_table_add (KadRoutingTable *self, KadPeerInfo *info, gint64 now_us, KadPeerId *check)
{
  const KadPeerId *peer = kad_peer_info_get_peer (info);
  KadBucket *bucket;
  KadKey key;
  guint index;
  guint32 slot;

  if (!kad_peer_id_is_set (peer) || kad_peer_id_equal (peer, &self->local_peer))
    return KAD_TABLE_REFUSED;

  slot = find_slot (self, peer);
  if (slot != KAD_SLAB_NONE)
    {
      update (self, slot, info, now_us);
      return KAD_TABLE_UPDATED;
    }

  kad_key_init_from_peer (&key, peer);
  index = kad_key_common_prefix (&self->local, &key);
  if (index == KAD_KEY_BITS)
    return KAD_TABLE_REFUSED;

  bucket = ensure_bucket (self, index);
  if (self->tally != NULL && !kad_ip_tally_allows (self->tally, info, index))
    return KAD_TABLE_REFUSED;
  if (bucket->n_members >= self->k)
    return add_waiting (self, bucket, info, now_us, check);

  kad_bucket_forget (bucket, peer);
  insert (self, index, &key, ref_trimmed (info), now_us, now_us);
  return KAD_TABLE_ADDED;
}

/**
 * kad_routing_table_seen: (skip)
 * @self: a table
 * @peer: a peer that answered or asked; nothing happens when it is not in the table
 * @now_us: the time
 */
void
kad_routing_table_seen (KadRoutingTable *self, const KadPeerId *peer, gint64 now_us)
{
  guint32 slot = find_slot (self, peer);

  if (slot != KAD_SLAB_NONE)
    see (self, slot, now_us);
}

/**
 * kad_routing_table_set_connected: (skip)
 * @self: a table
 * @peer: a peer; nothing happens when it is not in the table
 * @connected: whether we are connected with it now
 *
 * What replies say of the peer (kad-dht spec, Message.ConnectionType). An entry whose info is
 * renewed by kad_routing_table_add() is not connected until this is called again.
 */
void
kad_routing_table_set_connected (KadRoutingTable *self, const KadPeerId *peer, gboolean connected)
{
  KadConnectionType wanted = connected ? KAD_CONNECTION_CONNECTED : KAD_CONNECTION_NOT_CONNECTED;
  guint32 slot = find_slot (self, peer);
  KadTableEntry *entry = slot != KAD_SLAB_NONE ? get_entry (self, slot) : NULL;
  KadPeerInfo *info;

  if (entry == NULL || kad_peer_info_get_connection (entry->info) == wanted)
    return;

  info = kad_peer_with_connection (get_info (entry), wanted);
  /* The index's key lies inside the info. */
  g_hash_table_replace (self->by_peer, (gpointer) kad_peer_info_get_peer (info),
                        GUINT_TO_POINTER (slot));
  kad_peer_info_unref (get_info (entry));
  entry->info = info;
}

/**
 * kad_routing_table_note_failure: (skip)
 * @self: a table
 * @peer: a peer that could not be dialled or did not answer
 *
 * Only counts. Whether a failure is the peer's or the network's is the
 * caller's to tell.
 *
 * Returns: how often it failed since it was last seen; 0 when it is not in the table
 */
guint
kad_routing_table_note_failure (KadRoutingTable *self, const KadPeerId *peer)
{
  guint32 slot = find_slot (self, peer);
  KadTableEntry *entry;

  if (slot == KAD_SLAB_NONE)
    return 0;

  entry = get_entry (self, slot);
  if (entry->failures < G_MAXUINT)
    entry->failures++;
  return entry->failures;
}

static void
drop (KadRoutingTable *self, guint32 slot, gint64 now_us)
{
  KadTableEntry *entry = get_entry (self, slot);
  g_autoptr (KadPeerInfo) info = get_info (entry);

  if (self->tally != NULL)
    kad_ip_tally_remove (self->tally, info, entry->bucket);
  kad_bucket_remove (&self->buckets[entry->bucket], slot);
  self->buckets[entry->bucket].changed_us = now_us;
  kad_key_trie_remove (&self->trie, &entry->key);
  g_hash_table_remove (self->by_peer, kad_peer_info_get_peer (info));
  kad_slab_release (&self->slots, slot);
}

/* The newcomer that was seen last, because it is the likeliest to live. */
static KadPeerInfo *
promote (KadRoutingTable *self, guint index, gint64 now_us)
{
  KadBucket *bucket = &self->buckets[index];

  for (guint i = bucket->n_replacements; i > 0; i--)
    {
      KadPeerInfo *info = bucket->replacements[i - 1].info;
      gint64 seen_us = bucket->replacements[i - 1].seen_us;
      KadKey key;

      if (self->tally != NULL && !kad_ip_tally_allows (self->tally, info, index))
        continue;

      info = kad_bucket_steal_replacement (bucket, i - 1);
      kad_key_init_from_peer (&key, kad_peer_info_get_peer (info));
      insert (self, index, &key, info, seen_us, now_us);
      return info;
    }
  return NULL;
}

/**
 * kad_routing_table_remove: (skip)
 * @self: a table
 * @peer: a peer
 * @now_us: the time
 * @promoted: (out) (optional) (nullable) (transfer full): the newcomer that took its place
 *
 * Takes a peer out of its bucket, and lets in the newcomer that was seen
 * last. A peer that only waits for a place is forgotten.
 *
 * Returns: whether it was in the table
 */
gboolean
kad_routing_table_remove (KadRoutingTable *self, const KadPeerId *peer, gint64 now_us,
                          KadPeerInfo **promoted)
{
  guint32 slot = find_slot (self, peer);
  KadPeerInfo *newcomer;
  KadKey key;
  guint index;

  if (promoted != NULL)
    *promoted = NULL;
  if (!kad_peer_id_is_set (peer))
    return FALSE;

  if (slot == KAD_SLAB_NONE)
    {
      kad_key_init_from_peer (&key, peer);
      index = kad_key_common_prefix (&self->local, &key);
      if (index < self->n_buckets)
        kad_bucket_forget (&self->buckets[index], peer);
      return FALSE;
    }

  index = get_entry (self, slot)->bucket;
  drop (self, slot, now_us);
  newcomer = promote (self, index, now_us);
  if (promoted != NULL && newcomer != NULL)
    *promoted = kad_peer_info_ref (newcomer);
  return TRUE;
}

/**
 * kad_routing_table_find: (skip)
 * @self: a table
 * @peer: a peer
 *
 * Returns: (nullable): its entry, good until the next change
 */
const KadTableEntry *
kad_routing_table_find (KadRoutingTable *self, const KadPeerId *peer)
{
  guint32 slot = find_slot (self, peer);

  return slot != KAD_SLAB_NONE ? get_entry (self, slot) : NULL;
}

/**
 * kad_routing_table_find_oldest: (skip)
 * @self: a table
 * @bucket: a bucket
 *
 * Returns: (nullable): the entry that was seen longest ago, good until the next change
 */
const KadTableEntry *
kad_routing_table_find_oldest (KadRoutingTable *self, guint bucket)
{
  if (bucket >= self->n_buckets || self->buckets[bucket].n_members == 0)
    return NULL;
  return get_entry (self, self->buckets[bucket].members[0]);
}

/**
 * kad_routing_table_get_size: (skip)
 * @self: a table
 *
 * Returns: how many peers are in it; those that wait do not count
 */
guint
kad_routing_table_get_size (const KadRoutingTable *self)
{
  return self->slots.n_items;
}

/**
 * kad_routing_table_get_bucket_size: (skip)
 * @self: a table
 * @bucket: a bucket, 0 for the farthest half of the key space
 *
 * Returns: how many peers are in it
 */
guint
kad_routing_table_get_bucket_size (const KadRoutingTable *self, guint bucket)
{
  return bucket < self->n_buckets ? self->buckets[bucket].n_members : 0;
}

/**
 * kad_routing_table_find_bucket: (skip)
 * @self: a table
 * @bucket: a bucket
 *
 * Returns: (nullable): it, good until the next change; %NULL if nobody ever was there
 */
const KadBucket *
kad_routing_table_find_bucket (const KadRoutingTable *self, guint bucket)
{
  return bucket < self->n_buckets ? &self->buckets[bucket] : NULL;
}

/**
 * kad_routing_table_closest: (skip)
 * @self: a table
 * @target: any point, an entry's own too
 * @max: how many are wanted
 * @infos: (out caller-allocates) (array length=max): room for them
 *
 * Finds the peers nearest to a point by the XOR metric, nearest first.
 *
 * Returns: how many were written: @max, or all when the table has fewer. Borrowed
 *   until the next change.
 */
guint
kad_routing_table_closest (KadRoutingTable *self, const KadKey *target, guint max,
                           KadPeerInfo **infos)
{
  KadKeyTrieWalk walk;
  guint n;

  kad_key_trie_walk_init (&walk, &self->trie, target);
  for (n = 0; n < max; n++)
    {
      guint32 slot = kad_key_trie_walk_next (&walk);

      if (slot == KAD_SLAB_NONE)
        break;
      infos[n] = get_info (get_entry (self, slot));
    }
  return n;
}

/**
 * kad_routing_table_foreach: (skip)
 * @self: a table
 * @visitor: called for each entry; it may not change the table
 * @user_data: passed to it
 */
void
kad_routing_table_foreach (KadRoutingTable *self, KadTableVisitor visitor, gpointer user_data)
{
  for (guint i = 0; i < self->n_buckets; i++)
    kad_routing_table_foreach_in (self, i, visitor, user_data);
}

/**
 * kad_routing_table_foreach_in: (skip)
 * @self: a table
 * @bucket: a bucket
 * @visitor: called for each entry of it; it may not change the table
 * @user_data: passed to it
 */
void
kad_routing_table_foreach_in (KadRoutingTable *self, guint bucket, KadTableVisitor visitor,
                              gpointer user_data)
{
  for (guint j = 0; bucket < self->n_buckets && j < self->buckets[bucket].n_members; j++)
    visitor (get_entry (self, self->buckets[bucket].members[j]), user_data);
}

/**
 * kad_routing_table_mark_refreshed: (skip)
 * @self: a table
 * @bucket: a bucket; numbers of none are ignored
 * @now_us: when a lookup for its range ended
 */
void
kad_routing_table_mark_refreshed (KadRoutingTable *self, guint bucket, gint64 now_us)
{
  if (bucket < KAD_KEY_BITS)
    ensure_bucket (self, bucket)->refreshed_us = now_us;
}

/**
 * kad_routing_table_get_refreshed: (skip)
 * @self: a table
 * @bucket: a bucket
 *
 * Returns: the time of the last mark; %G_MININT64 when there was none
 */
gint64
kad_routing_table_get_refreshed (const KadRoutingTable *self, guint bucket)
{
  return bucket < self->n_buckets ? self->buckets[bucket].refreshed_us : G_MININT64;
}
