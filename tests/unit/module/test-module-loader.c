/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-module-loader.h"

#include <string.h>

/* Nobody keeps names here: what modules provide is tested with the registries, in
 * tests/unit/command, tests/unit/transport and tests/modules. */

static gpointer
load_elsewhere (gpointer user_data)
{
  return kad_modules_load_file (g_getenv ("KAD_TEST_MODULE_OTHER"));
}

static void
test_a_failure_is_listed (void)
{
  g_autoptr (KadModule) module = kad_modules_load_file (g_getenv ("KAD_TEST_MODULE_OTHER"));
  g_autoptr (GPtrArray) list = kad_modules_list ();
  g_auto (GStrv) failures = kad_module_loader_dup_failures ();

  g_test_summary ("A module that fails is in the list, with its file and its reason");

  g_assert_cmpuint (list->len, ==, 1);
  g_assert_true (list->pdata[0] == module);
  g_assert_cmpint (kad_module_get_state (module), ==, KAD_MODULE_FAILED);
  g_assert_nonnull (strstr (kad_module_get_file (module), "test-module-other"));
  g_assert_nonnull (kad_module_get_error (module));
  g_assert_null (kad_module_get_name (module));
  g_assert_null (kad_module_get_version (module));
  g_assert_null (kad_module_get_summary (module));
  g_assert_null (kad_module_get_commands (module)[0]);
  g_assert_null (kad_module_get_transports (module)[0]);
  g_assert_false (kad_module_is_own (module));
  g_assert_null (kad_modules_find_command ("anything"));
  g_assert_cmpuint (g_strv_length (failures), ==, 1);
  g_assert_true (g_str_has_prefix (failures[0], kad_module_get_file (module)));
}

static void
test_folders (void)
{
  const char *const named[] = { "", "/nowhere/at/all", NULL };
  const char *const own[] = { "/nowhere/else", NULL };
  g_autoptr (GPtrArray) before = kad_modules_list ();
  g_autoptr (GPtrArray) after = NULL;

  g_test_summary ("A named folder that is not there is told once, one of Kad's own is not");

  kad_module_loader_load (named, own);
  kad_module_loader_load (named, own);
  kad_modules_load_folder ("/nowhere/at/../at/all");
  after = kad_modules_list ();
  g_assert_cmpuint (after->len, ==, before->len + 1);
  g_assert_cmpstr (kad_module_get_file (after->pdata[before->len]), ==, "/nowhere/at/all");
}

static void
test_threads (void)
{
  GThread *threads[4];

  g_test_summary ("Threads may load and list at once");

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("loader", load_elsewhere, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr (GPtrArray) list G_GNUC_UNUSED = kad_modules_list ();
      g_autoptr (KadModule) module = g_thread_join (threads[i]);

      g_assert_cmpint (kad_module_get_state (module), ==, KAD_MODULE_FAILED);
    }
}

static void
test_boxed (void)
{
  g_autoptr (GPtrArray) list = kad_modules_list ();
  KadModule *copy = g_boxed_copy (KAD_TYPE_MODULE, list->pdata[0]);

  g_test_summary ("A module is a boxed type, whose copy is a reference");

  g_assert_true (copy == list->pdata[0]);
  g_boxed_free (KAD_TYPE_MODULE, copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/module-loader/a-failure-is-listed", test_a_failure_is_listed);
  g_test_add_func ("/module-loader/folders", test_folders);
  g_test_add_func ("/module-loader/threads", test_threads);
  g_test_add_func ("/module-loader/boxed", test_boxed);
  return g_test_run ();
}
