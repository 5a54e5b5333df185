/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_REMOVE_RECORD_COMMAND (kad_remove_record_command_get_type ())

G_DECLARE_FINAL_TYPE (KadRemoveRecordCommand, kad_remove_record_command, KAD, REMOVE_RECORD_COMMAND,
                      KadCommandHandler)

G_END_DECLS
