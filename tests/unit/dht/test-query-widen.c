/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

/* A walk whose nearest peers die, seen from one engine with k of 4. */

static Network *
make_network (guint n)
{
  KadEngineConfig config = { .mode = KAD_MODE_SERVER, .k = 4, .alpha = 10 };
  Network *net = network_new_with (&config);

  for (guint32 i = 1; i <= n; i++)
    network_add_server (net, i);
  network_forget (net);
  return net;
}

/* Everything that is sent is answered with nobody; dials fail. Returns how many were sent. */
static guint
answer_all (Network *net)
{
  KadOutput output;
  guint n = 0;

  while (network_take (net, KAD_OUTPUT_SEND, 0, &output))
    {
      g_autoptr (KadMessage) reply = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);

      kad_engine_reply_received (net->engine, output.request, reply, net->now_us);
      kad_output_clear (&output);
      n++;
    }
  return n;
}

static void
test_a_healthy_walk_asks_no_more (void)
{
  g_autoptr (Network) net = make_network (12);
  g_autoptr (GBytes) key = text_bytes ("key");
  KadQueryId id
      = network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_CLOSEST_PEERS, .key = key });

  g_test_summary ("where nobody failed four are asked, and it is over");
  g_assert_cmpuint (answer_all (net), ==, 4);
  g_assert_cmpint (network_last (net, id)->outcome, ==, KAD_OUTCOME_COMPLETED);
}

static void
test_the_table_fills_the_gaps (void)
{
  g_autoptr (Network) net = make_network (12);
  g_autoptr (GBytes) key = text_bytes ("key");
  KadQueryId id
      = network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_CLOSEST_PEERS, .key = key });
  KadEvent *last;

  g_test_summary (
      "three of four are dead: others of our table come in, and four live ones are found");
  for (guint i = 0; i < 3; i++)
    network_fail (net, 0, KAD_ERROR_TIMEOUT);
  for (guint i = 0; i < 20 && network_last (net, id) == NULL; i++)
    {
      answer_all (net);
      network_advance (net, SECOND / 2);
    }
  last = network_last (net, id);
  g_assert_nonnull (last);
  g_assert_no_error (last->error);
  g_assert_cmpuint (last->peers->len, ==, 4);
  /* It asked the neighbours for those it cannot know. */
  g_assert_cmpuint (last->stats.requests, >, 7);
}

static void
test_it_takes_no_longer_than_three_seconds (void)
{
  g_autoptr (Network) net = make_network (4);
  g_autoptr (GBytes) key = text_bytes ("key");
  gint64 start_us = net->now_us;
  KadQueryId id
      = network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_CLOSEST_PEERS, .key = key });
  KadOutput output;

  g_test_summary (
      "neighbours that are silent are waited for 3 s, and not asked more than 64 times");
  network_fail (net, 0, KAD_ERROR_TIMEOUT);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (KadMessage) reply = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);

      g_assert_true (network_take (net, KAD_OUTPUT_SEND, 0, &output));
      kad_engine_reply_received (net->engine, output.request, reply, net->now_us);
      kad_output_clear (&output);
    }
  g_assert_null (network_last (net, id));
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_SEND), >, 0);
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_SEND), <=, 64);
  network_advance (net, 3 * SECOND);
  g_assert_nonnull (network_last (net, id));
  g_assert_cmpint (network_last (net, id)->stats.duration_us, <=, net->now_us - start_us);
  g_assert_cmpint (network_last (net, id)->stats.duration_us, ==, 3 * SECOND);
}

static void
test_kinds_that_need_no_exactness_do_not_pay (void)
{
  g_autoptr (Network) net = make_network (4);
  g_autoptr (GBytes) key = text_bytes ("key");
  KadQueryId id
      = network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_GET_PROVIDERS, .key = key });

  g_test_summary ("a query for providers ends with its walk");
  network_fail (net, 0, KAD_ERROR_TIMEOUT);
  for (guint i = 0; i < 3; i++)
    network_reply (net, 0, kad_message_new (KAD_MESSAGE_GET_PROVIDERS, key));
  g_assert_nonnull (network_last (net, id));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/query-widen/healthy", test_a_healthy_walk_asks_no_more);
  g_test_add_func ("/dht/query-widen/table", test_the_table_fills_the_gaps);
  g_test_add_func ("/dht/query-widen/time", test_it_takes_no_longer_than_three_seconds);
  g_test_add_func ("/dht/query-widen/kinds", test_kinds_that_need_no_exactness_do_not_pay);
  return g_test_run ();
}
