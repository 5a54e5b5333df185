/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-run-output.h"

#include <glib/gi18n.h>

#include "kad-command-registry.h"
#include "kad-human.h"

static const char *const searches[]
    = { "closest-peers", "find-peer", "get-providers", "get-record", NULL };

gboolean
kad_run_output_init (KadRunOutput *self, KadTool *tool, const KadRunPlan *plan, GError **error)
{
  const KadArguments *arguments = tool->arguments;
  g_autoptr (KadCommandHandler) handler = NULL;

  *self = (KadRunOutput){ .tool = tool, .plan = plan };
  if (!kad_arguments_get_seconds (arguments, "timeout", &self->timeout_us, error))
    return FALSE;
  if (!plan->has_limit
      && !kad_arguments_get_number (arguments, "limit", 1, G_MAXUINT32, &self->limit, error))
    return FALSE;
  if (plan->columns != NULL)
    self->view = kad_view_new (tool, plan->columns);
  if (plan->is_foreign)
    return TRUE;
  handler = kad_command_registry_create (plan->command, plan->options, error);
  return handler != NULL;
}

void
kad_run_output_clear (KadRunOutput *self)
{
  g_clear_pointer (&self->progress, kad_progress_free);
  g_clear_pointer (&self->best, g_variant_unref);
  g_clear_pointer (&self->view, kad_view_free);
}

gboolean
kad_run_output_result (KadRunOutput *self, GVariant *result)
{
  KadOutput *output = self->tool->output;

  if (self->plan->wants != NULL && !self->plan->wants (result, self->plan->user_data))
    return TRUE;
  self->n_results++;
  if (self->progress != NULL)
    kad_progress_see_result (self->progress);
  if (self->limit > 0 && self->n_printed >= self->limit)
    return TRUE;
  self->n_printed++;
  if (kad_output_is_json (output))
    kad_output_json (output, NULL, result);
  else if (self->view != NULL)
    kad_view_add (self->view, result);
  else if (self->plan->print != NULL)
    self->plan->print (output, result);
  else if (!self->plan->prints_values)
    kad_human_print (output, result);
  else
    {
      g_clear_pointer (&self->best, g_variant_unref);
      self->best = g_variant_ref (result);
    }
  return !kad_output_is_closed (output);
}

/* What every command has comes first, in one order, wherever it ran. */
static GVariant *
new_last_line (GVariant *summary)
{
  static const char *const first[]
      = { "outcome", "requests", "successes", "failures", "duration_us", NULL };
  g_auto (GVariantBuilder) line = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_builder_add (&line, "{sv}", "done", g_variant_new_boolean (TRUE));
  for (guint i = 0; first[i] != NULL; i++)
    {
      value = g_variant_lookup_value (summary, first[i], NULL);
      if (value != NULL)
        g_variant_builder_add (&line, "{sv}", first[i], value);
      g_clear_pointer (&value, g_variant_unref);
    }
  g_variant_iter_init (&iter, summary);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      if (!g_strv_contains (first, name))
        g_variant_builder_add (&line, "{sv}", name, value);
      g_variant_unref (value);
    }
  return g_variant_builder_end (&line);
}

void
kad_run_output_done (KadRunOutput *self, GVariant *summary)
{
  KadOutput *output = self->tool->output;

  self->is_done = TRUE;
  if (self->plan->judge != NULL)
    self->verdict = self->plan->judge (summary);
  if (self->view != NULL)
    kad_view_print (self->view);
  if (self->plan->is_quiet)
    return;
  if (!kad_output_is_json (output))
    {
      kad_human_print_summary (output, summary);
      return;
    }
  kad_output_json (output, NULL, new_last_line (summary));
}

KadExit
kad_run_output_end (KadRunOutput *self, GError *error, gboolean has_started)
{
  KadTool *tool = self->tool;
  gboolean is_empty = self->is_done && self->n_results == 0 && !self->plan->is_quiet
                      && g_strv_contains (searches, self->plan->command);
  g_autoptr (GError) owned = error;
  KadExit code;

  g_clear_pointer (&self->progress, kad_progress_free);
  /* What was found until it failed. */
  if (self->view != NULL && !self->is_done)
    kad_view_print (self->view);
  if (self->best != NULL)
    kad_human_print_value (tool->output, self->best);
  if (owned != NULL && kad_output_is_closed (tool->output))
    return KAD_EXIT_ERROR;
  if (owned != NULL && !has_started)
    return kad_tool_fail_start (tool, g_steal_pointer (&owned));
  /* After the command's own last line nothing follows. */
  if (owned != NULL && !(self->is_done && kad_output_is_json (tool->output)))
    {
      kad_output_error (tool->output, owned);
      kad_tool_advise (tool, owned);
    }
  code = is_empty && owned == NULL ? KAD_EXIT_NOT_FOUND : kad_exit_from_error (owned);
  if (is_empty)
    kad_output_note (tool->output, _ ("Nothing was found"));
  if (code == KAD_EXIT_NOT_FOUND && kad_arguments_has (tool->arguments, "allow-empty"))
    code = KAD_EXIT_OK;
  return code == KAD_EXIT_OK ? self->verdict : code;
}
