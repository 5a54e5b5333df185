/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "kad-api.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_MULTIHASH_DIGEST:
 *
 * The longest digest, in bytes, that is read or written.
 */
#define KAD_MAX_MULTIHASH_DIGEST 128

/**
 * KAD_MAX_MULTIHASH_BYTES:
 *
 * The longest multihash: code, length and digest.
 */
#define KAD_MAX_MULTIHASH_BYTES (9 + 2 + KAD_MAX_MULTIHASH_DIGEST)

/**
 * KAD_MULTIHASH_IDENTITY:
 *
 * The bytes themselves (multicodec, `identity`).
 */
#define KAD_MULTIHASH_IDENTITY 0x00

/**
 * KAD_MULTIHASH_SHA1:
 *
 * SHA-1 (multicodec, `sha1`).
 */
#define KAD_MULTIHASH_SHA1 0x11

/**
 * KAD_MULTIHASH_SHA2_256:
 *
 * SHA-256 (multicodec, `sha2-256`).
 */
#define KAD_MULTIHASH_SHA2_256 0x12

/**
 * KAD_MULTIHASH_SHA2_512:
 *
 * SHA-512 (multicodec, `sha2-512`).
 */
#define KAD_MULTIHASH_SHA2_512 0x13

/**
 * KAD_SHA2_256_BYTES:
 *
 * The digest of SHA-256 in bytes.
 */
#define KAD_SHA2_256_BYTES 32

/**
 * KAD_SHA2_256_MULTIHASH_BYTES:
 *
 * The whole sha2-256 multihash in bytes.
 */
#define KAD_SHA2_256_MULTIHASH_BYTES (2 + KAD_SHA2_256_BYTES)

KAD_API gboolean kad_multihash_parse (const guint8 *data, gsize len, guint64 *code,
                                      const guint8 **digest, gsize *digest_len, gsize *used,
                                      GError **error);
KAD_API gboolean kad_multihash_validate (const guint8 *data, gsize len, GError **error);
KAD_API GBytes *kad_multihash_new_sha256 (const guint8 *data, gsize len);
KAD_API GBytes *kad_multihash_wrap (guint64 code, const guint8 *digest, gsize len, GError **error);
KAD_API const char *kad_multihash_code_name (guint64 code);

G_END_DECLS
