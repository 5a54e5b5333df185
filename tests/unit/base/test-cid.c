/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-cid.h"

#include "test-vectors.h"

static KadCid *
new_from_hex (const char *hex, GError **error)
{
  g_autoptr (GBytes) bytes = from_hex (hex);

  return kad_cid_new_from_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
}

static void
assert_text_refused (const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kad_cid_new_from_string (text, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
}

static void
test_vectors_read_and_write (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("cid.tsv");

  g_test_summary ("Each row reads alike from bytes and from text, and is written to both");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = rows->pdata[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (KadCid) cid = new_from_hex (row[3], &error);
      g_autoptr (KadCid) from_text = kad_cid_new_from_string (row[4], &error);
      g_autoptr (GBytes) multihash = from_hex (row[2]);
      g_autoptr (GBytes) expected = from_hex (row[3]);
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      g_assert_true (kad_cid_equal (cid, from_text));
      g_assert_cmpuint (kad_cid_get_version (cid), ==, g_ascii_strtoull (row[0], NULL, 10));
      g_assert_cmpstr (kad_cid_codec_name (kad_cid_get_codec (cid)), ==,
                       strcmp (row[1], "-") == 0 ? NULL : row[1]);
      g_assert_true (g_bytes_equal (kad_cid_get_multihash (cid), multihash));

      bytes = kad_cid_to_bytes (cid);
      g_assert_true (g_bytes_equal (bytes, expected));
      text = kad_cid_to_string (cid, (KadMultibase) row[4][0]);
      g_assert_cmpstr (text, ==, row[4]);
    }
}

static void
test_bytes_cut_anywhere_are_refused (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("cid.tsv");

  g_test_summary ("Each row cut at any byte, and each with a byte too many, is no CID");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = rows->pdata[i];
      g_autofree char *longer = g_strconcat (row[3], "00", NULL);

      for (gsize cut = 0; cut < strlen (row[3]); cut += 2)
        {
          g_autofree char *hex = g_strndup (row[3], cut);
          g_autoptr (GError) error = NULL;

          g_assert_null (new_from_hex (hex, &error));
          g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
        }
      g_assert_null (new_from_hex (longer, NULL));
    }
}

static void
test_wrong_bytes_are_refused (void)
{
  static const char *const wrong[] = {
    "0055120100",             /* version 0 is never written */
    "0255120100",             /* version 2 */
    "0355120100",             /* version 3 */
    "81005512010a",           /* version not minimal */
    "01d5001201aa",           /* codec not minimal */
    "0155",                   /* no multihash */
    "015512",                 /* half a multihash */
    "01551200",               /* an empty digest */
    "122000112233",           /* a cut version 0 */
    "01ffffffffffffffffff01", /* a codec without end */
  };

  g_test_summary ("Other versions, bad varints and half multihashes are refused");

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (new_from_hex (wrong[i], &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
    }
}

static void
test_wrong_text_is_refused (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("cid.tsv");
  const char *v0 = ((char **) rows->pdata[0])[4];
  g_autofree char *prefixed = g_strconcat ("z", v0, NULL);
  g_autofree char *shorter = g_strndup (v0, strlen (v0) - 1);
  g_autofree char *longer = g_strconcat (v0, "1", NULL);
  g_autofree char *wrong_letter = g_strdup (v0);
  g_autofree char *huge = g_strnfill (100000, 'b');

  g_test_summary ("Text that is none is refused, a version 0 with a multibase prefix too");

  wrong_letter[20] = '0';
  g_assert_cmpuint (strlen (v0), ==, 46);
  assert_text_refused (prefixed);
  assert_text_refused (shorter);
  assert_text_refused (longer);
  assert_text_refused (wrong_letter);
  assert_text_refused (huge);
  assert_text_refused ("");
  assert_text_refused ("b");
  assert_text_refused ("z");
  assert_text_refused ("hello");
  assert_text_refused ("Qm");
  /* 46 characters that begin as a version 0 and have other bytes */
  assert_text_refused ("Qmzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz");
  assert_text_refused ("Qm11111111111111111111111111111111111111111111");
}

static void
test_v1_is_made_of_parts (void)
{
  g_autoptr (GBytes) multihash = kad_multihash_new_sha256 ((const guint8 *) "kad", 3);
  const guint8 *data = g_bytes_get_data (multihash, NULL);
  g_autoptr (KadCid) raw = kad_cid_new_v1 (KAD_CODEC_RAW, data, 34, NULL);
  g_autoptr (KadCid) again = kad_cid_new_v1 (KAD_CODEC_RAW, data, 34, NULL);
  g_autoptr (KadCid) pb = kad_cid_new_v1 (KAD_CODEC_DAG_PB, data, 34, NULL);
  g_autoptr (KadCid) v0 = kad_cid_new_from_bytes (data, 34, NULL);
  g_autoptr (GError) short_error = NULL;
  g_autoptr (GError) codec_error = NULL;

  g_test_summary ("Version, codec and multihash each make CIDs differ; a bad part is refused");

  g_assert_true (kad_cid_equal (raw, again));
  g_assert_false (kad_cid_equal (raw, pb));
  g_assert_cmpuint (kad_cid_get_codec (v0), ==, kad_cid_get_codec (pb));
  g_assert_false (kad_cid_equal (v0, pb));

  g_assert_null (kad_cid_new_v1 (KAD_CODEC_RAW, data, 33, &short_error));
  g_assert_error (short_error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
  g_assert_null (kad_cid_new_v1 (G_MAXUINT64, data, 34, &codec_error));
  g_assert_error (codec_error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
}

static void
test_largest_has_text (void)
{
  static const guint8 zeros[KAD_MAX_MULTIHASH_DIGEST] = { 0 };
  g_autoptr (GBytes) multihash = kad_multihash_wrap (G_MAXINT64, zeros, sizeof zeros, NULL);
  g_autoptr (KadCid) cid = kad_cid_new_v1 (G_MAXINT64, g_bytes_get_data (multihash, NULL),
                                           g_bytes_get_size (multihash), NULL);
  g_autoptr (GBytes) bytes = kad_cid_to_bytes (cid);
  g_autofree char *text = kad_cid_to_string (cid, KAD_MULTIBASE_BASE36);
  g_autoptr (KadCid) again = kad_cid_new_from_string (text, NULL);

  g_test_summary ("The largest CID fits its bound and comes back from base36");

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, KAD_MAX_CID_BYTES);
  g_assert_true (kad_cid_equal (cid, again));
}

static void
test_boxed_type_shares (void)
{
  g_autoptr (GBytes) multihash = kad_multihash_new_sha256 (NULL, 0);
  KadCid *cid = kad_cid_new_from_bytes (g_bytes_get_data (multihash, NULL), 34, NULL);
  KadCid *copy = g_boxed_copy (KAD_TYPE_CID, cid);

  g_test_summary ("A boxed copy is a reference");

  g_assert_true (copy == cid);
  kad_cid_unref (cid);
  g_assert_cmpuint (kad_cid_get_version (copy), ==, 0);
  g_boxed_free (KAD_TYPE_CID, copy);
}

static void
test_mutations (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("cid.tsv");
  g_autoptr (GRand) rand = g_rand_new_with_seed (7005);
  guint good = 0, bad = 0;

  g_test_summary ("Damaged bytes are refused, or are a CID of the same bytes");

  for (guint i = 0; i < 50 * rows->len; i++)
    {
      char **row = rows->pdata[i % rows->len];
      g_autoptr (GBytes) original = from_hex (row[3]);
      gsize len;
      const guint8 *data = g_bytes_get_data (original, &len);
      g_autoptr (GBytes) damaged = mutate (rand, data, len);
      g_autoptr (KadCid) cid = kad_cid_new_from_bytes (g_bytes_get_data (damaged, NULL),
                                                       g_bytes_get_size (damaged), NULL);
      g_autoptr (GBytes) bytes = NULL;

      if (cid == NULL)
        {
          bad++;
          continue;
        }
      good++;
      bytes = kad_cid_to_bytes (cid);
      g_assert_true (g_bytes_equal (bytes, damaged));
    }

  g_assert_cmpuint (good, >, 100);
  g_assert_cmpuint (bad, >, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cid/vectors-read-and-write", test_vectors_read_and_write);
  g_test_add_func ("/cid/bytes-cut-anywhere-are-refused", test_bytes_cut_anywhere_are_refused);
  g_test_add_func ("/cid/wrong-bytes-are-refused", test_wrong_bytes_are_refused);
  g_test_add_func ("/cid/wrong-text-is-refused", test_wrong_text_is_refused);
  g_test_add_func ("/cid/v1-is-made-of-parts", test_v1_is_made_of_parts);
  g_test_add_func ("/cid/largest-has-text", test_largest_has_text);
  g_test_add_func ("/cid/boxed-type-shares", test_boxed_type_shares);
  g_test_add_func ("/cid/mutations", test_mutations);
  return g_test_run ();
}
