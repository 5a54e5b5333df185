/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yamux-test.h"

static KadYamuxStream *
fake_stream (guint32 id)
{
  return GSIZE_TO_POINTER ((gsize) id * 8);
}

static void
test_any_order (void)
{
  KadYamuxTable table = { NULL, 0, 0 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GHashTable) model = g_hash_table_new (NULL, NULL);

  g_test_summary ("Whatever was inserted and not removed is found, and nothing else");

  for (guint i = 0; i < 20000; i++)
    {
      const guint32 id = g_rand_int_range (rand, 1, 700);

      if (g_hash_table_remove (model, GUINT_TO_POINTER (id)))
        kad_yamux_table_remove (&table, id);
      else if (g_hash_table_size (model) < 520)
        {
          g_hash_table_add (model, GUINT_TO_POINTER (id));
          kad_yamux_table_insert (&table, id, fake_stream (id));
        }
      g_assert_cmpuint (table.n_entries, ==, g_hash_table_size (model));
      for (guint j = 0; j < 4; j++)
        {
          const guint32 other = g_rand_int_range (rand, 0, 702);
          const gboolean there = g_hash_table_contains (model, GUINT_TO_POINTER (other));

          g_assert_true (kad_yamux_table_lookup (&table, other)
                         == (there ? fake_stream (other) : NULL));
        }
    }
  for (guint32 id = 1; id < 700; id++)
    if (g_hash_table_contains (model, GUINT_TO_POINTER (id)))
      kad_yamux_table_remove (&table, id);
  g_assert_cmpuint (table.n_entries, ==, 0);
  g_assert_null (table.entries);
}

static void
test_extremes (void)
{
  KadYamuxTable table = { NULL, 0, 0 };

  g_test_summary ("The lowest and the highest id are ids as any other");

  g_assert_null (kad_yamux_table_lookup (&table, G_MAXUINT32));
  kad_yamux_table_insert (&table, G_MAXUINT32, fake_stream (1));
  kad_yamux_table_insert (&table, 1, fake_stream (2));
  g_assert_true (kad_yamux_table_lookup (&table, G_MAXUINT32) == fake_stream (1));
  g_assert_true (kad_yamux_table_lookup (&table, 1) == fake_stream (2));
  g_assert_null (kad_yamux_table_lookup (&table, 0));
  g_assert_null (kad_yamux_table_lookup (&table, 2));
  kad_yamux_table_remove (&table, G_MAXUINT32);
  kad_yamux_table_remove (&table, 1);
  g_assert_null (table.entries);
}

static void
test_memory_comes_back (void)
{
  KadYamuxTable table = { NULL, 0, 0 };

  g_test_summary ("Storage follows the number of streams down again");

  for (guint32 id = 1; id <= 512; id++)
    kad_yamux_table_insert (&table, id, fake_stream (id));
  for (guint32 id = 1; id <= 510; id++)
    kad_yamux_table_remove (&table, id);
  g_assert_cmpuint (table.capacity, <=, 8);
  kad_yamux_table_remove (&table, 511);
  kad_yamux_table_remove (&table, 512);
  g_assert_null (table.entries);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yamux-table/any-order", test_any_order);
  g_test_add_func ("/yamux-table/extremes", test_extremes);
  g_test_add_func ("/yamux-table/memory-comes-back", test_memory_comes_back);
  return g_test_run ();
}
