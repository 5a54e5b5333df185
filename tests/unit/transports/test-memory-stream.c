/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stream and its two halves, which are only had through it. */
#include "kad-memory-stream.h"

#include "kad-memory-transport.h"

typedef struct
{
  GIOStream *one, *other;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  kad_memory_transport_register_static ();
  kad_memory_stream_new_pair (&self->one, &self->other);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->one != NULL)
    g_assert_finalize_object (self->one);
  if (self->other != NULL)
    g_assert_finalize_object (self->other);
}

static void
test_crosswise (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char text[5];

  g_test_summary ("What one end writes the other reads, as any GIO stream");

  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (self->one), "there", 5,
                                            NULL, NULL, &error));
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (self->other), "again", 5,
                                            NULL, NULL, &error));
  g_assert_cmpint (
      g_input_stream_read (g_io_stream_get_input_stream (self->other), text, 5, NULL, &error), ==,
      5);
  g_assert_cmpmem (text, 5, "there", 5);
  g_assert_cmpint (
      g_input_stream_read (g_io_stream_get_input_stream (self->one), text, 5, NULL, &error), ==, 5);
  g_assert_cmpmem (text, 5, "again", 5);
  g_assert_no_error (error);
}

static void
test_pollable (Fixture *self, gconstpointer data)
{
  GPollableInputStream *input
      = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->other));
  GPollableOutputStream *output
      = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->one));
  g_autoptr (GError) error = NULL;
  char text[5];

  g_test_summary ("Both halves can be polled");

  g_assert_true (g_pollable_input_stream_can_poll (input));
  g_assert_true (g_pollable_output_stream_can_poll (output));
  g_assert_false (g_pollable_input_stream_is_readable (input));
  g_assert_true (g_pollable_output_stream_is_writable (output));
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (input, text, 5, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpint (g_pollable_output_stream_write_nonblocking (output, "hello", 5, NULL, NULL), ==,
                   5);
  g_assert_true (g_pollable_input_stream_is_readable (input));
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (input, text, 5, NULL, NULL), ==, 5);
}

static void
test_drop_is_close (Fixture *self, gconstpointer data)
{
  GInputStream *input = g_io_stream_get_input_stream (self->other);
  GOutputStream *output = g_io_stream_get_output_stream (self->other);
  g_autoptr (GError) error = NULL;
  char byte;

  g_test_summary ("An end that is dropped is closed for the other");

  g_clear_object (&self->one);
  g_assert_cmpint (g_input_stream_read (input, &byte, 1, NULL, &error), ==, 0);
  g_assert_no_error (error);
  g_assert_cmpint (g_output_stream_write (output, "x", 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
}

static void
test_closed_end (Fixture *self, gconstpointer data)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->one));
  g_autoptr (GError) error = NULL;
  char byte;

  g_test_summary ("Nothing is read from an end after it was closed");

  g_output_stream_write_all (g_io_stream_get_output_stream (self->other), "late", 4, NULL, NULL,
                             NULL);
  g_assert_true (g_io_stream_close (self->one, NULL, &error));
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (input, &byte, 1, NULL, &error), ==,
                   -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_source_keeps_stream (Fixture *self, gconstpointer data)
{
  GInputStream *input = g_io_stream_get_input_stream (self->one);
  GSource *source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  gpointer weak = input;

  g_test_summary ("A source keeps its half until it is gone, and nothing keeps the source");

  g_object_add_weak_pointer (G_OBJECT (input), &weak);
  g_clear_object (&self->one);
  g_assert_nonnull (weak);
  g_source_unref (source);
  g_assert_null (weak);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/transports/memory-stream/crosswise", test_crosswise);
  ADD ("/transports/memory-stream/pollable", test_pollable);
  ADD ("/transports/memory-stream/drop-is-close", test_drop_is_close);
  ADD ("/transports/memory-stream/closed-end", test_closed_end);
  ADD ("/transports/memory-stream/source-keeps-stream", test_source_keeps_stream);
  return g_test_run ();
}
