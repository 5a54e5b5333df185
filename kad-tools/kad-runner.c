/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-runner.h"

#include <glib/gi18n.h>

#include "kad-client-query.h"
#include "kad-error.h"
#include "kad-node-options.h"
#include "kad-run-output.h"
#include "kad-session.h"

gboolean
kad_runner_wants_own_node (KadTool *tool)
{
  for (const KadOption *option = kad_node_options; option->name != NULL; option++)
    if (kad_arguments_has (tool->arguments, option->name))
      return TRUE;
  return FALSE;
}

/* @net: (nullable) */
static gboolean
check_net (KadTool *tool, const char *net, GError **error)
{
  if (net != NULL && !g_str_equal (net, "wan") && !g_str_equal (net, "lan"))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                           _ ("--net takes wan or lan"));
      return FALSE;
    }
  if (net != NULL && kad_runner_wants_own_node (tool))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                           _ ("--net is for the service: a node of its own is in one network"));
      return FALSE;
    }
  return TRUE;
}

gboolean
kad_runner_check (KadTool *tool, const KadRunPlan *plan, GError **error)
{
  KadRunOutput output;
  gboolean is_good = kad_run_output_init (&output, tool, plan, error);

  kad_run_output_clear (&output);
  if (!is_good)
    return FALSE;
  if (kad_runner_wants_own_node (tool)
      && (kad_arguments_has (tool->arguments, "address")
          || kad_arguments_has (tool->arguments, "no-start")))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                           _ ("--address and --no-start are for the service; --join and the other "
                              "options of a node are for a node of its own"));
      return FALSE;
    }
  return check_net (tool, kad_arguments_get_text (tool->arguments, "net"), error);
}

static gboolean
names_service (KadTool *tool)
{
  const char *address = g_getenv ("KAD_ADDRESS");

  return kad_arguments_has (tool->arguments, "address")
         || kad_arguments_has (tool->arguments, "no-start")
         || (address != NULL && address[0] != '\0');
}

KadExit
kad_runner_run (KadTool *tool, const KadRunPlan *plan)
{
  g_autoptr (KadClient) client = NULL;
  g_autoptr (GError) error = NULL;

  if (!kad_runner_check (tool, plan, &error))
    return kad_tool_fail (tool, g_steal_pointer (&error));
  if (kad_runner_wants_own_node (tool))
    return kad_session_run (tool, plan);
  client = kad_client_new (tool, &error);
  if (client != NULL
      && (!plan->joins_first || kad_client_hold_node (client, plan->command, &error)))
    return kad_client_query_run (tool, client, plan);
  if (client != NULL)
    return kad_tool_fail (tool, g_steal_pointer (&error));
  if (tool->command->place == KAD_PLACE_ANYWHERE && !names_service (tool) && !plan->is_foreign
      && g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING))
    return kad_session_run (tool, plan);
  return kad_tool_fail (tool, g_steal_pointer (&error));
}
