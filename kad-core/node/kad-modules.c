/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where modules are found: the folders beside the library itself (so that a library which was moved
 * finds its own), else those it was configured for; then the folders of three variables. */
#include <dlfcn.h>

#include "kad-commands.h"
#include "kad-module-loader.h"
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

/* (transfer full) */
static char **
dup_named_folders (void)
{
  static const char *const variables[]
      = { "KAD_MODULE_PATH", "KAD_TRANSPORT_PATH", "KAD_COMMAND_PATH" };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      const char *path = g_getenv (variables[i]);
      g_auto (GStrv) folders
          = path != NULL ? g_strsplit (path, G_SEARCHPATH_SEPARATOR_S, KAD_MAX_MODULE_FOLDERS)
                         : NULL;

      if (folders != NULL)
        g_strv_builder_addv (builder, (const char **) folders);
    }
  return g_strv_builder_end (builder);
}

/**
 * kad_modules_load:
 *
 * Registers what is built in and loads the modules: Kad's own, then those of the folders of
 * `KAD_MODULE_PATH`, `KAD_TRANSPORT_PATH` and `KAD_COMMAND_PATH` (colons between them, 64
 * each at most), whichever kind they are. The first call does it, later ones (from any thread) do
 * nothing. kad_node_new() calls it.
 */
void
kad_modules_load (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      g_autofree char *transports = find_folder ("transports", KAD_TRANSPORT_DIR);
      g_autofree char *commands = find_folder ("commands", KAD_COMMAND_DIR);
      const char *const own[] = { transports, commands, NULL };
      g_auto (GStrv) named = dup_named_folders ();

      kad_commands_register ();
      kad_transport_loader_init (NULL, NULL);
      kad_module_loader_load ((const char *const *) named, own);
      g_once_init_leave (&once, 1);
    }
}

/**
 * kad_modules_dup_failures:
 *
 * kad_modules_list() tells more.
 *
 * Returns: (transfer full) (array zero-terminated=1): `file: reason` for each module that could
 *   not be loaded, or not wholly
 */
char **
kad_modules_dup_failures (void)
{
  kad_modules_load ();
  return kad_module_loader_dup_failures ();
}
