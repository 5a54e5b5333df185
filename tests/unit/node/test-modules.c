/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "kad-command-registry.h"
#include "kad-node-testing.h"
#include "kad-transport-loader.h"

static gboolean
names_file (char **failures, const char *file)
{
  for (guint i = 0; failures[i] != NULL; i++)
    if (strstr (failures[i], file) != NULL && strlen (failures[i]) > strlen (file) + 2)
      return TRUE;
  return FALSE;
}

static gpointer
load_elsewhere (gpointer user_data)
{
  kad_modules_load ();
  return NULL;
}

static void
test_loads_once (void)
{
  g_auto (GStrv) transports = NULL;
  g_auto (GStrv) commands = NULL;
  GThread *threads[4];

  g_test_summary ("Transports and commands are there after the first load, from whichever thread");

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("loader", load_elsewhere, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  kad_modules_load ();
  transports = kad_transport_loader_list ();
  g_assert_true (g_strv_contains ((const char *const *) transports, "tcp"));
  g_assert_true (g_strv_contains ((const char *const *) transports, "memory"));
  commands = kad_command_registry_list ();
  g_assert_true (g_strv_contains ((const char *const *) commands, "get-record"));
}

static void
test_failures_are_named (void)
{
  g_auto (GStrv) failures = kad_modules_dup_failures ();

  g_test_summary ("Files that are no modules, and folders that are not there, are named with a "
                  "reason; the others are loaded");

  g_assert_true (names_file (failures, "libbroken-transport.so"));
  g_assert_true (names_file (failures, "libbroken-command.so"));
  g_assert_true (names_file (failures, "/nowhere/at/all"));
  g_assert_cmpuint (g_strv_length (failures), ==, 3);
}

static void
test_command_from_elsewhere (void)
{
  KadNode *node = make_node (KAD_MODE_CLIENT, NULL);
  g_autoptr (GVariant) summary = NULL;
  g_autoptr (GError) error = NULL;
  Wait wait = { 0 };

  g_test_summary ("A command of a module runs like any other");

  g_assert_cmpstr (kad_command_registry_get_summary ("from-module"), ==, "Come from a module");
  start_node (node);
  kad_node_run_async (node, "from-module", NULL, NULL, NULL, NULL, NULL, wait_on_ready, &wait);
  summary = kad_node_run_finish (node, wait_for (&wait), &error);
  g_assert_no_error (error);
  g_assert_nonnull (summary);
  wait_clear (&wait);
  stop_node (node);
  g_assert_finalize_object (node);
}

/* Folders as KAD_TRANSPORT_PATH and KAD_COMMAND_PATH name them, before anything is loaded. */
static char *
make_folder (const char *variable, const char *broken, const char *good)
{
  g_autofree char *folder = g_dir_make_tmp ("kad-modules-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, broken, NULL);
  g_autofree char *path = g_strdup_printf (":%s:/nowhere/at/all", folder);

  g_assert_true (g_file_set_contents (file, "no module", -1, NULL));
  if (good != NULL)
    {
      g_autofree char *link = g_build_filename (folder, "libgood.so", NULL);

      g_assert_cmpint (symlink (good, link), ==, 0);
    }
  g_setenv (variable, path, TRUE);
  return g_steal_pointer (&folder);
}

static void
remove_folder (char *folder)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_dir_close (dir);
  g_rmdir (folder);
  g_free (folder);
}

int
main (int argc, char **argv)
{
  char *transports, *commands;
  int status;

  g_test_init (&argc, &argv, NULL);
  transports = make_folder ("KAD_TRANSPORT_PATH", "libbroken-transport.so", NULL);
  commands = make_folder ("KAD_COMMAND_PATH", "libbroken-command.so", g_getenv ("KAD_TEST_MODULE"));
  g_test_add_func ("/modules/loads-once", test_loads_once);
  g_test_add_func ("/modules/failures-are-named", test_failures_are_named);
  g_test_add_func ("/modules/command-from-elsewhere", test_command_from_elsewhere);
  status = g_test_run ();
  remove_folder (transports);
  remove_folder (commands);
  return status;
}
