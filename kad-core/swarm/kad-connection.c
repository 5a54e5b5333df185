/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A connection, from the first byte to the last.
 *
 *   channel -> upgrader (until the muxer is agreed) -> Noise session -> Yamux -> streams
 *
 * Reading: the reactor says that the channel is readable; bytes are read into
 * the reactor's shared scratch memory, opened into its shared plain text, and
 * fed to Yamux, whose events go to the streams. Only a message of which a part
 * came is kept (`in`), so an idle connection owns no buffers.
 *
 * Writing: streams write into Yamux, which queues frames; the connection becomes
 * dirty, and the reactor's hook flushes it once a batch: all queued frames are
 * sealed together and written with one call. What the socket does not take waits in `out`
 * with a bound; above it nothing more is sealed, and Yamux fills up: writers wait for room, and
 * once too many answers to a remote's control frames wait we stop reading. Our own data never
 * stops us from reading: two sides that both have much to send would wait for each other.
 *
 * What a connection makes us do in one turn of the loop is bounded in time. What is left of the
 * muxer's events waits for the next turn, and so does what the socket has: who asks for much
 * waits for himself, and the others are served in between.
 *
 * What a connection holds, unread and unsent, is counted with its reactor. All together have a
 * bound, above which the network closes those that hold most.
 *
 * A connection ends exactly once: streams hear `closed` first, then the delegate.
 * Its memory goes later, outside of any callback.
 */
#include "kad-connection.h"

#include "kad-connection-private.h"
#include "kad-error.h"

#define KAD_MAX_READS_PER_WAKE 4
#define KAD_MAX_SEALED_AT_ONCE (4 * KAD_NOISE_MAX_PLAINTEXT)

static void fail (KadConnection *self, GError *reason);

/* ---- the time of a turn ---- */

void
kad_connection_begin_work (KadConnection *self)
{
  const guint64 turn = kad_reactor_get_n_wakeups (self->reactor);

  if (turn != self->turn)
    self->worked_us = 0;
  self->turn = turn;
  self->mark_us = g_get_monotonic_time ();
}

gboolean
kad_connection_is_turn_over (KadConnection *self)
{
  const gint64 now_us = g_get_monotonic_time ();

  self->worked_us += now_us - self->mark_us;
  self->mark_us = now_us;
  return self->worked_us >= kad_reactor_get_budget (self->reactor)->turn_us;
}

/* ---- in: bytes to streams ---- */

static void
handle_stream_opened (KadConnection *self, KadYamuxStream *yamux)
{
  kad_stream_new_inbound (self, yamux, 0);
}

static void
handle_event (KadConnection *self, const KadYamuxEvent *event)
{
  KadStream *stream = event->stream == NULL ? NULL : kad_yamux_stream_get_user_data (event->stream);
  g_autoptr (GError) reason = NULL;

  switch (event->type)
    {
    case KAD_YAMUX_STREAM_OPENED:
      handle_stream_opened (self, event->stream);
      break;
    case KAD_YAMUX_STREAM_READABLE:
      if (stream != NULL)
        kad_stream_handle_readable (stream);
      break;
    case KAD_YAMUX_STREAM_WRITABLE:
      if (stream != NULL)
        kad_stream_handle_writable (stream);
      break;
    case KAD_YAMUX_STREAM_RESET:
      g_set_error_literal (&reason, KAD_ERROR, KAD_ERROR_CLOSED, "The remote reset the stream");
      if (stream != NULL)
        kad_stream_handle_reset (stream, reason);
      break;
    case KAD_YAMUX_GO_AWAY:
      fail (self, g_error_new (KAD_ERROR, KAD_ERROR_CLOSED,
                               "The remote ended the session (code %u)", event->code));
      break;
    }
}

static void
pump_events (KadConnection *self)
{
  KadYamuxEvent event;

  while (self->state == KAD_CONNECTION_OPEN && !kad_connection_is_turn_over (self)
         && kad_yamux_next_event (self->yamux, &event))
    handle_event (self, &event);
  if (self->state != KAD_CONNECTION_OPEN)
    return;
  self->is_late = kad_yamux_has_event (self->yamux);
  if (self->is_late)
    kad_reactor_arm (self->reactor, &self->next_turn, kad_reactor_get_now (self->reactor));
}

static void
on_next_turn (gpointer user_data, gint64 now_us)
{
  KadConnection *self = user_data;

  kad_connection_begin_work (self);
  pump_events (self);
  if (self->state == KAD_CONNECTION_OPEN)
    kad_connection_mark_dirty (self);
}

/* Tells the reactor what is held for this connection now. */
static void
count_held_bytes (KadConnection *self)
{
  gsize held = self->in.capacity + self->out.capacity + self->pending_bytes;

  if (self->state == KAD_CONNECTION_CLOSED)
    return;
  if (self->yamux != NULL)
    held += kad_yamux_get_held_bytes (self->yamux);
  kad_reactor_charge (self->reactor, (gssize) held - (gssize) self->held_bytes);
  self->held_bytes = held;
}

static void
feed_plain (KadConnection *self, KadBuffer *plain)
{
  GError *error = NULL;
  gsize len = kad_buffer_get_length (plain);

  if (len == 0)
    return;
  if (!kad_yamux_feed (self->yamux, kad_buffer_peek (plain), len,
                       kad_reactor_get_now (self->reactor), &error))
    {
      kad_buffer_consume (plain, len);
      fail (self, error);
      return;
    }
  kad_buffer_consume (plain, len);
  kad_connection_mark_dirty (self);
  pump_events (self);
  if (self->state == KAD_CONNECTION_OPEN
      && kad_yamux_get_buffered_bytes (self->yamux)
             > kad_reactor_get_budget (self->reactor)->max_unread_bytes)
    fail (self, g_error_new_literal (KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                                     "The remote sent more than can be handled (the limit "
                                     "unread-bytes-per-connection)"));
}

static gsize
feed_session (KadConnection *self, const guint8 *data, gsize len)
{
  KadBuffer *plain = kad_reactor_get_plain (self->reactor);
  GError *error = NULL;
  gsize used = 0;

  if (!kad_noise_session_open (&self->session, data, len, &used, plain, &error))
    {
      kad_buffer_consume (plain, kad_buffer_get_length (plain));
      fail (self, error);
      return len;
    }
  feed_plain (self, plain);
  return used;
}

static void
become_open (KadConnection *self)
{
  g_auto (KadBuffer) plain = KAD_BUFFER_INIT;

  kad_upgrader_take_session (self->upgrader, &self->session, &plain);
  self->peer = *kad_upgrader_get_peer (self->upgrader);
  g_clear_pointer (&self->upgrader, kad_upgrader_free);
  self->yamux = kad_yamux_new (self->is_outbound ? KAD_ROLE_INITIATOR : KAD_ROLE_RESPONDER,
                               KAD_CONNECTION_RECEIVE_BUDGET);
  self->state = KAD_CONNECTION_OPEN;
  self->delegate->opened (self, self->delegate_data);
  if (self->state == KAD_CONNECTION_OPEN)
    feed_plain (self, &plain);
}

static gsize
feed_upgrader (KadConnection *self, const guint8 *data, gsize len)
{
  GError *error = NULL;
  gsize used = 0;
  KadWireStatus status = kad_upgrader_feed (self->upgrader, data, len, &used, &self->out, &error);

  kad_connection_mark_dirty (self);
  if (status == KAD_WIRE_ERROR)
    {
      fail (self, error);
      return len;
    }
  if (status == KAD_WIRE_DONE)
    become_open (self);
  return used;
}

/* Eats what can be eaten, from the front of @data. */
static gsize
feed_bytes (KadConnection *self, const guint8 *data, gsize len)
{
  gsize used = 0;

  if (self->state == KAD_CONNECTION_UPGRADING)
    used = feed_upgrader (self, data, len);
  if (self->state == KAD_CONNECTION_OPEN && used < len)
    used += feed_session (self, data + used, len - used);
  return self->state == KAD_CONNECTION_CLOSED ? len : used;
}

/* Gives how much was eaten. */
static gsize
append_bytes (KadConnection *self, const guint8 *data, gsize len)
{
  gsize used;

  if (kad_buffer_get_length (&self->in) == 0)
    {
      used = feed_bytes (self, data, len);
      if (used < len)
        kad_buffer_append (&self->in, data + used, len - used);
      return used;
    }

  kad_buffer_append (&self->in, data, len);
  used = feed_bytes (self, kad_buffer_peek (&self->in), kad_buffer_get_length (&self->in));
  used = MIN (used, kad_buffer_get_length (&self->in));
  kad_buffer_consume (&self->in, used);
  kad_buffer_trim (&self->in);
  return used;
}

static void
handle_bytes (KadConnection *self, const guint8 *data, gsize len)
{
  gsize used = append_bytes (self, data, len);

  if (kad_buffer_get_length (&self->in) == 0)
    self->partial_us = 0;
  else if (used > 0 || self->partial_us == 0)
    self->partial_us = kad_reactor_get_now (self->reactor);
  count_held_bytes (self);
}

static gboolean
wants_input (const KadConnection *self)
{
  if (self->postponed.length > 0)
    return FALSE;
  if (self->yamux != NULL)
    return !self->is_late && kad_yamux_get_wants_input (self->yamux);
  return kad_buffer_get_length (&self->out)
         <= kad_reactor_get_budget (self->reactor)->max_output_bytes;
}

static void
handle_readable (KadConnection *self)
{
  guint8 *scratch = kad_reactor_get_scratch (self->reactor);

  kad_connection_begin_work (self);
  for (guint i = 0; i < KAD_MAX_READS_PER_WAKE && self->state != KAD_CONNECTION_CLOSED; i++)
    {
      g_autoptr (GError) error = NULL;
      gssize n;

      if (!wants_input (self))
        {
          kad_connection_mark_dirty (self);
          return;
        }
      n = kad_channel_read (&self->channel, scratch, KAD_REACTOR_SCRATCH_BYTES, &error);
      if (n == 0)
        fail (self, g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED,
                                         "The remote closed the connection"));
      if (n < 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        fail (self, g_error_new (KAD_ERROR, KAD_ERROR_CLOSED, "The connection broke: %s",
                                 error->message));
      if (n <= 0)
        return;

      self->heard_us = kad_reactor_get_now (self->reactor);
      handle_bytes (self, scratch, n);
      if (n < KAD_REACTOR_SCRATCH_BYTES || kad_connection_is_turn_over (self))
        return;
    }
}

static void
on_channel (gpointer user_data, gboolean readable, gboolean writable)
{
  KadConnection *self = user_data;

  if (readable)
    handle_readable (self);
  if (writable && self->state != KAD_CONNECTION_CLOSED)
    kad_connection_flush (self);
}

/* ---- out: streams to bytes ---- */

void
kad_connection_mark_dirty (KadConnection *self)
{
  if (self->is_dirty || self->state == KAD_CONNECTION_CLOSED)
    return;
  self->is_dirty = TRUE;
  self->delegate->dirty (self, self->delegate_data);
}

/* As much as a turn may take; the rest has the next one. */
static gboolean
seal_output (KadConnection *self, GError **error)
{
  KadBuffer *output;
  gsize len;

  if (self->yamux == NULL
      || kad_buffer_get_length (&self->out)
             > kad_reactor_get_budget (self->reactor)->max_output_bytes)
    return TRUE;
  output = kad_yamux_get_output (self->yamux);
  len = MIN (kad_buffer_get_length (output), KAD_MAX_SEALED_AT_ONCE);
  if (len == 0)
    return TRUE;
  if (!kad_noise_session_seal (&self->session, kad_buffer_peek (output), len, &self->out, error))
    return FALSE;
  kad_buffer_consume (output, len);
  kad_buffer_trim (output);
  if (kad_buffer_get_length (output) > 0)
    kad_reactor_arm (self->reactor, &self->next_turn, kad_reactor_get_now (self->reactor));
  return TRUE;
}

static gboolean
write_output (KadConnection *self, GError **error)
{
  while (kad_buffer_get_length (&self->out) > 0)
    {
      g_autoptr (GError) local = NULL;
      gssize n = kad_channel_write (&self->channel, kad_buffer_peek (&self->out),
                                    kad_buffer_get_length (&self->out), &local);

      if (n == 0 || g_error_matches (local, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return TRUE;
      if (n < 0)
        {
          g_set_error (error, KAD_ERROR, KAD_ERROR_CLOSED, "The connection broke: %s",
                       local->message);
          return FALSE;
        }
      kad_buffer_consume (&self->out, n);
      self->stalled_us = 0;
    }
  kad_buffer_trim (&self->out);
  return TRUE;
}

void
kad_connection_flush (KadConnection *self)
{
  GError *error = NULL;

  self->is_dirty = FALSE;
  if (self->state == KAD_CONNECTION_CLOSED)
    return;
  if (self->secure != NULL)
    {
      kad_connection_secure_flush (self);
      return;
    }
  if (!seal_output (self, &error) || !write_output (self, &error))
    {
      fail (self, error);
      return;
    }
  if (kad_buffer_get_length (&self->out) > 0 && self->stalled_us == 0)
    self->stalled_us = kad_reactor_get_now (self->reactor);
  /* Output that left makes room for writers who had to wait. */
  kad_connection_begin_work (self);
  pump_events (self);
  count_held_bytes (self);
  if (self->state == KAD_CONNECTION_CLOSED)
    return;
  kad_channel_set_interest (&self->channel, wants_input (self),
                            kad_buffer_get_length (&self->out) > 0);
}

/* ---- life ---- */

KadConnection *
kad_connection_new (KadReactor *reactor, KadLink *link, KadRole role, KadNoiseIdentity *identity,
                    const guint8 ephemeral_secret[32], const KadPeerId *expected,
                    const char *reason, const KadConnectionDelegate *delegate, gpointer user_data,
                    GError **error)
{
  KadConnection *self = g_new0 (KadConnection, 1);

  self->reactor = reactor;
  self->delegate = delegate;
  self->delegate_data = user_data;
  self->reason = reason;
  self->is_outbound = role == KAD_ROLE_INITIATOR;
  self->opened_us = self->used_us = self->heard_us = kad_reactor_get_now (reactor);
  self->remote = kad_multiaddr_ref (kad_link_get_remote_address (link));
  if (kad_link_get_local_address (link) != NULL)
    self->local = kad_multiaddr_ref (kad_link_get_local_address (link));
  self->channel.watch.fd = -1;
  kad_timer_init (&self->next_turn, on_next_turn, self);
  kad_timer_init (&self->resume, kad_connection_resume, self);

  if (kad_link_get_connection (link) != NULL)
    {
      self->secure = g_object_ref (kad_link_get_connection (link));
      kad_connection_secure_start (self, expected);
      return self;
    }

  if (!kad_channel_open (&self->channel, reactor, link, on_channel, self, error))
    {
      self->state = KAD_CONNECTION_CLOSED;
      kad_connection_free (self);
      return NULL;
    }
  self->upgrader = kad_upgrader_new (role, identity, ephemeral_secret, expected);
  kad_upgrader_start (self->upgrader, &self->out);
  kad_connection_mark_dirty (self);
  return self;
}

void
kad_connection_free (KadConnection *self)
{
  if (self == NULL)
    return;
  g_assert (self->streams == NULL);
  kad_channel_close (&self->channel);
  g_clear_pointer (&self->upgrader, kad_upgrader_free);
  g_clear_pointer (&self->yamux, kad_yamux_free);
  g_clear_object (&self->secure);
  kad_noise_session_clear (&self->session);
  kad_buffer_clear (&self->in);
  kad_buffer_clear (&self->out);
  g_clear_pointer (&self->remote, kad_multiaddr_unref);
  g_clear_pointer (&self->local, kad_multiaddr_unref);
  g_free (self);
}

static void
end (KadConnection *self, GError *reason)
{
  g_autoptr (GError) owned = reason;

  self->state = KAD_CONNECTION_CLOSED;
  kad_reactor_disarm (self->reactor, &self->next_turn);
  kad_reactor_charge (self->reactor, -(gssize) self->held_bytes);
  self->held_bytes = 0;
  kad_reactor_disarm (self->reactor, &self->resume);
  while (self->streams != NULL)
    kad_stream_end (self->streams, owned);
  if (self->secure != NULL)
    kad_connection_secure_stop (self);
  kad_channel_close (&self->channel);
  self->delegate->closed (self, owned, self->delegate_data);
}

/* One last try to tell the remote why (GO_AWAY), then the end. */
static void
fail (KadConnection *self, GError *reason)
{
  if (self->state == KAD_CONNECTION_CLOSED)
    {
      g_error_free (reason);
      return;
    }
  if (self->secure == NULL && seal_output (self, NULL))
    write_output (self, NULL);
  end (self, reason);
}

void
kad_connection_close (KadConnection *self, GError *reason)
{
  if (self->state == KAD_CONNECTION_OPEN && self->yamux != NULL)
    kad_yamux_go_away (self->yamux, 0);
  fail (self, reason);
}

/* ---- looking at it ---- */

KadConnectionState
kad_connection_get_state (const KadConnection *self)
{
  return self->state;
}

gboolean
kad_connection_is_outbound (const KadConnection *self)
{
  return self->is_outbound;
}

const KadPeerId *
kad_connection_get_peer (const KadConnection *self)
{
  return &self->peer;
}

KadMultiaddr *
kad_connection_get_remote_address (const KadConnection *self)
{
  return self->remote;
}

KadMultiaddr *
kad_connection_get_local_address (const KadConnection *self)
{
  return self->local;
}

const char *
kad_connection_get_reason (const KadConnection *self)
{
  return self->reason;
}

const char *
kad_connection_get_phase (const KadConnection *self)
{
  return self->upgrader == NULL ? "open" : kad_upgrader_get_phase (self->upgrader);
}

gint64
kad_connection_get_opened_us (const KadConnection *self)
{
  return self->opened_us;
}

gint64
kad_connection_get_used_us (const KadConnection *self)
{
  return self->used_us;
}

/* A transport that secures and multiplexes also notices by itself when the remote is gone. */
gint64
kad_connection_get_heard_us (const KadConnection *self)
{
  return self->secure != NULL ? kad_reactor_get_now (self->reactor) : self->heard_us;
}

gint64
kad_connection_get_partial_us (const KadConnection *self)
{
  return self->partial_us;
}

gsize
kad_connection_get_held_bytes (const KadConnection *self)
{
  return self->held_bytes;
}

gint64
kad_connection_get_stalled_us (const KadConnection *self)
{
  return self->stalled_us;
}

gint64
kad_connection_get_rtt_us (const KadConnection *self)
{
  return self->yamux == NULL ? -1 : kad_yamux_get_rtt_us (self->yamux);
}

guint
kad_connection_get_n_streams (const KadConnection *self)
{
  return self->n_streams;
}

KadReactor *
kad_connection_get_reactor (const KadConnection *self)
{
  return self->reactor;
}

gboolean
kad_connection_is_ping_out (const KadConnection *self)
{
  return self->yamux != NULL && kad_yamux_get_ping_sent_us (self->yamux) != 0;
}

void
kad_connection_ping (KadConnection *self)
{
  if (self->state != KAD_CONNECTION_OPEN || self->yamux == NULL)
    return;
  kad_yamux_ping (self->yamux, kad_reactor_get_now (self->reactor));
  kad_connection_mark_dirty (self);
}

void
kad_connection_sweep (KadConnection *self, gint64 now_us)
{
  KadStream *stream = self->streams;

  while (stream != NULL && self->state != KAD_CONNECTION_CLOSED)
    {
      self->sweep_next = stream->next;
      kad_stream_sweep (stream, now_us);
      stream = self->sweep_next;
    }
  self->sweep_next = NULL;
}

gpointer
kad_connection_get_data (const KadConnection *self)
{
  return self->data;
}

void
kad_connection_set_data (KadConnection *self, gpointer data)
{
  self->data = data;
}
