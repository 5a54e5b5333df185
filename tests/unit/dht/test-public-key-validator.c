/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-validator.h"

#include <string.h>

#include "kad-error.h"
#include "kad-peer-id.h"

/* The cases of go-libp2p-record validator_test.go and js kad-dht
 * validator.spec.ts, with the keys of tests/vectors/keys/peer-ids.tsv. */

static GBytes *
from_hex (const char *hex)
{
  gsize len = strlen (hex) / 2;
  guint8 *data = g_malloc (len);

  for (gsize i = 0; i < len; i++)
    data[i]
        = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));
  return g_bytes_new_take (data, len);
}

static GPtrArray *
read_rows (void)
{
  g_autofree char *path
      = g_build_filename (g_getenv ("KAD_TEST_VECTORS_DIR"), "keys", "peer-ids.tsv", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      if (**line != '\0' && **line != '#')
        g_ptr_array_add (rows, g_strsplit (*line, "\t", -1));
    }
  g_assert_cmpuint (rows->len, >=, 4);
  return rows;
}

static GBytes *
make_record_key (const char *prefix, const guint8 *data, gsize len)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) prefix, (guint) strlen (prefix));
  g_byte_array_append (bytes, data, (guint) len);
  return g_bytes_new (bytes->data, bytes->len);
}

/* A row's public key, and the record key that names it. */
static GBytes *
read_row (char **row, const char *prefix, GBytes **key)
{
  KadPeerId peer;
  const guint8 *id;
  gsize id_len;

  g_assert_true (kad_peer_id_parse (&peer, row[2], NULL));
  id = kad_peer_id_get_data (&peer, &id_len);
  *key = make_record_key (prefix, id, id_len);
  return from_hex (row[1]);
}

static KadValidators *
make_validators (void)
{
  KadValidators *validators = kad_validators_new ();

  kad_validators_add_public_key (validators);
  return validators;
}

static void
assert_refused (KadValidators *validators, GBytes *key, GBytes *value)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (kad_validators_validate (validators, key, value, 0, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD);
}

static void
test_the_key_of_the_named_peer_is_good (void)
{
  g_autoptr (KadValidators) validators = make_validators ();
  g_autoptr (GPtrArray) rows = read_rows ();

  g_test_summary ("Ed25519, RSA, secp256k1 and ECDSA keys under the ids that they give");

  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) key = NULL;
      g_autoptr (GBytes) value = read_row (rows->pdata[i], "/pk/", &key);

      kad_validators_validate (validators, key, value, 0, &error);
      g_assert_no_error (error);
    }
}

static void
test_a_key_of_another_peer_is_refused (void)
{
  g_autoptr (KadValidators) validators = make_validators ();
  g_autoptr (GPtrArray) rows = read_rows ();

  g_test_summary ("Every key under every other key's id");

  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr (GBytes) key = NULL;
      g_autoptr (GBytes) own = read_row (rows->pdata[i], "/pk/", &key);

      for (guint j = 0; j < rows->len; j++)
        {
          g_autoptr (GBytes) other_key = NULL;
          g_autoptr (GBytes) other = read_row (rows->pdata[j], "/pk/", &other_key);

          if (!g_bytes_equal (own, other))
            assert_refused (validators, key, other);
        }
    }
}

static void
assert_suffix_refused (KadValidators *validators, gconstpointer suffix, gsize len, GBytes *value)
{
  g_autoptr (GBytes) key = make_record_key ("/pk/", suffix, len);

  assert_refused (validators, key, value);
}

static void
test_wrong_suffixes_are_refused (void)
{
  g_autoptr (KadValidators) validators = make_validators ();
  g_autoptr (GPtrArray) rows = read_rows ();

  g_test_summary ("No multihash, another one, one of more or less bytes, the id as text");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = rows->pdata[i];
      g_autoptr (GBytes) key = NULL;
      g_autoptr (GBytes) value = read_row (row, "/pk/", &key);
      gsize len = g_bytes_get_size (key) - 4;
      const guint8 *id = (const guint8 *) g_bytes_get_data (key, NULL) + 4;
      g_autofree guint8 *longer = g_malloc0 (len + 1);
      g_autofree char *letters = g_strnfill (len, 'A');

      memcpy (longer, id, len);
      assert_suffix_refused (validators, "random", 6, value);
      assert_suffix_refused (validators, letters, len, value);
      assert_suffix_refused (validators, longer, len + 1, value);
      assert_suffix_refused (validators, id, len - 1, value);
      assert_suffix_refused (validators, id, 0, value);
      assert_suffix_refused (validators, row[2], strlen (row[2]), value);
    }
}

static void
test_wrong_prefixes_are_refused (void)
{
  static const char *const prefixes[] = { "/aa/", "", "pk/", "/pk", "//pk/", "/pk//", "/PK/" };
  g_autoptr (KadValidators) validators = make_validators ();
  g_autoptr (GPtrArray) rows = read_rows ();

  g_test_summary ("The right id behind anything but /pk/");

  for (guint i = 0; i < rows->len; i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (prefixes); j++)
        {
          g_autoptr (GBytes) key = NULL;
          g_autoptr (GBytes) value = read_row (rows->pdata[i], prefixes[j], &key);

          assert_refused (validators, key, value);
        }
    }
}

static void
test_broken_values_are_refused (void)
{
  g_autoptr (KadValidators) validators = make_validators ();
  g_autoptr (GPtrArray) rows = read_rows ();

  g_test_summary ("A first byte that is changed, and a value cut anywhere");

  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr (GBytes) key = NULL;
      g_autoptr (GBytes) value = read_row (rows->pdata[i], "/pk/", &key);
      gsize len;
      const guint8 *data = g_bytes_get_data (value, &len);
      g_autofree guint8 *changed = g_memdup2 (data, len);
      g_autoptr (GBytes) bad = NULL;

      changed[0] = 'A';
      bad = g_bytes_new (changed, len);
      assert_refused (validators, key, bad);
      for (gsize cut = 0; cut < len; cut++)
        {
          g_autoptr (GBytes) part = g_bytes_new (data, cut);

          assert_refused (validators, key, part);
        }
    }
}

static void
test_a_short_rsa_key_is_refused (void)
{
  /* npm package libp2p-record 0.7.3 (MIT), test/fixtures/go-key-records.js: RSA of 512 bits, which
   * we do not take. */
  static const char fixture[] = "CAASXjBcMA0GCSqGSIb3DQEBAQUAA0sAMEgCQQDjXAQQMal4SB2tSnX6NJIPmC69/"
                                "BT8A8jc7/gDUZNkEhdhYHvc7k7S"
                                "4vntV/c92nJGxNdop9fKJyevuNMuXhhHAgMBAAE=";
  g_autoptr (KadValidators) validators = make_validators ();
  g_autoptr (GError) error = NULL;
  KadPeerId peer;
  gsize len, id_len;
  guint8 *data = g_base64_decode (fixture, &len);
  g_autoptr (GBytes) value = g_bytes_new_take (data, len);
  g_autoptr (GBytes) key = NULL;
  const guint8 *id;

  g_test_summary ("The go key of js's fixture: its id fits, its 512 bits do not");

  g_assert_true (kad_peer_id_init_from_public_key (&peer, data, len, NULL));
  id = kad_peer_id_get_data (&peer, &id_len);
  key = make_record_key ("/pk/", id, id_len);
  g_assert_false (kad_validators_validate (validators, key, value, 0, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD);
}

static void
test_select_takes_the_first (void)
{
  g_autoptr (KadValidators) validators = make_validators ();
  g_autoptr (GBytes) key = g_bytes_new_static ("/pk/thing", 9);
  g_autoptr (GBytes) first = g_bytes_new_static ("first", 5);
  g_autoptr (GBytes) second = g_bytes_new_static ("second", 6);
  GBytes *const values[] = { first, second };

  g_test_summary ("All valid values are the same key");

  g_assert_cmpuint (kad_validators_select (validators, key, values, 2), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/public-key-validator/good", test_the_key_of_the_named_peer_is_good);
  g_test_add_func ("/dht/public-key-validator/other", test_a_key_of_another_peer_is_refused);
  g_test_add_func ("/dht/public-key-validator/suffix", test_wrong_suffixes_are_refused);
  g_test_add_func ("/dht/public-key-validator/prefix", test_wrong_prefixes_are_refused);
  g_test_add_func ("/dht/public-key-validator/broken", test_broken_values_are_refused);
  g_test_add_func ("/dht/public-key-validator/short-rsa", test_a_short_rsa_key_is_refused);
  g_test_add_func ("/dht/public-key-validator/select", test_select_takes_the_first);
  return g_test_run ();
}
