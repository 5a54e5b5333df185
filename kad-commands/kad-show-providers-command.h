/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-show-held-command.h"

G_BEGIN_DECLS

#define KAD_TYPE_SHOW_PROVIDERS_COMMAND (kad_show_providers_command_get_type ())

G_DECLARE_FINAL_TYPE (KadShowProvidersCommand, kad_show_providers_command, KAD,
                      SHOW_PROVIDERS_COMMAND, KadShowHeldCommand)

G_END_DECLS
