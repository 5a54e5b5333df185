/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-tool.h"

G_BEGIN_DECLS

/* A command line taken apart as far as the command's own arguments. */
typedef struct
{
  const KadToolCommand *command; /* NULL with wants_version, wants_help */
  GPtrArray *rest; /* (element-type utf8) NULL-terminated, borrowed: arguments of the command */
  gboolean wants_version;
  gboolean wants_help; /* for the tool as a whole */
} KadCommandLine;

/* @argv without the program's name. FALSE and the error if there is no such command. */
gboolean kad_command_line_split (KadCommandLine *self, const char *const *argv, GError **error);
void kad_command_line_clear (KadCommandLine *self);
/* Loads what --module-path names, wherever it stands: commands of modules are words that the rest
 * of the command line may have. */
void kad_command_line_load_modules (const char *const *argv);
/* Whether --json stands anywhere, for errors ahead of the arguments. */
gboolean kad_command_line_wants_json (const char *const *argv);
/* The arguments of @command, with the right number of words. */
KadArguments *kad_command_line_parse (const KadToolCommand *command, const char *const *rest,
                                      GError **error);
/* What the command line of `kad run` gives to a command that the tool does not know: `a{sv}` of
 * text. Floating. */
GVariant *kad_command_line_read_foreign (const KadToolCommand *command,
                                         const KadArguments *arguments);

G_END_DECLS
