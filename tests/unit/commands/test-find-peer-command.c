/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
end_with (FakeBench *bench, KadPeerInfo *info)
{
  KadEvent *event = fake_bench_new_event (bench);

  event->is_last = TRUE;
  event->outcome = KAD_OUTCOME_STOPPED;
  event->stats.requests = event->stats.successes = 2;
  event->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_info_unref);
  g_ptr_array_add (event->peers, info);
  fake_bench_deliver (bench, event);
}

static void
test_addresses_are_found (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *result = NULL;

  g_test_summary ("find-peer gives the peer's addresses");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "find-peer", "{'peer': <'" FAKE_PEER_A "'>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "start-query find-peer");
  g_assert_true (kad_peer_id_is_set (&bench.swarm->spec.peer));
  end_with (&bench, fake_peer_new (FAKE_PEER_A, "/ip4/1.2.3.4/tcp/5", NULL));
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "stopped");
  result = fake_bench_dup_result (&bench, 0);
  g_assert_cmpstr (result, ==,
                   "{'peer': <'" FAKE_PEER_A "'>, 'addresses': <['/ip4/1.2.3.4/tcp/5']>}");
}

static void
test_others_are_not_the_one (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("Another peer, or the peer without an address, is NotFound");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "find-peer", "{'peer': <'" FAKE_PEER_A "'>}");
  end_with (&bench, fake_peer_new (FAKE_PEER_B, "/ip4/1.2.3.4/tcp/5", NULL));
  fake_bench_assert_error (&bench, KAD_ERROR_NOT_FOUND);
  bench.n_done = 0;
  fake_bench_run (&bench, "find-peer", "{'peer': <'" FAKE_PEER_A "'>}");
  end_with (&bench, fake_peer_new (FAKE_PEER_A, NULL));
  fake_bench_assert_error (&bench, KAD_ERROR_NOT_FOUND);
}

static void
test_a_bad_id_is_refused (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (GError) error = fake_bench_refuse ("find-peer", "{'peer': <'nobody'>}");

  g_test_summary ("What is no peer id is told before anything runs");

  fake_bench_init (&bench);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/find-peer/addresses-are-found", test_addresses_are_found);
  g_test_add_func ("/find-peer/others-are-not-the-one", test_others_are_not_the_one);
  g_test_add_func ("/find-peer/a-bad-id-is-refused", test_a_bad_id_is_refused);
  return g_test_run ();
}
