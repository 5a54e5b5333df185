/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
test_it_joins (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("bootstrap starts its query with the long deadline, and says what it did");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "bootstrap", NULL);
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "start-query bootstrap");
  g_assert_null (bench.swarm->spec.key);
  g_assert_cmpint (bench.swarm->timeout_us, ==, 90000000);
  fake_bench_end (&bench, KAD_OUTCOME_COMPLETED);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  g_assert_cmpuint (fake_bench_get_number (&bench, "requests"), ==, 7);
  g_assert_cmpuint (fake_bench_get_number (&bench, "failures"), ==, 2);
}

static void
test_it_tells_how_far_it_is (void)
{
  g_auto (FakeBench) bench = { 0 };
  KadEvent *event;

  g_test_summary ("What the query says of its steps is told of the run; once, if nothing changed");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "bootstrap", NULL);
  for (guint done = 0; done < 4; done++)
    {
      event = fake_bench_new_event (&bench);
      event->done = done / 2;
      event->total = 3;
      fake_bench_deliver (&bench, event);
    }
  event = fake_bench_new_event (&bench);
  event->is_last = TRUE;
  event->outcome = KAD_OUTCOME_COMPLETED;
  event->stats.successes = 1;
  event->done = event->total = 5;
  fake_bench_deliver (&bench, event);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  g_assert_cmpstr (bench.progress->str, ==, " 0/3 1/3 5/5");
}

static void
test_an_empty_table_is_an_error (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("What the engine says of an empty bootstrap is passed on");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "bootstrap", NULL);
  fake_bench_end_with_error (
      &bench, g_error_new (KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED, "no bootstrap peer is known"));
  fake_bench_assert_error (&bench, KAD_ERROR_NOT_BOOTSTRAPPED);
}

static void
test_nobody_answering_is_offline (void)
{
  g_auto (FakeBench) bench = { 0 };
  KadEvent *event;

  g_test_summary ("A bootstrap whose every request failed is no success");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "bootstrap", NULL);
  event = fake_bench_new_event (&bench);
  event->is_last = TRUE;
  event->outcome = KAD_OUTCOME_STARVED;
  event->stats.requests = event->stats.failures = 3;
  fake_bench_deliver (&bench, event);
  fake_bench_assert_error (&bench, KAD_ERROR_OFFLINE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/bootstrap/it-joins", test_it_joins);
  g_test_add_func ("/bootstrap/it-tells-how-far-it-is", test_it_tells_how_far_it_is);
  g_test_add_func ("/bootstrap/an-empty-table-is-an-error", test_an_empty_table_is_an_error);
  g_test_add_func ("/bootstrap/nobody-answering-is-offline", test_nobody_answering_is_offline);
  return g_test_run ();
}
