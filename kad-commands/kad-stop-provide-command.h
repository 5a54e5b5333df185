/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_STOP_PROVIDE_COMMAND (kad_stop_provide_command_get_type ())

G_DECLARE_FINAL_TYPE (KadStopProvideCommand, kad_stop_provide_command, KAD, STOP_PROVIDE_COMMAND,
                      KadCommandHandler)

G_END_DECLS
