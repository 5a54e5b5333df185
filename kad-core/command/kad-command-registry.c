/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-command-registry.h"

#include "kad-command-handler-private.h"
#include "kad-command-options.h"
#include "kad-error.h"
#include "kad-escape.h"
#include "kad-module-file.h"
#include "kad-module-loader.h"

/* Commands are extensions of one GIO extension point. GIO takes any name any number of times
 * and gives the one of the highest priority; a command that silently replaces another is not
 * what anybody wants, so the registry keeps the names it has accepted, the first one for
 * each, and tells the others as failures.
 *
 * Modules may use kad_command_registry_add(), or implement the extension point themselves;
 * the latter are found by adopt_extensions_locked(). Modules are loaded by
 * the loader of kad-core/module, which asks here what came of them. */

#define MAX_NAME KAD_MAX_MODULE_NAME

static GMutex lock;         /* guards what follows */
static GHashTable *types;   /* (element-type utf8 GType) accepted names */
static GHashTable *seen;    /* (element-type GIOExtension) looked at by adopt_extensions_locked() */
static GPtrArray *refusals; /* (element-type utf8) (nullable) while a module is being loaded */

static void begin (void);
static char **end (void);

static const KadModuleKind kind = { begin, end, kad_command_registry_list };

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
      /* Without a required type: GIO would print what is wrong instead of telling it. */
      g_io_extension_point_register (KAD_COMMAND_EXTENSION_POINT_NAME);
      types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      seen = g_hash_table_new (NULL, NULL);
      kad_module_loader_set_kind (KAD_MODULE_COMMANDS, &kind);
      g_once_init_leave (&once, 1);
    }
}

static GType
lookup_locked (const char *name)
{
  return (GType) g_hash_table_lookup (types, name);
}

static gboolean
check_locked (const char *name, GType type, GError **error)
{
  g_autofree char *shown = kad_escape_peer_text (name, -1, MAX_NAME);
  GType taken = lookup_locked (name);

  if (!kad_module_is_name (name))
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "“%s” cannot name a command: lower-case words joined by hyphens, at most %d "
                 "characters",
                 shown, MAX_NAME);
  else if (type == 0 || !g_type_is_a (type, KAD_TYPE_COMMAND_HANDLER) || G_TYPE_IS_ABSTRACT (type))
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "Type %s cannot be the command “%s”: it is no concrete KadCommandHandler",
                 type != 0 ? g_type_name (type) : "0", name);
  else if (taken != 0)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "The command name “%s” is taken by %s; %s needs another", name,
                 g_type_name (taken), g_type_name (type));
  else
    return TRUE;
  return FALSE;
}

static void
refuse_locked (const GError *error)
{
  if (refusals != NULL)
    g_ptr_array_add (refusals, g_strdup (error->message));
}

/**
 * kad_command_registry_add:
 * @name: lower-case words joined by hyphens
 * @type: a concrete subclass of #KadCommandHandler
 * @error: %KAD_ERROR_INVALID_ARGUMENT if the name is bad or taken by another type, or the
 *   type is no command
 *
 * Registers a command. The same pair again is no error. When a module is being loaded, an error
 * is also told by its kad_module_get_error(). Any thread.
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
      refuse_locked (problem);
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

      if (!g_hash_table_add (seen, l->data) || (type != 0 && lookup_locked (name) == type))
        continue;
      if (check_locked (name, type, &error))
        g_hash_table_insert (types, g_strdup (name), (gpointer) type);
      else
        refuse_locked (error);
    }
}

/* ---- for the loader of modules ---- */

static void
begin (void)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);

  adopt_extensions_locked ();
  refusals = g_ptr_array_new ();
}

static char **
end (void)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);

  adopt_extensions_locked ();
  g_ptr_array_add (refusals, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&refusals), FALSE);
}

/**
 * kad_command_registry_load:
 * @directory: a folder of GIO modules
 *
 * Loads every module of a folder, in the order of the file names, and keeps them loaded; a
 * folder that was loaded before is not loaded again. What goes wrong is told by
 * kad_modules_list(). kad_modules_load_folder() is the same.
 */
void
kad_command_registry_load (const char *directory)
{
  g_return_if_fail (directory != NULL);

  kad_command_registry_init ();
  kad_modules_load_folder (directory);
}

/**
 * kad_command_registry_dup_failures:
 *
 * Returns: (transfer full) (array zero-terminated=1): "file: reason" for each
 *   module that could not be loaded, or not wholly, in the order in which it happened
 */
char **
kad_command_registry_dup_failures (void)
{
  kad_command_registry_init ();
  return kad_module_loader_dup_failures ();
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
