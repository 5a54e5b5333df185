/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-buffer.h"
#include "kad-rpc.h"
#include "kad-stream.h"
#include "kad-wire.h"

G_BEGIN_DECLS

/* Shared by kad-rpc-client.c, kad-rpc-server.c and kad-rpc-reader.c only. */

struct _KadRpc
{
  KadReactor *reactor;
  char *protocol;
  KadStreamProtocol server;
  KadStreamProtocol client;
  KadRpcServe serve;
  gpointer user_data;
  GQueue failing; /* (element-type KadRpcCall) to be told from their timers */
};

/* Reads frames of up to KAD_MAX_MESSAGE_BYTES from a stream. Small frames are read where they
 * lie, in the muxer's buffer; a large one is moved here as it comes, so that the window
 * moves on, and counted against the node's budget. */
typedef struct
{
  KadRpc *rpc;
  KadBuffer partial;
  gsize in_place;  /* bytes of the frame in hand, to consume from the stream */
  gint64 since_us; /* of the first byte of a frame that is not whole; 0: none */
} KadRpcReader;

void kad_rpc_reader_init (KadRpcReader *self, KadRpc *rpc);
void kad_rpc_reader_clear (KadRpcReader *self);
/* DONE: @frame is borrowed until kad_rpc_reader_next_frame(). */
KadWireStatus kad_rpc_reader_read (KadRpcReader *self, KadStream *stream, const guint8 **frame,
                                   gsize *len, GError **error);
void kad_rpc_reader_next_frame (KadRpcReader *self, KadStream *stream);
/* Bytes of an unfinished frame are there. */
gboolean kad_rpc_reader_has_partial (const KadRpcReader *self, KadStream *stream);

void kad_rpc_server_init (KadRpc *self);
void kad_rpc_client_init (KadRpc *self);
void kad_rpc_client_clear (KadRpc *self);

G_END_DECLS
