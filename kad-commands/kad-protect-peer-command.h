/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_PROTECT_PEER_COMMAND (kad_protect_peer_command_get_type ())

G_DECLARE_FINAL_TYPE (KadProtectPeerCommand, kad_protect_peer_command, KAD, PROTECT_PEER_COMMAND,
                      KadCommandHandler)

G_END_DECLS
