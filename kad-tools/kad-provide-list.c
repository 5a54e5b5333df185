/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-provide-list.h"

#include <glib/gi18n.h>

#include "kad-client-errors.h"
#include "kad-client-publish.h"
#include "kad-runner.h"

typedef struct
{
  guint n_published;
  guint n_failed;
  KadExit first; /* of those that failed */
} Tally;

/* All are wanted; they are only counted. */
static gboolean
count (GVariant *result, gpointer user_data)
{
  Tally *tally = user_data;
  const char *name;
  const char *message = "";
  g_autoptr (GError) error = NULL;

  if (!g_variant_lookup (result, "error", "&s", &name))
    {
      tally->n_published++;
      return TRUE;
    }
  g_variant_lookup (result, "message", "&s", &message);
  error = kad_client_errors_new (name, message);
  if (tally->n_failed++ == 0)
    tally->first = kad_exit_from_error (error);
  return TRUE;
}

static GVariant *
new_options (KadTool *tool, const char *const *keys)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "keys", "^as", keys);
  if (kad_arguments_has (tool->arguments, "once"))
    g_variant_dict_insert (&dict, "once", "b", TRUE);
  if (kad_arguments_has (tool->arguments, "raw-key"))
    g_variant_dict_insert (&dict, "raw-key", "b", TRUE);
  return g_variant_dict_end (&dict);
}

/* ---- as publications of the service ---- */

static gboolean
is_session (KadTool *tool)
{
  return kad_arguments_has (tool->arguments, "session");
}

static char *
begin (KadTool *tool, KadClient *client, const KadRunPlan *plan, GError **error)
{
  g_autoptr (GVariant) keys = g_variant_lookup_value (plan->options, "keys", NULL);
  g_autoptr (GVariant) answer = NULL;
  GVariantDict options;
  char *path = NULL;

  kad_client_init_options (client, &options);
  g_variant_dict_insert (&options, "lifetime", "s", is_session (tool) ? "session" : "persistent");
  g_variant_dict_insert (&options, "app-id", "s", KAD_CLIENT_APP_ID);
  if (kad_arguments_has (tool->arguments, "raw-key"))
    g_variant_dict_insert (&options, "raw-key", "b", TRUE);
  answer = kad_client_call_root (client, "Publications", "ProvideMany",
                                 g_variant_new ("(@as@a{sv})", keys, g_variant_dict_end (&options)),
                                 error);
  if (answer != NULL)
    g_variant_get (answer, "(o)", &path);
  return path;
}

/* Peers that hold it are those that stored it, as the command says. */
static GVariant *
convert (GVariant *result)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  static const char *const names[] = { "wanted", "publication", "error", "message", NULL };
  const char *key = "";
  guint32 stored = 0;

  g_variant_lookup (result, "key", "&s", &key);
  g_variant_lookup (result, "holders", "u", &stored);
  g_variant_builder_add (&builder, "{sv}", "key", g_variant_new_string (key));
  g_variant_builder_add (&builder, "{sv}", "stored", g_variant_new_uint32 (stored));
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (result, names[i], NULL);

      if (value != NULL)
        g_variant_builder_add (&builder, "{sv}", names[i], value);
      else if (i == 0)
        g_variant_builder_add (&builder, "{sv}", names[i], g_variant_new_uint32 (0));
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/* ---- the whole ---- */

/* What was done until then is there, and is told. */
static void
tell_interrupted (KadTool *tool, const char *const *keys, const Tally *tally)
{
  guint n = g_strv_length ((GStrv) keys);

  if (tally->n_published + tally->n_failed < n)
    kad_output_note (tool->output, _ ("Until then %u of %u keys were published"),
                     tally->n_published, n);
}

KadExit
kad_provide_list_run (KadTool *tool, const char *const *keys, gboolean by_publication)
{
  gboolean once = kad_arguments_has (tool->arguments, "once");
  g_autoptr (GVariant) options = g_variant_ref_sink (new_options (tool, keys));
  Tally tally = { .first = KAD_EXIT_OK };
  KadRunPlan plan = {
    .command = "provide-many",
    .options = options,
    .mode = once ? KAD_MODE_CLIENT : KAD_MODE_SERVER,
    .listen = KAD_PROVIDE_LISTEN,
    .stays = !once,
    .wants = count,
    .user_data = &tally,
  };
  KadExit code;

  if (by_publication)
    {
      plan.begin = begin;
      plan.convert = convert;
      plan.stays = is_session (tool);
    }
  code = kad_runner_run (tool, &plan);
  if (code == KAD_EXIT_INTERRUPTED)
    tell_interrupted (tool, keys, &tally);
  if (code == KAD_EXIT_OK && by_publication)
    kad_output_note (tool->output,
                     _ ("The service keeps them published; “kad unprovide KEY...” ends that"));
  return code == KAD_EXIT_OK ? tally.first : code;
}
