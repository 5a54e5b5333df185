/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_UNPROTECT_PEER_COMMAND (kad_unprotect_peer_command_get_type ())

G_DECLARE_FINAL_TYPE (KadUnprotectPeerCommand, kad_unprotect_peer_command, KAD,
                      UNPROTECT_PEER_COMMAND, KadCommandHandler)

G_END_DECLS
