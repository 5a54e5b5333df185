/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-varint.h"

#include "test-vectors.h"

static KadVarintStatus
decode_hex (const char *hex, gboolean lenient, guint64 *value, gsize *used)
{
  g_autoptr (GBytes) bytes = from_hex (hex);
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);

  return lenient ? kad_varint_decode_lenient (data, len, value, used)
                 : kad_varint_decode (data, len, value, used);
}

static void
test_vectors_read_and_write (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("varint.tsv");

  g_test_summary ("Each value has its encoding, and both decoders read it back");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = rows->pdata[i];
      guint64 value = g_ascii_strtoull (row[0], NULL, 10), read = 0;
      g_autoptr (GBytes) expected = from_hex (row[1]);
      guint8 out[KAD_MAX_VARINT_BYTES];
      gsize used = 0, n = kad_varint_encode (value, out);

      g_assert_cmpmem (out, n, g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
      g_assert_cmpuint (kad_varint_size (value), ==, n);
      for (gboolean lenient = FALSE; lenient <= TRUE; lenient++)
        {
          g_assert_cmpint (decode_hex (row[1], lenient, &read, &used), ==, KAD_VARINT_OK);
          g_assert_cmpuint (read, ==, value);
          g_assert_cmpuint (used, ==, n);
        }
    }
}

static void
test_truncation_asks_for_more (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("varint.tsv");

  g_test_summary ("Each encoding cut at any byte asks for more and leaves the outputs alone");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = rows->pdata[i];

      for (gsize cut = 0; cut < strlen (row[1]); cut += 2)
        {
          g_autofree char *hex = g_strndup (row[1], cut);
          guint64 value = 77;
          gsize used = 88;

          g_assert_cmpint (decode_hex (hex, FALSE, &value, &used), ==, KAD_VARINT_MORE);
          g_assert_cmpint (decode_hex (hex, TRUE, &value, &used), ==, KAD_VARINT_MORE);
          g_assert_cmpuint (value, ==, 77);
          g_assert_cmpuint (used, ==, 88);
        }
    }
}

static void
test_what_follows_is_left (void)
{
  guint64 value;
  gsize used;

  g_test_summary ("Bytes after a varint are not looked at");

  g_assert_cmpint (decode_hex ("ac02ffff", FALSE, &value, &used), ==, KAD_VARINT_OK);
  g_assert_cmpuint (value, ==, 300);
  g_assert_cmpuint (used, ==, 2);
}

static void
test_multiformats_rules (void)
{
  static const char *const bad[] = { "8000",
                                     "8100",
                                     "ff00",
                                     "80808000",
                                     "808080808080808000",
                                     "808080808080808080",
                                     "ffffffffffffffffff7f",
                                     "ffffffffffffffffff01",
                                     "80808080808080808001",
                                     "ffffffffffffffffffffffff" };
  guint64 value = 77;
  gsize used = 88;

  g_test_summary ("Forms that are longer than needed, and 64 bits, are bad");

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_cmpint (decode_hex (bad[i], FALSE, &value, &used), ==, KAD_VARINT_BAD);
  g_assert_cmpuint (value, ==, 77);
  g_assert_cmpuint (used, ==, 88);
}

static void
test_protobuf_rules (void)
{
  guint64 value;
  gsize used;

  g_test_summary (
      "Protobuf's longer forms and 64 bits are good, a 65th bit and an 11th byte are bad");

  g_assert_cmpint (decode_hex ("8000", TRUE, &value, &used), ==, KAD_VARINT_OK);
  g_assert_cmpuint (value, ==, 0);
  g_assert_cmpuint (used, ==, 2);
  g_assert_cmpint (decode_hex ("80808080808080808000", TRUE, &value, &used), ==, KAD_VARINT_OK);
  g_assert_cmpuint (used, ==, 10);
  g_assert_cmpint (decode_hex ("ffffffffffffffffff01", TRUE, &value, &used), ==, KAD_VARINT_OK);
  g_assert_cmpuint (value, ==, G_MAXUINT64);

  g_assert_cmpint (decode_hex ("ffffffffffffffffff02", TRUE, &value, &used), ==, KAD_VARINT_BAD);
  g_assert_cmpint (decode_hex ("ffffffffffffffffff7f", TRUE, &value, &used), ==, KAD_VARINT_BAD);
  g_assert_cmpint (decode_hex ("8080808080808080808001", TRUE, &value, &used), ==, KAD_VARINT_BAD);
}

static void
test_largest_value_is_written (void)
{
  guint8 out[KAD_MAX_VARINT_BYTES];
  guint64 value;
  gsize used, n = kad_varint_encode (G_MAXUINT64, out);

  g_test_summary ("All 64 bits take ten bytes, which only the lenient decoder reads");

  g_assert_cmpuint (n, ==, KAD_MAX_VARINT_BYTES);
  g_assert_cmpuint (kad_varint_size (G_MAXUINT64), ==, n);
  g_assert_cmpint (kad_varint_decode (out, n, &value, &used), ==, KAD_VARINT_BAD);
  g_assert_cmpint (kad_varint_decode_lenient (out, n, &value, &used), ==, KAD_VARINT_OK);
  g_assert_cmpuint (value, ==, G_MAXUINT64);
}

static void
test_random_bytes (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7001);
  guint good = 0, bad = 0;

  g_test_summary ("Of random bytes, whatever is read strictly is written back to the same bytes");

  for (guint i = 0; i < 20000; i++)
    {
      gsize len = (gsize) g_rand_int_range (rand, 0, 13), used = 0;
      g_autofree guint8 *data = g_malloc (MAX (len, 1));
      guint8 out[KAD_MAX_VARINT_BYTES];
      guint64 value = 0;

      for (gsize j = 0; j < len; j++)
        data[j] = (guint8) (g_rand_int (rand) | (g_rand_int_range (rand, 0, 4) ? 0x80 : 0));

      if (kad_varint_decode (data, len, &value, &used) == KAD_VARINT_OK)
        {
          gsize n = kad_varint_encode (value, out);

          good++;
          g_assert_cmpmem (out, n, data, used);
        }
      else
        {
          bad++;
        }
      (void) kad_varint_decode_lenient (data, len, &value, &used);
    }

  g_assert_cmpuint (good, >, 1000);
  g_assert_cmpuint (bad, >, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/varint/vectors-read-and-write", test_vectors_read_and_write);
  g_test_add_func ("/varint/truncation-asks-for-more", test_truncation_asks_for_more);
  g_test_add_func ("/varint/what-follows-is-left", test_what_follows_is_left);
  g_test_add_func ("/varint/multiformats-rules", test_multiformats_rules);
  g_test_add_func ("/varint/protobuf-rules", test_protobuf_rules);
  g_test_add_func ("/varint/largest-value-is-written", test_largest_value_is_written);
  g_test_add_func ("/varint/random-bytes", test_random_bytes);
  return g_test_run ();
}
