/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one loader of modules, whatever they provide.
 *
 * A module is a GIOModule that says KAD_MODULE_DEFINE and implements extension points. The loader
 * looks at the file (kad-module-file.c), gives it to GIO, and asks the registries what came of
 * it. All that was tried is in one list, which is only added to: modules stay loaded, as their
 * types cannot be unloaded. What fails is told there, printed nowhere, and leaves
 * everything else as it was; what a module's own code does is the module's affair.
 */
#include "kad-module-loader.h"

#include <stdlib.h>
#include <string.h>

#include "kad-escape.h"
#include "kad-module-complaints.h"
#include "kad-module-file.h"
#include "kad-module-private.h"

#define KAD_MAX_FOLDER_MODULES 1024 /* files of one folder */
#define OWN_PREFIX "libkad-"

typedef struct
{
  char *path;
  char *name; /* the last part of it */
} Candidate;

static GRecMutex loading_lock;         /* one module at a time; they may call us back */
static KadModuleComplaints complaints; /* guarded by loading_lock */
static GHashTable *folders;            /* scanned; guarded by loading_lock */
static GMutex lock;                    /* guards what follows */
static const KadModuleKind *kinds[KAD_N_MODULE_KINDS];
static GPtrArray *modules; /* (element-type KadModule) in the order in which they were tried */

static void
candidate_free (gpointer data)
{
  Candidate *self = data;

  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

void
kad_module_loader_set_kind (KadModuleKindId id, const KadModuleKind *kind)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);

  kinds[id] = kind;
}

static const KadModuleKind *
get_kind (KadModuleKindId id)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);

  return kinds[id];
}

/* ---- the list ---- */

/* (transfer full) */
static void
add_to_list (KadModule *module)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);

  if (modules == NULL)
    modules = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_module_unref);
  g_ptr_array_add (modules, module);
}

/**
 * kad_modules_list:
 *
 * All modules that this process has tried to load, in the order in which it did: those that came
 * with Kad first. Modules belong to the process, not to a node. Any thread.
 *
 * Returns: (transfer full) (element-type KadModule): the modules, also those that failed
 */
GPtrArray *
kad_modules_list (void)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_module_unref);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);

  for (guint i = 0; modules != NULL && i < modules->len; i++)
    g_ptr_array_add (copy, kad_module_ref (modules->pdata[i]));
  return copy;
}

/**
 * kad_modules_find_command:
 * @name: a command's name
 *
 * Returns: (transfer full) (nullable): the module which @name comes from; %NULL if the command is
 *   built in, or there is none
 */
KadModule *
kad_modules_find_command (const char *name)
{
  g_autoptr (GPtrArray) list = kad_modules_list ();

  for (guint i = 0; i < list->len; i++)
    if (g_strv_contains (kad_module_get_commands (list->pdata[i]), name))
      return kad_module_ref (list->pdata[i]);
  return NULL;
}

char **
kad_module_loader_dup_failures (void)
{
  g_autoptr (GPtrArray) list = kad_modules_list ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < list->len; i++)
    if (kad_module_get_error (list->pdata[i]) != NULL)
      {
        g_autofree char *line = g_strdup_printf ("%s: %s", kad_module_get_file (list->pdata[i]),
                                                 kad_module_get_error (list->pdata[i]));

        g_strv_builder_add (builder, line);
      }
  return g_strv_builder_end (builder);
}

/* ---- one module ---- */

static void
add_errors (KadModule *module, char **reasons)
{
  for (guint i = 0; reasons != NULL && reasons[i] != NULL; i++)
    kad_module_add_error (module, reasons[i]);
}

/* What is in @after and not in @before. */
static char **
dup_new_names (char **before, char **after)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; after != NULL && after[i] != NULL; i++)
    if (before == NULL || !g_strv_contains ((const char *const *) before, after[i]))
      g_strv_builder_add (builder, after[i]);
  return g_strv_builder_end (builder);
}

/* The module's own code runs here. */
static void
register_with_gio (KadModule *module)
{
  GIOModule *gio = g_io_module_new (module->file);
  g_auto (GStrv) said = NULL;
  gboolean is_loaded;

  kad_module_complaints_begin (&complaints);
  /* In use, and so alive, for ever. */
  is_loaded = g_type_module_use (G_TYPE_MODULE (gio));
  said = kad_module_complaints_end (&complaints);
  add_errors (module, said);
  if (!is_loaded)
    kad_module_add_error (module, "it refuses to load");
}

static void
register_all (KadModule *module)
{
  char ***provided[KAD_N_MODULE_KINDS] = { &module->commands, &module->transports };
  char **before[KAD_N_MODULE_KINDS] = { NULL };
  gboolean has_any = FALSE;

  for (guint i = 0; i < KAD_N_MODULE_KINDS; i++)
    if (get_kind (i) != NULL)
      {
        get_kind (i)->begin ();
        before[i] = get_kind (i)->dup_names ();
      }
  register_with_gio (module);
  for (guint i = 0; i < KAD_N_MODULE_KINDS; i++)
    if (get_kind (i) != NULL)
      {
        g_auto (GStrv) refusals = get_kind (i)->end ();
        g_auto (GStrv) after = get_kind (i)->dup_names ();

        add_errors (module, refusals);
        g_strfreev (*provided[i]);
        *provided[i] = dup_new_names (before[i], after);
        has_any = has_any || (*provided[i])[0] != NULL;
        g_strfreev (before[i]);
      }
  if (has_any)
    module->state = KAD_MODULE_LOADED;
  else if (module->error == NULL)
    kad_module_add_error (module, "it registers neither a command nor a transport");
}

/* Whether somebody of this name is loaded: @module has an error then. */
static gboolean
is_name_taken (KadModule *module)
{
  g_autoptr (GPtrArray) list = kad_modules_list ();

  for (guint i = 0; i < list->len; i++)
    {
      KadModule *other = list->pdata[i];
      g_autofree char *reason = NULL;

      if (other->state != KAD_MODULE_LOADED || !g_str_equal (other->name, module->name))
        continue;
      reason = g_strdup_printf ("there is a module \"%s\" already: %s", module->name, other->file);
      kad_module_add_error (module, reason);
      return TRUE;
    }
  return FALSE;
}

static void
describe (KadModule *module, const KadModuleInfo *info)
{
  module->name = g_strdup (info->name);
  module->version = kad_escape_peer_text (info->version, -1, KAD_MAX_MODULE_VERSION);
  module->summary = kad_escape_peer_text (info->summary, -1, KAD_MAX_MODULE_SUMMARY);
}

/* Adds it to the list, whatever becomes of it. Returns: (transfer none) */
static KadModule *
load_module (const char *path, gboolean is_own)
{
  KadModule *module = kad_module_new (path);
  g_autoptr (GError) error = NULL;
  GModule *opened = NULL;
  KadModuleInfo info;

  module->is_own = is_own;
  if (kad_module_file_is_safe (path, &error))
    opened = kad_module_file_open (path, &info, &error);
  if (opened == NULL)
    kad_module_add_error (module, error->message);
  else
    {
      describe (module, &info);
      if (!is_name_taken (module))
        {
          /* What has run once may be in use. */
          g_module_make_resident (opened);
          register_all (module);
        }
      g_module_close (opened);
    }
  add_to_list (module);
  return module;
}

/* Without links and dots, as far as there is such a file. */
static char *
dup_real_path (const char *path)
{
  char *real = realpath (path, NULL);
  char *copy = real != NULL ? g_strdup (real) : g_canonicalize_filename (path, NULL);

  free (real);
  return copy;
}

/**
 * kad_modules_load_file:
 * @file: (type filename): a module
 *
 * Loads one module, and keeps it. A file that was loaded before is not loaded again. Modules of the
 * folders come first if kad_modules_load() was called before. May block on the file; any
 * thread.
 *
 * Returns: (transfer full): the module; kad_module_get_error() says what went wrong
 */
KadModule *
kad_modules_load_file (const char *file)
{
  g_autoptr (GRecMutexLocker) locker G_GNUC_UNUSED = g_rec_mutex_locker_new (&loading_lock);
  g_autofree char *wanted = dup_real_path (file);
  g_autoptr (GPtrArray) list = kad_modules_list ();

  for (guint i = 0; i < list->len; i++)
    {
      KadModule *module = list->pdata[i];
      g_autofree char *known = dup_real_path (module->file);

      if (module->state == KAD_MODULE_LOADED && g_str_equal (known, wanted))
        return kad_module_ref (module);
    }
  return kad_module_ref (load_module (wanted, FALSE));
}

/* ---- folders ---- */

/* Kad's own first, then by name. */
static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *first = *(const Candidate *const *) a;
  const Candidate *second = *(const Candidate *const *) b;
  gboolean first_is_own = g_str_has_prefix (first->name, OWN_PREFIX);
  gboolean second_is_own = g_str_has_prefix (second->name, OWN_PREFIX);

  return first_is_own != second_is_own ? second_is_own - first_is_own
                                       : strcmp (first->name, second->name);
}

static void
fail_folder (const char *folder, const char *reason)
{
  KadModule *module = kad_module_new (folder);

  kad_module_add_error (module, reason);
  add_to_list (module);
}

/* Adds to @candidates. @is_named: a person asked for it, and is to hear if it is not there. */
static void
scan_folder (const char *folder, gboolean is_named, GPtrArray *candidates)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_hash_table_add (folders, g_canonicalize_filename (folder, NULL)))
    return;
  dir = g_dir_open (folder, 0, &error);
  if (dir == NULL || !kad_module_file_is_safe (folder, &error))
    {
      if (is_named || !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        fail_folder (folder, error->message);
      return;
    }
  while ((name = g_dir_read_name (dir)) != NULL && found->len < KAD_MAX_FOLDER_MODULES)
    if (g_str_has_suffix (name, "." G_MODULE_SUFFIX))
      {
        Candidate *candidate = g_new0 (Candidate, 1);

        candidate->path = g_build_filename (folder, name, NULL);
        candidate->name = g_strdup (name);
        g_ptr_array_add (found, candidate);
      }
  g_ptr_array_sort (found, compare_candidates);
  g_ptr_array_extend_and_steal (candidates, g_steal_pointer (&found));
}

static GPtrArray *
scan_folders (const char *const *names, gboolean is_named)
{
  GPtrArray *candidates = g_ptr_array_new_with_free_func (candidate_free);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (names[i][0] != '\0')
      scan_folder (names[i], is_named, candidates);
  return candidates;
}

/* Whether a file of this name is loaded, from wherever. */
static gboolean
is_file_loaded (const char *name)
{
  g_autoptr (GPtrArray) list = kad_modules_list ();

  for (guint i = 0; i < list->len; i++)
    {
      KadModule *module = list->pdata[i];
      g_autofree char *base = g_path_get_basename (module->file);

      if (module->state == KAD_MODULE_LOADED && g_str_equal (base, name))
        return TRUE;
    }
  return FALSE;
}

/* The candidates of this name, in their order, until one is loaded. */
static void
load_by_name (GPtrArray *candidates, const char *name, gboolean is_own)
{
  for (guint i = 0; i < candidates->len; i++)
    {
      Candidate *candidate = candidates->pdata[i];

      if (candidate->path == NULL || !g_str_equal (candidate->name, name) || is_file_loaded (name))
        continue;
      load_module (candidate->path, is_own);
      g_clear_pointer (&candidate->path, g_free);
    }
}

void
kad_module_loader_load (const char *const *named, const char *const *own)
{
  g_autoptr (GRecMutexLocker) locker G_GNUC_UNUSED = g_rec_mutex_locker_new (&loading_lock);
  g_autoptr (GPtrArray) of_people = NULL;
  g_autoptr (GPtrArray) of_kad = NULL;

  if (folders == NULL)
    folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  of_people = scan_folders (named, TRUE);
  of_kad = scan_folders (own, FALSE);
  for (guint i = 0; i < of_kad->len; i++)
    {
      const char *name = ((Candidate *) of_kad->pdata[i])->name;
      gboolean is_own = g_str_has_prefix (name, OWN_PREFIX);

      load_by_name (of_people, name, is_own);
      load_by_name (of_kad, name, is_own);
    }
  for (guint i = 0; i < of_people->len; i++)
    load_by_name (of_people, ((Candidate *) of_people->pdata[i])->name, FALSE);
}

/**
 * kad_modules_load_folder:
 * @folder: (type filename): a folder of modules
 *
 * Loads the modules of a folder, in the order of their file names, and keeps them for all nodes of
 * the process. A folder is read once. Not those modules whose file has the name of one that is
 * loaded already. What goes wrong is told by kad_modules_list(). May block on the files; any
 * thread.
 */
void
kad_modules_load_folder (const char *folder)
{
  const char *const named[] = { folder, NULL };

  g_return_if_fail (folder != NULL);

  kad_module_loader_load (named, NULL);
}
