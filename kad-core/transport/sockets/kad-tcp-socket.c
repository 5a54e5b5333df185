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

typedef struct
{
  int number;
  KadError code;
  const char *advice; /* (nullable) what a person can do, where that is not plain */
} Meaning;

static const Meaning shortages[] = {
  { EMFILE, KAD_ERROR_LIMIT_REACHED, "raise the limit of open files, or allow fewer connections" },
  { ENFILE, KAD_ERROR_LIMIT_REACHED, NULL },
  { ENOBUFS, KAD_ERROR_LIMIT_REACHED, NULL },
  { ENOMEM, KAD_ERROR_LIMIT_REACHED, NULL },
};

static const Meaning meanings_here[] = {
  { EADDRINUSE, KAD_ERROR_INVALID_ADDRESS,
    "choose another port, or stop the program that has this one" },
  { EADDRNOTAVAIL, KAD_ERROR_INVALID_ADDRESS, "choose an address that this machine has" },
  { EACCES, KAD_ERROR_NOT_AUTHORIZED, "choose a port above 1023" },
  { EAFNOSUPPORT, KAD_ERROR_NOT_SUPPORTED, NULL },
};

static const Meaning *
find_meaning (const Meaning *meanings, gsize n, int number)
{
  for (gsize i = 0; i < n; i++)
    if (meanings[i].number == number)
      return &meanings[i];
  return NULL;
}

void
kad_tcp_socket_set_error (GError **error, KadTcpAction action, const KadMultiaddr *address,
                          int number)
{
  static const char *const verbs[] = {
    [KAD_TCP_CONNECT] = "connect to",
    [KAD_TCP_LISTEN] = "listen on",
    [KAD_TCP_ACCEPT] = "accept on",
  };
  g_autofree char *text = kad_multiaddr_to_string (address);
  const Meaning *meaning = find_meaning (shortages, G_N_ELEMENTS (shortages), number);
  KadError code = action == KAD_TCP_CONNECT ? KAD_ERROR_DIAL_FAILED : KAD_ERROR_FAILED;
  const char *advice = NULL;

  /* A remote's ADDRINUSE is not about an address of ours. */
  if (meaning == NULL && action != KAD_TCP_CONNECT)
    meaning = find_meaning (meanings_here, G_N_ELEMENTS (meanings_here), number);
  if (meaning != NULL)
    {
      code = meaning->code;
      advice = meaning->advice;
    }
  g_set_error (error, KAD_ERROR, (gint) code, "Could not %s %s: %s%s%s", verbs[action], text,
               g_strerror (number), advice != NULL ? "; " : "", advice != NULL ? advice : "");
}
