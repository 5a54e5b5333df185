/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "kad-client.h"
#include "kad-columns.h"
#include "kad-error.h"
#include "kad-infos.h"
#include "kad-service-status.h"

/* The node of the service: how it is, and whether it is to run. */

static gboolean
status (KadTool *tool, KadClient *client, GError **error)
{
  g_autoptr (GVariant) state = kad_service_status_read (client, error);

  if (state == NULL)
    return FALSE;
  if (kad_output_is_json (tool->output))
    kad_output_json (tool->output, NULL, state);
  else
    kad_service_status_print (tool->output, state);
  return TRUE;
}

KadExit
kad_cmd_status (KadTool *tool)
{
  return kad_client_run (tool, status);
}

/* One line of what it is now. */
static gboolean
print_state (KadTool *tool, KadClient *client, GError **error)
{
  g_autoptr (GVariant) state = kad_service_status_read (client, error);
  const char *name = "";
  g_autofree char *line = NULL;

  if (state == NULL)
    return FALSE;
  if (kad_output_is_json (tool->output))
    {
      kad_output_json (tool->output, NULL, state);
      return TRUE;
    }
  g_variant_lookup (state, "state", "&s", &name);
  line = g_strdup_printf (_ ("The node is %s"), kad_service_status_translate (name));
  kad_output_line (tool->output, line);
  return TRUE;
}

static gboolean
call_and_print (KadTool *tool, KadClient *client, const char *method, GVariant *arguments,
                GError **error)
{
  g_autoptr (GVariant) answer = kad_client_call_root (client, "Node", method, arguments, error);

  return answer != NULL && print_state (tool, client, error);
}

static gboolean
up (KadTool *tool, KadClient *client, GError **error)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "wait", "b", TRUE);
  return call_and_print (tool, client, "Start",
                         g_variant_new ("(@a{sv})", g_variant_dict_end (&options)), error);
}

KadExit
kad_cmd_up (KadTool *tool)
{
  return kad_client_run (tool, up);
}

static gboolean
down (KadTool *tool, KadClient *client, GError **error)
{
  return call_and_print (tool, client, "Stop", g_variant_new ("(a{sv})", NULL), error);
}

KadExit
kad_cmd_down (KadTool *tool)
{
  return kad_client_run (tool, down);
}

static gboolean
do_pause (KadTool *tool, KadClient *client, GError **error)
{
  const char *reason = kad_arguments_get_word (tool->arguments, 0);

  return call_and_print (tool, client, "Pause",
                         g_variant_new ("(sa{sv})", reason != NULL ? reason : "user", NULL), error);
}

KadExit
kad_cmd_pause (KadTool *tool)
{
  return kad_client_run (tool, do_pause);
}

static gboolean
resume (KadTool *tool, KadClient *client, GError **error)
{
  return call_and_print (tool, client, "Resume", g_variant_new ("(a{sv})", NULL), error);
}

KadExit
kad_cmd_resume (KadTool *tool)
{
  return kad_client_run (tool, resume);
}

/* ---- mode ---- */

static gboolean
print_mode (KadTool *tool, KadClient *client, GError **error)
{
  g_autoptr (GVariant) node = kad_client_get_all (client, KAD_CLIENT_ROOT, "Node", error);
  g_autofree char *line = NULL;
  GVariantDict dict;
  const char *mode = "";
  gboolean is_serving = FALSE;

  if (node == NULL)
    return FALSE;
  g_variant_lookup (node, "Mode", "&s", &mode);
  g_variant_lookup (node, "Serving", "b", &is_serving);
  /* The node follows what was just set within a moment. */
  if (g_str_equal (mode, "client"))
    is_serving = FALSE;
  if (kad_output_is_json (tool->output))
    {
      g_variant_dict_init (&dict, NULL);
      g_variant_dict_insert (&dict, "mode", "s", mode);
      g_variant_dict_insert (&dict, "serving", "b", is_serving);
      kad_output_json (tool->output, NULL, g_variant_dict_end (&dict));
      return TRUE;
    }
  line = g_strdup_printf (
      is_serving ? _ ("%s; others are served") : _ ("%s; others are not served"), mode);
  kad_output_line (tool->output, line);
  return TRUE;
}

static gboolean
mode (KadTool *tool, KadClient *client, GError **error)
{
  const char *wanted = kad_arguments_get_word (tool->arguments, 0);

  if (wanted != NULL
      && !kad_client_set (client, KAD_CLIENT_ROOT, "Node", "Mode", g_variant_new_string (wanted),
                          error))
    return FALSE;
  return print_mode (tool, client, error);
}

KadExit
kad_cmd_mode (KadTool *tool)
{
  const char *wanted = kad_arguments_get_word (tool->arguments, 0);
  GError *error = NULL;
  KadMode parsed;

  if (wanted != NULL && !kad_mode_parse (wanted, &parsed, &error))
    return kad_tool_fail (tool, error);
  return kad_client_run (tool, mode);
}
