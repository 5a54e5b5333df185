/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_ASK_COMMAND (kad_ask_command_get_type ())

G_DECLARE_FINAL_TYPE (KadAskCommand, kad_ask_command, KAD, ASK_COMMAND, KadCommandHandler)

G_END_DECLS
