/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-channel.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- a descriptor ---- */

static void
on_watch (gpointer user_data, guint32 events)
{
  KadChannel *self = user_data;

  self->func (self->user_data, (events & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0,
              (events & EPOLLOUT) != 0);
}

static void
set_errno_error (GError **error, const char *what)
{
  int code = errno;

  if (code == EAGAIN || code == EWOULDBLOCK || code == EINTR)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Would block");
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "Cannot %s: %s", what,
                 g_strerror (code));
}

/* ---- a stream without one ---- */

static gboolean
on_stream_readable (GObject *stream, gpointer user_data)
{
  KadChannel *self = user_data;

  kad_reactor_update_now (self->reactor);
  kad_reactor_wake (self->reactor);
  self->func (self->user_data, TRUE, FALSE);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_stream_writable (GObject *stream, gpointer user_data)
{
  KadChannel *self = user_data;

  kad_reactor_update_now (self->reactor);
  kad_reactor_wake (self->reactor);
  self->func (self->user_data, FALSE, TRUE);
  return G_SOURCE_CONTINUE;
}

static void
drop_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
set_stream_input (KadChannel *self, gboolean wanted)
{
  GInputStream *input;

  if (wanted == (self->in_source != NULL))
    return;
  if (!wanted)
    {
      drop_source (&self->in_source);
      return;
    }
  input = g_io_stream_get_input_stream (self->stream);
  self->in_source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  g_source_set_callback (self->in_source, G_SOURCE_FUNC (on_stream_readable), self, NULL);
  g_source_attach (self->in_source, g_main_context_get_thread_default ());
}

static void
set_stream_output (KadChannel *self, gboolean wanted)
{
  GOutputStream *output;

  if (wanted == (self->out_source != NULL))
    return;
  if (!wanted)
    {
      drop_source (&self->out_source);
      return;
    }
  output = g_io_stream_get_output_stream (self->stream);
  self->out_source
      = g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (output), NULL);
  g_source_set_callback (self->out_source, G_SOURCE_FUNC (on_stream_writable), self, NULL);
  g_source_attach (self->out_source, g_main_context_get_thread_default ());
}

static gboolean
is_pollable (GIOStream *stream)
{
  GInputStream *input = g_io_stream_get_input_stream (stream);
  GOutputStream *output = g_io_stream_get_output_stream (stream);

  return G_IS_POLLABLE_INPUT_STREAM (input) && G_IS_POLLABLE_OUTPUT_STREAM (output)
         && g_pollable_input_stream_can_poll (G_POLLABLE_INPUT_STREAM (input))
         && g_pollable_output_stream_can_poll (G_POLLABLE_OUTPUT_STREAM (output));
}

/* ---- both ---- */

gboolean
kad_channel_open (KadChannel *self, KadReactor *reactor, KadLink *link, KadChannelFunc func,
                  gpointer user_data, GError **error)
{
  int fd;

  *self = (KadChannel){ .reactor = reactor, .watch = KAD_WATCH_INIT };
  self->func = func;
  self->user_data = user_data;

  fd = kad_link_steal_fd (link);
  if (fd >= 0)
    {
      if (kad_reactor_watch (reactor, &self->watch, fd, EPOLLIN, on_watch, self, error))
        return TRUE;
      close (fd);
      return FALSE;
    }

  if (kad_link_get_stream (link) == NULL || !is_pollable (kad_link_get_stream (link)))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "The transport's stream cannot be polled");
      return FALSE;
    }
  self->stream = g_object_ref (kad_link_get_stream (link));
  set_stream_input (self, TRUE);
  return TRUE;
}

void
kad_channel_close (KadChannel *self)
{
  int fd = self->watch.fd;

  if (fd >= 0)
    {
      kad_reactor_unwatch (self->reactor, &self->watch);
      close (fd);
    }
  drop_source (&self->in_source);
  drop_source (&self->out_source);
  if (self->stream != NULL)
    g_io_stream_close (self->stream, NULL, NULL);
  g_clear_object (&self->stream);
}

static gssize
read_some (KadChannel *self, guint8 *data, gsize len, GError **error)
{
  gssize n;

  if (self->stream != NULL)
    return g_pollable_input_stream_read_nonblocking (
        G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->stream)), data, len, NULL,
        error);

  n = recv (self->watch.fd, data, len, MSG_DONTWAIT);
  if (n < 0)
    set_errno_error (error, "read");
  return n;
}

gssize
kad_channel_read (KadChannel *self, guint8 *data, gsize len, GError **error)
{
  gssize n = read_some (self, data, len, error);

  if (n > 0)
    kad_reactor_get_counters (self->reactor)->bytes_in += (guint64) n;
  return n;
}

static gssize
write_some (KadChannel *self, const guint8 *data, gsize len, GError **error)
{
  gssize n;

  if (self->stream != NULL)
    return g_pollable_output_stream_write_nonblocking (
        G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->stream)), data, len, NULL,
        error);

  n = send (self->watch.fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n < 0)
    set_errno_error (error, "write");
  return n;
}

gssize
kad_channel_write (KadChannel *self, const guint8 *data, gsize len, GError **error)
{
  gssize n = write_some (self, data, len, error);

  if (n > 0)
    kad_reactor_get_counters (self->reactor)->bytes_out += (guint64) n;
  return n;
}

void
kad_channel_set_interest (KadChannel *self, gboolean input, gboolean output)
{
  if (self->stream != NULL)
    {
      set_stream_input (self, input);
      set_stream_output (self, output);
      return;
    }
  kad_reactor_set_events (self->reactor, &self->watch,
                          (input ? EPOLLIN : 0) | (output ? EPOLLOUT : 0));
}
