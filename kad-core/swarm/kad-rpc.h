/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-connection.h"
#include "kad-message.h"

G_BEGIN_DECLS

#define KAD_MAX_RPC_STREAMS_PER_CONNECTION 8 /* asking at once; more calls wait */
#define KAD_MAX_RPC_WAITING_PER_CONNECTION 1024
#define KAD_MAX_RPC_LINGERING_PER_CONNECTION 8 /* after ADD_PROVIDER; py takes 12 in all */
#define KAD_RPC_IDLE_US (8 * G_USEC_PER_SEC)   /* an idle stream of ours is kept so long */
#define KAD_RPC_LINGER_US (1 * G_USEC_PER_SEC) /* after ADD_PROVIDER */
#define KAD_RPC_SERVER_IDLE_US (120 * G_USEC_PER_SEC)
#define KAD_RPC_SERVER_FRAME_US (10 * G_USEC_PER_SEC) /* from a frame's first byte to its last */

/* The kad protocol on streams: asking and serving. One for a node. */
typedef struct _KadRpc KadRpc;

/* One request and its one end. @reply, @raw: NULL with @error, and for requests without an
 * answer. @raw is given only to who asked for it. */
typedef void (*KadRpcFunc) (gpointer user_data, KadMessage *reply, GBytes *raw,
                            const GError *error);
/* A reply (transfer full), NULL: none is due, NULL and error: reset. */
typedef KadMessage *(*KadRpcServe) (gpointer user_data, KadConnection *connection,
                                    KadMessage *request, GError **error);

KadRpc *kad_rpc_new (KadReactor *reactor, const char *protocol, KadRpcServe serve,
                     gpointer user_data);
/* When every connection is gone. Calls that failed at once and were not told yet are told. */
void kad_rpc_free (KadRpc *self);
const char *kad_rpc_get_protocol_name (KadRpc *self);
/* The KadStreamProtocol of the serving side. */
gconstpointer kad_rpc_get_server (KadRpc *self);

/* What a connection holds for asking: idle and waiting. Zeroed is empty. Must outlive the
 * connection's streams. */
typedef struct
{
  GQueue waiting;   /* (element-type KadRpcCall) */
  GQueue lingering; /* (element-type KadRpcSlot) oldest first */
  struct _KadRpcSlot *idle;
  gint64 idle_since_us;
  guint n_streams;
} KadRpcSession;

typedef struct _KadRpcCall KadRpcCall;

/* Calls back exactly once, never before it returns. With @expects_reply FALSE: when the peer
 * agreed on the protocol and all was written. */
KadRpcCall *kad_rpc_call (KadRpc *self, KadConnection *connection, KadRpcSession *session,
                          KadMessage *request, gboolean expects_reply, gboolean wants_raw,
                          gint64 deadline_us, KadRpcFunc func, gpointer user_data);
/* The callback is not called any more. */
void kad_rpc_cancel (KadRpcCall *call);
/* When the connection closes: waiting calls fail. */
void kad_rpc_session_close (KadRpcSession *session, const GError *reason);
/* Lets go of an idle stream that is old. */
void kad_rpc_session_sweep (KadRpcSession *session, gint64 now_us);

G_END_DECLS
