/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attacks that use up: connections, streams, memory, the store. Each says {"ready":true} once it
 * presses as hard as it can, goes on until stdin ends, and then says what it saw. */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hostile-session.h"

#include "kad-codec.h"
#include "kad-error.h"
#include "kad-frame.h"
#include "kad-identify.h"

#define SEND_MS 2000
#define SYNC_MS 30000
#define N_SESSIONS 32
#define N_STREAMS 500 /* of a connection: a little less than what it may have */

static void
say_ready (void)
{
  printf ("{\"ready\":true}\n");
  fflush (stdout);
}

static gint64
now_ms (void)
{
  return g_get_monotonic_time () / 1000;
}

/* ---- handshakes that never end ---- */

static guint
count_open (int *fds, guint n)
{
  guint n_open = 0;

  for (guint i = 0; i < n; i++)
    {
      if (fds[i] >= 0 && wait_closed (fds[i], 0))
        {
          close_hard (fds[i]);
          fds[i] = -1;
        }
      n_open += fds[i] >= 0;
    }
  return n_open;
}

static void
close_all (int *fds, guint n)
{
  for (guint i = 0; i < n; i++)
    if (fds[i] >= 0)
      close_hard (fds[i]);
}

/* One byte a second each, and never a whole handshake. */
static void
flood_slowly (Target *target, guint n)
{
  static const char drip[] = MULTISTREAM_NOISE "\0\x20";
  g_autofree int *fds = g_new (int, n);
  const gint64 begun_ms = now_ms ();
  gint64 gone_ms = -1;
  guint n_open = n, most_open = 0;

  for (guint i = 0; i < n; i++)
    {
      fds[i] = target_connect (target, i);
      if (fds[i] < 0)
        hostile_die ("The node does not accept connections any more");
    }
  say_ready ();
  for (guint second = 0; !wants_stop (n_open > 0 ? 1000 : 100); second++)
    {
      for (guint i = 0; i < n; i++)
        if (fds[i] >= 0)
          send (fds[i], &drip[MIN (second, sizeof drip - 2)], 1, MSG_DONTWAIT | MSG_NOSIGNAL);
      n_open = count_open (fds, n);
      most_open = MAX (most_open, n_open);
      if (n_open == 0 && gone_ms < 0)
        gone_ms = now_ms () - begun_ms;
      if (gone_ms >= 0)
        break;
    }
  close_all (fds, n);
  printf ("{\"opened\":%u,\"most_open\":%u,\"left\":%u,\"gone_ms\":%" G_GINT64_FORMAT "}\n", n,
          most_open, n_open, gone_ms);
}

/* Many half handshakes, and many streams on connections that are whole. */
static void
flood_crowd (Target *target, guint n)
{
  static const char *const beginnings[] = { "", "\x13", MULTISTREAM, MULTISTREAM_NOISE };
  const guint n_sessions = (n + N_STREAMS - 1) / N_STREAMS;
  g_autofree int *fds = g_new (int, n);
  g_autofree Session *sessions = g_new0 (Session, n_sessions);
  guint n_streams = 0, n_open, n_lost = 0;

  for (guint i = 0; i < n_sessions; i++)
    {
      g_auto (KadBuffer) out = KAD_BUFFER_INIT;

      if (!session_open (&sessions[i], target, i))
        hostile_die ("The node does not let anybody in any more");
      for (guint j = 0; j < N_STREAMS && n_streams < n; j++, n_streams++)
        put_opening (&out, 0, session_take_stream (&sessions[i]), OPEN_KAD, "\x05\x08", 2);
      if (!session_send_buffer (&sessions[i], &out, SEND_MS)
          || !session_sync (&sessions[i], SYNC_MS))
        hostile_die ("Streams within the bound cost the connection");
    }
  for (guint i = 0; i < n; i++)
    {
      const char *text = beginnings[i % G_N_ELEMENTS (beginnings)];

      fds[i] = target_connect (target, i);
      if (fds[i] < 0)
        hostile_die ("The node does not accept connections any more");
      send_all (fds[i], text, strlen (text), SEND_MS);
    }
  n_open = count_open (fds, n);
  say_ready ();
  while (!wants_stop (1000))
    ;
  for (guint i = 0; i < n_sessions; i++)
    {
      n_lost += sessions[i].is_closed || !session_sync (&sessions[i], SYNC_MS);
      session_close (&sessions[i]);
    }
  close_all (fds, n);
  printf ("{\"half_open\":%u,\"of\":%u,\"streams\":%u,\"sessions_lost\":%u}\n", n_open, n,
          n_streams, n_lost);
}

/* ---- connections that are whole, and use everything that they may ---- */

typedef struct
{
  Target *target;
  Session sessions[N_SESSIONS];
  guint n_opened;
  guint n_closed;               /* by the node */
  gsize n_bytes;                /* sent */
  KadBuffer units[N_ATTACKERS]; /* what each says again and again */
} Flood;

typedef void (*Press) (Flood *self, Session *session);

/* A record of 60,000 bytes under the key "big". */
static void
store_big_record (Target *target)
{
  static guint8 bytes[60000];
  Session session;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_auto (KadBuffer) frame = KAD_BUFFER_INIT;
  g_autoptr (GBytes) key = g_bytes_new_static ("big", 3);
  g_autoptr (GBytes) value = g_bytes_new_static (bytes, sizeof bytes);
  g_autoptr (KadRecord) record = kad_record_new (key, value, "");
  g_autoptr (KadMessage) message = kad_message_new (KAD_MESSAGE_PUT_VALUE, key);

  kad_message_set_record (message, record);
  if (!kad_codec_encode (message, KAD_MAX_MESSAGE_BYTES, &frame, NULL)
      || !session_open (&session, target, 0))
    hostile_die ("Cannot store a record");
  put_opening (&out, KAD_YAMUX_FIN, session_take_stream (&session), OPEN_KAD,
               kad_buffer_peek (&frame), kad_buffer_get_length (&frame));
  session_send_buffer (&session, &out, SEND_MS);
  for (guint i = 0; i < 500 && session.n_fins == 0 && session.n_resets == 0; i++)
    session_receive (&session, 10);
  if (session.n_fins == 0 || session.n_stream_bytes < sizeof bytes)
    hostile_die ("The node did not store the record that the attack needs");
  session_close (&session);
}

/* SYN, a request, RST: over and over. */
static void
press_streams (Flood *self, Session *session)
{
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  if (session->next_stream > 0xfff00000)
    session->next_stream = 1;
  for (guint i = 0; i < 100; i++)
    {
      const guint32 stream = session_take_stream (session);

      put_opening (&out, 0, stream, OPEN_KAD, "\x05\x08\x04\x12\x01k", 6);
      put_frame (&out, KAD_YAMUX_DATA, KAD_YAMUX_RST, stream, 0, NULL, 0);
    }
  self->n_bytes += kad_buffer_get_length (&out);
  session_send_buffer (session, &out, 20);
}

static void
press_pings (Flood *self, Session *session)
{
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  for (guint i = 0; i < 1000; i++)
    put_frame (&out, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, i, NULL, 0);
  self->n_bytes += kad_buffer_get_length (&out);
  session_send_buffer (session, &out, 20);
}

/* Asks for the large record on every stream. @window: what is given for the answers. */
static void
ask_for_big (Flood *self, Session *session, guint32 window)
{
  static const char request[] = "\x07\x08\x01\x12\x03"
                                "big";
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  if (session->next_stream >= 2 * N_STREAMS)
    return;
  for (guint i = 0; i < 50; i++)
    {
      const guint32 stream = session_take_stream (session);

      put_opening (&out, 0, stream, OPEN_KAD, request, 8);
      if (window > 0)
        put_frame (&out, KAD_YAMUX_WINDOW_UPDATE, 0, stream, window, NULL, 0);
      for (guint j = 0; j < 8; j++)
        put_frame (&out, KAD_YAMUX_DATA, 0, stream, 8, request, 8);
    }
  self->n_bytes += kad_buffer_get_length (&out);
  session_send_buffer (session, &out, 20);
}

/* The answers are read, and no window is given for more of them. */
static void
press_zero_window (Flood *self, Session *session)
{
  ask_for_big (self, session, 0);
  for (guint i = 0; i < 64 && !session->is_closed; i++)
    session_receive (session, 0);
}

/* All the window that there can be, and nothing is read. */
static void
press_no_reading (Flood *self, Session *session)
{
  ask_for_big (self, session, 0x40000000);
}

/* Identify pushes that say as much as fits, again and again. */
static void
press_identities (Flood *self, Session *session)
{
  KadBuffer *unit = &self->units[session->attacker];
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  if (kad_buffer_get_length (unit) == 0)
    {
      g_autoptr (KadIdentity) identity = kad_identity_new ();
      g_autoptr (GPtrArray) protocols = g_ptr_array_new_with_free_func (g_free);

      for (guint i = 0; i < 64; i++)
        g_ptr_array_add (protocols, g_strdup_printf ("/attack/on/a/node/of/ours/%u", i));
      g_ptr_array_add (protocols, NULL);
      identity->protocols = g_strdupv ((char **) protocols->pdata);
      for (guint i = 0; i < 40; i++)
        {
          g_autofree char *text = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u", 4000 + i);

          g_ptr_array_add (identity->addresses, kad_multiaddr_new_from_string (text, NULL));
        }
      if (!kad_identify_encode (identity, self->target->keys[session->attacker], 1, unit, NULL))
        hostile_die ("Cannot say who we are");
    }
  for (guint i = 0; i < 16; i++)
    put_opening (&out, KAD_YAMUX_FIN, session_take_stream (session), OPEN_PUSH,
                 kad_buffer_peek (unit), kad_buffer_get_length (unit));
  self->n_bytes += kad_buffer_get_length (&out);
  session_send_buffer (session, &out, 20);
  session_receive (session, 0);
}

/* A frame of 4 MiB announced on each stream, of which 120 KiB come. */
static void
press_varints (Flood *self, Session *session)
{
  static const guint8 zeroes[120 * 1024];

  if (session->next_stream >= 2 * 240)
    return;
  for (guint i = 0; i < 4; i++)
    {
      g_auto (KadBuffer) out = KAD_BUFFER_INIT;
      const guint32 stream = session_take_stream (session);

      put_opening (&out, 0, stream, OPEN_KAD, "\xff\xff\xff\x01", 4);
      put_frame (&out, KAD_YAMUX_DATA, 0, stream, sizeof zeroes, zeroes, sizeof zeroes);
      self->n_bytes += kad_buffer_get_length (&out);
      if (!session_send_buffer (session, &out, 50))
        return;
    }
}

/* Without reading anything. */
static gboolean
is_over (Session *session)
{
  guint8 byte;
  gssize n = recv (session->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

  return session->is_closed || n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

static void
press_all (Flood *self, Press press)
{
  for (guint i = 0; i < N_SESSIONS; i++)
    {
      Session *session = &self->sessions[i];

      press (self, session);
      if (!is_over (session))
        continue;
      self->n_closed++;
      session_close (session);
      if (session_open (session, self->target, i))
        self->n_opened++;
    }
}

static void
flood_sessions (Target *target, Press press)
{
  g_autofree Flood *self = g_new0 (Flood, 1);

  self->target = target;
  if (press == press_zero_window || press == press_no_reading)
    store_big_record (target);
  for (guint i = 0; i < N_SESSIONS; i++)
    if (!session_open (&self->sessions[i], target, i))
      hostile_die ("The node does not let anybody in any more");
  self->n_opened = N_SESSIONS;
  for (guint i = 0; i < 5; i++)
    press_all (self, press);
  say_ready ();
  while (!wants_stop (0))
    press_all (self, press);
  for (guint i = 0; i < N_SESSIONS; i++)
    session_close (&self->sessions[i]);
  for (guint i = 0; i < N_ATTACKERS; i++)
    kad_buffer_clear (&self->units[i]);
  printf ("{\"opened\":%u,\"closed\":%u,\"mib\":%.1f}\n", self->n_opened, self->n_closed,
          (double) self->n_bytes / (1024 * 1024));
}

/* ---- the store ---- */

#define N_HONEST 100
#define N_CANDIDATES 20000
#define N_FRAMES 1000 /* on one stream */

typedef struct
{
  guint8 hash[32]; /* of the multihash */
  guint32 number;
  guint8 distance[32];
} Candidate;

static GBytes *
make_key (const char *what, guint32 number)
{
  guint8 multihash[34] = { 0x12, 0x20 };
  g_autofree char *text = g_strdup_printf ("%s %u", what, number);

  crypto_hash_sha256 (multihash + 2, (const guint8 *) text, strlen (text));
  return g_bytes_new (multihash, sizeof multihash);
}

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  return memcmp (((const Candidate *) a)->distance, ((const Candidate *) b)->distance, 32);
}

/* Of many keys those nearest to the node: what it is there for. */
static GArray *
choose_near_keys (const KadPeerId *node)
{
  GArray *candidates = g_array_sized_new (FALSE, TRUE, sizeof (Candidate), N_CANDIDATES);
  guint8 own[32];
  gsize len;
  const guint8 *id = kad_peer_id_get_data (node, &len);

  crypto_hash_sha256 (own, id, len);
  for (guint32 i = 0; i < N_CANDIDATES; i++)
    {
      g_autoptr (GBytes) key = make_key ("honest", i);
      Candidate candidate = { .number = i };

      crypto_hash_sha256 (candidate.hash, g_bytes_get_data (key, NULL), g_bytes_get_size (key));
      for (guint j = 0; j < 32; j++)
        candidate.distance[j] = candidate.hash[j] ^ own[j];
      g_array_append_val (candidates, candidate);
    }
  g_array_sort (candidates, compare_candidates);
  g_array_set_size (candidates, N_HONEST);
  return candidates;
}

static void
put_provide (Target *target, guint attacker, GBytes *key, KadBuffer *out)
{
  const KadPeerId *peer
      = kad_public_key_get_peer_id (kad_private_key_get_public_key (target->keys[attacker]));
  g_autoptr (KadMessage) message = kad_message_new (KAD_MESSAGE_ADD_PROVIDER, key);
  KadPeerInfo *info = kad_peer_info_new (peer);
  g_autoptr (KadMultiaddr) address
      = kad_multiaddr_new_from_string ("/ip4/127.0.0.1/tcp/4001", NULL);

  kad_peer_info_add_address (info, address);
  kad_message_take_provider (message, info);
  kad_codec_encode (message, KAD_MAX_EMITTED_MESSAGE_BYTES, out, NULL);
}

/* FALSE: no stream of ours has ended within the time since there were @n_ends. */
static gboolean
wait_for_end (Session *session, guint n_ends)
{
  const gint64 until_ms = now_ms () + SYNC_MS;

  while (session->n_fins + session->n_resets == n_ends && !session->is_closed
         && now_ms () < until_ms)
    session_receive (session, 50);
  return session->n_fins + session->n_resets > n_ends;
}

/* Requests that are not answered: the stream ends when all were taken. */
static void
send_provides (Session *session, KadBuffer *frames)
{
  const guint n_ends = session->n_fins + session->n_resets;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  put_opening (&out, KAD_YAMUX_FIN, session_take_stream (session), OPEN_KAD,
               kad_buffer_peek (frames), kad_buffer_get_length (frames));
  kad_buffer_consume (frames, kad_buffer_get_length (frames));
  if (!session_send_buffer (session, &out, SYNC_MS) || !wait_for_end (session, n_ends))
    hostile_die ("Announcements cost the connection");
}

/* Whether the node names a provider of the key. */
static gboolean
is_provided (Session *session, GBytes *key)
{
  g_auto (KadBuffer) frame = KAD_BUFFER_INIT;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (KadMessage) request = kad_message_new (KAD_MESSAGE_GET_PROVIDERS, key);
  g_autoptr (KadMessage) reply = NULL;
  const gsize skipped = strlen (OPEN_KAD);
  const guint n_ends = session->n_fins + session->n_resets;
  const guint8 *body;
  gsize len, used;

  kad_codec_encode (request, KAD_MAX_EMITTED_MESSAGE_BYTES, &frame, NULL);
  put_opening (&out, KAD_YAMUX_FIN, session_take_stream (session), OPEN_KAD,
               kad_buffer_peek (&frame), kad_buffer_get_length (&frame));
  g_byte_array_set_size (session->collected, 0);
  if (!session_send_buffer (session, &out, SEND_MS) || !wait_for_end (session, n_ends))
    return FALSE;
  if (session->collected->len <= skipped
      || kad_frame_peek (session->collected->data + skipped, session->collected->len - skipped,
                         KAD_MAX_MESSAGE_BYTES, &body, &len, &used, NULL)
             != KAD_WIRE_DONE)
    return FALSE;
  reply = kad_codec_decode (body, len, NULL);
  return reply != NULL && kad_message_get_n_providers (reply) > 0;
}

static void
flood_providers (Target *target, guint n)
{
  Session honest, attacker;
  g_auto (KadBuffer) frames = KAD_BUFFER_INIT;
  g_autoptr (GArray) near_keys = NULL;
  const gint64 begun_ms = now_ms ();
  guint n_kept = 0, n_before = 0;

  if (!session_open (&honest, target, 1) || !session_open (&attacker, target, 2))
    hostile_die ("The node does not let anybody in");
  honest.collected = g_byte_array_new ();
  near_keys = choose_near_keys (&honest.node);
  for (guint i = 0; i < N_HONEST; i++)
    {
      g_autoptr (GBytes) key = make_key ("honest", g_array_index (near_keys, Candidate, i).number);

      put_provide (target, 1, key, &frames);
    }
  send_provides (&honest, &frames);
  for (guint i = 0; i < N_HONEST; i++)
    {
      g_autoptr (GBytes) key = make_key ("honest", g_array_index (near_keys, Candidate, i).number);

      n_before += is_provided (&honest, key);
    }
  say_ready ();
  for (guint32 i = 0; i < n; i++)
    {
      g_autoptr (GBytes) key = make_key ("flood", i);

      put_provide (target, 2, key, &frames);
      if (i % N_FRAMES == N_FRAMES - 1 || i == n - 1)
        send_provides (&attacker, &frames);
    }
  for (guint i = 0; i < N_HONEST; i++)
    {
      g_autoptr (GBytes) key = make_key ("honest", g_array_index (near_keys, Candidate, i).number);

      n_kept += is_provided (&honest, key);
    }
  session_close (&honest);
  session_close (&attacker);
  printf ("{\"sent\":%u,\"before\":%u,\"kept\":%u,\"of\":%u,\"ms\":%" G_GINT64_FORMAT "}\n", n,
          n_before, n_kept, N_HONEST, now_ms () - begun_ms);
}

void
hostile_flood (Target *target, const char *kind, guint n)
{
  static const struct
  {
    const char *kind;
    void (*func) (Target *target, guint n);
    Press press;
  } floods[] = {
    { "slow", flood_slowly, NULL },
    { "crowd", flood_crowd, NULL },
    { "providers", flood_providers, NULL },
    { "streams", NULL, press_streams },
    { "pings", NULL, press_pings },
    { "identities", NULL, press_identities },
    { "zero-window", NULL, press_zero_window },
    { "no-reading", NULL, press_no_reading },
    { "varints", NULL, press_varints },
  };

  for (guint i = 0; i < G_N_ELEMENTS (floods); i++)
    {
      if (!g_str_equal (floods[i].kind, kind))
        continue;
      if (floods[i].press != NULL)
        flood_sessions (target, floods[i].press);
      else
        floods[i].func (target, n);
      return;
    }
  hostile_die ("There is no flood of %s", kind);
}
