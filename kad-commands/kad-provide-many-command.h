/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_PROVIDE_MANY_COMMAND (kad_provide_many_command_get_type ())

G_DECLARE_FINAL_TYPE (KadProvideManyCommand, kad_provide_many_command, KAD, PROVIDE_MANY_COMMAND,
                      KadCommandHandler)

G_END_DECLS
