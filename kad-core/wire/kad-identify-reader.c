/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-identify.h"

#include <string.h>

#include "kad-envelope.h"
#include "kad-error.h"
#include "kad-escape.h"
#include "kad-frame.h"
#include "kad-identify.pb-c.h"
#include "kad-peer-address.h"
#include "kad-proto-guard.h"

/* Reads what a remote says of itself. It may come in several frames, which are
 * merged as protobuf merges: lists grow, the last of a single field counts
 * (go puts the signed record into a second frame when both do not fit in 2 KiB). */

struct _KadIdentifyReader
{
  KadPeerId remote;
  guint n_frames;
  KadIdentity *identity;
  GPtrArray *protocols;  /* (element-type utf8), without NULL at its end */
  KadPeerRecord *record; /* (nullable) the newest that was valid */
};

static const KadProtoSchema identify_schema = {
  "identify",
  7,
  { { 1, KAD_PROTO_BYTES, 1, KAD_MAX_PUBLIC_KEY_BYTES, KAD_PROTO_REFUSE, NULL },
    { 2, KAD_PROTO_BYTES, KAD_MAX_IDENTIFY_ADDRESSES, KAD_MAX_MULTIADDR_BYTES, KAD_PROTO_LEAVE_OUT,
      NULL },
    { 3, KAD_PROTO_BYTES, KAD_MAX_IDENTITY_PROTOCOLS, KAD_MAX_PROTOCOL_NAME_BYTES,
      KAD_PROTO_LEAVE_OUT, NULL },
    { 4, KAD_PROTO_BYTES, 1, KAD_MAX_MULTIADDR_BYTES, KAD_PROTO_LEAVE_OUT, NULL },
    { 5, KAD_PROTO_BYTES, 1, KAD_MAX_IDENTIFY_FRAME, KAD_PROTO_LEAVE_OUT, NULL },
    { 6, KAD_PROTO_BYTES, 1, KAD_MAX_IDENTIFY_FRAME, KAD_PROTO_LEAVE_OUT, NULL },
    { 8, KAD_PROTO_BYTES, 1, KAD_MAX_ENVELOPE_BYTES, KAD_PROTO_LEAVE_OUT, NULL } },
};

/**
 * kad_identify_reader_new:
 * @remote: the peer that the connection has proven
 *
 * Returns: (transfer full): a reader for one identify or push stream
 */
KadIdentifyReader *
kad_identify_reader_new (const KadPeerId *remote)
{
  KadIdentifyReader *self = g_new0 (KadIdentifyReader, 1);

  self->remote = *remote;
  self->identity = kad_identity_new ();
  self->identity->peer = *remote;
  self->protocols = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
kad_identify_reader_free (KadIdentifyReader *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->identity, kad_identity_free);
  g_clear_pointer (&self->record, kad_peer_record_free);
  g_ptr_array_unref (self->protocols);
  g_free (self);
}

static void
add_addresses (KadIdentifyReader *self, const KadPb__Identify *message)
{
  GPtrArray *addresses = self->identity->addresses;

  for (gsize i = 0; i < message->n_listen_addrs && addresses->len < KAD_MAX_IDENTIFY_ADDRESSES; i++)
    {
      const ProtobufCBinaryData *bytes = &message->listen_addrs[i];
      KadMultiaddr *address = kad_peer_address_read (bytes->data, bytes->len, &self->remote);

      if (address != NULL)
        g_ptr_array_add (addresses, address);
    }
}

static void
add_protocols (KadIdentifyReader *self, const KadPb__Identify *message)
{
  for (gsize i = 0; i < message->n_protocols && self->protocols->len < KAD_MAX_IDENTITY_PROTOCOLS;
       i++)
    {
      const ProtobufCBinaryData *name = &message->protocols[i];

      if (name->len > 0 && memchr (name->data, '\0', name->len) == NULL)
        g_ptr_array_add (self->protocols, g_strndup ((const char *) name->data, name->len));
    }
}

static void
take_text (char **field, gboolean has_text, const ProtobufCBinaryData *text)
{
  if (!has_text)
    return;
  g_free (*field);
  *field = g_strndup ((const char *) text->data, MIN (text->len, KAD_MAX_AGENT_BYTES));
}

/* The id of the key that a peer says it has. */
static gboolean
derive_peer_id (const ProtobufCBinaryData *key, const KadPeerId *remote, KadPeerId *claimed,
                GError **error)
{
  g_autoptr (KadPublicKey) parsed = NULL;

  if (!kad_peer_id_init_from_public_key (claimed, key->data, key->len, error))
    return FALSE;
  if (kad_peer_id_equal (claimed, remote))
    return TRUE;
  /* Ids are made of the deterministic form, which writers of proto3 do not write: the type of
   * an RSA key is 0, and left out. */
  parsed = kad_public_key_new_from_protobuf (key->data, key->len, error);
  if (parsed == NULL)
    return FALSE;
  *claimed = *kad_public_key_get_peer_id (parsed);
  return TRUE;
}

static gboolean
check_key (KadIdentifyReader *self, const KadPb__Identify *message, GError **error)
{
  KadPeerId claimed;

  /* Absent (or, for proto3, empty): the connection has proven the key already. */
  if (!message->has_public_key || message->public_key.len == 0)
    return TRUE;
  if (!derive_peer_id (&message->public_key, &self->remote, &claimed, error))
    return FALSE;
  if (kad_peer_id_equal (&claimed, &self->remote))
    return TRUE;
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                       "A peer identifies with another key than its connection has proven");
  return FALSE;
}

/* A record that nobody has signed says nothing; one of another peer is an error. */
static gboolean
take_record (KadIdentifyReader *self, const KadPb__Identify *message, GError **error)
{
  const ProtobufCBinaryData *bytes = &message->signed_peer_record;
  g_autoptr (KadPeerRecord) record = NULL;

  if (!message->has_signed_peer_record || bytes->len == 0)
    return TRUE;
  record = kad_peer_record_open (bytes->data, bytes->len, NULL);
  if (record == NULL)
    return TRUE;
  if (!kad_peer_id_equal (&record->peer, &self->remote))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                           "A peer identifies with the peer record of another one");
      return FALSE;
    }
  if (self->record == NULL || record->seq >= self->record->seq)
    {
      g_clear_pointer (&self->record, kad_peer_record_free);
      self->record = g_steal_pointer (&record);
    }
  return TRUE;
}

static gboolean
take_frame (KadIdentifyReader *self, const guint8 *frame, gsize len, GError **error)
{
  guint8 storage[8192] __attribute__ ((aligned (16)));
  g_auto (KadArena) arena = { 0 };
  const KadPb__Identify *message;

  kad_arena_init (&arena, storage, sizeof storage, 16 * KAD_MAX_IDENTIFY_FRAME);
  message = kad_proto_unpack (&kad_pb__identify__descriptor, &identify_schema, &arena, frame, len,
                              error);
  if (message == NULL || !check_key (self, message, error) || !take_record (self, message, error))
    return FALSE;

  add_addresses (self, message);
  add_protocols (self, message);
  take_text (&self->identity->agent, message->has_agent_version, &message->agent_version);
  take_text (&self->identity->protocol_version, message->has_protocol_version,
             &message->protocol_version);
  if (message->has_observed_addr)
    {
      /* js lets it end in our own name. */
      g_clear_pointer (&self->identity->observed, kad_multiaddr_unref);
      self->identity->observed
          = kad_peer_address_read (message->observed_addr.data, message->observed_addr.len, NULL);
    }
  self->n_frames++;
  return TRUE;
}

/**
 * kad_identify_reader_feed:
 * @self: a reader
 * @data: (array length=len): what was received and not yet consumed
 * @len: bytes of @data
 * @used: (out): bytes to consume, whatever the result
 * @error: return location for a #GError
 *
 * Takes whole frames from the front of @data. Fields that are malformed,
 * too long or too many are left out.
 *
 * Returns: %KAD_WIRE_DONE after %KAD_MAX_IDENTIFY_FRAMES frames, %KAD_WIRE_MORE before, and
 *   %KAD_WIRE_ERROR for a frame that is none, or that is not the remote's
 */
KadWireStatus
kad_identify_reader_feed (KadIdentifyReader *self, const guint8 *data, gsize len, gsize *used,
                          GError **error)
{
  *used = 0;
  while (self->n_frames < KAD_MAX_IDENTIFY_FRAMES && *used < len)
    {
      const guint8 *frame;
      gsize frame_len, taken;
      KadWireStatus status = kad_frame_peek (data + *used, len - *used, KAD_MAX_IDENTIFY_FRAME,
                                             &frame, &frame_len, &taken, error);

      if (status != KAD_WIRE_DONE)
        return status;
      *used += taken;
      if (!take_frame (self, frame, frame_len, error))
        return KAD_WIRE_ERROR;
    }
  return self->n_frames < KAD_MAX_IDENTIFY_FRAMES ? KAD_WIRE_MORE : KAD_WIRE_DONE;
}

/**
 * kad_identify_reader_finish:
 * @self: a reader at the end of its stream; of no further use
 * @error: return location for a #GError
 *
 * What has been merged. Addresses of a valid signed record take the place of the
 * others. A push may say only a part: what it does not say is %NULL or empty.
 *
 * Returns: (transfer full) (nullable): the identity; %NULL with %KAD_ERROR_CLOSED when no
 *   frame came
 */
KadIdentity *
kad_identify_reader_finish (KadIdentifyReader *self, GError **error)
{
  KadIdentity *identity = self->identity;

  if (self->n_frames == 0 || identity == NULL)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CLOSED,
                           "The peer ended identify before it said anything");
      return NULL;
    }
  if (self->protocols->len > 0)
    {
      g_ptr_array_add (self->protocols, NULL);
      identity->protocols = (GStrv) g_ptr_array_free (self->protocols, FALSE);
      self->protocols = g_ptr_array_new_with_free_func (g_free);
    }
  if (self->record != NULL)
    {
      g_ptr_array_unref (identity->addresses);
      identity->addresses = g_steal_pointer (&self->record->addresses);
      self->record->addresses = g_ptr_array_new ();
      identity->is_signed = TRUE;
    }
  return g_steal_pointer (&self->identity);
}
