/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-tool.h"

G_BEGIN_DECLS

/* All words of the tool, and all registered commands. */
void kad_help_print_all (KadOutput *output);
/* An object for each module that did not come with Kad or failed. */
void kad_help_print_modules_json (KadOutput *output);
void kad_help_print_command (KadOutput *output, const KadToolCommand *command);
/* FALSE if no command is registered under this name. */
gboolean kad_help_print_registered (KadOutput *output, const char *name);
/* The limits of a node, with defaults and ranges; with --json an object for each. */
void kad_help_print_limits (KadOutput *output);
/* --help behind a command. */
KadExit kad_help_show (KadTool *tool);

G_END_DECLS
