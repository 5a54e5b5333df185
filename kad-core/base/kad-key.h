/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

/**
 * KAD_KEY_BYTES:
 *
 * The size of a point of the key space in bytes.
 */
#define KAD_KEY_BYTES 32

/**
 * KAD_KEY_BITS:
 *
 * The size of a point of the key space in bits.
 */
#define KAD_KEY_BITS 256

/**
 * KAD_MAX_KEY_PREIMAGE_BYTES:
 *
 * The longest preimage (key of a record, key of providers, id), in bytes, that is taken from
 * anybody.
 */
#define KAD_MAX_KEY_PREIMAGE_BYTES 1024

/**
 * KAD_MAX_PROVIDER_KEY_BYTES:
 *
 * The longest key of providers, in bytes, that is stored.
 */
#define KAD_MAX_PROVIDER_KEY_BYTES 80

#define KAD_TYPE_KEY (kad_key_get_type ())

/**
 * KadKey:
 * @bytes: the 256 bits, most significant first
 *
 * A point of the key space: SHA-256 of what the wire carries (libp2p specs, kad-dht, "Distance").
 * A small value: copy it by assignment.
 */
typedef struct
{
  guint8 bytes[KAD_KEY_BYTES];
} KadKey;

KAD_API GType kad_key_get_type (void);
KAD_API KadKey *kad_key_new (GBytes *preimage);
KAD_API KadKey *kad_key_copy (const KadKey *self);
KAD_API void kad_key_free (KadKey *self);

KAD_API void kad_key_init (KadKey *self, const guint8 *preimage, gsize len);
KAD_API void kad_key_init_from_peer (KadKey *self, const KadPeerId *peer);
KAD_API gboolean kad_key_equal (const KadKey *a, const KadKey *b);
/* <0, 0, >0 as @a is nearer to @target than @b, as near, or farther (XOR metric). */
KAD_API int kad_key_compare_distance (const KadKey *target, const KadKey *a, const KadKey *b);
/* Equal leading bits, 0..256. The bucket index is this number. */
KAD_API guint kad_key_common_prefix (const KadKey *a, const KadKey *b);
KAD_API void kad_key_xor (const KadKey *a, const KadKey *b, KadKey *distance);
/* log2 of the XOR distance, -inf for equal keys. */
KAD_API double kad_key_log2_distance (const KadKey *a, const KadKey *b);
KAD_API char *kad_key_to_hex (const KadKey *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadKey, kad_key_free)

G_END_DECLS
