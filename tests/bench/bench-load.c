/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kad-identify.h"
#include "kad-link.h"
#include "kad-ping.h"
#include "kad-yamux.h"

#define DIAL_TIMEOUT_US (20 * G_USEC_PER_SEC)

void
bench_die (const char *format, ...)
{
  va_list args;

  fputs ("bench-server: ", stderr);
  va_start (args, format);
  vfprintf (stderr, format, args);
  va_end (args);
  fputc ('\n', stderr);
  exit (1);
}

/* ---- what a connection tells ---- */

static void
on_identify (gpointer user_data, KadConnection *connection, KadIdentity *identity,
             const GError *error)
{
  BenchPeer *self = kad_connection_get_data (connection);

  if (identity == NULL && self != NULL && !self->is_leaving)
    bench_die ("The server did not identify itself: %s", error->message);
  if (self != NULL)
    self->has_heard = TRUE;
}

static void
on_opened (KadConnection *connection, gpointer user_data)
{
  BenchLoad *self = user_data;

  self->n_open++;
  kad_exchange_identify (self->exchange, connection, on_identify, self);
}

static void
on_closed (KadConnection *connection, const GError *reason, gpointer user_data)
{
  BenchLoad *self = user_data;
  BenchPeer *peer = kad_connection_get_data (connection);

  if (!peer->is_leaving)
    bench_die ("Connection %u ended: %s", peer->index, reason->message);
  self->n_open--;
  g_ptr_array_remove_fast (self->dirty, connection);
  g_ptr_array_add (self->graveyard, connection);
}

static void
on_dirty (KadConnection *connection, gpointer user_data)
{
  BenchLoad *self = user_data;

  g_ptr_array_add (self->dirty, connection);
  kad_reactor_wake (self->reactor);
}

static gconstpointer
lookup_protocol (KadConnection *connection, const char *name, gpointer user_data)
{
  return kad_exchange_lookup (((BenchLoad *) user_data)->exchange, name);
}

static const KadConnectionDelegate connection_delegate = {
  .opened = on_opened,
  .closed = on_closed,
  .dirty = on_dirty,
  .lookup = lookup_protocol,
};

/* A client: it serves identify and ping, and nothing of the DHT. */
static GBytes *
build_identify (gpointer user_data, KadConnection *connection)
{
  static const char *const protocols[]
      = { KAD_IDENTIFY_PROTOCOL, KAD_IDENTIFY_PUSH_PROTOCOL, KAD_PING_PROTOCOL, NULL };
  BenchPeer *peer = kad_connection_get_data (connection);
  g_autoptr (KadIdentity) identity = kad_identity_new ();
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;

  identity->agent = g_strdup ("kad-bench");
  identity->protocols = g_strdupv ((char **) protocols);
  identity->peer = *kad_public_key_get_peer_id (kad_private_key_get_public_key (peer->key));
  identity->observed = kad_multiaddr_ref (kad_connection_get_remote_address (connection));
  if (!kad_identify_encode (identity, peer->key, 1, &out, &error))
    bench_die ("Cannot say who we are: %s", error->message);
  peer->has_told = TRUE;
  return g_bytes_new (kad_buffer_peek (&out), kad_buffer_get_length (&out));
}

static void
on_pushed (gpointer user_data, KadConnection *connection, const KadIdentity *identity)
{
}

static const KadExchangeDelegate exchange_delegate = {
  .build_identify = build_identify,
  .pushed = on_pushed,
};

/* ---- the loop ---- */

static void
tell_ready (BenchLoad *self)
{
  gint64 now_us = kad_reactor_get_now (self->reactor);

  for (guint i = self->fresh->len; i > 0; i--)
    {
      BenchPeer *peer = self->fresh->pdata[i - 1];

      if (peer->has_heard && peer->has_told && kad_connection_get_n_streams (peer->connection) == 0)
        {
          g_ptr_array_remove_index_fast (self->fresh, i - 1);
          if (self->ready != NULL)
            self->ready (peer, self->user_data);
        }
      else if (now_us - kad_connection_get_opened_us (peer->connection) > DIAL_TIMEOUT_US)
        bench_die ("Connection %u is not ready in time (%s; heard %d, told %d, streams %u)",
                   peer->index, kad_connection_get_phase (peer->connection), peer->has_heard,
                   peer->has_told, kad_connection_get_n_streams (peer->connection));
    }
}

static void
bury (BenchLoad *self)
{
  while (self->graveyard->len > 0)
    kad_connection_free (g_ptr_array_steal_index_fast (self->graveyard, self->graveyard->len - 1));
}

static void
on_turn (gpointer user_data, gint64 now_us)
{
  BenchLoad *self = user_data;

  tell_ready (self);
  for (guint i = 0; i < self->dirty->len; i++)
    kad_connection_flush (self->dirty->pdata[i]);
  g_ptr_array_set_size (self->dirty, 0);
  bury (self);
}

static void
parse_address (struct sockaddr_in *server, const char *address)
{
  char host[16];
  guint port;

  if (sscanf (address, "/ip4/%15[0-9.]/tcp/%u", host, &port) != 2 || port == 0 || port > 65535
      || !g_str_has_prefix (host, "127."))
    bench_die ("\"%s\" is not a loopback address as /ip4/127.0.0.1/tcp/PORT", address);
  *server = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons (port) };
  if (inet_pton (AF_INET, host, &server->sin_addr) != 1)
    bench_die ("\"%s\" is not an IPv4 address", host);
}

void
bench_load_init (BenchLoad *self, const char *address)
{
  g_autoptr (GError) error = NULL;

  if (sodium_init () < 0)
    bench_die ("libsodium cannot start");
  *self = (BenchLoad){ .context = g_main_context_new () };
  parse_address (&self->server, address);
  self->reactor = kad_reactor_new (self->context, &error);
  if (self->reactor == NULL)
    bench_die ("%s", error->message);
  self->exchange = kad_exchange_new (self->reactor, &exchange_delegate, self);
  self->dirty = g_ptr_array_new ();
  self->graveyard = g_ptr_array_new ();
  self->fresh = g_ptr_array_new ();
  kad_reactor_set_hook (self->reactor, on_turn, self);
}

void
bench_load_clear (BenchLoad *self)
{
  bury (self);
  kad_exchange_free (self->exchange);
  kad_reactor_free (self->reactor);
  g_ptr_array_unref (self->dirty);
  g_ptr_array_unref (self->graveyard);
  g_ptr_array_unref (self->fresh);
  g_main_context_unref (self->context);
}

void
bench_load_set_ready_func (BenchLoad *self, BenchReadyFunc ready, gpointer user_data)
{
  self->ready = ready;
  self->user_data = user_data;
}

void
bench_load_turn (BenchLoad *self)
{
  g_main_context_iteration (self->context, TRUE);
}

static void
on_time (gpointer user_data, gint64 now_us)
{
}

void
bench_load_run_until (BenchLoad *self, gint64 until_us)
{
  KadTimer timer;

  kad_timer_init (&timer, on_time, NULL);
  kad_reactor_arm (self->reactor, &timer, until_us);
  while (g_get_monotonic_time () < until_us)
    bench_load_turn (self);
  kad_reactor_disarm (self->reactor, &timer);
}

/* ---- a peer ---- */

BenchPeer *
bench_peer_new (BenchLoad *load, guint index)
{
  static const char *const muxers[] = { KAD_YAMUX_PROTOCOL, NULL };
  BenchPeer *self = g_new0 (BenchPeer, 1);
  g_autoptr (GError) error = NULL;
  guint8 secret[32];

  self->load = load;
  self->index = index;
  randombytes_buf (secret, sizeof secret);
  self->key = kad_private_key_new_ed25519_from_seed (secret);
  randombytes_buf (secret, sizeof secret);
  self->identity = kad_noise_identity_new (self->key, secret, muxers, &error);
  if (self->identity == NULL)
    bench_die ("%s", error->message);
  return self;
}

void
bench_peer_free (BenchPeer *self)
{
  if (self->connection != NULL)
    bench_peer_hang_up (self);
  kad_noise_identity_unref (self->identity);
  kad_private_key_unref (self->key);
  g_free (self);
}

static int
connect_socket (const struct sockaddr_in *server)
{
  const struct linger at_once = { .l_onoff = 1 };
  const int one = 1;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || connect (fd, (const struct sockaddr *) server, sizeof *server) != 0)
    bench_die ("Cannot connect: %s", g_strerror (errno));
  fcntl (fd, F_SETFL, O_NONBLOCK);
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt (fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  return fd;
}

void
bench_peer_dial (BenchPeer *self)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/ip4/127.0.0.1/tcp/1", NULL);
  g_autoptr (KadLink) link
      = kad_link_new_for_fd (connect_socket (&self->load->server), address, address);
  g_autoptr (GError) error = NULL;
  guint8 secret[32];

  self->has_heard = self->has_told = self->is_leaving = FALSE;
  randombytes_buf (secret, sizeof secret);
  kad_reactor_update_now (self->load->reactor);
  self->connection
      = kad_connection_new (self->load->reactor, link, KAD_ROLE_INITIATOR, self->identity, secret,
                            NULL, "bench", &connection_delegate, self->load, &error);
  if (self->connection == NULL)
    bench_die ("%s", error->message);
  kad_connection_set_data (self->connection, self);
  g_ptr_array_add (self->load->fresh, self);
}

void
bench_peer_hang_up (BenchPeer *self)
{
  KadConnection *connection = g_steal_pointer (&self->connection);

  self->is_leaving = TRUE;
  g_ptr_array_remove_fast (self->load->fresh, self);
  kad_connection_close (connection,
                        g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "Measured"));
}

GPtrArray *
bench_load_connect (BenchLoad *self, guint first, guint n, guint in_flight)
{
  GPtrArray *peers = g_ptr_array_new_with_free_func ((GDestroyNotify) bench_peer_free);

  while (peers->len < n || self->fresh->len > 0)
    {
      while (peers->len < n && self->fresh->len < in_flight)
        {
          BenchPeer *peer = bench_peer_new (self, first + peers->len);

          g_ptr_array_add (peers, peer);
          bench_peer_dial (peer);
        }
      bench_load_turn (self);
    }
  return peers;
}
