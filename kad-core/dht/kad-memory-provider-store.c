/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-store.h"

#include <string.h>

#include "kad-deadline-heap.h"
#include "kad-error.h"
#include "kad-key-trie.h"
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
 *  - of a full store, the record that ends first of the key farthest from us, if the
 *    newcomer's key is nearer;
 *  - else the newcomer. One peer has KAD_MAX_STORED_PROVIDERS_PER_PEER at most.
 *
 * Renewing what is there is never refused.
 */

typedef struct
{
  guint32 key;
  guint32 peer;
} Record;

typedef struct
{
  KadProviderStore parent;
  guint max_providers;
  guint max_per_peer;
  KadKey opposite;           /* of the local key */
  KadSlab keys;              /* of KadProviderKey * (owned) */
  KadKeyTrie trie;           /* of keys */
  KadSlab records;           /* of Record */
  KadDeadlineHeap deadlines; /* of records */
  KadProviderPeers peers;
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

static guint32
find_key (const MemoryProviderStore *self, GBytes *key, KadKey *point)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (key, &len);
  const KadProviderKey *nearest;
  guint32 number;

  kad_key_init (point, data, len);
  number = kad_key_trie_find_nearest (&self->trie, point);
  if (number == KAD_SLAB_NONE)
    return KAD_SLAB_NONE;

  /* The bytes are at hand: comparing them is cheaper than hashing those of the other. */
  nearest = get_key (self, number);
  return nearest->len == len && memcmp (nearest->bytes, data, len) == 0 ? number : KAD_SLAB_NONE;
}

static guint32
add_key (MemoryProviderStore *self, GBytes *bytes, const KadKey *point)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);
  guint32 key = kad_slab_alloc (&self->keys);

  *(KadProviderKey **) kad_slab_get (&self->keys, key) = kad_provider_key_new (data, len);
  kad_key_trie_insert (&self->trie, point, key);
  return key;
}

static void
drop_key (MemoryProviderStore *self, guint32 key)
{
  KadKey point;

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

/* Finds what has to go for a newcomer: KAD_SLAB_NONE when there is room. */
static gboolean
find_victim (const MemoryProviderStore *self, guint32 key, const KadKey *point, gint64 expires_us,
             gint64 now_us, guint32 *victim, GError **error)
{
  guint32 farthest;
  KadKey farthest_point;

  *victim = KAD_SLAB_NONE;
  if (key != KAD_SLAB_NONE && get_key (self, key)->n_members >= KAD_MAX_PROVIDERS_PER_KEY)
    {
      guint32 oldest = get_oldest (get_key (self, key));
      gint64 left_us = kad_deadline_heap_get_due (&self->deadlines, oldest) - now_us;

      if (left_us >= (expires_us - now_us) / 2)
        {
          g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                       "The key has %d providers already, all of which renewed it lately",
                       KAD_MAX_PROVIDERS_PER_KEY);
          return FALSE;
        }
      *victim = oldest;
      return TRUE;
    }

  if (self->records.n_items < self->max_providers)
    return TRUE;

  farthest = kad_key_trie_find_nearest (&self->trie, &self->opposite);
  get_key_point ((gpointer) self, farthest, &farthest_point);
  if (kad_key_compare_distance (&self->opposite, point, &farthest_point) <= 0)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "The provider store is full: it holds %u records of keys nearer to this node",
                   self->max_providers);
      return FALSE;
    }
  *victim = get_oldest (get_key (self, farthest));
  return TRUE;
}

static gboolean
has_quota (const MemoryProviderStore *self, guint32 peer, GError **error)
{
  if (peer == KAD_SLAB_NONE
      || kad_provider_peers_get (&self->peers, peer)->n_records < self->max_per_peer)
    return TRUE;

  g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
               "The peer has %u provider records here already, which is the most of one peer",
               self->max_per_peer);
  return FALSE;
}

static void
renew (MemoryProviderStore *self, KadProviderKey *key, guint index, gint64 expires_us)
{
  KadProviderMember member = kad_provider_key_get_members (key)[index];

  kad_deadline_heap_set (&self->deadlines, member.record, expires_us);
  kad_provider_key_remove (key, index);
  insert_member (self, key, member, expires_us);
}

static gboolean
memory_provider_store_add (KadProviderStore *store, GBytes *bytes, KadPeerInfo *info,
                           gint64 expires_us, gint64 now_us, GError **error)
{
  MemoryProviderStore *self = (MemoryProviderStore *) store;
  guint32 key, peer, number, victim;
  KadKey point;
  guint index;

  if (!check_arguments (bytes, info, expires_us, now_us, error))
    return FALSE;

  memory_provider_store_expire (store, now_us);
  expires_us = MIN (expires_us, kad_time_add (now_us, KAD_PROVIDER_TTL_US));
  key = find_key (self, bytes, &point);
  peer = kad_provider_peers_find (&self->peers, kad_peer_info_get_peer (info));
  if (key != KAD_SLAB_NONE && peer != KAD_SLAB_NONE
      && kad_provider_key_find (get_key (self, key), peer, &index))
    {
      renew (self, get_key (self, key), index, expires_us);
      kad_provider_peers_renew (&self->peers, peer, info, now_us);
      return TRUE;
    }

  if (!has_quota (self, peer, error)
      || !find_victim (self, key, &point, expires_us, now_us, &victim, error))
    return FALSE;
  if (victim != KAD_SLAB_NONE)
    drop_record (self, victim);

  /* Not before: with the victim its peer may have gone, which may be this one. */
  peer = kad_provider_peers_use (&self->peers, info);
  kad_provider_peers_renew (&self->peers, peer, info, now_us);
  if (key == KAD_SLAB_NONE)
    key = add_key (self, bytes, &point);
  number = kad_slab_alloc (&self->records);
  *(Record *) kad_slab_get (&self->records, number) = (Record){ key, peer };
  insert_member (self, get_key (self, key), (KadProviderMember){ peer, number }, expires_us);
  kad_deadline_heap_set (&self->deadlines, number, expires_us);
  return TRUE;
}

static GPtrArray *
memory_provider_store_get (KadProviderStore *store, GBytes *bytes, guint max, gint64 now_us)
{
  MemoryProviderStore *self = (MemoryProviderStore *) store;
  GPtrArray *infos = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  const KadProviderMember *members;
  guint32 key;
  KadKey point;

  memory_provider_store_expire (store, now_us);
  key = find_key (self, bytes, &point);
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
  KadKey point;
  guint32 key = find_key (self, bytes, &point);
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

static gint64
memory_provider_store_next_deadline (KadProviderStore *store)
{
  MemoryProviderStore *self = (MemoryProviderStore *) store;

  return MIN (kad_deadline_heap_get_next (&self->deadlines),
              kad_deadline_heap_get_next (&self->peers.deadlines));
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
  g_free (self);
}

static const KadProviderStoreClass memory_provider_store_class = {
  .add = memory_provider_store_add,
  .get = memory_provider_store_get,
  .remove = memory_provider_store_remove,
  .count = memory_provider_store_count,
  .expire = memory_provider_store_expire,
  .next_deadline = memory_provider_store_next_deadline,
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
  return kad_memory_provider_store_new_limited (local, 0, 0);
}

/**
 * kad_memory_provider_store_new_limited: (skip)
 * @local: our own key
 * @max_providers: 0, or how many records it holds at most
 * @max_per_peer: 0, or how many of one peer
 *
 * As kad_memory_provider_store_new(), with bounds below the usual ones.
 *
 * Returns: (transfer full): the store
 */
KadProviderStore *
kad_memory_provider_store_new_limited (const KadKey *local, guint max_providers, guint max_per_peer)
{
  MemoryProviderStore *self = g_new0 (MemoryProviderStore, 1);

  /* 0 - 1 is the largest number: the usual bound. */
  self->max_providers = MIN (max_providers - 1, KAD_MAX_STORED_PROVIDERS - 1) + 1;
  self->max_per_peer = MIN (max_per_peer - 1, KAD_MAX_STORED_PROVIDERS_PER_PEER - 1) + 1;
  self->parent.klass = &memory_provider_store_class;
  kad_key_opposite (local, &self->opposite);
  kad_slab_init (&self->keys, sizeof (KadProviderKey *));
  kad_key_trie_init (&self->trie, get_key_point, self);
  kad_slab_init (&self->records, sizeof (Record));
  kad_deadline_heap_init (&self->deadlines);
  kad_provider_peers_init (&self->peers);
  return &self->parent;
}
