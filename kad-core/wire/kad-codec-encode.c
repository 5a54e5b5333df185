/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-codec.h"

#include <string.h>

#include "kad-arena.h"
#include "kad-dht.pb-c.h"
#include "kad-error.h"
#include "kad-frame.h"
#include "kad-varint.h"

/* From a KadMessage to bytes. protobuf-c packs from structs that only point into
 * the message. What may go in is decided before: a plan says how many peers,
 * and how many addresses of each, and its size is known without packing. */

#define ARENA_FIRST_BYTES 8192
#define ARENA_MAX_BYTES (4 * 1024 * 1024)

typedef struct
{
  guint n_closer;
  guint n_providers;
  guint max_addresses; /* of each peer, the first ones */
  gsize peers_bytes;   /* what the peers take in the message */
} Plan;

/* A field of bytes with a tag of one byte. */
static gsize
bytes_field_size (gsize len)
{
  return 1 + kad_varint_size (len) + len;
}

/* rust drops a peer with any value but 0 and 1, so that nothing else is sent;
 * 0 is left out as proto3 does. */
static gboolean
is_connected (const KadPeerInfo *info)
{
  return kad_peer_info_get_connection (info) == KAD_CONNECTION_CONNECTED;
}

static gsize
peer_size (const KadPeerInfo *info, guint max_addresses)
{
  guint n = MIN (kad_peer_info_get_n_addresses (info), max_addresses);
  gsize len, size;

  kad_peer_id_get_data (kad_peer_info_get_peer (info), &len);
  size = bytes_field_size (len) + (is_connected (info) ? 2 : 0);
  for (guint i = 0; i < n; i++)
    {
      kad_multiaddr_get_data (kad_peer_info_get_address (info, i), &len);
      size += bytes_field_size (len);
    }
  return bytes_field_size (size);
}

static void
measure (const KadMessage *message, Plan *plan)
{
  plan->peers_bytes = 0;
  for (guint i = 0; i < plan->n_closer; i++)
    plan->peers_bytes += peer_size (kad_message_get_closer (message, i), plan->max_addresses);
  for (guint i = 0; i < plan->n_providers; i++)
    plan->peers_bytes += peer_size (kad_message_get_provider (message, i), plan->max_addresses);
}

/* The most addresses a peer with which @room is enough; at least 1. */
static void
plan_addresses (const KadMessage *message, gsize room, Plan *plan)
{
  guint fits = 1, too_many = plan->max_addresses;

  while (too_many - fits > 1)
    {
      plan->max_addresses = fits + (too_many - fits) / 2;
      measure (message, plan);
      if (plan->peers_bytes <= room)
        fits = plan->max_addresses;
      else
        too_many = plan->max_addresses;
    }
  plan->max_addresses = fits;
  measure (message, plan);
}

/* Then whole peers go, from the end of the longer list: a reply with very many
 * providers still says who is closer, and the reverse. */
static void
plan_peers (const KadMessage *message, gsize room, Plan *plan)
{
  while (plan->peers_bytes > room)
    {
      KadPeerInfo *last = plan->n_providers > plan->n_closer
                              ? kad_message_get_provider (message, --plan->n_providers)
                              : kad_message_get_closer (message, --plan->n_closer);

      plan->peers_bytes -= peer_size (last, plan->max_addresses);
    }
}

static Plan
make_plan (const KadMessage *message, gsize room)
{
  Plan plan = {
    .n_closer = kad_message_get_n_closer (message),
    .n_providers = kad_message_get_n_providers (message),
    .max_addresses = KAD_MAX_PEER_ADDRESSES,
  };

  measure (message, &plan);
  if (plan.peers_bytes > room)
    plan_addresses (message, room, &plan);
  plan_peers (message, room, &plan);
  return plan;
}

static void
set_bytes (protobuf_c_boolean *has, ProtobufCBinaryData *field, GBytes *bytes)
{
  gsize len;

  *has = bytes != NULL;
  if (bytes == NULL)
    return;
  field->data = (guint8 *) g_bytes_get_data (bytes, &len);
  field->len = len;
}

static void
fill_record (KadPb__Record *wire, const KadRecord *record)
{
  const char *time = kad_record_get_time_received (record);
  const KadPeerId *publisher = kad_record_get_publisher (record);

  kad_pb__record__init (wire);
  set_bytes (&wire->has_key, &wire->key, kad_record_get_key (record));
  set_bytes (&wire->has_value, &wire->value, kad_record_get_value (record));
  if (time != NULL)
    {
      wire->has_time_received = TRUE;
      wire->time_received = (ProtobufCBinaryData){ strlen (time), (guint8 *) time };
    }
  if (publisher != NULL)
    {
      wire->has_publisher = TRUE;
      wire->publisher.data = (guint8 *) kad_peer_id_get_data (publisher, &wire->publisher.len);
    }
  wire->ttl = kad_record_get_ttl_s (record);
  wire->has_ttl = wire->ttl != 0;
}

static KadPb__Peer *
new_peer (KadArena *arena, const KadPeerInfo *info, guint max_addresses)
{
  guint n = MIN (kad_peer_info_get_n_addresses (info), max_addresses);
  KadPb__Peer *wire = kad_arena_alloc (arena, sizeof *wire + n * sizeof *wire->addrs);

  if (wire == NULL)
    return NULL;

  kad_pb__peer__init (wire);
  wire->has_id = TRUE;
  wire->id.data = (guint8 *) kad_peer_id_get_data (kad_peer_info_get_peer (info), &wire->id.len);
  wire->addrs = (ProtobufCBinaryData *) (wire + 1);
  wire->n_addrs = n;
  for (guint i = 0; i < n; i++)
    wire->addrs[i].data = (guint8 *) kad_multiaddr_get_data (kad_peer_info_get_address (info, i),
                                                             &wire->addrs[i].len);
  wire->has_connection = is_connected (info);
  wire->connection = wire->has_connection ? KAD_CONNECTION_CONNECTED : 0;
  return wire;
}

typedef KadPeerInfo *(*GetPeer) (const KadMessage *message, guint index);

static KadPb__Peer **
new_peers (KadArena *arena, const KadMessage *message, GetPeer get_peer, guint n,
           guint max_addresses)
{
  KadPb__Peer **peers = kad_arena_alloc (arena, n * sizeof *peers);

  for (guint i = 0; peers != NULL && i < n; i++)
    {
      peers[i] = new_peer (arena, get_peer (message, i), max_addresses);
      if (peers[i] == NULL)
        return NULL;
    }
  return peers;
}

static gboolean
fill_peers (KadPb__Message *wire, KadArena *arena, const KadMessage *message, const Plan *plan)
{
  wire->n_closer_peers = plan->n_closer;
  wire->closer_peers
      = new_peers (arena, message, kad_message_get_closer, plan->n_closer, plan->max_addresses);
  wire->n_provider_peers = plan->n_providers;
  wire->provider_peers = new_peers (arena, message, kad_message_get_provider, plan->n_providers,
                                    plan->max_addresses);
  return wire->closer_peers != NULL && wire->provider_peers != NULL;
}

/* The plan has decided what fits; how much room that takes is protobuf-c's own word. */
static void
append_packed (KadBuffer *out, const KadPb__Message *wire)
{
  gsize len = kad_pb__message__get_packed_size (wire);

  kad_buffer_reserve (out, KAD_MAX_VARINT_BYTES + len);
  kad_frame_append_prefix (out, len);
  kad_buffer_commit (out, kad_pb__message__pack (wire, kad_buffer_reserve (out, len)));
}

/**
 * kad_codec_encode:
 * @message: a request or reply
 * @max_bytes: the longest message, without its length: %KAD_MAX_EMITTED_MESSAGE_BYTES towards
 *   peers (rust's limit, which counts the message alone)
 * @out: where length and message are appended
 * @error: return location for a #GError
 *
 * Writes a message (libp2p specs, kad-dht, "RPC messages"). The type is always written. If
 * not everything fits, each peer keeps fewer of its addresses, but one; then
 * peers are left out from the end of the longer list.
 *
 * Returns: %FALSE with %KAD_ERROR_RECORD_TOO_LARGE when type, key and record alone do
 *   not fit; nothing is appended then
 */
gboolean
kad_codec_encode (const KadMessage *message, gsize max_bytes, KadBuffer *out, GError **error)
{
  guint8 storage[ARENA_FIRST_BYTES] __attribute__ ((aligned (16)));
  g_auto (KadArena) arena = { 0 };
  KadPb__Message wire = KAD_PB__MESSAGE__INIT;
  KadPb__Record record_wire;
  KadRecord *record = kad_message_get_record (message);
  gsize fixed;
  Plan plan;

  wire.has_type = TRUE;
  wire.type = (gint32) kad_message_get_message_type (message);
  set_bytes (&wire.has_key, &wire.key, kad_message_get_key (message));
  if (record != NULL)
    {
      fill_record (&record_wire, record);
      wire.record = &record_wire;
    }
  fixed = kad_pb__message__get_packed_size (&wire);
  if (fixed > max_bytes)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_RECORD_TOO_LARGE,
                   "A message of %" G_GSIZE_FORMAT " bytes is more than the %" G_GSIZE_FORMAT
                   " that every peer reads",
                   fixed, max_bytes);
      return FALSE;
    }

  plan = make_plan (message, max_bytes - fixed);
  kad_arena_init (&arena, storage, sizeof storage, ARENA_MAX_BYTES);
  if (!fill_peers (&wire, &arena, message, &plan))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_FAILED, "Out of memory for a message");
      return FALSE;
    }
  append_packed (out, &wire);
  return TRUE;
}

/**
 * kad_codec_encode_record:
 * @record: a record
 *
 * Returns: (transfer full): the Record message
 */
GBytes *
kad_codec_encode_record (const KadRecord *record)
{
  KadPb__Record wire;
  guint8 *packed;
  gsize len;

  fill_record (&wire, record);
  len = kad_pb__record__get_packed_size (&wire);
  packed = g_malloc (len);
  kad_pb__record__pack (&wire, packed);
  return g_bytes_new_take (packed, len);
}
