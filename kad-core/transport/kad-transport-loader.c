/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-transport-loader.h"

#include <gmodule.h>

/* Transports are extensions of one GIO extension point, in modules of two kinds of folder: what
 * a person named in KAD_TRANSPORT_PATH (a build tree), then the installed one. A file name
 * that an earlier folder had is not loaded again, so that a build tree's module stands in
 * for the installed one. */

static GRecMutex lock;      /* guards what follows; modules are loaded under it */
static GHashTable *folders; /* (element-type utf8) scanned */
static GHashTable *files;   /* (element-type utf8) base names loaded */
static GPtrArray *failures; /* (element-type utf8) */
static GSList *modules;     /* (element-type GIOModule) never unloaded */

static void
init_point (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      GIOExtensionPoint *point;

      point = g_io_extension_point_register (KAD_TRANSPORT_EXTENSION_POINT_NAME);
      g_io_extension_point_set_required_type (point, KAD_TYPE_TRANSPORT);
      folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      failures = g_ptr_array_new_with_free_func (g_free);
      g_once_init_leave (&once, 1);
    }
}

/* What GIO would only print: why a file is no module that can be loaded. */
static char *
find_module_fault (const char *path)
{
  GModule *module = g_module_open (path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
  char *fault = NULL;
  gpointer symbol;

  if (module == NULL)
    return g_strdup (g_module_error ());
  if (!g_module_symbol (module, "g_io_module_load", &symbol)
      || !g_module_symbol (module, "g_io_module_unload", &symbol))
    fault = g_strdup ("it is no GIO module: g_io_module_load or g_io_module_unload is missing");
  g_module_close (module);
  return fault;
}

static void
load_module (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *fault = NULL;
  GIOModule *module;

  if (g_hash_table_contains (files, name))
    return;
  fault = find_module_fault (path);
  if (fault == NULL)
    {
      module = g_io_module_new (path);
      if (g_type_module_use (G_TYPE_MODULE (module)))
        {
          modules = g_slist_prepend (modules, module);
          g_hash_table_add (files, g_strdup (name));
          return;
        }
      fault = g_strdup ("it refused to load");
    }
  g_ptr_array_add (failures, g_strdup_printf ("%s: %s", path, fault));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
load_folder (const char *directory)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (*directory == '\0' || !g_hash_table_add (folders, g_strdup (directory)))
    return;
  dir = g_dir_open (directory, 0, NULL);
  if (dir == NULL)
    return;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, "." G_MODULE_SUFFIX))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    load_module (directory, names->pdata[i]);
}

/**
 * kad_transport_loader_init:
 * @path: (nullable): folders, with a colon between them
 * @directory: (nullable): the installed folder
 *
 * Registers the extension point and loads the modules of the folders, those of
 * @path first. Each folder is scanned once in a process; a folder that does not exist
 * has no modules. Any thread.
 */
void
kad_transport_loader_init (const char *path, const char *directory)
{
  g_autoptr (GRecMutexLocker) locker = NULL;
  g_auto (GStrv) parts = path != NULL ? g_strsplit (path, ":", -1) : NULL;

  init_point ();
  locker = g_rec_mutex_locker_new (&lock);
  for (guint i = 0; parts != NULL && parts[i] != NULL; i++)
    load_folder (parts[i]);
  if (directory != NULL)
    load_folder (directory);
}

static GList *
get_extensions (void)
{
  init_point ();
  return g_io_extension_point_get_extensions (
      g_io_extension_point_lookup (KAD_TRANSPORT_EXTENSION_POINT_NAME));
}

/* The one that its name means: of several with a name, the first that GIO gives. */
static gboolean
is_chosen (GIOExtension *extension)
{
  GIOExtensionPoint *point = g_io_extension_point_lookup (KAD_TRANSPORT_EXTENSION_POINT_NAME);
  const char *name = g_io_extension_get_name (extension);

  return g_io_extension_point_get_extension_by_name (point, name) == extension;
}

static int
compare_extensions (gconstpointer a, gconstpointer b)
{
  return strcmp (g_io_extension_get_name ((GIOExtension *) a),
                 g_io_extension_get_name ((GIOExtension *) b));
}

/**
 * kad_transport_loader_list:
 *
 * Returns: (transfer full) (array zero-terminated=1): the names of the transports
 *   that are registered, in alphabetical order
 */
char **
kad_transport_loader_list (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GList) sorted = g_list_sort (g_list_copy (get_extensions ()), compare_extensions);

  for (GList *l = sorted; l != NULL; l = l->next)
    if (is_chosen (l->data))
      g_strv_builder_add (builder, g_io_extension_get_name (l->data));
  return g_strv_builder_end (builder);
}

/**
 * kad_transport_loader_dup_failures:
 *
 * Returns: (transfer full) (array zero-terminated=1): "file: reason" for each
 *   module that could not be loaded, in the order in which it was tried
 */
char **
kad_transport_loader_dup_failures (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GRecMutexLocker) locker = NULL;

  init_point ();
  locker = g_rec_mutex_locker_new (&lock);
  for (guint i = 0; i < failures->len; i++)
    g_strv_builder_add (builder, failures->pdata[i]);
  return g_strv_builder_end (builder);
}

/**
 * kad_transport_loader_create_all:
 *
 * Returns: (transfer full) (element-type KadTransport): a new instance of each
 *   registered transport, in the alphabetical order of the names
 */
GPtrArray *
kad_transport_loader_create_all (void)
{
  GPtrArray *transports = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GList) sorted = g_list_sort (g_list_copy (get_extensions ()), compare_extensions);

  for (GList *l = sorted; l != NULL; l = l->next)
    if (is_chosen (l->data))
      g_ptr_array_add (transports, g_object_new (g_io_extension_get_type (l->data), NULL));
  return transports;
}
