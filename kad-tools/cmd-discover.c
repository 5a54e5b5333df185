/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-client-query.h"
#include "kad-command-words.h"
#include "kad-error.h"
#include "kad-publish-words.h"
#include "kad-runner.h"
#include "kad-signals.h"

/* Who is in a namespace; once, or again and again until Ctrl-C, each peer told when it is first
 * found. */

#define ROUND_S 10

typedef struct
{
  KadTool *tool;
  GHashTable *seen; /* (element-type utf8) peers */
  GMainLoop *loop;
  gboolean is_interrupted;
} Discovery;

static gboolean
is_new (GVariant *result, gpointer user_data)
{
  Discovery *self = user_data;
  const char *peer = "";

  g_variant_lookup (result, "peer", "&s", &peer);
  return g_hash_table_add (self->seen, g_strdup (peer));
}

static gboolean
on_signal (gpointer user_data)
{
  Discovery *self = user_data;

  self->is_interrupted = TRUE;
  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_next_round (gpointer user_data)
{
  Discovery *self = user_data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static KadExit
watch (Discovery *self, KadRunPlan *plan)
{
  KadExit code = KAD_EXIT_OK;

  plan->is_quiet = TRUE;
  plan->wants = is_new;
  plan->user_data = self;
  while (code == KAD_EXIT_OK && !kad_output_is_closed (self->tool->output))
    {
      guint source;

      code = kad_runner_run (self->tool, plan);
      if (code != KAD_EXIT_OK)
        break;
      kad_signals_watch (on_signal, self);
      source = g_timeout_add_seconds (ROUND_S, on_next_round, self);
      g_main_loop_run (self->loop);
      if (!self->is_interrupted)
        continue;
      g_source_remove (source);
      code = KAD_EXIT_INTERRUPTED;
    }
  return code;
}

KadExit
kad_cmd_discover (KadTool *tool)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Discovery self = { .tool = tool, .seen = seen, .loop = loop };
  KadRunPlan plan = { .command = "get-providers", .mode = KAD_MODE_CLIENT, .has_limit = TRUE };
  const char *limit = kad_arguments_get_text (tool->arguments, "limit");
  g_autofree char *key = NULL;
  g_autoptr (GVariant) options = NULL;
  GError *error = NULL;
  GVariantDict dict;

  key = kad_publish_words_dup_namespace_key (tool, &error);
  if (key == NULL)
    return kad_tool_fail (tool, error);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "key", "s", key);
  if (limit != NULL)
    g_variant_dict_insert (&dict, "limit", "s", limit);
  plan.options = options = g_variant_ref_sink (g_variant_dict_end (&dict));
  return kad_arguments_has (tool->arguments, "watch") ? watch (&self, &plan)
                                                      : kad_runner_run (tool, &plan);
}
