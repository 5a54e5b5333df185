/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-key.h"

#include <math.h>
#include <sodium.h>
#include <string.h>

#define WORDS (KAD_KEY_BYTES / 8)

G_STATIC_ASSERT (KAD_KEY_BYTES == crypto_hash_sha256_BYTES);

G_DEFINE_BOXED_TYPE (KadKey, kad_key, kad_key_copy, kad_key_free)

/**
 * kad_key_new:
 * @preimage: what the wire carries: a peer id, a multihash, a record's key
 *
 * Returns: (transfer full): its point of the key space
 */
KadKey *
kad_key_new (GBytes *preimage)
{
  KadKey *self;
  const guint8 *data;
  gsize len;

  g_return_val_if_fail (preimage != NULL, NULL);

  self = g_new (KadKey, 1);
  data = g_bytes_get_data (preimage, &len);
  kad_key_init (self, data, len);
  return self;
}

/**
 * kad_key_copy:
 * @self: a key
 *
 * Returns: (transfer full): a copy on the heap
 */
KadKey *
kad_key_copy (const KadKey *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_memdup2 (self, sizeof *self);
}

/**
 * kad_key_free:
 * @self: (transfer full): a key on the heap
 */
void
kad_key_free (KadKey *self)
{
  g_free (self);
}

/* The @index-th 64 bits of a key as a number, most significant first. */
static inline guint64
get_word (const KadKey *key, guint index)
{
  guint64 word;

  memcpy (&word, key->bytes + index * 8, sizeof word);
  return GUINT64_FROM_BE (word);
}

/**
 * kad_key_init: (skip)
 * @self: where to write
 * @preimage: what the wire carries: a peer id, a multihash, a record's key
 * @len: its length in bytes
 *
 * Maps a preimage to its point of the key space, SHA-256 (libp2p specs,
 * kad-dht, "Distance").
 */
void
kad_key_init (KadKey *self, const guint8 *preimage, gsize len)
{
  g_return_if_fail (self != NULL && (preimage != NULL || len == 0));

  crypto_hash_sha256 (self->bytes, preimage, len);
}

/**
 * kad_key_init_from_peer: (skip)
 * @self: where to write
 * @peer: a peer
 *
 * Maps a peer to its point of the key space: the hash of its binary id.
 */
void
kad_key_init_from_peer (KadKey *self, const KadPeerId *peer)
{
  const guint8 *data;
  gsize len;

  g_return_if_fail (self != NULL && kad_peer_id_is_set (peer));

  data = kad_peer_id_get_data (peer, &len);
  kad_key_init (self, data, len);
}

/**
 * kad_key_equal: (skip)
 * @a: a point
 * @b: another
 *
 * Returns: whether they are the same
 */
gboolean
kad_key_equal (const KadKey *a, const KadKey *b)
{
  return memcmp (a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/**
 * kad_key_compare_distance: (skip)
 * @target: where distances are measured from
 * @a: a point
 * @b: another
 *
 * Compares by the XOR metric. Only the same point is as near as another.
 *
 * Returns: less than, equal to or greater than 0 as @a is nearer to @target
 *   than @b, as near, or farther
 */
int
kad_key_compare_distance (const KadKey *target, const KadKey *a, const KadKey *b)
{
  for (guint i = 0; i < WORDS; i++)
    {
      guint64 word = get_word (target, i);
      guint64 distance_a = get_word (a, i) ^ word;
      guint64 distance_b = get_word (b, i) ^ word;

      if (distance_a != distance_b)
        return distance_a < distance_b ? -1 : 1;
    }
  return 0;
}

/**
 * kad_key_common_prefix: (skip)
 * @a: a point
 * @b: another
 *
 * Counts the leading bits that both have in common.
 *
 * Returns: 0 to 255, or 256 for the same point
 */
guint
kad_key_common_prefix (const KadKey *a, const KadKey *b)
{
  for (guint i = 0; i < WORDS; i++)
    {
      guint64 distance = get_word (a, i) ^ get_word (b, i);

      if (distance != 0)
        return i * 64 + (guint) __builtin_clzll (distance);
    }
  return KAD_KEY_BITS;
}

/**
 * kad_key_xor: (skip)
 * @a: a point
 * @b: another
 * @distance: (out): their distance, most significant byte first; may be @a or @b
 *
 * Writes the XOR distance of two keys as a key.
 */
void
kad_key_xor (const KadKey *a, const KadKey *b, KadKey *distance)
{
  for (guint i = 0; i < KAD_KEY_BYTES; i++)
    distance->bytes[i] = a->bytes[i] ^ b->bytes[i];
}

/**
 * kad_key_log2_distance: (skip)
 * @a: a point
 * @b: another
 *
 * Gives the distance on a scale that people can compare.
 *
 * Returns: the binary logarithm of the XOR distance: 0 to 256, minus
 *   infinity for the same point
 */
double
kad_key_log2_distance (const KadKey *a, const KadKey *b)
{
  for (guint i = 0; i < WORDS; i++)
    {
      guint64 high = get_word (a, i) ^ get_word (b, i);
      guint64 low;
      double bits = 64.0 * (WORDS - 1 - i);

      if (high == 0)
        continue;
      /* A double has 53 bits: two words always fill it. */
      low = i + 1 < WORDS ? get_word (a, i + 1) ^ get_word (b, i + 1) : 0;
      return log2 (ldexp ((double) high, 64) + (double) low) - 64.0 + bits;
    }
  return -INFINITY;
}

/**
 * kad_key_to_hex: (skip)
 * @self: a point
 *
 * Returns: (transfer full): 64 lower-case digits
 */
char *
kad_key_to_hex (const KadKey *self)
{
  char *hex = g_malloc (KAD_KEY_BYTES * 2 + 1);

  return sodium_bin2hex (hex, KAD_KEY_BYTES * 2 + 1, self->bytes, sizeof self->bytes);
}
