/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where modules are found: the folders of KAD_TRANSPORT_PATH and KAD_COMMAND_PATH, then the
 * folder beside the library itself (so that a library which was moved finds its own), else the
 * one it was configured for. */
#include <dlfcn.h>

#include "kad-command-registry.h"
#include "kad-commands.h"
#include "kad-node.h"
#include "kad-transport-loader.h"

static char *
find_folder (const char *name, const char *configured)
{
  g_autofree char *folder = NULL;
  g_autofree char *found = NULL;
  Dl_info info;

  if (dladdr ((gpointer) kad_modules_load, &info) != 0 && info.dli_fname != NULL)
    {
      folder = g_path_get_dirname (info.dli_fname);
      found = g_build_filename (folder, "kad-1", name, NULL);
      if (g_file_test (found, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&found);
    }
  return g_strdup (configured);
}

static void
load_commands (void)
{
  const char *path = g_getenv ("KAD_COMMAND_PATH");
  g_autofree char *folder = find_folder ("commands", KAD_COMMAND_DIR);

  kad_command_registry_init ();
  kad_commands_register ();
  if (path != NULL)
    {
      g_auto (GStrv) folders = g_strsplit (path, G_SEARCHPATH_SEPARATOR_S, 64);

      for (guint i = 0; folders[i] != NULL; i++)
        if (folders[i][0] != '\0')
          kad_command_registry_load (folders[i]);
    }
  kad_command_registry_load (folder);
}

/**
 * kad_modules_load:
 *
 * Registers what is built in and loads the modules: transports and commands. The first call
 * does it, later ones (from any thread) do nothing.
 */
void
kad_modules_load (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      g_autofree char *folder = find_folder ("transports", KAD_TRANSPORT_DIR);

      load_commands ();
      kad_transport_loader_init (g_getenv ("KAD_TRANSPORT_PATH"), folder);
      g_once_init_leave (&once, 1);
    }
}

/**
 * kad_modules_dup_failures:
 *
 * Returns: (transfer full) (array zero-terminated=1): `file: reason` for each module that could
 *   not be loaded
 */
char **
kad_modules_dup_failures (void)
{
  g_auto (GStrv) transports = NULL;
  g_auto (GStrv) commands = NULL;
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();

  kad_modules_load ();
  transports = kad_transport_loader_dup_failures ();
  commands = kad_command_registry_dup_failures ();
  g_strv_builder_addv (all, (const char **) transports);
  g_strv_builder_addv (all, (const char **) commands);
  return g_strv_builder_end (all);
}
