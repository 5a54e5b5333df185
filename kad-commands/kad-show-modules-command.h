/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_SHOW_MODULES_COMMAND (kad_show_modules_command_get_type ())

G_DECLARE_FINAL_TYPE (KadShowModulesCommand, kad_show_modules_command, KAD, SHOW_MODULES_COMMAND,
                      KadCommandHandler)

G_END_DECLS
