/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_CHECK_HEALTH_COMMAND (kad_check_health_command_get_type ())

G_DECLARE_FINAL_TYPE (KadCheckHealthCommand, kad_check_health_command, KAD, CHECK_HEALTH_COMMAND,
                      KadCommandHandler)

G_END_DECLS
