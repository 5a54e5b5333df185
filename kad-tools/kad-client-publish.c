/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-client-publish.h"

#include <glib/gi18n.h>

#include "kad-error.h"
#include "kad-human.h"

static GVariant *
new_options (KadTool *tool, KadClient *client, const KadPublishPlan *plan)
{
  GVariantDict options;

  kad_client_init_options (client, &options);
  g_variant_dict_insert (&options, "lifetime", "s", plan->is_session ? "session" : "persistent");
  g_variant_dict_insert (&options, "app-id", "s", KAD_CLIENT_APP_ID);
  g_variant_dict_insert (&options, "wait", "b", TRUE);
  if (kad_arguments_has (tool->arguments, "raw-key"))
    g_variant_dict_insert (&options, "raw-key", "b", TRUE);
  return g_variant_dict_end (&options);
}

/* Its path. */
static char *
publish (KadTool *tool, KadClient *client, const KadPublishPlan *plan, GError **error)
{
  GVariant *options = new_options (tool, client, plan);
  g_autoptr (GVariant) answer = NULL;
  char *path = NULL;

  if (plan->value != NULL)
    answer = kad_client_call_root (client, "Publications", "PutRecord",
                                   g_variant_new ("(s@ay@a{sv})", plan->key, plan->value, options),
                                   error);
  else
    answer = kad_client_call_root (client, "Publications", "Provide",
                                   g_variant_new ("(s@a{sv})", plan->key, options), error);
  if (answer != NULL)
    g_variant_get (answer, "(o)", &path);
  return path;
}

static void
add (GVariantBuilder *builder, const char *name, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", name, value);
}

/* The last line of a write, as cli.md has it: the requests are those that asked to keep it. */
static GVariant *
new_summary (const char *path, GVariant *publication, gint64 duration_us)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  guint32 stored = 0;
  guint32 wanted = 0;
  const char *lifetime = "";

  g_variant_lookup (publication, "Holders", "u", &stored);
  g_variant_lookup (publication, "Wanted", "u", &wanted);
  g_variant_lookup (publication, "Lifetime", "&s", &lifetime);
  add (&builder, "done", g_variant_new_boolean (TRUE));
  add (&builder, "outcome", g_variant_new_string ("completed"));
  add (&builder, "requests", g_variant_new_uint32 (wanted));
  add (&builder, "successes", g_variant_new_uint32 (stored));
  add (&builder, "failures", g_variant_new_uint32 (wanted - MIN (stored, wanted)));
  add (&builder, "duration_us", g_variant_new_int64 (duration_us));
  add (&builder, "stored", g_variant_new_uint32 (stored));
  add (&builder, "wanted", g_variant_new_uint32 (wanted));
  add (&builder, "failed", g_variant_new_array (G_VARIANT_TYPE_VARDICT, NULL, 0));
  add (&builder, "lifetime", g_variant_new_string (lifetime));
  add (&builder, "publication", g_variant_new_string (path));
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/* Whether anybody took it. @is_session: who stays sees it tried again. */
static gboolean
tell (KadTool *tool, KadClient *client, const char *path, gint64 started_us, gboolean is_session,
      GError **error)
{
  g_autoptr (GVariant) publication = kad_client_get_all (client, path, "Publication", error);
  g_autoptr (GVariant) summary = NULL;
  guint32 holders = 0;
  const char *reason = "";

  if (publication == NULL)
    return FALSE;
  g_variant_lookup (publication, "Holders", "u", &holders);
  g_variant_lookup (publication, "LastError", "&s", &reason);
  if (reason[0] == '\0')
    reason = _ ("there was nobody to ask");
  if (holders == 0 && !is_session)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_QUORUM_FAILED,
                   _ ("It is published, but nobody took it yet; it will be tried again: %s"),
                   reason);
      return FALSE;
    }
  summary = new_summary (path, publication, g_get_monotonic_time () - started_us);
  if (kad_output_is_json (tool->output))
    kad_output_json (tool->output, NULL, summary);
  else if (holders == 0)
    kad_output_note (tool->output,
                     _ ("It is published, but nobody took it yet; it will be tried again: %s"),
                     reason);
  else
    kad_human_print_summary (tool->output, summary);
  return TRUE;
}

static gboolean
run (KadTool *tool, KadClient *client, const KadPublishPlan *plan, GError **error)
{
  gint64 started_us = g_get_monotonic_time ();
  const gboolean never = FALSE;
  g_autofree char *path = publish (tool, client, plan, error);

  if (path == NULL || !tell (tool, client, path, started_us, plan->is_session, error))
    return FALSE;
  if (!plan->is_session)
    {
      kad_output_note (tool->output,
                       _ ("The service keeps it published; “kad unprovide %s” ends that"),
                       plan->key);
      return TRUE;
    }
  kad_output_note (tool->output, _ ("Providing until interrupted"));
  return kad_client_wait (client, &never, 0, error);
}

gboolean
kad_client_publish_run (KadTool *tool, KadClient *client, const KadPublishPlan *plan, KadExit *code)
{
  g_autoptr (GError) error = NULL;

  *code = KAD_EXIT_OK;
  if (run (tool, client, plan, &error))
    return TRUE;
  if (g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED))
    return FALSE;
  *code = kad_exit_from_error (error);
  /* Its last line is written already: it only ended as it was to end. */
  if (*code == KAD_EXIT_INTERRUPTED && plan->is_session && kad_output_is_json (tool->output))
    return TRUE;
  kad_output_error (tool->output, error);
  return TRUE;
}
