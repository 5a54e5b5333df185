/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-envelope.h"

#include <string.h>

#include "kad-envelope.pb-c.h"
#include "kad-error.h"
#include "kad-proto-guard.h"
#include "kad-varint.h"

#define MAX_PAYLOAD_TYPE_BYTES 64

static const KadProtoSchema envelope_schema = {
  "signed envelope",
  4,
  { { 1, KAD_PROTO_BYTES, 1, KAD_MAX_PUBLIC_KEY_BYTES, KAD_PROTO_REFUSE, NULL },
    { 2, KAD_PROTO_BYTES, 1, MAX_PAYLOAD_TYPE_BYTES, KAD_PROTO_REFUSE, NULL },
    { 3, KAD_PROTO_BYTES, 1, KAD_MAX_ENVELOPE_BYTES, KAD_PROTO_REFUSE, NULL },
    { 5, KAD_PROTO_BYTES, 1, KAD_MAX_SIGNATURE_BYTES, KAD_PROTO_REFUSE, NULL } },
};

static ProtobufCBinaryData
binary (gconstpointer data, gsize len)
{
  return (ProtobufCBinaryData){ len, (guint8 *) data };
}

static void
append_prefixed (GByteArray *out, gconstpointer data, gsize len)
{
  guint8 prefix[KAD_MAX_VARINT_BYTES];

  g_byte_array_append (out, prefix, (guint) kad_varint_encode (len, prefix));
  if (len > 0)
    g_byte_array_append (out, data, (guint) len);
}

/* What is signed: domain, type and payload, each behind its length (RFC 0002,
 * "Signature Production / Verification"). */
static GByteArray *
new_signed_bytes (const char *domain, const guint8 *type, gsize type_len, const guint8 *payload,
                  gsize payload_len)
{
  GByteArray *bytes
      = g_byte_array_sized_new ((guint) (strlen (domain) + type_len + payload_len + 16));

  append_prefixed (bytes, domain, strlen (domain));
  append_prefixed (bytes, type, type_len);
  append_prefixed (bytes, payload, payload_len);
  return bytes;
}

/**
 * kad_envelope_seal:
 * @key: who signs
 * @domain: what the payload is for; it is signed, not sent
 * @type: (array length=type_len): the payload type
 * @type_len: bytes of @type
 * @payload: (array length=payload_len): what is signed
 * @payload_len: bytes of @payload, less than %KAD_MAX_ENVELOPE_BYTES
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the serialized envelope (libp2p specs, RFC 0002)
 */
GBytes *
kad_envelope_seal (const KadPrivateKey *key, const char *domain, const guint8 *type, gsize type_len,
                   const guint8 *payload, gsize payload_len, GError **error)
{
  KadPb__Envelope envelope = KAD_PB__ENVELOPE__INIT;
  g_autoptr (GByteArray) to_sign = NULL;
  g_autoptr (GBytes) signature = NULL;
  const guint8 *public_key;
  guint8 *packed;
  gsize len;

  if (payload_len >= KAD_MAX_ENVELOPE_BYTES || type_len > MAX_PAYLOAD_TYPE_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "A payload of %" G_GSIZE_FORMAT " bytes is too long for a signed envelope",
                   payload_len);
      return NULL;
    }
  to_sign = new_signed_bytes (domain, type, type_len, payload, payload_len);
  signature = kad_private_key_sign (key, to_sign->data, to_sign->len, error);
  if (signature == NULL)
    return NULL;

  public_key = kad_public_key_get_protobuf (kad_private_key_get_public_key (key), &len);
  envelope.has_public_key = TRUE;
  envelope.public_key = binary (public_key, len);
  envelope.has_payload_type = TRUE;
  envelope.payload_type = binary (type, type_len);
  envelope.has_payload = TRUE;
  envelope.payload = binary (payload, payload_len);
  envelope.has_signature = TRUE;
  envelope.signature = binary (g_bytes_get_data (signature, NULL), g_bytes_get_size (signature));

  len = kad_pb__envelope__get_packed_size (&envelope);
  packed = g_malloc (len);
  kad_pb__envelope__pack (&envelope, packed);
  return g_bytes_new_take (packed, len);
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD, message);
  return FALSE;
}

static gboolean
verify (const KadPb__Envelope *envelope, const KadPublicKey *key, const char *domain,
        GError **error)
{
  g_autoptr (GByteArray) signed_bytes
      = new_signed_bytes (domain, envelope->payload_type.data, envelope->payload_type.len,
                          envelope->payload.data, envelope->payload.len);

  if (!kad_public_key_verify (key, signed_bytes->data, signed_bytes->len, envelope->signature.data,
                              envelope->signature.len))
    return refuse (error, "A signed envelope's signature is not its key's over this payload");
  return TRUE;
}

/**
 * kad_envelope_open:
 * @data: (array length=len): a serialized envelope
 * @len: bytes of @data, at most %KAD_MAX_ENVELOPE_BYTES
 * @domain: the domain that must have been signed
 * @type: (array length=type_len): the payload type that it must have
 * @type_len: bytes of @type
 * @signer: (out) (optional) (transfer full): whose signature it is
 * @error: return location for a #GError
 *
 * Sizes, type and key are checked before any arithmetic.
 *
 * Returns: (transfer full) (nullable): the payload, verified; %NULL with
 *   %KAD_ERROR_PROTOCOL for what is no envelope, %KAD_ERROR_INVALID_KEY for its key,
 *   %KAD_ERROR_INVALID_RECORD for the rest
 */
GBytes *
kad_envelope_open (const guint8 *data, gsize len, const char *domain, const guint8 *type,
                   gsize type_len, KadPublicKey **signer, GError **error)
{
  guint8 storage[2048] __attribute__ ((aligned (16)));
  g_auto (KadArena) arena = { 0 };
  const KadPb__Envelope *envelope;
  g_autoptr (KadPublicKey) key = NULL;

  kad_arena_init (&arena, storage, sizeof storage, 8 * KAD_MAX_ENVELOPE_BYTES);
  if (len > KAD_MAX_ENVELOPE_BYTES)
    {
      refuse (error, "A signed envelope is too long");
      return NULL;
    }
  envelope = kad_proto_unpack (&kad_pb__envelope__descriptor, &envelope_schema, &arena, data, len,
                               error);
  if (envelope == NULL)
    return NULL;
  if (!envelope->has_public_key || !envelope->has_signature)
    {
      refuse (error, "A signed envelope has no key or no signature");
      return NULL;
    }
  if (envelope->payload_type.len != type_len
      || (type_len > 0 && memcmp (envelope->payload_type.data, type, type_len) != 0))
    {
      refuse (error, "A signed envelope holds another type of payload");
      return NULL;
    }

  key = kad_public_key_new_from_protobuf (envelope->public_key.data, envelope->public_key.len,
                                          error);
  if (key == NULL || !verify (envelope, key, domain, error))
    return NULL;
  if (signer != NULL)
    *signer = g_steal_pointer (&key);
  return g_bytes_new (envelope->payload.data, envelope->payload.len);
}
