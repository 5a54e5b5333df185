/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_START_PROVIDE_COMMAND (kad_start_provide_command_get_type ())

G_DECLARE_FINAL_TYPE (KadStartProvideCommand, kad_start_provide_command, KAD, START_PROVIDE_COMMAND,
                      KadCommandHandler)

G_END_DECLS
