/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hostile-session.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kad-upgrader.h"

#define OPEN_TIMEOUT_MS 10000

void
hostile_die (const char *format, ...)
{
  va_list args;

  fputs ("kad-attacker: ", stderr);
  va_start (args, format);
  vfprintf (stderr, format, args);
  va_end (args);
  fputc ('\n', stderr);
  exit (1);
}

void
target_init (Target *self, const char *port, guint32 seed)
{
  static const char *const muxers[] = { "/yamux/1.0.0", NULL };

  *self = (Target){ .port = (guint16) atoi (port), .rand = g_rand_new_with_seed (seed) };
  for (guint i = 0; i < N_ATTACKERS; i++)
    {
      guint8 secret[32];

      memset (secret, (int) i + 1, sizeof secret);
      memcpy (secret, &seed, sizeof seed);
      self->keys[i] = kad_private_key_new_ed25519_from_seed (secret);
      secret[31] ^= 0xff;
      self->identities[i] = kad_noise_identity_new (self->keys[i], secret, muxers, NULL);
    }
}

void
target_clear (Target *self)
{
  for (guint i = 0; i < N_ATTACKERS; i++)
    {
      kad_noise_identity_unref (self->identities[i]);
      kad_private_key_unref (self->keys[i]);
    }
  g_rand_free (self->rand);
}

int
target_connect (Target *self, guint attacker)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int one = 1;

  if (fd < 0)
    hostile_die ("No socket: %s", g_strerror (errno));
  setsockopt (fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  address.sin_addr.s_addr = htonl (0x7f000101 + attacker % N_ATTACKERS);
  if (bind (fd, (struct sockaddr *) &address, sizeof address) != 0)
    hostile_die ("Cannot bind: %s", g_strerror (errno));
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  address.sin_port = htons (self->port);
  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    {
      close (fd);
      return -1;
    }
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

void
close_hard (int fd)
{
  const struct linger linger = { 1, 0 };

  setsockopt (fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  close (fd);
}

static gboolean
wait_for (int fd, short events, gint64 timeout_ms)
{
  struct pollfd poll_fd = { .fd = fd, .events = events };

  return poll (&poll_fd, 1, (int) MAX (timeout_ms, 0)) > 0;
}

gboolean
wants_stop (gint64 wait_ms)
{
  char byte;

  return wait_for (STDIN_FILENO, POLLIN, wait_ms) && read (STDIN_FILENO, &byte, 1) <= 0;
}

static gint64
now_ms (void)
{
  return g_get_monotonic_time () / 1000;
}

gboolean
wait_closed (int fd, gint64 timeout_ms)
{
  const gint64 until_ms = now_ms () + timeout_ms;
  guint8 bytes[16384];

  for (;;)
    {
      gssize n = recv (fd, bytes, sizeof bytes, MSG_DONTWAIT);

      if (n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK))
        return TRUE;
      if (n < 0 && !wait_for (fd, POLLIN, until_ms - now_ms ()))
        return FALSE;
    }
}

gsize
send_some (int fd, gconstpointer data, gsize len, gint64 timeout_ms)
{
  const gint64 until_ms = now_ms () + timeout_ms;
  gsize sent = 0;

  while (sent < len)
    {
      gssize n = send (fd, (const guint8 *) data + sent, len - sent, MSG_DONTWAIT | MSG_NOSIGNAL);

      if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
        break;
      if (n < 0 && !wait_for (fd, POLLOUT, until_ms - now_ms ()))
        break;
      sent += (gsize) MAX (n, 0);
    }
  return sent;
}

gboolean
send_all (int fd, gconstpointer data, gsize len, gint64 timeout_ms)
{
  return send_some (fd, data, len, timeout_ms) == len;
}

/* ---- sessions ---- */

static gboolean
upgrade (Session *self, Target *target)
{
  guint8 secret[32];
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (KadUpgrader) upgrader = NULL;
  KadWireStatus status = KAD_WIRE_MORE;

  randombytes_buf (secret, sizeof secret);
  upgrader
      = kad_upgrader_new (KAD_ROLE_INITIATOR, target->identities[self->attacker], secret, NULL);
  kad_upgrader_start (upgrader, &out);
  while (status == KAD_WIRE_MORE)
    {
      guint8 bytes[4096];
      gsize used = 0;
      gssize n;

      if (!send_all (self->fd, kad_buffer_peek (&out), kad_buffer_get_length (&out),
                     OPEN_TIMEOUT_MS)
          || !wait_for (self->fd, POLLIN, OPEN_TIMEOUT_MS))
        return FALSE;
      kad_buffer_clear (&out);
      n = recv (self->fd, bytes, sizeof bytes, MSG_DONTWAIT);
      if (n <= 0)
        return FALSE;
      kad_buffer_append (&self->raw, bytes, (gsize) n);
      status = kad_upgrader_feed (upgrader, kad_buffer_peek (&self->raw),
                                  kad_buffer_get_length (&self->raw), &used, &out, NULL);
      kad_buffer_consume (&self->raw, used);
    }
  if (status != KAD_WIRE_DONE
      || !send_all (self->fd, kad_buffer_peek (&out), kad_buffer_get_length (&out),
                    OPEN_TIMEOUT_MS))
    return FALSE;
  self->node = *kad_upgrader_get_peer (upgrader);
  kad_upgrader_take_session (upgrader, &self->session, &self->plain);
  return TRUE;
}

gboolean
session_open (Session *self, Target *target, guint attacker)
{
  *self = (Session){ .attacker = attacker % N_ATTACKERS, .next_stream = 1 };
  self->fd = target_connect (target, self->attacker);
  if (self->fd < 0)
    return FALSE;
  if (upgrade (self, target))
    return TRUE;
  session_close (self);
  return FALSE;
}

void
session_close (Session *self)
{
  close_hard (self->fd);
  kad_noise_session_clear (&self->session);
  kad_buffer_clear (&self->out);
  kad_buffer_clear (&self->raw);
  kad_buffer_clear (&self->plain);
  g_clear_pointer (&self->collected, g_byte_array_unref);
  self->is_closed = TRUE;
}

static gboolean
flush_out (Session *self, gint64 timeout_ms)
{
  const gsize len = kad_buffer_get_length (&self->out);

  if (len > 0)
    kad_buffer_consume (&self->out,
                        send_some (self->fd, kad_buffer_peek (&self->out), len, timeout_ms));
  return kad_buffer_get_length (&self->out) == 0;
}

gboolean
session_send (Session *self, gconstpointer plain, gsize len, gint64 timeout_ms)
{
  if (self->is_closed || !flush_out (self, timeout_ms))
    return FALSE;
  return kad_noise_session_seal (&self->session, plain, len, &self->out, NULL)
         && flush_out (self, timeout_ms);
}

gboolean
session_send_buffer (Session *self, KadBuffer *buffer, gint64 timeout_ms)
{
  gboolean is_sent
      = session_send (self, kad_buffer_peek (buffer), kad_buffer_get_length (buffer), timeout_ms);

  kad_buffer_consume (buffer, kad_buffer_get_length (buffer));
  return is_sent;
}

static void
look (Session *self)
{
  for (;;)
    {
      KadYamuxHeader header;
      gsize len = kad_buffer_get_length (&self->plain);

      if (len < KAD_YAMUX_HEADER_BYTES)
        return;
      if (!kad_yamux_header_decode (&header, kad_buffer_peek (&self->plain), NULL))
        hostile_die ("The node sent no Yamux");
      if (header.type == KAD_YAMUX_DATA && len < KAD_YAMUX_HEADER_BYTES + (gsize) header.length)
        return;
      kad_buffer_consume (&self->plain, KAD_YAMUX_HEADER_BYTES);
      self->n_pongs += header.type == KAD_YAMUX_PING && (header.flags & KAD_YAMUX_ACK) != 0;
      self->n_fins += header.stream_id % 2 == 1 && (header.flags & KAD_YAMUX_FIN) != 0;
      self->n_resets += header.stream_id % 2 == 1 && (header.flags & KAD_YAMUX_RST) != 0;
      if (header.type != KAD_YAMUX_DATA)
        continue;
      if (header.stream_id % 2 == 1)
        self->n_stream_bytes += header.length;
      if (header.stream_id % 2 == 1 && self->collected != NULL)
        g_byte_array_append (self->collected, kad_buffer_peek (&self->plain), header.length);
      kad_buffer_consume (&self->plain, header.length);
    }
}

void
session_receive (Session *self, gint64 timeout_ms)
{
  guint8 bytes[65536];
  gsize used = 0;
  gssize n;

  if (self->is_closed || !wait_for (self->fd, POLLIN, timeout_ms))
    return;
  n = recv (self->fd, bytes, sizeof bytes, MSG_DONTWAIT);
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK))
    {
      self->is_closed = TRUE;
      return;
    }
  kad_buffer_append (&self->raw, bytes, (gsize) MAX (n, 0));
  if (!kad_noise_session_open (&self->session, kad_buffer_peek (&self->raw),
                               kad_buffer_get_length (&self->raw), &used, &self->plain, NULL))
    hostile_die ("The node sent what does not authenticate");
  kad_buffer_consume (&self->raw, used);
  look (self);
}

gboolean
session_sync (Session *self, gint64 timeout_ms)
{
  const gint64 until_ms = now_ms () + timeout_ms;
  const guint before = self->n_pongs;
  g_auto (KadBuffer) ping = KAD_BUFFER_INIT;

  put_frame (&ping, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, 4711, NULL, 0);
  if (!session_send_buffer (self, &ping, timeout_ms))
    return FALSE;
  while (self->n_pongs == before && !self->is_closed)
    {
      if (now_ms () > until_ms)
        return FALSE;
      session_receive (self, until_ms - now_ms ());
    }
  return !self->is_closed;
}

guint32
session_take_stream (Session *self)
{
  guint32 stream = self->next_stream;

  self->next_stream += 2;
  return stream;
}

/* ---- frames ---- */

void
put_frame (KadBuffer *out, guint type, guint flags, guint32 stream, guint32 length,
           gconstpointer payload, gsize payload_len)
{
  const KadYamuxHeader header = { (KadYamuxFrameType) type, (guint16) flags, stream, length };

  kad_yamux_header_encode (&header, kad_buffer_reserve (out, KAD_YAMUX_HEADER_BYTES));
  kad_buffer_commit (out, KAD_YAMUX_HEADER_BYTES);
  kad_buffer_append (out, payload, payload_len);
}

void
put_opening (KadBuffer *out, guint flags, guint32 stream, const char *opening,
             gconstpointer payload, gsize payload_len)
{
  const gsize n = strlen (opening);

  put_frame (out, KAD_YAMUX_DATA, KAD_YAMUX_SYN | flags, stream, (guint32) (n + payload_len),
             opening, n);
  kad_buffer_append (out, payload, payload_len);
}
