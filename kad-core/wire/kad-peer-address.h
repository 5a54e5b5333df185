/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-multiaddr.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

/* One address of @peer (nullable: of anybody) as a remote wrote it, without /p2p/ID at its
 * end. NULL: it is no multiaddr of registered protocols, is nothing but a name,
 * or ends in the name of another peer. */
KadMultiaddr *kad_peer_address_read (const guint8 *data, gsize len, const KadPeerId *peer);

G_END_DECLS
