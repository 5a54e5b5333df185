/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-random.h"

#include <sodium.h>
#include <string.h>

G_STATIC_ASSERT (KAD_RANDOM_SEED_BYTES == crypto_stream_chacha20_KEYBYTES);
G_STATIC_ASSERT (KAD_RANDOM_SEED_BYTES == crypto_hash_sha256_BYTES);

/* Fills the pool, and replaces the key by bytes of the same stream that nobody
 * else ever sees: who reads the memory later cannot compute what was handed
 * out before. The block counter is the nonce, so that no stream repeats. */
static void
refill (KadRandom *self)
{
  guint8 stream[KAD_RANDOM_SEED_BYTES + sizeof self->pool];
  guint64 counter_le = GUINT64_TO_LE (self->block);
  guint8 nonce[crypto_stream_chacha20_NONCEBYTES];

  G_STATIC_ASSERT (sizeof nonce == sizeof counter_le);
  memcpy (nonce, &counter_le, sizeof nonce);
  crypto_stream_chacha20 (stream, sizeof stream, nonce, self->key);
  memcpy (self->key, stream, sizeof self->key);
  memcpy (self->pool, stream + sizeof self->key, sizeof self->pool);
  sodium_memzero (stream, sizeof stream);
  self->block++;
  self->used = 0;
}

/**
 * kad_random_init: (skip)
 * @self: uninitialised storage
 * @seed: 32 bytes, copied; the caller wipes its own
 *
 * Begins a stream. The same seed gives the same bytes on every machine.
 */
void
kad_random_init (KadRandom *self, const guint8 seed[KAD_RANDOM_SEED_BYTES])
{
  g_return_if_fail (self != NULL && seed != NULL);

  memcpy (self->key, seed, sizeof self->key);
  memset (self->pool, 0, sizeof self->pool);
  self->block = 0;
  self->used = sizeof self->pool;
}

/**
 * kad_random_init_from_number: (skip)
 * @self: uninitialised storage
 * @seed: any number
 *
 * Begins a stream for a simulation or a test. A number is no secret: never use
 * this where keys are made.
 */
void
kad_random_init_from_number (KadRandom *self, guint64 seed)
{
  guint64 seed_le = GUINT64_TO_LE (seed);
  guint8 key[KAD_RANDOM_SEED_BYTES];

  crypto_hash_sha256 (key, (const guint8 *) &seed_le, sizeof seed_le);
  kad_random_init (self, key);
  sodium_memzero (key, sizeof key);
}

/**
 * kad_random_bytes: (skip)
 * @self: an initialised stream
 * @out: (out caller-allocates): where to write
 * @len: how many bytes
 *
 * Takes the next bytes of the stream, and wipes them in @self.
 */
void
kad_random_bytes (KadRandom *self, guint8 *out, gsize len)
{
  g_return_if_fail (self != NULL && (out != NULL || len == 0));

  while (len > 0)
    {
      gsize part;

      if (self->used == sizeof self->pool)
        refill (self);
      part = MIN (len, sizeof self->pool - self->used);
      memcpy (out, self->pool + self->used, part);
      sodium_memzero (self->pool + self->used, part);
      self->used += part;
      out += part;
      len -= part;
    }
}

/**
 * kad_random_uint32: (skip)
 * @self: an initialised stream
 *
 * Returns: a number of the whole range
 */
guint32
kad_random_uint32 (KadRandom *self)
{
  guint32 value = 0;

  kad_random_bytes (self, (guint8 *) &value, sizeof value);
  return GUINT32_FROM_LE (value);
}

/**
 * kad_random_uint64: (skip)
 * @self: an initialised stream
 *
 * Returns: a number of the whole range
 */
guint64
kad_random_uint64 (KadRandom *self)
{
  guint64 value = 0;

  kad_random_bytes (self, (guint8 *) &value, sizeof value);
  return GUINT64_FROM_LE (value);
}

/**
 * kad_random_below: (skip)
 * @self: an initialised stream
 * @bound: one more than the largest result; not 0
 *
 * Returns: a number in [0, @bound), each as likely as any other
 */
guint32
kad_random_below (KadRandom *self, guint32 bound)
{
  guint32 value, threshold;

  g_return_val_if_fail (bound > 0, 0);

  /* The lowest 2^32 mod bound numbers would make the small results likelier. */
  threshold = -bound % bound;
  do
    value = kad_random_uint32 (self);
  while (value < threshold);
  return value % bound;
}

/**
 * kad_random_clear: (skip)
 * @self: a stream
 *
 * Wipes the stream. It must be initialised again before it is used.
 */
void
kad_random_clear (KadRandom *self)
{
  g_return_if_fail (self != NULL);

  sodium_memzero (self, sizeof *self);
}
