/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-peer-id.h"

#include <string.h>

#include "kad-multibase.h"
#include "test-keys.h"
#include "test-vectors.h"

static void
assert_data (const KadPeerId *id, const char *hex)
{
  g_autoptr (GBytes) expected = from_hex (hex);
  gsize len;
  const guint8 *data = kad_peer_id_get_data (id, &len);

  assert_bytes_equal (expected, data, len);
}

static void
test_derived_from_keys (void)
{
  g_autoptr (GPtrArray) rows = read_key_rows ("peer-ids.tsv", 7);

  g_test_summary ("Short keys are the id themselves, long ones are hashed, as computed elsewhere");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = g_ptr_array_index (rows, i);
      g_autoptr (GBytes) key = from_hex (row[1]);
      g_autofree char *text = NULL;
      g_autofree char *cid = NULL;
      KadPeerId id, parsed, from_cid;

      g_assert_true (kad_peer_id_init_from_public_key (&id, g_bytes_get_data (key, NULL),
                                                       g_bytes_get_size (key), NULL));
      text = kad_peer_id_to_string (&id);
      cid = kad_peer_id_to_cid_string (&id);
      g_assert_cmpstr (text, ==, row[2]);
      g_assert_cmpstr (cid, ==, row[3]);
      g_assert_true (kad_peer_id_parse (&parsed, text, NULL));
      g_assert_true (kad_peer_id_parse (&from_cid, cid, NULL));
      g_assert_true (kad_peer_id_equal (&id, &parsed));
      g_assert_true (kad_peer_id_equal (&id, &from_cid));
    }
}

static void
test_every_text_form (void)
{
  g_autofree char *text = NULL;
  KadPeerId a, b, ed25519;

  g_test_summary ("The specification's examples are read, and both forms of one id are equal");

  g_assert_true (
      kad_peer_id_parse (&a, "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe", NULL));
  g_assert_true (kad_peer_id_parse (&b, "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N", NULL));
  g_assert_true (
      kad_peer_id_parse (&ed25519, "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA", NULL));
  g_assert_true (kad_peer_id_equal (&a, &b));
  g_assert_false (kad_peer_id_equal (&a, &ed25519));
  text = kad_peer_id_to_string (&a);
  g_assert_cmpstr (text, ==, "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");
}

static void
test_every_multibase_of_a_cid (void)
{
  g_autoptr (GBytes) cid
      = from_hex ("01721220e536c7f88d731f374dccb568aff6f56e838a19382e488039b1ca8ad2599e82fe");
  static const KadMultibase bases[]
      = { KAD_MULTIBASE_BASE16, KAD_MULTIBASE_BASE32,    KAD_MULTIBASE_BASE32_UPPER,
          KAD_MULTIBASE_BASE36, KAD_MULTIBASE_BASE58BTC, KAD_MULTIBASE_BASE64URL };

  g_test_summary ("A CID of codec libp2p-key is a peer id in any multibase");

  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    {
      g_autofree char *text
          = kad_multibase_encode (bases[i], g_bytes_get_data (cid, NULL), g_bytes_get_size (cid));
      KadPeerId id;

      g_assert_true (kad_peer_id_parse (&id, text, NULL));
      assert_data (&id, "1220e536c7f88d731f374dccb568aff6f56e838a19382e488039b1ca8ad2599e82fe");
    }
}

static void
test_refuses_other_text (void)
{
  static const char *const bad[] = {
    "",
    "1",
    "Qm",
    "hello",
    "/ip4/127.0.0.1",
    "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5",
    "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx50",
    "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5S",
    /* a CIDv1 of another codec (raw) */
    "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
    "zQmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
    " 12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA",
    "1\033[2J",
  };

  g_test_summary ("What is no peer id is InvalidKey, and the message is safe to print");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      KadPeerId id = { .length = 99 };

      g_assert_false (kad_peer_id_parse (&id, bad[i], &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
      g_assert_null (strchr (error->message, '\033'));
      g_assert_cmpuint (id.length, ==, 99);
    }
}

static void
test_only_two_multihashes (void)
{
  static const struct
  {
    const char *hex;
    gboolean valid;
  } cases[] = {
    { "0001ff", TRUE },
    { "002a000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242526272829",
      TRUE },
    { "002b000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a",
      FALSE },
    { "1220000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", TRUE },
    { "121f000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e", FALSE },
    { "1220000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e", FALSE },
    { "1220000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20", FALSE },
    { "1620000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", FALSE },
    { "1114000102030405060708090a0b0c0d0e0f10111213", FALSE },
    { "920020000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", FALSE },
    { "0000", FALSE },
    { "00", FALSE },
    { "", FALSE },
  };

  g_test_summary ("An id is an identity multihash of 1 to 42 bytes or a whole sha2-256");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = from_hex (cases[i].hex);
      g_autoptr (GError) error = NULL;
      KadPeerId id;
      gboolean valid = kad_peer_id_init_from_bytes (&id, g_bytes_get_data (bytes, NULL),
                                                    g_bytes_get_size (bytes), &error);

      g_assert_cmpint (valid, ==, cases[i].valid);
      if (valid)
        assert_data (&id, cases[i].hex);
      else
        g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
    }
}

static void
test_key_inside_of_the_id (void)
{
  KadPeerId inlined, hashed, none = { 0 };
  g_autoptr (GBytes) expected
      = from_hex ("08011220"
                  "30e9a6e3be2a6d2ac5c2e9a2f3a1f10ae1b3f18e7b26bbc1ae3c0b0f6d1fcb57");
  const guint8 *key;
  gsize len;
  guint8 long_key[43] = { 1 };

  g_test_summary ("An identity id gives the key that it embeds, a hashed one none");

  g_assert_true (kad_peer_id_init_from_public_key (&inlined, g_bytes_get_data (expected, NULL),
                                                   g_bytes_get_size (expected), NULL));
  key = kad_peer_id_get_inline_key (&inlined, &len);
  assert_bytes_equal (expected, key, len);
  g_assert_true (kad_peer_id_init_from_public_key (&inlined, long_key, 42, NULL));
  g_assert_nonnull (kad_peer_id_get_inline_key (&inlined, &len));
  g_assert_true (kad_peer_id_init_from_public_key (&hashed, long_key, 43, NULL));
  g_assert_null (kad_peer_id_get_inline_key (&hashed, &len));
  g_assert_cmpuint (len, ==, 0);
  g_assert_null (kad_peer_id_get_inline_key (&none, &len));
  g_assert_false (kad_peer_id_init_from_public_key (&hashed, NULL, 0, NULL));
}

static void
test_unset_id (void)
{
  KadPeerId none = { 0 }, id;
  gsize len;

  g_test_summary ("An id of length 0 names nobody");

  g_assert_false (kad_peer_id_is_set (NULL));
  g_assert_false (kad_peer_id_is_set (&none));
  kad_peer_id_get_data (&none, &len);
  g_assert_cmpuint (len, ==, 0);
  g_assert_true (kad_peer_id_parse (&id, "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N", NULL));
  g_assert_true (kad_peer_id_is_set (&id));
  g_assert_false (kad_peer_id_equal (&none, &id));
  g_assert_true (kad_peer_id_equal (&none, &none));
}

static void
test_order_and_hash (void)
{
  const guint8 a_bytes[] = { 0, 2, 1, 2 }, b_bytes[] = { 0, 2, 1, 3 }, c_bytes[] = { 0, 1, 9 };
  g_autoptr (GHashTable) hashes = g_hash_table_new (NULL, NULL);
  KadPeerId a, b, c;

  g_test_summary ("Ids are ordered by their bytes, and ids that differ little hash differently");

  g_assert_true (kad_peer_id_init_from_bytes (&a, a_bytes, sizeof a_bytes, NULL));
  g_assert_true (kad_peer_id_init_from_bytes (&b, b_bytes, sizeof b_bytes, NULL));
  g_assert_true (kad_peer_id_init_from_bytes (&c, c_bytes, sizeof c_bytes, NULL));
  g_assert_cmpint (kad_peer_id_compare (&a, &b), <, 0);
  g_assert_cmpint (kad_peer_id_compare (&b, &a), >, 0);
  g_assert_cmpint (kad_peer_id_compare (&a, &a), ==, 0);
  g_assert_cmpint (kad_peer_id_compare (&c, &a), <, 0);

  for (guint i = 0; i < 10000; i++)
    {
      guint8 key[36] = { 8, 1, 18, 32 };
      KadPeerId id;

      key[4 + i % 32] = (guint8) (1 + i / 32 % 255);
      key[35] ^= (guint8) (i / 8160);
      g_assert_true (kad_peer_id_init_from_public_key (&id, key, sizeof key, NULL));
      g_hash_table_add (hashes, GUINT_TO_POINTER (kad_peer_id_hash (&id) & 0xfffff));
    }
  /* 10,000 of a million slots: about 50 fall together by chance. */
  g_assert_cmpuint (g_hash_table_size (hashes), >, 9000);
}

static void
test_boxed (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (KadPeerId) copy = NULL;
  g_autoptr (GBytes) bytes = NULL;
  KadPeerId id;
  gsize len;
  const guint8 *data;

  g_test_summary ("The type is boxed: a value holds a copy");

  g_assert_true (kad_peer_id_parse (&id, "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N", NULL));
  g_value_init (&value, KAD_TYPE_PEER_ID);
  g_value_set_boxed (&value, &id);
  copy = g_value_dup_boxed (&value);
  g_assert_true (copy != &id);
  g_assert_true (kad_peer_id_equal (copy, &id));
  bytes = kad_peer_id_to_bytes (&id);
  data = kad_peer_id_get_data (&id, &len);
  assert_bytes_equal (bytes, data, len);
}

static void
test_hostile_text_and_bytes (void)
{
  static const char *const texts[]
      = { "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe",
          "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
          "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  g_test_summary ("Whatever is changed, reading says yes to an id or no, and no more");

  for (guint round = 0; round < 3000; round++)
    {
      const char *text = texts[round % G_N_ELEMENTS (texts)];
      g_autoptr (GBytes) changed = mutate (rand, (const guint8 *) text, strlen (text));
      g_autofree char *copy
          = g_strndup (g_bytes_get_data (changed, NULL), g_bytes_get_size (changed));
      KadPeerId id, again;
      gsize len;

      if (kad_peer_id_parse (&id, copy, NULL))
        {
          const guint8 *data = kad_peer_id_get_data (&id, &len);

          g_assert_true (kad_peer_id_init_from_bytes (&again, data, len, NULL));
        }
      if (kad_peer_id_init_from_bytes (&id, g_bytes_get_data (changed, NULL),
                                       g_bytes_get_size (changed), NULL))
        g_assert_cmpuint (g_bytes_get_size (changed), <=, KAD_MAX_PEER_ID_BYTES);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer-id/derived-from-keys", test_derived_from_keys);
  g_test_add_func ("/peer-id/every-text-form", test_every_text_form);
  g_test_add_func ("/peer-id/every-multibase-of-a-cid", test_every_multibase_of_a_cid);
  g_test_add_func ("/peer-id/refuses-other-text", test_refuses_other_text);
  g_test_add_func ("/peer-id/only-two-multihashes", test_only_two_multihashes);
  g_test_add_func ("/peer-id/key-inside-of-the-id", test_key_inside_of_the_id);
  g_test_add_func ("/peer-id/unset-id", test_unset_id);
  g_test_add_func ("/peer-id/order-and-hash", test_order_and_hash);
  g_test_add_func ("/peer-id/boxed", test_boxed);
  g_test_add_func ("/peer-id/hostile-text-and-bytes", test_hostile_text_and_bytes);
  return g_test_run ();
}
