/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-ws-tls.h"

G_BEGIN_DECLS

/* A connected, non-blocking socket, with TLS over it or without. Reference counted: the sources
 * that poll its descriptor hold it, so that the number stands for nobody else meanwhile. */
typedef struct _KadWsSocket KadWsSocket;

/* Takes @fd. */
KadWsSocket *kad_ws_socket_new (int fd);
KadWsSocket *kad_ws_socket_ref (KadWsSocket *self);
void kad_ws_socket_unref (KadWsSocket *self);
int kad_ws_socket_get_fd (const KadWsSocket *self);
/* See kad_ws_tls_open(). */
gboolean kad_ws_socket_start_tls (KadWsSocket *self, KadWsTls *tls, const char *host,
                                  GError **error);
/* TRUE when TLS stands; G_IO_ERROR_WOULD_BLOCK: again when the socket is as *@wanted says. */
gboolean kad_ws_socket_handshake (KadWsSocket *self, GIOCondition *wanted, GError **error);
/* More than 0, 0 at the end; -1 and G_IO_ERROR_WOULD_BLOCK or what went wrong. What was refused
 * with WOULD_BLOCK is written again, first, whatever follows it. */
gssize kad_ws_socket_read (KadWsSocket *self, void *data, gsize len, GError **error);
gssize kad_ws_socket_write (KadWsSocket *self, const void *data, gsize len, GError **error);
/* Whether there are bytes that the descriptor does not poll for. */
gboolean kad_ws_socket_has_pending (const KadWsSocket *self);
/* Ends our sending. */
void kad_ws_socket_end_writing (KadWsSocket *self);
/* Ends both directions; idempotent. The descriptor goes with the last reference. */
void kad_ws_socket_shut_down (KadWsSocket *self);
gboolean kad_ws_socket_is_shut (const KadWsSocket *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadWsSocket, kad_ws_socket_unref)

G_END_DECLS
