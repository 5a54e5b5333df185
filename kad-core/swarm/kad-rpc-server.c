/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The serving side of the kad protocol on one stream: frames until the remote's end,
 * each answered in turn; an error resets the stream without a reply. Reading pauses
 * while a reply waits for a remote that does not read: of its many streams each holds one at most,
 * and how many do is counted. When the connection's turn is over the rest waits for the next one,
 * and when it is over its rate, for when the next request is due. */
#include "kad-codec.h"
#include "kad-error.h"
#include "kad-rpc-private.h"

typedef struct
{
  KadRpc *rpc;
  KadRpcReader reader;
  gint64 used_us;
} Server;

static void
server_free (gpointer state)
{
  Server *self = state;

  kad_rpc_reader_clear (&self->reader);
  g_free (self);
}

static gboolean
server_accepted (KadStream *stream, gpointer user_data)
{
  KadRpc *rpc = user_data;
  Server *self = g_new0 (Server, 1);

  self->rpc = rpc;
  self->used_us = kad_reactor_get_now (rpc->reactor);
  kad_rpc_reader_init (&self->reader, rpc);
  kad_stream_set_state (stream, self);
  return TRUE;
}

/* FALSE: reset the stream. */
static gboolean
answer (Server *self, KadStream *stream, const guint8 *frame, gsize len, GError **error)
{
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  g_autoptr (KadMessage) request = kad_codec_decode (frame, len, error);
  g_autoptr (KadMessage) reply = NULL;
  g_autoptr (GError) local = NULL;

  if (request == NULL)
    return FALSE;
  reply = self->rpc->serve (self->rpc->user_data, kad_stream_get_connection (stream), request,
                            &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (reply == NULL)
    return TRUE;
  if (!kad_codec_encode (reply, KAD_MAX_EMITTED_MESSAGE_BYTES, &out, error)
      && !kad_codec_encode (reply, KAD_MAX_RECORD_BYTES * 2, &out, NULL))
    return FALSE;
  g_clear_error (error);
  if (!kad_stream_write (stream, kad_buffer_peek (&out), kad_buffer_get_length (&out)))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                           "The remote does not read its replies");
      return FALSE;
    }
  if (kad_stream_get_pending (stream) > 0 && !kad_stream_set_waiting (stream, TRUE))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                           "Too many replies wait for remotes that do not read (the limits "
                           "replies-waiting and replies-waiting-per-connection)");
      return FALSE;
    }
  return TRUE;
}

static void
server_readable (KadStream *stream)
{
  Server *self = kad_stream_get_state (stream);
  KadConnection *connection = kad_stream_get_connection (stream);
  g_autoptr (GError) error = NULL;

  self->used_us = kad_reactor_get_now (self->rpc->reactor);
  for (gboolean is_first = TRUE; kad_stream_get_pending (stream) == 0; is_first = FALSE)
    {
      const guint8 *frame;
      gsize len;
      KadWireStatus status;

      if (!is_first && kad_connection_is_turn_over (connection))
        {
          kad_stream_remind (stream);
          return;
        }
      status = kad_rpc_reader_read (&self->reader, stream, &frame, &len, &error);
      if (status == KAD_WIRE_MORE && !kad_stream_is_remote_closed (stream))
        return;
      if (status == KAD_WIRE_MORE && !kad_rpc_reader_has_partial (&self->reader, stream))
        {
          kad_stream_release (stream);
          return;
        }
      if (status == KAD_WIRE_DONE && !kad_stream_take_request (stream))
        return;
      if (status != KAD_WIRE_DONE || !answer (self, stream, frame, len, &error))
        {
          g_debug ("Resetting a kad stream: %s",
                   error == NULL ? "the remote ended it inside of a message" : error->message);
          kad_stream_reset (stream);
          return;
        }
      if (kad_connection_get_state (connection) != KAD_CONNECTION_OPEN)
        return;
      kad_rpc_reader_next_frame (&self->reader, stream);
    }
}

static void
server_drained (KadStream *stream)
{
  kad_stream_set_waiting (stream, FALSE);
  server_readable (stream);
}

static void
server_closed (KadStream *stream, const GError *reason)
{
  server_free (kad_stream_get_state (stream));
}

static void
server_sweep (KadStream *stream, gint64 now_us)
{
  Server *self = kad_stream_get_state (stream);
  gint64 since_us = self->reader.since_us;

  if (since_us != 0 && now_us - since_us > KAD_RPC_SERVER_FRAME_US)
    kad_stream_reset (stream);
  else if (now_us - self->used_us > KAD_RPC_SERVER_IDLE_US)
    kad_stream_reset (stream);
}

void
kad_rpc_server_init (KadRpc *self)
{
  self->server = (KadStreamProtocol){
    .name = self->protocol,
    .user_data = self,
    .accepted = server_accepted,
    .readable = server_readable,
    .drained = server_drained,
    .closed = server_closed,
    .free_state = server_free,
    .sweep = server_sweep,
  };
}
