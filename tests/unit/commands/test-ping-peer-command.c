/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
test_it_gives_the_round_trip (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *result = NULL;
  KadEvent *event;

  g_test_summary ("ping-peer reports rtt_us of the peer that answered");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "ping-peer", "{'peer': <'" FAKE_PEER_A "'>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "ping " FAKE_PEER_A);
  event = fake_bench_new_event (&bench);
  event->is_last = TRUE;
  event->rtt_us = 321;
  fake_peer_id (&event->peer, FAKE_PEER_A);
  fake_bench_deliver (&bench, event);
  result = fake_bench_dup_result (&bench, 0);
  g_assert_cmpstr (result, ==, "{'peer': <'" FAKE_PEER_A "'>, 'rtt_us': <int64 321>}");
}

static void
test_no_answer_in_time_is_a_timeout (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("A ping without an answer has no result");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "ping-peer", "{'peer': <'" FAKE_PEER_A "'>}");
  fake_bench_end_with_error (&bench, g_error_new (KAD_ERROR, KAD_ERROR_TIMEOUT, "no answer"));
  fake_bench_assert_error (&bench, KAD_ERROR_TIMEOUT);
  g_assert_cmpuint (bench.results->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/ping-peer/it-gives-the-round-trip", test_it_gives_the_round_trip);
  g_test_add_func ("/ping-peer/no-answer-in-time-is-a-timeout",
                   test_no_answer_in_time_is_a_timeout);
  return g_test_run ();
}
