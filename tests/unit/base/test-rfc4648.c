/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-rfc4648.h"

#include <string.h>

#include "kad-error.h"

#define BASE32 "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

static const KadRfc4648 base16 = { "base16", "0123456789ABCDEF", 4, TRUE, FALSE, FALSE };
static const KadRfc4648 base32 = { "base32", BASE32, 5, TRUE, FALSE, FALSE };
static const KadRfc4648 base32_pad = { "base32pad", BASE32, 5, TRUE, TRUE, FALSE };
static const KadRfc4648 base32_loose = { "base32", BASE32, 5, TRUE, FALSE, TRUE };
static const KadRfc4648 base64_pad = { "base64pad", BASE64, 6, FALSE, TRUE, FALSE };

static void
assert_both_ways (const KadRfc4648 *encoding, const char *plain, const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  kad_rfc4648_append (encoding, (const guint8 *) plain, strlen (plain), out);
  g_assert_cmpstr (out->str, ==, text);
  g_assert_true (kad_rfc4648_decode (encoding, text, strlen (text), bytes, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (bytes->data, bytes->len, plain, strlen (plain));
}

static void
assert_refused (const KadRfc4648 *encoding, const char *text)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  g_byte_array_append (bytes, (const guint8 *) "before", 6);
  g_assert_false (kad_rfc4648_decode (encoding, text, strlen (text), bytes, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_cmpmem (bytes->data, bytes->len, "before", 6);
}

static void
test_published_vectors (void)
{
  static const struct
  {
    const char *plain, *in64, *in32, *in16;
  } rows[] = {
    { "", "", "", "" },
    { "f", "Zg==", "MY======", "66" },
    { "fo", "Zm8=", "MZXQ====", "666F" },
    { "foo", "Zm9v", "MZXW6===", "666F6F" },
    { "foob", "Zm9vYg==", "MZXW6YQ=", "666F6F62" },
    { "fooba", "Zm9vYmE=", "MZXW6YTB", "666F6F6261" },
    { "foobar", "Zm9vYmFy", "MZXW6YTBOI======", "666F6F626172" },
  };

  g_test_summary ("The vectors of RFC 4648 section 10 hold in both directions");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      assert_both_ways (&base64_pad, rows[i].plain, rows[i].in64);
      assert_both_ways (&base32_pad, rows[i].plain, rows[i].in32);
      assert_both_ways (&base16, rows[i].plain, rows[i].in16);
    }
}

static void
test_wrong_text_is_refused (void)
{
  static const char *const padded[]
      = { "Zg=", "Zg", "Zg===", "====", "=", "Z===", "Zg==Zg==", "Zm9v=", "Zm9v====", "Zh==" };
  static const char *const bare[] = { "M", "MZX", "MZXW6Y", "MY======", "M1", "M=", "MZ" };

  g_test_summary ("Wrong padding, lengths, characters and unused bits are refused");

  for (gsize i = 0; i < G_N_ELEMENTS (padded); i++)
    assert_refused (&base64_pad, padded[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (bare); i++)
    assert_refused (&base32, bare[i]);
  assert_refused (&base16, "6");
  assert_refused (&base16, "6G");
}

static void
test_loose_tail (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_test_summary ("A loose encoding lets unused bits be anything, but no characters be too many");

  g_assert_true (kad_rfc4648_decode (&base32_loose, "MZ", 2, bytes, NULL));
  g_assert_cmpmem (bytes->data, bytes->len, "f", 1);
  assert_refused (&base32_loose, "MZX");
  assert_refused (&base32_loose, "M");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rfc4648/published-vectors", test_published_vectors);
  g_test_add_func ("/rfc4648/wrong-text-is-refused", test_wrong_text_is_refused);
  g_test_add_func ("/rfc4648/loose-tail", test_loose_tail);
  return g_test_run ();
}
