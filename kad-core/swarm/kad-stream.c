/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-stream.h"

#include "kad-connection-private.h"
#include "kad-error.h"

/* ---- the muxer below: yamux, or a connection that multiplexes by itself ---- */

static gsize
mux_write (KadStream *self, const guint8 *data, gsize len)
{
  KadConnection *connection = self->connection;
  gssize n;

  if (connection->secure == NULL)
    return kad_yamux_stream_write (connection->yamux, self->yamux, data, len);
  n = kad_secure_connection_write (connection->secure, self->secure_id, data, len, NULL);
  return MAX (n, 0);
}

static void
mux_shutdown (KadStream *self)
{
  KadConnection *connection = self->connection;

  if (self->is_fin_sent)
    return;
  self->is_fin_sent = TRUE;
  if (connection->secure == NULL)
    kad_yamux_stream_shutdown (connection->yamux, self->yamux);
  else
    kad_secure_connection_shutdown_stream (connection->secure, self->secure_id);
}

static void
mux_reset (KadStream *self)
{
  KadConnection *connection = self->connection;

  if (connection->secure != NULL)
    kad_secure_connection_reset_stream (connection->secure, self->secure_id);
  else if (self->yamux != NULL)
    kad_yamux_stream_reset (connection->yamux, self->yamux);
  self->yamux = NULL;
}

static void
mux_release (KadStream *self)
{
  KadConnection *connection = self->connection;

  if (connection->secure != NULL)
    kad_secure_connection_shutdown_stream (connection->secure, self->secure_id);
  else if (self->yamux != NULL)
    kad_yamux_stream_release (connection->yamux, self->yamux);
  self->yamux = NULL;
}

/* ---- life ---- */

static KadStream *
stream_new (KadConnection *connection, KadYamuxStream *yamux, guint64 secure_id)
{
  KadStream *self = g_new0 (KadStream, 1);

  self->connection = connection;
  self->yamux = yamux;
  self->secure_id = secure_id;
  self->opened_us = kad_reactor_get_now (connection->reactor);
  self->next = connection->streams;
  if (self->next != NULL)
    self->next->prev = self;
  connection->streams = self;
  connection->n_streams++;
  if (yamux != NULL)
    kad_yamux_stream_set_user_data (yamux, self);
  return self;
}

/* Out of everything that leads to it. Its callbacks may do anything then, to close the connection
 * included. */
static void
stream_unlink (KadStream *self)
{
  KadConnection *connection = self->connection;

  if (self->prev != NULL)
    self->prev->next = self->next;
  else
    connection->streams = self->next;
  if (self->next != NULL)
    self->next->prev = self->prev;
  connection->n_streams--;
  if (self->is_inbound)
    {
      connection->n_inbound--;
      kad_reactor_get_budget (connection->reactor)->n_streams--;
    }
  kad_stream_forget_rate (self);
  kad_stream_set_waiting (self, FALSE);
  if (connection->in_callback == self)
    connection->in_callback = NULL;
  if (connection->sweep_next == self)
    connection->sweep_next = self->next;
}

/* Unlinked already. */
static void
stream_free (KadStream *self)
{
  if (self->state != NULL && self->protocol != NULL && self->protocol->free_state != NULL)
    self->protocol->free_state (self->state);
  g_clear_pointer (&self->negotiation, kad_multistream_free);
  self->connection->pending_bytes -= self->out.capacity;
  kad_buffer_clear (&self->secure_in);
  kad_buffer_clear (&self->out);
  g_free (self);
}

KadStream *
kad_stream_open (KadConnection *connection, const KadStreamProtocol *protocol, gpointer state,
                 GError **error)
{
  g_auto (KadBuffer) text = KAD_BUFFER_INIT;
  KadYamuxStream *yamux = NULL;
  guint64 secure_id = 0;
  KadStream *self;

  if (connection->state != KAD_CONNECTION_OPEN)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CLOSED, "The connection is not open");
      return NULL;
    }
  if (connection->secure != NULL)
    {
      if (!kad_secure_connection_open_stream (connection->secure, &secure_id, error))
        return NULL;
    }
  else if ((yamux = kad_yamux_open (connection->yamux, error)) == NULL)
    return NULL;

  self = stream_new (connection, yamux, secure_id);
  kad_reactor_get_counters (connection->reactor)->n_streams_out++;
  self->protocol = protocol;
  self->state = state;
  self->proposals[0] = protocol->name;
  self->negotiation = kad_multistream_new_initiator (self->proposals, TRUE);
  kad_multistream_start (self->negotiation, &text);
  kad_stream_write (self, kad_buffer_peek (&text), kad_buffer_get_length (&text));
  return self;
}

static const char *
match_protocol (const char *proposed, gpointer user_data)
{
  KadConnection *connection = user_data;
  const KadStreamProtocol *protocol
      = connection->delegate->lookup (connection, proposed, connection->delegate_data);

  return protocol == NULL ? NULL : protocol->name;
}

KadStream *
kad_stream_new_inbound (KadConnection *connection, KadYamuxStream *yamux, guint64 secure_id)
{
  KadBudget *budget = kad_reactor_get_budget (connection->reactor);
  KadStream *self;

  if (connection->n_inbound >= budget->max_streams_each || budget->n_streams >= budget->max_streams)
    {
      g_debug ("Resetting a stream: %u on this connection, %u in all (the limits "
               "streams-per-connection and streams)",
               connection->n_inbound, budget->n_streams);
      kad_reactor_get_counters (connection->reactor)->n_streams_refused++;
      if (yamux == NULL)
        kad_secure_connection_reset_stream (connection->secure, secure_id);
      else
        kad_yamux_stream_reset (connection->yamux, yamux);
      kad_connection_mark_dirty (connection);
      return NULL;
    }
  self = stream_new (connection, yamux, secure_id);
  self->is_inbound = TRUE;
  connection->n_inbound++;
  budget->n_streams++;
  kad_reactor_get_counters (connection->reactor)->n_streams_in++;
  self->negotiation = kad_multistream_new_responder (match_protocol, connection);
  return self;
}

void
kad_stream_end (KadStream *self, const GError *reason)
{
  mux_reset (self);
  stream_unlink (self);
  if (self->protocol != NULL && self->protocol->closed != NULL)
    {
      const KadStreamProtocol *protocol = self->protocol;

      protocol->closed (self, reason);
      self->state = NULL;
    }
  stream_free (self);
}

void
kad_stream_reset (KadStream *self)
{
  kad_connection_mark_dirty (self->connection);
  mux_reset (self);
  stream_unlink (self);
  stream_free (self);
}

/* ---- a released stream which still has bytes to send ---- */

static void
draining_readable (KadStream *self)
{
  gsize len;

  kad_stream_peek (self, &len);
  kad_stream_consume (self, len);
}

static void
draining_drained (KadStream *self)
{
  mux_release (self);
  stream_unlink (self);
  stream_free (self);
}

/* Nobody waits for it any more, so nobody else would notice a remote that does not read. */
static void
draining_sweep (KadStream *self, gint64 now_us)
{
  if (now_us - self->opened_us >= KAD_STREAM_DRAIN_TIMEOUT_US)
    kad_stream_reset (self);
}

static const KadStreamProtocol draining_protocol = {
  .readable = draining_readable,
  .drained = draining_drained,
  .sweep = draining_sweep,
};

void
kad_stream_release (KadStream *self)
{
  kad_connection_mark_dirty (self->connection);
  if (kad_buffer_get_length (&self->out) == 0 || self->is_reset)
    {
      mux_release (self);
      stream_unlink (self);
      stream_free (self);
      return;
    }

  if (self->state != NULL && self->protocol != NULL && self->protocol->free_state != NULL)
    self->protocol->free_state (self->state);
  self->state = NULL;
  self->protocol = &draining_protocol;
  self->opened_us = kad_reactor_get_now (self->connection->reactor);
  if (self->connection->in_callback == self)
    self->connection->in_callback = NULL;
}

/* ---- what the muxer tells ---- */

/* FALSE: the stream is gone, or waits for more. */
static gboolean
negotiate (KadStream *self)
{
  KadConnection *connection = self->connection;
  g_auto (KadBuffer) text = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;
  const guint8 *data;
  gsize len, used = 0;
  KadWireStatus status;

  data = kad_stream_peek (self, &len);
  status = kad_multistream_feed (self->negotiation, data, len, &used, &text, &error);
  kad_stream_consume (self, used);
  if (kad_buffer_get_length (&text) > 0)
    kad_stream_write (self, kad_buffer_peek (&text), kad_buffer_get_length (&text));

  if (status == KAD_WIRE_MORE && self->is_remote_closed)
    {
      g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_CLOSED,
                           "The remote ended the stream before a protocol was agreed");
      status = KAD_WIRE_ERROR;
    }
  if (status == KAD_WIRE_ERROR)
    {
      kad_connection_mark_dirty (connection);
      kad_stream_end (self, error);
      return FALSE;
    }
  if (status == KAD_WIRE_MORE)
    return FALSE;

  if (self->protocol == NULL)
    {
      const char *name = kad_multistream_get_protocol (self->negotiation);

      self->protocol = connection->delegate->lookup (connection, name, connection->delegate_data);
      if (self->protocol == NULL || !self->protocol->accepted (self, self->protocol->user_data))
        {
          kad_stream_reset (self);
          return FALSE;
        }
    }
  g_clear_pointer (&self->negotiation, kad_multistream_free);
  return TRUE;
}

void
kad_stream_handle_readable (KadStream *self)
{
  KadConnection *connection = self->connection;

  connection->used_us = kad_reactor_get_now (connection->reactor);
  if (self->yamux != NULL && kad_yamux_stream_is_remote_closed (self->yamux))
    self->is_remote_closed = TRUE;
  if (self->negotiation != NULL && !negotiate (self))
    return;
  self->protocol->readable (self);
}

void
kad_stream_handle_writable (KadStream *self)
{
  gsize n = mux_write (self, kad_buffer_peek (&self->out), kad_buffer_get_length (&self->out));

  kad_buffer_consume (&self->out, n);
  kad_connection_mark_dirty (self->connection);
  if (kad_buffer_get_length (&self->out) > 0)
    return;

  self->connection->pending_bytes -= self->out.capacity;
  kad_buffer_clear (&self->out);
  if (self->is_shutdown)
    mux_shutdown (self);
  if (self->protocol != NULL && self->protocol->drained != NULL)
    self->protocol->drained (self);
}

void
kad_stream_handle_reset (KadStream *self, const GError *reason)
{
  KadConnection *connection = self->connection;

  /* What came before the reset is still an answer (js resets after a good reply). */
  self->is_reset = TRUE;
  connection->in_callback = self;
  kad_stream_handle_readable (self);
  if (connection->in_callback != self)
    return;
  connection->in_callback = NULL;
  kad_stream_end (self, reason);
}

void
kad_stream_sweep (KadStream *self, gint64 now_us)
{
  g_autoptr (GError) reason = NULL;

  if (self->negotiation != NULL)
    {
      if (now_us - self->opened_us < KAD_STREAM_NEGOTIATION_TIMEOUT_US)
        return;
      g_set_error_literal (&reason, KAD_ERROR, KAD_ERROR_TIMEOUT,
                           "The remote did not agree on a protocol in time");
      kad_connection_mark_dirty (self->connection);
      kad_stream_end (self, reason);
      return;
    }
  if (self->protocol->sweep != NULL)
    self->protocol->sweep (self, now_us);
}

/* ---- for protocols ---- */

gpointer
kad_stream_get_state (KadStream *self)
{
  return self->state;
}

void
kad_stream_set_state (KadStream *self, gpointer state)
{
  self->state = state;
}

KadConnection *
kad_stream_get_connection (KadStream *self)
{
  return self->connection;
}

const KadStreamProtocol *
kad_stream_get_protocol (KadStream *self)
{
  return self->protocol;
}

gboolean
kad_stream_is_negotiated (KadStream *self)
{
  return self->negotiation == NULL;
}

const guint8 *
kad_stream_peek (KadStream *self, gsize *len)
{
  if (self->connection->secure == NULL)
    return kad_yamux_stream_peek (self->yamux, len);
  *len = kad_buffer_get_length (&self->secure_in);
  return kad_buffer_peek (&self->secure_in);
}

void
kad_stream_consume (KadStream *self, gsize len)
{
  if (len == 0)
    return;
  if (self->connection->secure == NULL)
    {
      kad_yamux_stream_consume (self->connection->yamux, self->yamux, len,
                                kad_reactor_get_now (self->connection->reactor));
      kad_connection_mark_dirty (self->connection);
      return;
    }
  kad_buffer_consume (&self->secure_in, len);
  kad_buffer_trim (&self->secure_in);
  if (self->is_secure_full)
    {
      self->connection->has_full_stream = TRUE;
      kad_connection_mark_dirty (self->connection);
    }
}

void
kad_stream_remind (KadStream *self)
{
  if (self->yamux != NULL)
    kad_yamux_stream_remind (self->yamux);
  else
    self->is_reminded = self->connection->has_full_stream = TRUE;
  kad_connection_mark_dirty (self->connection);
}

gboolean
kad_stream_is_remote_closed (KadStream *self)
{
  return self->is_remote_closed;
}

gboolean
kad_stream_write (KadStream *self, const guint8 *data, gsize len)
{
  gsize n = 0;

  self->connection->used_us = kad_reactor_get_now (self->connection->reactor);
  if (kad_buffer_get_length (&self->out) == 0)
    n = mux_write (self, data, len);
  if (n < len)
    {
      if (kad_buffer_get_length (&self->out) + (len - n) > KAD_MAX_STREAM_PENDING)
        return FALSE;
      self->connection->pending_bytes -= self->out.capacity;
      kad_buffer_append (&self->out, data + n, len - n);
      self->connection->pending_bytes += self->out.capacity;
    }
  kad_connection_mark_dirty (self->connection);
  return TRUE;
}

gsize
kad_stream_get_pending (KadStream *self)
{
  return kad_buffer_get_length (&self->out);
}

void
kad_stream_shutdown (KadStream *self)
{
  self->is_shutdown = TRUE;
  if (kad_buffer_get_length (&self->out) == 0)
    mux_shutdown (self);
  kad_connection_mark_dirty (self->connection);
}

gint64
kad_stream_get_opened_us (KadStream *self)
{
  return self->opened_us;
}
