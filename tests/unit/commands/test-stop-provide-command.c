/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
test_it_is_done_at_once (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("stop-provide ends inside of run()");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "stop-provide", "{'key': <'text:k'>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "stop-provide 34");
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

static void
test_a_refusal_is_an_error (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("What is not there is NotFound");

  fake_bench_init (&bench);
  bench.swarm->refusal = g_error_new (KAD_ERROR, KAD_ERROR_NOT_FOUND, "not there");
  fake_bench_run (&bench, "stop-provide", "{'key': <'text:k'>}");
  fake_bench_assert_error (&bench, KAD_ERROR_NOT_FOUND);
}

static void
test_the_argument_is_required (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (GError) error = fake_bench_refuse ("stop-provide", NULL);

  g_test_summary ("Without its argument stop-provide cannot be made");

  fake_bench_init (&bench);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "“key”"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/stop-provide/it-is-done-at-once", test_it_is_done_at_once);
  g_test_add_func ("/stop-provide/a-refusal-is-an-error", test_a_refusal_is_an_error);
  g_test_add_func ("/stop-provide/the-argument-is-required", test_the_argument_is_required);
  return g_test_run ();
}
