/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-peer-info.h"

G_BEGIN_DECLS

/* What one kept address costs beside its bytes, roughly. */
#define KAD_ADDRESS_OVERHEAD_BYTES 32

KadPeerInfo *kad_peer_trim (KadPeerInfo *info, guint max_addresses, gsize max_bytes);
/* @info as it is if it says so already, else a copy. (transfer full) */
KadPeerInfo *kad_peer_with_connection (KadPeerInfo *info, KadConnectionType connection);
gsize kad_peer_measure_addresses (const KadPeerInfo *info);

G_END_DECLS
