/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-random.h"

#include <sodium.h>
#include <string.h>

static void
test_same_seed_same_bytes (void)
{
  const guint8 seed[KAD_RANDOM_SEED_BYTES] = { 1, 2, 3 };
  KadRandom a, b, c;
  guint8 x[1000], y[1000], z[1000];

  g_test_summary ("A seed gives the same bytes however they are asked for, another seed others");

  kad_random_init (&a, seed);
  kad_random_init (&b, seed);
  kad_random_init_from_number (&c, 1);
  kad_random_bytes (&a, x, sizeof x);
  for (gsize i = 0; i < sizeof y; i += 8)
    kad_random_bytes (&b, y + i, 8);
  kad_random_bytes (&c, z, sizeof z);
  g_assert_cmpmem (x, sizeof x, y, sizeof y);
  g_assert_cmpint (memcmp (x, z, sizeof x), !=, 0);
}

static void
test_is_chacha20 (void)
{
  const guint8 seed[KAD_RANDOM_SEED_BYTES] = { 7 };
  const guint8 nonce[crypto_stream_chacha20_NONCEBYTES] = { 0 };
  guint8 stream[KAD_RANDOM_SEED_BYTES + 256], bytes[256];
  KadRandom random;

  g_test_summary ("The bytes are the seed's key stream behind what became the next key");

  crypto_stream_chacha20 (stream, sizeof stream, nonce, seed);
  kad_random_init (&random, seed);
  kad_random_bytes (&random, bytes, sizeof bytes);
  g_assert_cmpmem (bytes, sizeof bytes, stream + KAD_RANDOM_SEED_BYTES, 256);
  g_assert_cmpmem (random.key, sizeof random.key, stream, KAD_RANDOM_SEED_BYTES);
}

static void
test_keeps_nothing_of_what_it_gave (void)
{
  KadRandom random;
  guint8 bytes[64];
  const guint8 zeros[sizeof (KadRandom)] = { 0 };

  g_test_summary ("What was handed out is wiped, and clearing wipes the rest");

  kad_random_init_from_number (&random, 5);
  kad_random_bytes (&random, bytes, sizeof bytes);
  g_assert_cmpmem (random.pool, sizeof bytes, zeros, sizeof bytes);
  g_assert_cmpint (memcmp (random.pool + sizeof bytes, zeros, sizeof bytes), !=, 0);
  kad_random_clear (&random);
  g_assert_cmpmem (&random, sizeof random, zeros, sizeof random);
}

static void
test_numbers_are_the_stream (void)
{
  KadRandom a, b;
  guint8 bytes[12];

  g_test_summary ("Numbers are the stream's bytes, least significant first, on every machine");

  kad_random_init_from_number (&a, 99);
  kad_random_init_from_number (&b, 99);
  kad_random_bytes (&a, bytes, sizeof bytes);
  g_assert_cmpuint (kad_random_uint32 (&b), ==,
                    (guint32) bytes[0] | (guint32) bytes[1] << 8 | (guint32) bytes[2] << 16
                        | (guint32) bytes[3] << 24);
  g_assert_cmphex (kad_random_uint64 (&b) & 0xffff, ==, bytes[4] | bytes[5] << 8);
}

static void
test_below_is_in_range_and_even (void)
{
  KadRandom random;
  guint counts[6] = { 0 };
  guint above = 0;

  g_test_summary ("Results lie below the bound, and each is as likely as any other");

  kad_random_init_from_number (&random, 2026);
  for (guint i = 0; i < 60000; i++)
    {
      guint32 value = kad_random_below (&random, G_N_ELEMENTS (counts));

      g_assert_cmpuint (value, <, G_N_ELEMENTS (counts));
      counts[value]++;
    }
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_assert_cmpuint (counts[i], >, 9600);
      g_assert_cmpuint (counts[i], <, 10400);
    }

  /* With 3 * 2^30 a plain modulo would give results below 2^30 half of the time
   * instead of a third. */
  for (guint i = 0; i < 30000; i++)
    above += kad_random_below (&random, 3221225472u) >= 1073741824u;
  g_assert_cmpuint (above, >, 19600);
  g_assert_cmpuint (above, <, 20400);
  g_assert_cmpuint (kad_random_below (&random, 1), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random/same-seed-same-bytes", test_same_seed_same_bytes);
  g_test_add_func ("/random/is-chacha20", test_is_chacha20);
  g_test_add_func ("/random/keeps-nothing-of-what-it-gave", test_keeps_nothing_of_what_it_gave);
  g_test_add_func ("/random/numbers-are-the-stream", test_numbers_are_the_stream);
  g_test_add_func ("/random/below-is-in-range-and-even", test_below_is_in_range_and_even);
  return g_test_run ();
}
