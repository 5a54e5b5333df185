/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-store.h"

#include "kad-deadline-heap.h"
#include "kad-error.h"
#include "kad-key-trie.h"

/*
 * Records by the trie of their keys, and a heap of their deadlines. When there
 * is no room the record farthest from us goes, which the trie finds as the one
 * nearest to our opposite: others hold what is far from us, and a flood of
 * keys does not reach those that we are responsible for. A record that would be
 * the farthest itself is refused in O(log n).
 */

/* What a record costs beside its bytes, counted so that many tiny ones are bounded too. */
#define RECORD_OVERHEAD_BYTES 256

typedef struct
{
  KadRecord *record; /* (owned) */
  KadKey key;
  gsize size_bytes;
} Item;

typedef struct
{
  KadRecordStore parent;
  guint max_records;
  gsize max_bytes;
  KadKey opposite; /* of the local key */
  KadSlab items;
  KadKeyTrie trie;
  KadDeadlineHeap deadlines;
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
  self->n_bytes -= item->size_bytes;
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
  while (n_left >= self->max_records || bytes_left + size_bytes > self->max_bytes)
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
  while (self->items.n_items >= self->max_records || self->n_bytes + size_bytes > self->max_bytes)
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
memory_record_store_put (KadRecordStore *store, KadRecord *record, gint64 expires_us, gint64 now_us,
                         GError **error)
{
  MemoryRecordStore *self = (MemoryRecordStore *) store;
  gsize size_bytes = measure (record), key_len;
  const guint8 *key_data = g_bytes_get_data (kad_record_get_key (record), &key_len);
  KadKey key;
  guint32 number;

  if (!check_record (record, expires_us, now_us, error))
    return FALSE;

  memory_record_store_expire (store, now_us);
  kad_key_init (&key, key_data, key_len);
  number = kad_key_trie_find (&self->trie, &key);
  if (!could_fit (self, &key, size_bytes, number))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "The record store is full of records nearer to this node: it holds %u of %u "
                   "and %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " bytes",
                   self->items.n_items, self->max_records, self->n_bytes, self->max_bytes);
      return FALSE;
    }

  /* Before the old one goes: the record may be the very one that is stored. */
  record = copy_record (record);
  if (number != KAD_SLAB_NONE)
    drop (self, number);
  make_room (self, size_bytes);
  number = kad_slab_alloc (&self->items);
  *get_item (self, number) = (Item){ record, key, size_bytes };
  self->n_bytes += size_bytes;
  kad_key_trie_insert (&self->trie, &key, number);
  kad_deadline_heap_set (&self->deadlines, number,
                         MIN (expires_us, kad_time_add (now_us, KAD_RECORD_TTL_US)));
  return TRUE;
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
  g_free (self);
}

static const KadRecordStoreClass memory_record_store_class = {
  .get = memory_record_store_get,
  .put = memory_record_store_put,
  .remove = memory_record_store_remove,
  .count = memory_record_store_count,
  .expire = memory_record_store_expire,
  .next_deadline = memory_record_store_next_deadline,
  .free = memory_record_store_free,
};

/**
 * kad_memory_record_store_new: (skip)
 * @local: our own key: what is farthest from it goes first when the store is full
 *
 * Makes a store of value records that lives as long as the process. It holds
 * %KAD_MAX_STORED_RECORDS and %KAD_MAX_STORED_RECORD_BYTES at most, expired ones
 * making room first. No record is kept for more than %KAD_RECORD_TTL_US from
 * now, whatever was asked. A record replaces the one of the same key; which is better
 * is the validators' to say, before.
 *
 * Returns: (transfer full): the store
 */
KadRecordStore *
kad_memory_record_store_new (const KadKey *local)
{
  return kad_memory_record_store_new_limited (local, 0, 0);
}

/**
 * kad_memory_record_store_new_limited: (skip)
 * @local: our own key
 * @max_records: 0, or how many it holds at most
 * @max_bytes: 0, or how many bytes they take at most, 256 for each record counted in
 *
 * As kad_memory_record_store_new(), with bounds below the usual ones.
 *
 * Returns: (transfer full): the store
 */
KadRecordStore *
kad_memory_record_store_new_limited (const KadKey *local, guint max_records, gsize max_bytes)
{
  MemoryRecordStore *self = g_new0 (MemoryRecordStore, 1);

  /* 0 - 1 is the largest number: the usual bound. */
  self->max_records = MIN (max_records - 1, KAD_MAX_STORED_RECORDS - 1) + 1;
  self->max_bytes = MIN (max_bytes - 1, (gsize) KAD_MAX_STORED_RECORD_BYTES - 1) + 1;
  self->parent.klass = &memory_record_store_class;
  kad_key_opposite (local, &self->opposite);
  kad_slab_init (&self->items, sizeof (Item));
  kad_key_trie_init (&self->trie, get_item_key, self);
  kad_deadline_heap_init (&self->deadlines);
  return &self->parent;
}
