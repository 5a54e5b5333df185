/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
test_it_gives_the_peer_and_its_address (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *result = NULL;
  KadEvent *event;

  g_test_summary ("dial reports who answered and where");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "dial", "{'address': <'/ip4/1.2.3.4/tcp/5'>, 'timeout_ms': <500>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "dial /ip4/1.2.3.4/tcp/5");
  g_assert_cmpint (bench.swarm->timeout_us, ==, 500000);
  event = fake_bench_new_event (&bench);
  event->is_last = TRUE;
  fake_peer_id (&event->peer, FAKE_PEER_A);
  event->address = kad_multiaddr_new_from_string ("/ip4/1.2.3.4/tcp/5", NULL);
  fake_bench_deliver (&bench, event);
  result = fake_bench_dup_result (&bench, 0);
  g_assert_cmpstr (result, ==,
                   "{'peer': <'" FAKE_PEER_A "'>, 'addresses': <['/ip4/1.2.3.4/tcp/5']>}");
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

static void
test_a_failure_is_passed_on (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("A dial that failed has no result");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "dial", "{'address': <'" FAKE_PEER_A "'>}");
  fake_bench_end_with_error (&bench, g_error_new (KAD_ERROR, KAD_ERROR_DIAL_FAILED, "refused"));
  fake_bench_assert_error (&bench, KAD_ERROR_DIAL_FAILED);
  g_assert_cmpuint (bench.results->len, ==, 0);
}

static void
test_a_bad_address_is_refused (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (GError) error = fake_bench_refuse ("dial", "{'address': <'/ip4/1.2.3/tcp/5'>}");

  g_test_summary ("A malformed address is told before anything runs");

  fake_bench_init (&bench);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/dial/it-gives-the-peer-and-its-address",
                   test_it_gives_the_peer_and_its_address);
  g_test_add_func ("/dial/a-failure-is-passed-on", test_a_failure_is_passed_on);
  g_test_add_func ("/dial/a-bad-address-is-refused", test_a_bad_address_is_refused);
  return g_test_run ();
}
