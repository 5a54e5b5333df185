/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
test_it_asks_for_a_run (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("refresh-publication reads the key by the kind, and is done at once");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "refresh-publication", "{'key': <'text:k'>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "refresh-publication provider 34");
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  fake_bench_run (&bench, "refresh-publication", "{'key': <'text:k'>, 'kind': <'record'>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "refresh-publication record 1");
}

static void
test_errors_are_passed_on (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("What is not published is NotFound");

  fake_bench_init (&bench);
  bench.swarm->refusal = g_error_new (KAD_ERROR, KAD_ERROR_NOT_FOUND, "no");
  fake_bench_run (&bench, "refresh-publication", "{'key': <'text:k'>}");
  fake_bench_assert_error (&bench, KAD_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/refresh-publication/runs", test_it_asks_for_a_run);
  g_test_add_func ("/refresh-publication/errors", test_errors_are_passed_on);
  return g_test_run ();
}
