/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-noise-payload.h"

#include <string.h>

#include "kad-error.h"
#include "kad-escape.h"
#include "kad-noise-payload.pb-c.h"
#include "kad-proto-guard.h"

#define SIGNED_PREFIX "noise-libp2p-static-key:"
#define PREFIX_BYTES (sizeof SIGNED_PREFIX - 1)
#define STATIC_BYTES 32
#define SIGNED_BYTES (PREFIX_BYTES + STATIC_BYTES)

static const KadProtoSchema extensions_schema = {
  "Noise extensions",
  1,
  { { 2, KAD_PROTO_BYTES, KAD_MAX_NOISE_MUXERS, KAD_MAX_PROTOCOL_NAME_BYTES, KAD_PROTO_LEAVE_OUT,
      NULL } },
};

static const KadProtoSchema payload_schema = {
  "Noise payload",
  3,
  { { 1, KAD_PROTO_BYTES, 1, KAD_MAX_PUBLIC_KEY_BYTES, KAD_PROTO_REFUSE, NULL },
    { 2, KAD_PROTO_BYTES, 1, KAD_MAX_SIGNATURE_BYTES, KAD_PROTO_REFUSE, NULL },
    { 4, KAD_PROTO_BYTES, 1, KAD_MAX_NOISE_PAYLOAD, KAD_PROTO_REFUSE, &extensions_schema } },
};

static void
write_signed (guint8 out[SIGNED_BYTES], const guint8 static_public[STATIC_BYTES])
{
  memcpy (out, SIGNED_PREFIX, PREFIX_BYTES);
  memcpy (out + PREFIX_BYTES, static_public, STATIC_BYTES);
}

static ProtobufCBinaryData
binary (gconstpointer data, gsize len)
{
  return (ProtobufCBinaryData){ len, (guint8 *) data };
}

GBytes *
kad_noise_payload_new (const KadPrivateKey *identity, const guint8 static_public[STATIC_BYTES],
                       const char *const *muxers, GError **error)
{
  KadPb__NoisePayload payload = KAD_PB__NOISE_PAYLOAD__INIT;
  KadPb__NoiseExtensions extensions = KAD_PB__NOISE_EXTENSIONS__INIT;
  ProtobufCBinaryData names[KAD_MAX_NOISE_MUXERS];
  guint8 to_sign[SIGNED_BYTES];
  g_autoptr (GBytes) signature = NULL;
  const guint8 *key;
  gsize len;
  guint8 *packed;

  write_signed (to_sign, static_public);
  signature = kad_private_key_sign (identity, to_sign, sizeof to_sign, error);
  if (signature == NULL)
    return NULL;

  key = kad_public_key_get_protobuf (kad_private_key_get_public_key (identity), &len);
  payload.has_identity_key = TRUE;
  payload.identity_key = binary (key, len);
  payload.has_identity_sig = TRUE;
  payload.identity_sig = binary (g_bytes_get_data (signature, NULL), g_bytes_get_size (signature));
  if (muxers != NULL)
    {
      payload.extensions = &extensions;
      extensions.stream_muxers = names;
      for (; *muxers != NULL && extensions.n_stream_muxers < KAD_MAX_NOISE_MUXERS; muxers++)
        names[extensions.n_stream_muxers++] = binary (*muxers, strlen (*muxers));
    }

  len = kad_pb__noise_payload__get_packed_size (&payload);
  packed = g_malloc (len);
  kad_pb__noise_payload__pack (&payload, packed);
  return g_bytes_new_take (packed, len);
}

static gboolean
is_text (const ProtobufCBinaryData *name, const char *text)
{
  return name->len == strlen (text) && memcmp (name->data, text, name->len) == 0;
}

static gboolean
remote_has (const KadPb__NoiseExtensions *remote, const char *muxer)
{
  for (gsize i = 0; i < remote->n_stream_muxers; i++)
    if (is_text (&remote->stream_muxers[i], muxer))
      return TRUE;
  return FALSE;
}

/* The initiator's first that the responder also has. */
static const char *
choose_muxer (const KadPb__NoiseExtensions *remote, KadRole role, const char *const *own)
{
  if (remote == NULL || own == NULL)
    return NULL;

  if (role == KAD_ROLE_INITIATOR)
    {
      for (; *own != NULL; own++)
        if (remote_has (remote, *own))
          return *own;
      return NULL;
    }
  for (gsize i = 0; i < remote->n_stream_muxers; i++)
    for (guint k = 0; own[k] != NULL; k++)
      if (is_text (&remote->stream_muxers[i], own[k]))
        return own[k];
  return NULL;
}

KadPublicKey *
kad_noise_payload_verify (const guint8 *data, gsize len, const guint8 remote_static[STATIC_BYTES],
                          KadRole role, const char *const *own_muxers, const char **early_muxer,
                          GError **error)
{
  guint8 storage[2048] __attribute__ ((aligned (16)));
  g_auto (KadArena) arena = { 0 };
  const KadPb__NoisePayload *payload;
  g_autoptr (KadPublicKey) key = NULL;
  guint8 to_verify[SIGNED_BYTES];

  kad_arena_init (&arena, storage, sizeof storage, 4 * KAD_MAX_NOISE_PAYLOAD);
  payload = kad_proto_unpack (&kad_pb__noise_payload__descriptor, &payload_schema, &arena, data,
                              len, error);
  if (payload == NULL)
    return NULL;
  if (!payload->has_identity_key || !payload->has_identity_sig)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                           "The peer's Noise payload has no identity or no signature");
      return NULL;
    }

  key = kad_public_key_new_from_protobuf (payload->identity_key.data, payload->identity_key.len,
                                          error);
  if (key == NULL)
    return NULL;
  write_signed (to_verify, remote_static);
  if (!kad_public_key_verify (key, to_verify, sizeof to_verify, payload->identity_sig.data,
                              payload->identity_sig.len))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                           "The peer's identity did not sign its Noise key");
      return NULL;
    }

  *early_muxer = choose_muxer (payload->extensions, role, own_muxers);
  return g_steal_pointer (&key);
}
