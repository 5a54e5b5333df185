/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-multibase.h"

#include "test-vectors.h"

static const char prefixes[] = "fFbBcCkKzmMuU";

static void
assert_refused (const char *text)
{
  g_autoptr (GError) error = NULL;
  KadMultibase base = KAD_MULTIBASE_BASE64;

  g_assert_null (kad_multibase_decode (text, &base, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_cmpint (base, ==, KAD_MULTIBASE_BASE64);
}

static void
test_vectors_read_and_write (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("multibase.tsv");

  g_test_summary ("Each row is written from its bytes and read back to them");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = rows->pdata[i];
      g_autoptr (GBytes) expected = from_hex (row[0]);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;
      KadMultibase base = 0;

      bytes = kad_multibase_decode (row[1], &base, &error);
      g_assert_no_error (error);
      g_assert_cmpint ((char) base, ==, row[1][0]);
      g_assert_true (g_bytes_equal (bytes, expected));

      text = kad_multibase_encode (base, g_bytes_get_data (expected, NULL),
                                   g_bytes_get_size (expected));
      g_assert_cmpstr (text, ==, row[1]);
    }
}

static void
test_letters_count_in_both_cases (void)
{
  static const char *const good[]
      = { "f68656c6C6F", "F68656c6c6F", "bnbsWy3dP", "BnbswY3dp", "cNbswy3DP", "Cnbswy3dp" };
  g_autoptr (GBytes) lower = kad_multibase_decode ("k2lcpzo5yikidynfl", NULL, NULL);
  g_autoptr (GBytes) upper = kad_multibase_decode ("K2lCPzO5yIKIdYNFL", NULL, NULL);

  g_test_summary ("base16, base32 and base36 are read in any case, base58btc and base64 are not");

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GBytes) bytes = kad_multibase_decode (good[i], NULL, NULL);

      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "hello", 5);
    }
  g_assert_true (g_bytes_equal (lower, upper));
  g_assert_cmpmem (g_bytes_get_data (lower, NULL), g_bytes_get_size (lower), "yes mani !", 10);
  assert_refused ("zl");
}

static void
test_wrong_text_is_refused (void)
{
  static const char *const wrong[]
      = { "",     "1",  "9abc",  "0101",  "7123", "vAB",  "tAB",  "hAB", "ZAB",
          " f00", "f0", "fgg",   "b1",    "bm",   "cmy",  "cmy=", "k-",  "z0",
          "z O",  "mA", "m====", "mAA==", "MAA",  "MAA=", "u+/",  "m-_", "\xf0\x9f\x9a\x80",
          "p",    "Q" };

  g_test_summary (
      "Unknown prefixes, the identity encoding and text of another encoding are refused");

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    assert_refused (wrong[i]);
}

static void
test_the_error_names_identity (void)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Text without a prefix is told that identity is not supported");

  g_assert_null (kad_multibase_decode ("", NULL, &error));
  g_assert_nonnull (strstr (error->message, "identity"));
}

static void
test_text_is_bounded (void)
{
  g_autofree char *longest = g_strnfill (KAD_MAX_MULTIBASE_TEXT, 'f');
  g_autofree char *longer = g_strnfill (KAD_MAX_MULTIBASE_TEXT + 1, 'm');
  g_autofree char *longest_number = g_strnfill (KAD_MAX_MULTIBASE_BIGNUM_TEXT + 1, 'z');
  g_autofree char *longer_number = g_strnfill (KAD_MAX_MULTIBASE_BIGNUM_TEXT + 2, 'z');
  g_autoptr (GBytes) number = kad_multibase_decode (longest_number, NULL, NULL);
  g_autoptr (GBytes) bare = kad_base58btc_decode (longest_number + 1, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) hex = NULL;

  g_test_summary ("The longest text is read and one character more is not");

  longest[KAD_MAX_MULTIBASE_TEXT - 1] = '\0'; /* an even number of digits */
  hex = kad_multibase_decode (longest, NULL, NULL);
  g_assert_cmpuint (g_bytes_get_size (hex), ==, KAD_MAX_MULTIBASE_DATA);
  assert_refused (longer);

  g_assert_nonnull (number);
  g_assert_true (g_bytes_equal (number, bare));
  assert_refused (longer_number);
  longer_number[0] = 'k';
  assert_refused (longer_number);
  g_assert_null (kad_base58btc_decode (longer_number, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

static void
test_data_is_bounded (void)
{
  g_autofree guint8 *data = g_malloc (KAD_MAX_MULTIBASE_DATA + 1);

  g_test_summary ("The most bytes are written and read back, and one more gives no text");

  memset (data, 0xff, KAD_MAX_MULTIBASE_DATA + 1);
  for (const char *prefix = prefixes; *prefix != '\0'; prefix++)
    {
      gsize most = strchr ("kKz", *prefix) ? KAD_MAX_MULTIBASE_BIGNUM_DATA : KAD_MAX_MULTIBASE_DATA;
      g_autofree char *text = kad_multibase_encode ((KadMultibase) *prefix, data, most);
      g_autoptr (GBytes) bytes = kad_multibase_decode (text, NULL, NULL);

      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), data, most);
      g_assert_null (kad_multibase_encode ((KadMultibase) *prefix, data, most + 1));
    }
  g_assert_null (kad_base58btc_encode (data, KAD_MAX_MULTIBASE_BIGNUM_DATA + 1));
}

static void
test_base58btc_without_prefix (void)
{
  g_autofree char *text = kad_base58btc_encode ((const guint8 *) "Hello World!", 12);
  g_autofree char *empty = kad_base58btc_encode (NULL, 0);
  g_autoptr (GBytes) bytes = kad_base58btc_decode ("2NEpo7TZRRrLZSi2U", NULL);
  g_autoptr (GBytes) nothing = kad_base58btc_decode ("", NULL);
  g_autoptr (GError) error = NULL;

  g_test_summary ("Bare base58btc is read and written; empty text is no bytes");

  g_assert_cmpstr (text, ==, "2NEpo7TZRRrLZSi2U");
  g_assert_cmpstr (empty, ==, "");
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "Hello World!", 12);
  g_assert_cmpuint (g_bytes_get_size (nothing), ==, 0);
  g_assert_null (kad_base58btc_decode ("0OIl", &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

static void
test_names (void)
{
  g_test_summary ("Each encoding has its name of multibase.csv");

  g_assert_cmpstr (kad_multibase_get_name (KAD_MULTIBASE_BASE32_PAD_UPPER), ==, "base32padupper");
  g_assert_cmpstr (kad_multibase_get_name (KAD_MULTIBASE_BASE58BTC), ==, "base58btc");
  g_assert_null (kad_multibase_get_name ((KadMultibase) '9'));
}

static void
test_mutated_text (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("multibase.tsv");
  g_autoptr (GRand) rand = g_rand_new_with_seed (7003);
  guint good = 0, bad = 0;

  g_test_summary ("Damaged text is refused, or read to bytes that come back");

  for (guint i = 0; i < 20 * rows->len; i++)
    {
      char **row = rows->pdata[i % rows->len];
      g_autoptr (GBytes) damaged = mutate (rand, (const guint8 *) row[1], strlen (row[1]));
      gsize len;
      const char *data = g_bytes_get_data (damaged, &len);
      g_autofree char *text = g_strndup (data != NULL ? data : "", len);
      KadMultibase base;
      g_autoptr (GBytes) bytes = kad_multibase_decode (text, &base, NULL);
      g_autoptr (GBytes) again = NULL;
      g_autofree char *written = NULL;

      if (bytes == NULL)
        {
          bad++;
          continue;
        }

      good++;
      written
          = kad_multibase_encode (base, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      again = kad_multibase_decode (written, NULL, NULL);
      g_assert_true (g_bytes_equal (bytes, again));
      g_assert_cmpint (g_ascii_strcasecmp (written, text), ==, 0);
    }

  g_assert_cmpuint (good, >, 100);
  g_assert_cmpuint (bad, >, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/multibase/vectors-read-and-write", test_vectors_read_and_write);
  g_test_add_func ("/multibase/letters-count-in-both-cases", test_letters_count_in_both_cases);
  g_test_add_func ("/multibase/wrong-text-is-refused", test_wrong_text_is_refused);
  g_test_add_func ("/multibase/the-error-names-identity", test_the_error_names_identity);
  g_test_add_func ("/multibase/text-is-bounded", test_text_is_bounded);
  g_test_add_func ("/multibase/data-is-bounded", test_data_is_bounded);
  g_test_add_func ("/multibase/base58btc-without-prefix", test_base58btc_without_prefix);
  g_test_add_func ("/multibase/names", test_names);
  g_test_add_func ("/multibase/mutated-text", test_mutated_text);
  return g_test_run ();
}
