/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_SHOW_CONNECTIONS_COMMAND (kad_show_connections_command_get_type ())

G_DECLARE_FINAL_TYPE (KadShowConnectionsCommand, kad_show_connections_command, KAD,
                      SHOW_CONNECTIONS_COMMAND, KadCommandHandler)

G_END_DECLS
