/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-arguments.h"

G_BEGIN_DECLS

/* The options of a registered command as options of the command line, ended by a NULL name: each
 * property, and NAME-base64 for those that take bytes. (transfer container) */
KadOption *kad_command_words_new_table (const char *command);
/* Whether a registered command has an option. */
gboolean kad_command_words_has_option (const char *command, const char *name);
/* Words and options of the command line as `a{sv}` for a registered command: words from
 * @first_word on are its options in their order, which are the required ones first. Floating.
 * NULL with the error if there are more words than options. */
GVariant *kad_command_words_read (const KadArguments *arguments, const char *command,
                                  guint first_word, GError **error);

G_END_DECLS
