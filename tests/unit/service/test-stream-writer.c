/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-stream-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  KadStreamWriter *writer;
  int reader;
  guint n_closed;
} Pipe;

static char *
format_lost (guint64 n_lost)
{
  return g_strdup_printf ("lost %" G_GUINT64_FORMAT, n_lost);
}

static void
on_closed (KadStreamWriter *writer, gpointer user_data)
{
  Pipe *self = user_data;

  g_assert_true (writer == self->writer);
  self->n_closed++;
  kad_stream_writer_free (writer);
  self->writer = NULL;
}

static void
pipe_init (Pipe *self)
{
  g_autoptr (GError) error = NULL;

  self->n_closed = 0;
  self->writer = kad_stream_writer_new (&self->reader, format_lost, on_closed, self, &error);
  g_assert_no_error (error);
}

static void
turn (void)
{
  for (guint i = 0; i < 20; i++)
    while (g_main_context_iteration (NULL, FALSE))
      ;
}

/* What there is to read, and the end if it ended. */
static void
drain (Pipe *self, GString *got)
{
  g_assert_cmpint (fcntl (self->reader, F_SETFL, O_NONBLOCK), ==, 0);
  for (;;)
    {
      char bytes[65536];
      gssize n;

      turn ();
      n = read (self->reader, bytes, sizeof bytes);
      if (n <= 0)
        {
          g_assert_true (n == 0 || errno == EAGAIN);
          return;
        }
      g_string_append_len (got, bytes, n);
    }
}

static void
test_lines_come (void)
{
  g_autoptr (GString) got = g_string_new (NULL);
  Pipe pipe;

  g_test_summary ("Lines come in order, each with its end, and the end of the stream after them");

  pipe_init (&pipe);
  g_assert_true (kad_stream_writer_write (pipe.writer, "one"));
  g_assert_true (kad_stream_writer_write (pipe.writer, "two"));
  drain (&pipe, got);
  g_assert_cmpstr (got->str, ==, "one\ntwo\n");
  kad_stream_writer_write (pipe.writer, "three");
  kad_stream_writer_free (pipe.writer);
  drain (&pipe, got);
  g_assert_cmpstr (got->str, ==, "one\ntwo\nthree\n");
  g_assert_cmpuint (pipe.n_closed, ==, 0);
  close (pipe.reader);
}

static void
test_a_slow_reader_is_told_how_much_it_lost (void)
{
  g_autoptr (GString) got = g_string_new (NULL);
  g_autofree char *line = g_strnfill (999, 'x');
  g_auto (GStrv) lines = NULL;
  guint n_written = 0, n_lost = 0, n_told = 0;
  guint64 said = 0;
  Pipe pipe;

  g_test_summary ("What waits is bounded; what does not fit is counted where it is missing");

  pipe_init (&pipe);
  for (guint i = 0; i < 2000; i++)
    {
      if (kad_stream_writer_write (pipe.writer, line))
        n_written++;
      else
        n_lost++;
      g_assert_cmpuint (kad_stream_writer_get_waiting (pipe.writer), <=,
                        KAD_MAX_STREAM_BUFFER_BYTES);
    }
  g_assert_cmpuint (n_lost, >, 0);
  drain (&pipe, got);
  g_assert_true (kad_stream_writer_write (pipe.writer, "after"));
  drain (&pipe, got);
  lines = g_strsplit (got->str, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    if (g_str_has_prefix (lines[i], "lost "))
      said += g_ascii_strtoull (lines[i] + strlen ("lost "), NULL, 10);
    else
      n_told++;
  g_assert_cmpuint (n_told, ==, n_written + 1);
  g_assert_cmpuint (said, ==, n_lost);
  kad_stream_writer_free (pipe.writer);
  close (pipe.reader);
}

static void
test_losses_of_before_are_told (void)
{
  g_autoptr (GString) got = g_string_new (NULL);
  Pipe pipe;

  g_test_summary ("What was lost elsewhere is told at its place");

  pipe_init (&pipe);
  kad_stream_writer_write (pipe.writer, "one");
  kad_stream_writer_lose (pipe.writer, 3);
  kad_stream_writer_write (pipe.writer, "five");
  drain (&pipe, got);
  g_assert_cmpstr (got->str, ==, "one\nlost 3\nfive\n");
  kad_stream_writer_free (pipe.writer);
  close (pipe.reader);
}

static void
test_a_reader_that_goes_ends_it (void)
{
  Pipe pipe;

  g_test_summary ("When the reader closes it, its writer hears of it once, with and without lines");

  pipe_init (&pipe);
  close (pipe.reader);
  turn ();
  g_assert_cmpuint (pipe.n_closed, ==, 1);

  pipe_init (&pipe);
  close (pipe.reader);
  kad_stream_writer_write (pipe.writer, "nobody");
  turn ();
  g_assert_cmpuint (pipe.n_closed, ==, 1);
}

static void
test_ends_are_as_promised (void)
{
  Pipe pipe;

  g_test_summary ("The reader's end blocks, and is closed on exec");

  pipe_init (&pipe);
  g_assert_cmpint (fcntl (pipe.reader, F_GETFL) & O_NONBLOCK, ==, 0);
  g_assert_cmpint (fcntl (pipe.reader, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
  kad_stream_writer_free (pipe.writer);
  close (pipe.reader);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream-writer/lines-come", test_lines_come);
  g_test_add_func ("/stream-writer/a-slow-reader-is-told-how-much-it-lost",
                   test_a_slow_reader_is_told_how_much_it_lost);
  g_test_add_func ("/stream-writer/losses-of-before-are-told", test_losses_of_before_are_told);
  g_test_add_func ("/stream-writer/a-reader-that-goes-ends-it", test_a_reader_that_goes_ends_it);
  g_test_add_func ("/stream-writer/ends-are-as-promised", test_ends_are_as_promised);
  return g_test_run ();
}
