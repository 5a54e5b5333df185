/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_MAX_COMMAND_OPTIONS 64

/* The arguments of one run: construct properties and their values. */
typedef struct
{
  GPtrArray *names; /* (element-type utf8) borrowed from the param specs */
  GArray *values;   /* (element-type GValue) */
} KadCommandOptions;

/* From `a{sv}` (nullable) as kad_command_registry_create() takes it. NULL with an error in
 * words if anything is unknown, missing, of a wrong type or out of bounds. */
KadCommandOptions *kad_command_options_convert (const char *command, KadCommandHandlerClass *klass,
                                                GVariant *options, GError **error);
void kad_command_options_free (KadCommandOptions *self);
/* Whether @pspec is an argument: a property that is set when a handler is made. */
gboolean kad_command_options_is_argument (GParamSpec *pspec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadCommandOptions, kad_command_options_free)

G_END_DECLS
