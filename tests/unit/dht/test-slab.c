/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-slab.h"

#include <string.h>

static void
test_items_keep_their_bytes_when_the_block_grows (void)
{
  KadSlab slab;

  g_test_summary ("Ten thousand items keep their numbers and what was written, and come zeroed");

  kad_slab_init (&slab, 12);
  for (guint32 i = 0; i < 10000; i++)
    {
      guint32 item = kad_slab_alloc (&slab);
      const guint8 zero[12] = { 0 };

      g_assert_cmpuint (item, ==, i);
      g_assert_cmpmem (kad_slab_get (&slab, item), 12, zero, 12);
      memcpy (kad_slab_get (&slab, item), &i, sizeof i);
    }
  for (guint32 i = 0; i < 10000; i++)
    g_assert_cmpmem (kad_slab_get (&slab, i), sizeof i, &i, sizeof i);
  g_assert_cmpuint (slab.n_items, ==, 10000);
  kad_slab_clear (&slab);
  g_assert_cmpuint (slab.n_items, ==, 0);
}

static void
test_released_items_are_reused_zeroed (void)
{
  KadSlab slab;
  const guint64 zero = 0;
  guint32 first, second, third;

  g_test_summary ("A released number comes again, the last one first, with nothing of the old");

  kad_slab_init (&slab, 8);
  first = kad_slab_alloc (&slab);
  second = kad_slab_alloc (&slab);
  third = kad_slab_alloc (&slab);
  memset (kad_slab_get (&slab, second), 0xff, 8);
  memset (kad_slab_get (&slab, third), 0xee, 8);

  kad_slab_release (&slab, first);
  kad_slab_release (&slab, second);
  g_assert_cmpuint (slab.n_items, ==, 1);
  g_assert_cmpuint (kad_slab_alloc (&slab), ==, second);
  g_assert_cmpmem (kad_slab_get (&slab, second), 8, &zero, 8);
  g_assert_cmpuint (kad_slab_alloc (&slab), ==, first);
  g_assert_cmpuint (kad_slab_alloc (&slab), ==, 3);
  g_assert_cmpuint (*(guint8 *) kad_slab_get (&slab, third), ==, 0xee);
  g_assert_cmpuint (slab.n_items, ==, 4);
  kad_slab_clear (&slab);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/slab/grows", test_items_keep_their_bytes_when_the_block_grows);
  g_test_add_func ("/dht/slab/reuse", test_released_items_are_reused_zeroed);
  return g_test_run ();
}
