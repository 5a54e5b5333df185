/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
test_says_what_begins (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *text = NULL;

  g_test_summary ("renew hands on why and how long, and says what is tested and joined");

  fake_bench_init (&bench);
  bench.swarm->n_testing = 7;
  bench.swarm->is_joining = TRUE;
  fake_bench_run (&bench, "renew", "{'reason': <'network'>, 'slept': <uint64 28800000000>}");
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "renew network 28800000000");
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  g_assert_cmpuint (bench.results->len, ==, 1);
  text = fake_bench_dup_result (&bench, 0);
  g_assert_nonnull (strstr (text, "'testing': <uint32 7>"));
  g_assert_nonnull (strstr (text, "'joining': <true>"));
}

static void
test_needs_nothing (void)
{
  g_auto (FakeBench) bench = { 0 };

  g_test_summary ("Without options the reason is that somebody asked, and sleep is not known");

  fake_bench_init (&bench);
  fake_bench_run (&bench, "renew", NULL);
  g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, "renew asked 0");
}

static void
test_refuses (void)
{
  g_autofree char *word = g_strnfill (65, 'x');
  g_autofree char *options = g_strdup_printf ("{'reason': <'%s'>}", word);
  g_autoptr (GError) longer = fake_bench_refuse ("renew", options);
  g_autoptr (GError) back = fake_bench_refuse ("renew", "{'slept': <int64 -1>}");
  g_autoptr (GError) over = fake_bench_refuse ("renew", "{'slept': <uint64 9223372036854775808>}");

  g_test_summary ("A reason that is no word, and sleep that cannot be, are errors");

  g_assert_error (longer, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_error (back, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_error (over, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/renew/says-what-begins", test_says_what_begins);
  g_test_add_func ("/renew/needs-nothing", test_needs_nothing);
  g_test_add_func ("/renew/refuses", test_refuses);
  return g_test_run ();
}
