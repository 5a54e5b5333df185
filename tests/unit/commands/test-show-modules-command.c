/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "fake-swarm.h"
#include "kad-commands.h"
#include "kad-module.h"

static void
assert_member (GVariant *result, const char *name, const char *wanted)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (result, name, NULL);
  g_autofree char *text = g_variant_print (value, FALSE);

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_a_result_a_module (void)
{
  g_auto (FakeBench) bench = { 0 };
  g_autofree char *folder = g_dir_make_tmp ("kad-test-XXXXXX", NULL);
  g_autofree char *broken = g_build_filename (folder, "broken.so", NULL);
  g_autoptr (KadModule) good = NULL;
  g_autoptr (KadModule) bad = NULL;

  g_test_summary ("show-modules gives what is loaded and what failed, with the reason");

  g_assert_true (g_file_set_contents (broken, "no library", -1, NULL));
  good = kad_modules_load_file (g_getenv ("KAD_TEST_MODULE"));
  bad = kad_modules_load_file (broken);
  fake_bench_init (&bench);
  fake_bench_run (&bench, "show-modules", NULL);
  g_assert_cmpuint (bench.results->len, ==, 2);
  assert_member (bench.results->pdata[0], "name", "'test-module'");
  assert_member (bench.results->pdata[0], "version", "'1.0'");
  assert_member (bench.results->pdata[0], "state", "'loaded'");
  assert_member (bench.results->pdata[0], "own", "false");
  assert_member (bench.results->pdata[0], "commands", "['from-module']");
  assert_member (bench.results->pdata[0], "transports", "[]");
  assert_member (bench.results->pdata[0], "error", "nothing");
  assert_member (bench.results->pdata[1], "name", "nothing");
  assert_member (bench.results->pdata[1], "state", "'failed'");
  g_assert_nonnull (kad_module_get_error (bad));
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
  g_unlink (broken);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/show-modules/a-result-a-module", test_a_result_a_module);
  return g_test_run ();
}
