/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-preimage.h"

#include <string.h>

/**
 * kad_preimage_init: (skip)
 * @self: uninitialised storage
 * @local: whose buckets are meant
 * @bucket: which one, at most %KAD_MAX_REFRESH_BUCKET
 * @random: where the search begins
 */
void
kad_preimage_init (KadPreimage *self, const KadKey *local, guint bucket, KadRandom *random)
{
  self->local = *local;
  self->bucket = MIN (bucket, KAD_MAX_REFRESH_BUCKET);
  self->n_tries = 0;
  self->id[0] = KAD_MULTIHASH_SHA2_256;
  self->id[1] = KAD_SHA2_256_BYTES;
  kad_random_bytes (random, self->id + 2, KAD_SHA2_256_BYTES);
}

/**
 * kad_preimage_search: (skip)
 * @self: a search
 * @max_tries: how many hashes to compute now
 *
 * One in 2^(bucket + 1) ids falls into the bucket. Call it again until it is found.
 *
 * Returns: (transfer full) (nullable): an id in the bucket
 */
GBytes *
kad_preimage_search (KadPreimage *self, guint max_tries)
{
  for (guint i = 0; i < max_tries; i++)
    {
      guint64 count = GUINT64_TO_LE (self->n_tries++);
      guint8 id[KAD_SHA2_256_MULTIHASH_BYTES];
      KadKey key;

      memcpy (id, self->id, sizeof id);
      for (guint j = 0; j < sizeof count; j++)
        id[2 + j] ^= ((const guint8 *) &count)[j];
      kad_key_init (&key, id, sizeof id);
      if (kad_key_common_prefix (&key, &self->local) == self->bucket)
        return g_bytes_new (id, sizeof id);
    }
  return NULL;
}
