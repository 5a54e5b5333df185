/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-der.h"

#include "test-vectors.h"

static KadDer
der_of (GBytes *bytes)
{
  KadDer der;

  der.data = g_bytes_get_data (bytes, &der.len);
  return der;
}

static void
test_reads_elements_in_turn (void)
{
  g_autoptr (GBytes) bytes = from_hex ("3003020105"
                                       "0500"
                                       "0301ff");
  KadDer der = der_of (bytes), sequence, number, content;

  g_test_summary ("Elements are read one behind the other, and inside of each other");

  g_assert_true (kad_der_read (&der, KAD_DER_SEQUENCE, &sequence));
  g_assert_true (kad_der_read_unsigned (&sequence, &number));
  g_assert_cmpmem (number.data, number.len, "\x05", 1);
  g_assert_cmpuint (sequence.len, ==, 0);
  g_assert_true (kad_der_read_exactly (&der, (const guint8 *) "\x05\x00", 2));
  g_assert_true (kad_der_read (&der, KAD_DER_BIT_STRING, &content));
  g_assert_cmpmem (content.data, content.len, "\xff", 1);
  g_assert_cmpuint (der.len, ==, 0);
  g_assert_false (kad_der_read (&der, KAD_DER_NULL, &content));
}

static void
test_lengths_are_definite_and_minimal (void)
{
  static const struct
  {
    guint8 header[5];
    gsize header_len;
    gsize content_len;
    gboolean valid;
  } cases[] = {
    { { 0x30, 0x00 }, 2, 0, TRUE },
    { { 0x30, 0x7f }, 2, 127, TRUE },
    { { 0x30, 0x81, 0x80 }, 3, 128, TRUE },
    { { 0x30, 0x81, 0xff }, 3, 255, TRUE },
    { { 0x30, 0x82, 0x01, 0x00 }, 4, 256, TRUE },
    { { 0x30, 0x81, 0x7f }, 3, 127, FALSE },
    { { 0x30, 0x82, 0x00, 0xff }, 4, 255, FALSE },
    { { 0x30, 0x83, 0x00, 0x01, 0x00 }, 5, 256, FALSE },
    { { 0x30, 0x84, 0x00, 0x00, 0x00 }, 5, 256, FALSE },
    { { 0x30, 0x80 }, 2, 10, FALSE },
    { { 0x30, 0xff }, 2, 300, FALSE },
    { { 0x31, 0x01 }, 2, 1, FALSE },
  };

  g_test_summary ("A length has one form, its shortest");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize len = cases[i].header_len + cases[i].content_len;
      g_autofree guint8 *data = g_malloc0 (len);
      KadDer der = { data, len }, content;

      memcpy (data, cases[i].header, cases[i].header_len);
      g_assert_cmpint (kad_der_read (&der, KAD_DER_SEQUENCE, &content), ==, cases[i].valid);
      if (cases[i].valid)
        {
          KadDer cut = { data, len - 1 };

          g_assert_cmpuint (content.len, ==, cases[i].content_len);
          g_assert_false (kad_der_read (&cut, KAD_DER_SEQUENCE, &content));
        }
    }
}

static void
test_numbers_are_minimal_and_not_negative (void)
{
  static const struct
  {
    const char *hex;
    int bits; /* -1: refused */
  } cases[] = {
    { "020100", 0 },      { "020101", 1 },    { "02017f", 7 },    { "02020080", 8 },
    { "020300ffff", 16 }, { "02020100", 9 },  { "0200", -1 },     { "020180", -1 },
    { "0202007f", -1 },   { "02020000", -1 }, { "0202ff80", -1 }, { "030101", -1 },
  };

  g_test_summary ("A number is read without its sign, refused when it is negative or padded");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = from_hex (cases[i].hex);
      KadDer der = der_of (bytes), number;

      if (kad_der_read_unsigned (&der, &number))
        g_assert_cmpint ((int) kad_der_count_bits (&number), ==, cases[i].bits);
      else
        g_assert_cmpint (cases[i].bits, ==, -1);
    }
}

static void
test_truncation_is_refused (void)
{
  g_autoptr (GBytes) bytes = from_hex ("3082010002020100");
  const guint8 *data = g_bytes_get_data (bytes, NULL);

  g_test_summary ("What ends early is refused wherever it ends");

  for (gsize len = 0; len <= g_bytes_get_size (bytes); len++)
    {
      g_autofree guint8 *exact = g_memdup2 (data, len);
      KadDer der = { exact, len }, content;

      g_assert_false (kad_der_read (&der, KAD_DER_SEQUENCE, &content));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/der/reads-elements-in-turn", test_reads_elements_in_turn);
  g_test_add_func ("/der/lengths-are-definite-and-minimal", test_lengths_are_definite_and_minimal);
  g_test_add_func ("/der/numbers-are-minimal-and-not-negative",
                   test_numbers_are_minimal_and_not_negative);
  g_test_add_func ("/der/truncation-is-refused", test_truncation_is_refused);
  return g_test_run ();
}
