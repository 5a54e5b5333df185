/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A node and somebody who speaks the lower layers by hand, wrongly. After each wrong the right
 * thing has ended, stream or connection, and an honest peer is served within a second. */
#include <errno.h>
#include <malloc.h>
#include <string.h>

#include "kad-error.h"
#include "kad-network-testing.h"
#include "kad-upgrader.h"
#include "kad-yamux-header.h"

#define SECOND G_USEC_PER_SEC
#define PROTOCOL "/ipfs/kad/1.0.0"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY_IS_COUNTED FALSE
#else
#define MEMORY_IS_COUNTED TRUE
#endif

typedef struct
{
  GMainContext *context;
  Node server;
  Node honest;
  KadPrivateKey *key; /* the attacker's */
  KadNoiseIdentity *identity;
} Lab;

/* A connection up to Noise; the muxer's frames are made by hand. */
typedef struct
{
  Lab *lab;
  int fd;
  KadNoiseSession session;
  KadBuffer raw;   /* came, sealed */
  KadBuffer plain; /* came, opened, not yet looked at */
  gboolean is_closed;
  /* what was seen in the plain text */
  guint n_pongs;
  guint n_go_aways;
  guint go_away_code;
  guint n_resets;
  guint last_reset;
  GByteArray *data; /* of all streams of ours */
} Attacker;

static void
lab_init (Lab *lab)
{
  static const char *const muxers[] = { "/yamux/1.0.0", NULL };
  g_autoptr (GError) error = NULL;
  guint8 secret[32] = { 9 };

  g_assert_cmpint (sodium_init (), >=, 0);
  *lab = (Lab){ .context = g_main_context_new () };
  g_main_context_push_thread_default (lab->context);
  g_assert_true (
      node_init (&lab->server, lab->context, &(NodeSpec){ .mode = KAD_MODE_SERVER }, &error));
  g_assert_true (
      node_init (&lab->honest, lab->context, &(NodeSpec){ .mode = KAD_MODE_CLIENT }, &error));
  lab->key = kad_keystore_generate (KAD_KEY_TYPE_ED25519, &error);
  lab->identity = kad_noise_identity_new (lab->key, secret, muxers, &error);
  g_assert_no_error (error);
}

/* A new connection and a request on it, answered within a second. */
static void
check_honest_is_served (Lab *lab)
{
  g_autofree char *address = node_dup_address (&lab->server, TRUE);
  g_autoptr (KadEndpoint) endpoint = kad_endpoint_parse (address, NULL);
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);
  g_autoptr (KadMessage) request = kad_message_new (KAD_MESSAGE_FIND_NODE, key);
  gint64 begun_us = g_get_monotonic_time ();
  KadQueryId query;

  kad_swarm_hang_up (KAD_SWARM (lab->honest.network), kad_network_get_peer (lab->server.network),
                     NULL);
  query = kad_swarm_ask (KAD_SWARM (lab->honest.network), endpoint, request, SECOND);
  context_run_until (lab->context, node_find_end (&lab->honest, query) != NULL);
  g_assert_no_error (node_find_end (&lab->honest, query)->error);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, <, SECOND);
}

static void
lab_clear (Lab *lab)
{
  check_honest_is_served (lab);
  kad_noise_identity_unref (lab->identity);
  kad_private_key_unref (lab->key);
  node_clear (&lab->honest);
  node_clear (&lab->server);
  while (g_main_context_iteration (lab->context, FALSE))
    ;
  g_main_context_pop_thread_default (lab->context);
  g_main_context_unref (lab->context);
}

static gsize
get_used_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

/* ---- the attacker's means ---- */

static void
turns (Lab *lab, guint n)
{
  for (guint i = 0; i < n; i++)
    g_main_context_iteration (lab->context, FALSE);
}

/* As much as the node takes while it has turns. Gives how much that was. */
static gsize
send_raw (Attacker *self, const void *data, gsize len)
{
  gsize sent = 0;
  guint idle = 0;

  while (sent < len && idle < 200)
    {
      gssize n
          = send (self->fd, (const guint8 *) data + sent, len - sent, MSG_DONTWAIT | MSG_NOSIGNAL);

      if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
        {
          self->is_closed = TRUE;
          break;
        }
      idle = n > 0 ? 0 : idle + 1;
      sent += MAX (n, 0);
      turns (self->lab, 1);
    }
  return sent;
}

static gsize
send_plain (Attacker *self, const void *data, gsize len)
{
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;

  g_assert_true (kad_noise_session_seal (&self->session, data, len, &sealed, NULL));
  return send_raw (self, kad_buffer_peek (&sealed), kad_buffer_get_length (&sealed));
}

static void
put_frame (KadBuffer *out, guint type, guint flags, guint32 stream, guint32 length,
           const void *payload, gsize payload_len)
{
  KadYamuxHeader header = { type, flags, stream, length };

  kad_yamux_header_encode (&header, kad_buffer_reserve (out, KAD_YAMUX_HEADER_BYTES));
  kad_buffer_commit (out, KAD_YAMUX_HEADER_BYTES);
  kad_buffer_append (out, payload, payload_len);
}

static void
send_frame (Attacker *self, guint type, guint flags, guint32 stream, guint32 length,
            const void *payload, gsize payload_len)
{
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  put_frame (&out, type, flags, stream, length, payload, payload_len);
  send_plain (self, kad_buffer_peek (&out), kad_buffer_get_length (&out));
}

#define send_data(self, flags, stream, payload, len)                                               \
  send_frame (self, KAD_YAMUX_DATA, flags, stream, len, payload, len)

/* Looks at the frames that came whole. */
static void
look (Attacker *self)
{
  for (;;)
    {
      KadYamuxHeader header;
      gsize len = kad_buffer_get_length (&self->plain);

      if (len < KAD_YAMUX_HEADER_BYTES)
        return;
      g_assert_true (kad_yamux_header_decode (&header, kad_buffer_peek (&self->plain), NULL));
      if (header.type == KAD_YAMUX_DATA && len < KAD_YAMUX_HEADER_BYTES + (gsize) header.length)
        return;
      kad_buffer_consume (&self->plain, KAD_YAMUX_HEADER_BYTES);
      if (header.type == KAD_YAMUX_PING && (header.flags & KAD_YAMUX_ACK))
        self->n_pongs++;
      if (header.type == KAD_YAMUX_GO_AWAY_FRAME)
        {
          self->n_go_aways++;
          self->go_away_code = header.length;
        }
      if ((header.flags & KAD_YAMUX_RST) && header.stream_id % 2 == 1)
        {
          self->n_resets++;
          self->last_reset = header.stream_id;
        }
      if (header.type != KAD_YAMUX_DATA)
        continue;
      if (header.stream_id % 2 == 1)
        g_byte_array_append (self->data, kad_buffer_peek (&self->plain), header.length);
      kad_buffer_consume (&self->plain, header.length);
    }
}

static void
receive (Attacker *self)
{
  guint8 bytes[65536];
  gsize used = 0;
  gssize n;

  while ((n = recv (self->fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
    kad_buffer_append (&self->raw, bytes, n);
  if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
    self->is_closed = TRUE;
  g_assert_true (kad_noise_session_open (&self->session, kad_buffer_peek (&self->raw),
                                         kad_buffer_get_length (&self->raw), &used, &self->plain,
                                         NULL));
  kad_buffer_consume (&self->raw, used);
  look (self);
}

#define attacker_run_until(self, condition)                                                        \
  context_run_until ((self)->lab->context, (receive (self), (condition)))

/* Nothing bad comes of it. */
static void
check_lives (Attacker *self)
{
  guint before = self->n_pongs;

  send_frame (self, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, 4711, NULL, 0);
  attacker_run_until (self, self->n_pongs > before || self->is_closed);
  g_assert_false (self->is_closed);
}

static void
check_protocol_error (Attacker *self)
{
  attacker_run_until (self, self->is_closed);
  g_assert_cmpuint (self->n_go_aways, ==, 1);
  g_assert_cmpuint (self->go_away_code, ==, 1);
}

static void
attacker_init (Attacker *self, Lab *lab)
{
  guint8 secret[32];
  g_autoptr (KadUpgrader) upgrader = NULL;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;
  KadWireStatus status = KAD_WIRE_MORE;

  *self = (Attacker){ .lab = lab, .fd = raw_connect (node_get_port (&lab->server)) };
  self->data = g_byte_array_new ();
  randombytes_buf (secret, sizeof secret);
  upgrader = kad_upgrader_new (KAD_ROLE_INITIATOR, lab->identity, secret, NULL);
  kad_upgrader_start (upgrader, &out);
  while (status == KAD_WIRE_MORE)
    {
      guint8 bytes[4096];
      gsize used = 0;
      gssize n;

      send_raw (self, kad_buffer_peek (&out), kad_buffer_get_length (&out));
      kad_buffer_clear (&out);
      turns (lab, 1);
      n = recv (self->fd, bytes, sizeof bytes, MSG_DONTWAIT);
      kad_buffer_append (&self->raw, bytes, MAX (n, 0));
      status = kad_upgrader_feed (upgrader, kad_buffer_peek (&self->raw),
                                  kad_buffer_get_length (&self->raw), &used, &out, &error);
      g_assert_no_error (error);
      kad_buffer_consume (&self->raw, used);
    }
  send_raw (self, kad_buffer_peek (&out), kad_buffer_get_length (&out));
  kad_upgrader_take_session (upgrader, &self->session, &self->plain);
  check_lives (self);
}

static void
attacker_clear (Attacker *self)
{
  close (self->fd);
  kad_noise_session_clear (&self->session);
  kad_buffer_clear (&self->raw);
  kad_buffer_clear (&self->plain);
  g_byte_array_unref (self->data);
  context_run_until (self->lab->context,
                     kad_network_get_n_connections (self->lab->server.network) <= 1);
}

/* ---- Noise ---- */

static void
test_noise (void)
{
  static const char *const names[]
      = { "flipped", "replayed", "empty", "short", "junk", "cut", "out of order" };
  Lab lab;

  g_test_summary ("A frame whose tag is wrong, in whatever way, closes the connection");

  lab_init (&lab);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      Attacker attacker;
      g_auto (KadBuffer) plain = KAD_BUFFER_INIT;
      g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;
      g_auto (KadBuffer) later = KAD_BUFFER_INIT;
      g_autofree guint8 *junk = g_malloc0 (65537);
      guint8 *bytes;
      gsize len;

      attacker_init (&attacker, &lab);
      put_frame (&plain, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, 1, NULL, 0);
      kad_noise_session_seal (&attacker.session, kad_buffer_peek (&plain),
                              kad_buffer_get_length (&plain), &sealed, NULL);
      bytes = (guint8 *) kad_buffer_peek (&sealed);
      len = kad_buffer_get_length (&sealed);
      switch (i)
        {
        case 0:
          bytes[len - 1] ^= 1;
          send_raw (&attacker, bytes, len);
          break;
        case 1:
          send_raw (&attacker, bytes, len);
          send_raw (&attacker, bytes, len);
          break;
        case 2:
          send_raw (&attacker, "\0\0", 2);
          break;
        case 3:
          send_raw (&attacker,
                    "\0\x0f"
                    "0123456789abcde",
                    17);
          break;
        case 4:
          junk[0] = junk[1] = 0xff;
          send_raw (&attacker, junk, 65537);
          break;
        case 5:
          send_raw (&attacker, bytes, len - 1);
          shutdown (attacker.fd, SHUT_WR);
          break;
        default:
          kad_noise_session_seal (&attacker.session, kad_buffer_peek (&plain),
                                  kad_buffer_get_length (&plain), &later, NULL);
          send_raw (&attacker, kad_buffer_peek (&later), kad_buffer_get_length (&later));
          break;
        }
      g_test_message ("%s", names[i]);
      attacker_run_until (&attacker, attacker.is_closed);
      attacker_clear (&attacker);
    }
  lab_clear (&lab);
}

static void
test_message_that_never_ends (void)
{
  Lab lab;
  Attacker attacker;
  KadConnection *connection;
  gint64 now_us;

  g_test_summary ("A message that comes byte by byte and never ends closes the connection in time");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  connection = kad_connection_book_get (lab.server.network->book, 0)->connection;
  g_assert_cmpint (kad_connection_get_partial_us (connection), ==, 0);
  send_raw (&attacker, "\xff\xff", 2);
  for (guint i = 0; i < 20; i++)
    {
      send_raw (&attacker, "x", 1);
      turns (&lab, 3);
    }
  now_us = kad_connection_get_partial_us (connection);
  g_assert_cmpint (now_us, >, 0);
  g_assert_cmpint (kad_connection_get_heard_us (connection), >=, now_us);
  kad_network_sweep (lab.server.network, now_us + KAD_DEAD_US);
  g_assert_cmpuint (kad_network_get_n_connections (lab.server.network), ==, 1);
  /* A byte more, so that it is the message and not silence that ends it. */
  g_usleep (2000);
  send_raw (&attacker, "x", 1);
  turns (&lab, 3);
  g_assert_cmpint (kad_connection_get_heard_us (connection), >, now_us);
  kad_network_sweep (lab.server.network, now_us + KAD_DEAD_US + 1);
  attacker_run_until (&attacker, attacker.is_closed);
  context_run_until (lab.context, node_count (&lab.server, KAD_EVENT_PEER_DISCONNECTED) == 1);
  g_assert_cmpstr (node_find (&lab.server, KAD_EVENT_PEER_DISCONNECTED, 0)->text, ==,
                   "The peer never ends a message");
  attacker_clear (&attacker);
  lab_clear (&lab);
}

/* ---- Yamux ---- */

static void
test_yamux_violations (void)
{
  static const struct
  {
    const char *name;
    guint8 frames[3][12];
    guint n_frames;
  } violations[] = {
    { "version", { { 1 } }, 1 },
    { "type", { { 0, 4 } }, 1 },
    { "stream 0", { { 0, 0, 0, 1 } }, 1 },
    { "our parity", { { 0, 1, 0, 1, 0, 0, 0, 2 } }, 1 },
    { "opened twice", { { 0, 1, 0, 1, 0, 0, 0, 1 }, { 0, 1, 0, 1, 0, 0, 0, 1 } }, 2 },
    { "data over the window", { { 0, 0, 0, 1, 0, 0, 0, 1, 0, 4, 0, 1 } }, 1 },
    { "window over 32 bits at SYN", { { 0, 1, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff } }, 1 },
    { "window over 32 bits",
      { { 0, 1, 0, 1, 0, 0, 0, 1 }, { 0, 1, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff } },
      2 },
    { "ping on a stream", { { 0, 2, 0, 1, 0, 0, 0, 3 } }, 1 },
  };
  Lab lab;

  g_test_summary ("What breaks Yamux ends the session with a protocol error");

  lab_init (&lab);
  for (guint i = 0; i < G_N_ELEMENTS (violations); i++)
    {
      Attacker attacker;

      g_test_message ("%s", violations[i].name);
      attacker_init (&attacker, &lab);
      for (guint j = 0; j < violations[i].n_frames; j++)
        send_plain (&attacker, violations[i].frames[j], 12);
      check_protocol_error (&attacker);
      attacker_clear (&attacker);
    }
  check_honest_is_served (&lab);
  lab_clear (&lab);
}

static void
test_yamux_harmless (void)
{
  Lab lab;
  Attacker attacker;
  guint8 bytes[100] = { 0 };

  g_test_summary ("What is strange but allowed leaves the connection as it is");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  send_data (&attacker, 0, 99, bytes, sizeof bytes); /* a stream not there */
  send_frame (&attacker, KAD_YAMUX_WINDOW_UPDATE, 0, 99, 0xffffffff, NULL, 0);
  send_frame (&attacker, KAD_YAMUX_WINDOW_UPDATE, 0, 99, 0xffffffff, NULL, 0);
  send_frame (&attacker, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_RST, 99, 7, NULL, 0);
  send_frame (&attacker, KAD_YAMUX_DATA, KAD_YAMUX_SYN | KAD_YAMUX_RST, 101, 0, NULL, 0);
  send_frame (&attacker, KAD_YAMUX_PING, KAD_YAMUX_ACK, 0, 12345, NULL, 0); /* not asked for */
  check_lives (&attacker);

  /* Data behind the end costs the stream. */
  send_frame (&attacker, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_SYN, 1, 0, NULL, 0);
  send_data (&attacker, 0, 1, "\x13/multistream/1.0.0\n\x11/ipfs/ping/1.0.0\n", 38);
  send_frame (&attacker, KAD_YAMUX_DATA, KAD_YAMUX_FIN, 3, 0, NULL, 0);
  check_lives (&attacker);
  g_assert_cmpuint (attacker.n_go_aways, ==, 0);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
test_too_many_streams (void)
{
  Lab lab;
  Attacker attacker;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("Past 512 streams each is reset alone, and after resets there is room again");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  for (guint i = 0; i < 520; i++)
    put_frame (&out, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_SYN, 1 + 2 * i, 0, NULL, 0);
  send_plain (&attacker, kad_buffer_peek (&out), kad_buffer_get_length (&out));
  attacker_run_until (&attacker, attacker.n_resets == 8);
  check_lives (&attacker);
  kad_buffer_clear (&out);
  for (guint i = 0; i < 512; i++)
    put_frame (&out, KAD_YAMUX_DATA, KAD_YAMUX_RST, 1 + 2 * i, 0, NULL, 0);
  send_plain (&attacker, kad_buffer_peek (&out), kad_buffer_get_length (&out));
  check_lives (&attacker);
  send_frame (&attacker, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_SYN, 2001, 0, NULL, 0);
  check_lives (&attacker);
  g_assert_cmpuint (attacker.n_resets, ==, 8);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

/* Sends @unit over and over and never reads, until the node has had enough or takes it all. */
static gsize
flood (Attacker *self, const KadBuffer *unit, gsize total)
{
  gsize sent = 0;

  while (sent < total && !self->is_closed)
    {
      gsize before = sent;

      sent += send_plain (self, kad_buffer_peek (unit), kad_buffer_get_length (unit));
      if (sent - before < kad_buffer_get_length (unit))
        break;
    }
  return sent;
}

static void
test_floods_without_reading (gconstpointer data)
{
  guint kind = GPOINTER_TO_UINT (data);
  Lab lab;
  Attacker attacker;
  g_auto (KadBuffer) unit = KAD_BUFFER_INIT;
  gsize before, peak;
  guint8 request[] = { 5, 0x08, 4, 0x12, 1, 'k' };

  g_test_summary (
      "Who floods and never reads is not read either, takes bounded memory, and gives it "
      "back");

  lab_init (&lab);
  check_honest_is_served (&lab);
  before = get_used_bytes ();
  attacker_init (&attacker, &lab);
  if (kind == 2)
    {
      send_data (&attacker, KAD_YAMUX_SYN, 1, "\x13/multistream/1.0.0\n\x10" PROTOCOL "\n", 37);
      send_frame (&attacker, KAD_YAMUX_WINDOW_UPDATE, 0, 1, 1 << 30, NULL, 0);
    }
  for (guint i = 0; i < 1000; i++)
    {
      if (kind == 0)
        put_frame (&unit, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, i, NULL, 0);
      else if (kind == 1)
        {
          put_frame (&unit, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_SYN, 1 + 2 * i, 0, NULL, 0);
          put_frame (&unit, KAD_YAMUX_DATA, KAD_YAMUX_RST, 1 + 2 * i, 0, NULL, 0);
        }
      else
        put_frame (&unit, KAD_YAMUX_DATA, 0, 1, sizeof request, request, sizeof request);
    }
  flood (&attacker, &unit, 16 * 1024 * 1024);
  peak = get_used_bytes ();
  if (MEMORY_IS_COUNTED)
    g_assert_cmpuint (peak, <, before + 12 * 1024 * 1024);
  check_honest_is_served (&lab);
  attacker_clear (&attacker);
  kad_buffer_clear (&unit);
  turns (&lab, 20);
  if (MEMORY_IS_COUNTED)
    g_assert_cmpuint (get_used_bytes (), <, before + 512 * 1024);
  lab_clear (&lab);
}

static void
test_who_does_not_read_is_closed (void)
{
  Lab lab;
  Attacker attacker;
  g_auto (KadBuffer) unit = KAD_BUFFER_INIT;
  KadConnection *connection;
  gint64 since_us;

  g_test_summary ("Who reads nothing of what waits for it is closed in time, though it goes on "
                  "sending");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  connection = kad_connection_book_get (lab.server.network->book, 0)->connection;
  for (guint i = 0; i < 1000; i++)
    put_frame (&unit, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, i, NULL, 0);
  flood (&attacker, &unit, 64 * 1024 * 1024);
  since_us = kad_connection_get_stalled_us (connection);
  g_assert_cmpint (since_us, >, 0);
  kad_network_sweep (lab.server.network, since_us + KAD_DEAD_US + SECOND);
  context_run_until (lab.context, node_count (&lab.server, KAD_EVENT_PEER_DISCONNECTED) == 1);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

/* ---- the negotiation on a stream, and kad on it ---- */

static void
test_stream_negotiation (void)
{
  static const struct
  {
    const char *bytes;
    gsize len;
    gboolean ends;
  } bad[] = {
    { "\x05nope\n", 6, FALSE },
    { "\x13/multistream/1.0.0\n\x05nope", 25, TRUE },
    { "\x13/multistream/1.0.0", 19, TRUE },
    { "\x13/multistream/2.0.0\n", 20, FALSE },
    { "\x81\x08", 2, FALSE },
    { "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10, FALSE },
    { "\x80\x00", 2, FALSE },
    { "", 0, TRUE },
  };
  Lab lab;
  Attacker attacker;

  g_test_summary ("A negotiation that is wrong or cut resets its stream, and nothing else");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      send_frame (&attacker, KAD_YAMUX_DATA, KAD_YAMUX_SYN | (bad[i].ends ? KAD_YAMUX_FIN : 0),
                  1 + 2 * i, bad[i].len, bad[i].bytes, bad[i].len);
      attacker_run_until (&attacker, attacker.n_resets == i + 1 || attacker.is_closed);
      g_assert_false (attacker.is_closed);
      g_assert_cmpuint (attacker.last_reset, ==, 1 + 2 * i);
    }
  check_lives (&attacker);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
test_stream_that_proposes_for_ever (void)
{
  Lab lab;
  Attacker attacker;
  g_auto (KadBuffer) proposals = KAD_BUFFER_INIT;

  g_test_summary ("Refused proposals are answered, up to a bound; then the stream is reset");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  send_data (&attacker, KAD_YAMUX_SYN, 1, "\x13/multistream/1.0.0\n\x05/nop\n", 26);
  attacker_run_until (&attacker, attacker.data->len >= 24);
  g_assert_cmpmem (attacker.data->data, attacker.data->len, "\x13/multistream/1.0.0\n\x03na\n", 24);
  g_assert_cmpuint (attacker.n_resets, ==, 0);
  for (guint i = 0; i < 100; i++)
    kad_buffer_append (&proposals, "\x05/nop\n", 6);
  send_data (&attacker, 0, 1, kad_buffer_peek (&proposals), 600);
  attacker_run_until (&attacker, attacker.n_resets == 1);
  check_lives (&attacker);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
open_kad (Attacker *self, guint32 stream, const void *payload, gsize len, guint flags)
{
  g_auto (KadBuffer) bytes = KAD_BUFFER_INIT;

  kad_buffer_append (&bytes, "\x13/multistream/1.0.0\n\x10" PROTOCOL "\n", 37);
  kad_buffer_append (&bytes, payload, len);
  send_frame (self, KAD_YAMUX_DATA, KAD_YAMUX_SYN | flags, stream, kad_buffer_get_length (&bytes),
              kad_buffer_peek (&bytes), kad_buffer_get_length (&bytes));
}

static void
test_kad_frames (void)
{
  static const struct
  {
    const char *name;
    const char *bytes;
    gsize len;
  } bad[] = {
    { "2^63", "\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 9 },
    { "over-long", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 },
    { "over 4 MiB", "\x81\x80\x80\x02", 4 },
    { "not minimal", "\x80\x00", 2 },
    { "no protobuf", "\x02\xff\xff", 3 },
    { "a field past the end", "\x03\x12\x7f\x01", 4 },
    { "an unknown type", "\x02\x08\x63", 3 },
    { "put without record", "\x05\x08\x00\x12\x01k", 6 },
    { "put under another key", "\x0f\x08\x00\x12\x01k\x1a\x08\x0a\x01j\x12\x01v\x2a\x00", 16 },
    { "provider who is another",
      "\x12\x08\x02\x12\x01k\x4a\x0b\x0a\x02\x00\x00\x12\x05\x04\x7f\x00\x00\x01", 19 },
    { "find-node without key", "\x02\x08\x04", 3 },
  };
  Lab lab;
  Attacker attacker;
  guint n_good = 0;

  g_test_summary ("A frame that is wrong resets its stream without a reply, and nothing else");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      guint before = attacker.n_resets;

      g_test_message ("%s", bad[i].name);
      g_byte_array_set_size (attacker.data, 0);
      open_kad (&attacker, 1 + 2 * i, bad[i].bytes, bad[i].len, 0);
      attacker_run_until (&attacker, attacker.n_resets > before || attacker.data->len > 37
                                         || attacker.is_closed);
      g_assert_false (attacker.is_closed);
      /* An empty key may be answered; nothing else of these may. */
      if (attacker.data->len > 37 && i == G_N_ELEMENTS (bad) - 1)
        n_good++;
      else
        g_assert_cmpuint (attacker.last_reset, ==, 1 + 2 * i);
    }
  g_assert_cmpuint (n_good, <=, 1);
  check_lives (&attacker);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
test_kad_frame_cut_anywhere (void)
{
  /* find-node, then a second one that is cut */
  static const guint8 frames[] = { 5, 0x08, 4, 0x12, 1, 'k', 5, 0x08, 4, 0x12, 1, 'k' };
  Lab lab;
  Attacker attacker;

  g_test_summary (
      "rule 2: whole requests before the end are answered; a cut one resets the stream");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  for (guint cut = 6; cut <= sizeof frames; cut++)
    {
      guint before = attacker.n_resets;

      g_byte_array_set_size (attacker.data, 0);
      open_kad (&attacker, 1 + 2 * cut, frames, cut, KAD_YAMUX_FIN);
      attacker_run_until (&attacker, attacker.data->len > 37);
      turns (&lab, 20);
      receive (&attacker);
      g_assert_cmpuint (attacker.n_resets - before, ==, cut != 6 && cut != sizeof frames);
    }
  check_lives (&attacker);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
test_half_frames_are_swept (void)
{
  Lab lab;
  Attacker attacker;
  gint64 now_us;

  g_test_summary ("Streams that stop in the middle of negotiation or frame are reset after ten "
                  "seconds, and the connection stays");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  send_data (&attacker, KAD_YAMUX_SYN, 1, "\x13/multi", 7);
  open_kad (&attacker, 3, "\x7f\x08", 2, 0);
  open_kad (&attacker, 5, NULL, 0, 0);
  turns (&lab, 20);
  now_us = kad_reactor_update_now (lab.server.network->reactor);
  kad_network_sweep (lab.server.network, now_us + 9 * SECOND);
  check_lives (&attacker);
  g_assert_cmpuint (attacker.n_resets, ==, 0);
  kad_network_sweep (lab.server.network, now_us + 11 * SECOND);
  attacker_run_until (&attacker, attacker.n_resets == 2);
  check_lives (&attacker);
  g_assert_cmpuint (attacker.n_resets, ==, 2);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
test_memory_of_half_frames (void)
{
  Lab lab;
  Attacker attackers[24];
  g_autofree guint8 *zeroes = g_malloc0 (256 * 1024);
  gsize before;

  g_test_summary ("Half frames on very many streams take bounded memory, and it returns");

  lab_init (&lab);
  check_honest_is_served (&lab);
  before = get_used_bytes ();
  for (guint i = 0; i < G_N_ELEMENTS (attackers); i++)
    {
      attacker_init (&attackers[i], &lab);
      for (guint j = 0; j < 200 && !attackers[i].is_closed; j++)
        {
          open_kad (&attackers[i], 1 + 2 * j, "\xff\xff\xff\x01", 4, 0);
          send_data (&attackers[i], 0, 1 + 2 * j, zeroes, 120 * 1024);
        }
    }
  if (MEMORY_IS_COUNTED)
    g_assert_cmpuint (get_used_bytes (), <, before + KAD_MAX_HELD_BYTES + 96 * 1024 * 1024);
  check_honest_is_served (&lab);
  for (guint i = 0; i < G_N_ELEMENTS (attackers); i++)
    {
      close (attackers[i].fd);
      attackers[i].fd = -1;
    }
  context_run_until (lab.context, kad_network_get_n_connections (lab.server.network) <= 1);
  for (guint i = 0; i < G_N_ELEMENTS (attackers); i++)
    attacker_clear (&attackers[i]);
  turns (&lab, 20);
  if (MEMORY_IS_COUNTED)
    g_assert_cmpuint (get_used_bytes (), <, before + 512 * 1024);
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  static const char *const floods[] = { "pings", "streams", "requests" };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hostile/noise", test_noise);
  g_test_add_func ("/hostile/message-that-never-ends", test_message_that_never_ends);
  g_test_add_func ("/hostile/yamux-violations", test_yamux_violations);
  g_test_add_func ("/hostile/yamux-harmless", test_yamux_harmless);
  g_test_add_func ("/hostile/too-many-streams", test_too_many_streams);
  for (guint i = 0; i < G_N_ELEMENTS (floods); i++)
    {
      g_autofree char *path = g_strdup_printf ("/hostile/flood-without-reading/%s", floods[i]);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_floods_without_reading);
    }
  g_test_add_func ("/hostile/who-does-not-read-is-closed", test_who_does_not_read_is_closed);
  g_test_add_func ("/hostile/stream-negotiation", test_stream_negotiation);
  g_test_add_func ("/hostile/stream-that-proposes-for-ever", test_stream_that_proposes_for_ever);
  g_test_add_func ("/hostile/kad-frames", test_kad_frames);
  g_test_add_func ("/hostile/kad-frame-cut-anywhere", test_kad_frame_cut_anywhere);
  g_test_add_func ("/hostile/half-frames-are-swept", test_half_frames_are_swept);
  g_test_add_func ("/hostile/memory-of-half-frames", test_memory_of_half_frames);
  return g_test_run ();
}
