/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static void
test_each_mode (void)
{
  g_test_summary ("set-mode tells the swarm the mode and is done");

  for (KadMode mode = KAD_MODE_AUTO; mode <= KAD_MODE_SERVER; mode++)
    {
      g_auto (FakeBench) bench = { 0 };
      g_autofree char *options = g_strdup_printf ("{'mode': <'%s'>}", kad_mode_get_name (mode));
      g_autofree char *call = g_strdup_printf ("set-mode %s", kad_mode_get_name (mode));

      fake_bench_init (&bench);
      fake_bench_run (&bench, "set-mode", options);
      g_assert_cmpstr (fake_swarm_get_last_call (bench.swarm), ==, call);
      g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
      g_assert_cmpuint (bench.results->len, ==, 0);
    }
}

static void
test_refuses (void)
{
  g_autoptr (GError) none = fake_bench_refuse ("set-mode", "{}");
  g_autoptr (GError) wrong = fake_bench_refuse ("set-mode", "{'mode': <'both'>}");
  g_autoptr (GError) type = fake_bench_refuse ("set-mode", "{'mode': <true>}");

  g_test_summary ("No mode, another word and another type are errors, and nothing runs");

  g_assert_error (none, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_error (wrong, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_error (type, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/set-mode/each-mode", test_each_mode);
  g_test_add_func ("/set-mode/refuses", test_refuses);
  return g_test_run ();
}
