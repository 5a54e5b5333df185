/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-tcp-acceptor.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <unistd.h>

#include "kad-error.h"
#include "kad-tcp-socket.h"

#define BACKLOG 1024
#define KAD_MAX_ACCEPT_RETRIES 64

/* Without a free descriptor accept() fails and whoever waits stays in the queue, so that the
 * listener polls readable for ever and its driver spins. One descriptor is kept in
 * reserve for that: it is given up, the visitor accepted and turned away with it, and it
 * is taken again. */

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

void
kad_tcp_acceptor_close (KadTcpAcceptor *self)
{
  close_fd (&self->fd);
  close_fd (&self->reserve);
}

static void
take_reserve (KadTcpAcceptor *self)
{
  if (self->reserve < 0)
    self->reserve = open ("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* Errors of the one who waited, who is gone now: the next may be fine (accept(2)). */
static gboolean
is_of_visitor (int number)
{
  switch (number)
    {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENOPROTOOPT:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
    case EOPNOTSUPP:
    case EPERM: /* a firewall's rule */
      return TRUE;
    default:
      return FALSE;
    }
}

static int
accept_one (KadTcpAcceptor *self, KadTcpAddress *remote)
{
  socklen_t size;
  int fd;

  for (guint i = 0; i < KAD_MAX_ACCEPT_RETRIES; i++)
    {
      size = sizeof *remote;
      fd = accept4 (self->fd, &remote->any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd >= 0 || !is_of_visitor (errno))
        return fd;
    }
  errno = EAGAIN;
  return -1;
}

static gboolean
is_shortage (int number)
{
  return number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM;
}

/* Accepts and closes one who waits, with the descriptor kept for that. Gives the errno that the
 * shortage comes to: EAGAIN if nobody was waiting, which accept() does not look at before it wants
 * a descriptor. */
static int
turn_away (KadTcpAcceptor *self, int shortage)
{
  KadTcpAddress remote;
  int fd, number;

  close_fd (&self->reserve);
  fd = accept_one (self, &remote);
  number = fd < 0 ? errno : shortage;
  close_fd (&fd);
  take_reserve (self);
  return number;
}

static void
set_accept_error (KadTcpAcceptor *self, int number, GError **error)
{
  g_autoptr (KadMultiaddr) address = NULL;

  if (number == EAGAIN || number == EWOULDBLOCK)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Nobody is waiting");
      return;
    }
  address = kad_tcp_address_to_multiaddr (&self->bound);
  kad_tcp_socket_set_error (error, KAD_TCP_ACCEPT, address, number);
}

int
kad_tcp_acceptor_accept (KadTcpAcceptor *self, KadTcpAddress *remote, GError **error)
{
  int fd, number;

  if (self->fd < 0)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CLOSED, "The listener is closed");
      return -1;
    }
  fd = accept_one (self, remote);
  if (fd >= 0)
    return fd;
  number = errno;
  if (is_shortage (number))
    number = turn_away (self, number);
  set_accept_error (self, number, error);
  return -1;
}

GPtrArray *
kad_tcp_acceptor_get_addresses (const KadTcpAcceptor *self)
{
  GPtrArray *addresses;

  if (kad_tcp_address_is_wildcard (&self->bound))
    return kad_tcp_address_list_interfaces (&self->bound);
  addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  g_ptr_array_add (addresses, kad_tcp_address_to_multiaddr (&self->bound));
  return addresses;
}

KadMultiaddr *
kad_tcp_acceptor_dup_local (const KadTcpAcceptor *self, int fd)
{
  return kad_tcp_address_is_wildcard (&self->bound) ? kad_tcp_address_dup_local (fd)
                                                    : kad_tcp_address_to_multiaddr (&self->bound);
}

/* Reuse lets a restarted node have its port while old connections linger; two listeners still
 * cannot share one. */
static gboolean
bind_and_listen (int fd, const KadTcpAddress *address)
{
  int yes = 1;

  if (setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0)
    return FALSE;
  if (address->any.sa_family == AF_INET6
      && setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes) != 0)
    return FALSE;
  /* Linux hands the options on to what is accepted (tcp(7), socket(7)). */
  kad_tcp_socket_tune (fd);
  return bind (fd, &address->any, kad_tcp_address_get_size (address)) == 0
         && listen (fd, BACKLOG) == 0;
}

gboolean
kad_tcp_acceptor_open (KadTcpAcceptor *self, const KadTcpAddress *wanted,
                       const KadMultiaddr *address, GError **error)
{
  socklen_t size = sizeof self->bound;

  *self = KAD_TCP_ACCEPTOR_INIT;
  self->fd = kad_tcp_socket_new (wanted);
  if (self->fd < 0 || !bind_and_listen (self->fd, wanted)
      || getsockname (self->fd, &self->bound.any, &size) != 0)
    {
      kad_tcp_socket_set_error (error, KAD_TCP_LISTEN, address, errno);
      kad_tcp_acceptor_close (self);
      return FALSE;
    }
  take_reserve (self);
  return TRUE;
}
