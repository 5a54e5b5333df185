/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "kad-completion.h"
#include "kad-error.h"
#include "kad-escape.h"
#include "kad-tool.h"

#define MAX_SHOWN 32

static const struct
{
  const char *shell;
  char *(*dup_script) (void);
} shells[] = {
  { "bash", kad_completion_dup_bash },
  { "zsh", kad_completion_dup_zsh },
  { "fish", kad_completion_dup_fish },
};

KadExit
kad_cmd_completion (KadTool *tool)
{
  const char *wanted = kad_arguments_get_word (tool->arguments, 0);
  g_autofree char *shown = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (shells); i++)
    if (g_str_equal (shells[i].shell, wanted))
      {
        g_autofree char *script = shells[i].dup_script ();

        kad_output_write (tool->output, script, strlen (script));
        return KAD_EXIT_OK;
      }
  shown = kad_escape_peer_text (wanted, -1, MAX_SHOWN);
  return kad_tool_fail (tool, g_error_new (KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                                           _ ("There is no completion for “%s”: it is for bash, "
                                              "zsh or fish"),
                                           shown));
}
