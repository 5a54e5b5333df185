/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_SET_MODE_COMMAND (kad_set_mode_command_get_type ())

G_DECLARE_FINAL_TYPE (KadSetModeCommand, kad_set_mode_command, KAD, SET_MODE_COMMAND,
                      KadCommandHandler)

G_END_DECLS
