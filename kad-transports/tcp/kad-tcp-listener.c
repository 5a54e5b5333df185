/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-tcp-listener.h"

#include <errno.h>

#include "kad-tcp-acceptor.h"
#include "kad-tcp-socket.h"

struct _KadTcpListener
{
  KadListener parent_instance;

  KadTcpAcceptor acceptor;
};

G_DEFINE_DYNAMIC_TYPE (KadTcpListener, kad_tcp_listener, KAD_TYPE_LISTENER)

static GPtrArray *
get_addresses (KadListener *listener)
{
  return kad_tcp_acceptor_get_addresses (&KAD_TCP_LISTENER (listener)->acceptor);
}

static int
get_fd (KadListener *listener)
{
  return KAD_TCP_LISTENER (listener)->acceptor.fd;
}

static void
close_listener (KadListener *listener)
{
  kad_tcp_acceptor_close (&KAD_TCP_LISTENER (listener)->acceptor);
}

static KadLink *
accept_link (KadListener *listener, GError **error)
{
  KadTcpListener *self = KAD_TCP_LISTENER (listener);
  g_autoptr (KadMultiaddr) local = NULL;
  g_autoptr (KadMultiaddr) remote = NULL;
  KadTcpAddress address = { 0 };
  int fd = kad_tcp_acceptor_accept (&self->acceptor, &address, error);

  if (fd < 0)
    return NULL;
  local = kad_tcp_acceptor_dup_local (&self->acceptor, fd);
  remote = kad_tcp_address_to_multiaddr (&address);
  return kad_link_new_for_fd (fd, local, remote);
}

static void
finalize (GObject *object)
{
  close_listener (KAD_LISTENER (object));
  G_OBJECT_CLASS (kad_tcp_listener_parent_class)->finalize (object);
}

static void
kad_tcp_listener_class_init (KadTcpListenerClass *klass)
{
  KadListenerClass *listener_class = KAD_LISTENER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = finalize;
  listener_class->get_addresses = get_addresses;
  listener_class->get_fd = get_fd;
  listener_class->accept = accept_link;
  listener_class->close = close_listener;
}

static void
kad_tcp_listener_class_finalize (KadTcpListenerClass *klass)
{
}

static void
kad_tcp_listener_init (KadTcpListener *self)
{
  self->acceptor = KAD_TCP_ACCEPTOR_INIT;
}

void
kad_tcp_listener_register (GTypeModule *module)
{
  kad_tcp_listener_register_type (module);
}

KadListener *
kad_tcp_listener_new (const KadMultiaddr *address, GError **error)
{
  g_autoptr (KadTcpListener) self = g_object_new (KAD_TYPE_TCP_LISTENER, NULL);
  KadTcpAddress wanted;

  if (!kad_tcp_address_from_multiaddr (&wanted, address))
    {
      kad_tcp_socket_set_error (error, KAD_TCP_LISTEN, address, EADDRNOTAVAIL);
      return NULL;
    }
  if (!kad_tcp_acceptor_open (&self->acceptor, &wanted, address, error))
    return NULL;
  return KAD_LISTENER (g_steal_pointer (&self));
}
