/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
test_it_is_done_at_once (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("hang-up ends inside of run()");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "hang-up", "{'peer': <'" FAKE_PEER_A "'>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "hang-up " FAKE_PEER_A "");
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

static void
test_a_refusal_is_an_error (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("What is not there is NotFound");

  fake_bench_init (&bench);
  bench.swarm->refusal = g_error_new (KAD_ERROR, KAD_ERROR_NOT_FOUND, "not there");
  fake_bench_run (&bench, "hang-up", "{'peer': <'" FAKE_PEER_A "'>}");
  fake_bench_assert_error (&bench, KAD_ERROR_NOT_FOUND);
}

static void
test_the_argument_is_required (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (GError) error = fake_bench_refuse ("hang-up", NULL);

  g_test_summary ("Without its argument hang-up cannot be made");

  fake_bench_init (&bench);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "“peer”"));
}

static void
test_an_address_alone_names_nobody (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (GError) error = fake_bench_refuse ("hang-up", "{'peer': <'/ip4/1.2.3.4/tcp/5'>}");

  g_test_summary ("hang-up needs a peer id, told before anything runs");

  fake_bench_init (&bench);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "names no peer"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/hang-up/it-is-done-at-once", test_it_is_done_at_once);
  g_test_add_func ("/hang-up/a-refusal-is-an-error", test_a_refusal_is_an_error);
  g_test_add_func ("/hang-up/the-argument-is-required", test_the_argument_is_required);
  g_test_add_func ("/hang-up/an-address-alone-names-nobody", test_an_address_alone_names_nobody);
  return g_test_run ();
}
