/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-store.h"

#include <string.h>

#include "kad-deadline-heap.h"
#include "kad-error.h"
#include "kad-holders.h"
#include "kad-key-trie.h"
#include "kad-limit-values.h"
#include "kad-provider-key.h"
#include "kad-provider-peers.h"

/*
 * A record is eight bytes: the numbers of its key and of its peer, each of which
 * is kept once. Keys are found through their trie, deadlines in a heap, and each key
 * knows its providers, the one whose record ends last first: reading costs
 * what is returned, a sweep costs what is due.
 *
 * Who has to go when there is no room, in this order:
 *
 *  - what has expired;
 *  - of a key with KAD_MAX_PROVIDERS_PER_KEY, the record that ends first, but only if
 *    it has less than half of the newcomer's time left. Providers that renew
 *    in time (22 h of 48) never have; those that went away do. So a flood of
 *    ids cannot push honest providers out of a key, and a key is not closed
 *    to new ones either, once old ones cease;
 *  - of a full store, a record of the peer that has much more than the others, if there is
 *    one (kad-holders.c): of those it has had longest, the farthest from us;
 *  - the record that ends first of the key farthest from us, if the newcomer's key is nearer;
 *  - else the newcomer.
 *
 * A peer that has its quota gets no more in. Renewing what is there is never refused. The key
 * farthest from us is remembered while it stands, so that a full store refuses what is farther
 * yet with one comparison.
 *
 * Bytes are charged by record, as if each had a key of its own, and by peer: what is charged is
 * no less than what is in use.
 */

/* A record, its place in the heap, among its key's members and its peer's holdings; and a key,
 * its place in the trie and the allocator's part, without its bytes. */
#define RECORD_CHARGE 112
/* A peer with its info and its places in the index, the holders and the heaps. */
#define PEER_CHARGE 400
/* One fourth of all is for addresses. */
#define ADDRESS_PART 4
/* Of the oldest records of a greedy peer, the farthest one goes. */
#define N_SAMPLES 16

typedef struct
{
  guint32 key;
  guint32 peer;
} Record;

typedef struct
{
  KadProviderStore parent;
  KadStoreLimits limits;
  gsize max_record_bytes; /* the limit of bytes without what addresses may take */
  KadKey opposite;        /* of the local key */
  guint32 farthest;       /* key; KAD_SLAB_NONE: not known */
  KadKey farthest_point;
  KadSlab keys;              /* of KadProviderKey * (owned) */
  KadKeyTrie trie;           /* of keys */
  KadSlab records;           /* of Record */
  KadDeadlineHeap deadlines; /* of records */
  KadProviderPeers peers;
  KadHolders holders; /* of records, by number of the peer */
} MemoryProviderStore;

static inline KadProviderKey *
get_key (const MemoryProviderStore *self, guint32 key)
{
  return *(KadProviderKey **) kad_slab_get (&self->keys, key);
}

static void
get_key_point (gpointer owner, guint32 key, KadKey *point)
{
  kad_provider_key_get_point (get_key (owner, key), point);
}

/* @point: where @key is. */
static guint32
find_key_at (const MemoryProviderStore *self, GBytes *key, const KadKey *point)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (key, &len);
  const KadProviderKey *nearest;
  guint32 number;

  number = kad_key_trie_find_nearest (&self->trie, point);
  if (number == KAD_SLAB_NONE)
    return KAD_SLAB_NONE;

  /* The bytes are at hand: comparing them is cheaper than hashing those of the other. */
  nearest = get_key (self, number);
  return nearest->len == len && memcmp (nearest->bytes, data, len) == 0 ? number : KAD_SLAB_NONE;
}

static guint32
find_key (const MemoryProviderStore *self, GBytes *key)
{
  KadKey point;
  gsize len;
  const guint8 *data = g_bytes_get_data (key, &len);

  kad_key_init (&point, data, len);
  return find_key_at (self, key, &point);
}

static inline gboolean
is_farther (const MemoryProviderStore *self, const KadKey *point, const KadKey *other)
{
  return kad_key_compare_distance (&self->opposite, point, other) < 0;
}

static guint32
add_key (MemoryProviderStore *self, GBytes *bytes, const KadKey *point)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);
  guint32 key = kad_slab_alloc (&self->keys);

  *(KadProviderKey **) kad_slab_get (&self->keys, key) = kad_provider_key_new (data, len);
  kad_key_trie_insert (&self->trie, point, key);
  if (self->farthest != KAD_SLAB_NONE && is_farther (self, point, &self->farthest_point))
    self->farthest = KAD_SLAB_NONE;
  return key;
}

static void
drop_key (MemoryProviderStore *self, guint32 key)
{
  KadKey point;

  if (self->farthest == key)
    self->farthest = KAD_SLAB_NONE;
  get_key_point (self, key, &point);
  kad_key_trie_remove (&self->trie, &point);
  kad_provider_key_free (get_key (self, key));
  kad_slab_release (&self->keys, key);
}

static void
drop_record (MemoryProviderStore *self, guint32 number)
{
  Record record = *(Record *) kad_slab_get (&self->records, number);
  KadProviderKey *key = get_key (self, record.key);
  guint index;

  if (self->parent.listener != NULL)
    self->parent.listener->removed (
        self->parent.listener_data, key->bytes, key->len,
        kad_peer_info_get_peer (kad_provider_peers_get (&self->peers, record.peer)->info));
  kad_holders_remove (&self->holders, record.peer, number, RECORD_CHARGE + key->len);
  if (kad_provider_key_find (key, record.peer, &index))
    kad_provider_key_remove (key, index);
  if (key->n_members == 0)
    drop_key (self, record.key);
  kad_provider_peers_drop (&self->peers, record.peer);
  kad_deadline_heap_remove (&self->deadlines, number);
  kad_slab_release (&self->records, number);
}

static void
memory_provider_store_expire (KadProviderStore *store, gint64 now_us)
{
  MemoryProviderStore *self = (MemoryProviderStore *) store;
  guint32 record;

  while (kad_deadline_heap_peek_due (&self->deadlines, now_us, &record))
    drop_record (self, record);
  kad_provider_peers_expire (&self->peers, now_us);
}

/* The one that ends first. */
static guint32
get_oldest (const KadProviderKey *key)
{
  return kad_provider_key_get_members (key)[key->n_members - 1].record;
}

/* Puts a member where its record's end says; nearly always that is the front. */
static void
insert_member (MemoryProviderStore *self, KadProviderKey *key, KadProviderMember member,
               gint64 expires_us)
{
  const KadProviderMember *members = kad_provider_key_get_members (key);
  guint index = 0;

  while (index < key->n_members
         && kad_deadline_heap_get_due (&self->deadlines, members[index].record) > expires_us)
    index++;
  kad_provider_key_insert (key, index, member);
}

static gboolean
check_arguments (GBytes *key, KadPeerInfo *info, gint64 expires_us, gint64 now_us, GError **error)
{
  gsize len = g_bytes_get_size (key);

  if (len == 0 || len > KAD_MAX_PROVIDER_KEY_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "A provider key has %" G_GSIZE_FORMAT " bytes; 1 to %d can be stored", len,
                   KAD_MAX_PROVIDER_KEY_BYTES);
      return FALSE;
    }
  if (!kad_peer_id_is_set (kad_peer_info_get_peer (info)))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY, "A provider has no peer id");
      return FALSE;
    }
  if (expires_us <= now_us)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD,
                   "The provider record has expired already");
      return FALSE;
    }
  return TRUE;
}

static gsize
get_bytes (const MemoryProviderStore *self)
{
  return self->holders.n_bytes + (gsize) self->peers.peers.n_items * PEER_CHARGE
         + self->peers.n_address_bytes;
}

/* No room for one more. */
static gboolean
is_full (const MemoryProviderStore *self, gsize key_len)
{
  gsize bytes = get_bytes (self) - self->peers.n_address_bytes;

  return self->records.n_items >= self->limits.max_items
         || bytes + RECORD_CHARGE + key_len + PEER_CHARGE > self->max_record_bytes;
}

static gboolean
refuse_farther (const MemoryProviderStore *self, GError **error)
{
  g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
               "The provider store is full: it holds %u records of keys nearer to this node",
               self->records.n_items);
  return FALSE;
}

static void
find_farthest (MemoryProviderStore *self)
{
  if (self->farthest != KAD_SLAB_NONE)
    return;
  self->farthest = kad_key_trie_find_nearest (&self->trie, &self->opposite);
  get_key_point (self, self->farthest, &self->farthest_point);
}

static guint32
find_greedy (const MemoryProviderStore *self)
{
  return kad_holders_find_greedy (&self->holders);
}

/* Of a key that is full: what ends first, unless that was renewed lately. */
static gboolean
find_lapsed (const MemoryProviderStore *self, const KadProviderKey *key, gint64 expires_us,
             gint64 now_us, guint32 *victim, GError **error)
{
  gint64 left_us;

  *victim = get_oldest (key);
  left_us = kad_deadline_heap_get_due (&self->deadlines, *victim) - now_us;
  if (left_us < (expires_us - now_us) / 2)
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
               "The key has %d providers already, all of which renewed it lately",
               KAD_MAX_PROVIDERS_PER_KEY);
  return FALSE;
}

static guint32
find_farthest_of (const MemoryProviderStore *self, guint32 peer, KadKey *farthest_point)
{
  guint32 item = kad_holders_get (&self->holders, peer).oldest, farthest = KAD_SLAB_NONE;

  for (guint i = 0; i < N_SAMPLES && item != KAD_SLAB_NONE; i++)
    {
      const Record *record = kad_slab_get (&self->records, item);
      KadKey point;

      get_key_point ((gpointer) self, record->key, &point);
      if (farthest == KAD_SLAB_NONE || is_farther (self, &point, farthest_point))
        {
          farthest = item;
          *farthest_point = point;
        }
      item = kad_holders_get_newer (&self->holders, item);
    }
  return farthest;
}

/* One record less, or FALSE: the newcomer stays outside. */
static gboolean
evict (MemoryProviderStore *self, guint32 peer, const KadKey *point, GError **error)
{
  guint32 greedy = find_greedy (self), victim;
  KadKey victim_point;

  if (greedy != KAD_SLAB_NONE)
    {
      victim = find_farthest_of (self, greedy, &victim_point);
      /* Its own it replaces by what is nearer, or not at all. */
      if (greedy == peer && !is_farther (self, &victim_point, point))
        return refuse_farther (self, error);
      drop_record (self, victim);
      return TRUE;
    }
  if (self->records.n_items == 0)
    return refuse_farther (self, error);
  find_farthest (self);
  if (!is_farther (self, &self->farthest_point, point))
    return refuse_farther (self, error);
  drop_record (self, get_oldest (get_key (self, self->farthest)));
  return TRUE;
}

static gboolean
has_quota (const MemoryProviderStore *self, guint32 peer, gsize key_len, GError **error)
{
  KadHolder held = kad_holders_get (&self->holders, peer);

  if (held.n_items < self->limits.max_per_peer
      && held.n_bytes + RECORD_CHARGE + key_len <= self->limits.max_bytes_per_peer)
    return TRUE;

  g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
               "The peer has %u provider records here already, which is the most of one peer",
               held.n_items);
  return FALSE;
}

/* A place for one more of the key, or the reason why there is none. */
static gboolean
make_room (MemoryProviderStore *self, guint32 key, gsize key_len, guint32 peer, const KadKey *point,
           gint64 expires_us, gint64 now_us, GError **error)
{
  guint32 victim;

  if (!has_quota (self, peer, key_len, error))
    return FALSE;
  if (key != KAD_SLAB_NONE && get_key (self, key)->n_members >= KAD_MAX_PROVIDERS_PER_KEY)
    {
      if (!find_lapsed (self, get_key (self, key), expires_us, now_us, &victim, error))
        return FALSE;
      drop_record (self, victim);
      return TRUE;
    }
  while (is_full (self, key_len))
    {
      if (!evict (self, peer, point, error))
        return FALSE;
      peer = peer != KAD_SLAB_NONE && kad_holders_get (&self->holders, peer).n_items > 0
                 ? peer
                 : KAD_SLAB_NONE;
    }
  return TRUE;
}

static void
renew (MemoryProviderStore *self, KadProviderKey *key, guint index, gint64 expires_us)
{
  KadProviderMember member = kad_provider_key_get_members (key)[index];

  kad_deadline_heap_set (&self->deadlines, member.record, expires_us);
  kad_provider_key_remove (key, index);
  insert_member (self, key, member, expires_us);
}

static void
tell_added (MemoryProviderStore *self, GBytes *key, KadPeerInfo *info, gint64 expires_us)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (key, &len);

  if (self->parent.listener != NULL)
    self->parent.listener->added (self->parent.listener_data, data, len,
                                  kad_peer_info_get_peer (info), expires_us);
}

static gboolean
memory_provider_store_add (KadProviderStore *store, GBytes *bytes, KadPeerInfo *info,
                           gint64 expires_us, gint64 now_us, GError **error)
{
  MemoryProviderStore *self = (MemoryProviderStore *) store;
  gsize key_len = g_bytes_get_size (bytes);
  guint32 key, peer, number, n_records;
  KadKey point;
  guint index;

  if (!check_arguments (bytes, info, expires_us, now_us, error))
    return FALSE;

  memory_provider_store_expire (store, now_us);
  expires_us = MIN (expires_us, kad_time_add (now_us, KAD_PROVIDER_TTL_US));
  kad_key_init (&point, g_bytes_get_data (bytes, NULL), key_len);
  /* Farther than all there is: it cannot be a renewal. */
  if (self->farthest != KAD_SLAB_NONE && is_farther (self, &point, &self->farthest_point)
      && is_full (self, key_len) && find_greedy (self) == KAD_SLAB_NONE)
    return refuse_farther (self, error);

  key = find_key_at (self, bytes, &point);
  peer = kad_provider_peers_find (&self->peers, kad_peer_info_get_peer (info));
  if (key != KAD_SLAB_NONE && peer != KAD_SLAB_NONE
      && kad_provider_key_find (get_key (self, key), peer, &index))
    {
      renew (self, get_key (self, key), index, expires_us);
      kad_provider_peers_renew (&self->peers, peer, info, now_us);
      tell_added (self, bytes, info, expires_us);
      return TRUE;
    }
  n_records = self->records.n_items;
  if (!make_room (self, key, key_len, peer, &point, expires_us, now_us, error))
    return FALSE;

  /* Not before: with a victim its peer may have gone, which may be this one, or its key. */
  if (n_records > self->records.n_items)
    key = find_key_at (self, bytes, &point);
  peer = kad_provider_peers_use (&self->peers, info);
  kad_provider_peers_renew (&self->peers, peer, info, now_us);
  if (key == KAD_SLAB_NONE)
    key = add_key (self, bytes, &point);
  number = kad_slab_alloc (&self->records);
  *(Record *) kad_slab_get (&self->records, number) = (Record){ key, peer };
  kad_holders_add (&self->holders, peer, number, RECORD_CHARGE + key_len);
  insert_member (self, get_key (self, key), (KadProviderMember){ peer, number }, expires_us);
  kad_deadline_heap_set (&self->deadlines, number, expires_us);
  tell_added (self, bytes, info, expires_us);
  return TRUE;
}

static GPtrArray *
memory_provider_store_get (KadProviderStore *store, GBytes *bytes, guint max, gint64 now_us)
{
  MemoryProviderStore *self = (MemoryProviderStore *) store;
  GPtrArray *infos = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  const KadProviderMember *members;
  guint32 key;

  memory_provider_store_expire (store, now_us);
  key = find_key (self, bytes);
  if (key == KAD_SLAB_NONE)
    return infos;

  members = kad_provider_key_get_members (get_key (self, key));
  for (guint i = 0; i < MIN (max, get_key (self, key)->n_members); i++)
    {
      const KadProviderPeer *peer = kad_provider_peers_get (&self->peers, members[i].peer);
      g_ptr_array_add (infos, kad_peer_info_ref (peer->info));
    }
  return infos;
}

static gboolean
memory_provider_store_remove (KadProviderStore *store, GBytes *bytes, const KadPeerId *peer)
{
  MemoryProviderStore *self = (MemoryProviderStore *) store;
  guint32 key = find_key (self, bytes);
  guint32 number = kad_provider_peers_find (&self->peers, peer);
  guint index;

  if (key == KAD_SLAB_NONE || number == KAD_SLAB_NONE
      || !kad_provider_key_find (get_key (self, key), number, &index))
    return FALSE;

  drop_record (self, kad_provider_key_get_members (get_key (self, key))[index].record);
  return TRUE;
}

static guint
memory_provider_store_count (KadProviderStore *store)
{
  return ((MemoryProviderStore *) store)->records.n_items;
}

static gsize
memory_provider_store_get_bytes (KadProviderStore *store)
{
  return get_bytes ((MemoryProviderStore *) store);
}

static gint64
memory_provider_store_next_deadline (KadProviderStore *store)
{
  MemoryProviderStore *self = (MemoryProviderStore *) store;

  return MIN (kad_deadline_heap_get_next (&self->deadlines),
              kad_deadline_heap_get_next (&self->peers.deadlines));
}

static gboolean
memory_provider_store_visit (KadProviderStore *store, guint32 *cursor, guint max,
                             KadProviderVisitor visitor, gpointer user_data)
{
  MemoryProviderStore *self = (MemoryProviderStore *) store;

  for (; *cursor < self->records.n_used && max > 0; (*cursor)++)
    {
      const Record *record = kad_slab_get (&self->records, *cursor);
      const KadProviderKey *key;

      if (kad_deadline_heap_get_due (&self->deadlines, *cursor) == KAD_TIME_NEVER)
        continue;
      key = get_key (self, record->key);
      visitor (user_data, key->bytes, key->len,
               kad_provider_peers_get (&self->peers, record->peer)->info,
               kad_deadline_heap_get_due (&self->deadlines, *cursor),
               kad_provider_peers_get_expiry (&self->peers, record->peer));
      max--;
    }
  return *cursor < self->records.n_used;
}

static gboolean
memory_provider_store_has (KadProviderStore *store, GBytes *bytes, const KadPeerId *peer)
{
  MemoryProviderStore *self = (MemoryProviderStore *) store;
  guint32 key = find_key (self, bytes);
  guint32 number = kad_provider_peers_find (&self->peers, peer);
  guint index;

  return key != KAD_SLAB_NONE && number != KAD_SLAB_NONE
         && kad_provider_key_find (get_key (self, key), number, &index);
}

static gboolean
memory_provider_store_restore (KadProviderStore *store, KadPeerInfo *info, gint64 expires_us,
                               gint64 now_us)
{
  MemoryProviderStore *self = (MemoryProviderStore *) store;
  guint32 peer = kad_provider_peers_find (&self->peers, kad_peer_info_get_peer (info));

  if (peer == KAD_SLAB_NONE || expires_us <= now_us)
    return FALSE;
  if (kad_provider_peers_get_expiry (&self->peers, peer) == KAD_TIME_NEVER)
    kad_provider_peers_restore (
        &self->peers, peer, info,
        MIN (expires_us, kad_time_add (now_us, KAD_PROVIDER_ADDRESS_TTL_US)));
  return TRUE;
}

static void
moved (gpointer owner, KadPeerInfo *info, gint64 expires_us)
{
  MemoryProviderStore *self = owner;

  if (self->parent.listener != NULL)
    self->parent.listener->moved (self->parent.listener_data, info, expires_us);
}

static void
memory_provider_store_free (KadProviderStore *store)
{
  MemoryProviderStore *self = (MemoryProviderStore *) store;
  KadKeyTrieWalk walk;
  guint32 key;

  kad_key_trie_walk_init (&walk, &self->trie, &self->opposite);
  while ((key = kad_key_trie_walk_next (&walk)) != KAD_SLAB_NONE)
    kad_provider_key_free (get_key (self, key));
  kad_key_trie_clear (&self->trie);
  kad_slab_clear (&self->keys);
  kad_slab_clear (&self->records);
  kad_deadline_heap_clear (&self->deadlines);
  kad_provider_peers_clear (&self->peers);
  kad_holders_clear (&self->holders);
  g_free (self);
}

static const KadProviderStoreClass memory_provider_store_class = {
  .add = memory_provider_store_add,
  .get = memory_provider_store_get,
  .remove = memory_provider_store_remove,
  .count = memory_provider_store_count,
  .get_bytes = memory_provider_store_get_bytes,
  .expire = memory_provider_store_expire,
  .next_deadline = memory_provider_store_next_deadline,
  .visit = memory_provider_store_visit,
  .has = memory_provider_store_has,
  .restore = memory_provider_store_restore,
  .free = memory_provider_store_free,
};

/**
 * kad_memory_provider_store_new: (skip)
 * @local: our own key: what is farthest from it goes first when the store is full
 *
 * Makes a store of provider records that lives as long as the process. No record
 * is kept for more than %KAD_PROVIDER_TTL_US from now, and no address for more
 * than %KAD_PROVIDER_ADDRESS_TTL_US from when its peer last gave it, whatever was
 * asked. Reading gives the providers whose records end last first.
 *
 * Returns: (transfer full): the store
 */
KadProviderStore *
kad_memory_provider_store_new (const KadKey *local)
{
  return kad_memory_provider_store_new_limited (local, &(KadStoreLimits){ 0 });
}

static guint64
choose (guint64 wanted, KadLimit limit)
{
  return wanted > 0 ? wanted : kad_limit_get_info (limit)->fallback;
}

/**
 * kad_memory_provider_store_new_limited: (skip)
 * @local: our own key
 * @limits: how much it may hold, of one peer and in all
 *
 * As kad_memory_provider_store_new(), with bounds of the caller's.
 *
 * Returns: (transfer full): the store
 */
KadProviderStore *
kad_memory_provider_store_new_limited (const KadKey *local, const KadStoreLimits *limits)
{
  MemoryProviderStore *self = g_new0 (MemoryProviderStore, 1);

  self->limits.max_items = choose (limits->max_items, KAD_LIMIT_PROVIDER_RECORDS);
  self->limits.max_bytes = choose (limits->max_bytes, KAD_LIMIT_PROVIDER_BYTES);
  self->limits.max_per_peer = choose (limits->max_per_peer, KAD_LIMIT_PROVIDER_RECORDS_PER_PEER);
  self->limits.max_bytes_per_peer
      = choose (limits->max_bytes_per_peer, KAD_LIMIT_PROVIDER_BYTES_PER_PEER);
  self->parent.klass = &memory_provider_store_class;
  self->farthest = KAD_SLAB_NONE;
  kad_key_opposite (local, &self->opposite);
  kad_slab_init (&self->keys, sizeof (KadProviderKey *));
  kad_key_trie_init (&self->trie, get_key_point, self);
  kad_slab_init (&self->records, sizeof (Record));
  kad_deadline_heap_init (&self->deadlines);
  kad_provider_peers_init (&self->peers);
  self->peers.moved = moved;
  self->peers.owner = self;
  self->peers.max_address_bytes
      = MIN (self->limits.max_bytes / ADDRESS_PART, KAD_MAX_STORED_ADDRESS_BYTES);
  self->max_record_bytes = self->limits.max_bytes - self->peers.max_address_bytes;
  kad_holders_init (&self->holders);
  return &self->parent;
}
