/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-command-registry.h"

#include <gmodule.h>

#include "kad-command-handler-private.h"
#include "kad-command-options.h"
#include "kad-error.h"
#include "kad-escape.h"

/* Commands are extensions of one GIO extension point. GIO takes any name any number of times
 * and gives the one of the highest priority; a command that silently replaces another is not
 * what anybody wants, so the registry keeps the names it has accepted, the first one for
 * each, and tells the others as failures.
 *
 * Modules may use kad_command_registry_add(), or implement the extension point themselves;
 * the latter are found by adopt_extensions(). */

#define MAX_NAME 64

static GMutex lock;            /* guards what follows */
static GHashTable *types;      /* (element-type utf8 GType) accepted names */
static GHashTable *folders;    /* (element-type utf8) that were loaded */
static GPtrArray *failures;    /* (element-type utf8) */
static GSList *modules;        /* (element-type GIOModule) never unloaded */
static char *loading;          /* (nullable) the file whose module is being loaded */
static GRecMutex loading_lock; /* one folder at a time; modules call us back */

/**
 * kad_command_registry_init:
 *
 * Registers the extension point. Safe to call often and from any thread; the other functions
 * of the registry call it themselves.
 */
void
kad_command_registry_init (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      GIOExtensionPoint *point;

      point = g_io_extension_point_register (KAD_COMMAND_EXTENSION_POINT_NAME);
      g_io_extension_point_set_required_type (point, KAD_TYPE_COMMAND_HANDLER);
      types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      failures = g_ptr_array_new_with_free_func (g_free);
      g_once_init_leave (&once, 1);
    }
}

static GType
lookup_locked (const char *name)
{
  return (GType) g_hash_table_lookup (types, name);
}

/* Lower-case words with a hyphen between them. */
static gboolean
is_name (const char *name)
{
  gsize len = strlen (name);

  if (len == 0 || len > MAX_NAME || !g_ascii_islower (name[0]) || name[len - 1] == '-')
    return FALSE;
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_islower (name[i]) && !g_ascii_isdigit (name[i])
        && (name[i] != '-' || name[i + 1] == '-'))
      return FALSE;
  return TRUE;
}

static gboolean
check_locked (const char *name, GType type, GError **error)
{
  g_autofree char *shown = kad_escape_peer_text (name, -1, MAX_NAME);
  GType taken = lookup_locked (name);

  if (!is_name (name))
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "“%s” cannot name a command: lower-case words joined by hyphens, at most %d "
                 "characters",
                 shown, MAX_NAME);
  else if (!g_type_is_a (type, KAD_TYPE_COMMAND_HANDLER) || G_TYPE_IS_ABSTRACT (type))
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "Type %s cannot be the command “%s”: it is no concrete KadCommandHandler",
                 g_type_name (type), name);
  else if (taken != 0)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "The command name “%s” is taken by %s; %s needs another", name,
                 g_type_name (taken), g_type_name (type));
  else
    return TRUE;
  return FALSE;
}

static void
add_failure_locked (const char *reason)
{
  if (loading != NULL)
    g_ptr_array_add (failures, g_strdup_printf ("%s: %s", loading, reason));
  else
    g_ptr_array_add (failures, g_strdup (reason));
}

/**
 * kad_command_registry_add:
 * @name: lower-case words joined by hyphens
 * @type: a concrete subclass of #KadCommandHandler
 * @error: %KAD_ERROR_INVALID_ARGUMENT if the name is bad or taken by another type, or the
 *   type is no command
 *
 * Registers a command. The same pair again is no error. When a module is being loaded, an error
 * is also recorded for kad_command_registry_dup_failures(). Any thread.
 *
 * Returns: whether @name means @type now
 */
gboolean
kad_command_registry_add (const char *name, GType type, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autoptr (GError) problem = NULL;

  g_return_val_if_fail (name != NULL, FALSE);

  kad_command_registry_init ();
  locker = g_mutex_locker_new (&lock);
  if (lookup_locked (name) == type && type != 0)
    return TRUE;
  if (!check_locked (name, type, &problem))
    {
      if (loading != NULL)
        add_failure_locked (problem->message);
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  g_io_extension_point_implement (KAD_COMMAND_EXTENSION_POINT_NAME, type, name, 0);
  g_hash_table_insert (types, g_strdup (name), (gpointer) type);
  return TRUE;
}

/* Takes in what implements the extension point without us. */
static void
adopt_extensions_locked (void)
{
  GIOExtensionPoint *point = g_io_extension_point_lookup (KAD_COMMAND_EXTENSION_POINT_NAME);

  for (GList *l = g_io_extension_point_get_extensions (point); l != NULL; l = l->next)
    {
      const char *name = g_io_extension_get_name (l->data);
      GType type = g_io_extension_get_type (l->data);
      g_autoptr (GError) error = NULL;

      if (lookup_locked (name) == type)
        continue;
      if (check_locked (name, type, &error))
        g_hash_table_insert (types, g_strdup (name), (gpointer) type);
      else if (loading != NULL)
        add_failure_locked (error->message);
    }
}

/* ---- modules ---- */

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
set_loading (const char *path)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);

  g_free (loading);
  loading = g_strdup (path);
}

static void
load_module (const char *path)
{
  g_autofree char *fault = find_module_fault (path);
  GIOModule *module;

  set_loading (path);
  if (fault == NULL)
    {
      module = g_io_module_new (path);
      /* In use from now on: a command may run at any time. */
      if (g_type_module_use (G_TYPE_MODULE (module)))
        modules = g_slist_prepend (modules, module);
      else
        fault = g_strdup ("it refused to load");
    }
  g_mutex_lock (&lock);
  if (fault != NULL)
    add_failure_locked (fault);
  adopt_extensions_locked ();
  g_mutex_unlock (&lock);
  set_loading (NULL);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_modules (GDir *dir)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, "." G_MODULE_SUFFIX))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

/**
 * kad_command_registry_load:
 * @directory: a folder of GIO modules
 *
 * Loads every module of a folder, in the order of the file names, and keeps them loaded. A
 * folder that does not exist has none; a folder that was loaded before is not loaded again.
 * What goes wrong is told by kad_command_registry_dup_failures().
 */
void
kad_command_registry_load (const char *directory)
{
  g_autoptr (GRecMutexLocker) locker = NULL;
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GPtrArray) names = NULL;

  g_return_if_fail (directory != NULL);

  kad_command_registry_init ();
  locker = g_rec_mutex_locker_new (&loading_lock);
  if (!g_hash_table_add (folders, g_strdup (directory)))
    return;
  dir = g_dir_open (directory, 0, NULL);
  if (dir == NULL)
    return;
  names = list_modules (dir);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (directory, names->pdata[i], NULL);

      load_module (path);
    }
}

/**
 * kad_command_registry_dup_failures:
 *
 * Returns: (transfer full) (array zero-terminated=1): "file: reason" for each
 *   module that could not be loaded and each name that was taken, in the order in which it
 *   happened
 */
char **
kad_command_registry_dup_failures (void)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  kad_command_registry_init ();
  locker = g_mutex_locker_new (&lock);
  for (guint i = 0; i < failures->len; i++)
    g_strv_builder_add (builder, failures->pdata[i]);
  return g_strv_builder_end (builder);
}

/* ---- looking up ---- */

/**
 * kad_command_registry_list:
 *
 * Returns: (transfer full) (array zero-terminated=1): the names of all commands,
 *   in alphabetical order
 */
char **
kad_command_registry_list (void)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GList) names = NULL;

  kad_command_registry_init ();
  locker = g_mutex_locker_new (&lock);
  adopt_extensions_locked ();
  names = g_list_sort (g_hash_table_get_keys (types), (GCompareFunc) strcmp);
  for (GList *l = names; l != NULL; l = l->next)
    g_strv_builder_add (builder, l->data);
  return g_strv_builder_end (builder);
}

/**
 * kad_command_registry_lookup:
 * @name: a command's name
 *
 * Returns: its type, or 0 if no command has this name
 */
GType
kad_command_registry_lookup (const char *name)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (name != NULL, 0);

  kad_command_registry_init ();
  locker = g_mutex_locker_new (&lock);
  if (lookup_locked (name) == 0)
    adopt_extensions_locked ();
  return lookup_locked (name);
}

/* The class of a command, kept for good: what it says of itself is borrowed by many. */
static KadCommandHandlerClass *
find_class (const char *name)
{
  GType type = kad_command_registry_lookup (name);

  return type != 0 ? g_type_class_ref (type) : NULL;
}

/**
 * kad_command_registry_get_summary:
 * @name: a command's name
 *
 * Returns: (transfer none) (nullable): what it does, one untranslated line; %NULL
 *   if no command has this name or it says nothing
 */
const char *
kad_command_registry_get_summary (const char *name)
{
  KadCommandHandlerClass *klass = find_class (name);

  return klass != NULL ? klass->summary : NULL;
}

/* Required ones, then the other own ones, then what every command has. */
static guint
rank (GParamSpec *pspec)
{
  if ((pspec->flags & KAD_PARAM_REQUIRED) != 0)
    return 0;
  return pspec->owner_type == KAD_TYPE_COMMAND_HANDLER ? 2 : 1;
}

/**
 * kad_command_registry_list_options:
 * @name: a command's name
 * @n_options: (out): how many
 *
 * Returns: (transfer container) (nullable) (array length=n_options): its arguments:
 *   the required ones in the order of the class, which is their order on a command
 *   line, then the class's others, then what every command has; %NULL if no command has
 *   this name
 */
GParamSpec **
kad_command_registry_list_options (const char *name, guint *n_options)
{
  KadCommandHandlerClass *klass = find_class (name);
  g_autofree GParamSpec **all = NULL;
  GParamSpec **options;
  guint n_all;

  g_return_val_if_fail (n_options != NULL, NULL);

  *n_options = 0;
  if (klass == NULL)
    return NULL;
  all = g_object_class_list_properties (G_OBJECT_CLASS (klass), &n_all);
  options = g_new0 (GParamSpec *, n_all + 1);
  for (guint wanted = 0; wanted <= 2; wanted++)
    for (guint i = 0; i < n_all; i++)
      if (kad_command_options_is_argument (all[i]) && rank (all[i]) == wanted)
        options[(*n_options)++] = all[i];
  return options;
}

/**
 * kad_command_registry_create:
 * @name: a command's name
 * @options: (nullable): an `a{sv}` of arguments; floating or owned by the caller
 * @error: %KAD_ERROR_UNKNOWN_COMMAND, %KAD_ERROR_INVALID_ARGUMENT, %KAD_ERROR_INVALID_KEY,
 *   %KAD_ERROR_INVALID_ADDRESS or %KAD_ERROR_RECORD_TOO_LARGE
 *
 * Makes a handler that kad_dispatcher_run() can run. Option names are the properties' names, with
 * `-` or
 * `_`; an option that takes bytes is also known as NAME_base64. A value is of the
 * property's type, or text that is read as it; a number may have any width. Nothing is
 * clamped, ignored or guessed.
 *
 * Returns: (transfer full) (nullable): a handler
 */
KadCommandHandler *
kad_command_registry_create (const char *name, GVariant *options, GError **error)
{
  KadCommandHandlerClass *klass = find_class (name);
  g_autoptr (KadCommandOptions) converted = NULL;
  g_autoptr (GVariant) given = options != NULL ? g_variant_ref_sink (options) : NULL;
  g_autoptr (KadCommandHandler) handler = NULL;

  if (klass == NULL)
    {
      g_autofree char *shown = kad_escape_peer_text (name, -1, MAX_NAME);

      g_set_error (error, KAD_ERROR, KAD_ERROR_UNKNOWN_COMMAND,
                   "No command is called “%s”; the help lists them", shown);
      return NULL;
    }
  converted = kad_command_options_convert (name, klass, given, error);
  if (converted == NULL)
    return NULL;
  handler = KAD_COMMAND_HANDLER (g_object_new_with_properties (
      G_TYPE_FROM_CLASS (klass), converted->names->len, (const char **) converted->names->pdata,
      (const GValue *) converted->values->data));
  kad_command_handler_set_name (handler, name);
  if (klass->validate != NULL && !klass->validate (handler, error))
    return NULL;
  return g_steal_pointer (&handler);
}
