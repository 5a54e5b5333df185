/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
test_says_how_much (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *text = NULL;

  g_test_summary ("free-memory asks the swarm, and says how much came back");

  fake_bench_init (&bench);
  bench.swarm->freed_bytes = 5000000000;
  fake_bench_run (&bench, "free-memory", NULL);
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "free-memory");
  g_assert_cmpuint (bench.results->len, ==, 1);
  text = fake_bench_dup_result (&bench, 0);
  g_assert_cmpstr (text, ==, "{'freed_bytes': <uint64 5000000000>}");
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/free-memory/says-how-much", test_says_how_much);
  return g_test_run ();
}
