/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_SHOW_REACHABILITY_COMMAND (kad_show_reachability_command_get_type ())

G_DECLARE_FINAL_TYPE (KadShowReachabilityCommand, kad_show_reachability_command, KAD,
                      SHOW_REACHABILITY_COMMAND, KadCommandHandler)

G_END_DECLS
