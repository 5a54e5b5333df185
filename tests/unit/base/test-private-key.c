/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-private-key.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "test-keys.h"
#include "test-vectors.h"

static KadPrivateKey *
key_from_bytes (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  KadPrivateKey *key = kad_private_key_new_from_protobuf (g_bytes_get_data (bytes, NULL),
                                                          g_bytes_get_size (bytes), &error);

  g_assert_no_error (error);
  return key;
}

static void
assert_round_trip (const KadPrivateKey *key, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first
      = kad_private_key_sign (key, (const guint8 *) message, strlen (message), &error);
  g_autoptr (GBytes) second
      = kad_private_key_sign (key, (const guint8 *) message, strlen (message), &error);
  KadPublicKey *public_key = kad_private_key_get_public_key (key);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (first, second));
  g_assert_cmpuint (g_bytes_get_size (first), <=, KAD_MAX_SIGNATURE_BYTES);
  g_assert_true (kad_public_key_verify (public_key, (const guint8 *) message, strlen (message),
                                        g_bytes_get_data (first, NULL), g_bytes_get_size (first)));
  g_assert_false (kad_public_key_verify (public_key, (const guint8 *) "x", 1,
                                         g_bytes_get_data (first, NULL), g_bytes_get_size (first)));
}

static void
test_keys_of_the_specification (void)
{
  g_autoptr (GPtrArray) rows = read_key_rows ("specs-peer-ids.tsv", 8);

  g_test_summary (
      "The specification's private keys give its public keys, and are written the same");

  for (guint i = 0; i < rows->len; i += 2)
    {
      char **private_row = g_ptr_array_index (rows, i);
      char **public_row = g_ptr_array_index (rows, i + 1);
      g_autoptr (GBytes) private_bytes = from_hex (private_row[2]);
      g_autoptr (GBytes) public_bytes = from_hex (public_row[2]);
      g_autoptr (KadPrivateKey) key = key_from_bytes (private_bytes);
      g_autoptr (GBytes) written = kad_private_key_to_protobuf (key);
      gsize len;
      const guint8 *data = kad_public_key_get_protobuf (kad_private_key_get_public_key (key), &len);

      g_assert_cmpstr (private_row[1], ==, "private");
      g_assert_cmpstr (public_row[1], ==, "public");
      assert_bytes_equal (public_bytes, data, len);
      g_assert_true (g_bytes_equal (written, private_bytes));
      assert_round_trip (key, "noise-libp2p-static-key:");
    }
}

static void
test_keys_of_go (void)
{
  static const struct
  {
    const char *type;
    gboolean deterministic; /* in go */
  } cases[] = { { "0", TRUE }, { "2", TRUE }, { "3", FALSE } };

  g_test_summary ("Go's keys give its public keys and, where go is deterministic, its signatures");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *private_name = g_strdup_printf ("go-libp2p/%s.priv", cases[i].type);
      g_autofree char *public_name = g_strdup_printf ("go-libp2p/%s.pub", cases[i].type);
      g_autofree char *signature_name = g_strdup_printf ("go-libp2p/%s.sig", cases[i].type);
      g_autoptr (GBytes) private_bytes = read_key_file (private_name);
      g_autoptr (GBytes) public_bytes = read_key_file (public_name);
      g_autoptr (GBytes) expected = read_key_file (signature_name);
      g_autoptr (KadPrivateKey) key = key_from_bytes (private_bytes);
      g_autoptr (GBytes) written = kad_private_key_to_protobuf (key);
      g_autoptr (GBytes) signature
          = kad_private_key_sign (key, (const guint8 *) GO_MESSAGE, strlen (GO_MESSAGE), NULL);
      gsize len;
      const guint8 *data = kad_public_key_get_protobuf (kad_private_key_get_public_key (key), &len);

      assert_bytes_equal (public_bytes, data, len);
      g_assert_true (g_bytes_equal (written, private_bytes));
      if (cases[i].deterministic)
        g_assert_true (g_bytes_equal (signature, expected));
      assert_round_trip (key, GO_MESSAGE);
    }
}

static void
test_keys_of_js (void)
{
  static const char *const names[]
      = { "go.ed25519", "go.rsa", "go.secp256k1", "js.ed25519", "js.rsa", "js.secp256k1" };

  g_test_summary ("The keys of js's interoperation tests are read, the old Ed25519 form too");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_strdup_printf ("js-libp2p/%s.key", names[i]);
      g_autoptr (GBytes) bytes = read_key_file (name);
      g_autoptr (KadPrivateKey) key = key_from_bytes (bytes);
      KadKeyType type = kad_public_key_get_key_type (kad_private_key_get_public_key (key));

      g_assert_true (g_str_has_suffix (names[i], kad_key_type_get_name (type)));
      assert_round_trip (key, "Hello");
    }
}

static void
test_old_ed25519_form (void)
{
  g_autoptr (GBytes) old = read_key_file ("js-libp2p/go.ed25519.key");
  g_autoptr (KadPrivateKey) key = key_from_bytes (old);
  g_autoptr (GBytes) written = kad_private_key_to_protobuf (key);
  guint8 expected[68] = { 0x08, 0x01, 0x12, 0x40 };
  guint8 changed[100];

  g_test_summary ("96 bytes are written as 64, and refused when the public keys in them differ");

  g_assert_cmpuint (g_bytes_get_size (old), ==, sizeof changed);
  memcpy (expected + 4, (const guint8 *) g_bytes_get_data (old, NULL) + 4, 64);
  assert_bytes_equal (written, expected, sizeof expected);
  for (gsize at = 4; at < sizeof changed; at += 8)
    {
      g_autoptr (GError) error = NULL;

      memcpy (changed, g_bytes_get_data (old, NULL), sizeof changed);
      changed[at] ^= 1;
      g_assert_null (kad_private_key_new_from_protobuf (changed, sizeof changed, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
    }
}

static void
test_ed25519_from_seed (void)
{
  /* RFC 8032, 7.1, TEST 3 */
  g_autoptr (GBytes) seed
      = from_hex ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
  g_autoptr (GBytes) expected
      = from_hex ("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                  "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
  g_autoptr (GBytes) public_bytes
      = from_hex ("08011220"
                  "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
  g_autoptr (KadPrivateKey) key
      = kad_private_key_new_ed25519_from_seed (g_bytes_get_data (seed, NULL));
  g_autoptr (GBytes) signature = kad_private_key_sign (key, (const guint8 *) "\xaf\x82", 2, NULL);
  g_autoptr (GBytes) written = kad_private_key_to_protobuf (key);
  g_autoptr (KadPrivateKey) again = key_from_bytes (written);
  gsize len;
  const guint8 *data = kad_public_key_get_protobuf (kad_private_key_get_public_key (again), &len);

  g_test_summary ("A seed gives the key and the signature of RFC 8032");

  g_assert_true (g_bytes_equal (signature, expected));
  assert_bytes_equal (public_bytes, data, len);
}

static void
test_ecdsa_is_rfc_6979 (void)
{
  /* RFC 6979, A.2.5, SHA-256, "sample" */
  g_autoptr (GBytes) bytes = from_hex (
      "08031279"
      "30770201010420c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
      "a00a06082a8648ce3d030107a1440342000460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e"
      "60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
  g_autoptr (GBytes) expected
      = from_hex ("3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                  "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
  g_autoptr (KadPrivateKey) key = key_from_bytes (bytes);
  g_autoptr (GBytes) signature = kad_private_key_sign (key, (const guint8 *) "sample", 6, NULL);

  g_test_summary ("An ECDSA signature is the one of RFC 6979");

  g_assert_true (g_bytes_equal (signature, expected));
}

static void
assert_refused (const char *hex)
{
  g_autoptr (GBytes) bytes = from_hex (hex);
  g_autoptr (GError) error = NULL;

  g_assert_null (kad_private_key_new_from_protobuf (g_bytes_get_data (bytes, NULL),
                                                    g_bytes_get_size (bytes), &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
}

static void
test_malformed_keys (void)
{
  g_autofree guint8 *big = g_malloc0 (KAD_MAX_PRIVATE_KEY_BYTES + 1);
  g_autoptr (GError) error = NULL;

  g_test_summary ("Malformed keys and parts that do not belong together are InvalidKey");

  assert_refused ("");
  assert_refused ("0801");
  assert_refused ("08011203010203");
  assert_refused ("08021203010203");
  assert_refused ("08001203010203");
  assert_refused ("08031203010203");
  /* secp256k1: zero, and the order of the group */
  assert_refused ("08021220"
                  "0000000000000000000000000000000000000000000000000000000000000000");
  assert_refused ("08021220"
                  "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
  /* ECDSA: RFC 6979's key with another public point, and the point of another curve's form */
  assert_refused (
      "08031279"
      "30770201010420c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
      "a00a06082a8648ce3d030107a14403420004de3d300fa36ae0e8f5d530899d83abab44abf3161f162a4bc901d8e6"
      "ecda020e8b6d5f8da30525e71d6851510c098e5c47c646a597fb4dcec034e9f77c409e62");
  g_assert_null (kad_private_key_new_from_protobuf (big, KAD_MAX_PRIVATE_KEY_BYTES + 1, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
}

static void
test_short_rsa_key_is_refused (void)
{
  gnutls_x509_privkey_t x509;
  gnutls_datum_t der;
  g_autoptr (GByteArray) message = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  guint8 header[] = { 0x08, 0x00, 0x12, 0x80, 0x00 };

  g_test_summary ("An RSA private key of 1024 bits is refused by its length");

  gnutls_x509_privkey_init (&x509);
  g_assert_cmpint (gnutls_x509_privkey_generate (x509, GNUTLS_PK_RSA, 1024, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_export2 (x509, GNUTLS_X509_FMT_DER, &der), ==, 0);
  header[3] = (guint8) (0x80 | (der.size & 0x7f));
  header[4] = (guint8) (der.size >> 7);
  g_byte_array_append (message, header, sizeof header);
  g_byte_array_append (message, der.data, der.size);
  g_assert_null (kad_private_key_new_from_protobuf (message->data, message->len, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
  g_assert_nonnull (strstr (error->message, "1024 bits"));
  gnutls_free (der.data);
  gnutls_x509_privkey_deinit (x509);
}

static void
test_damaged_keys (void)
{
  static const char *const names[]
      = { "go-libp2p/0.priv", "go-libp2p/2.priv", "go-libp2p/3.priv", "js-libp2p/js.ed25519.key" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  g_test_summary ("A damaged key file is refused, or gives a key that works");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GBytes) bytes = read_key_file (names[i]);
      gsize len;
      const guint8 *data = g_bytes_get_data (bytes, &len);

      for (gsize cut = 0; cut < len; cut += 1 + len / 64)
        {
          g_autofree guint8 *exact = g_memdup2 (data, cut);

          g_assert_null (kad_private_key_new_from_protobuf (exact, cut, NULL));
        }
      for (guint round = 0; round < 60; round++)
        {
          g_autoptr (GBytes) changed = mutate (rand, data, len);
          g_autoptr (KadPrivateKey) key = kad_private_key_new_from_protobuf (
              g_bytes_get_data (changed, NULL), g_bytes_get_size (changed), NULL);

          if (key != NULL)
            assert_round_trip (key, "still good");
        }
    }
}

static void
test_references (void)
{
  const guint8 seed[32] = { 1 };
  KadPrivateKey *key = kad_private_key_new_ed25519_from_seed (seed);
  KadPrivateKey *again = kad_private_key_ref (key);
  g_autoptr (KadPublicKey) public_key = NULL;

  g_test_summary ("A key lives as long as somebody holds it, and its public key may outlive it");

  kad_private_key_unref (key);
  public_key = kad_public_key_ref (kad_private_key_get_public_key (again));
  kad_private_key_unref (again);
  g_assert_cmpint (kad_public_key_get_key_type (public_key), ==, KAD_KEY_TYPE_ED25519);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/private-key/keys-of-the-specification", test_keys_of_the_specification);
  g_test_add_func ("/private-key/keys-of-go", test_keys_of_go);
  g_test_add_func ("/private-key/keys-of-js", test_keys_of_js);
  g_test_add_func ("/private-key/old-ed25519-form", test_old_ed25519_form);
  g_test_add_func ("/private-key/ed25519-from-seed", test_ed25519_from_seed);
  g_test_add_func ("/private-key/ecdsa-is-rfc-6979", test_ecdsa_is_rfc_6979);
  g_test_add_func ("/private-key/malformed-keys", test_malformed_keys);
  g_test_add_func ("/private-key/short-rsa-key-is-refused", test_short_rsa_key_is_refused);
  g_test_add_func ("/private-key/damaged-keys", test_damaged_keys);
  g_test_add_func ("/private-key/references", test_references);
  return g_test_run ();
}
