/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "channel.h"

#define PATIENCE_MS 10000

void
channel_init (Channel *self, KadLink *link)
{
  g_autoptr (KadLink) owned G_GNUC_UNUSED = link;
  g_autoptr (GError) error = NULL;

  *self = (Channel){ 0 };
  g_assert_null (kad_link_get_connection (link));
  if (kad_link_get_fd (link) >= 0)
    {
      g_assert_null (kad_link_get_stream (link));
      self->socket = g_socket_new_from_fd (kad_link_steal_fd (link), &error);
      g_assert_no_error (error);
      g_assert_cmpint (kad_link_get_fd (link), ==, -1);
      self->stream = G_IO_STREAM (g_socket_connection_factory_create_connection (self->socket));
    }
  else
    self->stream = g_object_ref (kad_link_get_stream (link));
  self->in = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->stream));
  self->out = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->stream));
  g_assert_true (g_pollable_input_stream_can_poll (self->in));
  g_assert_true (g_pollable_output_stream_can_poll (self->out));
}

void
channel_clear (Channel *self)
{
  if (self->stream != NULL)
    g_io_stream_close (self->stream, NULL, NULL);
  g_clear_object (&self->stream);
  g_clear_object (&self->socket);
}

void
channel_close_write (Channel *self)
{
  g_autoptr (GError) error = NULL;

  if (self->socket != NULL)
    g_socket_shutdown (self->socket, FALSE, TRUE, &error);
  else
    g_output_stream_close (G_OUTPUT_STREAM (self->out), NULL, &error);
  g_assert_no_error (error);
}

static gboolean
stop_waiting (gpointer data)
{
  gboolean *woken = data;

  *woken = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
on_pollable (GObject *stream, gpointer data)
{
  return stop_waiting (data);
}

static gboolean
give_up (gpointer data)
{
  g_error ("Nothing happened for %d ms", PATIENCE_MS);
  return G_SOURCE_REMOVE;
}

static void
wait_for (GSource *source)
{
  gboolean woken = FALSE;
  guint deadline = g_timeout_add (PATIENCE_MS, give_up, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (on_pollable), &woken, NULL);
  g_source_attach (source, NULL);
  while (!woken)
    g_main_context_iteration (NULL, TRUE);
  g_source_destroy (source);
  g_source_unref (source);
  g_source_remove (deadline);
}

void
channel_write (Channel *self, const void *data, gsize len)
{
  const guint8 *next = data;

  while (len > 0)
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_pollable_output_stream_write_nonblocking (self->out, next, len, NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          wait_for (g_pollable_output_stream_create_source (self->out, NULL));
          continue;
        }
      g_assert_no_error (error);
      next += n;
      len -= (gsize) n;
    }
}

static gssize
read_some (Channel *self, void *data, gsize len)
{
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_pollable_input_stream_read_nonblocking (self->in, data, len, NULL, &error);

      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          g_assert_no_error (error);
          return n;
        }
      wait_for (g_pollable_input_stream_create_source (self->in, NULL));
    }
}

void
channel_read (Channel *self, void *data, gsize len)
{
  guint8 *next = data;

  while (len > 0)
    {
      gssize n = read_some (self, next, len);

      g_assert_cmpint (n, >, 0);
      next += n;
      len -= (gsize) n;
    }
}

void
channel_expect_end (Channel *self)
{
  guint8 byte;

  g_assert_cmpint (read_some (self, &byte, 1), ==, 0);
}

gsize
channel_expect_close (Channel *self)
{
  guint8 block[4096];
  gsize total = 0;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      gssize n
          = g_pollable_input_stream_read_nonblocking (self->in, block, sizeof block, NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        wait_for (g_pollable_input_stream_create_source (self->in, NULL));
      else if (n <= 0)
        return total;
      else
        total += (gsize) n;
    }
}

void
channel_wait_readable (Channel *self)
{
  wait_for (g_pollable_input_stream_create_source (self->in, NULL));
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

KadLink *
channel_dial (KadTransport *transport, KadMultiaddr *address, GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  KadLink *link;

  kad_transport_dial_async (transport, address, cancellable, keep_result, &result);
  g_assert_null (result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  link = kad_transport_dial_finish (transport, result, error);
  return link;
}

static void
on_ready (KadListener *listener, gpointer user_data)
{
  stop_waiting (user_data);
}

static void
wait_for_visitor (KadListener *listener)
{
  guint deadline = g_timeout_add (PATIENCE_MS, give_up, NULL);
  gboolean is_ready = FALSE;
  GPollFD poll_fd = { .fd = kad_listener_get_fd (listener), .events = G_IO_IN };

  if (poll_fd.fd >= 0)
    g_assert_cmpint (g_poll (&poll_fd, 1, PATIENCE_MS), ==, 1);
  else
    {
      kad_listener_set_ready_func (listener, on_ready, &is_ready);
      while (!is_ready)
        g_main_context_iteration (NULL, TRUE);
      kad_listener_set_ready_func (listener, NULL, NULL);
    }
  g_source_remove (deadline);
}

KadLink *
channel_accept (KadListener *listener)
{
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      KadLink *link = kad_listener_accept (listener, &error);

      if (link != NULL)
        return link;
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
      wait_for_visitor (listener);
    }
}

guint
channel_count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}
