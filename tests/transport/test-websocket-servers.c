/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Servers that a dial of WebSocket may meet and that are none, or stop: each ends as DialFailed
 * with the reason, at once where something was said and at the deadline where not. */
#include "kad-websocket-transport.h"

#include <glib-unix.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel.h"
#include "kad-error.h"

#define TIMEOUT_MS 300
/* Beyond the deadline, on a machine that does much else. */
#define SLACK_US (5 * G_USEC_PER_SEC)
#define DRIP_INTERVAL_MS 20
#define DEADLINE_WS "the upgrade to WebSocket did not end in 300 ms"
#define DEADLINE_TLS "the TLS handshake did not end in 300 ms"
#define SWITCHING "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"

/* What a server does with who comes. */
typedef struct
{
  const char *name;
  const char *suffix; /* of the address that is dialled */
  const char *says;   /* as soon as somebody is there */
  const char *reason; /* in the error of the dial */
  gboolean drips;     /* then a letter now and then, without end */
  gboolean floods;    /* then letters as fast as they are taken */
  gboolean ends;      /* then closes */
  gboolean is_at_deadline;
} Server;

static const Server servers[] = {
  { "silent", "/ws", "", DEADLINE_WS, .is_at_deadline = TRUE },
  { "silent-under-tls", "/tls/ws", "", DEADLINE_TLS, .is_at_deadline = TRUE },
  { "half-a-status", "/ws", "HTTP/1.1 10", DEADLINE_WS, .is_at_deadline = TRUE },
  { "half-an-upgrade", "/ws", SWITCHING "Connection: Up", DEADLINE_WS, .is_at_deadline = TRUE },
  { "no-empty-line", "/ws", SWITCHING "Connection: Upgrade\r\n", DEADLINE_WS,
    .is_at_deadline = TRUE },
  { "half-a-record-of-tls", "/wss", "\x16\x03\x03\x02", DEADLINE_TLS, .is_at_deadline = TRUE },
  { "dripping-headers", "/ws", SWITCHING "X: ", DEADLINE_WS, .drips = TRUE,
    .is_at_deadline = TRUE },
  { "dripping-under-tls", "/tls/ws", "\x16\x03\x03\x3f\xff\x02", DEADLINE_TLS, .drips = TRUE,
    .is_at_deadline = TRUE },
  { "flooding-headers", "/ws", SWITCHING "X: ", "its headers are too long", .floods = TRUE },
  { "goes-at-once", "/ws", "", "it closed the connection", .ends = TRUE },
  { "goes-in-the-middle", "/ws", SWITCHING, "it closed the connection during the upgrade",
    .ends = TRUE },
  { "goes-under-tls", "/tls/ws", "", "TLS failed", .ends = TRUE },
  { "ok", "/ws", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "it does not upgrade to WebSocket: 200 OK" },
  { "not-found", "/ws", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    "it does not upgrade to WebSocket: 404 Not Found" },
  /* Nobody is followed: who would be dialled, others would say. */
  { "moved", "/ws",
    "HTTP/1.1 301 Moved Permanently\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    "it does not upgrade to WebSocket: 301 Moved Permanently" },
  { "an-escape", "/ws", "HTTP/1.1 500 \x1b[2Jx\r\n\r\n",
    "it does not upgrade to WebSocket: 500 \\x1b[2Jx" },
  { "no-proof", "/ws", SWITCHING "Connection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n",
    "its answer is no WebSocket's" },
  { "ssh", "/ws", "SSH-2.0-x\r\n\r\n", "its answer is no HTTP" },
  { "http-under-tls", "/tls/ws", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
    "TLS failed" },
};

typedef struct
{
  const Server *server;
  KadTransport *transport;
  KadMultiaddr *address;
  int fd;      /* listens */
  int visitor; /* -1: nobody */
  guint n_visitors;
  guint accept_id;
  guint drip_id;
  guint n_descriptors;
} Fixture;

static gboolean
on_drip (gpointer user_data)
{
  Fixture *f = user_data;
  char letters[4096];

  memset (letters, 'x', sizeof letters);
  send (f->visitor, letters, f->server->floods ? sizeof letters : 1, MSG_NOSIGNAL | MSG_DONTWAIT);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_visitor (int fd, GIOCondition condition, gpointer user_data)
{
  Fixture *f = user_data;
  gsize len = strlen (f->server->says);

  f->visitor = accept4 (fd, NULL, NULL, SOCK_CLOEXEC);
  g_assert_cmpint (f->visitor, >=, 0);
  f->n_visitors++;
  g_assert_cmpint (send (f->visitor, f->server->says, len, MSG_NOSIGNAL), ==, len);
  if (f->server->ends)
    shutdown (f->visitor, SHUT_WR);
  if (f->server->drips || f->server->floods)
    f->drip_id = g_timeout_add (f->server->drips ? DRIP_INTERVAL_MS : 1, on_drip, f);
  return G_SOURCE_CONTINUE;
}

static void
start_server (Fixture *f)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t size = sizeof address;
  g_autofree char *text = NULL;

  f->visitor = -1;
  f->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (bind (f->fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (f->fd, 8), ==, 0);
  g_assert_cmpint (getsockname (f->fd, (struct sockaddr *) &address, &size), ==, 0);
  text = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u%s", ntohs (address.sin_port), f->server->suffix);
  f->address = kad_multiaddr_new_from_string (text, NULL);
  f->accept_id = g_unix_fd_add (f->fd, G_IO_IN, on_visitor, f);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->server = data;
  f->n_descriptors = channel_count_descriptors ();
  f->transport
      = g_object_new (KAD_TYPE_WEBSOCKET_TRANSPORT, "upgrade-timeout-ms", TIMEOUT_MS, NULL);
  start_server (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_source_remove (f->accept_id);
  if (f->drip_id != 0)
    g_source_remove (f->drip_id);
  if (f->visitor >= 0)
    close (f->visitor);
  close (f->fd);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->transport);
  kad_multiaddr_unref (f->address);
  g_assert_cmpuint (channel_count_descriptors (), ==, f->n_descriptors);
}

static void
test_it_is_told (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 begun_us = g_get_monotonic_time (), took_us;

  g_test_summary ("A dial of who is no WebSocket ends with the reason, not before its deadline if "
                  "nothing was said and in bounded time after it");

  g_assert_null (channel_dial (f->transport, f->address, NULL, &error));
  took_us = g_get_monotonic_time () - begun_us;
  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, "Could not connect to /ip4/127.0.0.1/tcp/"));
  g_assert_nonnull (strstr (error->message, f->server->reason));
  g_assert_cmpint (took_us, <, TIMEOUT_MS * 1000 + SLACK_US);
  if (f->server->is_at_deadline)
    g_assert_cmpint (took_us, >=, TIMEOUT_MS * 1000);
  g_assert_cmpuint (f->n_visitors, ==, 1);
}

/* GLib opens some descriptors of its own at first use and keeps them. */
static void
warm_up (void)
{
  Fixture f = { 0 };

  set_up (&f, &servers[0]);
  g_assert_null (channel_dial (f.transport, f.address, NULL, NULL));
  f.n_descriptors = channel_count_descriptors () - 2; /* of the server */
  tear_down (&f, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_websocket_transport_register_static ();
  warm_up ();
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      g_autofree char *path = g_strconcat ("/websocket/servers/", servers[i].name, NULL);

      g_test_add (path, Fixture, &servers[i], set_up, test_it_is_told, tear_down);
    }
  return g_test_run ();
}
