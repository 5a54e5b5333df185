/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-yamux-private.h"

#include "kad-error.h"

#include <string.h>

/* Frames that came. Each is checked whole, against the session and its stream,
 * before any of it changes anything. */

static gboolean
is_remote_id (const KadYamux *self, guint32 id)
{
  return (id & 1) != self->our_parity;
}

/* The remote opens a stream: made, or refused by a reset. */
static KadYamuxStream *
accept_stream (KadYamux *self, guint32 id)
{
  KadYamuxStream *stream;

  if (self->local_gone || self->n_remote >= KAD_YAMUX_MAX_STREAMS)
    {
      self->n_refused++;
      kad_yamux_queue_control (self, KAD_YAMUX_DATA, KAD_YAMUX_RST, id, 0);
      return NULL;
    }
  stream = kad_yamux_stream_new (self, id, FALSE);
  kad_yamux_stream_add_event (stream, PENDING_OPENED);
  return stream;
}

/* What a SYN may not do. RST wins over SYN. */
static gboolean
check_syn (KadYamux *self, const KadYamuxHeader *header, const KadYamuxStream *stream,
           GError **error)
{
  if (!is_remote_id (self, header->stream_id))
    return kad_yamux_fail (self, KAD_YAMUX_CODE_PROTOCOL_ERROR, error,
                           "Yamux remote opens stream %u, whose number is one of ours",
                           header->stream_id);
  if (stream != NULL && !(header->flags & KAD_YAMUX_RST))
    return kad_yamux_fail (self, KAD_YAMUX_CODE_PROTOCOL_ERROR, error,
                           "Yamux remote opens stream %u twice", header->stream_id);
  return TRUE;
}

/* Payload and credit against what the stream (NULL: one about to begin) allows. */
static gboolean
check_amount (KadYamux *self, const KadYamuxHeader *header, const KadYamuxStream *stream,
              GError **error)
{
  guint32 limit = KAD_YAMUX_INITIAL_WINDOW;
  guint32 sum;

  if (header->type == KAD_YAMUX_DATA)
    {
      if (stream != NULL)
        limit = stream->window.credit;
      if (header->length > limit)
        return kad_yamux_fail (self, KAD_YAMUX_CODE_PROTOCOL_ERROR, error,
                               "Yamux remote sends %u bytes to stream %u, whose window is %u",
                               header->length, header->stream_id, limit);
      return TRUE;
    }
  if (stream != NULL)
    limit = stream->send_credit;
  if (__builtin_add_overflow (limit, header->length, &sum))
    return kad_yamux_fail (self, KAD_YAMUX_CODE_PROTOCOL_ERROR, error,
                           "Yamux remote adds %u to the window of stream %u, which is %u already",
                           header->length, header->stream_id, limit);
  return TRUE;
}

static void
on_reset (KadYamuxStream *stream, guint32 code)
{
  const gboolean nobody_knows_it
      = stream->events & PENDING_OPENED && kad_buffer_get_length (&stream->input) == 0;

  if (stream->is_released || nobody_knows_it)
    kad_yamux_stream_forget (stream);
  else
    kad_yamux_stream_mark_reset (stream, code);
}

static void
on_window_update (KadYamuxStream *stream, guint32 credit)
{
  stream->send_credit += credit;
  if (credit > 0)
    kad_yamux_stream_unblock (stream);
}

static void
on_fin (KadYamuxStream *stream)
{
  if (stream->fin_received)
    return;
  stream->fin_received = TRUE;
  if (stream->is_released)
    kad_yamux_stream_forget (stream);
  else
    kad_yamux_stream_add_event (stream, PENDING_READABLE);
}

static void
on_ack (KadYamuxStream *stream)
{
  if (!stream->is_unacked)
    return;
  stream->is_unacked = FALSE;
  stream->session->n_unacked--;
}

/* A payload begins that goes to @stream, whose end comes after its last byte. */
static void
on_data (KadYamuxStream *stream, const KadYamuxHeader *header, gint64 now_us)
{
  KadYamux *self = stream->session;
  const gboolean ends = (header->flags & KAD_YAMUX_FIN) != 0;

  kad_yamux_window_take (&stream->window, header->length, now_us);
  if (stream->is_released && ends)
    kad_yamux_stream_forget (stream);
  else if (stream->is_released)
    kad_yamux_stream_check_zombie (stream);
  else if (stream->fin_received)
    {
      kad_yamux_queue_control (self, KAD_YAMUX_DATA, KAD_YAMUX_RST, stream->id, 0);
      kad_yamux_stream_mark_reset (stream, KAD_YAMUX_CODE_PROTOCOL_ERROR);
    }
  else
    {
      self->body_stream = stream;
      self->body_ends_stream = ends;
    }
}

/* Everything was checked; @stream is there and not reset. */
static void
on_stream_change (KadYamuxStream *stream, const KadYamuxHeader *header, gint64 now_us)
{
  if (header->flags & KAD_YAMUX_ACK)
    on_ack (stream);
  if (header->type == KAD_YAMUX_DATA && header->length > 0)
    {
      on_data (stream, header, now_us);
      return;
    }
  if (header->type == KAD_YAMUX_WINDOW_UPDATE)
    on_window_update (stream, header->length);
  if (header->flags & KAD_YAMUX_FIN)
    on_fin (stream);
}

static gboolean
on_stream_frame (KadYamux *self, const KadYamuxHeader *header, gint64 now_us, GError **error)
{
  KadYamuxStream *stream = kad_yamux_table_lookup (&self->streams, header->stream_id);
  const gboolean resets = (header->flags & KAD_YAMUX_RST) != 0;
  const gboolean opens = (header->flags & KAD_YAMUX_SYN) != 0 && !resets;

  if (stream != NULL && stream->owes_syn)
    stream = NULL; /* the remote cannot know it yet */
  if ((header->flags & KAD_YAMUX_SYN) && !check_syn (self, header, stream, error))
    return FALSE;
  if (stream != NULL && stream->was_reset)
    stream = NULL;
  if (!resets && (stream != NULL || opens) && !check_amount (self, header, stream, error))
    return FALSE;

  self->body_left = header->type == KAD_YAMUX_DATA ? header->length : 0;
  self->body_stream = NULL;
  if (opens)
    stream = accept_stream (self, header->stream_id);
  if (stream != NULL && resets)
    on_reset (stream, header->type == KAD_YAMUX_WINDOW_UPDATE ? header->length : 0);
  else if (stream != NULL)
    on_stream_change (stream, header, now_us);
  return TRUE;
}

static void
on_ping (KadYamux *self, const KadYamuxHeader *header, gint64 now_us)
{
  gint64 rtt_us;

  if (header->flags & KAD_YAMUX_SYN)
    {
      kad_yamux_queue_control (self, KAD_YAMUX_PING, KAD_YAMUX_ACK, 0, header->length);
      return;
    }
  if (!self->ping_is_out || header->length != self->next_ping)
    return;
  self->ping_is_out = FALSE;
  self->next_ping++;
  rtt_us = MAX (now_us - self->ping_sent_us, 1);
  self->rtt_us = self->rtt_us < 0 ? rtt_us : (self->rtt_us + rtt_us) / 2;
}

static void
on_go_away (KadYamux *self, guint32 code)
{
  if (self->remote_gone)
    return;
  self->remote_gone = TRUE;
  self->go_away_pending = TRUE;
  self->go_away_code = code;
}

static gboolean
on_header (KadYamux *self, const guint8 *bytes, gint64 now_us, GError **error)
{
  KadYamuxHeader header;
  g_autoptr (GError) reason = NULL;

  if (!kad_yamux_header_decode (&header, bytes, &reason))
    return kad_yamux_fail (self, KAD_YAMUX_CODE_PROTOCOL_ERROR, error, "%s", reason->message);
  if (header.type == KAD_YAMUX_PING)
    on_ping (self, &header, now_us);
  else if (header.type == KAD_YAMUX_GO_AWAY_FRAME)
    on_go_away (self, header.length);
  else if (!on_stream_frame (self, &header, now_us, error))
    return FALSE;
  if (kad_yamux_get_control_bytes (self) > KAD_YAMUX_MAX_PENDING_BYTES)
    return kad_yamux_fail (self, KAD_YAMUX_CODE_INTERNAL_ERROR, error,
                           "Yamux remote provokes answers and does not read them");
  return TRUE;
}

/* Gives how much of @data was payload of the current frame. */
static gsize
take_body (KadYamux *self, const guint8 *data, gsize len)
{
  const guint32 taken = MIN (len, self->body_left);
  KadYamuxStream *stream = self->body_stream;

  self->body_left -= taken;
  if (stream == NULL)
    return taken;
  kad_buffer_append (&stream->input, data, taken);
  self->buffered_bytes += taken;
  kad_yamux_stream_add_event (stream, PENDING_READABLE);
  if (self->body_left == 0)
    {
      self->body_stream = NULL;
      if (self->body_ends_stream)
        on_fin (stream);
    }
  return taken;
}

/* Gives how much of @data was header; @bytes is set once one is whole. */
static gsize
take_header (KadYamux *self, const guint8 *data, gsize len, const guint8 **bytes)
{
  gsize taken = MIN (len, (gsize) KAD_YAMUX_HEADER_BYTES - self->n_header);

  *bytes = NULL;
  if (taken == KAD_YAMUX_HEADER_BYTES)
    {
      *bytes = data;
      return taken;
    }
  memcpy (self->header + self->n_header, data, taken);
  self->n_header += taken;
  if (self->n_header == KAD_YAMUX_HEADER_BYTES)
    {
      self->n_header = 0;
      *bytes = self->header;
    }
  return taken;
}

gboolean
kad_yamux_feed (KadYamux *self, const guint8 *data, gsize len, gint64 now_us, GError **error)
{
  if (self->is_over)
    return kad_yamux_fail (self, KAD_YAMUX_CODE_PROTOCOL_ERROR, error,
                           "Yamux session has ended already: the remote broke the protocol");
  for (gsize used = 0; used < len;)
    {
      const guint8 *header;

      if (self->body_left > 0)
        {
          used += take_body (self, data + used, len - used);
          continue;
        }
      used += take_header (self, data + used, len - used, &header);
      if (header != NULL && !on_header (self, header, now_us, error))
        return FALSE;
    }
  return TRUE;
}
