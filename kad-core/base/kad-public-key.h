/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_PUBLIC_KEY_BYTES:
 *
 * The longest serialized public key, in bytes.
 */
#define KAD_MAX_PUBLIC_KEY_BYTES 4096

/**
 * KAD_MIN_RSA_BITS:
 *
 * The shortest RSA key, in bits.
 */
#define KAD_MIN_RSA_BITS 2048

/**
 * KAD_MAX_RSA_BITS:
 *
 * The longest RSA key, in bits; others are refused before any arithmetic.
 */
#define KAD_MAX_RSA_BITS 8192

/**
 * KAD_MAX_SIGNATURE_BYTES:
 *
 * The longest signature, in bytes: of an RSA key of 8192 bits.
 */
#define KAD_MAX_SIGNATURE_BYTES 1024

/**
 * KadKeyType:
 * @KAD_KEY_TYPE_RSA: RSA of 2048 to 8192 bits
 * @KAD_KEY_TYPE_ED25519: Ed25519, the default
 * @KAD_KEY_TYPE_SECP256K1: ECDSA on secp256k1
 * @KAD_KEY_TYPE_ECDSA: ECDSA on P-256
 *
 * The types of identity keys; the values are those of the PublicKey message (libp2p specs,
 * peer-ids).
 */
typedef enum
{
  KAD_KEY_TYPE_RSA = 0,
  KAD_KEY_TYPE_ED25519 = 1,
  KAD_KEY_TYPE_SECP256K1 = 2,
  KAD_KEY_TYPE_ECDSA = 3,
} KadKeyType;

/* "ed25519", "rsa", "secp256k1", "ecdsa" */
KAD_API const char *kad_key_type_get_name (KadKeyType type);
KAD_API gboolean kad_key_type_parse (const char *name, KadKeyType *type, GError **error);

#define KAD_TYPE_PUBLIC_KEY (kad_public_key_get_type ())

/**
 * KadPublicKey:
 *
 * A public key of one of the four types of libp2p (libp2p specs, peer-ids). Immutable and reference
 * counted; any thread.
 */
typedef struct _KadPublicKey KadPublicKey;

KAD_API GType kad_public_key_get_type (void);

/* From a serialized PublicKey message { Type = 1, Data = 2 }; an absent type is RSA.
 * RSA outside 2048..8192 bits is refused before any arithmetic. */
KAD_API KadPublicKey *kad_public_key_new_from_protobuf (const guint8 *data, gsize len,
                                                        GError **error);
KAD_API KadPublicKey *kad_public_key_ref (KadPublicKey *self);
KAD_API void kad_public_key_unref (KadPublicKey *self);
KAD_API KadKeyType kad_public_key_get_key_type (const KadPublicKey *self);
/* The deterministic serialized message. Borrowed. */
KAD_API const guint8 *kad_public_key_get_protobuf (const KadPublicKey *self, gsize *len);
KAD_API const KadPeerId *kad_public_key_get_peer_id (const KadPublicKey *self);
/* TRUE only if @signature is the key's over @data. */
KAD_API gboolean kad_public_key_verify (const KadPublicKey *self, const guint8 *data, gsize len,
                                        const guint8 *signature, gsize signature_len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadPublicKey, kad_public_key_unref)

G_END_DECLS
