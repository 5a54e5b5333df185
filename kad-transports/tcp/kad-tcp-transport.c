/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-tcp-transport.h"

#include <errno.h>
#include <glib-unix.h>
#include <unistd.h>

#include "kad-error.h"
#include "kad-tcp-address.h"
#include "kad-tcp-listener.h"
#include "kad-tcp-socket.h"

/**
 * KadTcpTransport:
 *
 * Byte streams over TCP, at `/ip4/ADDRESS/tcp/PORT` and `/ip6/ADDRESS/tcp/PORT`
 * (an IPv6 address may have `/ip6zone/INTERFACE` before it). Its links have a
 * descriptor.
 */
struct _KadTcpTransport
{
  KadTransport parent_instance;
};

G_DEFINE_DYNAMIC_TYPE (KadTcpTransport, kad_tcp_transport, KAD_TYPE_TRANSPORT)

/* A connect() under way. */
typedef struct
{
  int fd; /* (owned) */
  KadMultiaddr *address;
  KadTcpAddress remote;
} Attempt;

static void
attempt_free (Attempt *attempt)
{
  if (attempt->fd >= 0)
    close (attempt->fd);
  kad_multiaddr_unref (attempt->address);
  g_free (attempt);
}

static gboolean
can_use (KadTransport *transport, const KadMultiaddr *address)
{
  KadTcpAddress ignored;

  return kad_tcp_address_from_multiaddr (&ignored, address);
}

/* A port of our own that nobody listens on can connect to itself. */
static gboolean
is_connected_to_itself (const Attempt *attempt)
{
  KadTcpAddress local = { 0 };
  socklen_t size = sizeof local;

  if (getsockname (attempt->fd, &local.any, &size) != 0
      || kad_tcp_address_get_port (&local) != kad_tcp_address_get_port (&attempt->remote))
    return FALSE;
  if (local.any.sa_family == AF_INET)
    return local.ip4.sin_addr.s_addr == attempt->remote.ip4.sin_addr.s_addr;
  return IN6_ARE_ADDR_EQUAL (&local.ip6.sin6_addr, &attempt->remote.ip6.sin6_addr);
}

/* connect() has ended with the errno @number. */
static void
end_attempt (GTask *task, int number)
{
  Attempt *attempt = g_task_get_task_data (task);
  g_autoptr (KadMultiaddr) local = NULL;
  GError *error = NULL;

  if (number == 0 && is_connected_to_itself (attempt))
    number = ECONNREFUSED;
  if (number != 0)
    {
      kad_tcp_socket_set_error (&error, KAD_TCP_CONNECT, attempt->address, number);
      g_task_return_error (task, error);
      return;
    }
  kad_tcp_socket_tune (attempt->fd);
  local = kad_tcp_address_dup_local (attempt->fd);
  g_task_return_pointer (task,
                         kad_link_new_for_fd (g_steal_fd (&attempt->fd), local, attempt->address),
                         g_object_unref);
}

static gboolean
on_writable (int fd, GIOCondition condition, gpointer user_data)
{
  GTask *task = user_data;
  int number = 0;
  socklen_t size = sizeof number;

  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;
  if (getsockopt (fd, SOL_SOCKET, SO_ERROR, &number, &size) != 0)
    number = errno;
  end_attempt (task, number);
  return G_SOURCE_REMOVE;
}

static void
wait_until_writable (GTask *task, int fd)
{
  g_autoptr (GSource) source = g_unix_fd_source_new (fd, G_IO_OUT | G_IO_ERR | G_IO_HUP);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (cancellable != NULL)
    {
      g_autoptr (GSource) child = g_cancellable_source_new (cancellable);

      g_source_set_dummy_callback (child);
      g_source_add_child_source (source, child);
    }
  g_task_attach_source (task, source, G_SOURCE_FUNC (on_writable));
}

static void
dial_async (KadTransport *transport, KadMultiaddr *address, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (transport, cancellable, callback, user_data);
  Attempt *attempt = g_new0 (Attempt, 1);

  g_task_set_source_tag (task, dial_async);
  g_task_set_task_data (task, attempt, (GDestroyNotify) attempt_free);
  attempt->fd = -1;
  attempt->address = kad_multiaddr_ref (address);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!kad_tcp_address_from_multiaddr (&attempt->remote, address))
    {
      end_attempt (task, EADDRNOTAVAIL);
      return;
    }
  attempt->fd = kad_tcp_socket_new (&attempt->remote);
  if (attempt->fd < 0)
    end_attempt (task, errno);
  else if (connect (attempt->fd, &attempt->remote.any, kad_tcp_address_get_size (&attempt->remote))
           == 0)
    end_attempt (task, 0);
  else if (errno == EINPROGRESS)
    wait_until_writable (task, attempt->fd);
  else
    end_attempt (task, errno);
}

static KadLink *
dial_finish (KadTransport *transport, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, transport), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static KadListener *
listen_on (KadTransport *transport, KadMultiaddr *address, GError **error)
{
  return kad_tcp_listener_new (address, error);
}

static void
kad_tcp_transport_class_init (KadTcpTransportClass *klass)
{
  KadTransportClass *transport_class = KAD_TRANSPORT_CLASS (klass);

  transport_class->can_dial = can_use;
  transport_class->can_listen = can_use;
  transport_class->dial_async = dial_async;
  transport_class->dial_finish = dial_finish;
  transport_class->listen = listen_on;
}

static void
kad_tcp_transport_class_finalize (KadTcpTransportClass *klass)
{
}

static void
kad_tcp_transport_init (KadTcpTransport *self)
{
}

void
kad_tcp_transport_register (GTypeModule *module)
{
  kad_tcp_listener_register (module);
  kad_tcp_transport_register_type (module);
}

void
kad_tcp_transport_register_static (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      kad_tcp_transport_register (NULL);
      g_io_extension_point_register (KAD_TRANSPORT_EXTENSION_POINT_NAME);
      g_io_extension_point_implement (KAD_TRANSPORT_EXTENSION_POINT_NAME, KAD_TYPE_TCP_TRANSPORT,
                                      "tcp", 0);
      g_once_init_leave (&once, 1);
    }
}
