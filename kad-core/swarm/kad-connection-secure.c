/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connections that a transport hands over secured and multiplexed (QUIC): the
 * transport tells of its streams, and the same KadStream runs on them. */
#include "kad-connection-private.h"
#include "kad-error.h"

#define KAD_MAX_SECURE_STREAM_BYTES (1024 * 1024) /* read ahead of the handler */

static KadStream *
find_stream (KadConnection *self, guint64 id)
{
  for (KadStream *stream = self->streams; stream != NULL; stream = stream->next)
    if (stream->secure_id == id)
      return stream;
  return NULL;
}

static void
read_stream (KadConnection *self, KadStream *stream)
{
  while (kad_buffer_get_length (&stream->secure_in) < KAD_MAX_SECURE_STREAM_BYTES)
    {
      guint8 *room = kad_buffer_reserve (&stream->secure_in, 16384);
      g_autoptr (GError) error = NULL;
      gssize n = kad_secure_connection_read (self->secure, stream->secure_id, room, 16384, &error);

      if (n > 0)
        {
          kad_buffer_commit (&stream->secure_in, n);
          continue;
        }
      if (n == 0)
        stream->is_remote_closed = TRUE;
      else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          kad_stream_handle_reset (stream, error);
          return;
        }
      break;
    }
  kad_stream_handle_readable (stream);
}

static void
on_secure_event (KadSecureConnection *secure, KadSecureEvent event, guint64 id, gpointer user_data)
{
  KadConnection *self = user_data;
  KadStream *stream = find_stream (self, id);
  g_autoptr (GError) reason = NULL;

  kad_reactor_update_now (self->reactor);
  kad_reactor_wake (self->reactor);
  self->heard_us = kad_reactor_get_now (self->reactor);
  switch (event)
    {
    case KAD_SECURE_STREAM_OPENED:
      if (stream == NULL)
        kad_stream_new_inbound (self, NULL, id);
      break;
    case KAD_SECURE_STREAM_READABLE:
      if (stream != NULL)
        read_stream (self, stream);
      break;
    case KAD_SECURE_STREAM_WRITABLE:
      if (stream != NULL)
        kad_stream_handle_writable (stream);
      break;
    case KAD_SECURE_STREAM_RESET:
      g_set_error_literal (&reason, KAD_ERROR, KAD_ERROR_CLOSED, "The remote reset the stream");
      if (stream != NULL)
        kad_stream_handle_reset (stream, reason);
      break;
    case KAD_SECURE_CLOSED:
      kad_connection_close (self, g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED,
                                                       "The remote closed the connection"));
      break;
    }
}

void
kad_connection_secure_start (KadConnection *self)
{
  self->state = KAD_CONNECTION_OPEN;
  self->peer = *kad_secure_connection_get_peer (self->secure);
  kad_secure_connection_set_func (self->secure, on_secure_event, self);
}

void
kad_connection_secure_stop (KadConnection *self)
{
  kad_secure_connection_set_func (self->secure, NULL, NULL);
  kad_secure_connection_close (self->secure);
}
