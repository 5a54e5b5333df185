/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-engine.h"

#define MAX_STEPS 400
#define MAX_QUERIES 8

/* The asking side: queries of every kind, whose requests are answered with anything, late, twice,
 * by the wrong one, or not. Each query ends once, within its time, and asks no more than it may. */

typedef struct
{
  FuzzWorld world;
  GArray *started; /* of KadQueryId: by us, and not by the engine itself */
} Lab;

static KadMessage *
make_reply (FuzzInput *input)
{
  KadMessage *reply = kad_message_new ((KadMessageType) fuzz_below (input, 6), NULL);
  guint choice = fuzz_byte (input);

  for (guint n = choice % 24; n > 0; n--)
    kad_message_take_closer (reply, fuzz_world_info (fuzz_byte (input)));
  if (choice & 0x40)
    kad_message_take_provider (reply, fuzz_world_info (fuzz_byte (input)));
  if (choice & 0x80)
    {
      guint8 value = fuzz_byte (input);
      g_autoptr (GBytes) key = g_bytes_new_static ("/v/key", 6);
      g_autoptr (GBytes) bytes = g_bytes_new (&value, 1);
      KadRecord *record = kad_record_new (key, bytes, NULL);

      kad_message_set_record (reply, record);
      kad_record_unref (record);
    }
  return reply;
}

static void
answer (FuzzWorld *world, FuzzInput *input)
{
  guint choice = fuzz_byte (input);
  g_autoptr (KadMessage) reply = NULL;
  guint64 request;

  if (world->requests->len == 0)
    return;
  request = g_array_index (world->requests, FuzzRequest, choice % world->requests->len).request;
  /* Now and then it is answered again. */
  if (choice < 224)
    g_array_remove_index_fast (world->requests, choice % world->requests->len);
  if (choice & 1)
    {
      gsize len = fuzz_byte (input);
      const guint8 *bytes = fuzz_take (input, &len);

      reply = kad_codec_decode (bytes, len, NULL);
    }
  if (reply == NULL)
    reply = make_reply (input);
  kad_engine_reply_received (world->engine, request, reply, world->now_us);
}

static void
fail (FuzzWorld *world, FuzzInput *input)
{
  guint choice = fuzz_byte (input);
  g_autoptr (GError) error = g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED, "Gone");
  guint64 request;

  if (world->requests->len == 0)
    return;
  request = g_array_index (world->requests, FuzzRequest, choice % world->requests->len).request;
  g_array_remove_index_fast (world->requests, choice % world->requests->len);
  if (choice & 0x80)
    kad_engine_request_sent (world->engine, request, world->now_us);
  else
    kad_engine_request_failed (world->engine, request, error, world->now_us);
}

static void
finish_dial (FuzzWorld *world, FuzzInput *input)
{
  guint choice = fuzz_byte (input), n;
  g_autoptr (GError) error = g_error_new_literal (KAD_ERROR, KAD_ERROR_DIAL_FAILED, "Refused");
  KadPeerId peer;

  if (world->dials->len == 0)
    return;
  peer = g_array_index (world->dials, KadPeerId, choice % world->dials->len);
  g_array_remove_index_fast (world->dials, choice % world->dials->len);
  n = fuzz_world_find (&peer);
  if (n < FUZZ_PEERS && choice < 224)
    fuzz_world_connect (world, n);
  else
    kad_engine_dial_failed (world->engine, &peer, error, world->now_us);
}

static void
leave (FuzzWorld *world, FuzzInput *input)
{
  guint n = fuzz_below (input, FUZZ_PEERS);
  KadPeerId peer = fuzz_world_peer (n);

  if (!world->connected[n])
    return;
  world->connected[n] = FALSE;
  kad_engine_peer_disconnected (world->engine, &peer, world->now_us);
}

static void
start (Lab *lab, FuzzInput *input)
{
  FuzzWorld *world = &lab->world;
  KadQueryId query;
  guint choice = fuzz_byte (input);
  g_autoptr (GBytes) key = g_bytes_new_static ("/v/key", 6);
  g_autoptr (GBytes) multihash = g_bytes_new_static ("\x12\x04"
                                                     "abcd",
                                                     6);
  g_autoptr (GBytes) value = g_bytes_new_static ("value", 5);
  KadQuerySpec spec = { .kind = (KadQueryKind) (choice % KAD_QUERY_REFRESH) };
  gboolean is_provider = spec.kind == KAD_QUERY_GET_PROVIDERS || spec.kind == KAD_QUERY_PROVIDE;

  if (g_hash_table_size (world->running) >= MAX_QUERIES)
    return;
  if (spec.kind != KAD_QUERY_BOOTSTRAP)
    spec.key = is_provider ? multihash : key;
  if (spec.kind == KAD_QUERY_PUT_RECORD)
    spec.value = value;
  if (spec.kind == KAD_QUERY_FIND_PEER)
    spec.peer = fuzz_world_peer (fuzz_byte (input));
  if (choice & 0x80)
    spec.quorum = choice & 0x40 ? KAD_QUORUM_ALL : 1 + fuzz_below (input, 20);
  spec.limit = choice & 0x20 ? 3 : 0;
  query = kad_engine_start_query (world->engine, &spec, world->now_us);
  g_assert_cmpuint (query, !=, 0);
  g_array_append_val (lab->started, query);
}

static void
learn (FuzzWorld *world, FuzzInput *input)
{
  guint n = fuzz_below (input, FUZZ_PEERS);
  g_autoptr (KadPeerInfo) info = NULL;

  if (n == 0)
    return;
  fuzz_world_connect (world, n);
  info = fuzz_world_info (n);
  kad_engine_peer_identified (world->engine, info, TRUE, world->now_us);
}

static void
step (Lab *lab, FuzzInput *input)
{
  FuzzWorld *world = &lab->world;

  switch (fuzz_below (input, 12))
    {
    case 0:
      start (lab, input);
      break;
    case 1:
    case 2:
      learn (world, input);
      break;
    case 3:
    case 4:
    case 5:
    case 6:
      answer (world, input);
      break;
    case 7:
      fail (world, input);
      break;
    case 8:
      finish_dial (world, input);
      break;
    case 9:
      leave (world, input);
      break;
    case 10:
      fuzz_world_advance (world, (gint64) fuzz_uint16 (input) * 1000);
      break;
    default:
      kad_engine_cancel_query (world->engine, fuzz_byte (input), world->now_us);
      break;
    }
  fuzz_world_drain (world);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  KadMode mode = fuzz_byte (&input) & 1 ? KAD_MODE_CLIENT : KAD_MODE_SERVER;
  Lab lab = { .started = g_array_new (FALSE, FALSE, sizeof (KadQueryId)) };

  fuzz_world_init (&lab.world, mode, FALSE);
  for (guint n = 0; input.len > 0 && n < MAX_STEPS; n++)
    step (&lab, &input);
  /* Nobody says anything any more: whatever was asked ends by itself. */
  fuzz_world_advance (&lab.world, 61 * KAD_USEC_PER_SEC);
  for (guint i = 0; i < lab.started->len; i++)
    g_assert_false (
        g_hash_table_contains (lab.world.running, &g_array_index (lab.started, KadQueryId, i)));
  fuzz_world_clear (&lab.world);
  g_array_unref (lab.started);
  return 0;
}
