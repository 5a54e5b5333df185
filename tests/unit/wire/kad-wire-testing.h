/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <string.h>
#include <time.h>

#include "kad-buffer.h"
#include "kad-error.h"
#include "kad-private-key.h"

/* What the tests of this folder share. */

/* Text without its NUL, as data and length. */
#define BYTES(text) ((const guint8 *) (text)), (sizeof (text) - 1)

static inline GBytes *
hex_to_bytes (const char *hex)
{
  gsize len = strlen (hex) / 2;
  guint8 *data = g_malloc (len + 1);

  g_assert_cmpuint (strlen (hex) % 2, ==, 0);
  for (gsize i = 0; i < len; i++)
    data[i]
        = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));
  return g_bytes_new_take (data, len);
}

static inline void
hex_into (const char *hex, guint8 *out, gsize len)
{
  g_autoptr (GBytes) bytes = hex_to_bytes (hex);

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, len);
  memcpy (out, g_bytes_get_data (bytes, NULL), len);
}

static inline KadPrivateKey *
test_key (guint8 number)
{
  guint8 seed[32];

  memset (seed, number, sizeof seed);
  return kad_private_key_new_ed25519_from_seed (seed);
}

static inline const KadPeerId *
key_peer (const KadPrivateKey *key)
{
  return kad_public_key_get_peer_id (kad_private_key_get_public_key (key));
}

static inline void
assert_buffer (const KadBuffer *buffer, const guint8 *data, gsize len)
{
  g_assert_cmpmem (kad_buffer_peek (buffer), kad_buffer_get_length (buffer), data, len);
}

typedef void (*TryParse) (const guint8 *data, gsize len, gpointer user_data);

/* Gives each prefix of @data to @try, in memory that ends where the prefix does,
 * so that a sanitizer sees a read past it. */
static inline void
try_truncated (const guint8 *data, gsize len, TryParse try, gpointer user_data)
{
  for (gsize n = 0; n <= len; n++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, n);

      try (copy, n, user_data);
    }
}

/* Gives @rounds mutations of @data to @try: bytes changed, cut out, doubled and
 * the end cut off, by a seed. */
static inline void
try_mutated (const guint8 *data, gsize len, guint32 seed, guint rounds, TryParse try,
             gpointer user_data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  for (guint round = 0; round < rounds; round++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      guint n_changes = 1 + (guint) g_rand_int_range (rand, 0, 4);
      g_autofree guint8 *copy = NULL;

      g_byte_array_append (bytes, data, (guint) len);
      for (guint i = 0; i < n_changes && bytes->len > 0; i++)
        {
          guint at = (guint) g_rand_int_range (rand, 0, (gint32) bytes->len);
          guint8 random = (guint8) g_rand_int (rand);

          switch (g_rand_int_range (rand, 0, 6))
            {
            case 0:
              g_byte_array_remove_index (bytes, at);
              break;
            case 1:
              g_byte_array_append (bytes, &random, 1);
              break;
            case 2:
              g_byte_array_set_size (bytes, at);
              break;
            case 3:
              bytes->data[at] ^= (guint8) (1u << (random & 7));
              break;
            case 4:
              bytes->data[at] = (random & 1) != 0 ? 0xff : 0x80;
              break;
            default:
              bytes->data[at] = random;
              break;
            }
        }
      copy = g_memdup2 (bytes->data, bytes->len);
      try (copy, bytes->len, user_data);
    }
}

/* A well-formed PublicKey message with an RSA key of 16384 bits. */
static inline GBytes *
huge_rsa_key (void)
{
  static const guint8 head[] = {
    0x08, 0x00, 0x12, 0xa6, 0x10,                         /* RSA, 2086 bytes */
    0x30, 0x82, 0x08, 0x22,                               /* SubjectPublicKeyInfo */
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, /* rsaEncryption */
    0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,                   /* */
    0x03, 0x82, 0x08, 0x0f, 0x00, 0x30, 0x82, 0x08, 0x0a, /* RSAPublicKey */
    0x02, 0x82, 0x08, 0x01, 0x00,                         /* modulus */
  };
  static const guint8 exponent[] = { 0x02, 0x03, 0x01, 0x00, 0x01 };
  GByteArray *key = g_byte_array_new ();

  g_byte_array_append (key, head, sizeof head);
  for (guint i = 0; i < 2048; i++)
    {
      guint8 byte = (guint8) (i * 37 + 129); /* the first has its highest bit set */

      g_byte_array_append (key, &byte, 1);
    }
  g_byte_array_append (key, exponent, sizeof exponent);
  return g_byte_array_free_to_bytes (key);
}

/* Points of Ed25519 of order 1, 2, 4 and 8, and encodings of them that are not canonical. With
 * such a key R = the neutral point and S = 0 would sign any message in some libraries. */
static const char *const small_order_points[] = {
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "0100000000000000000000000000000000000000000000000000000000000080",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};

/* A PublicKey message with one of them, and what would be a signature with it: @r is another
 * one, or the same. */
static inline GBytes *
small_order_key (guint number)
{
  g_autofree char *hex = g_strconcat ("08011220", small_order_points[number], NULL);

  return hex_to_bytes (hex);
}

static inline GBytes *
small_order_signature (guint r)
{
  g_autofree char *hex = g_strconcat (small_order_points[r], small_order_points[0], NULL);

  return hex_to_bytes (hex);
}

/* CPU time of this thread: what others do on the machine does not count. */
static inline gint64
get_cpu_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}
