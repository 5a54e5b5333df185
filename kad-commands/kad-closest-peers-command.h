/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_CLOSEST_PEERS_COMMAND (kad_closest_peers_command_get_type ())

G_DECLARE_FINAL_TYPE (KadClosestPeersCommand, kad_closest_peers_command, KAD, CLOSEST_PEERS_COMMAND,
                      KadCommandHandler)

G_END_DECLS
