/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-spki.h"

#include "kad-der.h"
#include "kad-error.h"
#include "kad-public-key.h"

/* AlgorithmIdentifier { rsaEncryption, NULL } (RFC 3279, 2.3.1) */
static const guint8 rsa_algorithm[]
    = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };

/* All of a P-256 key before its coordinates: { { id-ecPublicKey, prime256v1 },
 * BIT STRING of an uncompressed point } (RFC 5480, 2) */
static const guint8 p256_prefix[]
    = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
        0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04 };

#define P256_COORDINATE_BYTES 32

/* Longer exponents make a verification dearer and are used by nobody. */
#define MAX_RSA_EXPONENT_BITS 31

/**
 * kad_spki_check_rsa_bits: (skip)
 * @bits: the length of a modulus
 * @error: InvalidKey
 *
 * Returns: whether RSA keys of this length are taken
 */
gboolean
kad_spki_check_rsa_bits (guint bits, GError **error)
{
  if (bits >= KAD_MIN_RSA_BITS && bits <= KAD_MAX_RSA_BITS)
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
               "An RSA key has %u bits; %d to %d are taken", bits, KAD_MIN_RSA_BITS,
               KAD_MAX_RSA_BITS);
  return FALSE;
}

static gboolean
is_odd (const KadDer *number)
{
  return number->len > 0 && (number->data[number->len - 1] & 1) != 0;
}

/* SEQUENCE { algorithm, BIT STRING { SEQUENCE { modulus, exponent } } } */
static gboolean
read_rsa (const guint8 *data, gsize len, KadDer *modulus, KadDer *exponent)
{
  static const guint8 no_unused_bits[] = { 0 };
  KadDer spki = { data, len };
  KadDer fields, bits, key;

  return kad_der_read (&spki, KAD_DER_SEQUENCE, &fields) && spki.len == 0
         && kad_der_read_exactly (&fields, rsa_algorithm, sizeof rsa_algorithm)
         && kad_der_read (&fields, KAD_DER_BIT_STRING, &bits) && fields.len == 0
         && kad_der_read_exactly (&bits, no_unused_bits, sizeof no_unused_bits)
         && kad_der_read (&bits, KAD_DER_SEQUENCE, &key) && bits.len == 0
         && kad_der_read_unsigned (&key, modulus) && kad_der_read_unsigned (&key, exponent)
         && key.len == 0;
}

/**
 * kad_spki_import_rsa: (skip)
 * @data: a SubjectPublicKeyInfo
 * @len: its length in bytes
 * @error: InvalidKey
 *
 * Reads an RSA key. Only DER is taken, so that a key has one encoding and with
 * it one peer id. The numbers are looked at before any library sees them: the
 * modulus has 2048 to 8192 bits, and both are odd (arithmetic may count on it).
 *
 * Returns: (transfer full): the key, to be freed with gnutls_pubkey_deinit()
 */
gnutls_pubkey_t
kad_spki_import_rsa (const guint8 *data, gsize len, GError **error)
{
  KadDer modulus, exponent;
  gnutls_datum_t m, e;
  gnutls_pubkey_t key;
  int result;

  if (!read_rsa (data, len, &modulus, &exponent))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                           "An RSA key is no DER SubjectPublicKeyInfo");
      return NULL;
    }
  if (!kad_spki_check_rsa_bits (kad_der_count_bits (&modulus), error))
    return NULL;
  if (!is_odd (&modulus) || !is_odd (&exponent) || kad_der_count_bits (&exponent) < 2
      || kad_der_count_bits (&exponent) > MAX_RSA_EXPONENT_BITS)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                           "An RSA key has an impossible modulus or exponent");
      return NULL;
    }

  m = (gnutls_datum_t){ (guint8 *) modulus.data, (guint) modulus.len };
  e = (gnutls_datum_t){ (guint8 *) exponent.data, (guint) exponent.len };
  gnutls_pubkey_init (&key);
  result = gnutls_pubkey_import_rsa_raw (key, &m, &e);
  if (result == GNUTLS_E_SUCCESS)
    return key;
  gnutls_pubkey_deinit (key);
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY, "An RSA key is refused: %s",
               gnutls_strerror (result));
  return NULL;
}

/**
 * kad_spki_import_p256: (skip)
 * @data: a SubjectPublicKeyInfo
 * @len: its length in bytes
 * @error: InvalidKey
 *
 * Reads an ECDSA key on P-256, the one curve taken, with an uncompressed point
 * that lies on it.
 *
 * Returns: (transfer full): the key, to be freed with gnutls_pubkey_deinit()
 */
gnutls_pubkey_t
kad_spki_import_p256 (const guint8 *data, gsize len, GError **error)
{
  KadDer rest = { data, len };
  gnutls_datum_t x, y;
  gnutls_pubkey_t key;
  int result;

  if (!kad_der_read_exactly (&rest, p256_prefix, sizeof p256_prefix)
      || rest.len != 2 * P256_COORDINATE_BYTES)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                           "An ECDSA key is no DER SubjectPublicKeyInfo of P-256");
      return NULL;
    }

  x = (gnutls_datum_t){ (guint8 *) rest.data, P256_COORDINATE_BYTES };
  y = (gnutls_datum_t){ (guint8 *) rest.data + P256_COORDINATE_BYTES, P256_COORDINATE_BYTES };
  gnutls_pubkey_init (&key);
  result = gnutls_pubkey_import_ecc_raw (key, GNUTLS_ECC_CURVE_SECP256R1, &x, &y);
  if (result == GNUTLS_E_SUCCESS)
    result = gnutls_pubkey_verify_params (key);
  if (result == GNUTLS_E_SUCCESS)
    return key;
  gnutls_pubkey_deinit (key);
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY, "An ECDSA key is refused: %s",
               gnutls_strerror (result));
  return NULL;
}
