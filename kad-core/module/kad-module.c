/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-module.h"

#include "kad-module-private.h"

G_DEFINE_BOXED_TYPE (KadModule, kad_module, kad_module_ref, kad_module_unref)

KadModule *
kad_module_new (const char *file)
{
  KadModule *self = g_new0 (KadModule, 1);

  g_atomic_ref_count_init (&self->refs);
  self->file = g_strdup (file);
  self->commands = g_new0 (char *, 1);
  self->transports = g_new0 (char *, 1);
  self->state = KAD_MODULE_FAILED;
  return self;
}

void
kad_module_add_error (KadModule *self, const char *reason)
{
  g_autofree char *before = self->error;

  self->error = before != NULL ? g_strconcat (before, "; ", reason, NULL) : g_strdup (reason);
}

/**
 * kad_module_ref:
 * @self: a module
 *
 * Returns: (transfer full): @self
 */
KadModule *
kad_module_ref (KadModule *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * kad_module_unref:
 * @self: (transfer full): a module
 *
 * Drops a reference. The module itself stays loaded.
 */
void
kad_module_unref (KadModule *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->file);
  g_free (self->name);
  g_free (self->version);
  g_free (self->summary);
  g_strfreev (self->commands);
  g_strfreev (self->transports);
  g_free (self->error);
  g_free (self);
}

/**
 * kad_module_get_state:
 * @self: a module
 *
 * Returns: whether it is loaded
 */
KadModuleState
kad_module_get_state (KadModule *self)
{
  return self->state;
}

/**
 * kad_module_get_file:
 * @self: a module
 *
 * Returns: (transfer none): the file as it was found: its folder's name as it was given, and its
 * own
 */
const char *
kad_module_get_file (KadModule *self)
{
  return self->file;
}

/**
 * kad_module_get_name:
 * @self: a module
 *
 * Returns: (transfer none) (nullable): what it calls itself; %NULL if it could not be asked
 */
const char *
kad_module_get_name (KadModule *self)
{
  return self->name;
}

/**
 * kad_module_get_version:
 * @self: a module
 *
 * Returns: (transfer none) (nullable): its own version; %NULL if it could not be asked
 */
const char *
kad_module_get_version (KadModule *self)
{
  return self->version;
}

/**
 * kad_module_get_summary:
 * @self: a module
 *
 * Returns: (transfer none) (nullable): what it is, one line; %NULL if it could not be asked
 */
const char *
kad_module_get_summary (KadModule *self)
{
  return self->summary;
}

/**
 * kad_module_get_commands:
 * @self: a module
 *
 * Returns: (transfer none) (array zero-terminated=1): the names of the commands that it provides,
 * in alphabetical order; empty if there are none
 */
const char *const *
kad_module_get_commands (KadModule *self)
{
  return (const char *const *) self->commands;
}

/**
 * kad_module_get_transports:
 * @self: a module
 *
 * Returns: (transfer none) (array zero-terminated=1): the names of the transports that it
 *   provides, in alphabetical order; empty if there are none
 */
const char *const *
kad_module_get_transports (KadModule *self)
{
  return (const char *const *) self->transports;
}

/**
 * kad_module_get_error:
 * @self: a module
 *
 * A module that is loaded may have an error, too: something that it wanted to provide, but could
 * not, since the name was taken.
 *
 * Returns: (transfer none) (nullable): what went wrong, untranslated; %NULL if nothing did
 */
const char *
kad_module_get_error (KadModule *self)
{
  return self->error;
}

/**
 * kad_module_is_own:
 * @self: a module
 *
 * Returns: whether it came with Kad
 */
gboolean
kad_module_is_own (KadModule *self)
{
  return self->is_own;
}
