/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
check (const char *options, const char *call, const char *result)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *text = NULL;

  fake_bench_init (&bench);
  fake_bench_run (&bench, "keep-quiet", options);
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, call);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  g_assert_cmpuint (bench.results->len, ==, 1);
  text = fake_bench_dup_result (&bench, 0);
  g_assert_cmpstr (text, ==, result);
}

static void
test_tells_the_swarm (void)
{
  g_test_summary ("keep-quiet tells the swarm, says what it said, and is done; quiet by default");

  check ("{'quiet': <true>}", "keep-quiet yes", "{'quiet': <true>}");
  check ("{'quiet': <false>}", "keep-quiet no", "{'quiet': <false>}");
  check ("{'quiet': <'no'>}", "keep-quiet no", "{'quiet': <false>}");
  check ("{}", "keep-quiet yes", "{'quiet': <true>}");
}

static void
test_refuses (void)
{
  g_autoptr (GError) error = fake_bench_refuse ("keep-quiet", "{'quiet': <'very'>}");

  g_test_summary ("What is neither yes nor no is an error, and nothing runs");

  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/keep-quiet/tells-the-swarm", test_tells_the_swarm);
  g_test_add_func ("/keep-quiet/refuses", test_refuses);
  return g_test_run ();
}
