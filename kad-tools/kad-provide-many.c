/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-provide-many.h"

#include <glib/gi18n.h>

#include "kad-client-errors.h"
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
kad_provide_many_run (KadTool *tool, const char *const *keys, gboolean by_publication)
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
  KadExit code = kad_runner_run (tool, &plan);

  if (code == KAD_EXIT_INTERRUPTED)
    tell_interrupted (tool, keys, &tally);
  return code == KAD_EXIT_OK ? tally.first : code;
}
