/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
find (FakeBench *bench, KadPeerInfo *info)
{
  KadEvent *event = fake_bench_new_event (bench);

  event->stats.requests = 3;
  event->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  g_ptr_array_add (event->peers, info);
  fake_bench_deliver (bench, event);
}

static void
test_a_provider_is_named_once (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *last = NULL;

  g_test_summary ("A provider comes again only with more addresses, then with all");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "get-providers", "{'key': <'text:k'>}");
  g_assert_cmpuint (g_bytes_get_size (bench.swarm->spec.key), ==, 34);
  find (&bench, fake_peer_new (FAKE_PEER_A, "/ip4/1.2.3.4/tcp/5", NULL));
  find (&bench, fake_peer_new (FAKE_PEER_A, "/ip4/1.2.3.4/tcp/5", NULL));
  find (&bench, fake_peer_new (FAKE_PEER_A, NULL));
  g_assert_cmpuint (bench.results->len, ==, 1);
  find (&bench, fake_peer_new (FAKE_PEER_A, "/ip4/1.2.3.4/tcp/6", NULL));
  g_assert_cmpuint (bench.results->len, ==, 2);
  last = fake_bench_dup_result (&bench, 1);
  g_assert_cmpstr (last, ==,
                   "{'peer': <'" FAKE_PEER_A "'>, 'addresses': <['/ip4/1.2.3.4/tcp/5',"
                   " '/ip4/1.2.3.4/tcp/6']>}");
  fake_bench_end (&bench, KAD_OUTCOME_COMPLETED);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

static void
test_limit_stops_it (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("With enough providers the run is done and its query cancelled");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "get-providers", "{'key': <'text:k'>, 'limit': <'2'>}");
  g_assert_cmpuint (bench.swarm->spec.limit, ==, 2);
  find (&bench, fake_peer_new (FAKE_PEER_A, NULL));
  find (&bench, fake_peer_new (FAKE_PEER_B, NULL));
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "stopped");
  g_assert_cmpuint (fake_bench_get_number (&bench, "requests"), ==, 3);
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "cancel 1");
}

static void
test_nobody_is_no_error (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("Nobody providing the key is an empty result");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "get-providers", "{'key': <'text:k'>}");
  fake_bench_end (&bench, KAD_OUTCOME_COMPLETED);
  g_assert_cmpuint (bench.results->len, ==, 0);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

static void
test_nobody_answering_is_one (void)
{
  g_auto (FakeBench) bench = { 0 };
  KadEvent *event;

  g_test_summary ("That nobody answered at all is Offline");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "get-providers", "{'key': <'text:k'>}");
  event = fake_bench_new_event (&bench);
  event->is_last = TRUE;
  event->outcome = KAD_OUTCOME_STARVED;
  event->stats.requests = event->stats.failures = 2;
  fake_bench_deliver (&bench, event);
  fake_bench_assert_error (&bench, KAD_ERROR_OFFLINE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/get-providers/a-provider-is-named-once", test_a_provider_is_named_once);
  g_test_add_func ("/get-providers/limit-stops-it", test_limit_stops_it);
  g_test_add_func ("/get-providers/nobody-is-no-error", test_nobody_is_no_error);
  g_test_add_func ("/get-providers/nobody-answering-is-one", test_nobody_answering_is_one);
  return g_test_run ();
}
