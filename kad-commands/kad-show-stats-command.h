/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_SHOW_STATS_COMMAND (kad_show_stats_command_get_type ())

G_DECLARE_FINAL_TYPE (KadShowStatsCommand, kad_show_stats_command, KAD, SHOW_STATS_COMMAND,
                      KadCommandHandler)

G_END_DECLS
