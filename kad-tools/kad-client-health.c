/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-client-health.h"

#include "kad-client.h"
#include "kad-run-output.h"

/* The last line of every command, with what Health() says of all checks together. */
static GVariant *
new_summary (GVariant *health, gint64 duration_us)
{
  static const char *const names[] = { "healthy", "failed", "warned" };
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "outcome", "s", "completed");
  g_variant_dict_insert (&dict, "requests", "u", 0);
  g_variant_dict_insert (&dict, "successes", "u", 0);
  g_variant_dict_insert (&dict, "failures", "u", 0);
  g_variant_dict_insert (&dict, "duration_us", "x", duration_us);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (health, names[i], NULL);

      if (value != NULL)
        g_variant_dict_insert_value (&dict, names[i], value);
    }
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
tell (KadRunOutput *output, GVariant *answer, gint64 started_us)
{
  g_autoptr (GVariant) checks = g_variant_get_child_value (answer, 0);
  g_autoptr (GVariant) health = g_variant_get_child_value (answer, 1);
  g_autoptr (GVariant) summary = new_summary (health, g_get_monotonic_time () - started_us);
  gboolean is_open = TRUE;

  for (gsize i = 0; is_open && i < g_variant_n_children (checks); i++)
    {
      g_autoptr (GVariant) check = g_variant_get_child_value (checks, i);

      is_open = kad_run_output_result (output, check);
    }
  if (is_open)
    kad_run_output_done (output, summary);
}

static void
on_far (const char *path, const char *signal, GVariant *arguments, gpointer user_data)
{
  KadRunOutput *output = user_data;
  guint done;
  guint total;

  if (output->progress == NULL || !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(uu)")))
    return;
  g_variant_get (arguments, "(uu)", &done, &total);
  kad_progress_see_counts (output->progress, done, total);
}

static GError *
ask (KadClient *client, KadRunOutput *output, gboolean probes)
{
  g_autoptr (GVariant) answer = NULL;
  gint64 started_us = g_get_monotonic_time ();
  GVariantDict options;
  GError *error = NULL;

  /* A node that cannot be had is something that Health() tells. */
  if (!kad_client_hold_node (client, "doctor", &error)
      && g_cancellable_is_cancelled (kad_client_get_cancellable (client)))
    return error;
  g_clear_error (&error);
  kad_client_init_options (client, &options);
  g_variant_dict_insert (&options, "network", "b", probes);
  kad_client_subscribe (client, KAD_CLIENT_ROOT, "Node", "HealthProgress", on_far, output);
  answer = kad_client_call_root (client, "Node", "Health",
                                 g_variant_new ("(@a{sv})", g_variant_dict_end (&options)), &error);
  kad_client_end_subscriptions (client);
  g_clear_pointer (&output->progress, kad_progress_free);
  if (answer != NULL)
    tell (output, answer, started_us);
  return error;
}

KadExit
kad_client_health_run (KadTool *tool, const KadRunPlan *plan, gboolean probes)
{
  KadRunOutput output = { NULL };
  g_autoptr (KadClient) client = NULL;
  GError *error = NULL;
  KadExit code;

  if (!kad_run_output_init (&output, tool, plan, &error))
    return kad_tool_fail (tool, error);
  client = kad_client_new (tool, &error);
  if (client != NULL)
    output.progress = kad_progress_new (tool->output, plan->command);
  if (client != NULL)
    error = ask (client, &output, probes);
  code = kad_run_output_end (&output, error, client != NULL);
  kad_run_output_clear (&output);
  return code;
}
