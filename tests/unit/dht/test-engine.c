/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

static void
test_a_quiet_engine_only_wakes_for_its_timers (void)
{
  g_autoptr (Network) net = network_new ();
  guint n_wakes = 0;

  g_test_summary ("an hour alone: one wake-up each refresh interval, and nothing said or sent");
  for (gint64 next_us = kad_engine_next_deadline (net->engine);
       next_us <= START + KAD_USEC_PER_HOUR; next_us = kad_engine_next_deadline (net->engine))
    {
      kad_engine_advance (net->engine, next_us);
      n_wakes++;
    }
  network_drain (net);
  g_assert_cmpuint (n_wakes, ==, 6);
  g_assert_cmpuint (net->outputs->len, ==, 0);
  g_assert_cmpuint (net->events->len, ==, 0);
}

static void
test_ids_are_one_sequence (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("k");
  KadQuerySpec spec = { .kind = KAD_QUERY_CLOSEST_PEERS, .key = key };
  KadQueryId first = kad_engine_next_query_id (net->engine);
  KadQueryId second = network_start (net, spec);

  g_test_summary ("ids of queries and of others' operations never meet, and are never 0");
  g_assert_cmpuint (first, >, 0);
  g_assert_cmpuint (second, >, first);
  g_assert_cmpuint (kad_engine_next_query_id (net->engine), >, second);
}

static void
test_unknown_answers_are_ignored (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (KadMessage) reply = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);
  g_autoptr (GError) error = g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED, "Closed");
  KadPeerId peer = make_peer (1);

  g_test_summary ("answers, failures and partings that nobody waits for change nothing");
  kad_engine_reply_received (net->engine, 99, reply, net->now_us);
  kad_engine_request_sent (net->engine, 99, net->now_us);
  kad_engine_request_failed (net->engine, 99, error, net->now_us);
  kad_engine_dial_failed (net->engine, &peer, error, net->now_us);
  kad_engine_peer_disconnected (net->engine, &peer, net->now_us);
  network_drain (net);
  g_assert_cmpuint (net->outputs->len, ==, 0);
  g_assert_cmpuint (net->events->len, ==, 0);
}

static void
test_freed_in_the_middle_of_everything (void)
{
  Network *net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("k");

  g_test_summary ("queries, dials, requests, checks and events under way are freed in silence");
  network_listen (net, "/ip4/10.9.9.9/tcp/1");
  for (guint32 i = 1; i <= 20; i++)
    network_add_server (net, i);
  network_connect (net, 30);
  network_identify (net, 30, TRUE);
  network_disconnect (net, 3);
  for (KadQueryKind kind = KAD_QUERY_CLOSEST_PEERS; kind <= KAD_QUERY_BOOTSTRAP; kind++)
    network_start (
        net, (KadQuerySpec){ .kind = kind, .key = key, .value = key, .peer = make_peer (99) });
  network_reply_found (net, 1, 40, 20);
  network_free (net);
}

static void
test_queries_are_bounded (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("k");
  KadQuerySpec spec = { .kind = KAD_QUERY_CLOSEST_PEERS, .key = key };
  KadQueryId last = 0;

  g_test_summary ("the 4097th at once is refused with a limit, the others are not touched");
  network_add_server (net, 1);
  network_forget (net);
  for (guint i = 0; i < KAD_MAX_QUERIES; i++)
    last = network_start (net, spec);
  g_assert_null (network_last (net, last));
  last = network_start (net, spec);
  g_assert_error (network_last (net, last)->error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
}

static void
test_time_that_goes_back_is_no_time (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("k");
  KadQuerySpec spec = { .kind = KAD_QUERY_CLOSEST_PEERS, .key = key };
  KadQueryId id;

  g_test_summary ("a caller's earlier time does not move deadlines");
  network_add_server (net, 1);
  network_forget (net);
  id = kad_engine_start_query (net->engine, &spec, START + 50 * SECOND);
  kad_engine_cancel_query (net->engine, id, START);
  g_assert_cmpint (network_last (net, id)->stats.duration_us, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/engine/quiet", test_a_quiet_engine_only_wakes_for_its_timers);
  g_test_add_func ("/dht/engine/ids", test_ids_are_one_sequence);
  g_test_add_func ("/dht/engine/unknown", test_unknown_answers_are_ignored);
  g_test_add_func ("/dht/engine/freed", test_freed_in_the_middle_of_everything);
  g_test_add_func ("/dht/engine/bounded", test_queries_are_bounded);
  g_test_add_func ("/dht/engine/time", test_time_that_goes_back_is_no_time);
  return g_test_run ();
}
