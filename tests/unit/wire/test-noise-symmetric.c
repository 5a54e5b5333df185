/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-noise-symmetric.h"

#include "kad-wire-testing.h"

static void
test_hkdf_is_rfc_5869 (void)
{
  guint8 salt[32] = { 0 }, input[22], out[64], expected[42];

  g_test_summary ("The key derivation gives RFC 5869, test case 3");

  memset (input, 0x0b, sizeof input);
  hex_into ("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
            "9d201395faa4b61a96c8",
            expected, sizeof expected);
  kad_noise_hkdf (salt, input, sizeof input, out, out + 32);
  g_assert_cmpmem (out, sizeof expected, expected, sizeof expected);
}

static void
test_nonce_moves_on_success_only (void)
{
  guint8 key[32] = { 1 }, sealed[3 + KAD_NOISE_TAG_BYTES], plain[3];
  guint64 send = 5, receive = 5;

  g_test_summary ("A message that does not authenticate leaves the nonce where it was");

  g_assert_true (kad_noise_aead_seal (key, &send, NULL, 0, BYTES ("abc"), sealed));
  g_assert_cmpuint (send, ==, 6);
  for (guint i = 0; i < sizeof sealed; i++)
    {
      sealed[i] ^= 1;
      g_assert_false (kad_noise_aead_open (key, &receive, NULL, 0, sealed, sizeof sealed, plain));
      g_assert_cmpuint (receive, ==, 5);
      sealed[i] ^= 1;
    }
  g_assert_false (kad_noise_aead_open (key, &receive, BYTES ("x"), sealed, sizeof sealed, plain));
  g_assert_true (kad_noise_aead_open (key, &receive, NULL, 0, sealed, sizeof sealed, plain));
  g_assert_cmpuint (receive, ==, 6);
  g_assert_cmpmem (plain, 3, "abc", 3);
}

static void
test_last_nonce_is_never_used (void)
{
  guint8 key[32] = { 1 }, sealed[KAD_NOISE_TAG_BYTES], plain[1];
  guint64 nonce = G_MAXUINT64 - 1;

  g_test_summary ("2^64-2 is the last nonce, and it does not wrap");

  g_assert_true (kad_noise_aead_seal (key, &nonce, NULL, 0, NULL, 0, sealed));
  g_assert_cmpuint (nonce, ==, G_MAXUINT64);
  g_assert_false (kad_noise_aead_seal (key, &nonce, NULL, 0, NULL, 0, sealed));
  g_assert_false (kad_noise_aead_open (key, &nonce, NULL, 0, sealed, sizeof sealed, plain));
  g_assert_cmpuint (nonce, ==, G_MAXUINT64);
}

static void
test_short_cipher_texts_are_refused (void)
{
  guint8 key[32] = { 1 }, sealed[KAD_NOISE_TAG_BYTES] = { 0 }, plain[1];
  guint64 nonce = 0;

  g_test_summary ("Less than a tag is refused");

  for (gsize len = 0; len < sizeof sealed; len++)
    g_assert_false (kad_noise_aead_open (key, &nonce, NULL, 0, sealed, len, plain));
}

static void
test_long_names_are_hashed (void)
{
  KadNoiseSymmetric symmetric;
  guint8 expected[32] = "Noise_XX_25519_ChaChaPoly_SHA256";

  g_test_summary ("A protocol name of 32 bytes stands for itself, a longer one is hashed");

  kad_noise_symmetric_init (&symmetric, "Noise_XX_25519_ChaChaPoly_SHA256");
  g_assert_cmpmem (symmetric.hash, 32, expected, 32);
  g_assert_cmpmem (symmetric.chaining_key, 32, expected, 32);
  kad_noise_symmetric_init (&symmetric, "Noise_XXfallback_25519_ChaChaPoly_SHA256");
  hex_into ("e1bd79802dfa450478b0444bfa72e17fcf831a723c8064f6deb81662807811ea", expected, 32);
  g_assert_cmpmem (symmetric.hash, 32, expected, 32);
  g_assert_cmpmem (symmetric.chaining_key, 32, symmetric.hash, 32);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/noise-symmetric/hkdf-is-rfc-5869", test_hkdf_is_rfc_5869);
  g_test_add_func ("/security/RUSTSEC-2024-0011/nonce-moves-on-success-only",
                   test_nonce_moves_on_success_only);
  g_test_add_func ("/security/RUSTSEC-2024-0011/last-nonce-is-never-used", test_last_nonce_is_never_used);
  g_test_add_func ("/noise-symmetric/short-cipher-texts-are-refused",
                   test_short_cipher_texts_are_refused);
  g_test_add_func ("/noise-symmetric/long-names-are-hashed", test_long_names_are_hashed);
  return g_test_run ();
}
