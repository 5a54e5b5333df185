/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-table-cache.h"

/*
 * Nobody: nothing is kept. Somebody watches or asks: all rows are read once, and the source is
 * asked to tell. What it tells makes a peer dirty; the rows of those that are dirty are read
 * together, a moment after the first of them. What came is compared with what is kept: the
 * differences are one change, with a serial of its own, and watchers hear of it. Times of last use
 * and round trips change without being told: all is read again now and then, while somebody
 * watches.
 */

typedef struct
{
  guint id;
  KadTableChangedFunc func;
  gpointer user_data;
} Watcher;

typedef struct
{
  KadTableReadyFunc func;
  gpointer user_data;
} Asker;

struct _KadTableCache
{
  const KadTableSourceClass *klass;
  gpointer source;
  GHashTable *rows;  /* peer, inside of its row -> GVariant */
  GPtrArray *sorted; /* (nullable) (element-type GVariant) borrowed of rows */
  GHashTable *dirty; /* (element-type utf8) */
  gboolean is_all_dirty;
  gboolean is_loaded;
  gboolean is_active;
  struct _Reading *reading; /* (nullable) */
  guint64 serial;
  GArray *watchers; /* (element-type Watcher) */
  guint next_watcher;
  GArray *askers; /* (element-type Asker) */
  guint settle;   /* timer: dirty rows are to be read */
  guint reread;   /* timer: all rows are to be read */
  guint linger;   /* timer: the rows are to be dropped */
};

/* One reading, which outlives the cache if it must. */
typedef struct _Reading
{
  KadTableCache *cache; /* NULL: nobody wants it any more */
  char **peers;         /* NULL: all */
} Reading;

static const char *
get_peer (GVariant *row)
{
  const char *peer;

  g_variant_get_child (row, 0, "&s", &peer);
  return peer;
}

/* ---- who is there ---- */

static void
drop (KadTableCache *self)
{
  g_clear_handle_id (&self->settle, g_source_remove);
  g_clear_handle_id (&self->reread, g_source_remove);
  g_clear_handle_id (&self->linger, g_source_remove);
  g_clear_pointer (&self->sorted, g_ptr_array_unref);
  g_hash_table_remove_all (self->dirty);
  g_hash_table_remove_all (self->rows);
  if (self->reading != NULL)
    self->reading->cache = NULL;
  self->reading = NULL;
  self->is_all_dirty = FALSE;
  self->is_loaded = FALSE;
  if (self->is_active)
    self->klass->set_active (self->source, FALSE);
  self->is_active = FALSE;
}

static gboolean
on_linger (gpointer user_data)
{
  KadTableCache *self = user_data;

  self->linger = 0;
  drop (self);
  return G_SOURCE_REMOVE;
}

/* The last who wanted rows is served: they are kept a while for the next. */
static void
let_linger (KadTableCache *self)
{
  g_clear_handle_id (&self->linger, g_source_remove);
  if (self->watchers->len > 0 || self->askers->len > 0)
    return;
  g_clear_handle_id (&self->reread, g_source_remove);
  if (self->is_active)
    self->linger = g_timeout_add (KAD_TABLE_LINGER_MS, on_linger, self);
}

/* ---- reading ---- */

static void
add_change (GArray *changes, KadTableChangeKind kind, GVariant *row)
{
  KadTableChange change = { kind, get_peer (row), kind != KAD_TABLE_ROW_REMOVED ? row : NULL };

  g_array_append_val (changes, change);
}

/* @kept: keeps rows that the changes name. */
static void
put (KadTableCache *self, GVariant *row, GArray *changes, GPtrArray *kept)
{
  GVariant *old = g_hash_table_lookup (self->rows, get_peer (row));

  if (old != NULL && g_variant_equal (old, row))
    return;
  add_change (changes, old != NULL ? KAD_TABLE_ROW_CHANGED : KAD_TABLE_ROW_ADDED, row);
  g_ptr_array_add (kept, g_variant_ref (row));
  g_hash_table_replace (self->rows, (gpointer) get_peer (row), g_variant_ref (row));
}

static void
take_out (KadTableCache *self, const char *peer, GArray *changes, GPtrArray *kept)
{
  GVariant *old = g_hash_table_lookup (self->rows, peer);

  if (old == NULL)
    return;
  add_change (changes, KAD_TABLE_ROW_REMOVED, old);
  g_ptr_array_add (kept, g_variant_ref (old));
  g_hash_table_remove (self->rows, get_peer (old));
}

/* Those that were read and did not come are gone. */
static void
take_out_absent (KadTableCache *self, const char *const *peers, GPtrArray *rows, GArray *changes,
                 GPtrArray *kept)
{
  g_autoptr (GHashTable) came = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char **all = NULL;

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    g_hash_table_add (came, (gpointer) get_peer (rows->pdata[i]));
  if (peers == NULL)
    all = (char **) g_hash_table_get_keys_as_array (self->rows, NULL);
  for (const char *const *p = peers != NULL ? peers : (const char *const *) all; *p != NULL; p++)
    if (!g_hash_table_contains (came, *p))
      take_out (self, *p, changes, kept);
}

static void
tell (KadTableCache *self, GArray *changes)
{
  g_autoptr (GArray) watchers = g_array_copy (self->watchers);

  g_clear_pointer (&self->sorted, g_ptr_array_unref);
  self->serial++;
  for (guint i = 0; i < watchers->len; i++)
    {
      const Watcher *watcher = &g_array_index (watchers, Watcher, i);

      watcher->func (self, (const KadTableChange *) (void *) changes->data, changes->len,
                     watcher->user_data);
    }
}

/* @peers: (nullable): what was read */
static void
apply (KadTableCache *self, const char *const *peers, GPtrArray *rows)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (KadTableChange));
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  gboolean was_loaded = self->is_loaded;

  take_out_absent (self, peers, rows, changes, kept);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    put (self, rows->pdata[i], changes, kept);
  self->is_loaded = TRUE;
  /* The first rows are no change, but may be others than those of a snapshot of before. */
  if (!was_loaded)
    g_array_set_size (changes, 0);
  if (!was_loaded || changes->len > 0)
    tell (self, changes);
}

static void
answer_askers (KadTableCache *self, gboolean is_there)
{
  g_autoptr (GArray) askers = g_steal_pointer (&self->askers);

  self->askers = g_array_new (FALSE, FALSE, sizeof (Asker));
  for (guint i = 0; i < askers->len; i++)
    {
      const Asker *asker = &g_array_index (askers, Asker, i);

      asker->func (self, is_there, asker->user_data);
    }
}

static void plan_reading (KadTableCache *self);

static gboolean
on_reread (gpointer user_data)
{
  KadTableCache *self = user_data;

  self->reread = 0;
  self->is_all_dirty = TRUE;
  plan_reading (self);
  return G_SOURCE_REMOVE;
}

static void
plan_reread (KadTableCache *self)
{
  if (self->reread == 0 && self->watchers->len > 0)
    self->reread = g_timeout_add (KAD_TABLE_REREAD_MS, on_reread, self);
}

static void
on_rows (GPtrArray *rows, gpointer user_data)
{
  Reading *reading = user_data;
  KadTableCache *self = reading->cache;
  g_auto (GStrv) peers = g_steal_pointer (&reading->peers);

  g_free (reading);
  if (self == NULL)
    return;
  self->reading = NULL;
  /* Without an answer nothing is known of the rows; without all of them neither. */
  if (rows == NULL && !self->is_loaded)
    {
      answer_askers (self, FALSE);
      if (self->watchers->len > 0)
        plan_reread (self);
      else
        drop (self);
      return;
    }
  if (rows != NULL)
    apply (self, (const char *const *) peers, rows);
  answer_askers (self, TRUE);
  plan_reread (self);
  let_linger (self);
  plan_reading (self);
}

static void
read_rows (KadTableCache *self)
{
  Reading *reading = g_new0 (Reading, 1);

  if (self->is_loaded && !self->is_all_dirty)
    {
      GHashTableIter iter;
      gpointer peer;
      guint n = 0;

      reading->peers = g_new0 (char *, g_hash_table_size (self->dirty) + 1);
      g_hash_table_iter_init (&iter, self->dirty);
      while (g_hash_table_iter_next (&iter, &peer, NULL))
        reading->peers[n++] = g_strdup (peer);
    }
  reading->cache = self;
  self->reading = reading;
  self->is_all_dirty = FALSE;
  g_hash_table_remove_all (self->dirty);
  self->klass->read (self->source, (const char *const *) reading->peers, on_rows, reading);
}

static gboolean
on_settled (gpointer user_data)
{
  KadTableCache *self = user_data;

  self->settle = 0;
  if (self->reading == NULL)
    read_rows (self);
  return G_SOURCE_REMOVE;
}

static void
plan_reading (KadTableCache *self)
{
  if (self->settle == 0 && self->reading == NULL && self->is_active
      && (self->is_all_dirty || g_hash_table_size (self->dirty) > 0))
    self->settle = g_timeout_add (KAD_TABLE_SETTLE_MS, on_settled, self);
}

static void
begin (KadTableCache *self)
{
  g_clear_handle_id (&self->linger, g_source_remove);
  if (self->is_active)
    return;
  self->is_active = TRUE;
  self->klass->set_active (self->source, TRUE);
  read_rows (self);
}

/* ---- what the source tells ---- */

gboolean
kad_table_cache_is_active (KadTableCache *self)
{
  return self->is_active;
}

void
kad_table_cache_mark (KadTableCache *self, const char *peer)
{
  if (!self->is_active)
    return;
  if (peer == NULL || g_hash_table_size (self->dirty) >= KAD_MAX_TABLE_DIRTY)
    {
      self->is_all_dirty = TRUE;
      g_hash_table_remove_all (self->dirty);
    }
  else if (!self->is_all_dirty)
    {
      g_hash_table_add (self->dirty, g_strdup (peer));
    }
  plan_reading (self);
}

void
kad_table_cache_reset (KadTableCache *self)
{
  if (!self->is_active)
    return;
  if (self->reading != NULL)
    self->reading->cache = NULL;
  self->reading = NULL;
  self->is_all_dirty = TRUE;
  g_clear_handle_id (&self->settle, g_source_remove);
  read_rows (self);
}

/* ---- who wants rows ---- */

void
kad_table_cache_ask (KadTableCache *self, KadTableReadyFunc func, gpointer user_data)
{
  Asker asker = { func, user_data };

  if (self->is_loaded)
    {
      func (self, TRUE, user_data);
      let_linger (self);
      return;
    }
  g_array_append_val (self->askers, asker);
  begin (self);
  if (self->reading == NULL && !self->is_loaded)
    read_rows (self);
}

void
kad_table_cache_unask (KadTableCache *self, gpointer user_data)
{
  for (guint i = self->askers->len; i-- > 0;)
    if (g_array_index (self->askers, Asker, i).user_data == user_data)
      g_array_remove_index (self->askers, i);
}

guint64
kad_table_cache_get_serial (KadTableCache *self)
{
  return self->serial;
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  GVariant *x = *(GVariant *const *) a;
  GVariant *y = *(GVariant *const *) b;
  guint x_bucket, y_bucket;

  g_variant_get_child (x, 1, "u", &x_bucket);
  g_variant_get_child (y, 1, "u", &y_bucket);
  if (x_bucket != y_bucket)
    return x_bucket < y_bucket ? -1 : 1;
  return strcmp (get_peer (x), get_peer (y));
}

GPtrArray *
kad_table_cache_get_rows (KadTableCache *self)
{
  GHashTableIter iter;
  gpointer row;

  if (self->sorted != NULL)
    return self->sorted;
  self->sorted = g_ptr_array_sized_new (g_hash_table_size (self->rows));
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    g_ptr_array_add (self->sorted, row);
  g_ptr_array_sort (self->sorted, compare_rows);
  return self->sorted;
}

GVariant *
kad_table_cache_find (KadTableCache *self, const char *peer)
{
  return g_hash_table_lookup (self->rows, peer);
}

guint
kad_table_cache_watch (KadTableCache *self, KadTableChangedFunc func, gpointer user_data)
{
  Watcher watcher = { ++self->next_watcher, func, user_data };

  if (watcher.id == 0)
    watcher.id = ++self->next_watcher;
  g_array_append_val (self->watchers, watcher);
  begin (self);
  if (self->is_loaded)
    plan_reread (self);
  return watcher.id;
}

void
kad_table_cache_unwatch (KadTableCache *self, guint id)
{
  for (guint i = 0; i < self->watchers->len; i++)
    if (g_array_index (self->watchers, Watcher, i).id == id)
      {
        g_array_remove_index (self->watchers, i);
        let_linger (self);
        return;
      }
}

/* ---- life ---- */

KadTableCache *
kad_table_cache_new (const KadTableSourceClass *klass, gpointer source)
{
  KadTableCache *self = g_new0 (KadTableCache, 1);

  self->klass = klass;
  self->source = source;
  self->rows
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_variant_unref);
  self->dirty = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->watchers = g_array_new (FALSE, FALSE, sizeof (Watcher));
  self->askers = g_array_new (FALSE, FALSE, sizeof (Asker));
  return self;
}

void
kad_table_cache_free (KadTableCache *self)
{
  answer_askers (self, FALSE);
  drop (self);
  g_array_unref (self->watchers);
  g_array_unref (self->askers);
  g_hash_table_unref (self->dirty);
  g_hash_table_unref (self->rows);
  g_free (self);
}
