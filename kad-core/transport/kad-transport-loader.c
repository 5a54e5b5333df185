/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-transport-loader.h"

#include <gmodule.h>

/* Transports are extensions of one GIO extension point, in modules of two kinds of folder: those
 * that a person named in KAD_TRANSPORT_PATH (a build tree), then the installed one. A file name
 * that an earlier folder had is not loaded again, so that a build tree's module stands in
 * for the installed one. A name of a transport belongs to the first that registers it.
 *
 * GIO prints why it cannot load a module and tells nobody; so each file is opened here
 * first, with all its symbols resolved, and only what opens is given to GIO. Modules
 * are never unloaded: their types cannot be. */

#define KAD_MAX_TRANSPORT_FOLDERS 64

static GMutex lock;         /* guards what follows; modules are loaded under it */
static GHashTable *folders; /* (element-type utf8) scanned */
static GHashTable *files;   /* (element-type utf8) base names loaded */
static GPtrArray *failures; /* (element-type utf8) */
static GHashTable *late;    /* (element-type GIOExtension) whose name was taken */

static GIOExtensionPoint *
get_point (void)
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
      late = g_hash_table_new (NULL, NULL);
      g_once_init_leave (&once, (gsize) point);
    }
  return (GIOExtensionPoint *) once;
}

static void
add_failure (const char *file, const char *reason)
{
  g_ptr_array_add (failures, g_strdup_printf ("%s: %s", file, reason));
}

/* ---- modules ---- */

/* libkad-transport-tcp.so may have g_io_kad_transport_tcp_load for g_io_module_load. */
static gboolean
has_symbol (GModule *module, const char *name, const char *what)
{
  const char *start = g_str_has_prefix (name, "lib") ? name + strlen ("lib") : name;
  g_autofree char *stem = g_strndup (start, strcspn (start, "."));
  g_autofree char *common = g_strconcat ("g_io_module_", what, NULL);
  g_autofree char *own = NULL;
  gpointer symbol;

  own = g_strconcat ("g_io_", g_strdelimit (stem, "-", '_'), "_", what, NULL);
  return g_module_symbol (module, own, &symbol) || g_module_symbol (module, common, &symbol);
}

/* Whether GIO will be able to load it; if so, it stays. */
static gboolean
check_module (const char *path, const char *name)
{
  GModule *module = g_module_open (path, G_MODULE_BIND_LOCAL);
  const char *error;

  if (module == NULL)
    {
      error = g_module_error ();
      /* The loader's messages begin with the file, too. */
      if (g_str_has_prefix (error, path) && g_str_has_prefix (error + strlen (path), ": "))
        error += strlen (path) + strlen (": ");
      add_failure (path, error);
      return FALSE;
    }
  if (has_symbol (module, name, "load") && has_symbol (module, name, "unload"))
    {
      g_module_make_resident (module);
      g_module_close (module);
      return TRUE;
    }
  add_failure (path, "it is no GIO module: g_io_module_load or g_io_module_unload is missing");
  g_module_close (module);
  return FALSE;
}

static gboolean
is_name_taken (GList *before, const char *name)
{
  for (GList *l = before; l != NULL; l = l->next)
    if (g_str_equal (g_io_extension_get_name (l->data), name))
      return TRUE;
  return FALSE;
}

/* What a module has brought, beside what was there @before. */
static void
look_at_new (const char *path, GList *before)
{
  GList *after = g_io_extension_point_get_extensions (get_point ());
  guint n_new = 0;

  for (GList *l = after; l != NULL; l = l->next)
    {
      g_autofree char *reason = NULL;
      const char *name = g_io_extension_get_name (l->data);

      if (g_list_find (before, l->data) != NULL)
        continue;
      n_new++;
      if (!is_name_taken (before, name))
        continue;
      g_hash_table_add (late, l->data);
      reason = g_strdup_printf ("there is a transport \"%s\" already", name);
      add_failure (path, reason);
    }
  if (n_new == 0)
    add_failure (path, "it registers no transport");
}

static void
load_module (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GList) before = NULL;
  GIOModule *module;

  if (g_hash_table_contains (files, name) || !check_module (path, name))
    return;
  before = g_list_copy (g_io_extension_point_get_extensions (get_point ()));
  /* In use, and so alive, for ever. */
  module = g_io_module_new (path);
  if (!g_type_module_use (G_TYPE_MODULE (module)))
    {
      add_failure (path, "it refuses to load");
      return;
    }
  g_hash_table_add (files, g_strdup (name));
  look_at_new (path, before);
}

/* ---- folders ---- */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* @is_named: a person asked for this folder, and is to hear if it is not there. */
static void
load_folder (const char *directory, gboolean is_named)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_hash_table_add (folders, g_canonicalize_filename (directory, NULL)))
    return;
  dir = g_dir_open (directory, 0, &error);
  if (dir == NULL)
    {
      if (is_named || !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        add_failure (directory, error->message);
      return;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, "." G_MODULE_SUFFIX))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    load_module (directory, names->pdata[i]);
}

/**
 * kad_transport_loader_init:
 * @path: (nullable): folders, with a colon between them; empty ones are left out
 * @directory: (nullable): the installed folder
 *
 * Registers the extension point and loads the modules of the folders, those of
 * @path first, in the order of their file names. Each folder is scanned once in
 * a process. What could not be loaded is among kad_transport_loader_dup_failures(); that
 * the installed folder does not exist is not a failure. Any thread.
 */
void
kad_transport_loader_init (const char *path, const char *directory)
{
  g_auto (GStrv) parts = NULL;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;

  if (path != NULL)
    parts = g_strsplit (path, G_SEARCHPATH_SEPARATOR_S, KAD_MAX_TRANSPORT_FOLDERS);
  get_point ();
  locker = g_mutex_locker_new (&lock);
  for (guint i = 0; parts != NULL && parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      load_folder (parts[i], TRUE);
  if (directory != NULL)
    load_folder (directory, FALSE);
}

/* ---- what there is ---- */

static int
compare_extensions (gconstpointer a, gconstpointer b)
{
  return strcmp (g_io_extension_get_name ((GIOExtension *) a),
                 g_io_extension_get_name ((GIOExtension *) b));
}

/* One extension a name, in alphabetical order. */
static GList *
dup_extensions (void)
{
  GIOExtensionPoint *point = get_point ();
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);
  GList *chosen = NULL;

  for (GList *l = g_io_extension_point_get_extensions (point); l != NULL; l = l->next)
    if (!g_hash_table_contains (late, l->data)
        && !is_name_taken (chosen, g_io_extension_get_name (l->data)))
      chosen = g_list_prepend (chosen, l->data);
  return g_list_sort (chosen, compare_extensions);
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
  g_autoptr (GList) extensions = dup_extensions ();

  for (GList *l = extensions; l != NULL; l = l->next)
    g_strv_builder_add (builder, g_io_extension_get_name (l->data));
  return g_strv_builder_end (builder);
}

/**
 * kad_transport_loader_dup_failures:
 *
 * Returns: (transfer full) (array zero-terminated=1): "file: reason" for each
 *   module or folder that could not be loaded, in the order in which it was tried
 */
char **
kad_transport_loader_dup_failures (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;

  get_point ();
  locker = g_mutex_locker_new (&lock);
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
  g_autoptr (GList) extensions = dup_extensions ();

  for (GList *l = extensions; l != NULL; l = l->next)
    g_ptr_array_add (transports, g_object_new (g_io_extension_get_type (l->data), NULL));
  return transports;
}
