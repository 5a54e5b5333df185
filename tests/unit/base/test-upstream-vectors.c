/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-multiaddr-protocols.h"
#include "kad-multiaddr.h"
#include "kad-multibase.h"
#include "kad-multihash.h"

#include "test-vectors.h"

/*
 * The multiformats projects' own data files, which are not kept in this tree:
 * tests/vectors/README.md says which, and where they are looked for.
 */

/* The lines of a file, or NULL when it is not there, and then the test is skipped. */
static char **
read_upstream (const char *name)
{
  const char *named = g_getenv ("KAD_UPSTREAM_VECTORS_DIR");
  g_autofree char *dir
      = named != NULL ? g_strdup (named)
                      : g_build_filename (g_getenv ("KAD_TEST_VECTORS_DIR"), "upstream", NULL);
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *text = NULL;
  char **lines;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    {
      g_autofree char *why = g_strdup_printf ("%s is not there", path);

      g_test_skip (why);
      return NULL;
    }

  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), >, 5);
  return lines;
}

/* Fields between commas, without the spaces around them; only the last may have a comma inside. */
static char **
split_fields (const char *line, int n)
{
  char **fields = g_strsplit (line, ",", n);

  for (char **field = fields; *field != NULL; field++)
    g_strstrip (*field);
  return fields;
}

static void
assert_protocol_row (char **fields)
{
  guint64 code = g_ascii_strtoull (fields[0], NULL, 10);
  const KadMultiaddrProtocol *row = kad_multiaddr_protocol_by_code (code);

  g_test_message ("%s %s %s", fields[0], fields[1], fields[2]);
  g_assert_nonnull (row);
  g_assert_true (kad_multiaddr_protocol_by_name (fields[2], strlen (fields[2])) == row);
  if (strcmp (fields[2], "ipfs") != 0)
    g_assert_cmpstr (row->name, ==, fields[2]);

  /* The one row that peers do otherwise: see the comment at our table. */
  if (code == KAD_MULTIADDR_MEMORY)
    g_assert_cmpint (row->size_bytes, ==, 8);
  else if (strcmp (fields[1], "V") == 0)
    g_assert_cmpint (row->size_bytes, ==, KAD_MULTIADDR_SIZE_VARIABLE);
  else
    g_assert_cmpint (row->size_bytes * 8, ==, g_ascii_strtoll (fields[1], NULL, 10));
}

static void
test_table_of_protocols (void)
{
  g_auto (GStrv) lines = NULL;
  guint rows = 0, ours = 0;

  g_test_summary ("Our table has each row of protocols.csv, and no other");

  lines = read_upstream ("protocols.csv");
  if (lines == NULL)
    return;

  for (char **line = lines + 1; *line != NULL; line++)
    {
      g_auto (GStrv) fields = split_fields (*line, 4);

      if (g_strv_length (fields) < 3)
        continue;
      assert_protocol_row (fields);
      rows += strcmp (fields[2], "ipfs") != 0;
    }

  while (kad_multiaddr_protocol_by_index (ours) != NULL)
    ours++;
  g_assert_cmpuint (ours, ==, rows);
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
  g_auto (GStrv) lines = NULL;
  guint rows = 0, computed = 0;

  g_test_summary ("Each row of test_cases.csv parses, and those of sha1 and sha2 are made again");

  lines = read_upstream ("test_cases.csv");
  if (lines == NULL)
    return;

  for (char **line = lines + 1; *line != NULL; line++)
    {
      g_auto (GStrv) fields = split_fields (*line, 4);

      if (g_strv_length (fields) < 4)
        continue;
      assert_multihash_row (fields, &computed);
      rows++;
    }

  g_assert_cmpuint (rows, >, 200);
  g_assert_cmpuint (computed, >, 100);
}

/* The value of a field in quotes, with its \xNN read. */
static GBytes *
unquote (char *field)
{
  gsize len = strlen (field);
  g_autoptr (GString) bytes = g_string_new (NULL);

  g_assert_cmpuint (len, >=, 2);
  g_assert_true (field[0] == '"' && field[len - 1] == '"');
  for (const char *at = field + 1; at < field + len - 1; at++)
    {
      if (at[0] == '\\' && at[1] == 'x')
        {
          g_string_append_c (
              bytes, (char) (g_ascii_xdigit_value (at[2]) << 4 | g_ascii_xdigit_value (at[3])));
          at += 3;
        }
      else
        {
          g_string_append_c (bytes, *at);
        }
    }

  return g_string_free_to_bytes (g_steal_pointer (&bytes));
}

/* Whether the row is of an encoding that we have. */
static gboolean
check_multibase_row (const char *name, const char *text, GBytes *expected, gboolean canonical)
{
  KadMultibase base = 0;
  g_autoptr (GBytes) bytes = kad_multibase_decode (text, &base, NULL);
  g_autofree char *written = NULL;

  if (bytes == NULL)
    return FALSE;

  g_test_message ("%s %s", name, text);
  g_assert_cmpstr (kad_multibase_get_name (base), ==, name);
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
  gboolean canonical = strcmp (name, "case_insensitivity.csv") != 0;
  g_auto (GStrv) lines = NULL;
  g_auto (GStrv) head = NULL;
  g_autoptr (GBytes) expected = NULL;
  guint known = 0;

  g_test_summary ("Each row of an encoding that is supported reads to the value in the first row");

  lines = read_upstream (name);
  if (lines == NULL)
    return;

  head = split_fields (lines[0], 2);
  expected = unquote (head[1]);
  for (char **line = lines + 1; *line != NULL; line++)
    {
      g_auto (GStrv) fields = split_fields (*line, 2);
      g_autoptr (GBytes) text = NULL;
      g_autofree char *terminated = NULL;

      if (g_strv_length (fields) < 2)
        continue;
      text = unquote (fields[1]);
      terminated = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
      known += check_multibase_row (fields[0], terminated, expected, canonical);
    }

  /* All of ours, or those of them that are written in either case. */
  g_assert_cmpuint (known, ==, canonical ? 13 : 8);
}

static void
test_multiaddr_lists (void)
{
  g_auto (GStrv) valid = NULL;
  g_auto (GStrv) invalid = NULL;

  g_test_summary ("What go-multiaddr's tests take and refuse, we take and refuse");

  valid = read_upstream ("multiaddr-valid.txt");
  if (valid == NULL)
    return;
  invalid = read_upstream ("multiaddr-invalid.txt");
  if (invalid == NULL)
    return;

  for (char **line = valid; *line != NULL && **line != '\0'; line++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (*line, &error);

      g_test_message ("%s", *line);
      g_assert_no_error (error);
      g_assert_nonnull (address);
    }
  for (char **line = invalid; *line != NULL && **line != '\0'; line++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", *line);
      g_assert_null (kad_multiaddr_new_from_string (*line, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/upstream-vectors/table-of-protocols", test_table_of_protocols);
  g_test_add_func ("/upstream-vectors/multihash-values", test_multihash_values);
  g_test_add_data_func ("/upstream-vectors/multibase-basic", "basic.csv", test_multibase_file);
  g_test_add_data_func ("/upstream-vectors/multibase-leading-zero", "leading_zero.csv",
                        test_multibase_file);
  g_test_add_data_func ("/upstream-vectors/multibase-two-leading-zeros", "two_leading_zeros.csv",
                        test_multibase_file);
  g_test_add_data_func ("/upstream-vectors/multibase-any-case", "case_insensitivity.csv",
                        test_multibase_file);
  g_test_add_func ("/upstream-vectors/multiaddr-lists", test_multiaddr_lists);
  return g_test_run ();
}
