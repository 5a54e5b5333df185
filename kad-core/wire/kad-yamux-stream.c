/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-yamux-private.h"

#include <string.h>

KadYamuxStream *
kad_yamux_stream_new (KadYamux *session, guint32 id, gboolean is_local)
{
  KadYamuxStream *self = g_new0 (KadYamuxStream, 1);

  self->session = session;
  self->id = id;
  self->event_link.data = self;
  self->wait_link.data = self;
  self->ack_link.data = self;
  self->send_credit = KAD_YAMUX_INITIAL_WINDOW;
  kad_yamux_window_init (&self->window);
  self->is_local = is_local;
  self->owes_syn = is_local;
  self->is_unacked = is_local;
  self->owes_ack = !is_local;
  if (is_local)
    {
      session->n_local++;
      session->n_unacked++;
    }
  else
    session->n_remote++;
  kad_yamux_table_insert (&session->streams, id, self);
  return self;
}

void
kad_yamux_stream_free (KadYamuxStream *self)
{
  kad_buffer_clear (&self->input);
  g_free (self);
}

static void
drop_events (KadYamuxStream *self)
{
  if (self->is_queued)
    g_queue_unlink (&self->session->events, &self->event_link);
  self->is_queued = FALSE;
  self->events = 0;
}

/* Nothing is sent any more: no reason to wait for credit, room or an ACK. */
static void
stop_sending (KadYamuxStream *self)
{
  if (self->is_blocked)
    g_queue_unlink (&self->session->blocked, &self->wait_link);
  if (self->is_acking)
    g_queue_unlink (&self->session->acks, &self->ack_link);
  if (self->is_unacked)
    self->session->n_unacked--;
  self->is_blocked = FALSE;
  self->is_acking = FALSE;
  self->is_unacked = FALSE;
  self->wants_write = FALSE;
  self->owes_ack = FALSE;
}

static void
drop_body (KadYamuxStream *self)
{
  if (self->session->body_stream == self)
    self->session->body_stream = NULL;
}

static void
drop_input (KadYamuxStream *self)
{
  self->session->buffered_bytes -= kad_buffer_get_length (&self->input);
  kad_buffer_clear (&self->input);
}

void
kad_yamux_stream_forget (KadYamuxStream *self)
{
  KadYamux *session = self->session;

  drop_events (self);
  stop_sending (self);
  drop_body (self);
  drop_input (self);
  kad_yamux_window_clear (&self->window, &session->budget);
  if (self->is_released)
    {
      g_queue_unlink (&session->zombies, &self->wait_link);
      session->n_released--;
    }
  if (self->is_local)
    session->n_local--;
  else
    session->n_remote--;
  kad_yamux_table_remove (&session->streams, self->id);
  kad_yamux_stream_free (self);
}

void
kad_yamux_stream_add_event (KadYamuxStream *self, guint event)
{
  self->events |= event;
  if (self->is_queued)
    return;
  self->is_queued = TRUE;
  g_queue_push_tail_link (&self->session->events, &self->event_link);
}

void
kad_yamux_stream_mark_reset (KadYamuxStream *self, guint32 code)
{
  stop_sending (self);
  drop_body (self);
  kad_yamux_window_clear (&self->window, &self->session->budget);
  self->was_reset = TRUE;
  self->reset_code = code;
  self->events &= ~PENDING_WRITABLE;
  kad_yamux_stream_add_event (self, PENDING_RESET);
}

/* Both sides ended it, or one reset it. */
static gboolean
is_over (const KadYamuxStream *self)
{
  return self->was_reset || (self->fin_sent && self->fin_received);
}

static gboolean
can_write (const KadYamuxStream *self)
{
  return !self->was_reset && !self->fin_sent && !self->session->is_over;
}

void
kad_yamux_stream_unblock (KadYamuxStream *self)
{
  KadYamux *session = self->session;

  if (!self->wants_write || self->is_blocked || self->send_credit == 0 || !can_write (self))
    return;
  if (kad_buffer_get_length (&session->output) < KAD_YAMUX_MAX_PENDING_BYTES)
    {
      self->wants_write = FALSE;
      kad_yamux_stream_add_event (self, PENDING_WRITABLE);
      return;
    }
  self->is_blocked = TRUE;
  g_queue_push_tail_link (&session->blocked, &self->wait_link);
}

guint16
kad_yamux_stream_take_flags (KadYamuxStream *self)
{
  const guint16 flags = (self->owes_syn ? KAD_YAMUX_SYN : 0) | (self->owes_ack ? KAD_YAMUX_ACK : 0);

  if (self->is_acking)
    g_queue_unlink (&self->session->acks, &self->ack_link);
  self->is_acking = FALSE;
  self->owes_syn = FALSE;
  self->owes_ack = FALSE;
  return flags;
}

/* The caller took the stream on: an ACK is due when the output is asked for. */
static void
acknowledge_soon (KadYamuxStream *self)
{
  if (!self->owes_ack || self->is_acking)
    return;
  self->is_acking = TRUE;
  g_queue_push_tail_link (&self->session->acks, &self->ack_link);
}

guint32
kad_yamux_stream_get_id (const KadYamuxStream *self)
{
  return self->id;
}

void
kad_yamux_stream_set_user_data (KadYamuxStream *self, gpointer user_data)
{
  self->user_data = user_data;
  acknowledge_soon (self);
}

gpointer
kad_yamux_stream_get_user_data (const KadYamuxStream *self)
{
  return self->user_data;
}

const guint8 *
kad_yamux_stream_peek (const KadYamuxStream *self, gsize *len)
{
  *len = kad_buffer_get_length (&self->input);
  return kad_buffer_peek (&self->input);
}

void
kad_yamux_stream_consume (KadYamux *session, KadYamuxStream *self, gsize len, gint64 now_us)
{
  guint32 credit;

  g_return_if_fail (len <= kad_buffer_get_length (&self->input));

  kad_buffer_consume (&self->input, len);
  if (kad_buffer_get_length (&self->input) == 0)
    kad_buffer_trim (&self->input);
  session->buffered_bytes -= len;
  if (self->was_reset || session->is_over)
    return;
  acknowledge_soon (self);
  credit = kad_yamux_window_consume (&self->window, len, now_us, session->rtt_us, &session->budget);
  if (credit > 0 && !self->fin_received)
    kad_yamux_queue_control (session, KAD_YAMUX_WINDOW_UPDATE, kad_yamux_stream_take_flags (self),
                             self->id, credit);
}

void
kad_yamux_stream_remind (KadYamuxStream *self)
{
  kad_yamux_stream_add_event (self, PENDING_READABLE);
}

gboolean
kad_yamux_stream_is_remote_closed (const KadYamuxStream *self)
{
  return self->fin_received;
}

gboolean
kad_yamux_stream_is_reset (const KadYamuxStream *self)
{
  return self->was_reset;
}

gsize
kad_yamux_stream_write (KadYamux *session, KadYamuxStream *self, const guint8 *data, gsize len)
{
  gsize taken = 0;

  if (!can_write (self))
    return 0;
  while (taken < len && self->send_credit > 0)
    {
      const gsize pending = kad_buffer_get_length (&session->output);
      guint32 n;

      if (pending >= KAD_YAMUX_MAX_PENDING_BYTES)
        break;
      n = MIN (len - taken, KAD_YAMUX_MAX_PENDING_BYTES - pending);
      n = MIN (n, MIN (self->send_credit, KAD_YAMUX_MAX_FRAME));
      memcpy (kad_yamux_queue_data (session, kad_yamux_stream_take_flags (self), self->id, n),
              data + taken, n);
      self->send_credit -= n;
      taken += n;
    }
  self->wants_write = taken < len;
  kad_yamux_stream_unblock (self);
  return taken;
}

void
kad_yamux_stream_acknowledge (KadYamuxStream *self)
{
  kad_yamux_queue_control (self->session, KAD_YAMUX_WINDOW_UPDATE,
                           kad_yamux_stream_take_flags (self), self->id, 0);
}

/* py does not see a FIN that comes with an ACK. */
void
kad_yamux_stream_shutdown (KadYamux *session, KadYamuxStream *self)
{
  if (!can_write (self))
    return;
  self->fin_sent = TRUE;
  if (self->owes_ack)
    kad_yamux_stream_acknowledge (self);
  kad_yamux_queue_control (session, KAD_YAMUX_DATA,
                           kad_yamux_stream_take_flags (self) | KAD_YAMUX_FIN, self->id, 0);
}

static void
reset_and_forget (KadYamuxStream *self)
{
  kad_yamux_queue_control (self->session, KAD_YAMUX_DATA, KAD_YAMUX_RST, self->id, 0);
  kad_yamux_stream_forget (self);
}

/* The remote has nothing to learn from us about this stream any more. */
static gboolean
needs_no_goodbye (const KadYamuxStream *self)
{
  return self->owes_syn || self->session->is_over || is_over (self);
}

void
kad_yamux_stream_reset (KadYamux *session, KadYamuxStream *self)
{
  if (needs_no_goodbye (self))
    kad_yamux_stream_forget (self);
  else
    reset_and_forget (self);
}

void
kad_yamux_stream_check_zombie (KadYamuxStream *self)
{
  if (self->window.credit <= self->window.size / 2)
    reset_and_forget (self);
}

static void
become_zombie (KadYamuxStream *self)
{
  KadYamux *session = self->session;

  drop_events (self);
  drop_body (self);
  drop_input (self);
  if (self->is_blocked)
    g_queue_unlink (&session->blocked, &self->wait_link);
  self->is_blocked = FALSE;
  self->is_released = TRUE;
  session->n_released++;
  g_queue_push_tail_link (&session->zombies, &self->wait_link);
}

void
kad_yamux_stream_release (KadYamux *session, KadYamuxStream *self)
{
  if (!needs_no_goodbye (self))
    kad_yamux_stream_shutdown (session, self);
  if (session->body_stream == self && session->body_ends_stream)
    self->fin_received = TRUE; /* its last bytes are on their way, and dropped */
  if (needs_no_goodbye (self))
    {
      kad_yamux_stream_forget (self);
      return;
    }
  become_zombie (self);
  if (session->zombies.length > KAD_YAMUX_MAX_ZOMBIES)
    reset_and_forget (g_queue_peek_head (&session->zombies));
  kad_yamux_stream_check_zombie (self);
}
