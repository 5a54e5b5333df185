/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-codec.h"

#include <string.h>

#include "kad-arena.h"
#include "kad-dht.pb-c.h"
#include "kad-error.h"
#include "kad-key.h"
#include "kad-peer-address.h"
#include "kad-proto-guard.h"

/* From bytes to a KadMessage, in three steps: the guard leaves out what is
 * unknown or too much, protobuf-c unpacks into an arena, and what is
 * well-formed is taken over. A peer that cannot be read is left out, and so is
 * an address: one bad entry does not spoil a reply. */

/* Enough for a reply of 20 peers without a further allocation. */
#define ARENA_FIRST_BYTES 8192
/* The structs of as many peers and addresses as the guard lets through; what
 * they point to comes on top, and never takes more than the message's own length. */
#define ARENA_STRUCT_BYTES (4 * 1024 * 1024)

static const KadProtoSchema record_schema = {
  "record",
  5,
  { { 1, KAD_PROTO_BYTES, 1, KAD_MAX_KEY_PREIMAGE_BYTES, KAD_PROTO_REFUSE, NULL },
    { 2, KAD_PROTO_BYTES, 1, KAD_MAX_RECORD_BYTES, KAD_PROTO_REFUSE, NULL },
    { 5, KAD_PROTO_BYTES, 1, KAD_MAX_RECORD_TIME_BYTES, KAD_PROTO_LEAVE_OUT, NULL },
    { 666, KAD_PROTO_BYTES, 1, KAD_MAX_PEER_ID_BYTES, KAD_PROTO_LEAVE_OUT, NULL },
    { 777, KAD_PROTO_VARINT, 1, 0, KAD_PROTO_LEAVE_OUT, NULL } },
};

static const KadProtoSchema peer_schema = {
  "peer",
  3,
  { { 1, KAD_PROTO_BYTES, 1, KAD_MAX_PEER_ID_BYTES, KAD_PROTO_LEAVE_OUT, NULL },
    { 2, KAD_PROTO_BYTES, KAD_MAX_PEER_ADDRESSES, KAD_MAX_MULTIADDR_BYTES, KAD_PROTO_LEAVE_OUT,
      NULL },
    { 3, KAD_PROTO_VARINT, 1, 0, KAD_PROTO_LEAVE_OUT, NULL } },
};

/* The last is ignored; it is here because nearly every message has it, and what is
 * unknown costs a copy. */
static const KadProtoSchema message_schema = {
  "kad",
  6,
  { { 1, KAD_PROTO_VARINT, 1, 0, KAD_PROTO_REFUSE, NULL },
    { 2, KAD_PROTO_BYTES, 1, KAD_MAX_KEY_PREIMAGE_BYTES, KAD_PROTO_REFUSE, NULL },
    { 3, KAD_PROTO_BYTES, 1, KAD_MAX_MESSAGE_BYTES, KAD_PROTO_REFUSE, &record_schema },
    { 8, KAD_PROTO_BYTES, KAD_MAX_CLOSER_PEERS, KAD_MAX_MESSAGE_BYTES, KAD_PROTO_LEAVE_OUT,
      &peer_schema },
    { 9, KAD_PROTO_BYTES, KAD_MAX_PROVIDER_PEERS, KAD_MAX_MESSAGE_BYTES, KAD_PROTO_LEAVE_OUT,
      &peer_schema },
    { 10, KAD_PROTO_VARINT, 1, 0, KAD_PROTO_LEAVE_OUT, NULL } },
};

static GBytes *
new_bytes (const ProtobufCBinaryData *bytes)
{
  return g_bytes_new (bytes->data, bytes->len);
}

static KadRecord *
read_record (const KadPb__Record *wire)
{
  g_autoptr (GBytes) key = new_bytes (&wire->key);
  g_autoptr (GBytes) value = new_bytes (&wire->value);
  g_autoptr (KadRecord) record = NULL;
  char time[KAD_MAX_RECORD_TIME_BYTES + 1];
  KadPeerId publisher = { 0 };
  gboolean has_publisher;

  /* Kept as it came: absent with rust, a number with cpp. */
  if (wire->time_received.len > 0)
    memcpy (time, wire->time_received.data, wire->time_received.len);
  time[wire->time_received.len] = '\0';
  record = kad_record_new (key, value, time);

  has_publisher = wire->publisher.len > 0
                  && kad_peer_id_init_from_bytes (&publisher, wire->publisher.data,
                                                  wire->publisher.len, NULL);
  if (!has_publisher && wire->ttl == 0)
    return g_steal_pointer (&record);
  return kad_record_with_publisher (record, has_publisher ? &publisher : NULL, wire->ttl);
}

/* NULL: not a peer that we could name. */
static KadPeerInfo *
read_peer (const KadPb__Peer *wire)
{
  KadPeerInfo *info;
  KadPeerId peer;

  if (!kad_peer_id_init_from_bytes (&peer, wire->id.data, wire->id.len, NULL))
    return NULL;

  info = kad_peer_info_new (&peer);
  for (gsize i = 0; i < wire->n_addrs; i++)
    {
      g_autoptr (KadMultiaddr) address
          = kad_peer_address_read (wire->addrs[i].data, wire->addrs[i].len, &peer);

      if (address != NULL)
        kad_peer_info_add_address (info, address);
    }
  if (wire->connection >= KAD_CONNECTION_NOT_CONNECTED
      && wire->connection <= KAD_CONNECTION_CANNOT_CONNECT)
    kad_peer_info_set_connection (info, (KadConnectionType) wire->connection);
  return info;
}

static KadMessage *
read_message (const KadPb__Message *wire, GError **error)
{
  g_autoptr (KadMessage) message = NULL;
  g_autoptr (GBytes) key = NULL;

  /* An absent type is the first one: proto3 writes no zero. */
  if (wire->type < KAD_MESSAGE_PUT_VALUE || wire->type > KAD_MESSAGE_PING)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL, "A kad message has the unknown type %d",
                   wire->type);
      return NULL;
    }
  if (wire->has_key)
    key = new_bytes (&wire->key);
  message = kad_message_new ((KadMessageType) wire->type, key);

  if (wire->record != NULL)
    {
      g_autoptr (KadRecord) record = read_record (wire->record);

      kad_message_set_record (message, record);
    }
  for (gsize i = 0; i < wire->n_closer_peers; i++)
    {
      KadPeerInfo *info = read_peer (wire->closer_peers[i]);

      if (info != NULL)
        kad_message_take_closer (message, info);
    }
  for (gsize i = 0; i < wire->n_provider_peers; i++)
    {
      KadPeerInfo *info = read_peer (wire->provider_peers[i]);

      if (info != NULL)
        kad_message_take_provider (message, info);
    }
  return g_steal_pointer (&message);
}

/**
 * kad_codec_decode:
 * @frame: (array length=len): one message without its length
 * @len: bytes of @frame, at most %KAD_MAX_MESSAGE_BYTES
 * @error: return location for a #GError
 *
 * Reads a request or a reply (libp2p specs, kad-dht, "RPC messages"). Unknown fields are left
 * out, and so are peers without a valid id, addresses that are no multiaddrs of
 * registered protocols, and entries past the bounds. An unknown connection
 * value counts as not connected. A record without a time, or with a bad
 * one, is as good as any.
 *
 * Takes time in proportion to @len; what it holds meanwhile is bounded.
 *
 * Returns: (transfer full) (nullable): the message; %NULL with %KAD_ERROR_PROTOCOL
 */
KadMessage *
kad_codec_decode (const guint8 *frame, gsize len, GError **error)
{
  guint8 storage[ARENA_FIRST_BYTES] __attribute__ ((aligned (16)));
  g_auto (KadArena) arena = { 0 };
  const KadPb__Message *wire;

  if (len > KAD_MAX_MESSAGE_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                   "A kad message of %" G_GSIZE_FORMAT " bytes is too long", len);
      return NULL;
    }
  kad_arena_init (&arena, storage, sizeof storage, ARENA_STRUCT_BYTES + 2 * len);
  wire
      = kad_proto_unpack (&kad_pb__message__descriptor, &message_schema, &arena, frame, len, error);
  if (wire == NULL)
    return NULL;
  return read_message (wire, error);
}

/**
 * kad_codec_decode_record:
 * @data: (array length=len): a Record message
 * @len: bytes of @data
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the record; %NULL with %KAD_ERROR_PROTOCOL
 */
KadRecord *
kad_codec_decode_record (const guint8 *data, gsize len, GError **error)
{
  guint8 storage[1024] __attribute__ ((aligned (16)));
  g_auto (KadArena) arena = { 0 };
  const KadPb__Record *wire;

  if (len > KAD_MAX_MESSAGE_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                   "A record of %" G_GSIZE_FORMAT " bytes is too long", len);
      return NULL;
    }
  kad_arena_init (&arena, storage, sizeof storage, ARENA_STRUCT_BYTES + 2 * len);
  wire = kad_proto_unpack (&kad_pb__record__descriptor, &record_schema, &arena, data, len, error);
  if (wire == NULL)
    return NULL;
  return read_record (wire);
}
