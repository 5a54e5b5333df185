/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-envelope.h"

#include <sodium.h>

#include "kad-wire-testing.h"

#define DOMAIN "libp2p-testing"
#define TYPE BYTES ("/libp2p/testdata")

static GBytes *
seal (guint8 key_number)
{
  g_autoptr (KadPrivateKey) key = test_key (key_number);
  g_autoptr (GError) error = NULL;
  GBytes *envelope = kad_envelope_seal (key, DOMAIN, TYPE, BYTES ("hello world!"), &error);

  g_assert_no_error (error);
  return envelope;
}

static GBytes *
open_bytes (GBytes *envelope, const char *domain, const char *type, KadPublicKey **signer,
            GError **error)
{
  return kad_envelope_open (g_bytes_get_data (envelope, NULL), g_bytes_get_size (envelope), domain,
                            (const guint8 *) type, strlen (type), signer, error);
}

static void
test_opens_what_was_sealed (void)
{
  g_autoptr (GBytes) envelope = seal (1);
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadPublicKey) signer = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = open_bytes (envelope, DOMAIN, "/libp2p/testdata", &signer, &error);

  g_test_summary ("Payload and signer come out as they went in");

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload), "hello world!",
                   12);
  g_assert_true (kad_peer_id_equal (kad_public_key_get_peer_id (signer), key_peer (key)));
}

static void
test_is_written_as_the_specification_says (void)
{
  g_autoptr (GBytes) envelope = seal (1);
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (GByteArray) expected = g_byte_array_new ();
  static const guint8 to_verify[] = "\x0elibp2p-testing\x10/libp2p/testdata\x0chello world!";
  gsize key_len, len;
  const guint8 *public_key
      = kad_public_key_get_protobuf (kad_private_key_get_public_key (key), &key_len);
  const guint8 *data = g_bytes_get_data (envelope, &len);

  g_test_summary ("Fields 1, 2, 3 and 5; the signature is over the three prefixed texts");

  /* An Ed25519 public key message is 36 bytes: four of head, then the key. */
  g_byte_array_append (expected, (const guint8 *) "\x0a\x24", 2);
  g_byte_array_append (expected, public_key, (guint) key_len);
  g_byte_array_append (expected, BYTES ("\x12\x10/libp2p/testdata\x1a\x0chello world!\x2a\x40"));
  g_assert_cmpuint (len, ==, expected->len + 64);
  g_assert_cmpmem (data, expected->len, expected->data, expected->len);
  g_assert_cmpint (crypto_sign_verify_detached (data + expected->len, to_verify,
                                                sizeof to_verify - 1, public_key + 4),
                   ==, 0);
}

static void
expect_refused (GBytes *envelope, const char *domain, const char *type, gint code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadPublicKey) signer = NULL;
  g_autoptr (GBytes) payload = open_bytes (envelope, domain, type, &signer, &error);

  g_assert_null (payload);
  g_assert_null (signer);
  g_assert_error (error, KAD_ERROR, code);
}

static void
test_domain_and_type_are_bound (void)
{
  g_autoptr (GBytes) envelope = seal (1);

  g_test_summary ("An envelope for something else does not open");

  expect_refused (envelope, "libp2p-testinh", "/libp2p/testdata", KAD_ERROR_INVALID_RECORD);
  expect_refused (envelope, "", "/libp2p/testdata", KAD_ERROR_INVALID_RECORD);
  expect_refused (envelope, DOMAIN, "/libp2p/testdatb", KAD_ERROR_INVALID_RECORD);
  expect_refused (envelope, DOMAIN, "", KAD_ERROR_INVALID_RECORD);
}

static void
test_every_flipped_byte_is_noticed (void)
{
  g_autoptr (GBytes) envelope = seal (1);
  gsize len;
  const guint8 *data = g_bytes_get_data (envelope, &len);

  g_test_summary ("No byte of an envelope can be changed, and none be missing");

  for (gsize at = 0; at < len; at++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, len);
      g_autoptr (GBytes) payload = NULL;
      g_autoptr (GBytes) cut = NULL;

      copy[at] ^= 1;
      payload = kad_envelope_open (copy, len, DOMAIN, TYPE, NULL, NULL);
      g_assert_null (payload);
      cut = kad_envelope_open (data, at, DOMAIN, TYPE, NULL, NULL);
      g_assert_null (cut);
    }
}

static void
test_signature_must_be_the_keys (void)
{
  g_autoptr (GBytes) one = seal (1), two = seal (2);
  g_autoptr (GByteArray) mixed = g_byte_array_new ();

  g_test_summary ("Another key's signature over the same payload is refused");

  g_byte_array_append (mixed, g_bytes_get_data (one, NULL), (guint) g_bytes_get_size (one));
  memcpy (mixed->data + mixed->len - 64,
          (const guint8 *) g_bytes_get_data (two, NULL) + g_bytes_get_size (two) - 64, 64);
  {
    g_autoptr (GBytes) bytes = g_bytes_new (mixed->data, mixed->len);

    expect_refused (bytes, DOMAIN, "/libp2p/testdata", KAD_ERROR_INVALID_RECORD);
  }
}

static void
test_sizes_are_bounded (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autofree guint8 *large = g_malloc0 (KAD_MAX_ENVELOPE_BYTES + 1);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) envelope = NULL;

  g_test_summary ("More than 8 KiB is neither sealed nor opened");

  envelope = kad_envelope_seal (key, DOMAIN, TYPE, large, KAD_MAX_ENVELOPE_BYTES, &error);
  g_assert_null (envelope);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  bytes = g_bytes_new (large, KAD_MAX_ENVELOPE_BYTES + 1);
  expect_refused (bytes, DOMAIN, "/libp2p/testdata", KAD_ERROR_INVALID_RECORD);
}

/* CPU time of opening, the least of many. */
static gint64
measure_open_ns (const guint8 *data, gsize len, gboolean is_good)
{
  gint64 best_ns = G_MAXINT64;

  for (guint i = 0; i < 50; i++)
    {
      const gint64 begun_ns = get_cpu_ns ();
      g_autoptr (GBytes) payload = kad_envelope_open (data, len, DOMAIN, TYPE, NULL, NULL);

      best_ns = MIN (best_ns, get_cpu_ns () - begun_ns);
      g_assert_true ((payload != NULL) == is_good);
    }
  return best_ns;
}

static GByteArray *
make_envelope (GBytes *key, gconstpointer signature, guint signature_len)
{
  GByteArray *envelope = g_byte_array_new ();
  const guint8 head[3]
      = { 0x0a, (guint8) (g_bytes_get_size (key) | 0x80), (guint8) (g_bytes_get_size (key) >> 7) };
  const guint8 tail[3] = { 0x2a, (guint8) (signature_len | 0x80), (guint8) (signature_len >> 7) };

  g_byte_array_append (envelope, head, sizeof head);
  g_byte_array_append (envelope, g_bytes_get_data (key, NULL), (guint) g_bytes_get_size (key));
  g_byte_array_append (envelope, BYTES ("\x12\x10/libp2p/testdata\x1a\x01x"));
  g_byte_array_append (envelope, tail, sizeof tail);
  g_byte_array_append (envelope, signature, signature_len);
  return envelope;
}

static void
test_refuses_huge_rsa_keys_at_once (void)
{
  g_autoptr (GBytes) key = huge_rsa_key ();
  g_autoptr (GBytes) good = seal (1);
  const guint8 signature[1024] = { 0 };
  g_autoptr (GByteArray) envelope = make_envelope (key, signature, sizeof signature);
  g_autoptr (GError) error = NULL;

  g_test_summary ("An RSA key of 16384 bits is refused for its size, in less time than a good "
                  "envelope takes, and in less than a millisecond");

  g_assert_null (kad_envelope_open (envelope->data, envelope->len, DOMAIN, TYPE, NULL, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY);
  g_assert_nonnull (strstr (error->message, "16384 bits"));
  g_assert_cmpint (
      measure_open_ns (envelope->data, envelope->len, FALSE), <,
      MIN (measure_open_ns (g_bytes_get_data (good, NULL), g_bytes_get_size (good), TRUE),
           1000000));
}

static void
test_small_order_signers (void)
{
  g_test_summary ("Nobody signs with a point of small order, though the equation fits");

  for (guint i = 0; i < G_N_ELEMENTS (small_order_points); i++)
    for (guint r = 0; r < G_N_ELEMENTS (small_order_points); r++)
      {
        g_autoptr (GBytes) key = small_order_key (i);
        g_autoptr (GBytes) signature = small_order_signature (r);
        g_autoptr (GByteArray) envelope
            = make_envelope (key, g_bytes_get_data (signature, NULL), 64);
        g_autoptr (GError) error = NULL;

        g_assert_null (
            kad_envelope_open (envelope->data, envelope->len, DOMAIN, TYPE, NULL, &error));
        g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD);
      }
}

static void
open_anything (const guint8 *data, gsize len, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = kad_envelope_open (data, len, DOMAIN, TYPE, NULL, &error);

  g_assert_true ((payload == NULL) == (error != NULL));
}

static void
test_survives_mutation (void)
{
  g_autoptr (GBytes) envelope = seal (1);

  g_test_summary ("Any bytes give a payload or an error");

  try_mutated (g_bytes_get_data (envelope, NULL), g_bytes_get_size (envelope), 5, 3000,
               open_anything, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/envelope/opens-what-was-sealed", test_opens_what_was_sealed);
  g_test_add_func ("/envelope/is-written-as-the-specification-says",
                   test_is_written_as_the_specification_says);
  g_test_add_func ("/envelope/domain-and-type-are-bound", test_domain_and_type_are_bound);
  g_test_add_func ("/envelope/every-flipped-byte-is-noticed", test_every_flipped_byte_is_noticed);
  g_test_add_func ("/envelope/signature-must-be-the-keys", test_signature_must_be_the_keys);
  g_test_add_func ("/envelope/sizes-are-bounded", test_sizes_are_bounded);
  g_test_add_func ("/security/CVE-2023-39533/huge-rsa-key-in-a-signed-record",
                   test_refuses_huge_rsa_keys_at_once);
  g_test_add_func ("/security/CVE-2025-69277/small-order-signers", test_small_order_signers);
  g_test_add_func ("/envelope/survives-mutation", test_survives_mutation);
  return g_test_run ();
}
