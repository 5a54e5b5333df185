/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-key.h"
#include "kad-multihash.h"
#include "kad-random.h"

G_BEGIN_DECLS

/* The deepest bucket that ids are searched for: 2^16 tries on average. */
#define KAD_MAX_REFRESH_BUCKET 15
/* Tries in one portion: about a millisecond. */
#define KAD_PREIMAGE_TRIES 4096

/* A search for an id that falls into a given bucket. The wire carries ids, of
 * which only the hash is a point of the key space, so that one is found by trying. */
typedef struct
{
  KadKey local;
  guint bucket;
  guint64 n_tries;
  guint8 id[KAD_SHA2_256_MULTIHASH_BYTES]; /* looks like a peer id, is nobody's */
} KadPreimage;

void kad_preimage_init (KadPreimage *self, const KadKey *local, guint bucket, KadRandom *random);
/* The id, or NULL: not found in @max_tries more. */
GBytes *kad_preimage_search (KadPreimage *self, guint max_tries);

G_END_DECLS
