/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-module-complaints.h"

/* A module that registers a type whose name is taken, or implements an extension point that nobody
 * has, hears of it by a line that GLib prints on stderr and a 0. The person who is to repair it
 * looks at the list of modules instead: there the words belong. So they are caught while the
 * module's own code runs, in its thread only. What is fatal (G_DEBUG) stays so and is printed. */

static const char *const domains[] = { "GLib", "GLib-GObject", "GLib-GIO", "GModule" };

G_STATIC_ASSERT (G_N_ELEMENTS (domains) == G_N_ELEMENTS (((KadModuleComplaints *) NULL)->handlers));

static void
on_message (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  KadModuleComplaints *self = user_data;

  if (self->thread == g_thread_self ())
    g_ptr_array_add (self->messages, g_strdup (message));
  else
    g_log_default_handler (domain, level, message, NULL);
}

void
kad_module_complaints_begin (KadModuleComplaints *self)
{
  self->thread = g_thread_self ();
  self->messages = g_ptr_array_new ();
  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    self->handlers[i] = g_log_set_handler (domains[i], G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL,
                                           on_message, self);
}

char **
kad_module_complaints_end (KadModuleComplaints *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    g_log_remove_handler (domains[i], self->handlers[i]);
  g_ptr_array_add (self->messages, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&self->messages), FALSE);
}
