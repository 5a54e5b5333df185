/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_FIND_PEER_COMMAND (kad_find_peer_command_get_type ())

G_DECLARE_FINAL_TYPE (KadFindPeerCommand, kad_find_peer_command, KAD, FIND_PEER_COMMAND,
                      KadCommandHandler)

G_END_DECLS
