/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-tcp-address.h"

G_BEGIN_DECLS

/* What was tried, in an error. */
typedef enum
{
  KAD_TCP_CONNECT,
  KAD_TCP_LISTEN,
  KAD_TCP_ACCEPT,
} KadTcpAction;

/* A non-blocking stream socket of the address's family that no child inherits; -1 and errno. */
int kad_tcp_socket_new (const KadTcpAddress *address);
/* What every connection of ours has: no delay, and keepalive. */
void kad_tcp_socket_tune (int fd);
/* "Could not ACTION ADDRESS: REASON", with the code that @number (an errno) means to a caller. */
void kad_tcp_socket_set_error (GError **error, KadTcpAction action, const KadMultiaddr *address,
                               int number);

G_END_DECLS
