/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
find (FakeBench *bench, const char *value)
{
  KadEvent *event = fake_bench_new_event (bench);
  g_autoptr (GBytes) key = g_bytes_new_static ("k", 1);
  g_autoptr (GBytes) bytes = g_bytes_new (value, strlen (value));

  event->record = kad_record_new (key, bytes, NULL);
  fake_peer_id (&event->from, FAKE_PEER_A);
  fake_bench_deliver (bench, event);
}

static void
test_better_records_come_as_they_are_found (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *last = NULL;

  g_test_summary ("Each better record is a result, the last the best");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "get-record", "{'key': <'text:k'>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "start-query get-record");
  g_assert_cmpuint (bench.swarm->spec.quorum, ==, KAD_QUORUM_DEFAULT);
  find (&bench, "1");
  g_assert_cmpuint (bench.results->len, ==, 1);
  find (&bench, "2");
  fake_bench_end (&bench, KAD_OUTCOME_STOPPED);
  last = fake_bench_dup_result (&bench, 1);
  g_assert_cmpstr (last, ==,
                   "{'key': <[byte 0x6b]>, 'value': <[byte 0x32]>, 'from': <'" FAKE_PEER_A "'>}");
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "stopped");
}

static void
test_quorum_and_limit_reach_the_engine (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("quorum and limit are the query's, and limit stops the run");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "get-record", "{'key': <'text:k'>, 'quorum': <'3'>, 'limit': <int64 1>}");
  g_assert_cmpuint (bench.swarm->spec.quorum, ==, 3);
  g_assert_cmpuint (bench.swarm->spec.limit, ==, 1);
  find (&bench, "1");
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "stopped");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "cancel 1");
}

static void
test_no_record_is_not_found (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("An answer of none is the error NotFound");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "get-record", "{'key': <'text:k'>}");
  fake_bench_end (&bench, KAD_OUTCOME_COMPLETED);
  fake_bench_assert_error (&bench, KAD_ERROR_NOT_FOUND);
}

static void
test_nobody_answering_is_offline (void)
{
  g_auto (FakeBench) bench = { 0 };
  KadEvent *event;

  g_test_summary ("That nobody answered is not that nothing is there");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "get-record", "{'key': <'text:k'>}");
  event = fake_bench_new_event (&bench);
  event->is_last = TRUE;
  event->outcome = KAD_OUTCOME_STARVED;
  event->stats.requests = event->stats.failures = 1;
  fake_bench_deliver (&bench, event);
  fake_bench_assert_error (&bench, KAD_ERROR_OFFLINE);
}

static void
test_an_empty_table_is_told (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("The engine's error comes through");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "get-record", "{'key': <'text:k'>}");
  fake_bench_end_with_error (&bench, g_error_new (KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED, "empty"));
  fake_bench_assert_error (&bench, KAD_ERROR_NOT_BOOTSTRAPPED);
}

static void
test_cancelling_ends_it (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("Cancel fails the run and cancels the query; what was found stays given");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "get-record", "{'key': <'text:k'>}");
  find (&bench, "1");
  kad_dispatcher_cancel (bench.dispatcher, bench.run);
  fake_bench_assert_error (&bench, KAD_ERROR_CANCELLED);
  g_assert_cmpuint (bench.results->len, ==, 1);
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "cancel 1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/get-record/better-records-come-as-they-are-found",
                   test_better_records_come_as_they_are_found);
  g_test_add_func ("/get-record/quorum-and-limit-reach-the-engine",
                   test_quorum_and_limit_reach_the_engine);
  g_test_add_func ("/get-record/no-record-is-not-found", test_no_record_is_not_found);
  g_test_add_func ("/get-record/nobody-answering-is-offline", test_nobody_answering_is_offline);
  g_test_add_func ("/get-record/an-empty-table-is-told", test_an_empty_table_is_told);
  g_test_add_func ("/get-record/cancelling-ends-it", test_cancelling_ends_it);
  return g_test_run ();
}
