/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-ws-socket.h"

G_BEGIN_DECLS

/* Payload of one frame of ours, which is also what may wait to be sent. */
#define KAD_MAX_WS_SEND_BYTES (16 * 1024)
/* What is read at once, which is also what may wait to be taken. */
#define KAD_MAX_WS_RECEIVE_BYTES (16 * 1024)
/* How long what waits to be sent outlives a close. */
#define KAD_MAX_WS_LINGER_US (2 * G_USEC_PER_SEC)

/* An upgraded connection: bytes out of frames and into frames. See the essay in
 * kad-ws-session.c. Used in one thread at a time; reference counted. */
typedef struct _KadWsSession KadWsSession;

/* Takes @socket. @head: what came behind the remote's upgrade, at most
 * KAD_MAX_WS_RECEIVE_BYTES. */
KadWsSession *kad_ws_session_new (KadWsSocket *socket, gboolean is_client, const guint8 *head,
                                  gsize head_len);
KadWsSession *kad_ws_session_ref (KadWsSession *self);
void kad_ws_session_unref (KadWsSession *self);
/* More than 0, 0 at the end of the remote's writing; -1 and G_IO_ERROR_WOULD_BLOCK, or why not. */
gssize kad_ws_session_read (KadWsSession *self, void *data, gsize len, GError **error);
gssize kad_ws_session_write (KadWsSession *self, const void *data, gsize len, GError **error);
/* Ends our writing; what waits is still sent. Idempotent. */
void kad_ws_session_end_writing (KadWsSession *self);
/* Ends both directions; what waits is still sent, for KAD_MAX_WS_LINGER_US. Idempotent. */
void kad_ws_session_close (KadWsSession *self);
/* @condition: G_IO_IN or G_IO_OUT */
gboolean kad_ws_session_is_ready (KadWsSession *self, GIOCondition condition);
/* Blocks until it may be ready. */
gboolean kad_ws_session_wait (KadWsSession *self, GIOCondition condition, GCancellable *cancellable,
                              GError **error);
/* A source as GPollableInputStream and GPollableOutputStream want it, for @stream. */
GSource *kad_ws_session_create_source (KadWsSession *self, GObject *stream, GIOCondition condition,
                                       GCancellable *cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadWsSession, kad_ws_session_unref)

G_END_DECLS
