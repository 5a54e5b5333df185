/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connections that a transport hands over secured and multiplexed (QUIC): the
 * transport tells of its streams, and the same KadStream runs on them. Such a connection
 * is announced as open by its first flush, or by its first event if that is earlier, and not
 * inside of kad_connection_new(): whoever made it can note first what it is for. */
#include "kad-connection-private.h"
#include "kad-error.h"

#define KAD_MAX_SECURE_STREAM_BYTES (1024 * 1024) /* read ahead of the handler */
#define KAD_SECURE_READ_BYTES (16 * 1024)

static KadStream *
find_stream (KadConnection *self, guint64 id)
{
  for (KadStream *stream = self->streams; stream != NULL; stream = stream->next)
    if (stream->secure_id == id)
      return stream;
  return NULL;
}

/* Takes what the transport has, up to the bound. FALSE: there was nothing new. */
static gboolean
fill_stream (KadConnection *self, KadStream *stream, GError **error)
{
  gsize before = kad_buffer_get_length (&stream->secure_in);
  gboolean was_closed = stream->is_remote_closed;

  stream->is_secure_full = FALSE;
  while (!stream->is_remote_closed)
    {
      guint8 *room;
      gssize n;

      if (kad_buffer_get_length (&stream->secure_in) >= KAD_MAX_SECURE_STREAM_BYTES)
        {
          stream->is_secure_full = TRUE;
          self->has_full_stream = TRUE;
          break;
        }
      room = kad_buffer_reserve (&stream->secure_in, KAD_SECURE_READ_BYTES);
      n = kad_secure_connection_read (self->secure, stream->secure_id, room, KAD_SECURE_READ_BYTES,
                                      error);
      if (n < 0)
        break;
      kad_buffer_commit (&stream->secure_in, n);
      stream->is_remote_closed = n == 0;
    }
  kad_buffer_trim (&stream->secure_in);
  return kad_buffer_get_length (&stream->secure_in) > before
         || stream->is_remote_closed != was_closed;
}

static void
read_stream (KadConnection *self, KadStream *stream)
{
  g_autoptr (GError) error = NULL;
  gboolean is_new = fill_stream (self, stream, &error) || stream->is_reminded;

  stream->is_reminded = FALSE;
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    kad_stream_handle_reset (stream, error);
  else if (is_new)
    kad_stream_handle_readable (stream);
  if (self->has_full_stream)
    kad_connection_mark_dirty (self);
}

/* Streams whose handlers made room take what waits with the transport. */
static void
read_full_streams (KadConnection *self)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));

  self->has_full_stream = FALSE;
  for (KadStream *stream = self->streams; stream != NULL; stream = stream->next)
    if (stream->is_reminded
        || (stream->is_secure_full
            && kad_buffer_get_length (&stream->secure_in) < KAD_MAX_SECURE_STREAM_BYTES))
      g_array_append_val (ids, stream->secure_id);
  for (guint i = 0; i < ids->len && self->state == KAD_CONNECTION_OPEN; i++)
    {
      KadStream *stream = find_stream (self, g_array_index (ids, guint64, i));

      if (stream != NULL)
        read_stream (self, stream);
    }
}

static void
become_open (KadConnection *self)
{
  g_autofree char *wanted = NULL;
  g_autofree char *found = NULL;

  self->peer = *kad_secure_connection_get_peer (self->secure);
  if (!kad_peer_id_is_set (&self->expected) || kad_peer_id_equal (&self->expected, &self->peer))
    {
      self->state = KAD_CONNECTION_OPEN;
      self->delegate->opened (self, self->delegate_data);
      return;
    }
  wanted = kad_peer_id_to_string (&self->expected);
  found = kad_peer_id_to_string (&self->peer);
  kad_connection_close (self, g_error_new (KAD_ERROR, KAD_ERROR_PROTOCOL,
                                           "Dialled peer %s, but %s answered", wanted, found));
}

void
kad_connection_secure_flush (KadConnection *self)
{
  if (self->state == KAD_CONNECTION_UPGRADING)
    become_open (self);
  if (self->state == KAD_CONNECTION_OPEN && self->has_full_stream)
    read_full_streams (self);
}

static void
on_secure_event (KadSecureConnection *secure, KadSecureEvent event, guint64 id, gpointer user_data)
{
  KadConnection *self = user_data;
  KadStream *stream;
  g_autoptr (GError) reason = NULL;

  kad_reactor_update_now (self->reactor);
  kad_reactor_wake (self->reactor);
  if (self->state == KAD_CONNECTION_UPGRADING)
    become_open (self);
  if (self->state == KAD_CONNECTION_CLOSED)
    return;
  stream = find_stream (self, id);
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
kad_connection_secure_start (KadConnection *self, const KadPeerId *expected)
{
  if (expected != NULL)
    self->expected = *expected;
  kad_secure_connection_set_func (self->secure, on_secure_event, self);
  kad_connection_mark_dirty (self);
}

void
kad_connection_secure_stop (KadConnection *self)
{
  kad_secure_connection_set_func (self->secure, NULL, NULL);
  kad_secure_connection_close (self->secure);
}
