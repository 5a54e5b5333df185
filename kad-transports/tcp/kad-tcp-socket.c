/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-tcp-socket.h"

#include <errno.h>
#include <netinet/tcp.h>

#include "kad-error.h"

/* A dead peer is noticed after about two minutes of silence. */
#define KEEPALIVE_IDLE_S 60
#define KEEPALIVE_INTERVAL_S 15
#define KEEPALIVE_PROBES 4

int
kad_tcp_socket_new (const KadTcpAddress *address)
{
  return socket (address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
}

static void
set_option (int fd, int level, int option, int value)
{
  if (setsockopt (fd, level, option, &value, sizeof value) != 0)
    g_debug ("Could not set option %d/%d of a socket: %s", level, option, g_strerror (errno));
}

void
kad_tcp_socket_tune (int fd)
{
  set_option (fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option (fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option (fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S);
  set_option (fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S);
  set_option (fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
}

static KadError
get_code (int number)
{
  switch (number)
    {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return KAD_ERROR_LIMIT_REACHED;
    case EACCES:
    case EPERM:
      return KAD_ERROR_NOT_AUTHORIZED;
    case EADDRINUSE:
    case EADDRNOTAVAIL:
      return KAD_ERROR_INVALID_ADDRESS;
    case EAFNOSUPPORT:
      return KAD_ERROR_NOT_SUPPORTED;
    default:
      return KAD_ERROR_DIAL_FAILED;
    }
}

void
kad_tcp_socket_set_error (GError **error, const char *verb, const KadMultiaddr *address, int number)
{
  g_autofree char *text = kad_multiaddr_to_string (address);

  g_set_error (error, KAD_ERROR, (gint) get_code (number), "Could not %s %s: %s", verb, text,
               g_strerror (number));
}
