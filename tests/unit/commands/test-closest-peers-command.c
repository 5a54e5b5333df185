/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
end_with_peers (FakeBench *bench, KadOutcome outcome)
{
  KadEvent *event = fake_bench_new_event (bench);

  event->is_last = TRUE;
  event->outcome = outcome;
  event->stats.requests = event->stats.successes = 4;
  event->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  g_ptr_array_add (event->peers, fake_peer_new (FAKE_PEER_B, "/ip4/1.2.3.4/tcp/5", NULL));
  g_ptr_array_add (event->peers, fake_peer_new (FAKE_PEER_A, NULL));
  fake_bench_deliver (bench, event);
}

static void
test_peers_come_nearest_first (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *first = NULL;

  g_test_summary ("closest-peers gives its peers when it is done, in the engine's order");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "closest-peers", "{'key': <'text:k'>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "start-query closest-peers");
  g_assert_cmpuint (g_bytes_get_size (bench.swarm->spec.key), ==, 1);
  g_assert_cmpint (bench.swarm->timeout_us, ==, 60000000);
  fake_bench_deliver (&bench, fake_bench_new_event (&bench));
  g_assert_cmpuint (bench.results->len, ==, 0);
  end_with_peers (&bench, KAD_OUTCOME_STARVED);
  g_assert_cmpuint (bench.results->len, ==, 2);
  first = fake_bench_dup_result (&bench, 0);
  g_assert_cmpstr (first, ==,
                   "{'peer': <'" FAKE_PEER_B "'>, 'addresses': <['/ip4/1.2.3.4/tcp/5']>}");
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "starved");
}

static void
test_limit_gives_fewer (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("limit cuts the list");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "closest-peers", "{'key': <'text:k'>, 'limit': <1>}");
  end_with_peers (&bench, KAD_OUTCOME_COMPLETED);
  g_assert_cmpuint (bench.results->len, ==, 1);
}

static void
test_a_lookup_cut_short_gives_none (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("Peers of a lookup that timed out are not the closest");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "closest-peers", "{'key': <'text:k'>}");
  end_with_peers (&bench, KAD_OUTCOME_TIMED_OUT);
  g_assert_cmpuint (bench.results->len, ==, 0);
  fake_bench_assert_error (&bench, KAD_ERROR_TIMEOUT);
}

static void
test_a_caller_may_cancel_inside_of_a_result (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("Cancelling while peers are given stops the giving");

  fake_bench_init (&bench);
  bench.cancel_after = 1;
  fake_bench_run (&bench, "closest-peers", "{'key': <'text:k'>}");
  end_with_peers (&bench, KAD_OUTCOME_COMPLETED);
  g_assert_cmpuint (bench.results->len, ==, 1);
  fake_bench_assert_error (&bench, KAD_ERROR_CANCELLED);
}

static void
test_its_deadline_cancels_the_query (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("At timeout-ms the run fails and its query is cancelled");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "closest-peers", "{'key': <'text:k'>, 'timeout_ms': <10>}");
  kad_dispatcher_advance (bench.dispatcher, 10000);
  fake_bench_assert_error (&bench, KAD_ERROR_TIMEOUT);
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "cancel 1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/closest-peers/peers-come-nearest-first", test_peers_come_nearest_first);
  g_test_add_func ("/closest-peers/limit-gives-fewer", test_limit_gives_fewer);
  g_test_add_func ("/closest-peers/a-lookup-cut-short-gives-none",
                   test_a_lookup_cut_short_gives_none);
  g_test_add_func ("/closest-peers/a-caller-may-cancel-inside-of-a-result",
                   test_a_caller_may_cancel_inside_of_a_result);
  g_test_add_func ("/closest-peers/its-deadline-cancels-the-query",
                   test_its_deadline_cancels_the_query);
  return g_test_run ();
}
