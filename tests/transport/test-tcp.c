/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only TCP has: shortage of descriptors, wildcards, connects that hang. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <unistd.h>

#include "channel.h"
#include "kad-error.h"
#include "kad-tcp-transport.h"

static KadListener *
listen_on (KadTransport *transport, const char *text)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, NULL);
  g_autoptr (GError) error = NULL;
  KadListener *listener = kad_transport_listen (transport, address, &error);

  g_assert_no_error (error);
  return listener;
}

static KadMultiaddr *
get_address (KadListener *listener)
{
  g_autoptr (GPtrArray) addresses = kad_listener_get_addresses (listener);

  g_assert_cmpuint (addresses->len, >, 0);
  return kad_multiaddr_ref (addresses->pdata[0]);
}

static void
set_descriptor_limit (rlim_t limit)
{
  struct rlimit current;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &current), ==, 0);
  current.rlim_cur = limit;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &current), ==, 0);
}

static void
test_a_shortage_turns_visitors_away (void)
{
  g_autoptr (KadTransport) transport = g_object_new (KAD_TYPE_TCP_TRANSPORT, NULL);
  g_autoptr (KadListener) listener = listen_on (transport, "/ip4/127.0.0.1/tcp/0");
  g_autoptr (KadMultiaddr) address = get_address (listener);
  g_autoptr (GError) error = NULL;
  g_auto (Channel) first = { 0 };
  g_auto (Channel) second = { 0 };
  g_autoptr (KadLink) accepted = NULL;
  GPollFD poll_fd = { .fd = kad_listener_get_fd (listener), .events = G_IO_IN };
  struct rlimit before;
  int last;

  g_test_summary ("Without a free descriptor one who waits is turned away with an error, the "
                  "listener does not poll readable for ever, and the next one is served");

  channel_init (&first, channel_dial (transport, address, NULL, NULL));
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  last = dup (1);
  close (last);
  set_descriptor_limit ((rlim_t) last);
  g_assert_cmpint (g_poll (&poll_fd, 1, 5000), ==, 1);
  g_assert_null (kad_listener_accept (listener, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  g_clear_error (&error);
  g_assert_null (kad_listener_accept (listener, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  set_descriptor_limit (before.rlim_cur);

  channel_init (&second, channel_dial (transport, address, NULL, NULL));
  accepted = channel_accept (listener);
  g_assert_nonnull (accepted);
}

static void
test_a_shortage_fails_a_dial (void)
{
  g_autoptr (KadTransport) transport = g_object_new (KAD_TYPE_TCP_TRANSPORT, NULL);
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/ip4/127.0.0.1/tcp/9", NULL);
  g_autoptr (GError) error = NULL;
  struct rlimit before;
  int last = dup (1);

  g_test_summary ("A dial without a free descriptor says which limit it was");

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  close (last);
  set_descriptor_limit ((rlim_t) last);
  g_assert_null (channel_dial (transport, address, NULL, &error));
  set_descriptor_limit (before.rlim_cur);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
}

static void
test_wildcards_are_resolved (void)
{
  g_autoptr (KadTransport) transport = g_object_new (KAD_TYPE_TCP_TRANSPORT, NULL);
  g_autoptr (KadListener) listener = listen_on (transport, "/ip4/0.0.0.0/tcp/0");
  g_autoptr (GPtrArray) addresses = kad_listener_get_addresses (listener);
  gboolean has_loopback = FALSE;

  g_test_summary ("A wildcard listens on the interfaces' addresses, none of which is a wildcard");

  for (guint i = 0; i < addresses->len; i++)
    {
      KadScope scope = kad_multiaddr_get_scope (addresses->pdata[i]);
      guint16 port = 0;

      g_assert_cmpint (scope, !=, KAD_SCOPE_UNSPECIFIED);
      g_assert_true (kad_multiaddr_get_port (addresses->pdata[i], &port));
      g_assert_cmpuint (port, !=, 0);
      has_loopback |= scope == KAD_SCOPE_LOOPBACK;
    }
  g_assert_true (has_loopback);
}

static void
test_both_families_share_a_port (void)
{
  g_autoptr (KadTransport) transport = g_object_new (KAD_TYPE_TCP_TRANSPORT, NULL);
  g_autoptr (KadListener) four = listen_on (transport, "/ip4/0.0.0.0/tcp/0");
  g_autoptr (KadMultiaddr) six_address = NULL;
  g_autoptr (KadMultiaddr) four_address = get_address (four);
  g_autoptr (KadListener) six = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  guint16 port = 0;

  g_test_summary ("An IPv6 wildcard takes no IPv4 peers, so that each family has its listener");

  g_assert_true (kad_multiaddr_get_port (four_address, &port));
  text = g_strdup_printf ("/ip6/::/tcp/%u", port);
  six_address = kad_multiaddr_new_from_string (text, NULL);
  six = kad_transport_listen (transport, six_address, &error);
  if (g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED))
    {
      g_test_skip ("this machine has no IPv6");
      return;
    }
  g_assert_no_error (error);
}

static gboolean
cancel_it (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

/* A socket that listens and never accepts, its queue full: the next connect() hangs. */
static int
listen_deaf (guint16 *port, GArray *fillers)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (fd, 0), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &size), ==, 0);
  for (guint i = 0; i < 4; i++)
    {
      int filler = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

      (void) !connect (filler, (struct sockaddr *) &address, sizeof address);
      g_array_append_val (fillers, filler);
    }
  *port = ntohs (address.sin_port);
  return fd;
}

static void
test_a_hanging_connect_can_be_cancelled (void)
{
  g_autoptr (KadTransport) transport = g_object_new (KAD_TYPE_TCP_TRANSPORT, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GArray) fillers = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (KadMultiaddr) address = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  guint n_before = channel_count_descriptors ();
  guint16 port;
  int deaf = listen_deaf (&port, fillers);

  g_test_summary ("A connect that nobody answers ends when it is cancelled, and leaves nothing");

  text = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u", port);
  address = kad_multiaddr_new_from_string (text, NULL);
  g_timeout_add (50, cancel_it, cancellable);
  g_assert_null (channel_dial (transport, address, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  for (guint i = 0; i < fillers->len; i++)
    close (g_array_index (fillers, int, i));
  close (deaf);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  /* The cancellable keeps its own descriptor until it goes. */
  g_clear_object (&cancellable);
  g_assert_cmpuint (channel_count_descriptors (), ==, n_before);
}

static void
test_connections_are_tuned (void)
{
  g_autoptr (KadTransport) transport = g_object_new (KAD_TYPE_TCP_TRANSPORT, NULL);
  g_autoptr (KadListener) listener = listen_on (transport, "/ip4/127.0.0.1/tcp/0");
  g_autoptr (KadMultiaddr) address = get_address (listener);
  g_autoptr (KadLink) dialled = channel_dial (transport, address, NULL, NULL);
  g_autoptr (KadLink) accepted = channel_accept (listener);
  const int fds[] = { kad_link_get_fd (dialled), kad_link_get_fd (accepted) };

  g_test_summary ("Both ends send without delay and notice a dead peer");

  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      int delay_off = 0, keepalive = 0;
      socklen_t size = sizeof (int);

      g_assert_cmpint (getsockopt (fds[i], IPPROTO_TCP, TCP_NODELAY, &delay_off, &size), ==, 0);
      g_assert_cmpint (getsockopt (fds[i], SOL_SOCKET, SO_KEEPALIVE, &keepalive, &size), ==, 0);
      g_assert_cmpint (delay_off, !=, 0);
      g_assert_cmpint (keepalive, !=, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_tcp_transport_register_static ();
  /* GLib's own descriptors of the main context. */
  g_main_context_iteration (NULL, FALSE);
  g_test_add_func ("/tcp/connections-are-tuned", test_connections_are_tuned);
  g_test_add_func ("/tcp/a-shortage-turns-visitors-away", test_a_shortage_turns_visitors_away);
  g_test_add_func ("/tcp/a-shortage-fails-a-dial", test_a_shortage_fails_a_dial);
  g_test_add_func ("/tcp/wildcards-are-resolved", test_wildcards_are_resolved);
  g_test_add_func ("/tcp/both-families-share-a-port", test_both_families_share_a_port);
  g_test_add_func ("/tcp/a-hanging-connect-can-be-cancelled",
                   test_a_hanging_connect_can_be_cancelled);
  return g_test_run ();
}
