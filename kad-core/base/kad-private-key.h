/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"
#include "kad-public-key.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_PRIVATE_KEY_BYTES:
 *
 * The longest serialized private key, in bytes: an RSA key of 8192 bits, and room.
 */
#define KAD_MAX_PRIVATE_KEY_BYTES 8192

#define KAD_TYPE_PRIVATE_KEY (kad_private_key_get_type ())

/**
 * KadPrivateKey:
 *
 * A private key that exists already: parsing and signing. A node makes one by itself, see
 * kad_node_config_set_key_type(). Signing is deterministic for every type (Ed25519, RFC 6979, PKCS
 * #1 v1.5). The memory is wiped at its end. Immutable and reference counted; any thread.
 */
typedef struct _KadPrivateKey KadPrivateKey;

KAD_API GType kad_private_key_get_type (void);

/* libp2p PrivateKey message { Type = 1, Data = 2 }: Ed25519 = seed || public,
 * RSA = PKCS #1 DER, secp256k1 = 32 bytes, ECDSA = SEC 1 ECPrivateKey DER. */
KAD_API KadPrivateKey *kad_private_key_new_from_protobuf (const guint8 *data, gsize len,
                                                          GError **error);
KAD_API KadPrivateKey *kad_private_key_new_ed25519_from_seed (const guint8 seed[32]);
KAD_API KadPrivateKey *kad_private_key_ref (KadPrivateKey *self);
KAD_API void kad_private_key_unref (KadPrivateKey *self);
KAD_API GBytes *kad_private_key_to_protobuf (const KadPrivateKey *self);
KAD_API KadPublicKey *kad_private_key_get_public_key (const KadPrivateKey *self);
KAD_API GBytes *kad_private_key_sign (const KadPrivateKey *self, const guint8 *data, gsize len,
                                      GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadPrivateKey, kad_private_key_unref)

G_END_DECLS
