/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

static void
configure (Network *net, guint32 first, guint n)
{
  g_autoptr (GPtrArray) peers
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);

  for (guint32 i = first; i < first + n; i++)
    g_ptr_array_add (peers, peer_info (i));
  kad_engine_set_bootstrap (net->engine, peers);
}

static KadQueryId
bootstrap (Network *net)
{
  return network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_BOOTSTRAP });
}

/* Everybody who is dialled is there and answers with nobody new. */
static void
answer_all (Network *net, KadQueryId id)
{
  KadOutput output;

  for (guint i = 0; i < 1000 && network_last (net, id) == NULL; i++)
    {
      while (network_take (net, KAD_OUTPUT_DIAL, 0, &output))
        {
          kad_engine_peer_connected (net->engine, &output.peer, net->now_us);
          kad_output_clear (&output);
        }
      while (network_take (net, KAD_OUTPUT_SEND, 0, &output))
        {
          g_autoptr (KadMessage) reply = answer (KAD_MESSAGE_FIND_NODE, NULL, 20, 10);

          kad_engine_reply_received (net->engine, output.request, reply, net->now_us);
          kad_output_clear (&output);
        }
      network_advance (net, 10 * KAD_USEC_PER_MSEC);
    }
}

static void
test_joins_through_one_that_answers (void)
{
  g_autoptr (Network) net = network_new ();
  KadEvent *joined;
  KadQueryId id;

  g_test_summary ("one of three bootstrap peers answers: joined, and the table has the others too");
  configure (net, 1, 3);
  id = bootstrap (net);
  network_fail_dial (net, 1);
  network_fail_dial (net, 2);
  g_assert_null (network_last (net, id));
  answer_all (net, id);
  g_assert_no_error (network_last (net, id)->error);
  g_assert_cmpint (network_last (net, id)->outcome, ==, KAD_OUTCOME_COMPLETED);
  joined = network_find_event (net, KAD_EVENT_JOINED, 0);
  g_assert_nonnull (joined);
  g_assert_cmpuint (joined->number, ==, 11);
  g_assert_cmpuint (network_last (net, id)->number, ==, 11);
}

static void
test_looks_up_each_range_of_the_table (void)
{
  g_autoptr (Network) net = network_new ();
  KadRoutingTable *table = kad_engine_get_table (net->engine);
  KadQueryId id;
  guint deepest = 0;

  g_test_summary ("after our own id every bucket up to the deepest one is looked through");
  configure (net, 1, 1);
  id = bootstrap (net);
  answer_all (net, id);
  for (guint i = 0; i < 16; i++)
    deepest = kad_routing_table_get_bucket_size (table, i) > 0 ? i : deepest;
  g_assert_cmpuint (deepest, >=, 2);
  for (guint i = 0; i <= 2; i++)
    g_assert_cmpint (kad_routing_table_get_refreshed (table, i), >=, START);
}

static void
test_it_tells_how_far_it_is (void)
{
  g_autoptr (Network) net = network_new ();
  const KadEvent *step;
  guint n_ranges, done = 0;
  KadQueryId id;

  g_test_summary (
      "each bootstrap peer is a step, our own id, and each range; at the end all are done");
  configure (net, 1, 3);
  id = bootstrap (net);
  g_assert_cmpuint (network_step (net, id, 0)->done, ==, 0);
  g_assert_cmpuint (network_step (net, id, 0)->total, ==, 4);
  network_fail_dial (net, 1);
  step = network_step (net, id, 1);
  g_assert_cmpuint (step->done, ==, 1);
  g_assert_cmpuint (step->total, ==, 4);
  network_fail_dial (net, 2);
  answer_all (net, id);
  for (guint i = 0; (step = network_step (net, id, i)) != NULL; i++)
    {
      g_assert_cmpuint (step->done, >=, done);
      g_assert_cmpuint (step->total, >, step->done);
      done = step->done;
    }
  step = network_last (net, id);
  n_ranges = step->total - 4;
  g_assert_cmpuint (n_ranges, >=, 2);
  g_assert_cmpuint (step->done, ==, step->total);
  g_assert_cmpuint (done, ==, step->total - 1);
}

static void
test_what_fails_is_not_done (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id;

  g_test_summary ("when nobody answers, the steps after the bootstrap peers stay to be done");
  configure (net, 1, 2);
  id = bootstrap (net);
  network_fail_dial (net, 1);
  network_fail_dial (net, 2);
  g_assert_cmpint (network_last (net, id)->outcome, ==, KAD_OUTCOME_FAILED);
  g_assert_cmpuint (network_last (net, id)->done, ==, 2);
  g_assert_cmpuint (network_last (net, id)->total, ==, 3);
}

static void
test_silent_bootstrap_peers_hold_nobody (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id;
  KadOutput output;

  g_test_summary ("2 s after the first has answered it goes on without the silent one");
  configure (net, 1, 2);
  id = bootstrap (net);
  network_connect (net, 1);
  network_reply_found (net, 1, 0, 0);
  g_assert_false (network_take (net, KAD_OUTPUT_SEND, 1, &output));
  network_advance (net, 2 * SECOND);
  g_assert_true (network_take (net, KAD_OUTPUT_SEND, 1, &output));
  kad_output_clear (&output);
  g_assert_null (network_last (net, id));
}

static void
test_nobody_to_join (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id = bootstrap (net);
  KadEvent *failed = network_find_event (net, KAD_EVENT_JOIN_FAILED, 0);

  g_test_summary ("no bootstrap peers and an empty table: an error that says so");
  g_assert_error (network_last (net, id)->error, KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED);
  g_assert_nonnull (failed);
  g_assert_error (failed->error, KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED);
}

static void
test_nobody_answers_and_it_tries_again (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id;

  g_test_summary ("Offline, with each reason; then tried again after 10 s, and joined");
  configure (net, 1, 2);
  id = bootstrap (net);
  network_fail_dial (net, 1);
  network_advance (net, 10 * SECOND);
  g_assert_error (network_last (net, id)->error, KAD_ERROR, KAD_ERROR_OFFLINE);
  g_assert_nonnull (strstr (network_last (net, id)->error->message, "Connection refused"));
  g_assert_nonnull (strstr (network_last (net, id)->error->message, "within 10 s"));
  g_assert_nonnull (network_find_event (net, KAD_EVENT_JOIN_FAILED, 0));
  network_forget (net);
  network_advance (net, 10 * SECOND);
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_DIAL), >=, 1);
  network_connect (net, 1);
  network_reply_found (net, 1, 0, 0);
  for (guint i = 0; i < 100; i++)
    {
      KadOutput output;

      network_advance (net, SECOND);
      while (network_take (net, KAD_OUTPUT_SEND, 1, &output))
        {
          g_autoptr (KadMessage) reply = answer (KAD_MESSAGE_FIND_NODE, NULL, 0, 0);

          kad_engine_reply_received (net->engine, output.request, reply, net->now_us);
          kad_output_clear (&output);
        }
    }
  g_assert_nonnull (network_find_event (net, KAD_EVENT_JOINED, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/query-bootstrap/joins", test_joins_through_one_that_answers);
  g_test_add_func ("/dht/query-bootstrap/ranges", test_looks_up_each_range_of_the_table);
  g_test_add_func ("/dht/query-bootstrap/progress", test_it_tells_how_far_it_is);
  g_test_add_func ("/dht/query-bootstrap/progress/failed", test_what_fails_is_not_done);
  g_test_add_func ("/dht/query-bootstrap/silent", test_silent_bootstrap_peers_hold_nobody);
  g_test_add_func ("/dht/query-bootstrap/nobody", test_nobody_to_join);
  g_test_add_func ("/dht/query-bootstrap/again", test_nobody_answers_and_it_tries_again);
  return g_test_run ();
}
