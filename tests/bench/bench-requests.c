/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-requests.h"

#include <string.h>

#include "kad-codec.h"
#include "kad-frame.h"
#include "kad-varint.h"

#define EXPECTED_PEERS 20
#define EXPECTED_ADDRESSES_EACH 2
#define REQUEST_BYTES 43 /* length, type, key of 38 bytes */

/* ---- is it the right reply ---- */

static guint expected_peers = EXPECTED_PEERS;

void
bench_requests_expect (guint n_peers)
{
  expected_peers = n_peers;
}

typedef struct
{
  guint field;
  guint64 number;
  const guint8 *data;
  gsize len;
} Field;

/* The next field of a protobuf message: numbers and bytes only, as kad has no others. */
static gboolean
next_field (const guint8 **at, const guint8 *end, Field *field)
{
  guint64 tag, value;
  gsize used;

  if (*at == end)
    return FALSE;
  if (kad_varint_decode (*at, end - *at, &tag, &used) != KAD_VARINT_OK)
    bench_die ("A reply is no protobuf");
  *at += used;
  if (kad_varint_decode (*at, end - *at, &value, &used) != KAD_VARINT_OK)
    bench_die ("A reply is no protobuf");
  *at += used;
  *field = (Field){ .field = tag >> 3, .number = value, .data = *at, .len = value };
  if ((tag & 7) == 0)
    return TRUE;
  if ((tag & 7) != 2 || value > (guint64) (end - *at))
    bench_die ("A reply has a field of an odd kind");
  *at += value;
  return TRUE;
}

static guint
count_addresses (const Field *peer)
{
  const guint8 *at = peer->data;
  gboolean has_id = FALSE;
  guint n = 0;
  Field field;

  while (next_field (&at, peer->data + peer->len, &field))
    {
      has_id |= field.field == 1 && field.len > 0;
      n += field.field == 2 && field.len > 0;
    }
  if (!has_id)
    bench_die ("A peer of a reply has no id");
  return n;
}

void
bench_requests_check (const guint8 *frame, gsize len)
{
  const guint8 *at = frame;
  guint64 type = 0;
  guint n_peers = 0, n_addresses = 0;
  Field field;

  while (next_field (&at, frame + len, &field))
    {
      if (field.field == 1)
        type = field.number;
      if (field.field != 8)
        continue;
      n_peers++;
      n_addresses += count_addresses (&field);
    }
  if (type != KAD_MESSAGE_FIND_NODE || n_peers != expected_peers
      || n_addresses != expected_peers * EXPECTED_ADDRESSES_EACH)
    bench_die ("A reply of type %" G_GUINT64_FORMAT " has %u peers with %u addresses", type,
               n_peers, n_addresses);
}

/* ---- asking ---- */

/* splitmix64: cheap, and the same keys for every server. */
static guint64
next_random (BenchRequests *self)
{
  guint64 z = self->random += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* A random Ed25519 peer id, as lookups ask for. */
static void
make_request (BenchRequests *self, guint8 request[REQUEST_BYTES])
{
  static const guint8 head[] = {
    REQUEST_BYTES - 1, 0x08, KAD_MESSAGE_FIND_NODE, 0x12, 38, 0x00, 0x24, 0x08, 0x01, 0x12, 0x20
  };
  G_STATIC_ASSERT (sizeof head + 32 == REQUEST_BYTES);

  memcpy (request, head, sizeof head);
  for (guint i = 0; i < 4; i++)
    {
      guint64 random = next_random (self);

      memcpy (request + sizeof head + 8 * i, &random, 8);
    }
}

void
bench_requests_ask (BenchRequests *self, KadStream *stream)
{
  guint8 request[REQUEST_BYTES];

  make_request (self, request);
  if (!kad_stream_write (stream, request, sizeof request))
    bench_die ("The server does not read");
}

static void
open_stream (BenchRequests *self, KadConnection *connection, guint depth)
{
  g_autoptr (GError) error = NULL;
  KadStream *stream = kad_stream_open (connection, self->protocol, self, &error);

  if (stream == NULL)
    bench_die ("Cannot open a stream: %s", error->message);
  for (guint i = 0; i < depth; i++)
    bench_requests_ask (self, stream);
}

static void
on_readable (KadStream *stream)
{
  BenchRequests *self = kad_stream_get_state (stream);

  for (;;)
    {
      const guint8 *data, *frame;
      gsize available, len, used;
      KadWireStatus status;

      data = kad_stream_peek (stream, &available);
      status = kad_frame_peek (data, available, KAD_MAX_MESSAGE_BYTES, &frame, &len, &used, NULL);
      if (status == KAD_WIRE_MORE && !kad_stream_is_remote_closed (stream))
        return;
      if (status != KAD_WIRE_DONE)
        bench_die ("The server ended a stream, or wrote a frame that is none");
      bench_requests_check (frame, len);
      kad_stream_consume (stream, used);
      self->n_replies++;
      if (self->is_new_streams)
        {
          KadConnection *connection = kad_stream_get_connection (stream);

          kad_stream_release (stream);
          open_stream (self, connection, 1);
          return;
        }
      bench_requests_ask (self, stream);
    }
}

static void
on_closed (KadStream *stream, const GError *reason)
{
  BenchPeer *peer = kad_connection_get_data (kad_stream_get_connection (stream));

  if (!peer->is_leaving)
    bench_die ("The server reset a stream: %s", reason->message);
}

void
bench_requests_init (BenchRequests *self, BenchLoad *load, guint depth, gboolean is_new_streams)
{
  *self = (BenchRequests){ .load = load, .depth = depth, .is_new_streams = is_new_streams };
  self->protocol = g_new0 (KadStreamProtocol, 1);
  self->protocol->name = KAD_PROTOCOL;
  self->protocol->readable = on_readable;
  self->protocol->closed = on_closed;
}

void
bench_requests_clear (BenchRequests *self)
{
  g_free (self->protocol);
}

void
bench_requests_start (BenchRequests *self, BenchPeer *peer)
{
  if (!self->is_new_streams)
    open_stream (self, peer->connection, self->depth);
  else
    for (guint i = 0; i < self->depth; i++)
      open_stream (self, peer->connection, 1);
}
