/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_KEEP_QUIET_COMMAND (kad_keep_quiet_command_get_type ())

G_DECLARE_FINAL_TYPE (KadKeepQuietCommand, kad_keep_quiet_command, KAD, KEEP_QUIET_COMMAND,
                      KadCommandHandler)

G_END_DECLS
