/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-multiaddr.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

#define KAD_TYPE_ENDPOINT (kad_endpoint_get_type ())

/**
 * KadEndpoint:
 * @peer: who; not set for whoever answers
 * @address: (nullable): where, without `/p2p` at its end; %NULL for wherever the peer is known to
 * be
 *
 * Whom to reach: a peer id (found in the address book), a multiaddr (whoever answers there), or a
 * multiaddr ending in `/p2p/ID` (that peer, there). Made by the library only; later versions add
 * fields at its end.
 */
typedef struct
{
  KadPeerId peer;
  KadMultiaddr *address;
} KadEndpoint;

KAD_API GType kad_endpoint_get_type (void);
KAD_API KadEndpoint *kad_endpoint_new (const KadPeerId *peer, KadMultiaddr *address);
KAD_API KadEndpoint *kad_endpoint_parse (const char *text, GError **error);
KAD_API KadEndpoint *kad_endpoint_copy (const KadEndpoint *self);
KAD_API void kad_endpoint_free (KadEndpoint *self);
KAD_API char *kad_endpoint_to_string (const KadEndpoint *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadEndpoint, kad_endpoint_free)

G_END_DECLS
