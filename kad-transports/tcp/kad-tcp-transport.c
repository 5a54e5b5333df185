/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-tcp-transport.h"

#include <errno.h>

#include "kad-tcp-address.h"
#include "kad-tcp-connect.h"
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

static gboolean
can_use (KadTransport *transport, const KadMultiaddr *address)
{
  KadTcpAddress ignored;

  return kad_tcp_address_from_multiaddr (&ignored, address);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (KadMultiaddr) local = NULL;
  GError *error = NULL;
  int fd = kad_tcp_connect_finish (result, &error);

  if (fd < 0)
    {
      g_task_return_error (task, error);
      return;
    }
  local = kad_tcp_address_dup_local (fd);
  g_task_return_pointer (task, kad_link_new_for_fd (fd, local, g_task_get_task_data (task)),
                         g_object_unref);
}

static void
dial_async (KadTransport *transport, KadMultiaddr *address, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (transport, cancellable, callback, user_data);
  KadTcpAddress remote;
  GError *error = NULL;

  g_task_set_source_tag (task, dial_async);
  g_task_set_task_data (task, kad_multiaddr_ref (address), (GDestroyNotify) kad_multiaddr_unref);
  if (!kad_tcp_address_from_multiaddr (&remote, address))
    {
      kad_tcp_socket_set_error (&error, KAD_TCP_CONNECT, address, EADDRNOTAVAIL);
      g_task_return_error (task, error);
      return;
    }
  kad_tcp_connect_async (&remote, address, cancellable, on_connected, g_object_ref (task));
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
