/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a request, a handshake and an identify cost: processor time, in microseconds
 * an operation, the best of several rounds. */

#include "kad-codec.h"
#include "kad-frame.h"
#include "kad-identify.h"
#include "kad-noise.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define ROUNDS 7
#define N_PEERS 20
#define LARGE (64 * 1024)

typedef struct
{
  KadMessage *reply;
  KadBuffer out;   /* scratch, emptied by each operation */
  KadBuffer input; /* what the operation reads */
  KadPrivateKey *key;
  KadNoiseIdentity *identity;
  KadIdentity *self;
  KadNoiseSession session;
  guint8 plain[LARGE];
  gsize plain_len;
} Bench;

typedef void (*Operation) (Bench *bench);

static double
now_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e6 + (double) now.tv_nsec / 1e3;
}

static void
measure (Bench *bench, const char *name, guint n, Operation operation)
{
  double best = 0;

  for (guint round = 0; round < ROUNDS; round++)
    {
      double started = now_us (), each;

      for (guint i = 0; i < n; i++)
        operation (bench);
      each = (now_us () - started) / n;
      if (round == 0 || each < best)
        best = each;
    }
  printf ("%-44s %9.3f us\n", name, best);
}

static void
drop (KadBuffer *buffer)
{
  kad_buffer_consume (buffer, kad_buffer_get_length (buffer));
}

static KadMessage *
make_reply (void)
{
  KadMessage *message = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);

  for (guint i = 0; i < N_PEERS; i++)
    {
      g_autofree char *tcp = g_strdup_printf ("/ip4/192.0.2.%u/tcp/4001", i);
      g_autofree char *quic = g_strdup_printf ("/ip4/192.0.2.%u/udp/4001/quic-v1", i);
      const char *const texts[] = { tcp, quic };
      guint8 seed[32];
      g_autoptr (KadPrivateKey) key = NULL;
      KadPeerInfo *info;

      memset (seed, (int) i + 1, sizeof seed);
      key = kad_private_key_new_ed25519_from_seed (seed);
      info = kad_peer_info_new (kad_public_key_get_peer_id (kad_private_key_get_public_key (key)));
      for (guint k = 0; k < G_N_ELEMENTS (texts); k++)
        {
          g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (texts[k], NULL);

          kad_peer_info_add_address (info, address);
        }
      kad_message_take_closer (message, info);
    }
  return message;
}

static void
encode_reply (Bench *bench)
{
  kad_codec_encode (bench->reply, KAD_MAX_EMITTED_MESSAGE_BYTES, &bench->out, NULL);
  drop (&bench->out);
}

static void
decode (Bench *bench)
{
  g_autoptr (KadMessage) message = kad_codec_decode (kad_buffer_peek (&bench->input),
                                                     kad_buffer_get_length (&bench->input), NULL);

  if (message == NULL)
    g_error ("The benchmark's message is malformed");
}

static void
seal (Bench *bench)
{
  kad_noise_session_seal (&bench->session, bench->plain, bench->plain_len, &bench->out, NULL);
  drop (&bench->out);
}

static void
open_message (Bench *bench)
{
  gsize used;

  bench->session.receive_nonce = 0;
  if (!kad_noise_session_open (&bench->session, kad_buffer_peek (&bench->input),
                               kad_buffer_get_length (&bench->input), &used, &bench->out, NULL))
    g_error ("The benchmark's message does not open");
  drop (&bench->out);
}

static void
pass (KadNoise *to, KadBuffer *from, KadBuffer *answer)
{
  gsize used;

  if (kad_noise_feed (to, kad_buffer_peek (from), kad_buffer_get_length (from), &used, answer, NULL)
      == KAD_WIRE_ERROR)
    g_error ("The benchmark's handshake failed");
  drop (from);
}

static void
shake_hands (Bench *bench)
{
  static const guint8 secrets[2][32] = { { 3 }, { 4 } };
  g_autoptr (KadNoise) initiator
      = kad_noise_new (KAD_ROLE_INITIATOR, bench->identity, secrets[0], NULL);
  g_autoptr (KadNoise) responder
      = kad_noise_new (KAD_ROLE_RESPONDER, bench->identity, secrets[1], NULL);
  g_auto (KadBuffer) to_responder = KAD_BUFFER_INIT;
  g_auto (KadBuffer) to_initiator = KAD_BUFFER_INIT;

  kad_noise_start (initiator, &to_responder);
  pass (responder, &to_responder, &to_initiator);
  pass (initiator, &to_initiator, &to_responder);
  pass (responder, &to_responder, &to_initiator);
}

static void
say_identify (Bench *bench)
{
  kad_identify_encode (bench->self, bench->key, 1, &bench->out, NULL);
  drop (&bench->out);
}

static void
read_identify (Bench *bench)
{
  g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (&bench->self->peer);
  g_autoptr (KadIdentity) identity = NULL;
  gsize used;

  kad_identify_reader_feed (reader, kad_buffer_peek (&bench->input),
                            kad_buffer_get_length (&bench->input), &used, NULL);
  identity = kad_identify_reader_finish (reader, NULL);
  if (identity == NULL || !identity->is_signed)
    g_error ("The benchmark's identify is malformed");
}

static void
setup (Bench *bench)
{
  static const guint8 seed[32] = { 1 }, static_secret[32] = { 2 };
  static const char *const muxers[] = { "/yamux/1.0.0", NULL };

  bench->reply = make_reply ();
  bench->key = kad_private_key_new_ed25519_from_seed (seed);
  bench->identity = kad_noise_identity_new (bench->key, static_secret, muxers, NULL);
  bench->self = kad_identity_new ();
  bench->self->peer = *kad_public_key_get_peer_id (kad_private_key_get_public_key (bench->key));
  bench->self->agent = g_strdup ("kad/0.1.0");
  bench->self->protocols = g_strsplit ("/ipfs/kad/1.0.0 /ipfs/id/1.0.0 /ipfs/ping/1.0.0", " ", -1);
  g_ptr_array_add (bench->self->addresses,
                   kad_multiaddr_new_from_string ("/ip4/192.0.2.1/tcp/4001", NULL));
}

static void
teardown (Bench *bench)
{
  kad_message_unref (bench->reply);
  kad_noise_identity_unref (bench->identity);
  kad_private_key_unref (bench->key);
  kad_identity_free (bench->self);
  kad_buffer_clear (&bench->out);
  kad_buffer_clear (&bench->input);
}

static void
measure_codec (Bench *bench)
{
  static const guint8 request[40] = { 8, 4, 18, 34, 18, 32, [38] = 80, 10 };
  const guint8 *frame;
  gsize len, used;

  measure (bench, "encode FIND_NODE reply, 20 peers x 2", 20000, encode_reply);

  kad_codec_encode (bench->reply, KAD_MAX_EMITTED_MESSAGE_BYTES, &bench->out, NULL);
  kad_frame_peek (kad_buffer_peek (&bench->out), kad_buffer_get_length (&bench->out),
                  KAD_MAX_MESSAGE_BYTES, &frame, &len, &used, NULL);
  kad_buffer_append (&bench->input, frame, len);
  drop (&bench->out);
  measure (bench, "decode FIND_NODE reply, 20 peers x 2", 20000, decode);

  drop (&bench->input);
  kad_buffer_append (&bench->input, request, sizeof request);
  measure (bench, "decode FIND_NODE request", 100000, decode);
  drop (&bench->input);
}

static void
measure_session (Bench *bench, const char *sealing, const char *opening, gsize len)
{
  bench->plain_len = len;
  measure (bench, sealing, 500, seal);
  bench->session.send_nonce = 0;
  kad_noise_session_seal (&bench->session, bench->plain, len, &bench->input, NULL);
  measure (bench, opening, 500, open_message);
  drop (&bench->input);
}

int
main (void)
{
  Bench bench = { 0 };

  if (sodium_init () < 0)
    return 1;
  setup (&bench);
  measure_codec (&bench);
  measure_session (&bench, "seal 2000 bytes", "open 2000 bytes", 2000);
  measure_session (&bench, "seal 64 KiB", "open 64 KiB", LARGE);
  measure (&bench, "Noise handshake, both sides", 100, shake_hands);
  measure (&bench, "say identify, with a signed record", 500, say_identify);
  kad_identify_encode (bench.self, bench.key, 1, &bench.input, NULL);
  measure (&bench, "read identify, with a signed record", 500, read_identify);
  teardown (&bench);
  return 0;
}
