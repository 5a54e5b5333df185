/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_PEER_ID_BYTES:
 *
 * The longest peer id, in bytes: the identity multihash of a serialized key of at most 42 bytes;
 * a sha2-256 one is shorter.
 */
#define KAD_MAX_PEER_ID_BYTES 44

#define KAD_TYPE_PEER_ID (kad_peer_id_get_type ())

/**
 * KadPeerId:
 *
 * The name of a peer: the multihash of its public key (libp2p specs, peer-ids).
 * A small value: copy it by assignment. A length of 0 means "no peer".
 */
typedef struct _KadPeerId
{
  /*< private >*/
  guint8 length;
  guint8 data[KAD_MAX_PEER_ID_BYTES];
} KadPeerId;

KAD_API GType kad_peer_id_get_type (void);
KAD_API KadPeerId *kad_peer_id_new_from_string (const char *text, GError **error);
KAD_API KadPeerId *kad_peer_id_new_from_bytes (GBytes *bytes, GError **error);
/* Any text form: base58btc multihash, or CID (v0, v1 libp2p-key, any base). */
KAD_API gboolean kad_peer_id_parse (KadPeerId *self, const char *text, GError **error);
/* Binary multihash: identity (<= 42 bytes of digest) or sha2-256, the whole of @data. */
KAD_API gboolean kad_peer_id_init_from_bytes (KadPeerId *self, const guint8 *data, gsize len,
                                              GError **error);
/* From a serialized PublicKey message. */
KAD_API gboolean kad_peer_id_init_from_public_key (KadPeerId *self, const guint8 *key, gsize len,
                                                   GError **error);
/* base58btc, newly allocated. */
KAD_API char *kad_peer_id_to_string (const KadPeerId *self);
/* CIDv1 libp2p-key, base36. */
KAD_API char *kad_peer_id_to_cid_string (const KadPeerId *self);
KAD_API const guint8 *kad_peer_id_get_data (const KadPeerId *self, gsize *len);
KAD_API GBytes *kad_peer_id_to_bytes (const KadPeerId *self);
/* The serialized PublicKey inside an identity id; NULL for a hashed one. Borrowed. */
KAD_API const guint8 *kad_peer_id_get_inline_key (const KadPeerId *self, gsize *len);
KAD_API gboolean kad_peer_id_is_set (const KadPeerId *self);
KAD_API gboolean kad_peer_id_equal (gconstpointer a, gconstpointer b);
KAD_API guint kad_peer_id_hash (gconstpointer self);
KAD_API int kad_peer_id_compare (gconstpointer a, gconstpointer b);
KAD_API KadPeerId *kad_peer_id_copy (const KadPeerId *self);
KAD_API void kad_peer_id_free (KadPeerId *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadPeerId, kad_peer_id_free)

G_END_DECLS
