/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The asking side of the kad protocol.
 *
 * A slot is one stream towards a peer. A call takes the connection's idle slot, or
 * opens one; at most KAD_MAX_RPC_STREAMS_PER_CONNECTION ask at once, later calls
 * wait their turn. After its reply a slot takes the next waiting call, or becomes the
 * idle one. Remotes end idle streams when they like, so a call that dies on a
 * reused stream before any byte of its reply came is tried once more on a new one.
 *
 * A request without a reply (ADD_PROVIDER) is done when the peer agreed on the protocol
 * and all was written. It always opens a stream, because that agreement is the only sign
 * that somebody is there. The stream is not used again: some servers echo the request,
 * and the echo would be taken for the next reply. Nor is it half-closed at once: some
 * servers reset half-closed streams before they read. It lingers for a second, or until
 * too many do; a lingering one takes nobody's turn to ask.
 */
#include "kad-codec.h"
#include "kad-error.h"
#include "kad-rpc-private.h"

typedef struct _KadRpcSlot
{
  KadRpc *rpc;
  KadConnection *connection;
  KadRpcSession *session;
  KadStream *stream;
  KadRpcCall *call; /* (nullable): idle or lingering */
  KadTimer linger;
  gboolean is_lingering;
} KadRpcSlot;

struct _KadRpcCall
{
  KadRpc *rpc;
  KadConnection *connection;
  KadRpcSession *session;
  KadRpcSlot *slot; /* (nullable) while it waits */
  KadMessage *request;
  KadRpcReader reader;
  KadTimer deadline;
  GError *failure; /* to report from the timer */
  KadRpcFunc func;
  gpointer user_data;
  guint expects_reply : 1;
  guint wants_raw : 1;
  guint is_reused : 1;
  guint is_waiting : 1;
  guint is_sent : 1;
};

static void call_start (KadRpcCall *self, KadRpcSlot *slot);

/* ---- slots ---- */

static void
slot_free (gpointer state)
{
  KadRpcSlot *self = state;

  kad_reactor_disarm (self->rpc->reactor, &self->linger);
  if (self->session->idle == self)
    self->session->idle = NULL;
  if (self->is_lingering)
    g_queue_remove (&self->session->lingering, self);
  self->session->n_streams--;
  g_free (self);
}

static void
on_linger (gpointer user_data, gint64 now_us)
{
  KadRpcSlot *self = user_data;

  kad_stream_release (self->stream);
}

/* Its request is out and nothing comes back. */
static void
slot_linger (KadRpcSlot *self)
{
  KadRpcSession *session = self->session;
  KadReactor *reactor = self->rpc->reactor;

  self->is_lingering = TRUE;
  g_queue_push_tail (&session->lingering, self);
  kad_reactor_arm (reactor, &self->linger, kad_reactor_get_now (reactor) + KAD_RPC_LINGER_US);
  if (g_queue_get_length (&session->lingering) > KAD_MAX_RPC_LINGERING_PER_CONNECTION)
    {
      KadRpcSlot *oldest = g_queue_peek_head (&session->lingering);

      kad_stream_release (oldest->stream);
    }
}

/* The slot that this call would use again; NULL: one has to be opened. */
static KadRpcSlot *
find_slot (const KadRpcSession *session, const KadRpcCall *call)
{
  return call->expects_reply ? session->idle : NULL;
}

static gboolean
has_place (const KadRpcSession *session, const KadRpcCall *call)
{
  return find_slot (session, call) != NULL
         || session->n_streams - session->lingering.length < KAD_MAX_RPC_STREAMS_PER_CONNECTION;
}

static KadRpcSlot *
slot_open (KadRpc *rpc, KadConnection *connection, KadRpcSession *session, GError **error)
{
  KadRpcSlot *self = g_new0 (KadRpcSlot, 1);

  self->rpc = rpc;
  self->connection = connection;
  self->session = session;
  kad_timer_init (&self->linger, on_linger, self);
  self->stream = kad_stream_open (connection, &rpc->client, self, error);
  if (self->stream == NULL)
    {
      g_free (self);
      return NULL;
    }
  session->n_streams++;
  return self;
}

/* A place became free: waiting calls take what there is. One that cannot start leaves its place
 * to the next. */
static void
start_waiting (KadConnection *connection, KadRpcSession *session)
{
  while (kad_connection_get_state (connection) == KAD_CONNECTION_OPEN
         && !g_queue_is_empty (&session->waiting)
         && has_place (session, g_queue_peek_head (&session->waiting)))
    {
      KadRpcCall *call = g_queue_pop_head (&session->waiting);

      call->is_waiting = FALSE;
      call_start (call, find_slot (session, call));
    }
}

/* The slot has answered: it becomes the idle one, which the next call takes, or goes. */
static void
slot_recycle (KadRpcSlot *self)
{
  KadConnection *connection = self->connection;
  KadRpcSession *session = self->session;
  gsize rest;

  kad_stream_peek (self->stream, &rest);
  if (rest == 0 && !kad_stream_is_remote_closed (self->stream) && session->idle == NULL)
    {
      session->idle = self;
      session->idle_since_us = kad_reactor_get_now (self->rpc->reactor);
    }
  else
    kad_stream_release (self->stream);
  start_waiting (connection, session);
}

/* ---- ends of a call ---- */

static void
call_end (KadRpcCall *self, KadMessage *reply, GBytes *raw, const GError *error)
{
  KadRpcFunc func = self->func;
  gpointer user_data = self->user_data;

  if (self->failure != NULL)
    g_queue_remove (&self->rpc->failing, self);
  kad_reactor_disarm (self->rpc->reactor, &self->deadline);
  kad_rpc_reader_clear (&self->reader);
  kad_message_unref (self->request);
  g_clear_error (&self->failure);
  g_free (self);
  if (func != NULL)
    func (user_data, reply, raw, error);
}

/* Leaves the queue; resets its stream. */
static void
call_detach (KadRpcCall *self)
{
  KadRpcSlot *slot = g_steal_pointer (&self->slot);

  if (self->is_waiting)
    g_queue_remove (&self->session->waiting, self);
  self->is_waiting = FALSE;
  if (slot == NULL)
    return;
  slot->call = NULL;
  kad_stream_reset (slot->stream);
  start_waiting (self->connection, self->session);
}

/* Fails from the timer, so that the caller's callback never runs inside of its call. */
static void
call_fail_later (KadRpcCall *self, GError *failure)
{
  self->failure = failure;
  g_queue_push_tail (&self->rpc->failing, self);
  kad_reactor_arm (self->rpc->reactor, &self->deadline, kad_reactor_get_now (self->rpc->reactor));
}

/* Tells a failure that waited for its turn. */
static void
call_fail_now (KadRpcCall *self)
{
  g_autoptr (GError) error = g_error_copy (self->failure);

  call_end (self, NULL, NULL, error);
}

static void
call_sent (KadRpcCall *self)
{
  KadRpcSlot *slot = g_steal_pointer (&self->slot);
  KadConnection *connection = self->connection;
  KadRpcSession *session = self->session;

  slot->call = NULL;
  slot_linger (slot);
  start_waiting (connection, session);
  call_end (self, NULL, NULL, NULL);
}

static void
on_deadline (gpointer user_data, gint64 now_us)
{
  KadRpcCall *self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->is_sent && self->slot != NULL)
    {
      call_sent (self);
      return;
    }
  if (self->failure != NULL)
    {
      call_fail_now (self);
      return;
    }
  g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_TIMEOUT, "The peer did not answer in time");
  call_detach (self);
  call_end (self, NULL, NULL, error);
}

void
kad_rpc_cancel (KadRpcCall *call)
{
  call->func = NULL;
  call_detach (call);
  call_end (call, NULL, NULL, NULL);
}

/* ---- sending ---- */

/* All is with the muxer and the peer speaks kad: done, told from the timer. */
static void
call_check_sent (KadRpcCall *self)
{
  if (self->expects_reply || self->is_sent || kad_stream_get_pending (self->slot->stream) > 0
      || !kad_stream_is_negotiated (self->slot->stream))
    return;
  self->is_sent = TRUE;
  kad_reactor_arm (self->rpc->reactor, &self->deadline, kad_reactor_get_now (self->rpc->reactor));
}

static void
call_start (KadRpcCall *self, KadRpcSlot *slot)
{
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  GError *error = NULL;

  if (!kad_codec_encode (self->request, KAD_MAX_RECORD_BYTES * 2, &out, &error))
    {
      call_fail_later (self, error);
      return;
    }
  self->is_reused = slot != NULL;
  if (slot == NULL)
    slot = slot_open (self->rpc, self->connection, self->session, &error);
  if (slot == NULL)
    {
      call_fail_later (self, error);
      return;
    }
  if (self->session->idle == slot)
    self->session->idle = NULL;
  self->slot = slot;
  slot->call = self;
  kad_stream_write (slot->stream, kad_buffer_peek (&out), kad_buffer_get_length (&out));
  call_check_sent (self);
}

KadRpcCall *
kad_rpc_call (KadRpc *self, KadConnection *connection, KadRpcSession *session, KadMessage *request,
              gboolean expects_reply, gboolean wants_raw, gint64 deadline_us, KadRpcFunc func,
              gpointer user_data)
{
  KadRpcCall *call = g_new0 (KadRpcCall, 1);

  call->rpc = self;
  call->connection = connection;
  call->session = session;
  call->request = kad_message_ref (request);
  call->expects_reply = expects_reply;
  call->wants_raw = wants_raw;
  call->func = func;
  call->user_data = user_data;
  kad_rpc_reader_init (&call->reader, self);
  kad_timer_init (&call->deadline, on_deadline, call);
  kad_reactor_arm (self->reactor, &call->deadline, deadline_us);

  if (kad_connection_get_state (connection) != KAD_CONNECTION_OPEN)
    call_fail_later (
        call, g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED, "The connection is not open"));
  else if (g_queue_is_empty (&session->waiting) && has_place (session, call))
    call_start (call, find_slot (session, call));
  else if (g_queue_get_length (&session->waiting) >= KAD_MAX_RPC_WAITING_PER_CONNECTION)
    call_fail_later (call, g_error_new_literal (KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                                                "Too many requests wait for this peer"));
  else
    {
      call->is_waiting = TRUE;
      g_queue_push_tail (&session->waiting, call);
    }
  return call;
}

/* ---- what the stream tells ---- */

/* TRUE: it was a stale reused stream, and the call goes on on a new one. */
static gboolean
call_retry (KadRpcCall *self)
{
  if (!self->is_reused || self->reader.since_us != 0
      || kad_connection_get_state (self->connection) != KAD_CONNECTION_OPEN)
    return FALSE;
  call_start (self, NULL);
  return TRUE;
}

/* The stream ended before the answer. */
static void
call_lost (KadRpcCall *self, const GError *reason)
{
  if (self->is_sent)
    {
      call_end (self, NULL, NULL, NULL);
      return;
    }
  if (!call_retry (self))
    call_end (self, NULL, NULL, reason);
}

static void
call_answered (KadRpcCall *self, const guint8 *frame, gsize len)
{
  KadRpcSlot *slot = self->slot;
  g_autoptr (GError) error = NULL;
  g_autoptr (KadMessage) reply = kad_codec_decode (frame, len, &error);
  g_autoptr (GBytes) raw = NULL;

  if (reply == NULL)
    {
      call_detach (self);
      call_end (self, NULL, NULL, error);
      return;
    }
  if (self->wants_raw)
    raw = g_bytes_new (frame, len);
  kad_rpc_reader_next_frame (&self->reader, slot->stream);
  self->slot = NULL;
  slot->call = NULL;
  slot_recycle (slot);
  call_end (self, reply, raw, NULL);
}

/* The peer ended its side without an answer. */
static void
call_deserted (KadRpcCall *self)
{
  KadRpcSlot *slot = g_steal_pointer (&self->slot);
  g_autoptr (GError) error = NULL;

  slot->call = NULL;
  kad_stream_release (slot->stream);
  g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_CLOSED,
                       "The peer ended the stream without an answer");
  call_lost (self, error);
}

static void
client_readable (KadStream *stream)
{
  KadRpcSlot *slot = kad_stream_get_state (stream);
  KadRpcCall *call = slot->call;
  g_autoptr (GError) error = NULL;
  const guint8 *frame;
  gsize len;
  KadWireStatus status;

  if (call == NULL || !call->expects_reply)
    {
      /* Idle or lingering: nothing is due, so an idle stream that speaks is not trusted again. */
      kad_stream_peek (stream, &len);
      kad_stream_consume (stream, len);
      if (call != NULL)
        call_check_sent (call);
      else if (slot->session->idle == slot && (len > 0 || kad_stream_is_remote_closed (stream)))
        kad_stream_release (stream);
      return;
    }

  status = kad_rpc_reader_read (&call->reader, stream, &frame, &len, &error);
  if (status == KAD_WIRE_DONE)
    call_answered (call, frame, len);
  else if (status == KAD_WIRE_ERROR)
    {
      call_detach (call);
      call_end (call, NULL, NULL, error);
    }
  else if (kad_stream_is_remote_closed (stream))
    call_deserted (call);
}

static void
client_drained (KadStream *stream)
{
  KadRpcSlot *slot = kad_stream_get_state (stream);

  if (slot->call != NULL)
    call_check_sent (slot->call);
}

static void
client_closed (KadStream *stream, const GError *reason)
{
  KadRpcSlot *slot = kad_stream_get_state (stream);
  KadConnection *connection = slot->connection;
  KadRpcSession *session = slot->session;
  KadRpcCall *call = slot->call;

  slot_free (slot);
  if (call != NULL)
    {
      call->slot = NULL;
      call_lost (call, reason);
    }
  start_waiting (connection, session);
}

void
kad_rpc_client_init (KadRpc *self)
{
  self->client = (KadStreamProtocol){
    .name = self->protocol,
    .user_data = self,
    .readable = client_readable,
    .drained = client_drained,
    .closed = client_closed,
    .free_state = slot_free,
  };
}

void
kad_rpc_client_clear (KadRpc *self)
{
  while (!g_queue_is_empty (&self->failing))
    call_fail_now (g_queue_peek_head (&self->failing));
}

/* ---- the session of a connection ---- */

void
kad_rpc_session_close (KadRpcSession *session, const GError *reason)
{
  KadRpcCall *call;

  while ((call = g_queue_pop_head (&session->waiting)) != NULL)
    {
      call->is_waiting = FALSE;
      call_end (call, NULL, NULL, reason);
    }
}

void
kad_rpc_session_sweep (KadRpcSession *session, gint64 now_us)
{
  if (session->idle != NULL && now_us - session->idle_since_us > KAD_RPC_IDLE_US)
    kad_stream_release (session->idle->stream);
}
