/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-key-trie.h"

#include <string.h>

#include "kad-random.h"
#include "test-peers.h"

#define N_KEYS 400

typedef struct
{
  KadKey keys[N_KEYS];
  gboolean present[N_KEYS];
  KadKeyTrie trie;
} Fixture;

static void
key_of (gpointer owner, guint32 item, KadKey *key)
{
  *key = ((Fixture *) owner)->keys[item];
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  memset (fixture, 0, sizeof *fixture);
  kad_key_trie_init (&fixture->trie, key_of, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  kad_key_trie_clear (&fixture->trie);
}

static void
insert (Fixture *fixture, guint32 item)
{
  fixture->present[item] = TRUE;
  g_assert_true (kad_key_trie_insert (&fixture->trie, &fixture->keys[item], item));
}

/* The walk gives every key that is present, once, each no nearer than the one before. */
static void
assert_walk (Fixture *fixture, const KadKey *target)
{
  gboolean seen[N_KEYS] = { FALSE };
  const KadKey *previous = NULL;
  KadKeyTrieWalk walk;
  guint32 item;

  kad_key_trie_walk_init (&walk, &fixture->trie, target);
  while ((item = kad_key_trie_walk_next (&walk)) != KAD_SLAB_NONE)
    {
      const KadKey *key = &fixture->keys[item];

      g_assert_true (fixture->present[item]);
      g_assert_false (seen[item]);
      seen[item] = TRUE;
      if (previous == NULL)
        g_assert_cmpuint (kad_key_trie_find_nearest (&fixture->trie, target), ==, item);
      else
        g_assert_cmpint (kad_key_compare_distance (target, previous, key), <, 0);
      previous = key;
    }
  g_assert_cmpuint (kad_key_trie_walk_next (&walk), ==, KAD_SLAB_NONE);
  g_assert_cmpmem (seen, sizeof seen, fixture->present, sizeof fixture->present);
}

static void
test_an_empty_trie_has_nothing (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Without items nothing is found, walked or removed");

  assert_walk (fixture, &fixture->keys[0]);
  g_assert_cmpuint (kad_key_trie_find (&fixture->trie, &fixture->keys[0]), ==, KAD_SLAB_NONE);
  g_assert_cmpuint (kad_key_trie_find_nearest (&fixture->trie, &fixture->keys[0]), ==,
                    KAD_SLAB_NONE);
  g_assert_false (kad_key_trie_remove (&fixture->trie, &fixture->keys[0]));
}

static void
test_one_item_for_a_key (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A second item of the same key is refused, and the first stays");

  insert (fixture, 0);
  fixture->keys[1] = fixture->keys[0];
  g_assert_false (kad_key_trie_insert (&fixture->trie, &fixture->keys[1], 1));
  g_assert_cmpuint (kad_key_trie_find (&fixture->trie, &fixture->keys[0]), ==, 0);
  g_assert_true (kad_key_trie_remove (&fixture->trie, &fixture->keys[0]));
  g_assert_false (kad_key_trie_remove (&fixture->trie, &fixture->keys[0]));
}

static void
test_walks_nearest_first_while_it_changes (Fixture *fixture, gconstpointer data)
{
  KadRandom random;

  g_test_summary ("Through seeded inserts and removes every walk is in the order of XOR distance");

  kad_random_init_from_number (&random, 21);
  for (guint i = 0; i < N_KEYS; i++)
    random_key (&random, &fixture->keys[i]);

  for (guint step = 0; step < 2000; step++)
    {
      guint32 item = kad_random_below (&random, N_KEYS);
      KadKey target;

      g_assert_cmpuint (kad_key_trie_find (&fixture->trie, &fixture->keys[item]), ==,
                        fixture->present[item] ? item : KAD_SLAB_NONE);
      if (!fixture->present[item])
        {
          insert (fixture, item);
        }
      else
        {
          fixture->present[item] = FALSE;
          g_assert_true (kad_key_trie_remove (&fixture->trie, &fixture->keys[item]));
        }

      random_key (&random, &target);
      if (step % 10 == 0)
        assert_walk (fixture, &target);
      if (step % 10 == 5)
        assert_walk (fixture, &fixture->keys[item]);
    }
}

static void
test_the_deepest_trie_there_can_be (Fixture *fixture, gconstpointer data)
{
  KadKey zero = { { 0 } }, opposite;

  g_test_summary (
      "Keys that part from one key at each of its 256 bits are walked from all of them");

  for (guint bit = 0; bit < KAD_KEY_BITS; bit++)
    {
      fixture->keys[bit].bytes[bit / 8] = (guint8) (0x80 >> (bit % 8));
      insert (fixture, bit);
    }
  insert (fixture, KAD_KEY_BITS);

  kad_key_opposite (&zero, &opposite);
  assert_walk (fixture, &zero);
  assert_walk (fixture, &opposite);
  for (guint bit = 0; bit < KAD_KEY_BITS; bit++)
    assert_walk (fixture, &fixture->keys[bit]);
}

static void
test_farthest_is_nearest_to_the_opposite (Fixture *fixture, gconstpointer data)
{
  KadRandom random;

  g_test_summary ("What is nearest to a key's opposite is farthest from the key");

  kad_random_init_from_number (&random, 22);
  for (guint i = 0; i < N_KEYS; i++)
    {
      random_key (&random, &fixture->keys[i]);
      insert (fixture, i);
    }

  for (guint i = 0; i < 100; i++)
    {
      KadKey target, opposite;
      guint32 farthest;

      random_key (&random, &target);
      kad_key_opposite (&target, &opposite);
      farthest = kad_key_trie_find_nearest (&fixture->trie, &opposite);
      for (guint j = 0; j < N_KEYS; j++)
        g_assert_cmpint (
            kad_key_compare_distance (&target, &fixture->keys[j], &fixture->keys[farthest]), <=, 0);
    }
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/dht/key-trie/empty", test_an_empty_trie_has_nothing);
  ADD ("/dht/key-trie/duplicate", test_one_item_for_a_key);
  ADD ("/dht/key-trie/order", test_walks_nearest_first_while_it_changes);
  ADD ("/dht/key-trie/depth", test_the_deepest_trie_there_can_be);
  ADD ("/dht/key-trie/farthest", test_farthest_is_nearest_to_the_opposite);
  return g_test_run ();
}
