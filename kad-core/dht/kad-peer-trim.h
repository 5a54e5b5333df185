/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-peer-info.h"

G_BEGIN_DECLS

/* What one kept address costs beside its bytes, roughly. */
#define KAD_ADDRESS_OVERHEAD_BYTES 32

KadPeerInfo *kad_peer_trim (KadPeerInfo *info, guint max_addresses, gsize max_bytes);
gsize kad_peer_measure_addresses (const KadPeerInfo *info);

G_END_DECLS
