/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"

G_BEGIN_DECLS

#define KAD_RANDOM_SEED_BYTES 32

/* ChaCha20 key streams from an injected seed: as good as the seed for secrets,
 * and the same bytes for the same seed in a simulation. The key is replaced with
 * every refill, so that nothing that was handed out can be computed later. Plain struct on the
 * stack or inside its owner; wipe with kad_random_clear(). */
typedef struct
{
  guint8 key[KAD_RANDOM_SEED_BYTES];
  guint64 block; /* refills so far */
  guint8 pool[256];
  guint used; /* bytes of the pool that were handed out */
} KadRandom;

void kad_random_init (KadRandom *self, const guint8 seed[KAD_RANDOM_SEED_BYTES]);
void kad_random_init_from_number (KadRandom *self, guint64 seed);
void kad_random_bytes (KadRandom *self, guint8 *out, gsize len);
guint32 kad_random_uint32 (KadRandom *self);
guint64 kad_random_uint64 (KadRandom *self);
/* Uniform in [0, bound); @bound > 0. */
guint32 kad_random_below (KadRandom *self, guint32 bound);
void kad_random_clear (KadRandom *self);

G_END_DECLS
