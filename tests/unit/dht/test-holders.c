/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-holders.h"

#include "kad-random.h"

static void
test_counts_of_each_and_all (void)
{
  KadHolders holders;

  g_test_summary ("items and bytes of each peer and of all; a peer nobody knows has nothing");
  kad_holders_init (&holders);
  g_assert_cmpuint (kad_holders_get (&holders, 7).n_items, ==, 0);
  g_assert_cmpuint (kad_holders_get (&holders, KAD_SLAB_NONE).n_bytes, ==, 0);
  g_assert_cmpuint (kad_holders_find_greedy (&holders), ==, KAD_SLAB_NONE);
  kad_holders_add (&holders, 3, 0, 100);
  kad_holders_add (&holders, 3, 1, 50);
  kad_holders_add (&holders, 0, 2, 7);
  g_assert_cmpuint (kad_holders_get (&holders, 3).n_items, ==, 2);
  g_assert_cmpuint (kad_holders_get (&holders, 3).n_bytes, ==, 150);
  g_assert_cmpuint (holders.n_bytes, ==, 157);
  g_assert_cmpuint (holders.n_holders, ==, 2);
  kad_holders_remove (&holders, 3, 0, 100);
  kad_holders_remove (&holders, 3, 1, 50);
  g_assert_cmpuint (holders.n_bytes, ==, 7);
  g_assert_cmpuint (holders.n_holders, ==, 1);
  kad_holders_clear (&holders);
}

static void
test_order_of_having (void)
{
  KadHolders holders;
  guint32 item;

  g_test_summary ("from the oldest to the newest, also after some in between went");
  kad_holders_init (&holders);
  for (guint32 i = 0; i < 10; i++)
    kad_holders_add (&holders, 0, i, 1);
  kad_holders_remove (&holders, 0, 0, 1);
  kad_holders_remove (&holders, 0, 5, 1);
  kad_holders_remove (&holders, 0, 9, 1);
  item = kad_holders_get (&holders, 0).oldest;
  for (guint32 i = 1; i < 9; i++)
    {
      if (i == 5)
        continue;
      g_assert_cmpuint (item, ==, i);
      item = kad_holders_get_newer (&holders, item);
    }
  g_assert_cmpuint (item, ==, KAD_SLAB_NONE);
  g_assert_cmpuint (kad_holders_get (&holders, 0).newest, ==, 8);
  kad_holders_clear (&holders);
}

static void
test_who_is_greedy (void)
{
  KadHolders holders;
  guint32 item = 0;

  g_test_summary ("more than twice an equal share and more than a 64th; then it is nobody again");
  kad_holders_init (&holders);
  for (guint32 i = 0; i < 10; i++)
    kad_holders_add (&holders, i, item++, 100);
  g_assert_cmpuint (kad_holders_find_greedy (&holders), ==, KAD_SLAB_NONE);
  kad_holders_add (&holders, 4, item, 300);
  g_assert_cmpuint (kad_holders_find_greedy (&holders), ==, 4);
  kad_holders_remove (&holders, 4, item, 300);
  g_assert_cmpuint (kad_holders_find_greedy (&holders), ==, KAD_SLAB_NONE);

  /* Many with one each do not make one with five greedy. */
  for (guint32 i = 10; i < 1010; i++)
    kad_holders_add (&holders, i, item++, 100);
  kad_holders_add (&holders, 4, item++, 500);
  g_assert_cmpuint (kad_holders_find_greedy (&holders), ==, KAD_SLAB_NONE);
  kad_holders_clear (&holders);
}

static void
test_sums_hold (void)
{
  enum
  {
    N_ITEMS = 500,
    N_HOLDERS = 20,
  };
  guint32 holder_of[N_ITEMS];
  gsize bytes_of[N_ITEMS] = { 0 };
  KadHolders holders;
  KadRandom random;

  g_test_summary ("after any additions and removals the sums are those of what is left");
  kad_holders_init (&holders);
  kad_random_init_from_number (&random, 1);
  for (guint round = 0; round < 20000; round++)
    {
      guint32 item = kad_random_below (&random, N_ITEMS);
      gsize sum = 0;

      if (bytes_of[item] > 0)
        {
          kad_holders_remove (&holders, holder_of[item], item, bytes_of[item]);
          bytes_of[item] = 0;
        }
      else
        {
          holder_of[item] = kad_random_below (&random, N_HOLDERS);
          bytes_of[item] = 1 + kad_random_below (&random, 1000);
          kad_holders_add (&holders, holder_of[item], item, bytes_of[item]);
        }
      if (round % 100 != 0)
        continue;
      for (guint i = 0; i < N_ITEMS; i++)
        sum += bytes_of[i];
      g_assert_cmpuint (holders.n_bytes, ==, sum);
      for (guint32 i = 0; i < N_HOLDERS; i++)
        {
          KadHolder held = kad_holders_get (&holders, i);
          guint n = 0;

          for (guint32 at = held.oldest; at != KAD_SLAB_NONE;
               at = kad_holders_get_newer (&holders, at))
            {
              g_assert_cmpuint (holder_of[at], ==, i);
              n++;
            }
          g_assert_cmpuint (n, ==, held.n_items);
        }
    }
  kad_random_clear (&random);
  kad_holders_clear (&holders);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/holders/counts", test_counts_of_each_and_all);
  g_test_add_func ("/dht/holders/order", test_order_of_having);
  g_test_add_func ("/dht/holders/greedy", test_who_is_greedy);
  g_test_add_func ("/dht/holders/sums", test_sums_hold);
  return g_test_run ();
}
