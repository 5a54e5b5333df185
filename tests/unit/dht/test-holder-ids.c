/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-holder-ids.h"

#include "test-peers.h"

static void
test_numbers_are_stable_and_used_again (void)
{
  KadHolderIds ids;
  guint32 numbers[100];

  g_test_summary ("one number a peer, found again; a dropped one goes to another");
  kad_holder_ids_init (&ids);
  for (guint32 i = 0; i < 100; i++)
    {
      KadPeerId id = make_peer (i);

      g_assert_cmpuint (kad_holder_ids_find (&ids, &id), ==, KAD_SLAB_NONE);
      numbers[i] = kad_holder_ids_ensure (&ids, &id);
      g_assert_cmpuint (kad_holder_ids_ensure (&ids, &id), ==, numbers[i]);
    }
  for (guint32 i = 0; i < 100; i++)
    {
      KadPeerId id = make_peer (i);

      g_assert_cmpuint (kad_holder_ids_find (&ids, &id), ==, numbers[i]);
    }
  {
    KadPeerId gone = make_peer (5);
    KadPeerId other = make_peer (500);

    kad_holder_ids_drop (&ids, numbers[5]);
    g_assert_cmpuint (kad_holder_ids_find (&ids, &gone), ==, KAD_SLAB_NONE);
    g_assert_cmpuint (kad_holder_ids_ensure (&ids, &other), ==, numbers[5]);
  }
  kad_holder_ids_clear (&ids);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/holder-ids/numbers", test_numbers_are_stable_and_used_again);
  return g_test_run ();
}
