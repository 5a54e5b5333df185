/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only WebSocket has: a raw socket speaks to our listener, or is dialled. */
#include "kad-websocket-transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel.h"
#include "kad-error.h"
#include "kad-ws-frame.h"
#include "kad-ws-handshake.h"
#include "kad-ws-listener.h"

#define PATIENCE_US (10 * G_USEC_PER_SEC)
#define MILLION 1000000

#define REQUEST                                                                                    \
  "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"             \
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"

typedef struct
{
  KadTransport *transport;
  KadListener *listener;
  KadMultiaddr *address;
  guint16 port;
  guint n_descriptors;
} Fixture;

static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
listen_on (Fixture *f, const char *text)
{
  g_autoptr (KadMultiaddr) wanted = kad_multiaddr_new_from_string (text, NULL);
  g_autoptr (GPtrArray) addresses = NULL;
  g_autoptr (GError) error = NULL;

  f->listener = kad_transport_listen (f->transport, wanted, &error);
  g_assert_no_error (error);
  addresses = kad_listener_get_addresses (f->listener);
  f->address = kad_multiaddr_ref (addresses->pdata[0]);
  g_assert_true (kad_multiaddr_get_port (f->address, &f->port));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->n_descriptors = channel_count_descriptors ();
  f->transport = g_object_new (KAD_TYPE_WEBSOCKET_TRANSPORT, "upgrade-timeout-ms",
                               GPOINTER_TO_UINT (data), NULL);
  listen_on (f, "/ip4/127.0.0.1/tcp/0/ws");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->listener != NULL)
    g_assert_finalize_object (f->listener);
  turn ();
  g_assert_finalize_object (f->transport);
  kad_multiaddr_unref (f->address);
  g_assert_cmpuint (channel_count_descriptors (), ==, f->n_descriptors);
}

static char *
find_certificate (const char *name)
{
  return g_build_filename (g_getenv ("KAD_TEST_CERTIFICATES"), name, NULL);
}

static void
set_file (Fixture *f, const char *property, const char *name)
{
  g_autofree char *path = find_certificate (name);

  g_object_set (f->transport, property, path, NULL);
}

/* ---- a raw socket ---- */

static int
raw_connect (Fixture *f)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (f->port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return fd;
}

/* As much as the other side takes; gives how much. */
static gsize
raw_send (int fd, const void *data, gsize len)
{
  gssize n = send (fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);

  return n > 0 ? (gsize) n : 0;
}

static void
raw_send_text (int fd, const char *text)
{
  g_assert_cmpuint (raw_send (fd, text, strlen (text)), ==, strlen (text));
}

/* Reads on until @what has come, or (NULL) the end; what came stays in @seen. */
static void
raw_expect (int fd, GByteArray *seen, const void *what, gsize len)
{
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;

  for (;;)
    {
      guint8 block[4096];
      gssize n = recv (fd, block, sizeof block, MSG_DONTWAIT);

      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
      if (n > 0)
        g_byte_array_append (seen, block, (guint) n);
      if (what != NULL && seen->len > 0 && memmem (seen->data, seen->len, what, len) != NULL)
        return;
      if (n == 0 || (n < 0 && errno != EAGAIN))
        {
          g_assert_null (what);
          return;
        }
      turn ();
    }
}

static void
raw_expect_text (int fd, const char *text)
{
  g_autoptr (GByteArray) seen = g_byte_array_new ();

  raw_expect (fd, seen, text, strlen (text));
}

static void
raw_expect_end (int fd)
{
  g_autoptr (GByteArray) seen = g_byte_array_new ();

  raw_expect (fd, seen, NULL, 0);
}

/* The Close frame with which a server says @status. */
static void
raw_expect_close (int fd, KadWsStatus status)
{
  const guint8 frame[] = { 0x88, 2, (guint8) (status >> 8), (guint8) status };
  g_autoptr (GByteArray) seen = g_byte_array_new ();

  raw_expect (fd, seen, frame, sizeof frame);
}

static int
raw_upgrade (Fixture *f, Channel *channel)
{
  int fd = raw_connect (f);

  raw_send_text (fd, REQUEST);
  raw_expect_text (fd, "\r\n\r\n");
  channel_init (channel, channel_accept (f->listener));
  return fd;
}

static void
expect_nobody (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  turn ();
  g_assert_null (kad_listener_accept (f->listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

/* Reads until there is an error, which it gives, and how much came before. */
static GError *
read_to_error (Channel *channel, gsize *total)
{
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;

  for (*total = 0;;)
    {
      GError *error = NULL;
      guint8 block[4096];
      gssize n = g_pollable_input_stream_read_nonblocking (channel->in, block, sizeof block, NULL,
                                                           &error);

      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
      if (n > 0)
        *total += (gsize) n;
      else if (n == 0)
        g_error ("The end came, and no error");
      else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return error;
      g_clear_error (&error);
      turn ();
    }
}

/* ---- hostile visitors ---- */

static void
test_one_byte_fragments (Fixture *f, gconstpointer data)
{
  /* A fragment of one byte, with a mask of zeros. */
  static const guint8 fragment[] = { 0x00, 0x81, 0, 0, 0, 0, 'x' };
  static const guint8 first[] = { 0x02, 0x81, 0, 0, 0, 0, 'x' };
  g_auto (Channel) channel = { 0 };
  int fd = raw_upgrade (f, &channel);
  g_autoptr (GByteArray) flood = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  gsize total;

  g_test_summary (
      "A message of a million fragments of one byte ends at the bound, and what was not "
      "read of it is never held");

  g_byte_array_append (flood, first, sizeof first);
  for (guint i = 1; i < MILLION; i++)
    g_byte_array_append (flood, fragment, sizeof fragment);
  g_assert_cmpuint (raw_send (fd, flood->data, flood->len), <, flood->len);
  error = read_to_error (&channel, &total);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (error->message, "too many fragments"));
  g_assert_cmpuint (total, ==, KAD_MAX_WS_FRAGMENTS);
  raw_expect_close (fd, KAD_WS_STATUS_TOO_BIG);
  close (fd);
}

static void
test_a_million_messages (Fixture *f, gconstpointer data)
{
  static const guint8 message[] = { 0x82, 0x81, 0, 0, 0, 0, 'x' };
  g_auto (Channel) channel = { 0 };
  int fd = raw_upgrade (f, &channel);
  g_autoptr (GByteArray) flood = g_byte_array_new ();
  guint8 block[4096];
  gsize sent = 0, total = 0;

  g_test_summary ("A million messages of one byte come through, and none of them is held");

  for (guint i = 0; i < MILLION; i++)
    g_byte_array_append (flood, message, sizeof message);
  while (total < MILLION)
    {
      gssize n
          = g_pollable_input_stream_read_nonblocking (channel.in, block, sizeof block, NULL, NULL);

      total += n > 0 ? (gsize) n : 0;
      sent += raw_send (fd, flood->data + sent, flood->len - sent);
    }
  g_assert_cmpuint (total, ==, MILLION);
  close (fd);
}

static void
test_a_64_bit_length (Fixture *f, gconstpointer data)
{
  static const guint8 headers[][14] = {
    { 0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
    { 0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
    { 0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0 },
  };

  g_test_summary ("A length of 64 bits is refused when its header is there");

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_auto (Channel) channel = { 0 };
      int fd = raw_upgrade (f, &channel);
      g_autoptr (GError) error = NULL;
      gsize total;

      raw_send (fd, headers[i], sizeof headers[i]);
      error = read_to_error (&channel, &total);
      g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
      g_assert_cmpuint (total, ==, 0);
      raw_expect_close (fd, KAD_WS_STATUS_TOO_BIG);
      close (fd);
    }
}

static void
test_two_thousand_headers (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) head = g_string_new ("GET / HTTP/1.1\r\n");
  int fd = raw_connect (f);

  g_test_summary ("A request with 2,000 headers is 431, and nobody comes in");

  for (guint i = 0; i < 2000; i++)
    g_string_append (head, "A: b\r\n");
  g_string_append (head, "\r\n");
  raw_send_text (fd, head->str);
  raw_expect_text (fd, "HTTP/1.1 431 ");
  close (fd);
  expect_nobody (f);
}

static void
test_an_endless_header (Fixture *f, gconstpointer data)
{
  g_autofree char *line = g_strnfill (2 * KAD_MAX_WS_HEAD_BYTES, 'x');
  int fd = raw_connect (f);

  g_test_summary ("A header that does not end is 431 after the bound");

  raw_send_text (fd, "GET / HTTP/1.1\r\nHost: ");
  raw_send_text (fd, line);
  raw_expect_text (fd, "HTTP/1.1 431 ");
  raw_expect_end (fd);
  close (fd);
  expect_nobody (f);
}

static void
test_close_during_upgrade (Fixture *f, gconstpointer data)
{
  const char *listens[] = { "/ip4/127.0.0.1/tcp/0/ws", "/ip4/127.0.0.1/tcp/0/tls/ws" };
  /* The beginning of a ClientHello. */
  static const guint8 hello[] = { 0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3 };

  g_test_summary (
      "A visitor that goes, and a listener that closes, at each byte of an upgrade and of "
      "TLS under it leave nothing behind");

  set_file (f, "certificate", "cert.pem");
  set_file (f, "private-key", "key.pem");
  for (guint round = 0; round < 4; round++)
    {
      gboolean is_tls = round % 2 == 1, visitor_first = round < 2;
      const guint8 *bytes = is_tls ? hello : (const guint8 *) REQUEST;
      gsize len = is_tls ? sizeof hello : strlen (REQUEST);

      for (gsize cut = 0; cut <= len; cut++)
        {
          int fd;

          g_assert_finalize_object (g_steal_pointer (&f->listener));
          g_clear_pointer (&f->address, kad_multiaddr_unref);
          listen_on (f, listens[is_tls]);
          fd = raw_connect (f);
          raw_send (fd, bytes, cut);
          turn ();
          if (visitor_first)
            close (fd);
          turn ();
          kad_listener_close (f->listener);
          turn ();
          if (!visitor_first)
            {
              raw_expect_end (fd);
              close (fd);
            }
        }
    }
}

static void
test_silence_ends (Fixture *f, gconstpointer data)
{
  int fds[2] = { raw_connect (f), raw_connect (f) };

  g_test_summary ("Who does not end his upgrade is let go after the timeout");

  raw_send_text (fds[1], "GET / HTTP/1.1\r\n");
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      raw_expect_end (fds[i]);
      close (fds[i]);
    }
  expect_nobody (f);
}

static void
test_the_oldest_goes (Fixture *f, gconstpointer data)
{
  enum
  {
    N = KAD_MAX_WS_UPGRADES + 10
  };
  g_auto (Channel) channel = { 0 };
  int fds[N], fd;

  g_test_summary ("Of more silent visitors than there may be the oldest go, and who speaks is "
                  "served beside them");

  for (guint i = 0; i < N; i++)
    {
      fds[i] = raw_connect (f);
      turn ();
    }
  fd = raw_upgrade (f, &channel);
  for (guint i = 0; i < 10; i++)
    raw_expect_end (fds[i]);
  g_assert_cmpint (recv (fds[N - 1], &(char){ 0 }, 1, MSG_DONTWAIT), ==, -1);
  g_assert_cmpint (errno, ==, EAGAIN);
  for (guint i = 0; i < N; i++)
    close (fds[i]);
  close (fd);
}

static void
test_text_is_refused (Fixture *f, gconstpointer data)
{
  static const guint8 text[] = { 0x81, 0x81, 0, 0, 0, 0, 'x' };
  g_auto (Channel) channel = { 0 };
  int fd = raw_upgrade (f, &channel);
  g_autoptr (GError) error = NULL;
  gsize total;

  g_test_summary ("A text message is an error, and the remote hears why");

  raw_send (fd, text, sizeof text);
  error = read_to_error (&channel, &total);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
  raw_expect_close (fd, KAD_WS_STATUS_UNSUPPORTED);
  raw_expect_end (fd);
  close (fd);
}

static void
test_pings_are_answered (Fixture *f, gconstpointer data)
{
  static const guint8 ping[] = { 0x89, 0x82, 0, 0, 0, 0, 'h', 'i' };
  static const guint8 pong[] = { 0x8a, 2, 'h', 'i' };
  static const guint8 message[] = { 0x82, 0x81, 0, 0, 0, 0, 'x' };
  g_auto (Channel) channel = { 0 };
  int fd = raw_upgrade (f, &channel);
  g_autoptr (GByteArray) seen = g_byte_array_new ();
  char byte;

  g_test_summary ("A Ping is answered while the stream is read, inside of a message, too");

  raw_send (fd, ping, sizeof ping);
  raw_send (fd, message, sizeof message);
  channel_read (&channel, &byte, 1);
  raw_expect (fd, seen, pong, sizeof pong);
  close (fd);
}

static void
test_a_flood_of_pings (Fixture *f, gconstpointer data)
{
  static const guint8 ping[] = { 0x89, 0x82, 0, 0, 0, 0, 'h', 'i' };
  static const guint8 message[] = { 0x82, 0x81, 0, 0, 0, 0, 'x' };
  g_auto (Channel) channel = { 0 };
  int fd = raw_upgrade (f, &channel);
  g_autoptr (GByteArray) flood = g_byte_array_new ();
  gsize sent = 0;
  gssize n = 0;
  guint8 byte;

  g_test_summary ("A million Pings from somebody who reads no answer hold nothing up");

  for (guint i = 0; i < MILLION; i++)
    g_byte_array_append (flood, ping, sizeof ping);
  g_byte_array_append (flood, message, sizeof message);
  while (n <= 0)
    {
      sent += raw_send (fd, flood->data + sent, flood->len - sent);
      n = g_pollable_input_stream_read_nonblocking (channel.in, &byte, 1, NULL, NULL);
    }
  g_assert_cmpint (byte, ==, 'x');
  close (fd);
}

/* ---- what is no WebSocket ---- */

static void
test_other_protocols (Fixture *f, gconstpointer data)
{
  static const char *const spoken[][2] = {
    { "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 426 " },
    { "POST / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 " },
    { "\x16\x03\x01\x02", "HTTP/1.1 400 " },
    { "\x13/multistream/1.0.0\n", "HTTP/1.1 400 " },
  };

  g_test_summary ("Browsers, TLS and naked libp2p get an answer in HTTP at once, and the end");

  for (guint i = 0; i < G_N_ELEMENTS (spoken); i++)
    {
      int fd = raw_connect (f);

      raw_send_text (fd, spoken[i][0]);
      raw_expect_text (fd, spoken[i][1]);
      raw_expect_end (fd);
      close (fd);
    }
  expect_nobody (f);
}

static void
test_a_silent_server (Fixture *f, gconstpointer data)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_autoptr (KadMultiaddr) multiaddr = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_test_summary ("A server that accepts and says nothing is DialFailed after the timeout");

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (fd, 8), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &size), ==, 0);
  text = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u/ws", ntohs (address.sin_port));
  multiaddr = kad_multiaddr_new_from_string (text, NULL);
  g_assert_null (channel_dial (f->transport, multiaddr, NULL, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_assert_nonnull (strstr (error->message, "the upgrade to WebSocket did not end in 300 ms"));
  close (fd);
}

/* ---- certificates ---- */

static void
dial_with_tls (Fixture *f, const char *certificate, const char *key, const char *ca,
               const char *suffix, const char *reason)
{
  g_autoptr (KadMultiaddr) address = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (KadLink) link = NULL;
  g_autofree char *text = NULL;

  g_assert_finalize_object (g_steal_pointer (&f->listener));
  g_clear_pointer (&f->address, kad_multiaddr_unref);
  set_file (f, "certificate", certificate);
  set_file (f, "private-key", key);
  set_file (f, "ca-file", ca);
  listen_on (f, "/ip4/127.0.0.1/tcp/0/tls/ws");
  text = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u%s", f->port, suffix);
  address = kad_multiaddr_new_from_string (text, NULL);
  link = channel_dial (f->transport, address, NULL, &error);
  g_assert_true ((link == NULL) == (reason != NULL));
  if (reason == NULL)
    return;
  g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, reason));
}

static void
test_certificates (Fixture *f, gconstpointer data)
{
  g_test_summary (
      "A certificate of an authority that is trusted, for the name that was dialled, is "
      "taken; any other is DialFailed, with the reason");

  dial_with_tls (f, "cert.pem", "key.pem", "ca.pem", "/tls/ws", NULL);
  dial_with_tls (f, "cert.pem", "key.pem", "ca.pem", "/wss", NULL);
  dial_with_tls (f, "cert.pem", "key.pem", "ca.pem", "/tls/sni/localhost/ws", NULL);
  dial_with_tls (f, "other-cert.pem", "other-key.pem", "ca.pem", "/tls/sni/other.example/ws", NULL);
  dial_with_tls (f, "cert.pem", "key.pem", "stranger.pem", "/tls/ws", "issuer is unknown");
  dial_with_tls (f, "other-cert.pem", "other-key.pem", "ca.pem", "/tls/ws",
                 "name in the certificate");
  dial_with_tls (f, "cert.pem", "key.pem", "ca.pem", "/tls/sni/elsewhere.example/ws",
                 "name in the certificate");
  dial_with_tls (f, "old-cert.pem", "key.pem", "ca.pem", "/tls/ws", "expired");
}

static void
test_certificate_files (Fixture *f, gconstpointer data)
{
  g_autoptr (KadMultiaddr) address
      = kad_multiaddr_new_from_string ("/ip4/127.0.0.1/tcp/0/wss", NULL);
  g_autoptr (GError) error = NULL;

  g_test_summary ("Listening with TLS and without a certificate, or with one of another key, says "
                  "what to do");

  g_assert_null (kad_transport_listen (f->transport, address, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "needs a certificate"));
  g_clear_error (&error);
  set_file (f, "private-key", "key.pem");
  g_assert_false (g_initable_init (G_INITABLE (f->transport), NULL, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  set_file (f, "certificate", "other-cert.pem");
  g_assert_false (g_initable_init (G_INITABLE (f->transport), NULL, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  set_file (f, "certificate", "cert.pem");
  set_file (f, "ca-file", "key.pem");
  g_assert_false (g_initable_init (G_INITABLE (f->transport), NULL, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  set_file (f, "ca-file", "ca.pem");
  g_assert_true (g_initable_init (G_INITABLE (f->transport), NULL, &error));
  g_assert_no_error (error);
}

/* GLib opens some descriptors of its own at first use and keeps them. */
static void
warm_up (void)
{
  Fixture f = { 0 };
  g_autoptr (KadLink) near_link = NULL;
  g_autoptr (KadLink) far_link = NULL;

  set_up (&f, GUINT_TO_POINTER (10000));
  near_link = channel_dial (f.transport, f.address, NULL, NULL);
  far_link = channel_accept (f.listener);
  g_clear_object (&near_link);
  g_clear_object (&far_link);
  f.n_descriptors = channel_count_descriptors () - 2; /* that listen */
  tear_down (&f, NULL);
}

static void
add (const char *path, guint timeout_ms, void (*func) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, GUINT_TO_POINTER (timeout_ms), set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_websocket_transport_register_static ();
  warm_up ();
  add ("/security/CVE-2025-32049/one-byte-fragments", 10000, test_one_byte_fragments);
  add ("/security/CVE-2025-32049/one-byte-messages", 10000, test_a_million_messages);
  add ("/security/CVE-2025-32049/two-thousand-headers", 10000, test_two_thousand_headers);
  add ("/security/CVE-2025-32049/an-endless-header", 10000, test_an_endless_header);
  add ("/security/CVE-2026-0716/a-64-bit-length", 10000, test_a_64_bit_length);
  add ("/security/CVE-2026-2436/close-during-upgrade", 10000, test_close_during_upgrade);
  add ("/websocket/silence-ends", 300, test_silence_ends);
  add ("/websocket/the-oldest-goes", 30000, test_the_oldest_goes);
  add ("/websocket/text-is-refused", 10000, test_text_is_refused);
  add ("/websocket/pings-are-answered", 10000, test_pings_are_answered);
  add ("/websocket/a-flood-of-pings", 10000, test_a_flood_of_pings);
  add ("/websocket/other-protocols", 10000, test_other_protocols);
  add ("/websocket/a-silent-server", 300, test_a_silent_server);
  add ("/websocket/certificates", 10000, test_certificates);
  add ("/websocket/certificate-files", 10000, test_certificate_files);
  return g_test_run ();
}
