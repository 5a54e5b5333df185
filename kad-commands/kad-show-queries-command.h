/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_SHOW_QUERIES_COMMAND (kad_show_queries_command_get_type ())

G_DECLARE_FINAL_TYPE (KadShowQueriesCommand, kad_show_queries_command, KAD, SHOW_QUERIES_COMMAND,
                      KadCommandHandler)

G_END_DECLS
