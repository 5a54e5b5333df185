/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-multibase.h"
#include "kad-multihash.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_CID_BYTES:
 *
 * The longest binary CID: version, codec and multihash.
 */
#define KAD_MAX_CID_BYTES (1 + 9 + KAD_MAX_MULTIHASH_BYTES)

/**
 * KAD_CODEC_RAW:
 *
 * Bytes as they are (multicodec, `raw`).
 */
#define KAD_CODEC_RAW 0x55

/**
 * KAD_CODEC_DAG_PB:
 *
 * MerkleDAG protobuf (multicodec, `dag-pb`).
 */
#define KAD_CODEC_DAG_PB 0x70

/**
 * KAD_CODEC_DAG_CBOR:
 *
 * MerkleDAG CBOR (multicodec, `dag-cbor`).
 */
#define KAD_CODEC_DAG_CBOR 0x71

/**
 * KAD_CODEC_LIBP2P_KEY:
 *
 * A peer id (multicodec, `libp2p-key`).
 */
#define KAD_CODEC_LIBP2P_KEY 0x72

#define KAD_TYPE_CID (kad_cid_get_type ())

/**
 * KadCid:
 *
 * A content identifier: what the bytes behind it are (codec) and their
 * multihash. Immutable and reference counted; any thread.
 */
typedef struct _KadCid KadCid;

KAD_API GType kad_cid_get_type (void);

KAD_API KadCid *kad_cid_new_from_bytes (const guint8 *data, gsize len, GError **error);
KAD_API KadCid *kad_cid_new_from_string (const char *text, GError **error);
KAD_API KadCid *kad_cid_new_v1 (guint64 codec, const guint8 *multihash, gsize len, GError **error);

KAD_API KadCid *kad_cid_ref (KadCid *self);
KAD_API void kad_cid_unref (KadCid *self);
KAD_API gboolean kad_cid_equal (const KadCid *self, const KadCid *other);

KAD_API guint kad_cid_get_version (const KadCid *self);
KAD_API guint64 kad_cid_get_codec (const KadCid *self);
KAD_API GBytes *kad_cid_get_multihash (const KadCid *self);
KAD_API GBytes *kad_cid_to_bytes (const KadCid *self);
KAD_API char *kad_cid_to_string (const KadCid *self, KadMultibase base);

KAD_API const char *kad_cid_codec_name (guint64 codec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadCid, kad_cid_unref)

G_END_DECLS
