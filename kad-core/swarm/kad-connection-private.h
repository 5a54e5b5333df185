/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-buffer.h"
#include "kad-channel.h"
#include "kad-connection.h"
#include "kad-multistream.h"
#include "kad-stream.h"
#include "kad-upgrader.h"
#include "kad-yamux.h"

G_BEGIN_DECLS

/* Shared by kad-connection.c, kad-connection-secure.c and kad-stream.c only. */

struct _KadConnection
{
  KadReactor *reactor;
  const KadConnectionDelegate *delegate;
  gpointer delegate_data;
  gpointer data;

  KadChannel channel;
  KadUpgrader *upgrader; /* while UPGRADING */
  KadNoiseSession session;
  KadYamux *yamux;             /* while OPEN on a byte stream */
  KadSecureConnection *secure; /* (nullable) instead of all four above */
  KadBuffer in;                /* a message of which only a part came */
  KadBuffer out;               /* sealed, not written */
  gsize pending_bytes;         /* storage of `out` of all streams */
  gsize held_bytes;            /* of which the reactor was told */

  KadPeerId peer;
  KadPeerId expected; /* of a secure one, until it is open */
  KadMultiaddr *remote;
  KadMultiaddr *local;
  const char *reason;
  gint64 opened_us;
  gint64 used_us;
  gint64 heard_us;
  gint64 partial_us;      /* since when `in` waits for the rest of a message; 0: it is empty */
  gint64 stalled_us;      /* since when `out` waits and nothing of it leaves; 0: it is empty */
  KadTimer next_turn;     /* goes on with what is late */
  guint64 turn;           /* of the reactor, in which this one worked last */
  gint64 worked_us;       /* in that turn */
  gint64 mark_us;         /* up to when that is counted */
  KadStream *streams;     /* list */
  KadStream *in_callback; /* the one whose callback runs; NULL once it is dead */
  KadStream *sweep_next;  /* where a sweep goes on, whoever goes meanwhile */
  guint n_streams;
  guint n_inbound; /* of these, those that the remote opened */
  guint n_waiting; /* replies that it does not read */

  /* Whose requests come too early; see kad-connection-rate.c. */
  GQueue postponed; /* (element-type KadStream) */
  KadTimer resume;
  gint64 next_taken_us; /* by the rate, less a second */
  guint state : 2;
  guint is_outbound : 1;
  guint is_dirty : 1;
  guint wants_output : 1;
  guint is_late : 1; /* the muxer has events left over from the last turn */
  guint is_input_paused : 1;
  guint has_full_stream : 1; /* a secure one left bytes with the transport */
};

struct _KadStream
{
  KadConnection *connection;
  KadStream *prev, *next;
  KadYamuxStream *yamux;
  guint64 secure_id;
  KadBuffer secure_in;               /* of a secure connection only */
  KadMultistream *negotiation;       /* until a protocol is agreed */
  const char *proposals[2];          /* of the negotiation, when we opened it */
  const KadStreamProtocol *protocol; /* NULL until agreed, if the remote opened it */
  gpointer state;
  KadBuffer out; /* waits for credit */
  gint64 opened_us;
  GList postponed_link;
  guint is_inbound : 1;
  guint is_postponed : 1;
  guint is_waiting : 1; /* counted in n_waiting */
  guint is_remote_closed : 1;
  guint is_shutdown : 1; /* FIN wanted; sent when `out` is empty */
  guint is_fin_sent : 1;
  guint is_secure_full : 1; /* the transport has more than we took */
  guint is_reminded : 1;    /* of a secure connection: `readable` is due again */
  guint is_reset : 1;       /* by the remote: nothing leaves any more */
};

void kad_connection_mark_dirty (KadConnection *self);
/* A muxer's events for a stream. NULL: there are too many, it is reset. */
KadStream *kad_stream_new_inbound (KadConnection *connection, KadYamuxStream *yamux,
                                   guint64 secure_id);
void kad_stream_handle_readable (KadStream *self);
void kad_stream_handle_writable (KadStream *self);
void kad_stream_handle_reset (KadStream *self, const GError *reason);
void kad_stream_sweep (KadStream *self, gint64 now_us);
/* Tells the handler, then frees. */
void kad_stream_end (KadStream *self, const GError *reason);

/* What follows counts as work of this turn, see kad_connection_is_turn_over(). */
void kad_connection_begin_work (KadConnection *self);
/* It is not postponed any more. */
void kad_stream_forget_rate (KadStream *self);
/* Resumes the streams that were postponed. */
void kad_connection_resume (gpointer connection, gint64 now_us);

/* The already-secure kind. */
void kad_connection_secure_start (KadConnection *self, const KadPeerId *expected);
void kad_connection_secure_flush (KadConnection *self);
void kad_connection_secure_stop (KadConnection *self);

G_END_DECLS
