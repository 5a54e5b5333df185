/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_PUT_RECORD_COMMAND (kad_put_record_command_get_type ())

G_DECLARE_FINAL_TYPE (KadPutRecordCommand, kad_put_record_command, KAD, PUT_RECORD_COMMAND,
                      KadCommandHandler)

G_END_DECLS
