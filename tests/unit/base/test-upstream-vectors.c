/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-multiaddr-protocols.h"
#include "kad-multiaddr.h"
#include "kad-multibase.h"
#include "kad-multihash.h"

#include "test-vectors.h"

/*
 * What other implementations of multiformats test themselves with: the README
 * of tests/vectors/upstream says which package each file is from.
 */

static void
assert_protocol (guint64 code, const char *name)
{
  const KadMultiaddrProtocol *row = kad_multiaddr_protocol_by_code (code);

  g_test_message ("%" G_GUINT64_FORMAT " %s", code, name);
  g_assert_nonnull (row);
  g_assert_cmpstr (row->name, ==, name);
  g_assert_true (kad_multiaddr_protocol_by_name (name, strlen (name)) == row);
}

static void
assert_protocol_size (guint64 code, const char *bits)
{
  const KadMultiaddrProtocol *row = kad_multiaddr_protocol_by_code (code);

  if (strcmp (bits, "V") == 0)
    g_assert_cmpint (row->size_bytes, ==, KAD_MULTIADDR_SIZE_VARIABLE);
  else
    g_assert_cmpint (row->size_bytes * 8, ==, g_ascii_strtoll (bits, NULL, 10));
}

/* Names of the table of all codecs that multiaddr's own table does not have. */
static gboolean
is_no_address (const char *name)
{
  static const char *const names[]
      = { "plaintextv2", "scion", "shs", "silverpine", "thread", NULL };

  return g_strv_contains (names, name);
}

static void
test_table_of_protocols (void)
{
  g_autoptr (GPtrArray) go = read_rows ("upstream/multiaddr-protocols.tsv");
  g_autoptr (GPtrArray) codecs = read_rows ("upstream/multicodec-multiaddr.tsv");
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  guint ours = 0;

  g_test_summary ("Our table has what go and the table of codecs have, and nothing else");

  for (guint i = 0; i < go->len; i++)
    {
      char **fields = go->pdata[i];
      guint64 code = g_ascii_strtoull (fields[0], NULL, 10);

      if (is_no_address (fields[2]))
        continue;
      assert_protocol (code, fields[2]);
      assert_protocol_size (code, fields[1]);
      g_hash_table_add (known, fields[2]);
    }
  for (guint i = 0; i < codecs->len; i++)
    {
      char **fields = codecs->pdata[i];

      if (is_no_address (fields[0]))
        continue;
      assert_protocol (g_ascii_strtoull (fields[1], NULL, 10), fields[0]);
      g_hash_table_add (known, fields[0]);
    }

  for (; kad_multiaddr_protocol_by_index (ours) != NULL; ours++)
    g_assert_true (g_hash_table_contains (known, kad_multiaddr_protocol_by_index (ours)->name));
  g_assert_cmpuint (ours, ==, g_hash_table_size (known));
}

static gboolean
glib_digest (const char *algorithm, GBytes *input, GBytes **digest)
{
  GChecksumType type;
  g_autofree char *hex = NULL;

  if (strcmp (algorithm, "sha1") == 0)
    type = G_CHECKSUM_SHA1;
  else if (strcmp (algorithm, "sha2-256") == 0)
    type = G_CHECKSUM_SHA256;
  else if (strcmp (algorithm, "sha2-512") == 0)
    type = G_CHECKSUM_SHA512;
  else
    return FALSE;

  hex = g_compute_checksum_for_bytes (type, input);
  *digest = from_hex (hex);
  return TRUE;
}

static void
assert_multihash_row (char **fields, guint *computed)
{
  gsize bits = (gsize) g_ascii_strtoull (fields[1], NULL, 10);
  /* The input looks like hex, but its characters are what was hashed. */
  g_autoptr (GBytes) input = g_bytes_new (fields[2], strlen (fields[2]));
  g_autoptr (GBytes) bytes = from_hex (fields[3]);
  g_autoptr (GBytes) full = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 *digest;
  gsize len, used;
  guint64 code;

  g_assert_true (kad_multihash_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                      &code, &digest, &len, &used, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (used, ==, g_bytes_get_size (bytes));
  g_assert_cmpuint (len * 8, ==, bits);
  g_assert_true (g_str_has_prefix (kad_multihash_code_name (code), fields[0]));

  if (glib_digest (fields[0], input, &full))
    {
      g_autoptr (GBytes) wrapped
          = kad_multihash_wrap (code, g_bytes_get_data (full, NULL), len, &error);

      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (wrapped, bytes));
      (*computed)++;
    }
}

static void
test_multihash_values (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("upstream/multihash.tsv");
  guint computed = 0;

  g_test_summary ("Each multihash parses, and those of sha1 and sha2 are made again");

  for (guint i = 0; i < rows->len; i++)
    assert_multihash_row (rows->pdata[i], &computed);

  g_assert_cmpuint (rows->len, >, 200);
  g_assert_cmpuint (computed, >, 100);
}

/* Whether the row is of an encoding that we have. */
static gboolean
check_multibase_row (char **fields, gboolean canonical)
{
  const char *text = fields[2];
  KadMultibase base = 0;
  g_autoptr (GBytes) expected = from_hex (fields[1]);
  g_autoptr (GBytes) bytes = kad_multibase_decode (text, &base, NULL);
  g_autofree char *written = NULL;

  if (bytes == NULL)
    return FALSE;

  g_test_message ("%s %s", fields[0], text);
  g_assert_cmpstr (kad_multibase_get_name (base), ==, fields[0]);
  g_assert_true (g_bytes_equal (bytes, expected));
  written = kad_multibase_encode (base, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (canonical)
    g_assert_cmpstr (written, ==, text);
  else
    g_assert_cmpint (g_ascii_strcasecmp (written, text), ==, 0);
  return TRUE;
}

static void
test_multibase_file (gconstpointer data)
{
  const char *name = data;
  gboolean canonical = strstr (name, "case") == NULL;
  g_autoptr (GPtrArray) rows = read_rows (name);
  guint known = 0;

  g_test_summary ("Each row of an encoding that is supported reads to its value");

  for (guint i = 0; i < rows->len; i++)
    known += check_multibase_row (rows->pdata[i], canonical);

  /* All of ours, or those of them that are written in either case. */
  g_assert_cmpuint (known, ==, canonical ? 13 : 8);
}

static void
test_multiaddr_lists (void)
{
  g_autoptr (GPtrArray) valid = read_rows ("upstream/multiaddr-valid.txt");
  g_autoptr (GPtrArray) invalid = read_rows ("upstream/multiaddr-invalid.txt");

  g_test_summary ("What the tests of go and rust take and refuse, we take and refuse");

  for (guint i = 0; i < valid->len; i++)
    {
      char **fields = valid->pdata[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (fields[0], &error);

      g_test_message ("%s", fields[0]);
      g_assert_no_error (error);
      g_assert_nonnull (address);
    }
  for (guint i = 0; i < invalid->len; i++)
    {
      char **fields = invalid->pdata[i];
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", fields[0]);
      g_assert_null (kad_multiaddr_new_from_string (fields[0], &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
    }
}

static void
test_multiaddr_bytes (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("upstream/multiaddr-bytes.tsv");

  g_test_summary ("Text becomes the bytes that go and rust make of it, and these the text again");

  for (guint i = 0; i < rows->len; i++)
    {
      char **fields = rows->pdata[i];
      g_autoptr (GBytes) expected = from_hex (fields[1]);
      gconstpointer data = g_bytes_get_data (expected, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (KadMultiaddr) parsed = kad_multiaddr_new_from_string (fields[0], &error);
      g_autoptr (KadMultiaddr) read = NULL;
      g_autofree char *text = NULL;
      const guint8 *made;
      gsize len;

      g_test_message ("%s", fields[0]);
      g_assert_no_error (error);
      made = kad_multiaddr_get_data (parsed, &len);
      g_assert_cmpmem (made, len, data, g_bytes_get_size (expected));

      read = kad_multiaddr_new_from_bytes (data, g_bytes_get_size (expected), &error);
      g_assert_no_error (error);
      text = kad_multiaddr_to_string (read);
      g_assert_cmpstr (text, ==, fields[0]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/upstream-vectors/table-of-protocols", test_table_of_protocols);
  g_test_add_func ("/upstream-vectors/multihash-values", test_multihash_values);
  g_test_add_data_func ("/upstream-vectors/multibase-basic", "upstream/multibase-basic.tsv",
                        test_multibase_file);
  g_test_add_data_func ("/upstream-vectors/multibase-leading-zero",
                        "upstream/multibase-leading-zero.tsv", test_multibase_file);
  g_test_add_data_func ("/upstream-vectors/multibase-two-leading-zeros",
                        "upstream/multibase-two-leading-zeros.tsv", test_multibase_file);
  g_test_add_data_func ("/upstream-vectors/multibase-any-case",
                        "upstream/multibase-case-insensitivity.tsv", test_multibase_file);
  g_test_add_func ("/upstream-vectors/multiaddr-lists", test_multiaddr_lists);
  g_test_add_func ("/upstream-vectors/multiaddr-bytes", test_multiaddr_bytes);
  return g_test_run ();
}
