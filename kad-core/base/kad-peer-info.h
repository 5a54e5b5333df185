/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-multiaddr.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_PEER_ADDRESSES:
 *
 * The most addresses that are kept of one peer.
 */
#define KAD_MAX_PEER_ADDRESSES 32

/**
 * KadConnectionType:
 * @KAD_CONNECTION_NOT_CONNECTED: no connection, and nothing is known
 * @KAD_CONNECTION_CONNECTED: there is a connection
 * @KAD_CONNECTION_CAN_CONNECT: there was one lately
 * @KAD_CONNECTION_CANNOT_CONNECT: it was tried in vain
 *
 * What who names a peer says of its connection with it (libp2p specs, kad-dht,
 * `Message.ConnectionType`). We say only the first two.
 */
typedef enum
{
  KAD_CONNECTION_NOT_CONNECTED = 0,
  KAD_CONNECTION_CONNECTED = 1,
  KAD_CONNECTION_CAN_CONNECT = 2,
  KAD_CONNECTION_CANNOT_CONNECT = 3,
} KadConnectionType;

#define KAD_TYPE_PEER_INFO (kad_peer_info_get_type ())

/**
 * KadPeerInfo:
 *
 * A peer and the addresses somebody gave for it. Immutable once shared,
 * reference counted.
 */
typedef struct _KadPeerInfo KadPeerInfo;

KAD_API GType kad_peer_info_get_type (void);
KAD_API KadPeerInfo *kad_peer_info_new (const KadPeerId *peer);
/* Parses "<multiaddr>/p2p/<id>". */
KAD_API KadPeerInfo *kad_peer_info_new_from_string (const char *text, GError **error);
KAD_API KadPeerInfo *kad_peer_info_ref (KadPeerInfo *self);
KAD_API void kad_peer_info_unref (KadPeerInfo *self);
/* Only before the info is shared. Duplicates and what is past
 * KAD_MAX_PEER_ADDRESSES are left out; FALSE then. Takes a reference of @address. */
KAD_API gboolean kad_peer_info_add_address (KadPeerInfo *self, KadMultiaddr *address);
KAD_API void kad_peer_info_set_connection (KadPeerInfo *self, KadConnectionType connection);
KAD_API const KadPeerId *kad_peer_info_get_peer (const KadPeerInfo *self);
KAD_API KadConnectionType kad_peer_info_get_connection (const KadPeerInfo *self);
KAD_API guint kad_peer_info_get_n_addresses (const KadPeerInfo *self);
KAD_API KadMultiaddr *kad_peer_info_get_address (const KadPeerInfo *self, guint index);
/* As text, NULL-terminated. */
KAD_API char **kad_peer_info_dup_addresses (const KadPeerInfo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadPeerInfo, kad_peer_info_unref)

G_END_DECLS
