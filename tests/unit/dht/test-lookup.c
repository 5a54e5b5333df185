/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-lookup.h"

#include "test-peers.h"

#define MSEC KAD_USEC_PER_MSEC
#define SECOND KAD_USEC_PER_SEC

static KadLookup *
make_lookup (guint k, guint alpha)
{
  KadLookupConfig config = { .k = k, .alpha = alpha, .beta = 3, .local = make_peer (0) };
  g_autoptr (GBytes) key = g_bytes_new_static ("target", 6);

  kad_key_init (&config.target, g_bytes_get_data (key, NULL), 6);
  return kad_lookup_new (&config);
}

static void
add_peers (KadLookup *lookup, guint32 first, guint n)
{
  for (guint32 i = first; i < first + n; i++)
    {
      g_autoptr (KadPeerInfo) info = make_info (i, "/ip4/10.0.0.1/tcp/1");

      g_assert_true (kad_lookup_add (lookup, info));
    }
}

static void
answered (KadLookup *lookup, KadPeerInfo *info, gint64 now_us)
{
  kad_lookup_answered (lookup, kad_peer_info_get_peer (info), now_us);
}

static void
test_asks_the_nearest_alpha_at_a_time (void)
{
  g_autoptr (KadLookup) lookup = make_lookup (20, 3);
  KadPeerInfo *asked[4];
  KadKey target, keys[4];

  g_test_summary ("nearest first, three in flight, the next one when one has answered");
  add_peers (lookup, 1, 10);
  kad_key_init (&target, (const guint8 *) "target", 6);
  for (guint i = 0; i < 3; i++)
    asked[i] = kad_lookup_next (lookup, 0);
  g_assert_null (kad_lookup_next (lookup, 0));
  answered (lookup, asked[1], 10 * MSEC);
  asked[3] = kad_lookup_next (lookup, 10 * MSEC);
  g_assert_null (kad_lookup_next (lookup, 10 * MSEC));
  for (guint i = 0; i < 4; i++)
    {
      g_assert_nonnull (asked[i]);
      kad_key_init_from_peer (&keys[i], kad_peer_info_get_peer (asked[i]));
      if (i > 0)
        g_assert_cmpint (kad_key_compare_distance (&target, &keys[i - 1], &keys[i]), <, 0);
    }
  g_assert_cmpuint (kad_lookup_get_n_waiting (lookup), ==, 3);
}

static void
test_ends_when_the_k_closest_answered (void)
{
  g_autoptr (KadLookup) lookup = make_lookup (5, 5);
  g_autoptr (GPtrArray) result = NULL;
  KadPeerInfo *info;
  guint n = 0;

  g_test_summary ("peers behind the k closest are never asked");
  add_peers (lookup, 1, 50);
  while ((info = kad_lookup_next (lookup, 0)) != NULL)
    {
      g_assert_cmpint (kad_lookup_get_verdict (lookup, 0), ==, KAD_LOOKUP_RUNNING);
      answered (lookup, info, MSEC);
      n++;
    }
  g_assert_cmpuint (n, ==, 5);
  g_assert_cmpint (kad_lookup_get_verdict (lookup, MSEC), ==, KAD_LOOKUP_COMPLETED);
  result = kad_lookup_dup_answered (lookup, 3);
  g_assert_cmpuint (result->len, ==, 3);
}

static void
test_the_next_ones_take_the_place_of_the_dead (void)
{
  g_autoptr (KadLookup) lookup = make_lookup (5, 2);
  g_autoptr (GPtrArray) result = NULL;
  g_autoptr (GHashTable) dead = g_hash_table_new (kad_peer_id_hash, kad_peer_id_equal);
  KadPeerInfo *info;
  guint n = 0;

  g_test_summary ("every second one fails, and the result has five that answered");
  add_peers (lookup, 1, 50);
  while ((info = kad_lookup_next (lookup, 0)) != NULL)
    {
      if (n++ % 2 == 0)
        {
          g_hash_table_add (dead, (gpointer) kad_peer_info_get_peer (info));
          kad_lookup_failed (lookup, kad_peer_info_get_peer (info));
        }
      else
        answered (lookup, info, MSEC);
    }
  g_assert_cmpuint (n, ==, 10);
  g_assert_cmpint (kad_lookup_get_verdict (lookup, MSEC), ==, KAD_LOOKUP_COMPLETED);
  g_assert_true (kad_lookup_has_gaps (lookup));
  result = kad_lookup_dup_answered (lookup, 20);
  g_assert_cmpuint (result->len, ==, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_false (
        g_hash_table_contains (dead, kad_peer_info_get_peer (g_ptr_array_index (result, i))));
}

static void
test_a_small_network_is_completed_and_a_broken_one_starves (void)
{
  g_autoptr (KadLookup) small = make_lookup (20, 10);
  g_autoptr (KadLookup) broken = make_lookup (20, 10);
  g_autoptr (KadLookup) empty = make_lookup (20, 10);
  KadPeerInfo *info;
  guint n = 0;

  g_test_summary ("fewer than k: completed if all answered, starved if one did not");
  add_peers (small, 1, 4);
  add_peers (broken, 1, 4);
  while ((info = kad_lookup_next (small, 0)) != NULL)
    answered (small, info, MSEC);
  while ((info = kad_lookup_next (broken, 0)) != NULL)
    {
      if (n++ == 0)
        kad_lookup_failed (broken, kad_peer_info_get_peer (info));
      else
        answered (broken, info, MSEC);
    }
  g_assert_cmpint (kad_lookup_get_verdict (small, MSEC), ==, KAD_LOOKUP_COMPLETED);
  g_assert_false (kad_lookup_has_gaps (small));
  g_assert_cmpint (kad_lookup_get_verdict (broken, MSEC), ==, KAD_LOOKUP_STARVED);
  g_assert_cmpint (kad_lookup_get_verdict (empty, 0), ==, KAD_LOOKUP_STARVED);
}

static void
test_slow_peers_leave_their_place_and_are_given_up (void)
{
  g_autoptr (KadLookup) lookup = make_lookup (3, 2);
  KadPeerInfo *slow[2];
  KadPeerInfo *info;

  g_test_summary ("after 1 s others are asked beside them, after 3 s they are not waited for");
  add_peers (lookup, 1, 10);
  slow[0] = kad_lookup_next (lookup, 0);
  slow[1] = kad_lookup_next (lookup, 0);
  g_assert_null (kad_lookup_next (lookup, 999 * MSEC));
  g_assert_cmpint (kad_lookup_get_deadline (lookup, 0), ==, SECOND);

  for (guint i = 0; i < 3; i++)
    {
      info = kad_lookup_next (lookup, SECOND);
      g_assert_nonnull (info);
      answered (lookup, info, SECOND);
    }
  g_assert_null (kad_lookup_next (lookup, SECOND));
  g_assert_cmpint (kad_lookup_get_verdict (lookup, SECOND), ==, KAD_LOOKUP_RUNNING);
  g_assert_cmpint (kad_lookup_get_deadline (lookup, SECOND), ==, 3 * SECOND);
  g_assert_cmpint (kad_lookup_get_verdict (lookup, 3 * SECOND), ==, KAD_LOOKUP_COMPLETED);
  /* One that answers all the same counts. */
  answered (lookup, slow[0], 2 * SECOND);
  g_assert_cmpuint (kad_lookup_get_n_answered (lookup), ==, 4);
}

static void
test_a_slow_network_is_given_time (void)
{
  g_autoptr (KadLookup) lookup = make_lookup (4, 4);
  KadPeerInfo *asked[4];

  g_test_summary ("where answers take 2 s, patience is 16 s");
  add_peers (lookup, 1, 4);
  for (guint i = 0; i < 4; i++)
    asked[i] = kad_lookup_next (lookup, 0);
  for (guint i = 0; i < 3; i++)
    answered (lookup, asked[i], 2 * SECOND);
  g_assert_cmpint (kad_lookup_get_verdict (lookup, 15 * SECOND), ==, KAD_LOOKUP_RUNNING);
  g_assert_cmpint (kad_lookup_get_verdict (lookup, 16 * SECOND), ==, KAD_LOOKUP_STARVED);
}

static void
test_haste_ends_with_beta_answers (void)
{
  g_autoptr (KadLookup) lookup = make_lookup (5, 5);
  KadPeerInfo *asked[5];

  g_test_summary ("who has something already waits no longer than a late one gets, once three "
                  "answered");
  add_peers (lookup, 1, 5);
  for (guint i = 0; i < 5; i++)
    asked[i] = kad_lookup_next (lookup, 0);
  for (guint i = 0; i < 3; i++)
    answered (lookup, asked[i], 10 * MSEC);
  kad_lookup_set_hasty (lookup, TRUE);
  g_assert_cmpint (kad_lookup_get_verdict (lookup, 149 * MSEC), ==, KAD_LOOKUP_RUNNING);
  g_assert_cmpint (kad_lookup_get_verdict (lookup, 150 * MSEC), !=, KAD_LOOKUP_RUNNING);
}

/* Ten in flight, and all but the first three answer after 100 ms. */
static KadLookup *
make_lookup_with_late_ones (guint k, KadPeerInfo *asked[10])
{
  KadLookup *lookup = make_lookup (k, 10);

  add_peers (lookup, 1, 40);
  for (guint i = 0; i < 10; i++)
    asked[i] = kad_lookup_next (lookup, 0);
  for (guint i = 3; i < 10; i++)
    answered (lookup, asked[i], 100 * MSEC);
  return lookup;
}

static void
test_what_is_late_is_measured_by_the_others (void)
{
  KadPeerInfo *asked[10];
  g_autoptr (KadLookup) lookup = make_lookup_with_late_ones (10, asked);
  guint n = 0;

  g_test_summary ("where answers take 100 ms a silent peer is late after 200 ms, and the walk goes "
                  "on behind it");
  g_assert_null (kad_lookup_next (lookup, 199 * MSEC));
  g_assert_cmpint (kad_lookup_get_deadline (lookup, 199 * MSEC), ==, 200 * MSEC);
  while (kad_lookup_next (lookup, 200 * MSEC) != NULL)
    n++;
  /* One for each late one, and some more because more will be. */
  g_assert_cmpuint (n, >, 3);
  g_assert_cmpuint (n, <=, 10);
}

static void
test_late_ones_are_given_up_when_k_answered (void)
{
  KadPeerInfo *asked[10];
  g_autoptr (KadLookup) lookup = make_lookup_with_late_ones (10, asked);
  KadPeerInfo *info;

  g_test_summary ("with k answers the late ones cost nothing more; without, they get 3 s");
  g_assert_cmpint (kad_lookup_get_verdict (lookup, 250 * MSEC), ==, KAD_LOOKUP_RUNNING);
  while ((info = kad_lookup_next (lookup, 250 * MSEC)) != NULL)
    answered (lookup, info, 300 * MSEC);
  g_assert_cmpint (kad_lookup_get_verdict (lookup, 300 * MSEC), ==, KAD_LOOKUP_COMPLETED);
  g_assert_false (kad_lookup_has_gaps (lookup));
}

static void
test_a_small_network_waits_for_everybody (void)
{
  g_autoptr (KadLookup) lookup = make_lookup (20, 10);
  KadPeerInfo *asked[8];

  g_test_summary ("fewer than k are known: a late one is waited for 3 s");
  add_peers (lookup, 1, 8);
  for (guint i = 0; i < 8; i++)
    asked[i] = kad_lookup_next (lookup, 0);
  for (guint i = 1; i < 8; i++)
    answered (lookup, asked[i], 10 * MSEC);
  g_assert_true (kad_lookup_is_short (lookup, SECOND));
  g_assert_cmpint (kad_lookup_get_verdict (lookup, 2999 * MSEC), ==, KAD_LOOKUP_RUNNING);
  g_assert_cmpint (kad_lookup_get_verdict (lookup, 3000 * MSEC), ==, KAD_LOOKUP_STARVED);
}

static void
test_who_is_known_to_be_slow_holds_no_place (void)
{
  g_autoptr (KadLookup) lookup = make_lookup (5, 2);
  KadPeerInfo *slow[2];
  KadPeerInfo *info;
  guint n = 0;

  g_test_summary ("it is asked, beside the others and not in the place of one; its answer counts");
  add_peers (lookup, 1, 20);
  for (guint i = 0; i < 2; i++)
    {
      slow[i] = kad_lookup_next (lookup, 0);
      kad_lookup_tardy (lookup, kad_peer_info_get_peer (slow[i]));
    }
  while ((info = kad_lookup_next (lookup, 0)) != NULL)
    {
      answered (lookup, info, MSEC);
      n++;
    }
  g_assert_cmpuint (n, ==, 5);
  g_assert_cmpint (kad_lookup_get_verdict (lookup, MSEC), ==, KAD_LOOKUP_COMPLETED);
  answered (lookup, slow[0], MSEC);
  g_assert_cmpuint (kad_lookup_get_n_answered (lookup), ==, 6);
}

static void
test_a_dial_and_our_own_pause_are_no_lateness (void)
{
  g_autoptr (KadLookup) lookup = make_lookup (3, 1);
  KadPeerInfo *info;

  g_test_summary (
      "a dial has twice the time, the request its own, and what we slept is not counted");
  add_peers (lookup, 1, 10);
  info = kad_lookup_next (lookup, 0);
  kad_lookup_asked (lookup, kad_peer_info_get_peer (info), TRUE, 0);
  g_assert_null (kad_lookup_next (lookup, 1999 * MSEC));
  kad_lookup_asked (lookup, kad_peer_info_get_peer (info), FALSE, 1999 * MSEC);
  g_assert_null (kad_lookup_next (lookup, 2998 * MSEC));
  kad_lookup_excuse (lookup, 500 * MSEC);
  g_assert_null (kad_lookup_next (lookup, 3498 * MSEC));
  g_assert_nonnull (kad_lookup_next (lookup, 3499 * MSEC));
}

static void
test_what_was_usual_before_counts_first (void)
{
  KadLookupConfig config
      = { .k = 3, .alpha = 1, .beta = 3, .local = make_peer (0), .usual_us = 300 * MSEC };
  g_autoptr (KadLookup) lookup = kad_lookup_new (&config);

  g_test_summary ("before anybody has answered, earlier walks say what is late");
  add_peers (lookup, 1, 10);
  g_assert_nonnull (kad_lookup_next (lookup, 0));
  g_assert_null (kad_lookup_next (lookup, 599 * MSEC));
  g_assert_nonnull (kad_lookup_next (lookup, 600 * MSEC));
}

static void
test_bounds (void)
{
  g_autoptr (KadLookup) lookup = make_lookup (KAD_MAX_QUERY_PEERS, 600);
  g_autoptr (KadPeerInfo) local = make_info (0, "/ip4/10.0.0.1/tcp/1");
  guint n_in = 0;
  guint n_asked = 0;
  KadPeerInfo *info;

  g_test_summary ("512 peers, 256 requests, never ourselves, nobody twice");
  g_assert_false (kad_lookup_add (lookup, local));
  for (guint32 i = 1; i <= 2000; i++)
    {
      g_autoptr (KadPeerInfo) peer = make_info (i, "/ip4/10.0.0.1/tcp/1");

      n_in += kad_lookup_add (lookup, peer);
      g_assert_false (kad_lookup_add (lookup, peer));
    }
  g_assert_cmpuint (n_in, >, KAD_MAX_QUERY_PEERS);
  g_assert_cmpuint (kad_lookup_get_n_peers (lookup), ==, KAD_MAX_QUERY_PEERS);
  while ((info = kad_lookup_next (lookup, 0)) != NULL)
    {
      n_asked++;
      kad_lookup_failed (lookup, kad_peer_info_get_peer (info));
    }
  g_assert_cmpuint (n_asked, ==, KAD_MAX_QUERY_REQUESTS);
  g_assert_cmpint (kad_lookup_get_verdict (lookup, 0), ==, KAD_LOOKUP_STARVED);
}

static void
test_in_flight_is_bounded_with_slow_ones (void)
{
  g_autoptr (KadLookup) lookup = make_lookup (20, 2);
  guint n = 0;

  g_test_summary ("however slow they are, never more than three alphas in flight");
  add_peers (lookup, 1, 100);
  for (gint64 now_us = 0; now_us < 10 * SECOND; now_us += SECOND / 2)
    {
      while (kad_lookup_next (lookup, now_us) != NULL)
        n++;
    }
  g_assert_cmpuint (n, ==, 6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/lookup/asks-the-nearest", test_asks_the_nearest_alpha_at_a_time);
  g_test_add_func ("/dht/lookup/ends-when-the-k-closest-answered",
                   test_ends_when_the_k_closest_answered);
  g_test_add_func ("/dht/lookup/next-ones-replace-the-dead",
                   test_the_next_ones_take_the_place_of_the_dead);
  g_test_add_func ("/dht/lookup/completed-or-starved",
                   test_a_small_network_is_completed_and_a_broken_one_starves);
  g_test_add_func ("/dht/lookup/slow-peers", test_slow_peers_leave_their_place_and_are_given_up);
  g_test_add_func ("/dht/lookup/slow-network", test_a_slow_network_is_given_time);
  g_test_add_func ("/dht/lookup/haste", test_haste_ends_with_beta_answers);
  g_test_add_func ("/dht/lookup/late-by-the-others", test_what_is_late_is_measured_by_the_others);
  g_test_add_func ("/dht/lookup/given-up-when-k-answered",
                   test_late_ones_are_given_up_when_k_answered);
  g_test_add_func ("/dht/lookup/small-network-waits", test_a_small_network_waits_for_everybody);
  g_test_add_func ("/dht/lookup/known-to-be-slow", test_who_is_known_to_be_slow_holds_no_place);
  g_test_add_func ("/dht/lookup/dial-and-pause", test_a_dial_and_our_own_pause_are_no_lateness);
  g_test_add_func ("/dht/lookup/usual-before", test_what_was_usual_before_counts_first);
  g_test_add_func ("/dht/lookup/bounds", test_bounds);
  g_test_add_func ("/dht/lookup/in-flight-is-bounded", test_in_flight_is_bounded_with_slow_ones);
  return g_test_run ();
}
