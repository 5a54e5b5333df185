/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-multiaddr.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_IDENTITY_PROTOCOLS:
 *
 * The most protocols that are taken from one peer.
 */
#define KAD_MAX_IDENTITY_PROTOCOLS 256

#define KAD_TYPE_IDENTITY (kad_identity_get_type ())

/**
 * KadIdentity:
 * @peer: who it is
 * @agent: (nullable): what it calls itself
 * @protocol_version: (nullable): as it says, like `ipfs/0.1.0`
 * @protocols: (nullable): the protocols that it speaks
 * @addresses: (element-type KadMultiaddr): where it says it listens; never %NULL
 * @observed: (nullable): the address at which the peer sees us
 * @is_signed: whether the addresses come from a valid signed peer record
 *
 * What a peer says of itself by identify (libp2p specs, identify). Texts are as they came, bounded
 * but not escaped: kad_escape_peer_text(). Made by the library only; later versions add fields at
 * its end.
 */
typedef struct
{
  KadPeerId peer;
  char *agent;
  char *protocol_version;
  GStrv protocols;
  GPtrArray *addresses;
  KadMultiaddr *observed;
  gboolean is_signed;
} KadIdentity;

KAD_API GType kad_identity_get_type (void);
KAD_API KadIdentity *kad_identity_new (void);
KAD_API KadIdentity *kad_identity_copy (const KadIdentity *self);
KAD_API void kad_identity_free (KadIdentity *self);
KAD_API gboolean kad_identity_has_protocol (const KadIdentity *self, const char *protocol);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadIdentity, kad_identity_free)

G_END_DECLS
