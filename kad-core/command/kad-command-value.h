/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

/* What a key's text means in the command that is being made. */
typedef struct
{
  KadKeyUse use;
  gboolean raw_text;
} KadKeyReading;

/* Converts one option to the type of its property, text too. @is_base64: its name ended in
 * `-base64`. Out of bounds is an error, never clamped. @value is set on success only. */
gboolean kad_command_value_convert (GParamSpec *pspec, GVariant *option, gboolean is_base64,
                                    const KadKeyReading *reading, GValue *value, GError **error);

G_END_DECLS
