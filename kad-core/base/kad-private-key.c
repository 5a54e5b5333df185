/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-private-key.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <secp256k1.h>
#include <sodium.h>
#include <string.h>

#include "kad-der.h"
#include "kad-error.h"
#include "kad-key-message.h"
#include "kad-public-key-private.h"
#include "kad-spki.h"

#define ED25519_OLD_SECRET_BYTES (crypto_sign_SECRETKEYBYTES + crypto_sign_PUBLICKEYBYTES)
#define SECP256K1_SECRET_BYTES 32
#define SECP256K1_COMPRESSED_BYTES 33
#define MAX_SECP256K1_SIGNATURE_BYTES 72

struct _KadPrivateKey
{
  gatomicrefcount refs;
  KadPublicKey *public_key;     /* (owned) */
  gnutls_privkey_t gnutls;      /* (owned): RSA, ECDSA */
  secp256k1_context *secp256k1; /* (owned): secp256k1 */
  gsize len;
  guint8 data[]; /* the message's data field */
};

G_DEFINE_BOXED_TYPE (KadPrivateKey, kad_private_key, kad_private_key_ref, kad_private_key_unref)

static void
set_wrong_length (GError **error, const char *what, gsize len)
{
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
               "%s private key has a wrong length of %" G_GSIZE_FORMAT " bytes", what, len);
}

/* The public half must be the seed's: signing with another one gives the seed
 * away to who sees both signatures. */
static gboolean
import_ed25519 (KadPrivateKey *self, GError **error)
{
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  guint8 secret_key[crypto_sign_SECRETKEYBYTES];
  gboolean matches;

  if (self->len != crypto_sign_SECRETKEYBYTES && self->len != ED25519_OLD_SECRET_BYTES)
    {
      set_wrong_length (error, "An Ed25519", self->len);
      return FALSE;
    }
  crypto_sign_seed_keypair (public_key, secret_key, self->data);
  matches
      = sodium_memcmp (secret_key, self->data, sizeof secret_key) == 0
        && (self->len == crypto_sign_SECRETKEYBYTES
            || sodium_memcmp (public_key, self->data + sizeof secret_key, sizeof public_key) == 0);
  sodium_memzero (secret_key, sizeof secret_key);
  if (!matches)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                           "The halves of an Ed25519 private key do not belong together");
      return FALSE;
    }
  self->len = crypto_sign_SECRETKEYBYTES;
  self->public_key
      = kad_public_key_new_from_data (KAD_KEY_TYPE_ED25519, public_key, sizeof public_key, error);
  return self->public_key != NULL;
}

static gboolean
import_secp256k1 (KadPrivateKey *self, GError **error)
{
  secp256k1_pubkey point;
  guint8 compressed[SECP256K1_COMPRESSED_BYTES];
  gsize len = sizeof compressed;

  if (self->len != SECP256K1_SECRET_BYTES)
    {
      set_wrong_length (error, "A secp256k1", self->len);
      return FALSE;
    }
  self->secp256k1 = secp256k1_context_create (SECP256K1_CONTEXT_SIGN);
  if (!secp256k1_ec_pubkey_create (self->secp256k1, &point, self->data))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                           "A secp256k1 private key is out of range");
      return FALSE;
    }
  secp256k1_ec_pubkey_serialize (self->secp256k1, compressed, &len, &point,
                                 SECP256K1_EC_COMPRESSED);
  self->public_key = kad_public_key_new_from_data (KAD_KEY_TYPE_SECP256K1, compressed, len, error);
  return self->public_key != NULL;
}

/* RSAPrivateKey { version, modulus, ... } (RFC 8017, A.1.2) */
static gboolean
check_rsa_bits (const KadPrivateKey *self, GError **error)
{
  KadDer der = { self->data, self->len };
  KadDer fields, version, modulus;

  if (kad_der_read (&der, KAD_DER_SEQUENCE, &fields) && der.len == 0
      && kad_der_read_unsigned (&fields, &version) && kad_der_read_unsigned (&fields, &modulus))
    return kad_spki_check_rsa_bits (kad_der_count_bits (&modulus), error);
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                       "An RSA private key is no PKCS #1 in DER");
  return FALSE;
}

static int
import_x509 (KadPrivateKey *self, int algorithm, gnutls_datum_t *spki)
{
  gnutls_datum_t der = { self->data, (guint) self->len };
  gnutls_x509_privkey_t x509;
  gnutls_pubkey_t public_key;
  int result;

  gnutls_x509_privkey_init (&x509);
  result = gnutls_x509_privkey_import (x509, &der, GNUTLS_X509_FMT_DER);
  if (result >= 0)
    {
      result = gnutls_x509_privkey_get_pk_algorithm (x509) == algorithm
                   ? gnutls_x509_privkey_verify_params (x509)
                   : GNUTLS_E_INVALID_REQUEST;
    }
  if (result < 0)
    {
      gnutls_x509_privkey_deinit (x509);
      return result;
    }

  gnutls_privkey_init (&self->gnutls);
  result = gnutls_privkey_import_x509 (self->gnutls, x509, GNUTLS_PRIVKEY_IMPORT_AUTO_RELEASE);
  if (result < 0)
    {
      gnutls_x509_privkey_deinit (x509);
      return result;
    }
  gnutls_pubkey_init (&public_key);
  result = gnutls_pubkey_import_privkey (public_key, self->gnutls, 0, 0);
  if (result >= 0)
    result = gnutls_pubkey_export2 (public_key, GNUTLS_X509_FMT_DER, spki);
  gnutls_pubkey_deinit (public_key);
  return result;
}

static gboolean
import_gnutls (KadPrivateKey *self, KadKeyType type, GError **error)
{
  gnutls_datum_t spki = { NULL, 0 };
  int result;

  if (type == KAD_KEY_TYPE_RSA && !check_rsa_bits (self, error))
    return FALSE;
  result = import_x509 (self, type == KAD_KEY_TYPE_RSA ? GNUTLS_PK_RSA : GNUTLS_PK_ECDSA, &spki);
  if (result < 0)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "A private key of type %s is refused: %s", kad_key_type_get_name (type),
                   gnutls_strerror (result));
      return FALSE;
    }
  self->public_key = kad_public_key_new_from_data (type, spki.data, spki.size, error);
  gnutls_free (spki.data);
  return self->public_key != NULL;
}

static gboolean
import (KadPrivateKey *self, KadKeyType type, GError **error)
{
  switch (type)
    {
    case KAD_KEY_TYPE_ED25519:
      return import_ed25519 (self, error);
    case KAD_KEY_TYPE_SECP256K1:
      return import_secp256k1 (self, error);
    case KAD_KEY_TYPE_RSA:
    case KAD_KEY_TYPE_ECDSA:
      return import_gnutls (self, type, error);
    }
  g_return_val_if_reached (FALSE);
}

/* Finds what no check of single numbers does: a damaged file must not become a
 * node that nobody can talk to. */
static gboolean
can_sign (const KadPrivateKey *self, GError **error)
{
  static const guint8 sample[] = "kad-private-key";
  g_autoptr (GBytes) signature = kad_private_key_sign (self, sample, sizeof sample, NULL);

  if (signature != NULL
      && kad_public_key_verify (self->public_key, sample, sizeof sample,
                                g_bytes_get_data (signature, NULL), g_bytes_get_size (signature)))
    return TRUE;
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                       "The parts of a private key do not belong together");
  return FALSE;
}

static KadPrivateKey *
new_from_data (KadKeyType type, const guint8 *data, gsize len, GError **error)
{
  g_autoptr (KadPrivateKey) self = g_malloc0 (sizeof *self + len);

  g_atomic_ref_count_init (&self->refs);
  self->len = len;
  memcpy (self->data, data, len);
  if (!import (self, type, error) || !can_sign (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * kad_private_key_new_from_protobuf:
 * @data: (array length=len): a serialized PrivateKey message, copied
 * @len: its length in bytes
 * @error: InvalidKey if it is malformed, its parts do not belong together, or
 *   it is longer than %KAD_MAX_PRIVATE_KEY_BYTES; NotSupported for an unknown type
 *
 * Reads a private key (libp2p specs, peer-ids, "Keys"): Ed25519 as seed and
 * public key (64 bytes, or the old 96 with the public key twice), RSA as
 * PKCS #1 DER with 2048 to 8192 bits, secp256k1 as 32 bytes, ECDSA on P-256 as
 * SEC 1 DER. The caller wipes @data.
 *
 * Returns: (transfer full): the key
 */
KadPrivateKey *
kad_private_key_new_from_protobuf (const guint8 *data, gsize len, GError **error)
{
  g_auto (KadKeyMessage) message = { 0 };

  g_return_val_if_fail (data != NULL || len == 0, NULL);

  if (len > KAD_MAX_PRIVATE_KEY_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "A private key has %" G_GSIZE_FORMAT " bytes; at most %d are taken", len,
                   KAD_MAX_PRIVATE_KEY_BYTES);
      return NULL;
    }
  if (!kad_key_message_parse (&message, data, len, error))
    return NULL;
  return new_from_data (message.type, message.data, message.len, error);
}

/**
 * kad_private_key_new_ed25519_from_seed:
 * @seed: (array fixed-size=32): 32 bytes; the caller wipes them
 *
 * Derives the key of a seed, always the same one (RFC 8032, 5.1.5).
 *
 * Returns: (transfer full): the key
 */
KadPrivateKey *
kad_private_key_new_ed25519_from_seed (const guint8 seed[32])
{
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  guint8 secret_key[crypto_sign_SECRETKEYBYTES];
  KadPrivateKey *self;

  g_return_val_if_fail (seed != NULL, NULL);

  crypto_sign_seed_keypair (public_key, secret_key, seed);
  self = new_from_data (KAD_KEY_TYPE_ED25519, secret_key, sizeof secret_key, NULL);
  sodium_memzero (secret_key, sizeof secret_key);
  return self;
}

/**
 * kad_private_key_ref:
 * @self: a key
 *
 * Returns: (transfer full): @self
 */
KadPrivateKey *
kad_private_key_ref (KadPrivateKey *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * kad_private_key_unref:
 * @self: (transfer full): a key
 */
void
kad_private_key_unref (KadPrivateKey *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->public_key, kad_public_key_unref);
  g_clear_pointer (&self->gnutls, gnutls_privkey_deinit);
  g_clear_pointer (&self->secp256k1, secp256k1_context_destroy);
  sodium_memzero (self->data, self->len);
  g_free (self);
}

static void
free_wiped (gpointer data)
{
  GByteArray *array = data;

  sodium_memzero (array->data, array->len);
  g_byte_array_unref (array);
}

/**
 * kad_private_key_to_protobuf:
 * @self: a key
 *
 * Writes the PrivateKey message, as identity files hold it.
 *
 * Returns: (transfer full): the message; wiped with its last reference
 */
GBytes *
kad_private_key_to_protobuf (const KadPrivateKey *self)
{
  KadKeyType type;
  GByteArray *array;

  g_return_val_if_fail (self != NULL, NULL);

  type = kad_public_key_get_key_type (self->public_key);
  array = g_byte_array_new ();
  g_byte_array_set_size (array, (guint) kad_key_message_encoded_size (type, self->len));
  kad_key_message_encode (type, self->data, self->len, array->data);
  return g_bytes_new_with_free_func (array->data, array->len, free_wiped, array);
}

/**
 * kad_private_key_get_public_key:
 * @self: a key
 *
 * Returns: (transfer none): the public key that belongs to it
 */
KadPublicKey *
kad_private_key_get_public_key (const KadPrivateKey *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->public_key;
}

static GBytes *
sign_secp256k1 (const KadPrivateKey *self, const guint8 *data, gsize len, GError **error)
{
  secp256k1_ecdsa_signature signature;
  guint8 hash[crypto_hash_sha256_BYTES];
  guint8 der[MAX_SECP256K1_SIGNATURE_BYTES];
  gsize der_len = sizeof der;

  crypto_hash_sha256 (hash, data, len);
  /* A nonce function of NULL is RFC 6979; S comes out as the smaller one. */
  if (!secp256k1_ecdsa_sign (self->secp256k1, &signature, hash, self->data, NULL, NULL)
      || !secp256k1_ecdsa_signature_serialize_der (self->secp256k1, der, &der_len, &signature))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_FAILED, "A secp256k1 key could not sign");
      return NULL;
    }
  return g_bytes_new (der, der_len);
}

static GBytes *
sign_gnutls (const KadPrivateKey *self, gnutls_sign_algorithm_t algorithm, guint flags,
             const guint8 *data, gsize len, GError **error)
{
  gnutls_datum_t message = { (guint8 *) data, (guint) len };
  gnutls_datum_t signature = { NULL, 0 };
  GBytes *bytes;
  int result;

  result = len > G_MAXUINT
               ? GNUTLS_E_INVALID_REQUEST
               : gnutls_privkey_sign_data2 (self->gnutls, algorithm, flags, &message, &signature);
  if (result < 0)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED, "A private key could not sign: %s",
                   gnutls_strerror (result));
      return NULL;
    }
  bytes = g_bytes_new (signature.data, signature.size);
  gnutls_free (signature.data);
  return bytes;
}

static GBytes *
sign_ed25519 (const KadPrivateKey *self, const guint8 *data, gsize len)
{
  guint8 signature[crypto_sign_BYTES];

  crypto_sign_detached (signature, NULL, data, len, self->data);
  return g_bytes_new (signature, sizeof signature);
}

/**
 * kad_private_key_sign:
 * @self: a key
 * @data: (array length=len): what to sign
 * @len: its length in bytes
 * @error: Failed, which no valid key does
 *
 * Signs as the peers verify (libp2p specs, peer-ids, "Key Types"). The same
 * data gives the same signature: RFC 8032, RFC 6979 or PKCS #1 v1.5.
 *
 * Returns: (transfer full): the signature
 */
GBytes *
kad_private_key_sign (const KadPrivateKey *self, const guint8 *data, gsize len, GError **error)
{
  g_return_val_if_fail (self != NULL && (data != NULL || len == 0), NULL);

  switch (kad_public_key_get_key_type (self->public_key))
    {
    case KAD_KEY_TYPE_ED25519:
      return sign_ed25519 (self, data, len);
    case KAD_KEY_TYPE_SECP256K1:
      return sign_secp256k1 (self, data, len, error);
    case KAD_KEY_TYPE_RSA:
      return sign_gnutls (self, GNUTLS_SIGN_RSA_SHA256, 0, data, len, error);
    case KAD_KEY_TYPE_ECDSA:
      return sign_gnutls (self, GNUTLS_SIGN_ECDSA_SHA256, GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE, data,
                          len, error);
    }
  g_return_val_if_reached (NULL);
}
