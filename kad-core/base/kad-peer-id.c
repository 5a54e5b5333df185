/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-peer-id.h"

#include <sodium.h>
#include <string.h>

#include "kad-cid.h"
#include "kad-error.h"
#include "kad-escape.h"
#include "kad-multibase.h"
#include "kad-multihash.h"

/* A key of more bytes is hashed, any other is the id itself (peer-ids, "Peer Ids"). */
#define MAX_INLINE_KEY_BYTES 42
#define HEADER_BYTES 2 /* code and length of the multihash */

#define MAX_SHOWN_BYTES 64

G_STATIC_ASSERT (KAD_MAX_PEER_ID_BYTES == HEADER_BYTES + MAX_INLINE_KEY_BYTES);

G_DEFINE_BOXED_TYPE (KadPeerId, kad_peer_id, kad_peer_id_copy, kad_peer_id_free)

/* Both kinds of multihash have a code and a length of one byte. */
static gboolean
is_id (const guint8 *data, gsize len)
{
  if (len <= HEADER_BYTES || len > KAD_MAX_PEER_ID_BYTES || data[1] != len - HEADER_BYTES)
    return FALSE;
  if (data[0] == KAD_MULTIHASH_SHA2_256)
    return data[1] == crypto_hash_sha256_BYTES;
  return data[0] == KAD_MULTIHASH_IDENTITY;
}

static void
set_bytes (KadPeerId *self, guint8 code, const guint8 *digest, gsize len)
{
  /* What is unused is zero, so that copies of an id are equal as bytes too. */
  memset (self, 0, sizeof *self);
  self->data[0] = code;
  self->data[1] = (guint8) len;
  memcpy (self->data + HEADER_BYTES, digest, len);
  self->length = (guint8) (HEADER_BYTES + len);
}

/**
 * kad_peer_id_init_from_bytes:
 * @self: (out caller-allocates): where to write; untouched on failure
 * @data: (array length=len): a binary multihash and nothing else
 * @len: its length in bytes
 * @error: InvalidKey
 *
 * Reads a peer id (libp2p specs, peer-ids, "Peer Ids"): the identity multihash
 * of 1 to 42 bytes, or sha2-256. What an identity id embeds need not be a key.
 *
 * Returns: %TRUE on success
 */
gboolean
kad_peer_id_init_from_bytes (KadPeerId *self, const guint8 *data, gsize len, GError **error)
{
  g_return_val_if_fail (self != NULL && (data != NULL || len == 0), FALSE);

  if (!is_id (data, len))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "The %" G_GSIZE_FORMAT
                   " bytes are no peer id: it is a multihash, identity of at "
                   "most %d bytes or sha2-256",
                   len, MAX_INLINE_KEY_BYTES);
      return FALSE;
    }
  set_bytes (self, data[0], data + HEADER_BYTES, len - HEADER_BYTES);
  return TRUE;
}

/**
 * kad_peer_id_init_from_public_key:
 * @self: (out caller-allocates): where to write; untouched on failure
 * @key: (array length=len): a serialized PublicKey message, in its
 *   deterministic form
 * @len: its length in bytes
 * @error: InvalidKey if there are no bytes
 *
 * Derives the id of the peer that has a key (libp2p specs, peer-ids, "Peer
 * Ids"). That @key is a key is not checked.
 *
 * Returns: %TRUE on success
 */
gboolean
kad_peer_id_init_from_public_key (KadPeerId *self, const guint8 *key, gsize len, GError **error)
{
  guint8 digest[crypto_hash_sha256_BYTES];

  g_return_val_if_fail (self != NULL && (key != NULL || len == 0), FALSE);

  if (len == 0)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                           "A peer id cannot be made of an empty public key");
      return FALSE;
    }
  if (len <= MAX_INLINE_KEY_BYTES)
    {
      set_bytes (self, KAD_MULTIHASH_IDENTITY, key, len);
      return TRUE;
    }
  crypto_hash_sha256 (digest, key, len);
  set_bytes (self, KAD_MULTIHASH_SHA2_256, digest, sizeof digest);
  return TRUE;
}

static gboolean
parse_base58 (KadPeerId *self, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = kad_base58btc_decode (text, error);
  const guint8 *data;
  gsize len;

  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &len);
  return kad_peer_id_init_from_bytes (self, data, len, error);
}

static gboolean
parse_cid (KadPeerId *self, const char *text, GError **error)
{
  g_autoptr (KadCid) cid = kad_cid_new_from_string (text, error);
  const guint8 *data;
  gsize len;

  if (cid == NULL)
    return FALSE;
  if (kad_cid_get_version (cid) != 0 && kad_cid_get_codec (cid) != KAD_CODEC_LIBP2P_KEY)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                           "The codec of the CID is not libp2p-key");
      return FALSE;
    }
  data = g_bytes_get_data (kad_cid_get_multihash (cid), &len);
  return kad_peer_id_init_from_bytes (self, data, len, error);
}

/**
 * kad_peer_id_parse:
 * @self: (out caller-allocates): where to write; untouched on failure
 * @text: a peer id in text
 * @error: InvalidKey; the message has @text escaped
 *
 * Reads any text form (libp2p specs, peer-ids, "Decoding"): what begins with
 * `1` or `Qm` is a base58btc multihash, all else a CID of codec libp2p-key in
 * any multibase.
 *
 * Returns: %TRUE on success
 */
gboolean
kad_peer_id_parse (KadPeerId *self, const char *text, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *escaped = NULL;
  gboolean is_base58;

  g_return_val_if_fail (self != NULL && text != NULL, FALSE);

  is_base58 = text[0] == '1' || g_str_has_prefix (text, "Qm");
  if (is_base58 ? parse_base58 (self, text, &local) : parse_cid (self, text, &local))
    return TRUE;
  escaped = kad_escape_peer_text (text, -1, MAX_SHOWN_BYTES);
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY, "“%s” is no peer id: %s", escaped,
               local->message);
  return FALSE;
}

/**
 * kad_peer_id_to_string:
 * @self: a peer id
 *
 * Returns: (transfer full): the usual form, base58btc of the multihash
 */
char *
kad_peer_id_to_string (const KadPeerId *self)
{
  g_return_val_if_fail (kad_peer_id_is_set (self), NULL);

  return kad_base58btc_encode (self->data, self->length);
}

/**
 * kad_peer_id_to_cid_string:
 * @self: a peer id
 *
 * Returns: (transfer full): the form that fits a DNS label and an IPNS name, a
 *   CIDv1 of codec libp2p-key in base36
 */
char *
kad_peer_id_to_cid_string (const KadPeerId *self)
{
  g_autoptr (KadCid) cid = NULL;

  g_return_val_if_fail (kad_peer_id_is_set (self), NULL);

  cid = kad_cid_new_v1 (KAD_CODEC_LIBP2P_KEY, self->data, self->length, NULL);
  g_return_val_if_fail (cid != NULL, NULL);
  return kad_cid_to_string (cid, KAD_MULTIBASE_BASE36);
}

/**
 * kad_peer_id_get_data:
 * @self: a peer id, or none
 * @len: (out): its length in bytes, 0 for none
 *
 * Returns: (transfer none) (array length=len): the binary multihash, valid as
 *   long as @self
 */
const guint8 *
kad_peer_id_get_data (const KadPeerId *self, gsize *len)
{
  g_return_val_if_fail (self != NULL && len != NULL, NULL);

  *len = self->length;
  return self->data;
}

/**
 * kad_peer_id_to_bytes:
 * @self: a peer id
 *
 * Returns: (transfer full): the binary multihash
 */
GBytes *
kad_peer_id_to_bytes (const KadPeerId *self)
{
  g_return_val_if_fail (kad_peer_id_is_set (self), NULL);

  return g_bytes_new (self->data, self->length);
}

/**
 * kad_peer_id_get_inline_key:
 * @self: a peer id
 * @len: (out): its length in bytes, 0 if there is none
 *
 * Gives what an identity id embeds. A peer may put there what it likes: parse
 * it before it is used.
 *
 * Returns: (transfer none) (nullable) (array length=len): a serialized
 *   PublicKey message, valid as long as @self; %NULL if the id is hashed
 */
const guint8 *
kad_peer_id_get_inline_key (const KadPeerId *self, gsize *len)
{
  g_return_val_if_fail (self != NULL && len != NULL, NULL);

  *len = 0;
  if (self->length == 0 || self->data[0] != KAD_MULTIHASH_IDENTITY)
    return NULL;
  *len = self->length - HEADER_BYTES;
  return self->data + HEADER_BYTES;
}

/**
 * kad_peer_id_is_set:
 * @self: (nullable): a peer id, or none
 *
 * Returns: whether it names a peer
 */
gboolean
kad_peer_id_is_set (const KadPeerId *self)
{
  return self != NULL && self->length > 0;
}

/**
 * kad_peer_id_equal:
 * @a: (type KadPeerId): a peer id
 * @b: (type KadPeerId): another
 *
 * Returns: whether they name the same peer; for #GHashTable
 */
gboolean
kad_peer_id_equal (gconstpointer a, gconstpointer b)
{
  const KadPeerId *x = a, *y = b;

  return x->length == y->length && memcmp (x->data, y->data, x->length) == 0;
}

/**
 * kad_peer_id_hash:
 * @self: (type KadPeerId): a peer id
 *
 * Mixes every byte: ids of the same type of key begin alike. The value is the
 * same on every machine and in every run.
 *
 * Returns: a hash for #GHashTable
 */
guint
kad_peer_id_hash (gconstpointer self)
{
  const KadPeerId *id = self;
  guint64 hash = 0xcbf29ce484222325 ^ id->length;

  /* The storage behind the length is zero, so words may be read past it. */
  G_STATIC_ASSERT (KAD_MAX_PEER_ID_BYTES % 4 == 0);
  for (guint i = 0; i < id->length; i += 4)
    {
      guint32 word;

      memcpy (&word, id->data + i, sizeof word);
      hash = (hash ^ GUINT32_FROM_LE (word)) * 0x9e3779b97f4a7c15;
      hash ^= hash >> 29;
    }
  return (guint) (hash ^ hash >> 32);
}

/**
 * kad_peer_id_compare:
 * @a: (type KadPeerId): a peer id
 * @b: (type KadPeerId): another
 *
 * Orders ids by their bytes, a prefix first.
 *
 * Returns: less than, equal to or greater than 0
 */
int
kad_peer_id_compare (gconstpointer a, gconstpointer b)
{
  const KadPeerId *x = a, *y = b;
  int order = memcmp (x->data, y->data, MIN (x->length, y->length));

  return order != 0 ? order : (int) x->length - (int) y->length;
}

/**
 * kad_peer_id_new_from_string:
 * @text: base58btc of the multihash, or a CID (v0, or v1 of a libp2p-key in any base)
 * @error: InvalidKey, with what is wrong
 *
 * kad_peer_id_parse() for who wants the id on the heap.
 *
 * Returns: (transfer full): the id
 */
KadPeerId *
kad_peer_id_new_from_string (const char *text, GError **error)
{
  KadPeerId id;

  g_return_val_if_fail (text != NULL, NULL);

  return kad_peer_id_parse (&id, text, error) ? kad_peer_id_copy (&id) : NULL;
}

/**
 * kad_peer_id_new_from_bytes:
 * @bytes: a binary multihash and nothing else
 * @error: InvalidKey, with what is wrong
 *
 * kad_peer_id_init_from_bytes() for who wants the id on the heap.
 *
 * Returns: (transfer full): the id
 */
KadPeerId *
kad_peer_id_new_from_bytes (GBytes *bytes, GError **error)
{
  const guint8 *data;
  KadPeerId id;
  gsize len;

  g_return_val_if_fail (bytes != NULL, NULL);

  data = g_bytes_get_data (bytes, &len);
  return kad_peer_id_init_from_bytes (&id, data, len, error) ? kad_peer_id_copy (&id) : NULL;
}

/**
 * kad_peer_id_copy:
 * @self: a peer id
 *
 * Returns: (transfer full): a copy on the heap
 */
KadPeerId *
kad_peer_id_copy (const KadPeerId *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_memdup2 (self, sizeof *self);
}

/**
 * kad_peer_id_free:
 * @self: (transfer full): a peer id on the heap
 */
void
kad_peer_id_free (KadPeerId *self)
{
  g_free (self);
}
