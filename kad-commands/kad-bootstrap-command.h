/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_BOOTSTRAP_COMMAND (kad_bootstrap_command_get_type ())

G_DECLARE_FINAL_TYPE (KadBootstrapCommand, kad_bootstrap_command, KAD, BOOTSTRAP_COMMAND,
                      KadCommandHandler)

G_END_DECLS
