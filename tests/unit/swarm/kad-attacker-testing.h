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

G_BEGIN_DECLS

/* A node, and somebody who speaks the lower layers by hand. When a lab is cleared an honest peer
 * must be served within a second. */

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
} Lab;

/* A connection up to Noise; the muxer's frames are made by hand. */
typedef struct
{
  Lab *lab;
  int fd;
  KadPrivateKey *key;
  KadNoiseSession session;
  KadBuffer raw;   /* came, sealed */
  KadBuffer plain; /* came, opened, not yet looked at */
  gboolean is_closed;
  /* what was seen in the plain text */
  guint n_pongs;
  guint n_go_aways;
  guint go_away_code;
  guint n_resets;
  guint n_fins;
  guint last_reset;
  guint32 last_opened; /* stream of the node */
  guint n_own_resets;  /* of such */
  GByteArray *data;    /* of all streams of ours */
} Attacker;

static inline void
lab_init_with_limits (Lab *lab, const KadLimits *limits)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sodium_init (), >=, 0);
  *lab = (Lab){ .context = g_main_context_new () };
  g_main_context_push_thread_default (lab->context);
  g_assert_true (node_init (&lab->server, lab->context,
                            &(NodeSpec){ .mode = KAD_MODE_SERVER, .limits = limits }, &error));
  g_assert_true (
      node_init (&lab->honest, lab->context, &(NodeSpec){ .mode = KAD_MODE_CLIENT }, &error));
}

static inline void
lab_init (Lab *lab)
{
  lab_init_with_limits (lab, NULL);
}

/* A new connection and a request on it, answered within a second. */
static inline void
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

static inline void
lab_clear (Lab *lab)
{
  check_honest_is_served (lab);
  node_clear (&lab->honest);
  node_clear (&lab->server);
  while (g_main_context_iteration (lab->context, FALSE))
    ;
  g_main_context_pop_thread_default (lab->context);
  g_main_context_unref (lab->context);
}

static inline gsize
get_used_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

/* ---- the attacker's means ---- */

static inline void
turns (Lab *lab, guint n)
{
  for (guint i = 0; i < n; i++)
    g_main_context_iteration (lab->context, FALSE);
}

/* As much as the node takes while it has turns. Gives how much that was. */
static inline gsize
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

static inline gsize
send_plain (Attacker *self, const void *data, gsize len)
{
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;

  g_assert_true (kad_noise_session_seal (&self->session, data, len, &sealed, NULL));
  return send_raw (self, kad_buffer_peek (&sealed), kad_buffer_get_length (&sealed));
}

static inline void
put_frame (KadBuffer *out, guint type, guint flags, guint32 stream, guint32 length,
           const void *payload, gsize payload_len)
{
  KadYamuxHeader header = { type, flags, stream, length };

  kad_yamux_header_encode (&header, kad_buffer_reserve (out, KAD_YAMUX_HEADER_BYTES));
  kad_buffer_commit (out, KAD_YAMUX_HEADER_BYTES);
  kad_buffer_append (out, payload, payload_len);
}

static inline void
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
static inline void
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
      if ((header.flags & KAD_YAMUX_FIN) && header.stream_id % 2 == 1)
        self->n_fins++;
      if ((header.flags & KAD_YAMUX_RST) && header.stream_id % 2 == 1)
        {
          self->n_resets++;
          self->last_reset = header.stream_id;
        }
      if (header.stream_id % 2 == 0 && header.stream_id != 0)
        {
          if (header.flags & KAD_YAMUX_SYN)
            self->last_opened = header.stream_id;
          self->n_own_resets += (header.flags & KAD_YAMUX_RST) != 0;
        }
      if (header.type != KAD_YAMUX_DATA)
        continue;
      if (header.stream_id % 2 == 1)
        g_byte_array_append (self->data, kad_buffer_peek (&self->plain), header.length);
      kad_buffer_consume (&self->plain, header.length);
    }
}

static inline void
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
static inline void
check_lives (Attacker *self)
{
  guint before = self->n_pongs;

  send_frame (self, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, 4711, NULL, 0);
  attacker_run_until (self, self->n_pongs > before || self->is_closed);
  g_assert_false (self->is_closed);
}

static inline void
check_protocol_error (Attacker *self)
{
  attacker_run_until (self, self->is_closed);
  g_assert_cmpuint (self->n_go_aways, ==, 1);
  g_assert_cmpuint (self->go_away_code, ==, 1);
}

static inline void
attacker_init_from (Attacker *self, Lab *lab, guint32 source)
{
  static const char *const muxers[] = { "/yamux/1.0.0", NULL };
  guint8 secret[32];
  g_autoptr (KadUpgrader) upgrader = NULL;
  g_autoptr (KadNoiseIdentity) identity = NULL;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;
  KadPrivateKey *key = kad_keystore_generate (KAD_KEY_TYPE_ED25519, &error);
  KadWireStatus status = KAD_WIRE_MORE;

  *self = (Attacker){ .lab = lab, .fd = raw_connect_from (source, node_get_port (&lab->server)) };
  self->data = g_byte_array_new ();
  randombytes_buf (secret, sizeof secret);
  identity = kad_noise_identity_new (key, secret, muxers, &error);
  g_assert_no_error (error);
  self->key = key;
  randombytes_buf (secret, sizeof secret);
  upgrader = kad_upgrader_new (KAD_ROLE_INITIATOR, identity, secret, NULL);
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

static inline void
attacker_init (Attacker *self, Lab *lab)
{
  attacker_init_from (self, lab, htonl (INADDR_LOOPBACK));
}

static inline void
attacker_clear (Attacker *self)
{
  close (self->fd);
  kad_noise_session_clear (&self->session);
  kad_private_key_unref (self->key);
  kad_buffer_clear (&self->raw);
  kad_buffer_clear (&self->plain);
  g_byte_array_unref (self->data);
  context_run_until (self->lab->context,
                     kad_network_get_n_connections (self->lab->server.network) <= 1);
}

static inline void
open_kad (Attacker *self, guint32 stream, const void *payload, gsize len, guint flags)
{
  g_auto (KadBuffer) bytes = KAD_BUFFER_INIT;

  kad_buffer_append (&bytes, "\x13/multistream/1.0.0\n\x10" PROTOCOL "\n", 37);
  kad_buffer_append (&bytes, payload, len);
  send_frame (self, KAD_YAMUX_DATA, KAD_YAMUX_SYN | flags, stream, kad_buffer_get_length (&bytes),
              kad_buffer_peek (&bytes), kad_buffer_get_length (&bytes));
}

G_END_DECLS
