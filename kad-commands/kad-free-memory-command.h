/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_FREE_MEMORY_COMMAND (kad_free_memory_command_get_type ())

G_DECLARE_FINAL_TYPE (KadFreeMemoryCommand, kad_free_memory_command, KAD, FREE_MEMORY_COMMAND,
                      KadCommandHandler)

G_END_DECLS
