/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-stream-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* So much is written at once, not line by line. */
#define BATCH_BYTES (16 * 1024)

struct _KadStreamWriter
{
  int fd;
  GByteArray *buffer;
  gsize written; /* of the buffer */
  guint64 n_lost;
  KadStreamLostFunc format_lost;
  KadStreamClosedFunc closed;
  gpointer user_data;
  guint hangup;   /* source: the reader is gone */
  guint writable; /* source, while something waits */
  gboolean is_broken;
};

static gboolean
on_hangup (int fd, GIOCondition condition, gpointer user_data)
{
  KadStreamWriter *self = user_data;

  self->hangup = 0;
  self->is_broken = TRUE;
  g_clear_handle_id (&self->writable, g_source_remove);
  self->closed (self, self->user_data);
  return G_SOURCE_REMOVE;
}

KadStreamWriter *
kad_stream_writer_new (int *reader, KadStreamLostFunc format_lost, KadStreamClosedFunc closed,
                       gpointer user_data, GError **error)
{
  KadStreamWriter *self;
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    {
      g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (errno),
                   "A stream cannot be opened: %s", g_strerror (errno));
      return NULL;
    }
  if (!g_unix_set_fd_nonblocking (fds[0], TRUE, error))
    {
      close (fds[0]);
      close (fds[1]);
      return NULL;
    }
  /* Nothing comes from the reader. */
  shutdown (fds[0], SHUT_RD);
  self = g_new0 (KadStreamWriter, 1);
  self->fd = fds[0];
  self->buffer = g_byte_array_new ();
  self->format_lost = format_lost;
  self->closed = closed;
  self->user_data = user_data;
  self->hangup = g_unix_fd_add (self->fd, G_IO_HUP | G_IO_ERR, on_hangup, self);
  *reader = fds[1];
  return self;
}

gsize
kad_stream_writer_get_waiting (KadStreamWriter *self)
{
  return self->buffer->len - self->written;
}

static void
append (KadStreamWriter *self, const char *line)
{
  g_byte_array_append (self->buffer, (const guint8 *) line, (guint) strlen (line));
  g_byte_array_append (self->buffer, (const guint8 *) "\n", 1);
}

static void
flush (KadStreamWriter *self)
{
  while (!self->is_broken && kad_stream_writer_get_waiting (self) > 0)
    {
      gssize n = send (self->fd, self->buffer->data + self->written,
                       kad_stream_writer_get_waiting (self), MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          /* Of anything but a full socket the hang-up tells. */
          self->is_broken = errno != EAGAIN && errno != EWOULDBLOCK;
          break;
        }
      self->written += (gsize) n;
    }
  if (self->written == self->buffer->len || self->is_broken)
    {
      g_byte_array_set_size (self->buffer, 0);
      self->written = 0;
    }
  else if (self->written > KAD_MAX_STREAM_BUFFER_BYTES / 2)
    {
      g_byte_array_remove_range (self->buffer, 0, (guint) self->written);
      self->written = 0;
    }
}

static void watch_writable (KadStreamWriter *self);

/* There is room again, not for the next line only. */
static void
tell_lost (KadStreamWriter *self)
{
  g_autofree char *line = NULL;

  if (self->n_lost == 0 || self->is_broken
      || kad_stream_writer_get_waiting (self) > KAD_MAX_STREAM_BUFFER_BYTES / 2)
    return;
  line = self->format_lost (self->n_lost);
  self->n_lost = 0;
  append (self, line);
}

static gboolean
on_writable (int fd, GIOCondition condition, gpointer user_data)
{
  KadStreamWriter *self = user_data;

  flush (self);
  tell_lost (self);
  if (kad_stream_writer_get_waiting (self) > 0 && !self->is_broken)
    return G_SOURCE_CONTINUE;
  self->writable = 0;
  return G_SOURCE_REMOVE;
}

static void
watch_writable (KadStreamWriter *self)
{
  if (self->writable != 0 || self->is_broken || kad_stream_writer_get_waiting (self) == 0)
    return;
  /* After what else is to be done now, which may be more lines. */
  self->writable
      = g_unix_fd_add_full (G_PRIORITY_DEFAULT + 10, self->fd, G_IO_OUT, on_writable, self, NULL);
}

gboolean
kad_stream_writer_write (KadStreamWriter *self, const char *line)
{
  gsize size = strlen (line) + 1;

  if (self->is_broken)
    return FALSE;
  tell_lost (self);
  if (self->n_lost > 0 || kad_stream_writer_get_waiting (self) + size > KAD_MAX_STREAM_BUFFER_BYTES)
    {
      self->n_lost++;
      return FALSE;
    }
  append (self, line);
  if (kad_stream_writer_get_waiting (self) >= BATCH_BYTES && self->writable == 0)
    flush (self);
  watch_writable (self);
  return TRUE;
}

void
kad_stream_writer_lose (KadStreamWriter *self, guint64 n_lost)
{
  self->n_lost += n_lost;
  tell_lost (self);
  watch_writable (self);
}

void
kad_stream_writer_free (KadStreamWriter *self)
{
  g_clear_handle_id (&self->hangup, g_source_remove);
  g_clear_handle_id (&self->writable, g_source_remove);
  flush (self);
  close (self->fd);
  g_byte_array_unref (self->buffer);
  g_free (self);
}
