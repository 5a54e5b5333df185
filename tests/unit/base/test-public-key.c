/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-public-key.h"

#include <secp256k1.h>
#include <sodium.h>

#include "kad-private-key.h"
#include "test-keys.h"
#include "test-vectors.h"

static KadPublicKey *
key_from_bytes (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  KadPublicKey *key = kad_public_key_new_from_protobuf (g_bytes_get_data (bytes, NULL),
                                                        g_bytes_get_size (bytes), &error);

  g_assert_no_error (error);
  return key;
}

static KadPublicKey *
key_from_hex (const char *hex)
{
  g_autoptr (GBytes) bytes = from_hex (hex);

  return key_from_bytes (bytes);
}

static void
assert_protobuf (const KadPublicKey *key, GBytes *expected)
{
  gsize len;
  const guint8 *data = kad_public_key_get_protobuf (key, &len);

  assert_bytes_equal (expected, data, len);
}

static void
assert_refused (const char *hex, KadError code)
{
  g_autoptr (GBytes) bytes = from_hex (hex);
  g_autoptr (GError) error = NULL;

  g_assert_null (kad_public_key_new_from_protobuf (g_bytes_get_data (bytes, NULL),
                                                   g_bytes_get_size (bytes), &error));
  g_assert_error (error, KAD_ERROR, (gint) code);
}

static void
test_names_of_types (void)
{
  g_test_summary ("Each type has a name that is read back");

  for (guint i = 0; i <= KAD_KEY_TYPE_ECDSA; i++)
    {
      KadKeyType type = (KadKeyType) 99;

      g_assert_true (kad_key_type_parse (kad_key_type_get_name ((KadKeyType) i), &type, NULL));
      g_assert_cmpuint (type, ==, i);
    }
  g_assert_cmpstr (kad_key_type_get_name (KAD_KEY_TYPE_SECP256K1), ==, "secp256k1");
}

static void
test_ids_of_public_vectors (void)
{
  g_autoptr (GPtrArray) rows = read_key_rows ("peer-ids.tsv", 7);

  g_test_summary (
      "Keys of every type are read, written the same, and give the id computed elsewhere");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = g_ptr_array_index (rows, i);
      g_autoptr (GBytes) bytes = from_hex (row[1]);
      g_autoptr (KadPublicKey) key = key_from_bytes (bytes);
      g_autofree char *id = kad_peer_id_to_string (kad_public_key_get_peer_id (key));

      g_assert_cmpstr (kad_key_type_get_name (kad_public_key_get_key_type (key)), ==, row[0]);
      g_assert_cmpstr (id, ==, row[2]);
      assert_protobuf (key, bytes);
    }
}

/* Each byte of message and signature counts, and so does each length. */
static void
assert_only_this_signature (const KadPublicKey *key, GBytes *signature_bytes)
{
  gsize len, message_len = strlen (GO_MESSAGE);
  const guint8 *signature = g_bytes_get_data (signature_bytes, &len);
  const guint8 *message = (const guint8 *) GO_MESSAGE;

  g_assert_true (kad_public_key_verify (key, message, message_len, signature, len));
  g_assert_false (kad_public_key_verify (key, message, message_len - 1, signature, len));
  g_assert_false (kad_public_key_verify (key, NULL, 0, signature, len));
  g_assert_false (kad_public_key_verify (key, message, message_len, NULL, 0));
  for (gsize at = 0; at < len; at++)
    {
      g_autofree guint8 *changed = g_memdup2 (signature, len);
      g_autofree guint8 *cut = g_memdup2 (signature, at);

      changed[at] ^= 0x10;
      g_assert_false (kad_public_key_verify (key, message, message_len, changed, len));
      g_assert_false (kad_public_key_verify (key, message, message_len, cut, at));
    }
}

static void
test_signatures_of_go (void)
{
  static const char *const types[] = { "0", "2", "3" };

  g_test_summary ("Go's RSA, secp256k1 and ECDSA signatures verify, and nothing near them does");

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *public_name = g_strdup_printf ("go-libp2p/%s.pub", types[i]);
      g_autofree char *signature_name = g_strdup_printf ("go-libp2p/%s.sig", types[i]);
      g_autoptr (GBytes) public_bytes = read_key_file (public_name);
      g_autoptr (GBytes) signature = read_key_file (signature_name);
      g_autoptr (KadPublicKey) key = key_from_bytes (public_bytes);

      assert_only_this_signature (key, signature);
    }
}

static void
test_ed25519_signatures (void)
{
  /* RFC 8032, 7.1, TEST 3 */
  g_autoptr (KadPublicKey) key
      = key_from_hex ("08011220"
                      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
  g_autoptr (GBytes) message = from_hex ("af82");
  g_autoptr (GBytes) signature
      = from_hex ("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                  "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
  const guint8 *data = g_bytes_get_data (signature, NULL);
  guint8 longer[65] = { 0 };

  g_test_summary ("The vector of RFC 8032 verifies, and nothing near it does");

  g_assert_true (kad_public_key_verify (key, g_bytes_get_data (message, NULL), 2, data, 64));
  g_assert_false (kad_public_key_verify (key, g_bytes_get_data (message, NULL), 1, data, 64));
  g_assert_false (kad_public_key_verify (key, g_bytes_get_data (message, NULL), 2, data, 63));
  memcpy (longer, data, 64);
  g_assert_false (kad_public_key_verify (key, g_bytes_get_data (message, NULL), 2, longer, 65));
  for (gsize at = 0; at < 64; at++)
    {
      guint8 changed[64];

      memcpy (changed, data, 64);
      changed[at] ^= 0x80;
      g_assert_false (
          kad_public_key_verify (key, g_bytes_get_data (message, NULL), 2, changed, 64));
    }
}

/* The points of order 1, 2, 4 and 8, and encodings of them that are not
 * canonical. With such a key, R = the point and S = 0 satisfy the equation for
 * many messages. */
static void
test_small_order_keys_verify_nothing (void)
{
  static const char *const points[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  };

  g_test_summary ("With an Ed25519 key of small order no signature is good");

  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    {
      g_autofree char *hex = g_strconcat ("08011220", points[i], NULL);
      g_autoptr (KadPublicKey) key = key_from_hex (hex);
      g_autoptr (GBytes) identity = from_hex (points[1]);
      g_autoptr (GBytes) point = from_hex (points[i]);
      guint8 signature[64] = { 0 };

      for (guint message = 0; message < 64; message++)
        {
          guint8 byte = (guint8) message;

          memcpy (signature, g_bytes_get_data (identity, NULL), 32);
          g_assert_false (kad_public_key_verify (key, &byte, 1, signature, 64));
          memcpy (signature, g_bytes_get_data (point, NULL), 32);
          g_assert_false (kad_public_key_verify (key, &byte, 1, signature, 64));
        }
    }
}

/* libsodium refuses keys of small order, but not an honest point plus one of
 * small order: who owns such a key can make some signatures that verify. It is
 * a key of its own, with its own id, and gives no power over the honest one. */
static void
test_mixed_order_key_is_another_key (void)
{
  const guint8 seed[32] = { 1 };
  g_autoptr (GBytes) torsion
      = from_hex ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
  guint8 public_key[32], secret_key[64], mixed[36] = { 0x08, 0x01, 0x12, 0x20 };
  g_autoptr (GBytes) mixed_bytes = NULL;
  g_autoptr (KadPrivateKey) honest = kad_private_key_new_ed25519_from_seed (seed);
  KadPublicKey *honest_public = kad_private_key_get_public_key (honest);
  g_autoptr (KadPublicKey) key = NULL;

  g_test_summary ("A key plus a point of small order shares no signature and no id with the key");

  crypto_sign_seed_keypair (public_key, secret_key, seed);
  g_assert_cmpint (
      crypto_core_ed25519_add (mixed + 4, public_key, g_bytes_get_data (torsion, NULL)), ==, 0);
  mixed_bytes = g_bytes_new (mixed, sizeof mixed);
  key = key_from_bytes (mixed_bytes);
  g_assert_false (kad_peer_id_equal (kad_public_key_get_peer_id (key),
                                     kad_public_key_get_peer_id (honest_public)));

  memcpy (secret_key + 32, mixed + 4, 32);
  for (guint i = 0; i < 64; i++)
    {
      guint8 message = (guint8) i, forged[64];
      g_autoptr (GBytes) signature = kad_private_key_sign (honest, &message, 1, NULL);

      crypto_sign_detached (forged, NULL, &message, 1, secret_key);
      g_assert_false (kad_public_key_verify (honest_public, &message, 1, forged, 64));
      g_assert_false (
          kad_public_key_verify (key, &message, 1, g_bytes_get_data (signature, NULL), 64));
    }
}

static void
test_small_order_signatures_are_refused (void)
{
  /* S = 0 and R of small order under an honest key, and S not reduced. */
  g_autoptr (KadPublicKey) key
      = key_from_hex ("08011220"
                      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
  g_autoptr (GBytes) order
      = from_hex ("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  g_autoptr (GBytes) good
      = from_hex ("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                  "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
  guint8 signature[64] = { 1 };
  guint carry = 0;

  g_test_summary ("An Ed25519 signature with R of small order or S not reduced is refused");

  g_assert_false (kad_public_key_verify (key, (const guint8 *) "\xaf\x82", 2, signature, 64));
  memcpy (signature, g_bytes_get_data (good, NULL), 64);
  for (guint i = 0; i < 32; i++)
    {
      carry += (guint) signature[32 + i] + ((const guint8 *) g_bytes_get_data (order, NULL))[i];
      signature[32 + i] = (guint8) carry;
      carry >>= 8;
    }
  g_assert_cmpuint (carry, ==, 0);
  g_assert_false (kad_public_key_verify (key, (const guint8 *) "\xaf\x82", 2, signature, 64));
}

static void
test_secp256k1_takes_either_s (void)
{
  static const guint8 order[32]
      = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xfe, 0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48,
          0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41 };
  g_autoptr (GBytes) public_bytes = read_key_file ("go-libp2p/2.pub");
  g_autoptr (GBytes) low = read_key_file ("go-libp2p/2.sig");
  g_autoptr (KadPublicKey) key = key_from_bytes (public_bytes);
  secp256k1_ecdsa_signature signature;
  guint8 compact[64], der[80];
  gsize len = sizeof der;
  int borrow = 0;

  g_test_summary ("A secp256k1 signature with the larger S verifies, as it does in go");

  g_assert_true (secp256k1_ecdsa_signature_parse_der (
      secp256k1_context_static, &signature, g_bytes_get_data (low, NULL), g_bytes_get_size (low)));
  secp256k1_ecdsa_signature_serialize_compact (secp256k1_context_static, compact, &signature);
  for (int i = 31; i >= 0; i--)
    {
      int digit = order[i] - compact[32 + i] - borrow;

      borrow = digit < 0;
      compact[32 + i] = (guint8) digit;
    }
  g_assert_true (
      secp256k1_ecdsa_signature_parse_compact (secp256k1_context_static, &signature, compact));
  g_assert_true (
      secp256k1_ecdsa_signature_serialize_der (secp256k1_context_static, der, &len, &signature));
  g_assert_cmpuint (len, >, g_bytes_get_size (low));
  g_assert_true (
      kad_public_key_verify (key, (const guint8 *) GO_MESSAGE, strlen (GO_MESSAGE), der, len));
}

static void
test_secp256k1_points_are_compressed (void)
{
  g_autoptr (GBytes) compressed
      = from_hex ("08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99");
  g_autoptr (KadPublicKey) short_key = key_from_bytes (compressed);
  g_autoptr (KadPublicKey) long_key = NULL;
  g_autoptr (GBytes) long_bytes = NULL;
  guint8 message[4 + 65] = { 0x08, 0x02, 0x12, 65 };
  secp256k1_pubkey point;
  gsize len = 65;

  g_test_summary ("The long form of a secp256k1 point gives the same key and id as the short one");

  g_assert_true (
      secp256k1_ec_pubkey_parse (secp256k1_context_static, &point,
                                 (const guint8 *) g_bytes_get_data (compressed, NULL) + 4, 33));
  secp256k1_ec_pubkey_serialize (secp256k1_context_static, message + 4, &len, &point,
                                 SECP256K1_EC_UNCOMPRESSED);
  long_bytes = g_bytes_new (message, sizeof message);
  long_key = key_from_bytes (long_bytes);
  assert_protobuf (long_key, compressed);
  g_assert_true (kad_peer_id_equal (kad_public_key_get_peer_id (long_key),
                                    kad_public_key_get_peer_id (short_key)));
}

static void
test_deterministic_form (void)
{
  static const char key_hex[] = "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";
  g_autofree char *usual_hex = g_strconcat ("08011220", key_hex, NULL);
  g_autofree char *odd_hex = g_strconcat ("1220", key_hex, "1a01ff", "088100", NULL);
  g_autoptr (GBytes) usual = from_hex (usual_hex);
  g_autoptr (KadPublicKey) key = key_from_hex (odd_hex);

  g_test_summary ("A message in another order, with more fields and long varints has the same id");

  assert_protobuf (key, usual);
}

static void
test_malformed_keys (void)
{
  g_autofree guint8 *big = g_malloc0 (KAD_MAX_PUBLIC_KEY_BYTES + 1);
  g_autoptr (GError) error = NULL;

  g_test_summary ("Malformed keys are InvalidKey, unknown types NotSupported");

  assert_refused ("", KAD_ERROR_INVALID_KEY);
  assert_refused ("0801", KAD_ERROR_INVALID_KEY);
  assert_refused ("0801121f"
                  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e",
                  KAD_ERROR_INVALID_KEY);
  assert_refused ("08011221"
                  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
                  KAD_ERROR_INVALID_KEY);
  assert_refused ("08021220"
                  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                  KAD_ERROR_INVALID_KEY);
  /* no point has this abscissa */
  assert_refused ("08021221"
                  "020000000000000000000000000000000000000000000000000000000000000005",
                  KAD_ERROR_INVALID_KEY);
  assert_refused ("08001203"
                  "010203",
                  KAD_ERROR_INVALID_KEY);
  assert_refused ("08031203"
                  "010203",
                  KAD_ERROR_INVALID_KEY);
  assert_refused ("08041203"
                  "010203",
                  KAD_ERROR_NOT_SUPPORTED);
  g_assert_null (kad_public_key_new_from_protobuf (big, KAD_MAX_PUBLIC_KEY_BYTES + 1, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
}

static void
test_hostile_keys (void)
{
  g_autoptr (GPtrArray) rows = read_key_rows ("peer-ids.tsv", 7);
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  g_test_summary ("Whatever is changed in a key, it is read or refused, and no more");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = g_ptr_array_index (rows, i);
      g_autoptr (GBytes) bytes = from_hex (row[1]);
      gsize len;
      const guint8 *data = g_bytes_get_data (bytes, &len);

      for (gsize cut = 0; cut < len; cut++)
        {
          g_autofree guint8 *exact = g_memdup2 (data, cut);

          g_assert_null (kad_public_key_new_from_protobuf (exact, cut, NULL));
        }
      for (guint round = 0; round < 300; round++)
        {
          g_autoptr (GBytes) changed = mutate (rand, data, len);
          g_autoptr (KadPublicKey) key = kad_public_key_new_from_protobuf (
              g_bytes_get_data (changed, NULL), g_bytes_get_size (changed), NULL);

          if (key != NULL)
            g_assert_false (kad_public_key_verify (key, data, len, data, MIN (len, 64)));
        }
    }
}

static void
test_references (void)
{
  KadPublicKey *key
      = key_from_hex ("080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e");
  KadPublicKey *again = kad_public_key_ref (key);

  g_test_summary ("A key lives as long as somebody holds it");

  g_assert_true (again == key);
  kad_public_key_unref (key);
  g_assert_cmpint (kad_public_key_get_key_type (again), ==, KAD_KEY_TYPE_ED25519);
  kad_public_key_unref (again);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/public-key/names-of-types", test_names_of_types);
  g_test_add_func ("/public-key/ids-of-public-vectors", test_ids_of_public_vectors);
  g_test_add_func ("/public-key/signatures-of-go", test_signatures_of_go);
  g_test_add_func ("/public-key/ed25519-signatures", test_ed25519_signatures);
  g_test_add_func ("/security/CVE-2025-69277/small-order-keys-verify-nothing",
                   test_small_order_keys_verify_nothing);
  g_test_add_func ("/security/CVE-2025-69277/mixed-order-key-is-another-key",
                   test_mixed_order_key_is_another_key);
  g_test_add_func ("/security/CVE-2025-69277/small-order-signatures-are-refused",
                   test_small_order_signatures_are_refused);
  g_test_add_func ("/public-key/secp256k1-takes-either-s", test_secp256k1_takes_either_s);
  g_test_add_func ("/public-key/secp256k1-points-are-compressed",
                   test_secp256k1_points_are_compressed);
  g_test_add_func ("/public-key/deterministic-form", test_deterministic_form);
  g_test_add_func ("/public-key/malformed-keys", test_malformed_keys);
  g_test_add_func ("/public-key/hostile-keys", test_hostile_keys);
  g_test_add_func ("/public-key/references", test_references);
  return g_test_run ();
}
