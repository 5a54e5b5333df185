/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Scripts that complete the tool's words and options, written from the same table that parses them
 * (kad-tool-commands.c), and ids that live in the service, by asking it with --no-start. */
char *kad_completion_dup_bash (void);
char *kad_completion_dup_zsh (void);
char *kad_completion_dup_fish (void);

G_END_DECLS
