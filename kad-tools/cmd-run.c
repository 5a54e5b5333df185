/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-command-registry.h"
#include "kad-command-words.h"
#include "kad-error.h"
#include "kad-escape.h"
#include "kad-record.h"
#include "kad-runner.h"
#include "kad-stdin.h"

/* The commands that ask the network. All are one thing: options for a registered command, and a
 * node that runs it: that of the service, or one of its own (kad-runner.c). */

#define DEFAULT_LISTEN "/ip4/127.0.0.1/tcp/0"
#define MAX_SHOWN 64

static KadExit
run_plan (KadTool *tool, KadRunPlan *plan, GVariant *options)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (options);

  plan->options = owned;
  plan->has_limit = kad_command_words_has_option (plan->command, "limit");
  return kad_runner_run (tool, plan);
}

KadExit
kad_cmd_words (KadTool *tool)
{
  KadRunPlan plan = {
    .command = tool->command->registry_name,
    .mode = KAD_MODE_CLIENT,
    .prints_values = g_str_equal (tool->command->registry_name, "get-record"),
  };
  GError *error = NULL;
  GVariant *options = kad_command_words_read (tool->arguments, plan.command, 0, &error);

  return options != NULL ? run_plan (tool, &plan, options) : kad_tool_fail (tool, error);
}

KadExit
kad_cmd_provide (KadTool *tool)
{
  gboolean once = kad_arguments_has (tool->arguments, "once");
  /* Whoever provides must be found: a provider without an address is refused. Only one that stays
   * is of use in other peers' tables, though. */
  KadRunPlan plan = {
    .command = tool->command->registry_name,
    .mode = once ? KAD_MODE_CLIENT : KAD_MODE_SERVER,
    .listen = DEFAULT_LISTEN,
    .stays = !once,
  };
  GError *error = NULL;
  GVariant *options = kad_command_words_read (tool->arguments, plan.command, 0, &error);

  return options != NULL ? run_plan (tool, &plan, options) : kad_tool_fail (tool, error);
}

/* ---- values from stdin ---- */

/* @word: (nullable): the value itself, or "-" */
static GVariant *
take_value (const char *word, GError **error)
{
  g_autoptr (GBytes) value = NULL;

  if (word != NULL && !g_str_equal (word, "-"))
    value = g_bytes_new (word, strlen (word));
  else
    value = kad_stdin_read_all (KAD_MAX_RECORD_BYTES, error);
  return value != NULL ? g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, value, TRUE) : NULL;
}

KadExit
kad_cmd_put (KadTool *tool)
{
  KadRunPlan plan = { .command = tool->command->registry_name, .mode = KAD_MODE_CLIENT };
  g_autoptr (GVariantDict) dict = g_variant_dict_new (NULL);
  g_autoptr (GBytes) key = NULL;
  const char *key_text = kad_arguments_get_word (tool->arguments, 0);
  const char *quorum = kad_arguments_get_text (tool->arguments, "quorum");
  GError *error = NULL;
  GVariant *value;

  /* A bad key is told before stdin is waited for. */
  key = kad_key_text_parse (key_text, KAD_KEY_USE_RECORD, FALSE, &error);
  value = key != NULL ? take_value (kad_arguments_get_word (tool->arguments, 1), &error) : NULL;
  if (value == NULL)
    return kad_tool_fail (tool, error);
  g_variant_dict_insert (dict, "key", "s", key_text);
  g_variant_dict_insert_value (dict, "value", value);
  if (quorum != NULL)
    g_variant_dict_insert (dict, "quorum", "s", quorum);
  return run_plan (tool, &plan, g_variant_dict_end (dict));
}

KadExit
kad_cmd_ask (KadTool *tool)
{
  const char *request = kad_arguments_get_word (tool->arguments, 1);
  const char *key = kad_arguments_get_word (tool->arguments, 2);
  const char *value_word = kad_arguments_get_word (tool->arguments, 3);
  gboolean adds_provider = g_strcmp0 (request, "add-provider") == 0;
  /* The provider that is added is this node, which therefore needs an address. */
  KadRunPlan plan = {
    .command = tool->command->registry_name,
    .mode = KAD_MODE_CLIENT,
    .listen = adds_provider ? DEFAULT_LISTEN : NULL,
  };
  g_autoptr (GVariantDict) dict = g_variant_dict_new (NULL);
  GError *error = NULL;
  GVariant *value;

  g_variant_dict_insert (dict, "address", "s", kad_arguments_get_word (tool->arguments, 0));
  g_variant_dict_insert (dict, "request", "s", request);
  if (key != NULL)
    g_variant_dict_insert (dict, "key", "s", key);
  if (value_word != NULL)
    {
      value = take_value (value_word, &error);
      if (value == NULL)
        return kad_tool_fail (tool, error);
      g_variant_dict_insert_value (dict, "value", value);
    }
  if (kad_arguments_has (tool->arguments, "raw-key"))
    g_variant_dict_insert (dict, "raw-key", "b", TRUE);
  return run_plan (tool, &plan, g_variant_dict_end (dict));
}

/* ---- kad run ---- */

KadExit
kad_cmd_run (KadTool *tool)
{
  const char *name = kad_arguments_get_word (tool->arguments, 0);
  gboolean provides = g_strcmp0 (name, "start-provide") == 0;
  KadRunPlan plan = {
    .command = name,
    .mode = KAD_MODE_CLIENT,
    .listen = provides ? DEFAULT_LISTEN : NULL,
  };
  GError *error = NULL;
  GVariant *options = NULL;

  if (kad_command_registry_lookup (name) == 0)
    {
      g_autofree char *shown = kad_escape_peer_text (name, -1, MAX_SHOWN);

      g_set_error (&error, KAD_ERROR, KAD_ERROR_UNKNOWN_COMMAND,
                   _ ("No command is called “%s”; “kad help” lists them"), shown);
    }
  else
    options = kad_command_words_read (tool->arguments, name, 1, &error);
  return options != NULL ? run_plan (tool, &plan, options) : kad_tool_fail (tool, error);
}
