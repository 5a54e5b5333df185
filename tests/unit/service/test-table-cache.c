/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-table-cache.h"

#include "kad-table-delta.h"

/* A table of our own. */
typedef struct
{
  GHashTable *rows; /* peer -> GVariant */
  guint n_reads;    /* of all rows */
  guint n_row_reads;
  gboolean is_active;
  gboolean is_broken;
} Source;

typedef struct
{
  Source *source;
  char **peers;
  KadTableRowsFunc func;
  gpointer user_data;
} Read;

static GVariant *
new_row (const char *peer, guint bucket, guint flags)
{
  return g_variant_ref_sink (g_variant_new ("(suttts@asu)", peer, bucket, (guint64) 0, (guint64) 1,
                                            (guint64) 1, "", g_variant_new_strv (NULL, 0), flags));
}

static gboolean
answer (gpointer user_data)
{
  Read *read = user_data;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, read->source->rows);
  while (read->peers == NULL && g_hash_table_iter_next (&iter, NULL, &row))
    g_ptr_array_add (rows, g_variant_ref (row));
  for (guint i = 0; read->peers != NULL && read->peers[i] != NULL; i++)
    {
      row = g_hash_table_lookup (read->source->rows, read->peers[i]);
      if (row != NULL)
        g_ptr_array_add (rows, g_variant_ref (row));
    }
  read->func (read->source->is_broken ? NULL : rows, read->user_data);
  g_strfreev (read->peers);
  g_free (read);
  return G_SOURCE_REMOVE;
}

static void
source_read (gpointer data, const char *const *peers, KadTableRowsFunc func, gpointer user_data)
{
  Source *self = data;
  Read *read = g_new0 (Read, 1);

  read->source = self;
  read->peers = g_strdupv ((char **) peers);
  read->func = func;
  read->user_data = user_data;
  if (peers == NULL)
    self->n_reads++;
  else
    self->n_row_reads += g_strv_length (read->peers);
  g_idle_add (answer, read);
}

static void
source_set_active (gpointer data, gboolean is_active)
{
  ((Source *) data)->is_active = is_active;
}

static const KadTableSourceClass source_class = { source_read, source_set_active };

static void
source_init (Source *self)
{
  *self = (Source){ .rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                   (GDestroyNotify) g_variant_unref) };
}

static void
source_put (Source *self, const char *peer, guint bucket, guint flags)
{
  g_hash_table_replace (self->rows, g_strdup (peer), new_row (peer, bucket, flags));
}

static void
settle (void)
{
  gint64 end_us = g_get_monotonic_time () + (KAD_TABLE_SETTLE_MS + 150) * 1000;

  while (g_get_monotonic_time () < end_us)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (2000);
    }
}

/* A copy of the table, kept by changes alone. */
typedef struct
{
  GHashTable *rows;
  guint64 serial;
  guint n_told;
  guint n_ready;
} Copy;

static void
copy_init (Copy *self)
{
  *self = (Copy){ .rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                 (GDestroyNotify) g_variant_unref) };
}

static void
on_ready (KadTableCache *cache, gboolean is_there, gpointer user_data)
{
  Copy *copy = user_data;
  GPtrArray *rows = is_there ? kad_table_cache_get_rows (cache) : NULL;

  copy->n_ready += is_there;
  copy->serial = kad_table_cache_get_serial (cache);
  g_hash_table_remove_all (copy->rows);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      char *peer;

      g_variant_get_child (rows->pdata[i], 0, "s", &peer);
      g_hash_table_insert (copy->rows, peer, g_variant_ref (rows->pdata[i]));
    }
}

static void
on_changed (KadTableCache *cache, const KadTableChange *changes, guint n_changes,
            gpointer user_data)
{
  Copy *copy = user_data;

  g_assert_cmpuint (kad_table_cache_get_serial (cache), ==, copy->serial + 1);
  copy->serial++;
  copy->n_told++;
  for (guint i = 0; i < n_changes; i++)
    switch (changes[i].kind)
      {
      case KAD_TABLE_ROW_ADDED:
        g_assert_false (g_hash_table_contains (copy->rows, changes[i].peer));
        g_hash_table_insert (copy->rows, g_strdup (changes[i].peer),
                             g_variant_ref (changes[i].row));
        break;
      case KAD_TABLE_ROW_CHANGED:
        g_assert_true (g_hash_table_contains (copy->rows, changes[i].peer));
        g_hash_table_replace (copy->rows, g_strdup (changes[i].peer),
                              g_variant_ref (changes[i].row));
        break;
      case KAD_TABLE_ROW_REMOVED:
        g_assert_true (g_hash_table_remove (copy->rows, changes[i].peer));
        break;
      default:
        g_assert_not_reached ();
      }
}

static void
assert_same (GHashTable *a, GHashTable *b)
{
  GHashTableIter iter;
  gpointer peer, row;

  g_assert_cmpuint (g_hash_table_size (a), ==, g_hash_table_size (b));
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &peer, &row))
    {
      GVariant *other = g_hash_table_lookup (b, peer);

      g_assert_nonnull (other);
      g_assert_true (g_variant_equal (row, other));
    }
}

static void
test_changes_keep_a_copy_true (void)
{
  Source source;
  Copy copy;
  KadTableCache *cache;
  guint id, n_told;

  g_test_summary ("What changed is read, told once, and makes a copy what the table is");

  source_init (&source);
  copy_init (&copy);
  cache = kad_table_cache_new (&source_class, &source);
  source_put (&source, "b", 1, 0);
  source_put (&source, "a", 1, 0);
  source_put (&source, "c", 0, 0);
  kad_table_cache_ask (cache, on_ready, &copy);
  settle ();
  g_assert_cmpuint (copy.n_ready, ==, 1);
  assert_same (copy.rows, source.rows);
  id = kad_table_cache_watch (cache, on_changed, &copy);

  source_put (&source, "d", 2, 0);
  source_put (&source, "a", 1, KAD_TABLE_FLAG_CONNECTED);
  g_hash_table_remove (source.rows, "b");
  kad_table_cache_mark (cache, "d");
  kad_table_cache_mark (cache, "a");
  kad_table_cache_mark (cache, "b");
  kad_table_cache_mark (cache, "c");
  kad_table_cache_mark (cache, "nobody");
  settle ();
  assert_same (copy.rows, source.rows);
  g_assert_cmpuint (copy.n_told, ==, 1);
  g_assert_cmpuint (source.n_reads, ==, 1);
  g_assert_cmpuint (source.n_row_reads, ==, 5);
  /* In order of bucket and peer. */
  {
    GPtrArray *rows = kad_table_cache_get_rows (cache);
    const char *first, *last;

    g_variant_get_child (rows->pdata[0], 0, "&s", &first);
    g_variant_get_child (rows->pdata[2], 0, "&s", &last);
    g_assert_cmpstr (first, ==, "c");
    g_assert_cmpstr (last, ==, "d");
  }

  /* Nothing changed: nothing is told. */
  n_told = copy.n_told;
  kad_table_cache_mark (cache, "a");
  settle ();
  g_assert_cmpuint (copy.n_told, ==, n_told);

  /* Another node. */
  g_hash_table_remove_all (source.rows);
  source_put (&source, "z", 9, 0);
  kad_table_cache_reset (cache);
  settle ();
  assert_same (copy.rows, source.rows);

  kad_table_cache_unwatch (cache, id);
  kad_table_cache_free (cache);
  g_assert_false (source.is_active);
  g_hash_table_unref (copy.rows);
  g_hash_table_unref (source.rows);
}

static void
test_too_many_dirty_read_all (void)
{
  Source source;
  Copy copy;
  KadTableCache *cache;

  g_test_summary ("When more happened than is read one by one, all rows are read, once");

  source_init (&source);
  copy_init (&copy);
  cache = kad_table_cache_new (&source_class, &source);
  kad_table_cache_ask (cache, on_ready, &copy);
  settle ();
  kad_table_cache_watch (cache, on_changed, &copy);
  for (guint i = 0; i < KAD_MAX_TABLE_DIRTY + 10; i++)
    {
      g_autofree char *peer = g_strdup_printf ("peer-%u", i);

      source_put (&source, peer, i % 20, 0);
      kad_table_cache_mark (cache, peer);
    }
  settle ();
  g_assert_cmpuint (source.n_reads, ==, 2);
  g_assert_cmpuint (source.n_row_reads, ==, 0);
  g_assert_cmpuint (copy.n_told, ==, 1);
  assert_same (copy.rows, source.rows);
  kad_table_cache_free (cache);
  g_hash_table_unref (copy.rows);
  g_hash_table_unref (source.rows);
}

static void
test_nobody_nothing (void)
{
  Source source;
  KadTableCache *cache;

  g_test_summary ("With nobody who wants rows none are read, whatever happens");

  source_init (&source);
  cache = kad_table_cache_new (&source_class, &source);
  kad_table_cache_mark (cache, "a");
  kad_table_cache_reset (cache);
  settle ();
  g_assert_cmpuint (source.n_reads + source.n_row_reads, ==, 0);
  g_assert_false (kad_table_cache_is_active (cache));
  kad_table_cache_free (cache);
  g_hash_table_unref (source.rows);
}

static void
test_rows_that_cannot_be_had (void)
{
  Source source;
  Copy copy;
  KadTableCache *cache;

  g_test_summary ("Who asks is told that there are no rows, also when the cache goes first");

  source_init (&source);
  copy_init (&copy);
  copy.n_told = 7;
  cache = kad_table_cache_new (&source_class, &source);
  source.is_broken = TRUE;
  kad_table_cache_ask (cache, on_ready, &copy);
  settle ();
  g_assert_cmpuint (copy.n_ready, ==, 0);
  g_assert_false (kad_table_cache_is_active (cache));
  source.is_broken = FALSE;
  kad_table_cache_ask (cache, on_ready, &copy);
  kad_table_cache_free (cache);
  settle ();
  g_assert_cmpuint (copy.n_ready, ==, 0);
  g_hash_table_unref (copy.rows);
  g_hash_table_unref (source.rows);
}

static void
test_several_changes_are_one (void)
{
  g_autoptr (KadTableDelta) delta = kad_table_delta_new ();
  g_autoptr (GVariant) one = new_row ("a", 1, 0);
  g_autoptr (GVariant) two = new_row ("a", 1, 1);
  g_autoptr (GVariant) other = new_row ("b", 1, 1);
  g_autoptr (GVariant) told = NULL;
  g_autofree char *text = NULL;
  const KadTableChange come[] = { { KAD_TABLE_ROW_ADDED, "a", one } };
  const KadTableChange change[] = { { KAD_TABLE_ROW_CHANGED, "a", two } };
  const KadTableChange leave[] = { { KAD_TABLE_ROW_REMOVED, "a", NULL } };
  const KadTableChange leave_b[] = { { KAD_TABLE_ROW_REMOVED, "b", NULL } };
  const KadTableChange come_b[] = { { KAD_TABLE_ROW_ADDED, "b", other } };

  g_test_summary ("Came, changed and left between two signals is what it comes to");

  kad_table_delta_merge (delta, come, 1);
  kad_table_delta_merge (delta, change, 1);
  kad_table_delta_merge (delta, leave, 1);
  g_assert_cmpuint (kad_table_delta_get_size (delta), ==, 0);
  kad_table_delta_merge (delta, leave_b, 1);
  kad_table_delta_merge (delta, come_b, 1);
  kad_table_delta_merge (delta, come, 1);
  kad_table_delta_merge (delta, change, 1);
  told = g_variant_ref_sink (kad_table_delta_steal (delta, 5));
  text = g_variant_print (told, FALSE);
  g_assert_cmpstr (text, ==,
                   "(5, [('a', 1, 0, 1, 1, '', [], 1)], [('b', 1, 0, 1, 1, '', [], 1)], [])");
  g_assert_cmpuint (kad_table_delta_get_size (delta), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table-cache/changes-keep-a-copy-true", test_changes_keep_a_copy_true);
  g_test_add_func ("/table-cache/too-many-dirty-read-all", test_too_many_dirty_read_all);
  g_test_add_func ("/table-cache/nobody-nothing", test_nobody_nothing);
  g_test_add_func ("/table-cache/rows-that-cannot-be-had", test_rows_that_cannot_be_had);
  g_test_add_func ("/table-delta/several-changes-are-one", test_several_changes_are_one);
  return g_test_run ();
}
