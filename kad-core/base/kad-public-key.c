/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-public-key.h"

#include <gnutls/abstract.h>
#include <secp256k1.h>
#include <sodium.h>
#include <string.h>

#include "kad-error.h"
#include "kad-key-message.h"
#include "kad-names.h"
#include "kad-public-key-private.h"
#include "kad-spki.h"

#define SECP256K1_COMPRESSED_BYTES 33

/* A public key and what follows from it: its serialized message and its peer id. */
struct _KadPublicKey
{
  gatomicrefcount refs;
  KadKeyType type;
  KadPeerId id;
  union
  {
    gnutls_pubkey_t gnutls; /* RSA, ECDSA */
    secp256k1_pubkey secp256k1;
    guint8 ed25519[crypto_sign_PUBLICKEYBYTES];
  } key;
  gsize protobuf_len;
  guint8 protobuf[];
};

G_DEFINE_BOXED_TYPE (KadPublicKey, kad_public_key, kad_public_key_ref, kad_public_key_unref)

static const char *const type_names[] = { "rsa", "ed25519", "secp256k1", "ecdsa" };

G_STATIC_ASSERT (G_N_ELEMENTS (type_names) == KAD_KEY_TYPE_ECDSA + 1);

/**
 * kad_key_type_get_name:
 * @type: a type of key
 *
 * Returns: (transfer none): its name, as options and files have it
 */
const char *
kad_key_type_get_name (KadKeyType type)
{
  g_return_val_if_fail ((guint) type < G_N_ELEMENTS (type_names), NULL);

  return type_names[type];
}

/**
 * kad_key_type_parse:
 * @name: what may be a type's name
 * @type: (out): the type, untouched on failure
 * @error: InvalidArgument
 *
 * Returns: %TRUE if @name is one
 */
gboolean
kad_key_type_parse (const char *name, KadKeyType *type, GError **error)
{
  guint index;

  g_return_val_if_fail (name != NULL && type != NULL, FALSE);

  if (!kad_names_parse (type_names, G_N_ELEMENTS (type_names), "a type of key", name, &index,
                        error))
    return FALSE;
  *type = (KadKeyType) index;
  return TRUE;
}

static gboolean
import_ed25519 (KadPublicKey *self, const guint8 *data, gsize len, GError **error)
{
  if (len != sizeof self->key.ed25519)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "An Ed25519 key has %" G_GSIZE_FORMAT " bytes instead of 32", len);
      return FALSE;
    }
  memcpy (self->key.ed25519, data, len);
  return TRUE;
}

static gboolean
import_secp256k1 (KadPublicKey *self, const guint8 *data, gsize len, GError **error)
{
  if (secp256k1_ec_pubkey_parse (secp256k1_context_static, &self->key.secp256k1, data, len))
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
               "The %" G_GSIZE_FORMAT " bytes of a secp256k1 key are no point of the curve", len);
  return FALSE;
}

static gboolean
import (KadPublicKey *self, const guint8 *data, gsize len, GError **error)
{
  switch (self->type)
    {
    case KAD_KEY_TYPE_ED25519:
      return import_ed25519 (self, data, len, error);
    case KAD_KEY_TYPE_SECP256K1:
      return import_secp256k1 (self, data, len, error);
    case KAD_KEY_TYPE_RSA:
      return (self->key.gnutls = kad_spki_import_rsa (data, len, error)) != NULL;
    case KAD_KEY_TYPE_ECDSA:
      return (self->key.gnutls = kad_spki_import_p256 (data, len, error)) != NULL;
    }
  g_return_val_if_reached (FALSE);
}

/**
 * kad_public_key_new_from_data: (skip)
 * @type: the type of the key
 * @data: the message's data field, copied
 * @len: its length in bytes
 * @error: InvalidKey
 *
 * Makes a key without its message around it.
 *
 * Returns: (transfer full): the key
 */
KadPublicKey *
kad_public_key_new_from_data (KadKeyType type, const guint8 *data, gsize len, GError **error)
{
  gsize size = kad_key_message_encoded_size (type, len);
  KadPublicKey *self = g_malloc0 (sizeof *self + size);
  guint8 compressed[SECP256K1_COMPRESSED_BYTES];
  gsize compressed_len = sizeof compressed;

  g_atomic_ref_count_init (&self->refs);
  self->type = type;
  if (!import (self, data, len, error))
    {
      g_free (self);
      return NULL;
    }
  /* Go takes the longer forms of a point too, and names such a peer by the
   * compressed one. Every other form is unique as it came. */
  if (type == KAD_KEY_TYPE_SECP256K1)
    {
      secp256k1_ec_pubkey_serialize (secp256k1_context_static, compressed, &compressed_len,
                                     &self->key.secp256k1, SECP256K1_EC_COMPRESSED);
      data = compressed;
      len = compressed_len;
    }
  self->protobuf_len = kad_key_message_encode (type, data, len, self->protobuf);
  kad_peer_id_init_from_public_key (&self->id, self->protobuf, self->protobuf_len, NULL);
  return self;
}

/**
 * kad_public_key_new_from_protobuf:
 * @data: (array length=len): a serialized PublicKey message, copied
 * @len: its length in bytes
 * @error: InvalidKey if it is malformed or longer than
 *   %KAD_MAX_PUBLIC_KEY_BYTES, NotSupported for an unknown type
 *
 * Reads a public key (libp2p specs, peer-ids, "Keys"): 32 bytes of Ed25519, a
 * secp256k1 point, or the DER SubjectPublicKeyInfo of RSA with 2048 to 8192
 * bits or of ECDSA on P-256. The message may be encoded in any way that
 * protobuf allows; kad_public_key_get_protobuf() has the deterministic one.
 *
 * An Ed25519 key of small order is not noticed here: nothing verifies with it.
 * One of mixed order is a key like any other to us, as it is to go: refusing it
 * would double the cost of a verification and protect nobody but its owner.
 *
 * Returns: (transfer full): the key
 */
KadPublicKey *
kad_public_key_new_from_protobuf (const guint8 *data, gsize len, GError **error)
{
  g_auto (KadKeyMessage) message = { 0 };

  g_return_val_if_fail (data != NULL || len == 0, NULL);

  if (len > KAD_MAX_PUBLIC_KEY_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "A public key has %" G_GSIZE_FORMAT " bytes; at most %d are taken", len,
                   KAD_MAX_PUBLIC_KEY_BYTES);
      return NULL;
    }
  if (!kad_key_message_parse (&message, data, len, error))
    return NULL;
  return kad_public_key_new_from_data (message.type, message.data, message.len, error);
}

/**
 * kad_public_key_ref:
 * @self: a key
 *
 * Returns: (transfer full): @self
 */
KadPublicKey *
kad_public_key_ref (KadPublicKey *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * kad_public_key_unref:
 * @self: (transfer full): a key
 */
void
kad_public_key_unref (KadPublicKey *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  if (self->type == KAD_KEY_TYPE_RSA || self->type == KAD_KEY_TYPE_ECDSA)
    gnutls_pubkey_deinit (self->key.gnutls);
  g_free (self);
}

/**
 * kad_public_key_get_key_type:
 * @self: a key
 *
 * Returns: its type
 */
KadKeyType
kad_public_key_get_key_type (const KadPublicKey *self)
{
  g_return_val_if_fail (self != NULL, KAD_KEY_TYPE_ED25519);

  return self->type;
}

/**
 * kad_public_key_get_protobuf:
 * @self: a key
 * @len: (out): its length in bytes
 *
 * Gives the deterministic PublicKey message, which peer ids are made of.
 *
 * Returns: (transfer none) (array length=len): valid as long as @self
 */
const guint8 *
kad_public_key_get_protobuf (const KadPublicKey *self, gsize *len)
{
  g_return_val_if_fail (self != NULL && len != NULL, NULL);

  *len = self->protobuf_len;
  return self->protobuf;
}

/**
 * kad_public_key_get_peer_id:
 * @self: a key
 *
 * Returns: (transfer none): the id of the peer that has this key
 */
const KadPeerId *
kad_public_key_get_peer_id (const KadPublicKey *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->id;
}

/* BIP 62 allows the smaller S only; go takes both, and so do we. */
static gboolean
verify_secp256k1 (const KadPublicKey *self, const guint8 *data, gsize len, const guint8 *signature,
                  gsize signature_len)
{
  secp256k1_ecdsa_signature parsed;
  guint8 hash[crypto_hash_sha256_BYTES];

  if (!secp256k1_ecdsa_signature_parse_der (secp256k1_context_static, &parsed, signature,
                                            signature_len))
    return FALSE;
  secp256k1_ecdsa_signature_normalize (secp256k1_context_static, &parsed, &parsed);
  crypto_hash_sha256 (hash, data, len);
  return secp256k1_ecdsa_verify (secp256k1_context_static, &parsed, hash, &self->key.secp256k1)
         == 1;
}

static gboolean
verify_gnutls (const KadPublicKey *self, gnutls_sign_algorithm_t algorithm, const guint8 *data,
               gsize len, const guint8 *signature, gsize signature_len)
{
  gnutls_datum_t message = { (guint8 *) data, (guint) len };
  gnutls_datum_t sig = { (guint8 *) signature, (guint) signature_len };

  if (len > G_MAXUINT)
    return FALSE;
  return gnutls_pubkey_verify_data2 (self->key.gnutls, algorithm, 0, &message, &sig) >= 0;
}

/**
 * kad_public_key_verify:
 * @self: a key
 * @data: (array length=len): what was signed
 * @len: its length in bytes
 * @signature: (array length=signature_len): what may be its signature
 * @signature_len: its length in bytes
 *
 * Checks a signature (libp2p specs, peer-ids, "Key Types"): Ed25519; RSASSA
 * PKCS #1 v1.5 with SHA-256; ECDSA in DER over SHA-256, with secp256k1 in
 * strict DER and either S.
 *
 * Returns: %TRUE only if it is the key's over @data. A malformed one is %FALSE.
 */
gboolean
kad_public_key_verify (const KadPublicKey *self, const guint8 *data, gsize len,
                       const guint8 *signature, gsize signature_len)
{
  g_return_val_if_fail (self != NULL && (data != NULL || len == 0), FALSE);
  g_return_val_if_fail (signature != NULL || signature_len == 0, FALSE);

  if (signature_len == 0 || signature_len > KAD_MAX_SIGNATURE_BYTES)
    return FALSE;
  switch (self->type)
    {
    case KAD_KEY_TYPE_ED25519:
      return signature_len == crypto_sign_BYTES
             && crypto_sign_verify_detached (signature, data, len, self->key.ed25519) == 0;
    case KAD_KEY_TYPE_SECP256K1:
      return verify_secp256k1 (self, data, len, signature, signature_len);
    case KAD_KEY_TYPE_RSA:
      return verify_gnutls (self, GNUTLS_SIGN_RSA_SHA256, data, len, signature, signature_len);
    case KAD_KEY_TYPE_ECDSA:
      return verify_gnutls (self, GNUTLS_SIGN_ECDSA_SHA256, data, len, signature, signature_len);
    }
  g_return_val_if_reached (FALSE);
}
