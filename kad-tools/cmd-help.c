/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-command-registry.h"
#include "kad-error.h"
#include "kad-escape.h"
#include "kad-help.h"
#include "kad-suggest.h"

#define MAX_SHOWN 64

static KadExit
help_all (KadOutput *output)
{
  g_auto (GStrv) names = NULL;

  if (!kad_output_is_json (output))
    {
      kad_help_print_all (output);
      return KAD_EXIT_OK;
    }
  names = kad_command_registry_list ();
  for (guint i = 0; names[i] != NULL; i++)
    kad_help_print_registered (output, names[i]);
  kad_help_print_modules_json (output);
  return KAD_EXIT_OK;
}

static KadExit
fail_unknown (KadTool *tool, const char *name)
{
  g_auto (GStrv) registered = kad_command_registry_list ();
  g_autofree char *shown = kad_escape_peer_text (name, -1, MAX_SHOWN);
  GError *error
      = g_error_new (KAD_ERROR, KAD_ERROR_UNKNOWN_COMMAND, _ ("No command is called “%s”"), shown);
  KadSuggest suggest;

  kad_suggest_init (&suggest, name);
  for (const KadToolCommand *c = kad_tool_list_commands (); c->name != NULL; c++)
    kad_suggest_offer (&suggest, c->name);
  for (guint i = 0; registered[i] != NULL; i++)
    kad_suggest_offer (&suggest, registered[i]);
  kad_suggest_ask (&suggest, &error);
  return kad_tool_fail (tool, error);
}

/* With --json only what the registry says, since a program runs commands by their registered names.
 */
KadExit
kad_cmd_help (KadTool *tool)
{
  const char *first = kad_arguments_get_word (tool->arguments, 0);
  const char *second = kad_arguments_get_word (tool->arguments, 1);
  const KadToolCommand *command;
  g_autofree char *name = NULL;
  gboolean is_json = kad_output_is_json (tool->output);
  gboolean is_run;

  if (first == NULL)
    return help_all (tool->output);
  if (second == NULL && g_str_equal (first, "limits"))
    {
      kad_help_print_limits (tool->output);
      return KAD_EXIT_OK;
    }
  is_run = second != NULL && g_str_equal (first, "run");
  if (is_run)
    name = g_strdup (second);
  else
    name = second != NULL ? g_strconcat (first, " ", second, NULL) : g_strdup (first);
  command = is_run ? NULL : kad_tool_find_command (name);
  if (command != NULL && !is_json)
    {
      kad_help_print_command (tool->output, command);
      return KAD_EXIT_OK;
    }
  if (kad_help_print_registered (tool->output, command != NULL && command->registry_name != NULL
                                                   ? command->registry_name
                                                   : name))
    return KAD_EXIT_OK;
  return fail_unknown (tool, name);
}
