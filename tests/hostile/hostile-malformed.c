/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Malformed frames, at one layer at a time: those below are spoken well, so that what is wrong
 * arrives where it is meant to. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hostile-session.h"

#include "kad-codec.h"
#include "kad-identify.h"
#include "kad-noise-payload.h"
#include "kad-noise-xx.h"

#define CLOSE_TIMEOUT_MS 15000
#define SYNC_TIMEOUT_MS 10000
#define BATCH 32

typedef struct
{
  Target *target;
  guint n_frames;
  guint n_sessions;
  guint n_closed; /* connections that the node ended */
  guint n_resets; /* streams that it did */
} Attack;

/* Bytes changed, cut out, put in, doubled and cut off, a few at once. */
static GByteArray *
mutate (GRand *rand, gconstpointer data, gsize len)
{
  GByteArray *bytes = g_byte_array_new ();
  const gint32 n_changes = g_rand_int_range (rand, 1, 6);

  g_byte_array_append (bytes, data, (guint) len);
  for (gint32 i = 0; i < n_changes; i++)
    {
      const guint at
          = bytes->len == 0 ? 0 : (guint) g_rand_int_range (rand, 0, (gint32) bytes->len);
      const guint8 random = (guint8) g_rand_int (rand);

      switch (bytes->len == 0 ? 1 : g_rand_int_range (rand, 0, 6))
        {
        case 0:
          g_byte_array_remove_index (bytes, at);
          break;
        case 1:
          g_byte_array_append (bytes, &random, 1);
          break;
        case 2:
          g_byte_array_set_size (bytes, at);
          break;
        case 3:
          bytes->data[at] ^= (guint8) (1u << (random & 7));
          break;
        case 4:
          bytes->data[at] = (random & 1) != 0 ? 0xff : 0x80;
          break;
        default:
          bytes->data[at] = random;
          break;
        }
    }
  return bytes;
}

static GByteArray *
make_junk (GRand *rand)
{
  const gint32 n = g_rand_int_range (rand, 1, 400);
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_set_size (bytes, (guint) n);
  for (gint32 i = 0; i < n; i++)
    bytes->data[i] = (guint8) g_rand_int (rand);
  return bytes;
}

/* ---- the first bytes ---- */

static void
finish (Attack *self, int fd)
{
  if (!wait_closed (fd, CLOSE_TIMEOUT_MS))
    hostile_die ("A connection that was wrong and ended stays open");
  self->n_closed++;
  close_hard (fd);
}

/* All of the batch are under way at once. Who ends its side after what was wrong is closed. */
static void
attack_multistream (Attack *self)
{
  static const char flight[] = MULTISTREAM_NOISE "\0\x20"
                                                 "01234567890123456789012345678901";
  int fds[BATCH];
  guint n = 0;

  for (; n < BATCH; n++)
    {
      GRand *rand = self->target->rand;
      g_autoptr (GByteArray) bytes = g_rand_int_range (rand, 0, 4) == 0
                                         ? make_junk (rand)
                                         : mutate (rand, flight, sizeof flight - 1);

      fds[n] = target_connect (self->target, n);
      if (fds[n] < 0)
        hostile_die ("The node does not accept connections any more");
      send_all (fds[n], bytes->data, bytes->len, CLOSE_TIMEOUT_MS);
      shutdown (fds[n], SHUT_WR);
      self->n_frames++;
    }
  for (guint i = 0; i < n; i++)
    finish (self, fds[i]);
}

/* ---- the handshake ---- */

/* The third message, sealed well, with a payload that is not. */
static void
seal_last (Attack *self, KadNoiseXx *xx, GRand *rand, KadBuffer *out)
{
  static const guint8 nothing[8] = { 0 };
  guint8 secret[32], public_key[32];
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GByteArray) bytes = NULL;
  const guint at = (guint) g_rand_int_range (rand, 0, N_ATTACKERS);

  /* Signed over another static key than the one of this handshake. */
  randombytes_buf (secret, sizeof secret);
  crypto_scalarmult_curve25519_base (public_key, secret);
  payload = kad_noise_payload_new (self->target->keys[at], public_key, NULL, NULL);
  bytes = mutate (rand, g_bytes_get_data (payload, NULL), g_bytes_get_size (payload));
  kad_noise_xx_write (xx, bytes->len > 0 ? bytes->data : nothing, bytes->len, out);
}

/* Speaks up to message 3. FALSE: the node has closed already. */
static gboolean
shake (Attack *self, int fd, GRand *rand, gboolean is_sealed_well)
{
  guint8 secret[32], public_key[32], ephemeral[32], answer[1024], scratch[1024];
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_auto (KadBuffer) last = KAD_BUFFER_INIT;
  const gsize head = strlen (MULTISTREAM_NOISE);
  gsize n = 0, wanted = head + 2, len;
  KadNoiseXx xx;

  randombytes_buf (secret, sizeof secret);
  randombytes_buf (ephemeral, sizeof ephemeral);
  crypto_scalarmult_curve25519_base (public_key, secret);
  kad_noise_xx_init (&xx, KAD_ROLE_INITIATOR, NULL, 0, secret, public_key, ephemeral);
  kad_buffer_append (&out, MULTISTREAM_NOISE "\0\x20", head + 2);
  kad_noise_xx_write (&xx, NULL, 0, &out);
  if (!send_all (fd, kad_buffer_peek (&out), kad_buffer_get_length (&out), CLOSE_TIMEOUT_MS))
    return FALSE;
  while (n < wanted)
    {
      gssize got = recv (fd, answer + n, MIN (sizeof answer, wanted) - n, 0);

      if (got <= 0)
        return FALSE;
      n += (gsize) got;
      if (n == head + 2)
        wanted = MIN (sizeof answer, head + 2 + ((gsize) answer[head] << 8 | answer[head + 1]));
    }
  if (!kad_noise_xx_read (&xx, answer + head + 2, n - head - 2, scratch, &len))
    hostile_die ("The node's handshake is wrong");
  seal_last (self, &xx, rand, &last);
  len = kad_buffer_get_length (&last);
  kad_buffer_clear (&out);
  kad_buffer_append (&out, (guint8[]){ (guint8) (len >> 8), (guint8) len }, 2);
  kad_buffer_append (&out, kad_buffer_peek (&last), len);
  if (is_sealed_well)
    return send_all (fd, kad_buffer_peek (&out), kad_buffer_get_length (&out), CLOSE_TIMEOUT_MS);
  {
    g_autoptr (GByteArray) bytes
        = mutate (rand, kad_buffer_peek (&out), kad_buffer_get_length (&out));

    return send_all (fd, bytes->data, bytes->len, CLOSE_TIMEOUT_MS);
  }
}

static void
attack_handshake (Attack *self)
{
  GRand *rand = self->target->rand;
  int fd = target_connect (self->target, self->n_frames);
  g_autoptr (GByteArray) first = NULL;
  guint8 message[34] = { 0, 32 };

  if (fd < 0)
    hostile_die ("The node does not accept connections any more");
  self->n_frames++;
  switch (g_rand_int_range (rand, 0, 3))
    {
    case 0: /* message 1: no key, or another length */
      send_all (fd, MULTISTREAM_NOISE, strlen (MULTISTREAM_NOISE), CLOSE_TIMEOUT_MS);
      first = mutate (rand, message, sizeof message);
      send_all (fd, first->data, first->len, CLOSE_TIMEOUT_MS);
      break;
    case 1:
      shake (self, fd, rand, FALSE);
      break;
    default:
      shake (self, fd, rand, TRUE);
      break;
    }
  shutdown (fd, SHUT_WR);
  finish (self, fd);
}

/* ---- the secure connection ---- */

static void
open_or_die (Attack *self, Session *session)
{
  if (!session_open (session, self->target, self->n_sessions++))
    hostile_die ("The node does not let anybody in any more");
}

static void
attack_transport (Attack *self)
{
  GRand *rand = self->target->rand;
  Session session;
  g_auto (KadBuffer) plain = KAD_BUFFER_INIT;
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;
  g_autoptr (GByteArray) bytes = NULL;

  open_or_die (self, &session);
  put_frame (&plain, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, 1, NULL, 0);
  kad_noise_session_seal (&session.session, kad_buffer_peek (&plain),
                          kad_buffer_get_length (&plain), &sealed, NULL);
  if (g_rand_int_range (rand, 0, 4) == 0)
    { /* the same twice */
      send_all (session.fd, kad_buffer_peek (&sealed), kad_buffer_get_length (&sealed),
                CLOSE_TIMEOUT_MS);
      bytes = g_byte_array_new ();
      g_byte_array_append (bytes, kad_buffer_peek (&sealed),
                           (guint) kad_buffer_get_length (&sealed));
    }
  else
    bytes = mutate (rand, kad_buffer_peek (&sealed), kad_buffer_get_length (&sealed));
  send_all (session.fd, bytes->data, bytes->len, CLOSE_TIMEOUT_MS);
  shutdown (session.fd, SHUT_WR);
  self->n_frames++;
  if (!wait_closed (session.fd, CLOSE_TIMEOUT_MS))
    hostile_die ("A connection with a broken message stays open");
  self->n_closed++;
  session_close (&session);
}

/* ---- the muxer ---- */

/* FALSE: its payload does not come whole, so that what follows is lost in it. */
static gboolean
put_wild_frame (GRand *rand, KadBuffer *out)
{
  static const guint32 lengths[] = { 0, 1, 5, 100, 2000, 262145, 0x7fffffff, 0xffffffff };
  const guint type = (guint) g_rand_int_range (rand, 0, 5);
  const guint flags = (guint) (g_rand_boolean (rand) ? g_rand_int_range (rand, 0, 16)
                                                     : g_rand_int_range (rand, 0, 65536));
  const guint32 id = (guint32) g_rand_int_range (rand, 0, 16);
  const guint32 length = lengths[g_rand_int_range (rand, 0, G_N_ELEMENTS (lengths))];
  static const guint8 zeroes[2000];
  const gboolean is_whole = type != KAD_YAMUX_DATA || length <= sizeof zeroes;
  const gsize start = kad_buffer_get_length (out);

  put_frame (out, type, flags, id, length, zeroes, type == KAD_YAMUX_DATA && is_whole ? length : 0);
  if (g_rand_int_range (rand, 0, 50) == 0)
    out->data[out->start + start] = (guint8) g_rand_int (rand); /* the version */
  return is_whole;
}

/* Some of these are harmless: a session lasts until one is not. Each is looked at by the node
 * before the next is sent. */
static void
attack_yamux (Attack *self)
{
  Session session;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  gboolean goes_on = TRUE;

  open_or_die (self, &session);
  for (guint n = 0; n < BATCH && goes_on; n++)
    {
      goes_on = put_wild_frame (self->target->rand, &out);
      self->n_frames++;
      goes_on = session_send_buffer (&session, &out, CLOSE_TIMEOUT_MS) && goes_on
                && session_sync (&session, CLOSE_TIMEOUT_MS);
    }
  shutdown (session.fd, SHUT_WR);
  if (!wait_closed (session.fd, CLOSE_TIMEOUT_MS))
    hostile_die ("A connection whose muxer was broken stays open");
  self->n_closed++;
  session_close (&session);
}

/* ---- protocols on streams ---- */

typedef void (*PutPayload) (Attack *self, Session *session, KadBuffer *out);

/* A batch of streams, each with one frame that is wrong, on a connection that lasts. */
static void
attack_streams (Attack *self, Session *session, PutPayload put)
{
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  const guint32 first = session->next_stream;

  for (guint i = 0; i < BATCH; i++)
    put (self, session, &out);
  if (!session_send_buffer (session, &out, SYNC_TIMEOUT_MS)
      || !session_sync (session, SYNC_TIMEOUT_MS))
    hostile_die ("A wrong frame on a stream cost the connection");
  for (guint32 stream = first; stream < session->next_stream; stream += 2)
    put_frame (&out, KAD_YAMUX_DATA, KAD_YAMUX_RST, stream, 0, NULL, 0);
  if (!session_send_buffer (session, &out, SYNC_TIMEOUT_MS)
      || !session_sync (session, SYNC_TIMEOUT_MS))
    hostile_die ("Resets of streams cost the connection");
  self->n_frames += BATCH;
}

static void
put_mutated (Attack *self, Session *session, KadBuffer *out, const char *opening,
             gconstpointer frame, gsize len)
{
  GRand *rand = self->target->rand;
  g_autoptr (GByteArray) bytes
      = g_rand_int_range (rand, 0, 10) == 0 ? make_junk (rand) : mutate (rand, frame, len);

  put_opening (out, g_rand_boolean (rand) ? KAD_YAMUX_FIN : 0, session_take_stream (session),
               opening, bytes->data, bytes->len);
}

static void
put_identify (Attack *self, Session *session, KadBuffer *out)
{
  static const char *const protocols[] = { "/ipfs/id/1.0.0", "/ipfs/ping/1.0.0", NULL };
  static const guint8 pings[70] = { 1, 2, 3 };
  GRand *rand = self->target->rand;
  g_autoptr (KadIdentity) identity = kad_identity_new ();
  g_auto (KadBuffer) frame = KAD_BUFFER_INIT;

  switch (g_rand_int_range (rand, 0, 4))
    {
    case 0:
      put_mutated (self, session, out, OPEN_PING, pings, sizeof pings);
      return;
    case 1:
      put_mutated (self, session, out, OPEN_IDENTIFY, pings, sizeof pings);
      return;
    default:
      identity->agent = g_strdup ("attacker/1");
      identity->protocols = g_strdupv ((char **) protocols);
      g_ptr_array_add (identity->addresses,
                       kad_multiaddr_new_from_string ("/ip4/127.0.0.1/tcp/4001", NULL));
      kad_identify_encode (identity, self->target->keys[session->attacker], 1, &frame, NULL);
      put_mutated (self, session, out, OPEN_PUSH, kad_buffer_peek (&frame),
                   kad_buffer_get_length (&frame));
      return;
    }
}

/* None of these is stored: records are under another key, providers are not the sender. */
static void
put_kad (Attack *self, Session *session, KadBuffer *out)
{
  static const struct
  {
    const char *bytes;
    gsize len;
  } requests[] = {
    { "\x05\x08\x04\x12\x01k", 6 },                            /* find-node */
    { "\x05\x08\x03\x12\x01k", 6 },                            /* get-providers */
    { "\x05\x08\x01\x12\x01k", 6 },                            /* get-value */
    { "\x02\x08\x05", 3 },                                     /* ping */
    { "\x0d\x08\x00\x12\x01k\x1a\x06\x0a\x01j\x12\x01v", 14 }, /* put-value */
    { "\x12\x08\x02\x12\x01k\x4a\x0b\x0a\x02\x00\x00\x12\x05\x04\x7f\x00\x00\x01", 19 },
    { "\xff\xff\xff\x01\x08\x04", 6 },                  /* 4 MiB, of which two come */
    { "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 10 }, /* 2^63 */
  };
  const gint32 i = g_rand_int_range (self->target->rand, 0, G_N_ELEMENTS (requests));

  put_mutated (self, session, out, OPEN_KAD, requests[i].bytes, requests[i].len);
}

/* ---- all of them ---- */

static void
attack_by_streams (Attack *self, guint n, PutPayload put)
{
  while (self->n_frames < n)
    {
      Session session;

      open_or_die (self, &session);
      for (guint i = 0; i < 16 && self->n_frames < n; i++)
        attack_streams (self, &session, put);
      self->n_resets += session.n_resets;
      session_close (&session);
    }
}

void
hostile_malformed (Target *target, const char *layer, guint n)
{
  static const struct
  {
    const char *layer;
    void (*func) (Attack *self);
    PutPayload put;
  } attacks[] = {
    { "multistream", attack_multistream, NULL }, { "handshake", attack_handshake, NULL },
    { "transport", attack_transport, NULL },     { "yamux", attack_yamux, NULL },
    { "identify", NULL, put_identify },          { "kad", NULL, put_kad },
  };
  Attack self = { .target = target };

  for (guint i = 0; i < G_N_ELEMENTS (attacks); i++)
    {
      if (!g_str_equal (attacks[i].layer, layer))
        continue;
      if (attacks[i].put != NULL)
        attack_by_streams (&self, n, attacks[i].put);
      while (self.n_frames < n)
        attacks[i].func (&self);
      printf ("{\"frames\":%u,\"sessions\":%u,\"closed\":%u,\"resets\":%u}\n", self.n_frames,
              self.n_sessions, self.n_closed, self.n_resets);
      return;
    }
  hostile_die ("There is no layer %s", layer);
}
