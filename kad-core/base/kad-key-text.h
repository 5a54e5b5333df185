/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"

G_BEGIN_DECLS

/* What a key is for decides what its text means. */
typedef enum
{
  KAD_KEY_USE_RECORD,   /* text:, cid: the bytes as they are */
  KAD_KEY_USE_PROVIDER, /* text: is hashed (sha2-256 multihash), a CID gives its multihash */
  KAD_KEY_USE_TARGET,   /* closest-peers: like records, a CID gives its multihash */
} KadKeyUse;

/* The words of cli.md: cid, peer id, base58btc multihash, /namespace/..., text:,
 * hex:, base64:. @raw_text: a text: key is taken as it is for providers too.
 * Returns the wire's bytes (1..KAD_MAX_KEY_PREIMAGE_BYTES), or NULL and InvalidKey. */
KAD_API GBytes *kad_key_text_parse (const char *text, KadKeyUse use, gboolean raw_text,
                                    GError **error);

G_END_DECLS
