/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-client-query.h"

#include <glib/gi18n.h>

#include "kad-client-errors.h"
#include "kad-command-handler.h"
#include "kad-command-registry.h"
#include "kad-error.h"
#include "kad-run-output.h"

/* One command in the service:
 *
 *   prepare --> subscribe --> start --> results, as they come --> finished
 *
 * A signal with results may be lost on the way (the service drops what nobody takes), but each
 * result has a number: what is missing is read again. Ctrl-C and the deadline cancel the query and
 * still wait for its end, so that what was found is printed. */

/* How long the service may take to say that a cancelled query has ended. */
#define CANCEL_US (5 * G_USEC_PER_SEC)
#define PROGRESS_MS 250

typedef struct
{
  KadRunOutput output;
  KadClient *client;
  char *path;
  guint32 next; /* number of the result that comes next */
  gboolean is_closed;
  gboolean is_finished;
  guint n_asked;      /* properties that are on their way */
  gboolean must_look; /* finished, or a result is missing */
  char *reason;
  GVariant *summary;
} Query;

static void
query_clear (Query *self)
{
  kad_run_output_clear (&self->output);
  g_clear_pointer (&self->summary, g_variant_unref);
  g_free (self->path);
  g_free (self->reason);
}

/* ---- results ---- */

/* On D-Bus an empty maybe is left out; scripts have its null, wherever the command ran. */
static const struct
{
  const char *command;
  const char *names[8];
} nullable[] = {
  { "ask", { "record" } },
  { "show-table", { "agent", "rtt_us" } },
  { "show-identity", { "agent", "protocol_version", "observed_address" } },
  { "show-connections", { "address", "rtt_us", "agent", "security", "muxer", "reason" } },
};

static const char *const *
find_nullable (const char *command)
{
  for (guint i = 0; i < G_N_ELEMENTS (nullable); i++)
    if (g_str_equal (nullable[i].command, command))
      return nullable[i].names;
  return NULL;
}

static GVariant *
restore_nulls (Query *self, GVariant *result)
{
  const char *const *names = find_nullable (self->output.plan->command);
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  GVariant *member;

  if (self->output.plan->convert != NULL)
    return self->output.plan->convert (result);
  if (names == NULL)
    return g_variant_ref (result);
  g_variant_iter_init (&iter, result);
  while ((member = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_variant_builder_add_value (&builder, member);
      g_variant_unref (member);
    }
  for (; *names != NULL; names++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (result, *names, NULL);

      if (value == NULL)
        g_variant_builder_add (&builder, "{sv}", *names, g_variant_new ("ms", NULL));
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
take_results (Query *self, guint32 first, GVariant *results)
{
  gsize n = g_variant_n_children (results);

  if (first > self->next)
    {
      self->must_look = TRUE;
      return;
    }
  for (gsize i = self->next - first; i < n && !self->is_closed; i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (results, i);
      g_autoptr (GVariant) result = restore_nulls (self, row);

      self->next++;
      self->is_closed = !kad_run_output_result (&self->output, result);
    }
  if (self->is_closed)
    self->must_look = TRUE;
}

static void
on_query_signal (const char *path, const char *signal, GVariant *arguments, gpointer user_data)
{
  Query *self = user_data;
  g_autoptr (GVariant) results = NULL;
  guint32 first;

  if (g_str_equal (signal, "Results")
      && g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(uaa{sv})")))
    {
      g_variant_get (arguments, "(u@aa{sv})", &first, &results);
      take_results (self, first, results);
    }
  else if (g_str_equal (signal, "Finished") && !self->is_finished
           && g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(sa{sv})")))
    {
      g_variant_get (arguments, "(s@a{sv})", &self->reason, &self->summary);
      self->is_finished = self->must_look = TRUE;
    }
}

/* What is there from the next number on. */
static gboolean
read_results (Query *self, GError **error)
{
  gsize n = 1;

  while (n > 0 && !self->is_closed)
    {
      g_autoptr (GVariant) answer
          = kad_client_call (self->client, self->path, "Query", "GetResults",
                             g_variant_new ("(u)", self->next), error);
      g_autoptr (GVariant) results = NULL;

      if (answer == NULL)
        return FALSE;
      results = g_variant_get_child_value (answer, 1);
      n = g_variant_n_children (results);
      take_results (self, self->next, results);
    }
  return TRUE;
}

/* ---- progress ---- */

static void
on_counts (GVariant *counts, gpointer user_data)
{
  Query *self = user_data;
  KadQueryStats stats = { 0 };

  self->n_asked--;
  if (counts == NULL || self->output.progress == NULL
      || !g_variant_is_of_type (counts, G_VARIANT_TYPE ("(uuuu)")))
    return;
  g_variant_get (counts, "(uuuu)", &stats.heard, &stats.waiting, &stats.requests, &stats.failures);
  kad_progress_see_stats (self->output.progress, 1, &stats);
}

static void
on_steps (GVariant *steps, gpointer user_data)
{
  Query *self = user_data;
  guint done;
  guint total;

  self->n_asked--;
  if (steps == NULL || self->output.progress == NULL
      || !g_variant_is_of_type (steps, G_VARIANT_TYPE ("(uu)")))
    return;
  g_variant_get (steps, "(uu)", &done, &total);
  kad_progress_see_counts (self->output.progress, done, total);
}

static gboolean
on_progress_tick (gpointer user_data)
{
  Query *self = user_data;

  if (self->n_asked > 0)
    return G_SOURCE_CONTINUE;
  self->n_asked = 2;
  kad_client_begin_get (self->client, self->path, "Query", "Counts", on_counts, self);
  kad_client_begin_get (self->client, self->path, "Query", "Progress", on_steps, self);
  return G_SOURCE_CONTINUE;
}

/* ---- the query ---- */

/* The names that Routing has for all queries have types of their own; all else is text that the
 * command itself reads. */
static void
add_option (GVariantDict *dict, const char *name, GVariant *value)
{
  guint64 number;

  if (!g_str_equal (name, "limit") || !g_variant_is_of_type (value, G_VARIANT_TYPE_STRING)
      || !g_ascii_string_to_unsigned (g_variant_get_string (value, NULL), 10, 0, G_MAXUINT32,
                                      &number, NULL))
    g_variant_dict_insert_value (dict, name, value);
  else
    g_variant_dict_insert (dict, name, "u", (guint32) number);
}

/* @without: (nullable): what is given as the key */
static GVariant *
new_options (Query *self, const char *without)
{
  const char *network = kad_arguments_get_text (self->output.tool->arguments, "net");
  GVariantDict dict;
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  kad_client_init_options (self->client, &dict);
  g_variant_iter_init (&iter, self->output.plan->options);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;

      if (g_strcmp0 (name, without) != 0)
        add_option (&dict, name, value);
    }
  if (self->output.timeout_us > 0 && !g_variant_dict_contains (&dict, "timeout-ms"))
    g_variant_dict_insert (&dict, "timeout", "u",
                           (guint32) MAX (self->output.timeout_us / 1000, 1));
  if (network == NULL)
    network = self->output.plan->network;
  if (network != NULL)
    g_variant_dict_insert (&dict, "network", "s", network);
  if (self->output.plan->never_starts)
    g_variant_dict_insert (&dict, "no-start", "b", TRUE);
  return g_variant_dict_end (&dict);
}

/* What the query is about: the first argument that the command needs, if it is given as text. */
static const char *
find_key (const KadRunPlan *plan, const char **name)
{
  g_autofree GParamSpec **arguments = NULL;
  const char *text = "";
  guint n = 0;

  *name = NULL;
  if (!plan->is_foreign)
    arguments = kad_command_registry_list_options (plan->command, &n);
  if (n == 0 || (arguments[0]->flags & KAD_PARAM_REQUIRED) == 0
      || !g_variant_lookup (plan->options, arguments[0]->name, "&s", &text))
    return "";
  *name = arguments[0]->name;
  return text;
}

/* It runs before we know its path; but we have no other query. */
static gboolean
begin (Query *self, GError **error)
{
  kad_client_subscribe (self->client, NULL, "Query", NULL, on_query_signal, self);
  self->path = self->output.plan->begin (self->output.tool, self->client, self->output.plan, error);
  return self->path != NULL;
}

static gboolean
prepare (Query *self, GError **error)
{
  const char *name;
  const char *key = find_key (self->output.plan, &name);
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) started = NULL;

  answer = kad_client_call_root (
      self->client, "Routing", "PrepareQuery",
      g_variant_new ("(ss@a{sv})", self->output.plan->command, key, new_options (self, name)),
      error);
  if (answer == NULL)
    return FALSE;
  g_variant_get (answer, "(o)", &self->path);
  kad_client_subscribe (self->client, self->path, "Query", NULL, on_query_signal, self);
  started = kad_client_call (self->client, self->path, "Query", "Start", NULL, error);
  return started != NULL;
}

/* Cancels it, and waits for the results and the end that are on their way. */
static void
cancel (Query *self)
{
  g_autoptr (GVariant) answer = NULL;

  kad_client_forget_interrupt (self->client);
  answer = kad_client_call (self->client, self->path, "Query", "Cancel", NULL, NULL);
  if (answer != NULL)
    kad_client_wait (self->client, &self->is_finished, CANCEL_US, NULL);
  if (self->is_finished)
    read_results (self, NULL);
}

static gboolean
follow (Query *self, GError **error)
{
  gint64 started_us = g_get_monotonic_time ();

  while (!self->is_finished && !self->is_closed)
    {
      gint64 left_us = 0;

      if (self->output.timeout_us > 0)
        left_us = MAX (started_us + self->output.timeout_us - g_get_monotonic_time (), 1000);
      if (!kad_client_wait (self->client, &self->must_look, left_us, error))
        {
          cancel (self);
          return FALSE;
        }
      self->must_look = FALSE;
      if (!read_results (self, error))
        return FALSE;
    }
  return TRUE;
}

/* The error with which it ended, or its last line. */
static GError *
take_end (Query *self)
{
  const char *name;
  const char *message = "";
  GVariantDict summary;
  g_autoptr (GVariant) whole = NULL;

  if (!self->is_finished)
    return g_error_new_literal (KAD_ERROR, KAD_ERROR_CANCELLED, _ ("Interrupted"));
  g_variant_lookup (self->summary, "message", "&s", &message);
  if (g_variant_lookup (self->summary, "error", "&s", &name))
    return kad_client_errors_new (name, message);
  if (g_str_equal (self->reason, "cancelled"))
    return g_error_new_literal (KAD_ERROR, KAD_ERROR_CANCELLED, _ ("Interrupted"));
  g_variant_dict_init (&summary, self->summary);
  if (!g_variant_dict_contains (&summary, "outcome"))
    g_variant_dict_insert (&summary, "outcome", "s", self->reason);
  whole = g_variant_ref_sink (g_variant_dict_end (&summary));
  g_clear_pointer (&self->output.progress, kad_progress_free);
  kad_run_output_done (&self->output, whole);
  return NULL;
}

static GError *
run (Query *self)
{
  guint progress_source = 0;
  GError *error = NULL;

  self->output.progress = kad_progress_new (self->output.tool->output, self->output.plan->command);
  if (!(self->output.plan->begin != NULL ? begin (self, &error) : prepare (self, &error)))
    return error;
  if (kad_output_can_show_progress (self->output.tool->output))
    progress_source = g_timeout_add (PROGRESS_MS, on_progress_tick, self);
  if (follow (self, &error))
    error = take_end (self);
  g_clear_handle_id (&progress_source, g_source_remove);
  while (self->n_asked > 0)
    g_main_context_iteration (NULL, TRUE);
  return error;
}

static GError *
stay (Query *self)
{
  const gboolean never = FALSE;
  GError *error = NULL;

  kad_output_note (self->output.tool->output, _ ("Providing until interrupted"));
  kad_client_wait (self->client, &never, 0, &error);
  return error;
}

KadExit
kad_client_query_run (KadTool *tool, KadClient *client, const KadRunPlan *plan)
{
  Query self = { .client = client };
  GError *error = NULL;
  KadExit code;

  if (!kad_run_output_init (&self.output, tool, plan, &error))
    return kad_tool_fail (tool, error);
  error = run (&self);
  if (error == NULL && plan->begin != NULL && plan->stays)
    error = stay (&self);
  code = kad_run_output_end (&self.output, error, TRUE);
  kad_client_end_subscriptions (client);
  query_clear (&self);
  return code;
}
