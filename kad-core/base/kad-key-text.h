/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"

G_BEGIN_DECLS

/**
 * KadKeyUse:
 * @KAD_KEY_USE_RECORD: of a record: `text:` and CIDs are the bytes as they are
 * @KAD_KEY_USE_PROVIDER: of providers: `text:` is hashed (sha2-256 multihash), a CID gives its
 *   multihash
 * @KAD_KEY_USE_TARGET: of closest-peers: as for records, but a CID gives its multihash
 *
 * What a key is for decides what its text means.
 */
typedef enum
{
  KAD_KEY_USE_RECORD,
  KAD_KEY_USE_PROVIDER,
  KAD_KEY_USE_TARGET,
} KadKeyUse;

/**
 * KAD_MAX_KEY_LIST:
 *
 * How many keys one call can be about.
 */
#define KAD_MAX_KEY_LIST 4096

/* The words of cli.md: cid, peer id, base58btc multihash, /namespace/..., text:,
 * hex:, base64:. @raw_text: a text: key is taken as it is for providers too.
 * Returns the wire's bytes (1..KAD_MAX_KEY_PREIMAGE_BYTES), or NULL and InvalidKey. */
KAD_API GBytes *kad_key_text_parse (const char *text, KadKeyUse use, gboolean raw_text,
                                    GError **error);

G_END_DECLS
