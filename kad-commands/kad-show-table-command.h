/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_SHOW_TABLE_COMMAND (kad_show_table_command_get_type ())

G_DECLARE_FINAL_TYPE (KadShowTableCommand, kad_show_table_command, KAD, SHOW_TABLE_COMMAND,
                      KadCommandHandler)

G_END_DECLS
