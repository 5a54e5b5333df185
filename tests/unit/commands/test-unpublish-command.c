/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
test_it_takes_a_tag_away (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("unpublish reads the key by the kind, and is done when that is kept");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "unpublish", "{'key': <'text:k'>, 'tag': <'app'>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "unpublish provider");
  g_assert_cmpuint (g_bytes_get_size (bench.swarm->published->key), ==, 34);
  g_assert_cmpstr (bench.swarm->published->tag, ==, "app");
  g_assert_cmpuint (bench.n_done, ==, 0);
  fake_bench_end (&bench, KAD_OUTCOME_COMPLETED);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  fake_bench_run (&bench, "unpublish", "{'key': <'text:k'>, 'kind': <'record'>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "unpublish record");
  g_assert_cmpuint (g_bytes_get_size (bench.swarm->published->key), ==, 1);
  g_assert_cmpstr (bench.swarm->published->tag, ==, "");
}

static void
test_errors_are_passed_on (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autoptr (GError) error = fake_bench_refuse ("unpublish", "{'key': <'text:k'>, 'kind': <'x'>}");

  g_test_summary ("NotFound, and a kind that there is not");

  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  fake_bench_init (&bench);
  fake_bench_run (&bench, "unpublish", "{'key': <'text:k'>}");
  fake_bench_end_with_error (&bench, g_error_new (KAD_ERROR, KAD_ERROR_NOT_FOUND, "no"));
  fake_bench_assert_error (&bench, KAD_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/unpublish/tag", test_it_takes_a_tag_away);
  g_test_add_func ("/unpublish/errors", test_errors_are_passed_on);
  return g_test_run ();
}
