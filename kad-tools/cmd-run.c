/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-client-query.h"
#include "kad-command-line.h"
#include "kad-command-registry.h"
#include "kad-command-words.h"
#include "kad-error.h"
#include "kad-escape.h"
#include "kad-runner.h"
#include "kad-stdin.h"
#include "kad-suggest.h"

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
      value = kad_stdin_take_value (value_word, &error);
      if (value == NULL)
        return kad_tool_fail (tool, error);
      g_variant_dict_insert_value (dict, "value", value);
    }
  if (kad_arguments_has (tool->arguments, "raw-key"))
    g_variant_dict_insert (dict, "raw-key", "b", TRUE);
  return run_plan (tool, &plan, g_variant_dict_end (dict));
}

/* ---- kad run ---- */

static void
fail_unknown (const char *name, GError **error)
{
  g_auto (GStrv) registered = kad_command_registry_list ();
  g_autofree char *shown = kad_escape_peer_text (name, -1, MAX_SHOWN);
  KadSuggest suggest;

  g_set_error (error, KAD_ERROR, KAD_ERROR_UNKNOWN_COMMAND,
               _ ("No command is called “%s”; “kad help” lists them"), shown);
  kad_suggest_init (&suggest, name);
  for (guint i = 0; registered[i] != NULL; i++)
    kad_suggest_offer (&suggest, registered[i]);
  kad_suggest_ask (&suggest, error);
}

/* A command of a module that the service has loaded and the tool has not: its options go as they
 * stand, and the service says what is wrong with them. */
static KadExit
run_foreign (KadTool *tool, KadRunPlan *plan)
{
  g_autofree char *shown = kad_escape_peer_text (plan->command, -1, MAX_SHOWN);
  g_autoptr (KadClient) client = NULL;
  g_autoptr (GVariant) options = NULL;
  GError *error = NULL;

  if (!kad_runner_wants_own_node (tool))
    client = kad_client_new (tool, NULL);
  if (client == NULL || !kad_client_has_command (client, plan->command))
    fail_unknown (plan->command, &error);
  else if (kad_arguments_get_n_words (tool->arguments) > 1)
    g_set_error (&error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 _ ("“%s” is a command of the service only: name its options, as --key KEY"),
                 shown);
  if (error != NULL)
    return kad_tool_fail (tool, error);
  plan->is_foreign = TRUE;
  plan->options = options
      = g_variant_ref_sink (kad_command_line_read_foreign (tool->command, tool->arguments));
  return kad_client_query_run (tool, client, plan);
}

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
    return run_foreign (tool, &plan);
  options = kad_command_words_read (tool->arguments, name, 1, &error);
  return options != NULL ? run_plan (tool, &plan, options) : kad_tool_fail (tool, error);
}
