/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-tcp-address.h"

G_BEGIN_DECLS

/* A socket that listens, embedded in a listener. See the essay in kad-tcp-acceptor.c. */
typedef struct
{
  int fd;      /* -1: closed */
  int reserve; /* -1: lost; tried again at the next want */
  KadTcpAddress bound;
} KadTcpAcceptor;

#define KAD_TCP_ACCEPTOR_INIT ((KadTcpAcceptor){ .fd = -1, .reserve = -1 })

/* Binds and listens; port 0 picks one. @address: what an error calls it; it may have more behind
 * the port. On error it is closed. */
gboolean kad_tcp_acceptor_open (KadTcpAcceptor *self, const KadTcpAddress *wanted,
                                const KadMultiaddr *address, GError **error);
/* Idempotent. */
void kad_tcp_acceptor_close (KadTcpAcceptor *self);
/* A descriptor, non-blocking, or -1: see kad_listener_accept() for the errors. */
int kad_tcp_acceptor_accept (KadTcpAcceptor *self, KadTcpAddress *remote, GError **error);
/* (element-type KadMultiaddr) (transfer full) wildcards resolved */
GPtrArray *kad_tcp_acceptor_get_addresses (const KadTcpAcceptor *self);
/* (nullable) (transfer full) our address of a connection that was accepted */
KadMultiaddr *kad_tcp_acceptor_dup_local (const KadTcpAcceptor *self, int fd);

G_END_DECLS
