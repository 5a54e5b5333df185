/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-exchange.h"

#include <string.h>

#include "kad-buffer.h"
#include "kad-error.h"
#include "kad-identify.h"
#include "kad-ping.h"
#include "kad-stream.h"

struct _KadExchange
{
  KadReactor *reactor;
  const KadExchangeDelegate *delegate;
  gpointer user_data;
  KadStreamProtocol identify_server;
  KadStreamProtocol push_server;
  KadStreamProtocol ping_server;
  KadStreamProtocol identify_client;
  KadStreamProtocol push_client;
  KadStreamProtocol ping_client;
  GQueue failing; /* (element-type Waiter) without a stream, to be told from their timers */
};

/* One exchange that we wait for: an identify (asked or pushed), or a ping. */
typedef struct
{
  KadExchange *exchange;
  KadConnection *connection;
  KadStream *stream; /* (nullable): could not be opened */
  KadIdentifyReader *reader;
  guint8 sent[KAD_PING_BYTES];
  gint64 started_us;
  KadTimer deadline;
  GError *failure;
  KadIdentifyFunc identify_func;
  KadPingFunc ping_func;
  gpointer user_data;
} Waiter;

static void
waiter_free (gpointer state)
{
  Waiter *self = state;

  kad_reactor_disarm (self->exchange->reactor, &self->deadline);
  if (self->failure != NULL)
    g_queue_remove (&self->exchange->failing, self);
  g_clear_pointer (&self->reader, kad_identify_reader_free);
  g_clear_error (&self->failure);
  g_free (self);
}

/* Tells who asked. The waiter's memory belongs to its stream, or to the caller. */
static void
waiter_tell (Waiter *self, KadIdentity *identity, gint64 rtt_us, const GError *error)
{
  KadIdentifyFunc identify_func = g_steal_pointer (&self->identify_func);
  KadPingFunc ping_func = g_steal_pointer (&self->ping_func);

  if (identify_func != NULL)
    identify_func (self->user_data, self->connection, identity, error);
  if (ping_func != NULL)
    ping_func (self->user_data, self->connection, error == NULL ? rtt_us : -1, error);
}

/* The stream goes first: who is told may close the connection. */
static void
on_deadline (gpointer user_data, gint64 now_us)
{
  Waiter *self = user_data;
  g_autoptr (GError) timeout
      = g_error_new_literal (KAD_ERROR, KAD_ERROR_TIMEOUT, "The peer did not answer in time");

  if (self->stream != NULL)
    {
      kad_stream_set_state (self->stream, NULL);
      kad_stream_reset (g_steal_pointer (&self->stream));
    }
  waiter_tell (self, NULL, -1, self->failure != NULL ? self->failure : timeout);
  waiter_free (self);
}

static Waiter *
waiter_new (KadExchange *exchange, KadConnection *connection, gint64 deadline_us)
{
  Waiter *self = g_new0 (Waiter, 1);

  self->exchange = exchange;
  self->connection = connection;
  self->started_us = kad_reactor_get_now (exchange->reactor);
  kad_timer_init (&self->deadline, on_deadline, self);
  kad_reactor_arm (exchange->reactor, &self->deadline, deadline_us);
  return self;
}

static void
waiter_open (Waiter *self, const KadStreamProtocol *protocol)
{
  self->stream = kad_stream_open (self->connection, protocol, self, &self->failure);
  if (self->stream != NULL)
    return;
  g_queue_push_tail (&self->exchange->failing, self);
  kad_reactor_arm (self->exchange->reactor, &self->deadline, self->started_us);
}

/* It came to its end: the stream goes, then who asked hears. */
static void
waiter_finish (Waiter *self, KadIdentity *identity, gint64 rtt_us, const GError *error)
{
  KadStream *stream = g_steal_pointer (&self->stream);

  kad_stream_set_state (stream, NULL);
  if (error == NULL)
    kad_stream_release (stream);
  else
    kad_stream_reset (stream);
  waiter_tell (self, identity, rtt_us, error);
  waiter_free (self);
}

static void
waiter_closed (KadStream *stream, const GError *reason)
{
  Waiter *self = kad_stream_get_state (stream);

  if (self == NULL)
    return;
  kad_stream_set_state (stream, NULL);
  self->stream = NULL;
  waiter_tell (self, NULL, -1, reason);
  waiter_free (self);
}

/* ---- identify, asked and pushed ---- */

static void
identify_readable (KadStream *stream)
{
  Waiter *self = kad_stream_get_state (stream);
  g_autoptr (KadIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 *data;
  gsize len, used = 0;
  KadWireStatus status;

  if (self == NULL)
    return;
  data = kad_stream_peek (stream, &len);
  status = kad_identify_reader_feed (self->reader, data, len, &used, &error);
  kad_stream_consume (stream, used);
  if (status == KAD_WIRE_MORE && !kad_stream_is_remote_closed (stream))
    return;
  if (status != KAD_WIRE_ERROR)
    identity = kad_identify_reader_finish (self->reader, &error);
  waiter_finish (self, identity, -1, error);
}

void
kad_exchange_identify (KadExchange *self, KadConnection *connection, KadIdentifyFunc func,
                       gpointer user_data)
{
  gint64 now_us = kad_reactor_get_now (self->reactor);
  Waiter *waiter = waiter_new (self, connection, now_us + KAD_IDENTIFY_TIMEOUT_US);

  waiter->reader = kad_identify_reader_new (kad_connection_get_peer (connection));
  waiter->identify_func = func;
  waiter->user_data = user_data;
  waiter_open (waiter, &self->identify_client);
}

static void
on_pushed (gpointer user_data, KadConnection *connection, KadIdentity *identity,
           const GError *error)
{
  KadExchange *self = user_data;

  if (identity != NULL)
    self->delegate->pushed (self->user_data, connection, identity);
}

static gboolean
push_accepted (KadStream *stream, gpointer user_data)
{
  KadExchange *self = user_data;
  KadConnection *connection = kad_stream_get_connection (stream);
  gint64 now_us = kad_reactor_get_now (self->reactor);
  Waiter *waiter = waiter_new (self, connection, now_us + KAD_IDENTIFY_TIMEOUT_US);

  waiter->stream = stream;
  waiter->reader = kad_identify_reader_new (kad_connection_get_peer (connection));
  waiter->identify_func = on_pushed;
  waiter->user_data = self;
  kad_stream_set_state (stream, waiter);
  return TRUE;
}

/* ---- identify, told ---- */

static gboolean
write_identify (KadExchange *self, KadStream *stream)
{
  g_autoptr (GBytes) frame
      = self->delegate->build_identify (self->user_data, kad_stream_get_connection (stream));
  gsize len;
  const guint8 *data;

  if (frame == NULL)
    return FALSE;
  data = g_bytes_get_data (frame, &len);
  return kad_stream_write (stream, data, len);
}

static gboolean
identify_accepted (KadStream *stream, gpointer user_data)
{
  if (!write_identify (user_data, stream))
    return FALSE;
  kad_stream_shutdown (stream);
  return TRUE;
}

/* Nothing is expected from the remote but its end. */
static void
telling_readable (KadStream *stream)
{
  gsize len;

  kad_stream_peek (stream, &len);
  kad_stream_consume (stream, len);
  if (kad_stream_is_remote_closed (stream))
    kad_stream_release (stream);
}

static void
telling_closed (KadStream *stream, const GError *reason)
{
}

static void
telling_sweep (KadStream *stream, gint64 now_us)
{
  if (now_us - kad_stream_get_opened_us (stream) > KAD_IDENTIFY_TIMEOUT_US)
    kad_stream_release (stream);
}

void
kad_exchange_push (KadExchange *self, KadConnection *connection)
{
  KadStream *stream = kad_stream_open (connection, &self->push_client, NULL, NULL);

  if (stream == NULL)
    return;
  if (write_identify (self, stream))
    kad_stream_shutdown (stream);
  else
    kad_stream_reset (stream);
}

/* ---- ping ---- */

static gboolean
ping_accepted (KadStream *stream, gpointer user_data)
{
  return TRUE;
}

static void
ping_server_readable (KadStream *stream)
{
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  const guint8 *data;
  gsize len, used;

  if (kad_stream_get_pending (stream) > 0)
    return;
  data = kad_stream_peek (stream, &len);
  used = kad_ping_echo (data, len, &out);
  kad_stream_consume (stream, used);
  if (kad_buffer_get_length (&out) > 0
      && !kad_stream_write (stream, kad_buffer_peek (&out), kad_buffer_get_length (&out)))
    kad_stream_reset (stream);
  else if (kad_stream_is_remote_closed (stream))
    kad_stream_release (stream);
}

static void
ping_readable (KadStream *stream)
{
  Waiter *self = kad_stream_get_state (stream);
  g_autoptr (GError) error = NULL;
  const guint8 *data;
  gsize len, used = 0;
  KadWireStatus status;

  if (self == NULL)
    return;
  data = kad_stream_peek (stream, &len);
  status = kad_ping_check (self->sent, data, len, &used, &error);
  kad_stream_consume (stream, used);
  if (status == KAD_WIRE_MORE && !kad_stream_is_remote_closed (stream))
    return;
  if (status == KAD_WIRE_MORE)
    g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_CLOSED,
                         "The peer ended the stream without an answer");
  waiter_finish (self, NULL, kad_reactor_get_now (self->exchange->reactor) - self->started_us,
                 error);
}

void
kad_exchange_ping (KadExchange *self, KadConnection *connection, const guint8 random[32],
                   gint64 deadline_us, KadPingFunc func, gpointer user_data)
{
  Waiter *waiter = waiter_new (self, connection, deadline_us);

  memcpy (waiter->sent, random, KAD_PING_BYTES);
  waiter->started_us = kad_reactor_update_now (self->reactor);
  waiter->ping_func = func;
  waiter->user_data = user_data;
  waiter_open (waiter, &self->ping_client);
  if (waiter->stream != NULL)
    kad_stream_write (waiter->stream, waiter->sent, KAD_PING_BYTES);
}

/* ---- all together ---- */

static void
init_protocols (KadExchange *self)
{
  const KadStreamProtocol telling = {
    .user_data = self,
    .accepted = identify_accepted,
    .readable = telling_readable,
    .closed = telling_closed,
    .sweep = telling_sweep,
  };
  const KadStreamProtocol waiting = {
    .user_data = self,
    .accepted = push_accepted,
    .readable = identify_readable,
    .closed = waiter_closed,
    .free_state = waiter_free,
  };

  self->identify_server = telling;
  self->identify_server.name = KAD_IDENTIFY_PROTOCOL;
  self->push_client = telling;
  self->push_client.name = KAD_IDENTIFY_PUSH_PROTOCOL;
  self->identify_client = waiting;
  self->identify_client.name = KAD_IDENTIFY_PROTOCOL;
  self->push_server = waiting;
  self->push_server.name = KAD_IDENTIFY_PUSH_PROTOCOL;
  self->ping_client = waiting;
  self->ping_client.name = KAD_PING_PROTOCOL;
  self->ping_client.readable = ping_readable;
  self->ping_server = (KadStreamProtocol){
    .name = KAD_PING_PROTOCOL,
    .user_data = self,
    .accepted = ping_accepted,
    .readable = ping_server_readable,
    .drained = ping_server_readable,
    .closed = telling_closed,
  };
}

KadExchange *
kad_exchange_new (KadReactor *reactor, const KadExchangeDelegate *delegate, gpointer user_data)
{
  KadExchange *self = g_new0 (KadExchange, 1);

  self->reactor = reactor;
  self->delegate = delegate;
  self->user_data = user_data;
  g_queue_init (&self->failing);
  init_protocols (self);
  return self;
}

void
kad_exchange_free (KadExchange *self)
{
  if (self == NULL)
    return;
  while (!g_queue_is_empty (&self->failing))
    on_deadline (g_queue_peek_head (&self->failing), 0);
  g_free (self);
}

gconstpointer
kad_exchange_lookup (KadExchange *self, const char *name)
{
  if (g_str_equal (name, KAD_IDENTIFY_PROTOCOL))
    return &self->identify_server;
  if (g_str_equal (name, KAD_IDENTIFY_PUSH_PROTOCOL))
    return &self->push_server;
  if (g_str_equal (name, KAD_PING_PROTOCOL))
    return &self->ping_server;
  return NULL;
}
