/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-transport-loader.h"

#include "kad-error.h"
#include "kad-escape.h"
#include "kad-module-file.h"
#include "kad-module-loader.h"

/* Transports are extensions of one GIO extension point. GIO takes any type under any name, any
 * number of times; a name of a transport belongs to the first who registers it, and the registry
 * keeps what it has accepted and tells the others why not. Modules are loaded by the loader of
 * kad-core/module, which asks here what came of them. */

static GMutex lock;          /* guards what follows */
static GHashTable *accepted; /* (element-type utf8 GIOExtension) by name */
static GHashTable *seen;     /* (element-type GIOExtension) accepted or not */
static GPtrArray *refusals;  /* (element-type utf8) (nullable) while a module is being loaded */

static void begin (void);
static char **end (void);

static const KadModuleKind kind = { begin, end, kad_transport_loader_list };

static GIOExtensionPoint *
get_point (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      /* Without a required type: GIO would print what is wrong instead of telling it. */
      GIOExtensionPoint *point = g_io_extension_point_register (KAD_TRANSPORT_EXTENSION_POINT_NAME);

      accepted = g_hash_table_new (g_str_hash, g_str_equal);
      seen = g_hash_table_new (NULL, NULL);
      kad_module_loader_set_kind (KAD_MODULE_TRANSPORTS, &kind);
      g_once_init_leave (&once, (gsize) point);
    }
  return (GIOExtensionPoint *) once;
}

static gboolean
check_locked (const char *name, GType type, GError **error)
{
  g_autofree char *shown = kad_escape_peer_text (name, -1, KAD_MAX_MODULE_NAME);
  GIOExtension *taken = g_hash_table_lookup (accepted, name);

  if (!kad_module_is_name (name))
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "“%s” cannot name a transport: lower-case words joined by hyphens, at most %d "
                 "characters",
                 shown, KAD_MAX_MODULE_NAME);
  else if (type == 0 || !g_type_is_a (type, KAD_TYPE_TRANSPORT) || G_TYPE_IS_ABSTRACT (type))
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "Type %s cannot be the transport “%s”: it is no concrete KadTransport",
                 type != 0 ? g_type_name (type) : "0", name);
  else if (taken != NULL)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "The transport name “%s” is taken by %s; %s needs another", name,
                 g_type_name (g_io_extension_get_type (taken)), g_type_name (type));
  else
    return TRUE;
  return FALSE;
}

/* Takes in what implements the extension point and was not looked at yet. */
static void
adopt_locked (GIOExtensionPoint *point)
{
  for (GList *l = g_io_extension_point_get_extensions (point); l != NULL; l = l->next)
    {
      const char *name = g_io_extension_get_name (l->data);
      g_autoptr (GError) error = NULL;

      if (!g_hash_table_add (seen, l->data))
        continue;
      if (check_locked (name, g_io_extension_get_type (l->data), &error))
        g_hash_table_insert (accepted, (gpointer) name, l->data);
      else if (refusals != NULL)
        g_ptr_array_add (refusals, g_strdup (error->message));
    }
}

/* ---- for the loader of modules ---- */

static void
begin (void)
{
  GIOExtensionPoint *point = get_point ();
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);

  adopt_locked (point);
  refusals = g_ptr_array_new ();
}

static char **
end (void)
{
  GIOExtensionPoint *point = get_point ();
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);

  adopt_locked (point);
  g_ptr_array_add (refusals, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&refusals), FALSE);
}

/**
 * kad_transport_loader_init:
 * @path: (nullable): folders, with a colon between them; empty ones are left out
 * @directory: (nullable): the installed folder
 *
 * Registers the extension point and loads the modules of the folders: those of @directory
 * first, except that a file of the same name in @path stands in for one of them. Each
 * folder is scanned once in a process. What could not be loaded is among kad_modules_list();
 * that the installed folder does not exist is not a failure. Any thread.
 *
 * Programs have no need for it: kad_modules_load() does it.
 */
void
kad_transport_loader_init (const char *path, const char *directory)
{
  const char *const own[] = { directory, NULL };
  g_auto (GStrv) named = NULL;

  if (path != NULL)
    named = g_strsplit (path, G_SEARCHPATH_SEPARATOR_S, KAD_MAX_MODULE_FOLDERS);
  get_point ();
  kad_module_loader_load ((const char *const *) named, own);
}

/* ---- what there is ---- */

/* The accepted names, in alphabetical order. (transfer container) */
static GList *
list_names_locked (void)
{
  return g_list_sort (g_hash_table_get_keys (accepted), (GCompareFunc) strcmp);
}

/**
 * kad_transport_loader_list:
 *
 * Any thread.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names of the transports
 *   that are registered, in alphabetical order
 */
char **
kad_transport_loader_list (void)
{
  GIOExtensionPoint *point = get_point ();
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GList) names = NULL;

  adopt_locked (point);
  names = list_names_locked ();
  for (GList *l = names; l != NULL; l = l->next)
    g_strv_builder_add (builder, l->data);
  return g_strv_builder_end (builder);
}

/**
 * kad_transport_loader_dup_failures:
 *
 * Returns: (transfer full) (array zero-terminated=1): "file: reason" for each module or folder
 *   that could not be loaded, or not wholly, in the order in which it was tried
 */
char **
kad_transport_loader_dup_failures (void)
{
  get_point ();
  return kad_module_loader_dup_failures ();
}

/**
 * kad_transport_loader_create_all:
 *
 * Any thread; the instances belong to the thread that uses them first.
 *
 * Returns: (transfer full) (element-type KadTransport): a new instance of each
 *   registered transport, in the alphabetical order of the names
 */
GPtrArray *
kad_transport_loader_create_all (void)
{
  g_auto (GStrv) names = kad_transport_loader_list ();
  GPtrArray *transports = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; names[i] != NULL; i++)
    {
      GIOExtension *extension;

      g_mutex_lock (&lock);
      extension = g_hash_table_lookup (accepted, names[i]);
      g_mutex_unlock (&lock);
      g_ptr_array_add (transports, g_object_new (g_io_extension_get_type (extension), NULL));
    }
  return transports;
}
