/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

/* Upkeep of the table, seen from outside. */

/* Lets time pass while everybody is there and answers with nobody new; counts rounds. */
static void
live (Network *net, gint64 duration_us)
{
  KadOutput output;

  for (gint64 passed_us = 0; passed_us < duration_us; passed_us += SECOND)
    {
      network_advance (net, SECOND);
      while (network_take (net, KAD_OUTPUT_SEND, 0, &output))
        {
          g_autoptr (KadMessage) reply = answer (KAD_MESSAGE_FIND_NODE, NULL, 0, 0);

          kad_engine_reply_received (net->engine, output.request, reply, net->now_us);
          kad_output_clear (&output);
        }
    }
}

/* How many lookups of upkeep fell into a bucket; 256: for our own id. */
static guint
count_lookups (Network *net, guint bucket)
{
  KadKey local, key;
  guint n = 0;

  kad_key_init_from_peer (&local, &net->local);
  for (guint i = 0; i < net->events->len; i++)
    {
      KadEvent *event = g_ptr_array_index (net->events, i);

      if (event->type != KAD_EVENT_QUERY_STARTED || event->kind != KAD_QUERY_REFRESH)
        continue;
      kad_key_init (&key, g_bytes_get_data (event->key, NULL), g_bytes_get_size (event->key));
      n += kad_key_common_prefix (&local, &key) == bucket;
    }
  return n;
}

static void
test_a_round_each_interval (void)
{
  g_autoptr (Network) net = network_new ();
  KadRoutingTable *table = kad_engine_get_table (net->engine);
  guint deepest = 0;

  g_test_summary ("in an hour our own id and each range are looked up every ten minutes");
  for (guint32 i = 1; i <= 10; i++)
    network_add_server (net, i);
  for (guint i = 0; i < 16; i++)
    deepest = kad_routing_table_get_bucket_size (table, i) > 0 ? i : deepest;
  network_forget (net);
  live (net, KAD_USEC_PER_HOUR);
  g_assert_cmpuint (count_lookups (net, KAD_KEY_BITS), >=, 6);
  g_assert_cmpuint (count_lookups (net, KAD_KEY_BITS), <=, 7);
  for (guint i = 0; i <= MIN (deepest, 2); i++)
    {
      g_assert_cmpuint (count_lookups (net, i), >=, 5);
      g_assert_cmpuint (count_lookups (net, i), <=, 7);
    }
}

static void
test_the_first_that_comes_starts_a_round (void)
{
  g_autoptr (Network) net = network_new ();

  g_test_summary ("a node that others join looks around 5 s after the first");
  network_add_server (net, 1);
  network_forget (net);
  network_advance (net, 4 * SECOND);
  g_assert_cmpuint (count_lookups (net, KAD_KEY_BITS), ==, 0);
  network_advance (net, SECOND);
  g_assert_cmpuint (count_lookups (net, KAD_KEY_BITS), ==, 1);
}

static void
test_a_range_that_was_walked_is_fresh (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("somewhere");
  KadRoutingTable *table = kad_engine_get_table (net->engine);
  KadKey local, target;
  guint bucket;

  g_test_summary ("a lookup of ours refreshes its range, and nobody looks there again so soon");
  network_add_server (net, 1);
  network_forget (net);
  kad_key_init_from_peer (&local, &net->local);
  kad_key_init (&target, (const guint8 *) "somewhere", 9);
  bucket = kad_key_common_prefix (&local, &target);
  g_assert_cmpint (kad_routing_table_get_refreshed (table, bucket), ==, G_MININT64);
  network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_CLOSEST_PEERS, .key = key });
  network_reply_found (net, 1, 0, 0);
  g_assert_cmpint (kad_routing_table_get_refreshed (table, bucket), ==, START);
  live (net, 60 * SECOND);
  g_assert_cmpuint (count_lookups (net, bucket), ==, 0);
}

static void
test_quiet_peers_are_checked (void)
{
  g_autoptr (Network) net = network_new ();
  KadPeerId peer = make_peer (1);
  KadRoutingTable *table = kad_engine_get_table (net->engine);

  g_test_summary ("who was not seen for an interval is asked whether it lives");
  network_add_server (net, 1);
  network_forget (net);
  live (net, 30 * 60 * SECOND);
  g_assert_cmpint (kad_routing_table_find (table, &peer)->last_seen_us, >,
                   START + 15 * 60 * SECOND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/refresh/rounds", test_a_round_each_interval);
  g_test_add_func ("/dht/refresh/first", test_the_first_that_comes_starts_a_round);
  g_test_add_func ("/dht/refresh/fresh", test_a_range_that_was_walked_is_fresh);
  g_test_add_func ("/dht/refresh/quiet-peers", test_quiet_peers_are_checked);
  return g_test_run ();
}
