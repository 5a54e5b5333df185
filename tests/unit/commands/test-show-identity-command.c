/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
test_without_a_peer_it_is_ours (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *result = NULL;

  g_test_summary ("Without a peer we say what we say of ourselves, at once");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "show-identity", NULL);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  result = fake_bench_dup_result (&bench, 0);
  g_assert_nonnull (strstr (result, "'agent': <@ms 'kad/0.1.0'>"));
}

static void
test_a_peer_is_asked (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *result = NULL;
  KadEvent *event;

  g_test_summary ("With a peer it is asked, and its words are given");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "show-identity", "{'peer': <'/ip4/1.2.3.4/tcp/5'>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "identify /ip4/1.2.3.4/tcp/5");
  event = fake_bench_new_event (&bench);
  event->is_last = TRUE;
  event->identity = kad_identity_new ();
  event->identity->agent = g_strdup ("other/1");
  fake_peer_id (&event->identity->peer, FAKE_PEER_B);
  fake_bench_deliver (&bench, event);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  result = fake_bench_dup_result (&bench, 0);
  g_assert_nonnull (strstr (result, FAKE_PEER_B));
  g_assert_nonnull (strstr (result, "other/1"));
}

static void
test_a_failure_is_passed_on (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("A peer that cannot be asked is an error");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "show-identity", "{'peer': <'" FAKE_PEER_A "'>}");
  fake_bench_end_with_error (&bench, g_error_new (KAD_ERROR, KAD_ERROR_CLOSED, "gone"));
  fake_bench_assert_error (&bench, KAD_ERROR_CLOSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/show-identity/without-a-peer-it-is-ours", test_without_a_peer_it_is_ours);
  g_test_add_func ("/show-identity/a-peer-is-asked", test_a_peer_is_asked);
  g_test_add_func ("/show-identity/a-failure-is-passed-on", test_a_failure_is_passed_on);
  return g_test_run ();
}
