/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-show-held-command.h"

G_BEGIN_DECLS

#define KAD_TYPE_SHOW_RECORDS_COMMAND (kad_show_records_command_get_type ())

G_DECLARE_FINAL_TYPE (KadShowRecordsCommand, kad_show_records_command, KAD, SHOW_RECORDS_COMMAND,
                      KadShowHeldCommand)

G_END_DECLS
