/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A Yamux session (libp2p specs, yamux): many streams over one connection.
 *
 * Bytes go in by kad_yamux_feed() and are taken apart frame by frame as they come
 * (kad-yamux-receive.c). Payload goes straight to the buffer of its stream, or
 * nowhere when nobody wants it; the length field of a frame never decides how much
 * is allocated, because a frame longer than the stream's credit ends the session
 * before any of it is taken. What happened waits as bits on the streams, which
 * queue up to be told, so events cost no memory however many frames there were.
 *
 * Bytes go out by one buffer. Data enters it when the caller writes: never more
 * than the stream's credit, and never when KAD_YAMUX_MAX_PENDING_BYTES wait already;
 * a write that had to wait is told when it may go on. Frames without payload enter
 * it always, and a remote can provoke them without end (pings, streams it opens and
 * resets): they are counted, and kad_yamux_get_wants_input() says when to let the
 * remote wait. Data is not counted there. If it were, two sides that both have much to
 * send would both stop reading, for ever.
 *
 * A stream is announced by the first frame it sends, so a request leaves in one
 * frame with its SYN. An accepted stream is acknowledged by the first frame of the
 * answer or, if there was none, when the output is asked for: in time, since the
 * remote counts what we leave unacknowledged, and without a frame of its own when
 * the answer comes at once.
 *
 * The caller lets go of a stream by kad_yamux_stream_release(), the remote perhaps
 * later or never. Until it does, the stream is a zombie here: what still comes is
 * dropped without giving new credit. Resetting at once would be simpler, but go throws
 * away what it has not read yet when a reset comes, and that is our reply. The
 * oldest zombie is reset when there are too many, and any zombie whose remote used up
 * half of its window, since it would soon wait for credit that never comes.
 *
 * Where the specification is silent:
 * - Stream ids need not rise. go takes an id before it sends and rust sends the SYN
 *   with the first data, so both announce streams out of order, and so do we.
 * - Frames for a stream that is not there are dropped without a reset, as go,
 *   rust and js do: the remote may have sent them before it saw our own end. nim ends
 *   the session over them, so we send nothing for a stream that both sides ended.
 * - Our FIN and RST are empty DATA, as those of rust and nim: everybody takes these.
 *   Older py misses them in WINDOW_UPDATE, and any py misses a FIN beside an ACK.
 * - RST wins over every other flag: SYN and RST together open nothing.
 * - The length of WINDOW_UPDATE with RST is an error code (go), never credit.
 * - A pong that nobody asked for is ignored, as go does. rust and js end the
 *   session over it, which is why we never send one; receiving one harms nothing.
 * - DATA after FIN resets its stream, no more.
 * - Flags that nobody defined are ignored, as go, rust and js do. */

#include "kad-yamux-private.h"

#include "kad-error.h"

KadYamux *
kad_yamux_new (KadRole role, gsize receive_budget_bytes)
{
  KadYamux *self = g_new0 (KadYamux, 1);

  self->our_parity = role == KAD_ROLE_INITIATOR;
  self->next_id = role == KAD_ROLE_INITIATOR ? 1 : 2;
  self->budget.limit_bytes = receive_budget_bytes;
  self->rtt_us = -1;
  return self;
}

void
kad_yamux_free (KadYamux *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->streams.n_entries; i++)
    kad_yamux_stream_free (self->streams.entries[i].stream);
  g_free (self->streams.entries);
  kad_buffer_clear (&self->output);
  g_free (self);
}

static void
put_header (guint8 *out, KadYamuxFrameType type, guint16 flags, guint32 stream_id, guint32 length)
{
  const KadYamuxHeader header
      = { .type = type, .flags = flags, .stream_id = stream_id, .length = length };

  kad_yamux_header_encode (&header, out);
}

static gboolean
controls_have_left (const KadYamux *self)
{
  return self->output_total - kad_buffer_get_length (&self->output) >= self->control_mark;
}

gsize
kad_yamux_get_control_bytes (const KadYamux *self)
{
  return controls_have_left (self) ? 0 : self->control_bytes;
}

void
kad_yamux_queue_control (KadYamux *self, KadYamuxFrameType type, guint16 flags, guint32 stream_id,
                         guint32 value)
{
  if (controls_have_left (self))
    self->control_bytes = 0;
  put_header (kad_buffer_reserve (&self->output, KAD_YAMUX_HEADER_BYTES), type, flags, stream_id,
              value);
  kad_buffer_commit (&self->output, KAD_YAMUX_HEADER_BYTES);
  self->output_total += KAD_YAMUX_HEADER_BYTES;
  self->control_bytes += KAD_YAMUX_HEADER_BYTES;
  self->control_mark = self->output_total;
}

guint8 *
kad_yamux_queue_data (KadYamux *self, guint16 flags, guint32 stream_id, guint32 len)
{
  guint8 *frame = kad_buffer_reserve (&self->output, KAD_YAMUX_HEADER_BYTES + (gsize) len);

  put_header (frame, KAD_YAMUX_DATA, flags, stream_id, len);
  kad_buffer_commit (&self->output, KAD_YAMUX_HEADER_BYTES + (gsize) len);
  self->output_total += KAD_YAMUX_HEADER_BYTES + (gsize) len;
  return frame + KAD_YAMUX_HEADER_BYTES;
}

gboolean
kad_yamux_fail (KadYamux *self, KadYamuxCode code, GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL && *error == NULL)
    *error = g_error_new_valist (KAD_ERROR, KAD_ERROR_PROTOCOL, format, args);
  va_end (args);
  if (!self->is_over)
    kad_yamux_queue_control (self, KAD_YAMUX_GO_AWAY_FRAME, 0, 0, code);
  self->is_over = TRUE;
  self->local_gone = TRUE;
  return FALSE;
}

/* Tells writers that wait for room, in the order in which they began to wait. */
static void
unblock_writers (KadYamux *self)
{
  while (self->blocked.head != NULL && !self->is_over
         && kad_buffer_get_length (&self->output) <= KAD_YAMUX_MAX_PENDING_BYTES / 2)
    {
      KadYamuxStream *stream = g_queue_peek_head (&self->blocked);

      g_queue_unlink (&self->blocked, &stream->wait_link);
      stream->is_blocked = FALSE;
      kad_yamux_stream_unblock (stream);
    }
}

static void
take_stream_event (KadYamux *self, KadYamuxEvent *event)
{
  KadYamuxStream *stream = g_queue_peek_head (&self->events);

  event->type = __builtin_ctz (stream->events);
  event->stream = stream;
  event->code = event->type == KAD_YAMUX_STREAM_RESET ? stream->reset_code : 0;
  stream->events &= stream->events - 1;
  if (stream->events != 0)
    return;
  g_queue_unlink (&self->events, &stream->event_link);
  stream->is_queued = FALSE;
}

gboolean
kad_yamux_next_event (KadYamux *self, KadYamuxEvent *event)
{
  unblock_writers (self);
  if (self->events.head != NULL)
    {
      take_stream_event (self, event);
      return TRUE;
    }
  if (!self->go_away_pending)
    return FALSE;
  self->go_away_pending = FALSE;
  event->type = KAD_YAMUX_GO_AWAY;
  event->stream = NULL;
  event->code = self->go_away_code;
  return TRUE;
}

gboolean
kad_yamux_has_event (const KadYamux *self)
{
  return self->events.head != NULL || self->go_away_pending;
}

KadBuffer *
kad_yamux_get_output (KadYamux *self)
{
  while (self->acks.head != NULL && !self->is_over)
    kad_yamux_stream_acknowledge (g_queue_peek_head (&self->acks));
  return &self->output;
}

gboolean
kad_yamux_get_wants_input (const KadYamux *self)
{
  return !self->is_over && kad_yamux_get_control_bytes (self) <= KAD_YAMUX_MAX_CONTROL_BYTES;
}

gboolean
kad_yamux_ping (KadYamux *self, gint64 now_us)
{
  if (self->ping_is_out || self->is_over)
    return FALSE;
  self->ping_is_out = TRUE;
  self->ping_sent_us = now_us;
  kad_yamux_queue_control (self, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, self->next_ping);
  return TRUE;
}

gint64
kad_yamux_get_rtt_us (const KadYamux *self)
{
  return self->rtt_us;
}

gint64
kad_yamux_get_ping_sent_us (const KadYamux *self)
{
  return self->ping_is_out ? MAX (self->ping_sent_us, 1) : 0;
}

void
kad_yamux_go_away (KadYamux *self, guint32 code)
{
  if (self->local_gone)
    return;
  self->local_gone = TRUE;
  kad_yamux_queue_control (self, KAD_YAMUX_GO_AWAY_FRAME, 0, 0, code);
}

guint
kad_yamux_get_n_streams (const KadYamux *self)
{
  return self->streams.n_entries - self->n_released;
}

guint
kad_yamux_get_n_refused (const KadYamux *self)
{
  return self->n_refused;
}

gsize
kad_yamux_get_buffered_bytes (const KadYamux *self)
{
  return self->buffered_bytes;
}

gsize
kad_yamux_get_held_bytes (const KadYamux *self)
{
  return self->buffered_bytes + self->output.capacity;
}

/* rust counts the streams of both sides together and ends the session over one too
 * many, so we do not open what would make it so. */
static gboolean
check_open (const KadYamux *self, GError **error)
{
  if (self->is_over || self->local_gone || self->remote_gone)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CLOSED,
                         "Cannot open a stream: the Yamux session is ending");
  else if (self->n_unacked >= KAD_YAMUX_MAX_BACKLOG)
    g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                 "Cannot open a stream: %u are not acknowledged yet", self->n_unacked);
  else if (self->streams.n_entries >= KAD_YAMUX_MAX_STREAMS)
    g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                 "Cannot open a stream: the connection has %u", self->streams.n_entries);
  else if (self->next_id == 0)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                         "Cannot open a stream: the Yamux session has used all its ids");
  else
    return TRUE;
  return FALSE;
}

KadYamuxStream *
kad_yamux_open (KadYamux *self, GError **error)
{
  KadYamuxStream *stream;

  if (!check_open (self, error))
    return NULL;
  stream = kad_yamux_stream_new (self, self->next_id, TRUE);
  self->next_id = self->next_id > G_MAXUINT32 - 2 ? 0 : self->next_id + 2;
  return stream;
}
