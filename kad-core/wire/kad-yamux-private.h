/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-yamux-header.h"
#include "kad-yamux-table.h"
#include "kad-yamux-window.h"
#include "kad-yamux.h"

G_BEGIN_DECLS

/* What the files of Yamux share: kad-yamux.c (the session, and the essay),
 * kad-yamux-receive.c (frames that came) and kad-yamux-stream.c. */

struct _KadYamux
{
  KadYamuxTable streams; /* owns them */
  GQueue events;         /* streams with something to tell, by event_link */
  GQueue blocked;        /* streams whose writes wait for room in the output, by wait_link */
  GQueue zombies;        /* released streams that the remote has not ended, by wait_link */
  GQueue acks;           /* accepted streams that owe an ACK, by ack_link */
  KadYamuxBudget budget;
  gsize buffered_bytes; /* unread, over all streams */

  KadBuffer output;
  guint64 output_total; /* bytes ever queued: minus what is there = bytes that left */
  guint64 control_mark; /* output_total after the newest control frame */
  guint control_bytes;  /* of control frames that left never before control_mark did */

  guint8 header[KAD_YAMUX_HEADER_BYTES];
  guint8 n_header;             /* bytes of a header that came in pieces */
  guint32 body_left;           /* bytes of the current DATA frame still to come */
  KadYamuxStream *body_stream; /* (nullable) whose; NULL drops them */
  gboolean body_ends_stream;   /* the frame has a FIN */

  guint32 next_id; /* 0 when we have used them all */
  guint32 next_ping;
  gint64 ping_sent_us;
  gint64 rtt_us;
  guint n_local;
  guint n_remote;
  guint n_unacked;
  guint n_released;
  guint n_refused;
  guint32 go_away_code;
  guint our_parity : 1; /* of the ids we give: 1 for the initiator */
  guint ping_is_out : 1;
  guint is_over : 1;         /* the remote broke the protocol */
  guint local_gone : 1;      /* we sent GO_AWAY */
  guint remote_gone : 1;     /* the remote did */
  guint go_away_pending : 1; /* and the caller does not know */
};

/* Bits of KadYamuxStream.events, told in this order. */
enum
{
  PENDING_OPENED = 1 << KAD_YAMUX_STREAM_OPENED,
  PENDING_READABLE = 1 << KAD_YAMUX_STREAM_READABLE,
  PENDING_WRITABLE = 1 << KAD_YAMUX_STREAM_WRITABLE,
  PENDING_RESET = 1 << KAD_YAMUX_STREAM_RESET,
};

struct _KadYamuxStream
{
  KadYamux *session;
  gpointer user_data;
  KadBuffer input;
  KadYamuxWindow window;
  GList event_link;
  GList wait_link;
  GList ack_link;
  guint32 id;
  guint32 send_credit;
  guint32 reset_code;
  guint8 events;
  guint is_local : 1;
  guint owes_syn : 1;    /* opened by us, nothing sent yet: the remote does not know it */
  guint owes_ack : 1;    /* opened by the remote, not acknowledged */
  guint is_unacked : 1;  /* opened by us, not acknowledged */
  guint is_queued : 1;   /* in session->events */
  guint is_blocked : 1;  /* in session->blocked */
  guint is_acking : 1;   /* in session->acks */
  guint wants_write : 1; /* a write had to wait */
  guint fin_sent : 1;
  guint fin_received : 1;
  guint was_reset : 1; /* nothing is sent or received any more */
  guint is_released : 1;
};

/* Frames without payload. They are counted while they wait, because a remote can
 * provoke them without end. */
void kad_yamux_queue_control (KadYamux *self, KadYamuxFrameType type, guint16 flags,
                              guint32 stream_id, guint32 value);
/* Room for a DATA frame of @len bytes, at the payload. */
guint8 *kad_yamux_queue_data (KadYamux *self, guint16 flags, guint32 stream_id, guint32 len);
gsize kad_yamux_get_control_bytes (const KadYamux *self);
/* Ends the session: queues GO_AWAY, sets @error, gives FALSE. */
gboolean kad_yamux_fail (KadYamux *self, KadYamuxCode code, GError **error, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

KadYamuxStream *kad_yamux_stream_new (KadYamux *session, guint32 id, gboolean is_local);
/* Out of the session and freed, nothing is sent. */
void kad_yamux_stream_forget (KadYamuxStream *self);
/* For kad_yamux_free() alone. */
void kad_yamux_stream_free (KadYamuxStream *self);
void kad_yamux_stream_add_event (KadYamuxStream *self, guint event);
/* The stream is dead in both directions; what was received stays readable. */
void kad_yamux_stream_mark_reset (KadYamuxStream *self, guint32 code);
/* Sends the ACK that is owed by itself. */
void kad_yamux_stream_acknowledge (KadYamuxStream *self);
/* Credit or room came: tells the caller, if a write waits for it. */
void kad_yamux_stream_unblock (KadYamuxStream *self);
/* Resets a released stream whose remote would soon wait for credit in vain. */
void kad_yamux_stream_check_zombie (KadYamuxStream *self);
/* The SYN or ACK that the next frame of the stream carries. */
guint16 kad_yamux_stream_take_flags (KadYamuxStream *self);

G_END_DECLS
