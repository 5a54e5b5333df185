/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"

G_BEGIN_DECLS

/* What a registered command says of itself, for help and for programs. Nothing is translated. Any
 * thread. */

/* `a{sv}`; NULL if no command has this name. (transfer floating) (nullable) */
KAD_API GVariant *kad_command_describe (const char *name);
/* The same of one argument. (transfer floating) */
KAD_API GVariant *kad_command_describe_argument (GParamSpec *pspec);
/* The words that an argument takes if it takes nothing else. (transfer full) (nullable) */
KAD_API char **kad_command_argument_dup_values (GParamSpec *pspec);
/* Its default in words; NULL if there is none to speak of. (transfer full) (nullable) */
KAD_API char *kad_command_argument_dup_default (GParamSpec *pspec);

G_END_DECLS
