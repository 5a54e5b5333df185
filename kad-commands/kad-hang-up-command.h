/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_HANG_UP_COMMAND (kad_hang_up_command_get_type ())

G_DECLARE_FINAL_TYPE (KadHangUpCommand, kad_hang_up_command, KAD, HANG_UP_COMMAND,
                      KadCommandHandler)

G_END_DECLS
