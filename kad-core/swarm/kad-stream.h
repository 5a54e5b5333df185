/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-buffer.h"
#include "kad-connection.h"

G_BEGIN_DECLS

#define KAD_MAX_STREAM_PENDING (8 * 1024 * 1024) /* written, waiting for credit */

/* A stream that agreed on a protocol, or is about to. Owned by its connection; the
 * handler lets go of it with reset or release, or is told by `closed`. */
typedef struct _KadStream KadStream;

/* What runs on a stream. Callbacks may end the stream they are called for. */
typedef struct
{
  const char *name;   /* as negotiated; must outlive every stream */
  gpointer user_data; /* the protocol's own */
  /* A remote opened it and agreed on @name; set the state here. FALSE: reset it. */
  gboolean (*accepted) (KadStream *stream, gpointer user_data);
  /* Bytes are there, or the remote's end. Called again only when more came. */
  void (*readable) (KadStream *stream);
  /* Everything written so far went to the muxer. (nullable) */
  void (*drained) (KadStream *stream);
  /* It is over and not by us: reset, refused protocol, connection gone. The state
   * must be freed here; the stream is gone afterwards. */
  void (*closed) (KadStream *stream, const GError *reason);
  /* The stream goes with its connection's memory or by release: frees the state. (nullable) */
  void (*free_state) (gpointer state);
  /* Every few seconds: ends what takes too long. (nullable) */
  void (*sweep) (KadStream *stream, gint64 now_us);
} KadStreamProtocol;

#define KAD_STREAM_NEGOTIATION_TIMEOUT_US (10 * G_USEC_PER_SEC)
#define KAD_STREAM_DRAIN_TIMEOUT_US (30 * G_USEC_PER_SEC) /* a released one's last bytes */

/* Opens and proposes at once; what is written leaves in the same flight. */
KadStream *kad_stream_open (KadConnection *connection, const KadStreamProtocol *protocol,
                            gpointer state, GError **error);
gpointer kad_stream_get_state (KadStream *self);
void kad_stream_set_state (KadStream *self, gpointer state);
KadConnection *kad_stream_get_connection (KadStream *self);
const KadStreamProtocol *kad_stream_get_protocol (KadStream *self);
gboolean kad_stream_is_negotiated (KadStream *self);
const guint8 *kad_stream_peek (KadStream *self, gsize *len);
void kad_stream_consume (KadStream *self, gsize len);
/* Calls `readable` again, once the others had their turn: for who does not handle at once all that
 * is there. */
void kad_stream_remind (KadStream *self);
gboolean kad_stream_is_remote_closed (KadStream *self);
gint64 kad_stream_get_opened_us (KadStream *self);
/* FALSE: more than KAD_MAX_STREAM_PENDING waits; the caller resets. */
gboolean kad_stream_write (KadStream *self, const guint8 *data, gsize len);
gsize kad_stream_get_pending (KadStream *self);
void kad_stream_shutdown (KadStream *self);
/* Before a remote's request is answered. FALSE: its connection is over its rate; leave the
 * request where it is, `readable` is called when it is due. */
gboolean kad_stream_take_request (KadStream *self);
/* Whether an answer waits because the remote does not read; FALSE: too many wait, and this one is
 * not counted: reset the stream. */
gboolean kad_stream_set_waiting (KadStream *self, gboolean is_waiting);
/* Both end it: the pointer is dead afterwards, `closed` is not called, `free_state` is. */
void kad_stream_reset (KadStream *self);
void kad_stream_release (KadStream *self);

G_END_DECLS
