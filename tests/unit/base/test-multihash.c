/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-multihash.h"

#include "test-vectors.h"

static gboolean
validate_hex (const char *hex, GError **error)
{
  g_autoptr (GBytes) bytes = from_hex (hex);

  return kad_multihash_validate (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
}

static gboolean
checksum_type (const char *name, GChecksumType *type)
{
  static const struct
  {
    const char *name;
    GChecksumType type;
  } known[] = { { "sha1", G_CHECKSUM_SHA1 },
                { "sha2-256", G_CHECKSUM_SHA256 },
                { "sha2-384", G_CHECKSUM_SHA384 },
                { "sha2-512", G_CHECKSUM_SHA512 },
                { "md5", G_CHECKSUM_MD5 } };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (strcmp (known[i].name, name) == 0)
        {
          *type = known[i].type;
          return TRUE;
        }
    }

  return FALSE;
}

/* Whether GLib could compute the digest again. */
static gboolean
assert_digest_is_of (const char *name, GBytes *input, const guint8 *digest, gsize len)
{
  GChecksumType type;
  g_autofree char *hex = NULL;
  g_autoptr (GBytes) computed = NULL;

  if (!checksum_type (name, &type))
    return FALSE;

  hex = g_compute_checksum_for_bytes (type, input);
  computed = from_hex (hex);
  g_assert_cmpmem (g_bytes_get_data (computed, NULL), len, digest, len);
  return TRUE;
}

static void
test_vectors_parse (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("multihash.tsv");
  guint computed = 0;

  g_test_summary ("Each row gives code, name and digest, whole or truncated, and is wrapped again");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = rows->pdata[i];
      g_autoptr (GBytes) input = from_hex (row[2]);
      g_autoptr (GBytes) bytes = from_hex (row[3]);
      g_autoptr (GBytes) wrapped = NULL;
      g_autoptr (GError) error = NULL;
      const guint8 *digest;
      guint64 code;
      gsize digest_len, used;

      g_assert_true (kad_multihash_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                          &code, &digest, &digest_len, &used, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (used, ==, g_bytes_get_size (bytes));
      g_assert_cmpuint (code, ==, g_ascii_strtoull (row[1], NULL, 16));
      g_assert_cmpstr (kad_multihash_code_name (code), ==, row[0]);
      computed += assert_digest_is_of (row[0], input, digest, digest_len);

      wrapped = kad_multihash_wrap (code, digest, digest_len, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (wrapped, bytes));
    }

  g_assert_cmpuint (computed, >, 50);
}

static void
test_sha256_is_made (void)
{
  g_autoptr (GBytes) abc = kad_multihash_new_sha256 ((const guint8 *) "abc", 3);
  g_autoptr (GBytes) nothing = kad_multihash_new_sha256 (NULL, 0);
  g_autoptr (GBytes) expected
      = from_hex ("1220ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  g_autoptr (GBytes) expected_nothing
      = from_hex ("1220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

  g_test_summary ("sha2-256 of FIPS 180's abc, and of nothing");

  g_assert_true (g_bytes_equal (abc, expected));
  g_assert_true (g_bytes_equal (nothing, expected_nothing));
  g_assert_cmpuint (g_bytes_get_size (abc), ==, KAD_SHA2_256_MULTIHASH_BYTES);
}

static void
test_truncation_is_refused (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("multihash.tsv");

  g_test_summary ("Each row cut at any byte, and each with a byte too many, is no multihash");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = rows->pdata[i];
      g_autofree char *longer = g_strconcat (row[3], "00", NULL);
      g_autoptr (GError) error = NULL;

      for (gsize cut = 0; cut < strlen (row[3]); cut += 2)
        {
          g_autofree char *hex = g_strndup (row[3], cut);
          g_autoptr (GBytes) part = from_hex (hex);
          g_autoptr (GError) cut_error = NULL;

          g_assert_false (validate_hex (hex, NULL));
          g_assert_false (kad_multihash_parse (g_bytes_get_data (part, NULL), cut / 2, NULL, NULL,
                                               NULL, NULL, &cut_error));
          g_assert_error (cut_error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
        }
      g_assert_false (validate_hex (longer, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
    }
}

static void
test_wrong_lengths_are_refused (void)
{
  static const char *const wrong[] = {
    "1115000102030405060708090a0b0c0d0e0f1011121314", /* sha1 gives 20 bytes, not 21 */
    "1200",
    "1100",
    "1e00",   /* empty */
    "120380", /* announced and not there */
    "9200",
    "12a000", /* not minimal */
    "12ffffffffffffffff7f",
    "008101", /* past every bound */
    "a0e402210000000000000000000000000000000000000000000000000000000000000000000000", /* blake2b-256
                                                                                         of 33 */
    "c1e4020200ff", /* blake2s-8 of 2 */
  };
  g_autofree guint8 *most = g_malloc0 (KAD_MAX_MULTIHASH_DIGEST + 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) longest
      = kad_multihash_wrap (KAD_MULTIHASH_IDENTITY, most, KAD_MAX_MULTIHASH_DIGEST, NULL);

  g_test_summary (
      "A digest is as long as announced, no longer than its function gives, and bounded");

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) wrong_error = NULL;

      g_assert_false (validate_hex (wrong[i], &wrong_error));
      g_assert_error (wrong_error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
    }

  g_assert_cmpuint (g_bytes_get_size (longest), ==, 1 + 2 + KAD_MAX_MULTIHASH_DIGEST);
  g_assert_true (
      kad_multihash_validate (g_bytes_get_data (longest, NULL), g_bytes_get_size (longest), NULL));
  g_assert_null (
      kad_multihash_wrap (KAD_MULTIHASH_IDENTITY, most, KAD_MAX_MULTIHASH_DIGEST + 1, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
}

static void
test_wrap_refuses_what_parse_would (void)
{
  g_autoptr (GError) long_error = NULL;
  g_autoptr (GError) empty_error = NULL;
  g_autoptr (GError) code_error = NULL;
  static const guint8 zeros[64] = { 0 };

  g_test_summary ("No multihash is made that could not be read");

  g_assert_null (kad_multihash_wrap (KAD_MULTIHASH_SHA2_256, zeros, 33, &long_error));
  g_assert_error (long_error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
  g_assert_null (kad_multihash_wrap (KAD_MULTIHASH_SHA2_256, NULL, 0, &empty_error));
  g_assert_error (empty_error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
  g_assert_null (kad_multihash_wrap (G_MAXUINT64, zeros, 32, &code_error));
  g_assert_error (code_error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
}

static void
test_unknown_functions_are_good (void)
{
  g_test_summary ("A function that is not in the table parses and has no name");

  g_assert_true (validate_hex ("ffffffffffffffff7f0201ff", NULL));
  g_assert_null (kad_multihash_code_name (G_MAXINT64));
  g_assert_null (kad_multihash_code_name (0x1f));
  g_assert_cmpstr (kad_multihash_code_name (0xb201), ==, "blake2b");
  g_assert_cmpstr (kad_multihash_code_name (0xb241), ==, "blake2s");
  g_assert_null (kad_multihash_code_name (0xb200));
  g_assert_null (kad_multihash_code_name (0xb261));
}

static void
test_what_follows_is_told (void)
{
  g_autoptr (GBytes) bytes = from_hex ("1104aabbccdd99");
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  gsize used;

  g_test_summary ("Parsing tells where the multihash ends");

  g_assert_true (kad_multihash_parse (data, 7, NULL, NULL, NULL, &used, NULL));
  g_assert_cmpuint (used, ==, 6);
}

static void
test_mutations (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("multihash.tsv");
  g_autoptr (GRand) rand = g_rand_new_with_seed (7004);
  guint good = 0, bad = 0;

  g_test_summary ("Damaged bytes are refused, or are a multihash that wraps to the same bytes");

  for (guint i = 0; i < 50 * rows->len; i++)
    {
      char **row = rows->pdata[i % rows->len];
      g_autoptr (GBytes) original = from_hex (row[3]);
      gsize len, digest_len, used;
      const guint8 *data = g_bytes_get_data (original, &len), *digest;
      g_autoptr (GBytes) damaged = mutate (rand, data, len);
      guint64 code;

      data = g_bytes_get_data (damaged, &len);
      if (kad_multihash_parse (data, len, &code, &digest, &digest_len, &used, NULL))
        {
          g_autoptr (GBytes) wrapped = kad_multihash_wrap (code, digest, digest_len, NULL);

          good++;
          g_assert_cmpmem (g_bytes_get_data (wrapped, NULL), g_bytes_get_size (wrapped), data,
                           used);
        }
      else
        {
          bad++;
        }
    }

  g_assert_cmpuint (good, >, 1000);
  g_assert_cmpuint (bad, >, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/multihash/vectors-parse", test_vectors_parse);
  g_test_add_func ("/multihash/sha256-is-made", test_sha256_is_made);
  g_test_add_func ("/multihash/truncation-is-refused", test_truncation_is_refused);
  g_test_add_func ("/multihash/wrong-lengths-are-refused", test_wrong_lengths_are_refused);
  g_test_add_func ("/multihash/wrap-refuses-what-parse-would", test_wrap_refuses_what_parse_would);
  g_test_add_func ("/multihash/unknown-functions-are-good", test_unknown_functions_are_good);
  g_test_add_func ("/multihash/what-follows-is-told", test_what_follows_is_told);
  g_test_add_func ("/multihash/mutations", test_mutations);
  return g_test_run ();
}
