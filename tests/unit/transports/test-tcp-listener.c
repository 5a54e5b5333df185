/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-tcp-listener.h"

#include <arpa/inet.h>
#include <poll.h>
#include <unistd.h>

#include "kad-error.h"
#include "kad-tcp-transport.h"
#include "tcp-socket.h"

static KadListener *
listen_on (const char *text)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, NULL);
  g_autoptr (GError) error = NULL;
  KadListener *listener;

  kad_tcp_transport_register_static ();
  listener = kad_tcp_listener_new (address, &error);
  g_assert_no_error (error);
  return listener;
}

static guint16
get_port (KadListener *listener)
{
  g_autoptr (GPtrArray) addresses = kad_listener_get_addresses (listener);
  guint16 port = 0;

  g_assert_cmpuint (addresses->len, >, 0);
  g_assert_true (kad_multiaddr_get_port (addresses->pdata[0], &port));
  return port;
}

/* A client of 127.0.0.1, as anybody's would be. */
static int
visit (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_no_errno (connect (fd, (struct sockaddr *) &address, sizeof address));
  return fd;
}

static gboolean
polls_readable (KadListener *listener, int wait_ms)
{
  struct pollfd poll_fd = { .fd = kad_listener_get_fd (listener), .events = POLLIN };

  return poll (&poll_fd, 1, wait_ms) == 1;
}

static void
test_accepted (void)
{
  KadListener *listener = listen_on ("/ip4/127.0.0.1/tcp/0");
  int visitor = visit (get_port (listener));
  g_autoptr (GError) error = NULL;
  g_autoptr (KadLink) link = NULL;

  g_test_summary ("What is accepted is tuned, without a call for it");

  g_assert_true (polls_readable (listener, 5000));
  link = kad_listener_accept (listener, &error);
  g_assert_no_error (error);
  assert_is_tuned (kad_link_get_fd (link));
  g_assert_false (polls_readable (listener, 0));
  g_assert_true (fcntl (kad_listener_get_fd (listener), F_GETFD) & FD_CLOEXEC);
  close (visitor);
  g_assert_finalize_object (listener);
}

static void
test_wildcard (void)
{
  KadListener *listener = listen_on ("/ip4/0.0.0.0/tcp/0");
  guint16 port = get_port (listener);
  int visitor = visit (port);
  g_autoptr (KadLink) link = NULL;
  g_autofree char *local = NULL;
  g_autofree char *wanted = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u", port);

  g_test_summary ("Of a wildcard, each link says at which address it was reached");

  g_assert_cmpuint (port, !=, 0);
  g_assert_true (polls_readable (listener, 5000));
  link = kad_listener_accept (listener, NULL);
  local = kad_multiaddr_to_string (kad_link_get_local_address (link));
  g_assert_cmpstr (local, ==, wanted);
  close (visitor);
  g_assert_finalize_object (listener);
}

static void
test_both_families (void)
{
  KadListener *ip4 = listen_on ("/ip4/0.0.0.0/tcp/0");
  g_autofree char *text = g_strdup_printf ("/ip6/::/tcp/%u", get_port (ip4));
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadListener) ip6 = kad_tcp_listener_new (address, &error);

  g_test_summary ("The wildcards of both families can have the same port");

  if (ip6 == NULL && g_getenv ("CI") == NULL
      && (g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED)
          || strstr (error->message, "assign") != NULL))
    g_test_skip ("This machine has no IPv6");
  else
    g_assert_no_error (error);
  g_assert_finalize_object (ip4);
}

static void
test_restart (void)
{
  KadListener *listener = listen_on ("/ip4/127.0.0.1/tcp/0");
  guint16 port = get_port (listener);
  g_autofree char *text = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u", port);
  int visitor = visit (port);
  KadLink *link;
  KadListener *again;

  g_test_summary ("A restarted node has its port again while old connections linger");

  g_assert_true (polls_readable (listener, 5000));
  link = kad_listener_accept (listener, NULL);
  g_assert_finalize_object (link); /* who closes first has the lingering end */
  g_assert_finalize_object (listener);
  again = listen_on (text);
  g_assert_cmpuint (get_port (again), ==, port);
  close (visitor);
  g_assert_finalize_object (again);
}

static void
test_foreign_address (void)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/ip4/192.0.2.1/tcp/0", NULL);
  g_autoptr (GError) error = NULL;

  g_test_summary ("An address that is not ours cannot be listened on");

  kad_tcp_transport_register_static ();
  g_assert_null (kad_tcp_listener_new (address, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transports/tcp-listener/accepted", test_accepted);
  g_test_add_func ("/transports/tcp-listener/wildcard", test_wildcard);
  g_test_add_func ("/transports/tcp-listener/both-families", test_both_families);
  g_test_add_func ("/transports/tcp-listener/restart", test_restart);
  g_test_add_func ("/transports/tcp-listener/foreign-address", test_foreign_address);
  return g_test_run ();
}
