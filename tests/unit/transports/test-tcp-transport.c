/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-tcp-transport.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kad-error.h"
#include "tcp-socket.h"

static void
take_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static KadLink *
dial_port (KadTransport *transport, guint16 port, GCancellable *cancellable, GError **error)
{
  g_autofree char *text = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u", port);
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  kad_transport_dial_async (transport, address, cancellable, take_result, &result);
  g_assert_null (result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return kad_transport_dial_finish (transport, result, error);
}

/* A bound socket of 127.0.0.1, and its port. */
static int
bind_any (guint16 *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (fd, >=, 0);
  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, sizeof address));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &address, &size));
  *port = ntohs (address.sin_port);
  return fd;
}

static KadTransport *
new_transport (void)
{
  kad_tcp_transport_register_static ();
  return g_object_new (KAD_TYPE_TCP_TRANSPORT, NULL);
}

static void
test_dialled (void)
{
  KadTransport *transport = new_transport ();
  g_autoptr (GError) error = NULL;
  g_autoptr (KadLink) link = NULL;
  guint16 port;
  int listener = bind_any (&port);

  g_test_summary ("What is dialled is connected and tuned");

  g_assert_no_errno (listen (listener, 1));
  link = dial_port (transport, port, NULL, &error);
  g_assert_no_error (error);
  assert_is_tuned (kad_link_get_fd (link));
  g_assert_cmpint (get_option (kad_link_get_fd (link), SOL_SOCKET, SO_ERROR), ==, 0);
  close (listener);
  g_assert_finalize_object (transport);
}

static void
test_extension (void)
{
  GIOExtensionPoint *point;
  GIOExtension *extension;

  g_test_summary ("It is registered as the transport \"tcp\"");

  kad_tcp_transport_register_static ();
  point = g_io_extension_point_lookup (KAD_TRANSPORT_EXTENSION_POINT_NAME);
  extension = g_io_extension_point_get_extension_by_name (point, "tcp");
  g_assert_true (g_io_extension_get_type (extension) == KAD_TYPE_TCP_TRANSPORT);
}

/* Linux walks the ports of clients, those of one parity first, and so comes by the very one that
 * is dialled. This is an upper bound of how many dials that takes. */
static guint16
get_client_range (guint16 *first)
{
  g_autofree char *text = NULL;
  guint low = 0, high = 0;

  g_assert_true (g_file_get_contents ("/proc/sys/net/ipv4/ip_local_port_range", &text, NULL, NULL));
  g_assert_cmpint (sscanf (text, "%u %u", &low, &high), ==, 2);
  *first = (guint16) low;
  return (guint16) (high - low);
}

static void
test_never_itself (void)
{
  KadTransport *transport = new_transport ();
  guint16 first;
  guint n_dials = get_client_range (&first);

  g_test_summary ("Where nobody listens, a socket does not meet itself");

  for (guint i = 0; i < n_dials; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (dial_port (transport, first, NULL, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED);
    }
  g_assert_finalize_object (transport);
}

/* As if all descriptors were taken. */
static struct rlimit
take_descriptors (void)
{
  struct rlimit before, none;
  int lowest = dup (STDIN_FILENO);

  g_assert_cmpint (lowest, >=, 0);
  close (lowest);
  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &before));
  none = before;
  none.rlim_cur = (rlim_t) lowest;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &none));
  return before;
}

static void
test_shortage (void)
{
  KadTransport *transport = new_transport ();
  struct rlimit before;
  g_autoptr (GError) error = NULL;

  g_test_summary ("Without descriptors a dial fails and says so");

  g_main_context_iteration (NULL, FALSE);
  before = take_descriptors ();
  g_assert_null (dial_port (transport, 1, NULL, &error));
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &before));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  g_assert_finalize_object (transport);
}

static gboolean
cancel (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
test_cancel_while_connecting (void)
{
  KadTransport *transport = new_transport ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func (g_object_unref);
  guint16 port;
  int listener = bind_any (&port);
  gint64 start_us;

  g_test_summary ("A remote that does not answer is given up when the dial is cancelled");

  /* With its queue full, Linux leaves a connection without an answer. */
  g_assert_no_errno (listen (listener, 0));
  g_ptr_array_add (links, dial_port (transport, port, NULL, &error));
  g_assert_no_error (error);
  start_us = g_get_monotonic_time ();
  g_timeout_add (50, cancel, cancellable);
  g_assert_null (dial_port (transport, port, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 5 * G_USEC_PER_SEC);
  close (listener);
  g_assert_finalize_object (transport);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transports/tcp-transport/dialled", test_dialled);
  g_test_add_func ("/transports/tcp-transport/extension", test_extension);
  g_test_add_func ("/transports/tcp-transport/never-itself", test_never_itself);
  g_test_add_func ("/transports/tcp-transport/shortage", test_shortage);
  g_test_add_func ("/transports/tcp-transport/cancel-while-connecting",
                   test_cancel_while_connecting);
  return g_test_run ();
}
