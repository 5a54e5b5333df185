/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"
#include "kad-multiaddr.h"
#include "kad-peer-id.h"
#include "kad-private-key.h"
#include "kad-public-key.h"

G_BEGIN_DECLS

#define KAD_MAX_ENVELOPE_BYTES 8192
#define KAD_PEER_RECORD_DOMAIN "libp2p-peer-record"

/* A signed envelope (libp2p specs, RFC 0002). @type: payload type bytes. */
GBytes *kad_envelope_seal (const KadPrivateKey *key, const char *domain, const guint8 *type,
                           gsize type_len, const guint8 *payload, gsize payload_len,
                           GError **error);
/* Verified payload, or NULL: wrong type, domain or signature. @signer: (out) (optional). */
GBytes *kad_envelope_open (const guint8 *data, gsize len, const char *domain, const guint8 *type,
                           gsize type_len, KadPublicKey **signer, GError **error);

/* A peer record (RFC 0003): id, sequence, addresses. */
typedef struct
{
  KadPeerId peer;
  guint64 seq;
  GPtrArray *addresses; /* (element-type KadMultiaddr) */
} KadPeerRecord;

void kad_peer_record_free (KadPeerRecord *self);
GBytes *kad_peer_record_seal (const KadPrivateKey *key, guint64 seq, KadMultiaddr *const *addresses,
                              guint n_addresses, GError **error);
/* The signer must be the peer that the record names. */
KadPeerRecord *kad_peer_record_open (const guint8 *data, gsize len, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadPeerRecord, kad_peer_record_free)

G_END_DECLS
