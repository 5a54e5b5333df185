/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "kad-client-health.h"
#include "kad-columns.h"
#include "kad-error.h"
#include "kad-escape.h"
#include "kad-health-advice.h"
#include "kad-human.h"
#include "kad-prometheus.h"
#include "kad-runner.h"

/* Figures, and health. */

#define MAX_TEXT 1024

static KadExit
run (KadTool *tool, KadRunPlan *plan, GVariant *options)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (options);

  plan->mode = KAD_MODE_CLIENT;
  plan->options = owned;
  return kad_runner_run (tool, plan);
}

/* ---- figures ---- */

static void
print_prometheus (KadOutput *output, GVariant *stats)
{
  g_autofree char *text = kad_prometheus_format (stats);

  kad_output_write (output, text, strlen (text));
}

static void
add_figures (KadColumns *columns, const char *prefix, GVariant *dict)
{
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  g_variant_iter_init (&iter, dict);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;
      g_autofree char *title
          = prefix[0] != '\0' ? g_strconcat (prefix, ".", name, NULL) : g_strdup (name);
      g_autofree char *raw = NULL;
      g_autofree char *text = NULL;

      if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
        {
          add_figures (columns, title, value);
          continue;
        }
      if (g_variant_is_of_type (value, G_VARIANT_TYPE ("aa{sv}")))
        continue;
      raw = kad_human_dup_field (value);
      text = kad_escape_peer_text (raw, -1, MAX_TEXT);
      kad_columns_add (columns, title, text, NULL);
    }
}

static char *
dup_ms (GVariant *row, const char *name)
{
  gint64 signed_us = 0;
  guint64 us = 0;

  if (g_variant_lookup (row, name, "x", &signed_us))
    us = (guint64) MAX (signed_us, 0);
  else
    g_variant_lookup (row, name, "t", &us);
  return g_strdup_printf ("%.1f", (double) us / 1000);
}

static void
print_operations (KadOutput *output, GVariant *operations)
{
  const char *const titles[]
      = { _ ("COMMAND"), _ ("COUNT"),  _ ("FAILED"), _ ("MEAN ms"), _ ("P50 ms"),
          _ ("P95 ms"),  _ ("MIN ms"), _ ("MAX ms"), NULL };
  static const char *const times[] = { "mean_us", "p50_us", "p95_us", "min_us", "max_us" };
  g_autoptr (KadColumns) columns = kad_columns_new (output, titles);

  for (gsize i = 0; i < g_variant_n_children (operations); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (operations, i);
      g_autoptr (GVariant) count = g_variant_lookup_value (row, "count", NULL);
      g_autoptr (GVariant) failures = g_variant_lookup_value (row, "failures", NULL);
      g_autofree char *count_text = count != NULL ? g_variant_print (count, FALSE) : g_strdup ("-");
      g_autofree char *failed_text
          = failures != NULL ? g_variant_print (failures, FALSE) : g_strdup ("-");
      g_autofree char *command = NULL;
      const char *name = "";
      char *cells[G_N_ELEMENTS (times)];

      g_variant_lookup (row, "command", "&s", &name);
      command = kad_escape_peer_text (name, -1, MAX_TEXT);
      for (guint j = 0; j < G_N_ELEMENTS (times); j++)
        cells[j] = dup_ms (row, times[j]);
      kad_columns_add (columns, command, count_text, failed_text, cells[0], cells[1], cells[2],
                       cells[3], cells[4], NULL);
      for (guint j = 0; j < G_N_ELEMENTS (times); j++)
        g_free (cells[j]);
    }
  kad_output_line (output, "");
  kad_columns_print (columns);
}

static void
print_stats (KadOutput *output, GVariant *stats)
{
  g_autoptr (KadColumns) columns = kad_columns_new (output, NULL);
  g_autoptr (GVariant) operations
      = g_variant_lookup_value (stats, "operations", G_VARIANT_TYPE ("aa{sv}"));

  add_figures (columns, "", stats);
  kad_columns_print (columns);
  if (operations != NULL && g_variant_n_children (operations) > 0)
    print_operations (output, operations);
}

KadExit
kad_cmd_stats (KadTool *tool)
{
  KadRunPlan plan = { .command = "show-stats", .print = print_stats, .never_starts = TRUE };

  if (!kad_arguments_has (tool->arguments, "prometheus"))
    return run (tool, &plan, g_variant_new ("a{sv}", NULL));
  if (kad_output_is_json (tool->output))
    return kad_tool_fail (
        tool, g_error_new_literal (KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                                   _ ("--prometheus is a form of its own: it goes without "
                                      "--json")));
  plan.print = print_prometheus;
  return run (tool, &plan, g_variant_new ("a{sv}", NULL));
}

/* ---- health ---- */

/* A state with a sign, so that it can be told without colours. */
static const struct
{
  const char *state;
  const char *sign; /* translatable */
} signs[] = {
  { "ok", N_ ("[ok]  ") },
  { "warn", N_ ("[warn]") },
  { "fail", N_ ("[FAIL]") },
  { "skipped", N_ ("[skip]") },
};

static const char *
find_sign (const char *state)
{
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (g_str_equal (signs[i].state, state))
      return _ (signs[i].sign);
  return "[?]   ";
}

static void
print_check (KadOutput *output, GVariant *check)
{
  const char *name = "";
  const char *state = "";
  const char *saw = "";
  const char *advice = "";
  const char *words;
  g_autofree char *bold = NULL;
  g_autofree char *safe = NULL;
  g_autofree char *line = NULL;

  g_variant_lookup (check, "check", "&s", &name);
  g_variant_lookup (check, "state", "&s", &state);
  g_variant_lookup (check, "saw", "&s", &saw);
  g_variant_lookup (check, "advice", "&s", &advice);
  bold = kad_output_dup_bold (output, name);
  safe = kad_escape_peer_text (saw, -1, MAX_TEXT);
  line = g_strdup_printf ("%s %s: %s", find_sign (state), bold, safe);
  kad_output_line (output, line);
  words = advice[0] != '\0' ? kad_health_advice_get (advice) : NULL;
  if (words != NULL)
    {
      g_autofree char *what = g_strdup_printf ("       %s", words);

      kad_output_line (output, what);
    }
}

static KadExit
judge_health (GVariant *summary)
{
  gboolean is_healthy = FALSE;

  return g_variant_lookup (summary, "healthy", "b", &is_healthy) && is_healthy ? KAD_EXIT_OK
                                                                               : KAD_EXIT_ERROR;
}

KadExit
kad_cmd_doctor (KadTool *tool)
{
  KadRunPlan plan = {
    .command = "check-health", .print = print_check, .judge = judge_health, .joins_first = TRUE
  };
  gboolean probes = !kad_arguments_has (tool->arguments, "no-probe");
  g_autoptr (GVariant) given = NULL;
  GVariantDict options;
  GError *error = NULL;

  g_variant_dict_init (&options, NULL);
  if (!probes)
    g_variant_dict_insert (&options, "probe", "b", FALSE);
  given = g_variant_ref_sink (g_variant_dict_end (&options));
  if (kad_runner_wants_own_node (tool))
    return run (tool, &plan, given);
  plan.options = given;
  if (!kad_runner_check (tool, &plan, &error))
    return kad_tool_fail (tool, error);
  return kad_client_health_run (tool, &plan, probes);
}
