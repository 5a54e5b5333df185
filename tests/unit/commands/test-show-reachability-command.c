/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
test_one_result (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *text = NULL;

  g_test_summary ("show-reachability gives what the swarm says, once, at once");

  fake_bench_init (&bench);
  bench.swarm->reachability = "{'age_us': <int64 7>}";
  fake_bench_run (&bench, "show-reachability", NULL);
  g_assert_cmpuint (bench.results->len, ==, 1);
  text = fake_bench_dup_result (&bench, 0);
  g_assert_cmpstr (text, ==, "{'age_us': <int64 7>}");
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/show-reachability/one-result", test_one_result);
  return g_test_run ();
}
