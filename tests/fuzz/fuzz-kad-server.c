/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-engine.h"

#define MAX_STEPS 300

/* The serving side: requests of many peers in any order, well-formed or not, with peers that come
 * and go, time that passes and a mode that changes. A reply can be written, names no more peers
 * than it may, neither who asks nor ourselves, and what is held stays within the stores' bounds. */

static KadMessage *
make_request (FuzzInput *input)
{
  KadMessageType type = (KadMessageType) fuzz_below (input, 6);
  gsize len = fuzz_below (input, 80);
  const guint8 *bytes = fuzz_take (input, &len);
  g_autoptr (GBytes) key = g_bytes_new (bytes, len);
  KadMessage *message = kad_message_new (type, key);

  if (type == KAD_MESSAGE_PUT_VALUE)
    {
      gsize value_len = fuzz_byte (input) * 8;
      g_autofree guint8 *value = g_malloc0 (value_len + 1);
      g_autoptr (GBytes) value_bytes = g_bytes_new (value, value_len);
      KadRecord *record = kad_record_new (key, value_bytes, NULL);

      kad_message_set_record (message, record);
      kad_record_unref (record);
    }
  if (type == KAD_MESSAGE_ADD_PROVIDER)
    kad_message_take_provider (message, fuzz_world_info (fuzz_below (input, FUZZ_PEERS)));
  return message;
}

static void
check_reply (FuzzWorld *world, const KadPeerId *from, const KadMessage *request,
             const KadMessage *reply)
{
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_assert_cmpint (kad_message_get_message_type (reply), ==,
                   kad_message_get_message_type (request));
  g_assert_cmpuint (kad_message_get_n_closer (reply), <=, KAD_MAX_CLOSER_PEERS);
  g_assert_cmpuint (kad_message_get_n_providers (reply), <=, KAD_MAX_PROVIDERS_PER_KEY + 1);
  for (guint i = 0; i < kad_message_get_n_closer (reply); i++)
    {
      const KadPeerId *peer = kad_peer_info_get_peer (kad_message_get_closer (reply, i));

      g_assert_false (kad_peer_id_equal (peer, from));
      if (kad_message_get_message_type (request) != KAD_MESSAGE_FIND_NODE)
        g_assert_false (kad_peer_id_equal (peer, &world->local));
    }
  g_assert_true (kad_codec_encode (reply, KAD_MAX_EMITTED_MESSAGE_BYTES, &out, NULL)
                 || kad_codec_encode (reply, KAD_MAX_RECORD_BYTES * 2, &out, NULL));
}

static void
ask (FuzzWorld *world, FuzzInput *input, gboolean raw)
{
  KadPeerId from = fuzz_world_peer (1 + fuzz_below (input, FUZZ_PEERS - 1));
  g_autoptr (KadMessage) request = NULL;
  g_autoptr (KadMessage) reply = NULL;
  g_autoptr (GError) error = NULL;

  if (raw)
    {
      gsize len = fuzz_byte (input);
      const guint8 *bytes = fuzz_take (input, &len);

      request = kad_codec_decode (bytes, len, NULL);
    }
  else
    request = make_request (input);
  if (request == NULL)
    return;
  reply = kad_engine_handle_request (world->engine, &from, request, world->now_us, &error);
  g_assert_true (reply == NULL || error == NULL);
  if (reply == NULL && error == NULL)
    g_assert_cmpint (kad_message_get_message_type (request), ==, KAD_MESSAGE_ADD_PROVIDER);
  if (reply != NULL)
    check_reply (world, &from, request, reply);
}

static void
identify (FuzzWorld *world, FuzzInput *input)
{
  guint choice = fuzz_byte (input), n = choice % FUZZ_PEERS;
  g_autoptr (KadPeerInfo) info = NULL;

  if (n == 0 || !world->connected[n])
    return;
  info = fuzz_world_info (n);
  kad_engine_peer_identified (world->engine, info, choice < 192, world->now_us);
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
step (FuzzWorld *world, FuzzInput *input)
{
  switch (fuzz_below (input, 12))
    {
    case 0:
    case 1:
    case 2:
      ask (world, input, FALSE);
      break;
    case 3:
    case 4:
      ask (world, input, TRUE);
      break;
    case 5:
      fuzz_world_connect (world, fuzz_below (input, FUZZ_PEERS));
      break;
    case 6:
    case 7:
      identify (world, input);
      break;
    case 8:
      leave (world, input);
      break;
    case 9:
      fuzz_world_advance (world, (gint64) fuzz_uint16 (input) * KAD_USEC_PER_SEC);
      break;
    case 10:
      kad_engine_set_mode (world->engine, (KadMode) fuzz_below (input, 3), world->now_us);
      break;
    default:
      fuzz_world_fail_all (world);
      break;
    }
  fuzz_world_drain (world);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  FuzzWorld world;

  fuzz_world_init (&world, KAD_MODE_SERVER, fuzz_byte (&input) & 1);
  for (guint n = 0; input.len > 0 && n < MAX_STEPS; n++)
    step (&world, &input);
  fuzz_world_fail_all (&world);
  fuzz_world_clear (&world);
  return 0;
}
