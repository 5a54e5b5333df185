/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-store.h"

#include "kad-deadline-heap.h"
#include "kad-error.h"
#include "kad-holder-ids.h"
#include "kad-holders.h"
#include "kad-key-trie.h"
#include "kad-limit-values.h"

/*
 * Records by the trie of their keys, and a heap of their deadlines. When there
 * is no room the record farthest from us goes, which the trie finds as the one
 * nearest to our opposite: others hold what is far from us, and a flood of
 * keys does not reach those that we are responsible for. A record that would be
 * the farthest itself is refused in O(log n).
 *
 * One peer's records are counted, too: past its quota it gets no more in, and when there is no
 * room, who has much more than the others loses what it has farthest from us first. Our own
 * are nobody's.
 */

/* What a record costs beside its bytes, counted so that many tiny ones are bounded too. */
#define RECORD_OVERHEAD_BYTES 256
/* Of the oldest records of a greedy peer, the farthest one goes. */
#define N_SAMPLES 16

typedef struct
{
  KadRecord *record; /* (owned) */
  KadKey key;
  gsize size_bytes;
  guint32 holder; /* KAD_SLAB_NONE: ourselves */
} Item;

typedef struct
{
  KadRecordStore parent;
  KadStoreLimits limits;
  KadKey opposite; /* of the local key */
  KadSlab items;
  KadKeyTrie trie;
  KadDeadlineHeap deadlines;
  KadHolderIds ids;
  KadHolders holders;
  gsize n_bytes;
} MemoryRecordStore;

static inline Item *
get_item (const MemoryRecordStore *self, guint32 item)
{
  return kad_slab_get (&self->items, item);
}

static void
get_item_key (gpointer owner, guint32 item, KadKey *key)
{
  *key = get_item (owner, item)->key;
}

static void
drop (MemoryRecordStore *self, guint32 number)
{
  Item *item = get_item (self, number);

  kad_key_trie_remove (&self->trie, &item->key);
  kad_deadline_heap_remove (&self->deadlines, number);
  if (self->parent.listener != NULL)
    self->parent.listener->removed (self->parent.listener_data, kad_record_get_key (item->record));
  self->n_bytes -= item->size_bytes;
  if (item->holder != KAD_SLAB_NONE)
    {
      kad_holders_remove (&self->holders, item->holder, number, item->size_bytes);
      if (kad_holders_get (&self->holders, item->holder).n_items == 0)
        kad_holder_ids_drop (&self->ids, item->holder);
    }
  kad_record_unref (item->record);
  kad_slab_release (&self->items, number);
}

static void
memory_record_store_expire (KadRecordStore *store, gint64 now_us)
{
  MemoryRecordStore *self = (MemoryRecordStore *) store;
  guint32 item;

  while (kad_deadline_heap_peek_due (&self->deadlines, now_us, &item))
    drop (self, item);
}

static guint32
find (const MemoryRecordStore *self, GBytes *key)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (key, &len);
  KadKey point;

  kad_key_init (&point, data, len);
  return kad_key_trie_find (&self->trie, &point);
}

static KadRecord *
memory_record_store_get (KadRecordStore *store, GBytes *key, gint64 now_us)
{
  MemoryRecordStore *self = (MemoryRecordStore *) store;
  guint32 item = find (self, key);

  if (item == KAD_SLAB_NONE || kad_deadline_heap_get_due (&self->deadlines, item) <= now_us)
    return NULL;
  return kad_record_ref (get_item (self, item)->record);
}

static gboolean
memory_record_store_remove (KadRecordStore *store, GBytes *key)
{
  MemoryRecordStore *self = (MemoryRecordStore *) store;
  guint32 item = find (self, key);

  if (item == KAD_SLAB_NONE)
    return FALSE;
  drop (self, item);
  return TRUE;
}

static gsize
measure (KadRecord *record)
{
  return g_bytes_get_size (kad_record_get_key (record))
         + g_bytes_get_size (kad_record_get_value (record)) + RECORD_OVERHEAD_BYTES;
}

static gboolean
check_record (KadRecord *record, gint64 expires_us, gint64 now_us, GError **error)
{
  gsize key_len = g_bytes_get_size (kad_record_get_key (record));
  gsize value_len = g_bytes_get_size (kad_record_get_value (record));

  if (key_len == 0 || key_len > KAD_MAX_KEY_PREIMAGE_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "A record's key has %" G_GSIZE_FORMAT " bytes; 1 to %d can be stored", key_len,
                   KAD_MAX_KEY_PREIMAGE_BYTES);
      return FALSE;
    }
  if (value_len > KAD_MAX_RECORD_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_RECORD_TOO_LARGE,
                   "A record's value has %" G_GSIZE_FORMAT " bytes; at most %d can be stored",
                   value_len, KAD_MAX_RECORD_BYTES);
      return FALSE;
    }
  if (expires_us <= now_us)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD, "The record has expired already");
      return FALSE;
    }
  return TRUE;
}

/* Whether a record fits in when all those farther away went, with @own (which it
 * replaces, or KAD_SLAB_NONE) gone too. Changes nothing. */
static gboolean
could_fit (const MemoryRecordStore *self, const KadKey *key, gsize size_bytes, guint32 own)
{
  guint n_left = self->items.n_items;
  gsize bytes_left = self->n_bytes;
  KadKeyTrieWalk walk;

  if (own != KAD_SLAB_NONE)
    {
      n_left--;
      bytes_left -= get_item (self, own)->size_bytes;
    }

  kad_key_trie_walk_init (&walk, &self->trie, &self->opposite);
  while (n_left >= self->limits.max_items || bytes_left + size_bytes > self->limits.max_bytes)
    {
      guint32 farthest = kad_key_trie_walk_next (&walk);

      /* Its own old one is as near as itself: all that were farther have been counted. */
      if (farthest == KAD_SLAB_NONE
          || kad_key_compare_distance (&self->opposite, key, &get_item (self, farthest)->key) <= 0)
        return FALSE;
      n_left--;
      bytes_left -= get_item (self, farthest)->size_bytes;
    }
  return TRUE;
}

static void
make_room (MemoryRecordStore *self, gsize size_bytes)
{
  while (self->items.n_items >= self->limits.max_items
         || self->n_bytes + size_bytes > self->limits.max_bytes)
    drop (self, kad_key_trie_find_nearest (&self->trie, &self->opposite));
}

/* A copy, because the bytes of what came over the wire can be a part of something larger. */
static KadRecord *
copy_record (KadRecord *record)
{
  gsize key_len, value_len;
  const guint8 *key_data = g_bytes_get_data (kad_record_get_key (record), &key_len);
  const guint8 *value_data = g_bytes_get_data (kad_record_get_value (record), &value_len);
  g_autoptr (GBytes) key = g_bytes_new (key_data, key_len);
  g_autoptr (GBytes) value = g_bytes_new (value_data, value_len);
  g_autoptr (KadRecord) plain = kad_record_new (key, value, kad_record_get_time_received (record));

  if (kad_record_get_publisher (record) == NULL && kad_record_get_ttl_s (record) == 0)
    return g_steal_pointer (&plain);
  return kad_record_with_publisher (plain, kad_record_get_publisher (record),
                                    kad_record_get_ttl_s (record));
}

static gboolean
has_quota (const MemoryRecordStore *self, guint32 holder, guint32 own, gsize size_bytes,
           GError **error)
{
  KadHolder held = kad_holders_get (&self->holders, holder);

  /* Who has nothing here yet has no number, and neither have we ourselves. */
  if (own != KAD_SLAB_NONE && holder != KAD_SLAB_NONE && get_item (self, own)->holder == holder)
    {
      held.n_items--;
      held.n_bytes -= get_item (self, own)->size_bytes;
    }
  if (held.n_items < self->limits.max_per_peer
      && held.n_bytes + size_bytes <= self->limits.max_bytes_per_peer)
    return TRUE;

  g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
               "The peer has %u records with %" G_GSIZE_FORMAT
               " bytes here already; one peer may have %u with %" G_GSIZE_FORMAT,
               held.n_items, held.n_bytes, self->limits.max_per_peer,
               self->limits.max_bytes_per_peer);
  return FALSE;
}

static guint32
find_farthest_of (const MemoryRecordStore *self, guint32 holder)
{
  guint32 item = kad_holders_get (&self->holders, holder).oldest, farthest = item;

  for (guint i = 1; i < N_SAMPLES; i++)
    {
      item = kad_holders_get_newer (&self->holders, item);
      if (item == KAD_SLAB_NONE)
        break;
      if (kad_key_compare_distance (&self->opposite, &get_item (self, item)->key,
                                    &get_item (self, farthest)->key)
          < 0)
        farthest = item;
    }
  return farthest;
}

/* As much room as can be had of those who have too much. @own is left alone. */
static void
take_from_the_greedy (MemoryRecordStore *self, const KadKey *key, gsize size_bytes, guint32 holder,
                      guint32 own)
{
  guint32 greedy;

  while ((self->items.n_items >= self->limits.max_items
          || self->n_bytes + size_bytes > self->limits.max_bytes)
         && (greedy = kad_holders_find_greedy (&self->holders)) != KAD_SLAB_NONE)
    {
      guint32 victim = find_farthest_of (self, greedy);

      /* Its own it replaces by what is nearer, or not at all. */
      if (victim == own
          || (greedy == holder
              && kad_key_compare_distance (&self->opposite, key, &get_item (self, victim)->key)
                     <= 0))
        return;
      drop (self, victim);
    }
}

static void
insert (MemoryRecordStore *self, KadRecord *record, const KadKey *key, const KadPeerId *from,
        gint64 due_us)
{
  guint32 number = kad_slab_alloc (&self->items);
  guint32 holder = from != NULL ? kad_holder_ids_ensure (&self->ids, from) : KAD_SLAB_NONE;
  gsize size_bytes = measure (record);

  *get_item (self, number) = (Item){ record, *key, size_bytes, holder };
  self->n_bytes += size_bytes;
  if (holder != KAD_SLAB_NONE)
    kad_holders_add (&self->holders, holder, number, size_bytes);
  kad_key_trie_insert (&self->trie, key, number);
  kad_deadline_heap_set (&self->deadlines, number, due_us);
  if (self->parent.listener != NULL)
    self->parent.listener->put (self->parent.listener_data, record, from, due_us);
}

static gboolean
memory_record_store_put (KadRecordStore *store, KadRecord *record, const KadPeerId *from,
                         gint64 expires_us, gint64 now_us, GError **error)
{
  MemoryRecordStore *self = (MemoryRecordStore *) store;
  gsize size_bytes = measure (record), key_len;
  const guint8 *key_data = g_bytes_get_data (kad_record_get_key (record), &key_len);
  guint32 number, holder = KAD_SLAB_NONE;
  KadKey key;

  if (!check_record (record, expires_us, now_us, error))
    return FALSE;

  memory_record_store_expire (store, now_us);
  if (from != NULL)
    holder = kad_holder_ids_find (&self->ids, from);
  kad_key_init (&key, key_data, key_len);
  number = kad_key_trie_find (&self->trie, &key);
  if (from != NULL && !has_quota (self, holder, number, size_bytes, error))
    return FALSE;
  take_from_the_greedy (self, &key, size_bytes, holder, number);
  if (!could_fit (self, &key, size_bytes, number))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "The record store is full of records nearer to this node: it holds %u of %u "
                   "and %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " bytes",
                   self->items.n_items, self->limits.max_items, self->n_bytes,
                   self->limits.max_bytes);
      return FALSE;
    }

  /* Before the old one goes: the record may be the very one that is stored. */
  record = copy_record (record);
  if (number != KAD_SLAB_NONE)
    drop (self, number);
  make_room (self, size_bytes);
  insert (self, record, &key, from, MIN (expires_us, kad_time_add (now_us, KAD_RECORD_TTL_US)));
  return TRUE;
}

static gsize
memory_record_store_get_bytes (KadRecordStore *store)
{
  return ((MemoryRecordStore *) store)->n_bytes;
}

static guint
memory_record_store_count (KadRecordStore *store)
{
  return ((MemoryRecordStore *) store)->items.n_items;
}

static gint64
memory_record_store_next_deadline (KadRecordStore *store)
{
  return kad_deadline_heap_get_next (&((MemoryRecordStore *) store)->deadlines);
}

static gboolean
memory_record_store_visit (KadRecordStore *store, guint32 *cursor, guint max,
                           KadRecordVisitor visitor, gpointer user_data)
{
  MemoryRecordStore *self = (MemoryRecordStore *) store;

  for (; *cursor < self->items.n_used && max > 0; (*cursor)++)
    {
      const Item *item = get_item (self, *cursor);

      if (kad_deadline_heap_get_due (&self->deadlines, *cursor) == KAD_TIME_NEVER)
        continue;
      visitor (user_data, item->record,
               item->holder != KAD_SLAB_NONE ? kad_holder_ids_get (&self->ids, item->holder) : NULL,
               kad_deadline_heap_get_due (&self->deadlines, *cursor));
      max--;
    }
  return *cursor < self->items.n_used;
}

static void
memory_record_store_free (KadRecordStore *store)
{
  MemoryRecordStore *self = (MemoryRecordStore *) store;
  KadKeyTrieWalk walk;
  guint32 item;

  kad_key_trie_walk_init (&walk, &self->trie, &self->opposite);
  while ((item = kad_key_trie_walk_next (&walk)) != KAD_SLAB_NONE)
    kad_record_unref (get_item (self, item)->record);
  kad_key_trie_clear (&self->trie);
  kad_slab_clear (&self->items);
  kad_deadline_heap_clear (&self->deadlines);
  kad_holders_clear (&self->holders);
  kad_holder_ids_clear (&self->ids);
  g_free (self);
}

static const KadRecordStoreClass memory_record_store_class = {
  .get = memory_record_store_get,
  .put = memory_record_store_put,
  .remove = memory_record_store_remove,
  .count = memory_record_store_count,
  .get_bytes = memory_record_store_get_bytes,
  .expire = memory_record_store_expire,
  .next_deadline = memory_record_store_next_deadline,
  .visit = memory_record_store_visit,
  .free = memory_record_store_free,
};

/**
 * kad_memory_record_store_new: (skip)
 * @local: our own key: what is farthest from it goes first when the store is full
 *
 * Makes a store of value records that lives as long as the process, with the usual limits of the
 * rows `records...` of kad-limits.c; expired ones make room first. No record is kept for more
 * than %KAD_RECORD_TTL_US from now, whatever was asked. A record replaces the one of the same
 * key; which is better is the validators' to say, before.
 *
 * Returns: (transfer full): the store
 */
KadRecordStore *
kad_memory_record_store_new (const KadKey *local)
{
  return kad_memory_record_store_new_limited (local, &(KadStoreLimits){ 0 });
}

static guint64
choose (guint64 wanted, KadLimit limit)
{
  return wanted > 0 ? wanted : kad_limit_get_info (limit)->fallback;
}

/**
 * kad_memory_record_store_new_limited: (skip)
 * @local: our own key
 * @limits: how much it may hold, of one peer and in all; 256 bytes are counted for each record
 *   beside its own
 *
 * As kad_memory_record_store_new(), with bounds of the caller's.
 *
 * Returns: (transfer full): the store
 */
KadRecordStore *
kad_memory_record_store_new_limited (const KadKey *local, const KadStoreLimits *limits)
{
  MemoryRecordStore *self = g_new0 (MemoryRecordStore, 1);

  self->limits.max_items = choose (limits->max_items, KAD_LIMIT_RECORDS);
  self->limits.max_bytes = choose (limits->max_bytes, KAD_LIMIT_RECORD_BYTES);
  self->limits.max_per_peer = choose (limits->max_per_peer, KAD_LIMIT_RECORDS_PER_PEER);
  self->limits.max_bytes_per_peer
      = choose (limits->max_bytes_per_peer, KAD_LIMIT_RECORD_BYTES_PER_PEER);
  self->parent.klass = &memory_record_store_class;
  kad_key_opposite (local, &self->opposite);
  kad_slab_init (&self->items, sizeof (Item));
  kad_key_trie_init (&self->trie, get_item_key, self);
  kad_deadline_heap_init (&self->deadlines);
  kad_holder_ids_init (&self->ids);
  kad_holders_init (&self->holders);
  return &self->parent;
}
