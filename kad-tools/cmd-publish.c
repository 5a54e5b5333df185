/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-client-publish.h"
#include "kad-client-query.h"
#include "kad-command-words.h"
#include "kad-error.h"
#include "kad-key-file.h"
#include "kad-key-text.h"
#include "kad-provide-list.h"
#include "kad-publish-words.h"
#include "kad-runner.h"
#include "kad-stdin.h"

/* What the node says and keeps in the network. By the service it is a publication, which lives on;
 * on a node of its own, or with --once, it is one announcement. */

#define TEXT_KEY "text:"

static gboolean
check_lifetime (KadTool *tool, GError **error)
{
  static const char *const names[] = { "once", "session", "persist" };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    n += kad_arguments_has (tool->arguments, names[i]) ? 1 : 0;
  if (n > 1)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                         _ ("--once, --session and --persist exclude each other"));
  else if (kad_arguments_has (tool->arguments, "persist") && kad_runner_wants_own_node (tool))
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                         _ ("--persist is for the service: a node of its own ends with the "
                            "command"));
  else
    return TRUE;
  return FALSE;
}

/* Once, or as long as the node lives. */
static KadExit
run_plan (KadTool *tool, KadRunPlan *plan)
{
  plan->has_limit = kad_command_words_has_option (plan->command, "limit");
  return kad_runner_run (tool, plan);
}

static gboolean
wants_publication (KadTool *tool)
{
  return !kad_runner_wants_own_node (tool) && !kad_arguments_has (tool->arguments, "once")
         && !kad_arguments_has (tool->arguments, "quorum");
}

/* @plan does it without publications. */
static KadExit
publish (KadTool *tool, KadRunPlan *plan, const KadPublishPlan *publication)
{
  g_autoptr (KadClient) client = NULL;
  GError *error = NULL;
  KadExit code;

  if (!wants_publication (tool))
    return run_plan (tool, plan);
  if (!kad_runner_check (tool, plan, &error))
    return kad_tool_fail (tool, error);
  client = kad_client_new (tool, &error);
  if (client == NULL)
    return kad_tool_fail (tool, error);
  if (kad_client_publish_run (tool, client, publication, &code))
    return code;
  return kad_client_query_run (tool, client, plan);
}

static KadExit
provide_key (KadTool *tool, const char *key)
{
  gboolean once = kad_arguments_has (tool->arguments, "once");
  gboolean is_raw = kad_arguments_has (tool->arguments, "raw-key");
  const KadPublishPlan publication
      = { .key = key, .is_session = kad_arguments_has (tool->arguments, "session") };
  GVariantDict dict;
  g_autoptr (GVariant) options = NULL;
  /* Whoever provides must be found: a provider without an address is refused. Only one that stays
   * is of use in other peers' tables, though. */
  KadRunPlan plan = {
    .command = "start-provide",
    .mode = once ? KAD_MODE_CLIENT : KAD_MODE_SERVER,
    .listen = KAD_PROVIDE_LISTEN,
    .stays = !once,
  };
  GError *error = NULL;

  if (!check_lifetime (tool, &error))
    return kad_tool_fail (tool, error);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "key", "s", key);
  if (once)
    g_variant_dict_insert (&dict, "once", "b", TRUE);
  if (is_raw)
    g_variant_dict_insert (&dict, "raw-key", "b", TRUE);
  plan.options = options = g_variant_ref_sink (g_variant_dict_end (&dict));
  return publish (tool, &plan, &publication);
}

/* Only those that are not the same text: what else is the same is seen where it is announced. */
static GStrv
dup_keys (KadTool *tool, GError **error)
{
  const char *file = kad_arguments_get_text (tool->arguments, "keys-from");
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
  g_auto (GStrv) more = NULL;

  if (file != NULL)
    more = kad_key_file_read (file, kad_arguments_has (tool->arguments, "raw-key"), error);
  if (file != NULL && more == NULL)
    return NULL;
  for (guint i = 0; i < kad_arguments_get_n_words (tool->arguments); i++)
    if (g_hash_table_add (seen, (gpointer) kad_arguments_get_word (tool->arguments, i)))
      g_strv_builder_add (keys, kad_arguments_get_word (tool->arguments, i));
  for (guint i = 0; more != NULL && more[i] != NULL; i++)
    if (g_hash_table_add (seen, more[i]))
      g_strv_builder_add (keys, more[i]);
  if (g_hash_table_size (seen) > 0)
    return g_strv_builder_end (keys);
  if (file != NULL)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, _ ("%s has no key"),
                 g_str_equal (file, "-") ? "stdin" : file);
  else
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, _ ("kad %s: %s is missing"),
                 tool->command->name, "KEY");
  return NULL;
}

KadExit
kad_cmd_provide (KadTool *tool)
{
  GError *error = NULL;
  g_auto (GStrv) keys = dup_keys (tool, &error);

  if (keys == NULL || !check_lifetime (tool, &error))
    return kad_tool_fail (tool, error);
  if (keys[1] == NULL)
    return provide_key (tool, keys[0]);
  return kad_provide_list_run (tool, (const char *const *) keys, wants_publication (tool));
}

/* ---- namespaces: as go-libp2p has them ---- */

char *
kad_publish_words_dup_namespace_key (KadTool *tool, GError **error)
{
  const char *name = kad_arguments_get_word (tool->arguments, 0);
  gsize len = strlen (name);

  if (len == 0 || len > KAD_MAX_NAMESPACE_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   _ ("A namespace has 1 to %d bytes"), KAD_MAX_NAMESPACE_BYTES);
      return NULL;
    }
  return g_strconcat (TEXT_KEY, name, NULL);
}

KadExit
kad_cmd_advertise (KadTool *tool)
{
  GError *error = NULL;
  g_autofree char *key = kad_publish_words_dup_namespace_key (tool, &error);

  return key != NULL ? provide_key (tool, key) : kad_tool_fail (tool, error);
}

/* ---- records ---- */

KadExit
kad_cmd_put (KadTool *tool)
{
  const char *key_text = kad_arguments_get_word (tool->arguments, 0);
  const char *quorum = kad_arguments_get_text (tool->arguments, "quorum");
  KadPublishPlan publication
      = { .key = key_text, .is_session = kad_arguments_has (tool->arguments, "session") };
  KadRunPlan plan = { .command = "put-record", .mode = KAD_MODE_CLIENT };
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GBytes) key = NULL;
  GVariantDict dict;
  GError *error = NULL;

  if (!check_lifetime (tool, &error))
    return kad_tool_fail (tool, error);
  /* A bad key is told before stdin is waited for. */
  key = kad_key_text_parse (key_text, KAD_KEY_USE_RECORD, FALSE, &error);
  if (key != NULL)
    value = kad_stdin_take_value (kad_arguments_get_word (tool->arguments, 1), &error);
  if (value == NULL)
    return kad_tool_fail (tool, error);
  g_variant_ref_sink (value);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "key", "s", key_text);
  g_variant_dict_insert_value (&dict, "value", value);
  if (quorum != NULL)
    g_variant_dict_insert (&dict, "quorum", "s", quorum);
  plan.options = options = g_variant_ref_sink (g_variant_dict_end (&dict));
  publication.value = value;
  return publish (tool, &plan, &publication);
}
