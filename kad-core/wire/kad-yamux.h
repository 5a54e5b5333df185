/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-buffer.h"
#include "kad-wire.h"

G_BEGIN_DECLS

#define KAD_YAMUX_PROTOCOL "/yamux/1.0.0"
#define KAD_YAMUX_INITIAL_WINDOW (256 * 1024)
#define KAD_YAMUX_MAX_WINDOW (16 * 1024 * 1024)
#define KAD_YAMUX_MAX_FRAME (64 * 1024) /* longest DATA we send, fair to other streams */
#define KAD_YAMUX_MAX_BACKLOG 256       /* opened by us, not acknowledged */
#define KAD_YAMUX_MAX_STREAMS 512       /* of one remote */
#define KAD_YAMUX_MAX_ZOMBIES 256       /* released by us, not ended by the remote */
/* Queued frames without payload: stop reading above. An honest remote with all its
 * streams in flight provokes less; reading must not stop for such a one, or both
 * sides might wait for each other. */
#define KAD_YAMUX_MAX_CONTROL_BYTES (32 * 1024)
/* Output queued for the transport: writes take nothing above. */
#define KAD_YAMUX_MAX_PENDING_BYTES (1024 * 1024)

/* One Yamux session (libp2p specs, yamux), sans-IO. An idle session without
 * streams takes a few hundred bytes.
 *
 * Input: kad_yamux_feed() with plain text. What came of it is drained by
 * kad_yamux_next_event(). Output accumulates in the session; take it with
 * kad_yamux_get_output() and consume it. Time is monotonic microseconds. */
typedef struct _KadYamux KadYamux;
typedef struct _KadYamuxStream KadYamuxStream;

/* Why a session ends (libp2p specs, yamux, "Session termination"). */
typedef enum
{
  KAD_YAMUX_CODE_NORMAL,
  KAD_YAMUX_CODE_PROTOCOL_ERROR,
  KAD_YAMUX_CODE_INTERNAL_ERROR,
} KadYamuxCode;

typedef enum
{
  KAD_YAMUX_STREAM_OPENED,   /* by the remote: accept with set_user_data, or reset it */
  KAD_YAMUX_STREAM_READABLE, /* bytes arrived, or the remote's end */
  KAD_YAMUX_STREAM_WRITABLE, /* credit or room came after a write had to wait */
  KAD_YAMUX_STREAM_RESET,    /* by the remote; bytes that came before stay readable */
  KAD_YAMUX_GO_AWAY,         /* the remote ends the session: code */
} KadYamuxEventType;

typedef struct
{
  KadYamuxEventType type;
  KadYamuxStream *stream; /* borrowed: valid until it is closed or reset by us */
  guint32 code;           /* RESET: of go, else 0. GO_AWAY: KadYamuxCode or the remote's own */
} KadYamuxEvent;

/* @receive_budget_bytes: what the windows of all streams together may grow beyond
 * KAD_YAMUX_INITIAL_WINDOW a stream; 0: they never grow. */
KadYamux *kad_yamux_new (KadRole role, gsize receive_budget_bytes);
void kad_yamux_free (KadYamux *self);
/* FALSE and Protocol: the remote broke it; a GO_AWAY is queued: flush, then close. Events
 * and bytes from before stay. Takes everything: feed what one read gave. */
gboolean kad_yamux_feed (KadYamux *self, const guint8 *data, gsize len, gint64 now_us,
                         GError **error);
/* Drain after feeding, and after output left: room in it makes streams WRITABLE. */
gboolean kad_yamux_next_event (KadYamux *self, KadYamuxEvent *event);
/* Whether there is one: a caller that stopped draining goes on later. */
gboolean kad_yamux_has_event (const KadYamux *self);
/* Queues the acknowledgements that no answer carried, so ask for it after the answers
 * to a batch of input were written. Consume what was sent; trim it when it is empty. */
KadBuffer *kad_yamux_get_output (KadYamux *self);
/* FALSE while too many frames without payload are queued for a remote that does not
 * read (our data does not count): the caller then stops reading from the transport, so that
 * the remote's floods wait. Feeding on regardless ends the session at some point. */
gboolean kad_yamux_get_wants_input (const KadYamux *self);
/* Session ping for keepalive and RTT; one at a time. */
gboolean kad_yamux_ping (KadYamux *self, gint64 now_us);
/* Measured round trip, smoothed, -1 if none yet; when a ping is out, since when. */
gint64 kad_yamux_get_rtt_us (const KadYamux *self);
gint64 kad_yamux_get_ping_sent_us (const KadYamux *self); /* 0: none out */
/* @code: a KadYamuxCode. Streams go on, new ones of the remote are reset; sent once. */
void kad_yamux_go_away (KadYamux *self, guint32 code);
/* Streams that the caller did not release, reset ones included. */
guint kad_yamux_get_n_streams (const KadYamux *self);
/* Streams of the remote that were reset at once: over KAD_YAMUX_MAX_STREAMS or after go_away. */
guint kad_yamux_get_n_refused (const KadYamux *self);
gsize kad_yamux_get_buffered_bytes (const KadYamux *self);
/* Those, and the output that was not taken. */
gsize kad_yamux_get_held_bytes (const KadYamux *self);

/* NULL and LimitReached: backlog or stream limit; NULL and Closed: either side sent
 * GO_AWAY. Ids are not used twice. The SYN rides on the first write (or shutdown). */
KadYamuxStream *kad_yamux_open (KadYamux *self, GError **error);
guint32 kad_yamux_stream_get_id (const KadYamuxStream *stream);
void kad_yamux_stream_set_user_data (KadYamuxStream *stream, gpointer user_data);
gpointer kad_yamux_stream_get_user_data (const KadYamuxStream *stream);
/* Received and unread bytes: borrow, then consume (which may grow the window
 * and queue a WINDOW_UPDATE). */
const guint8 *kad_yamux_stream_peek (const KadYamuxStream *stream, gsize *len);
void kad_yamux_stream_consume (KadYamux *self, KadYamuxStream *stream, gsize len, gint64 now_us);
/* Tells READABLE once more, behind what waits already: for who did not handle all there is. */
void kad_yamux_stream_remind (KadYamuxStream *stream);
gboolean kad_yamux_stream_is_remote_closed (const KadYamuxStream *stream); /* FIN came */
gboolean kad_yamux_stream_is_reset (const KadYamuxStream *stream);         /* RST came */
/* Takes up to the send window and what KAD_YAMUX_MAX_PENDING_BYTES leaves; gives how many
 * bytes were taken. If not all, WRITABLE follows; after a reset 0, and it does not. */
gsize kad_yamux_stream_write (KadYamux *self, KadYamuxStream *stream, const guint8 *data,
                              gsize len);
/* FIN: no more writes. The stream is freed when both sides have ended and the
 * caller released it. */
void kad_yamux_stream_shutdown (KadYamux *self, KadYamuxStream *stream);
/* RST if it is not over, then forgotten: the pointer is dead afterwards. */
void kad_yamux_stream_reset (KadYamux *self, KadYamuxStream *stream);
/* The caller has done with it: dead afterwards. FIN is sent if it was not;
 * unread and later bytes of the remote are dropped, and the stream stays known
 * to the session until the remote ends it; one that goes on sending is reset, and so is
 * the oldest of more than KAD_YAMUX_MAX_ZOMBIES. */
void kad_yamux_stream_release (KadYamux *self, KadYamuxStream *stream);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadYamux, kad_yamux_free)

G_END_DECLS
