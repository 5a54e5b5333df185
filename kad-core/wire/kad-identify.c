/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-identify.h"

#include <string.h>

#include "kad-envelope.h"
#include "kad-error.h"
#include "kad-frame.h"
#include "kad-identify.pb-c.h"
#include "kad-varint.h"

/* One frame of at most KAD_MAX_IDENTIFY_EMITTED bytes, its length included: rust reads
 * one frame and no more (libp2p specs, identify). */

/* What one address costs beyond its bytes, at most: tag and length in the list of
 * addresses; and in the record two tags and two lengths. */
#define LISTEN_OVERHEAD 3
#define RECORD_OVERHEAD 6

/* The message and what its fields point to. */
typedef struct
{
  KadPb__Identify message;
  ProtobufCBinaryData addresses[KAD_MAX_IDENTIFY_ADDRESSES];
  ProtobufCBinaryData protocols[KAD_MAX_IDENTITY_PROTOCOLS];
} Outgoing;

static void
set_text (protobuf_c_boolean *has, ProtobufCBinaryData *field, const char *text)
{
  *has = text != NULL;
  if (text == NULL)
    return;
  field->data = (guint8 *) text;
  field->len = strlen (text);
}

static void
set_address (ProtobufCBinaryData *field, const KadMultiaddr *address)
{
  field->data = (guint8 *) kad_multiaddr_get_data (address, &field->len);
}

static void
fill (Outgoing *outgoing, const KadIdentity *self, const KadPublicKey *key, guint n_addresses)
{
  KadPb__Identify *message = &outgoing->message;

  kad_pb__identify__init (message);
  message->has_public_key = TRUE;
  message->public_key.data = (guint8 *) kad_public_key_get_protobuf (key, &message->public_key.len);
  set_text (&message->has_agent_version, &message->agent_version, self->agent);
  set_text (&message->has_protocol_version, &message->protocol_version, self->protocol_version);

  message->protocols = outgoing->protocols;
  for (guint i = 0; self->protocols != NULL && self->protocols[i] != NULL
                    && message->n_protocols < KAD_MAX_IDENTITY_PROTOCOLS;
       i++)
    {
      ProtobufCBinaryData *field = &outgoing->protocols[message->n_protocols++];

      field->data = (guint8 *) self->protocols[i];
      field->len = strlen (self->protocols[i]);
    }

  message->listen_addrs = outgoing->addresses;
  message->n_listen_addrs = n_addresses;
  for (guint i = 0; i < n_addresses; i++)
    set_address (&outgoing->addresses[i], g_ptr_array_index (self->addresses, i));

  message->has_observed_addr = self->observed != NULL;
  if (self->observed != NULL)
    set_address (&message->observed_addr, self->observed);
}

/* How many addresses are left when @excess bytes shall go, from the end. */
static guint
leave_out_addresses (const KadIdentity *self, guint n_addresses, gsize excess)
{
  gsize gone = 0;

  while (n_addresses > 0 && gone < excess)
    {
      gsize len;

      kad_multiaddr_get_data (g_ptr_array_index (self->addresses, --n_addresses), &len);
      gone += 2 * len + LISTEN_OVERHEAD + RECORD_OVERHEAD;
    }
  return n_addresses;
}

/**
 * kad_identify_encode:
 * @self: what we say of ourselves; `addresses` are those to announce, best first,
 *   `observed` is how we see the remote
 * @key: our key, which signs the peer record
 * @seq: number of the peer record; must not go back
 * @out: where length and message are appended
 * @error: return location for a #GError
 *
 * Returns: %FALSE with %KAD_ERROR_LIMIT_REACHED when even without addresses the message is
 *   longer than %KAD_MAX_IDENTIFY_EMITTED; nothing is appended then
 */
gboolean
kad_identify_encode (const KadIdentity *self, const KadPrivateKey *key, guint64 seq, KadBuffer *out,
                     GError **error)
{
  KadPublicKey *public_key = kad_private_key_get_public_key (key);
  guint n_addresses = MIN (self->addresses->len, KAD_MAX_IDENTIFY_ADDRESSES);

  for (;;)
    {
      Outgoing outgoing;
      g_autoptr (GBytes) record = NULL;
      gsize len, total;

      fill (&outgoing, self, public_key, n_addresses);
      record = kad_peer_record_seal (key, seq, (KadMultiaddr *const *) self->addresses->pdata,
                                     n_addresses, error);
      if (record == NULL)
        return FALSE;
      outgoing.message.has_signed_peer_record = TRUE;
      outgoing.message.signed_peer_record.data
          = (guint8 *) g_bytes_get_data (record, &outgoing.message.signed_peer_record.len);

      len = kad_pb__identify__get_packed_size (&outgoing.message);
      total = len + kad_varint_size (len);
      if (total <= KAD_MAX_IDENTIFY_EMITTED)
        {
          kad_frame_append_prefix (out, len);
          kad_pb__identify__pack (&outgoing.message, kad_buffer_reserve (out, len));
          kad_buffer_commit (out, len);
          return TRUE;
        }
      if (n_addresses == 0)
        {
          g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                       "What identify says without addresses takes %" G_GSIZE_FORMAT
                       " bytes, more than %d: announce fewer protocols",
                       total, KAD_MAX_IDENTIFY_EMITTED);
          return FALSE;
        }
      n_addresses = leave_out_addresses (self, n_addresses, total - KAD_MAX_IDENTIFY_EMITTED);
    }
}

/* Identify.observedAddr, as bytes. */
#define OBSERVED_TAG (4 << 3 | 2)

/**
 * kad_identify_add_observed:
 * @frame: (array length=len): a whole frame of kad_identify_encode(), without an
 *   observed address
 * @len: its length in bytes
 * @observed: how we see the remote
 * @out: where the frame with it is appended; fields of a message may come in any order
 *
 * Returns: %FALSE when @frame is no frame or the result would be longer than
 *   %KAD_MAX_IDENTIFY_EMITTED; nothing is appended then
 */
gboolean
kad_identify_add_observed (const guint8 *frame, gsize len, const KadMultiaddr *observed,
                           KadBuffer *out)
{
  const guint8 *message, *address;
  gsize message_len, address_len, used, total;
  guint8 head[1 + KAD_MAX_VARINT_BYTES] = { OBSERVED_TAG };
  gsize head_len;

  if (kad_frame_peek (frame, len, KAD_MAX_IDENTIFY_EMITTED, &message, &message_len, &used, NULL)
          != KAD_WIRE_DONE
      || used != len)
    return FALSE;
  address = kad_multiaddr_get_data (observed, &address_len);
  head_len = 1 + kad_varint_encode (address_len, head + 1);
  total = message_len + head_len + address_len;
  if (total + kad_varint_size (total) > KAD_MAX_IDENTIFY_EMITTED)
    return FALSE;
  kad_frame_append_prefix (out, total);
  kad_buffer_append (out, message, message_len);
  kad_buffer_append (out, head, head_len);
  kad_buffer_append (out, address, address_len);
  return TRUE;
}
