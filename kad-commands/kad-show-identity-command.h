/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_SHOW_IDENTITY_COMMAND (kad_show_identity_command_get_type ())

G_DECLARE_FINAL_TYPE (KadShowIdentityCommand, kad_show_identity_command, KAD, SHOW_IDENTITY_COMMAND,
                      KadCommandHandler)

G_END_DECLS
