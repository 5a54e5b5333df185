/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-spki.h"

#include "kad-public-key.h"
#include "test-vectors.h"

static void
append_header (GByteArray *out, guint8 tag, gsize len)
{
  guint8 header[4] = { tag };
  guint used = 1;

  if (len < 0x80)
    {
      header[used++] = (guint8) len;
    }
  else if (len < 0x100)
    {
      header[used++] = 0x81;
      header[used++] = (guint8) len;
    }
  else
    {
      header[used++] = 0x82;
      header[used++] = (guint8) (len >> 8);
      header[used++] = (guint8) len;
    }
  g_byte_array_append (out, header, used);
}

static void
append_element (GByteArray *out, guint8 tag, const guint8 *data, gsize len)
{
  append_header (out, tag, len);
  g_byte_array_append (out, data, (guint) len);
}

/* A number of exactly @bits bits whose inner bits are all set but one. */
static void
append_number (GByteArray *out, guint bits, gboolean odd)
{
  gsize len = bits / 8 + 1; /* one bit of sign */
  g_autofree guint8 *number = g_malloc (len);

  memset (number, 0xff, len);
  number[0] = (guint8) ((1 << bits % 8) - 1);
  number[len - 1] = odd ? 0xfd : 0xfe;
  append_element (out, 0x02, number, len);
}

static GBytes *
make_rsa (guint modulus_bits, gboolean odd_modulus, guint exponent_bits, gboolean odd_exponent)
{
  static const guint8 algorithm[] = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                      0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };
  g_autoptr (GByteArray) numbers = g_byte_array_new ();
  g_autoptr (GByteArray) key = g_byte_array_new ();
  g_autoptr (GByteArray) fields = g_byte_array_new ();
  GByteArray *spki = g_byte_array_new ();
  const guint8 no_unused_bits = 0;

  append_number (numbers, modulus_bits, odd_modulus);
  append_number (numbers, exponent_bits, odd_exponent);
  g_byte_array_append (key, &no_unused_bits, 1);
  append_element (key, 0x30, numbers->data, numbers->len);
  g_byte_array_append (fields, algorithm, sizeof algorithm);
  append_element (fields, 0x03, key->data, key->len);
  append_element (spki, 0x30, fields->data, fields->len);
  return g_byte_array_free_to_bytes (spki);
}

static gboolean
takes_rsa (GBytes *spki)
{
  g_autoptr (GError) error = NULL;
  gnutls_pubkey_t key
      = kad_spki_import_rsa (g_bytes_get_data (spki, NULL), g_bytes_get_size (spki), &error);

  if (key == NULL)
    {
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
      return FALSE;
    }
  g_assert_no_error (error);
  gnutls_pubkey_deinit (key);
  return TRUE;
}

static void
test_rsa_sizes (void)
{
  static const struct
  {
    guint bits;
    gboolean taken;
  } sizes[] = {
    { 512, FALSE }, { 1024, FALSE }, { 2040, FALSE }, { 2047, FALSE },
    { 2048, TRUE }, { 3072, TRUE },  { 4096, TRUE },  { 8191, TRUE },
    { 8192, TRUE }, { 8193, FALSE }, { 8200, FALSE }, { 16384, FALSE },
  };

  g_test_summary ("RSA keys of 2048 to 8192 bits are taken, by the bits of the modulus");

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) spki = make_rsa (sizes[i].bits, TRUE, 17, TRUE);

      g_assert_cmpint (takes_rsa (spki), ==, sizes[i].taken);
    }
}

static void
test_huge_rsa_is_refused_at_once (void)
{
  g_autoptr (GBytes) spki = make_rsa (16384, TRUE, 17, TRUE);
  gint64 start_us = g_get_monotonic_time ();

  g_test_summary ("An RSA key of 16 Kbit costs less than 1 ms");

  for (guint i = 0; i < 100; i++)
    g_assert_false (takes_rsa (spki));
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 100 * 1000);
}

static void
test_rsa_numbers (void)
{
  g_autoptr (GBytes) good = make_rsa (2048, TRUE, 31, TRUE);
  g_autoptr (GBytes) even_modulus = make_rsa (2048, FALSE, 17, TRUE);
  g_autoptr (GBytes) even_exponent = make_rsa (2048, TRUE, 17, FALSE);
  g_autoptr (GBytes) long_exponent = make_rsa (2048, TRUE, 32, TRUE);
  g_autoptr (GBytes) huge_exponent = make_rsa (2048, TRUE, 2047, TRUE);

  g_test_summary ("Even numbers and exponents of more than 31 bits are refused");

  g_assert_true (takes_rsa (good));
  g_assert_false (takes_rsa (even_modulus));
  g_assert_false (takes_rsa (even_exponent));
  g_assert_false (takes_rsa (long_exponent));
  g_assert_false (takes_rsa (huge_exponent));
}

static void
test_rsa_exponent_of_one (void)
{
  g_autoptr (GBytes) spki = make_rsa (2048, TRUE, 1, TRUE);
  gsize len;
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (spki, &len), g_bytes_get_size (spki));
  g_autoptr (GBytes) one = NULL;

  g_test_summary ("With an exponent of 1 anybody could sign: it is refused");

  data[len - 1] = 1;
  one = g_bytes_new (data, len);
  g_assert_false (takes_rsa (one));
}

static void
test_rsa_is_der_only (void)
{
  g_autoptr (GBytes) spki = make_rsa (2048, TRUE, 17, TRUE);
  gsize len;
  const guint8 *data = g_bytes_get_data (spki, &len);
  g_autofree guint8 *longer = g_malloc0 (len + 1);
  g_autoptr (GBytes) trailing = NULL;

  g_test_summary ("Every other encoding of a key is refused, so that it has one id");

  memcpy (longer, data, len);
  trailing = g_bytes_new (longer, len + 1);
  g_assert_false (takes_rsa (trailing));
  for (gsize cut = 0; cut < len; cut++)
    {
      g_autofree guint8 *exact = g_memdup2 (data, cut);
      g_autoptr (GBytes) part = g_bytes_new (exact, cut);

      g_assert_false (takes_rsa (part));
    }
  /* All that stands before the modulus has one form. */
  for (gsize at = 0; at < 32; at++)
    {
      g_autofree guint8 *changed = g_memdup2 (data, len);
      g_autoptr (GBytes) bytes = NULL;

      changed[at] ^= 0x01;
      bytes = g_bytes_new (changed, len);
      g_assert_false (takes_rsa (bytes));
    }
}

static gboolean
takes_p256 (const guint8 *data, gsize len)
{
  g_autoptr (GError) error = NULL;
  gnutls_pubkey_t key = kad_spki_import_p256 (data, len, &error);

  if (key == NULL)
    {
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
      return FALSE;
    }
  gnutls_pubkey_deinit (key);
  return TRUE;
}

static void
test_p256_point_is_on_the_curve (void)
{
  g_autoptr (GBytes) good = from_hex (
      "3059301306072a8648ce3d020106082a8648ce3d03010703420004de3d300fa36ae0e8f5d530899d83abab44abf3"
      "161f162a4bc901d8e6ecda020e8b6d5f8da30525e71d6851510c098e5c47c646a597fb4dcec034e9f77c409e62");
  gsize len;
  const guint8 *data = g_bytes_get_data (good, &len);

  g_test_summary ("A P-256 key is taken if its point is on the curve, and in one form only");

  g_assert_true (takes_p256 (data, len));
  g_assert_false (takes_p256 (data, len - 1));
  g_assert_false (takes_p256 (data, 0));
  for (gsize at = 0; at < len; at++)
    {
      g_autofree guint8 *changed = g_memdup2 (data, len);

      changed[at] ^= 0x01;
      g_assert_false (takes_p256 (changed, len));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/spki/rsa-sizes", test_rsa_sizes);
  g_test_add_func ("/spki/huge-rsa-is-refused-at-once", test_huge_rsa_is_refused_at_once);
  g_test_add_func ("/spki/rsa-numbers", test_rsa_numbers);
  g_test_add_func ("/spki/rsa-exponent-of-one", test_rsa_exponent_of_one);
  g_test_add_func ("/spki/rsa-is-der-only", test_rsa_is_der_only);
  g_test_add_func ("/spki/p256-point-is-on-the-curve", test_p256_point_is_on_the_curve);
  return g_test_run ();
}
