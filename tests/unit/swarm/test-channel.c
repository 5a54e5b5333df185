/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-channel.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kad-memory-stream.h"
#include "kad-memory-transport.h"

/* A channel of either kind, and the other end as the test holds it. */
typedef struct
{
  GMainContext *context;
  KadReactor *reactor;
  KadChannel channel;
  gboolean is_stream;
  int fd;            /* -1 */
  GIOStream *stream; /* (nullable) */
  guint readable;
  guint writable;
  gboolean closes; /* in the callback */
} Lab;

static void
on_channel (gpointer user_data, gboolean readable, gboolean writable)
{
  Lab *lab = user_data;

  lab->readable += readable;
  lab->writable += writable;
  if (lab->closes)
    kad_channel_close (&lab->channel);
}

static void
lab_init (Lab *lab, gboolean is_stream)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/memory/1", NULL);
  g_autoptr (KadLink) link = NULL;
  g_autoptr (GIOStream) ours = NULL;
  g_autoptr (GError) error = NULL;
  int fds[2];

  *lab = (Lab){ .is_stream = is_stream, .fd = -1 };
  lab->context = g_main_context_new ();
  g_main_context_push_thread_default (lab->context);
  lab->reactor = kad_reactor_new (lab->context, &error);
  g_assert_no_error (error);
  if (is_stream)
    {
      kad_memory_transport_register_static ();
      kad_memory_stream_new_pair (&ours, &lab->stream);
      link = kad_link_new_for_stream (ours, address, address);
    }
  else
    {
      g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), ==, 0);
      lab->fd = fds[1];
      link = kad_link_new_for_fd (fds[0], address, address);
    }
  g_assert_true (kad_channel_open (&lab->channel, lab->reactor, link, on_channel, lab, &error));
  g_assert_no_error (error);
}

static void
lab_clear (Lab *lab)
{
  kad_channel_close (&lab->channel);
  if (lab->fd >= 0)
    close (lab->fd);
  g_clear_object (&lab->stream);
  kad_reactor_free (lab->reactor);
  while (g_main_context_iteration (lab->context, FALSE))
    ;
  g_main_context_pop_thread_default (lab->context);
  g_main_context_unref (lab->context);
}

static gssize
other_write (Lab *lab, const char *data, gsize len)
{
  if (lab->fd >= 0)
    return write (lab->fd, data, len);
  return g_pollable_output_stream_write_nonblocking (
      G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (lab->stream)), data, len, NULL,
      NULL);
}

static gssize
other_read (Lab *lab, char *data, gsize len)
{
  if (lab->fd >= 0)
    return read (lab->fd, data, len);
  return g_pollable_input_stream_read_nonblocking (
      G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (lab->stream)), data, len, NULL, NULL);
}

static void
other_end (Lab *lab)
{
  if (lab->fd >= 0)
    shutdown (lab->fd, SHUT_WR);
  else
    g_output_stream_close (g_io_stream_get_output_stream (lab->stream), NULL, NULL);
}

static void
turns (Lab *lab, guint n)
{
  for (guint i = 0; i < n; i++)
    g_main_context_iteration (lab->context, FALSE);
}

#define run_until(lab, condition)                                                                  \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 give_up_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;                             \
    while (!(condition))                                                                           \
      {                                                                                            \
        g_main_context_iteration ((lab)->context, FALSE);                                          \
        g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);                                  \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

static void
test_reads_and_the_end (gconstpointer data)
{
  Lab lab;
  guint8 bytes[16];
  g_autoptr (GError) error = NULL;

  g_test_summary ("Bytes come as they were sent, then WOULD_BLOCK, and 0 at the remote's end");

  lab_init (&lab, GPOINTER_TO_INT (data));
  g_assert_cmpint (kad_channel_read (&lab.channel, bytes, sizeof bytes, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);

  g_assert_cmpint (other_write (&lab, "hello", 5), ==, 5);
  run_until (&lab, lab.readable > 0);
  g_assert_cmpint (kad_channel_read (&lab.channel, bytes, 3, &error), ==, 3);
  g_assert_cmpint (kad_channel_read (&lab.channel, bytes + 3, 13, &error), ==, 2);
  g_assert_cmpmem (bytes, 5, "hello", 5);

  lab.readable = 0;
  turns (&lab, 20);
  g_assert_cmpuint (lab.readable, ==, 0);
  other_end (&lab);
  run_until (&lab, lab.readable > 0);
  g_assert_cmpint (kad_channel_read (&lab.channel, bytes, sizeof bytes, &error), ==, 0);
  g_assert_no_error (error);
  lab_clear (&lab);
}

static void
test_interest_in_input (gconstpointer data)
{
  Lab lab;
  guint8 bytes[16];

  g_test_summary ("Without interest in input nothing is told of it; with interest again it is");

  lab_init (&lab, GPOINTER_TO_INT (data));
  kad_channel_set_interest (&lab.channel, FALSE, FALSE);
  g_assert_cmpint (other_write (&lab, "hello", 5), ==, 5);
  turns (&lab, 20);
  g_assert_cmpuint (lab.readable, ==, 0);
  kad_channel_set_interest (&lab.channel, TRUE, FALSE);
  run_until (&lab, lab.readable > 0);
  g_assert_cmpint (kad_channel_read (&lab.channel, bytes, sizeof bytes, NULL), ==, 5);
  lab_clear (&lab);
}

static void
test_writes_until_full (gconstpointer data)
{
  Lab lab;
  g_autofree guint8 *zeroes = g_malloc0 (65536);
  g_autofree char *sink = g_malloc (65536);
  gsize written = 0, got = 0;
  gssize n;
  g_autoptr (GError) error = NULL;

  g_test_summary ("A remote that does not read makes writes block; when it reads, output is told");

  lab_init (&lab, GPOINTER_TO_INT (data));
  while ((n = kad_channel_write (&lab.channel, zeroes, 65536, &error)) > 0)
    written += n;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpuint (written, >, 0);
  kad_channel_set_interest (&lab.channel, TRUE, TRUE);
  turns (&lab, 20);
  g_assert_cmpuint (lab.writable, ==, 0);

  while ((n = other_read (&lab, sink, 65536)) > 0)
    got += n;
  g_assert_cmpuint (got, ==, written);
  run_until (&lab, lab.writable > 0);
  kad_channel_set_interest (&lab.channel, TRUE, FALSE);
  lab.writable = 0;
  turns (&lab, 20);
  g_assert_cmpuint (lab.writable, ==, 0);
  lab_clear (&lab);
}

static void
test_remote_gone (gconstpointer data)
{
  Lab lab;
  g_autoptr (GError) error = NULL;
  guint8 byte = 0;

  g_test_summary ("Writing to who is gone is an error, not a signal");

  lab_init (&lab, GPOINTER_TO_INT (data));
  if (lab.fd >= 0)
    close (lab.fd);
  else
    {
      g_io_stream_close (lab.stream, NULL, NULL);
      g_clear_object (&lab.stream);
    }
  lab.fd = -1;
  g_assert_cmpint (kad_channel_write (&lab.channel, &byte, 1, &error), ==, -1);
  g_assert_nonnull (error);
  g_assert_false (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
  lab_clear (&lab);
}

static void
test_closes_in_its_callback (gconstpointer data)
{
  Lab lab;

  g_test_summary ("Closed in its own callback, a channel is not called again, and closing twice is "
                  "nothing");

  lab_init (&lab, GPOINTER_TO_INT (data));
  lab.closes = TRUE;
  g_assert_cmpint (other_write (&lab, "hello", 5), ==, 5);
  run_until (&lab, lab.readable > 0);
  turns (&lab, 20);
  g_assert_cmpuint (lab.readable, ==, 1);
  kad_channel_close (&lab.channel);
  lab_clear (&lab);
}

static void
test_stream_that_cannot_be_polled (void)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/memory/1", NULL);
  g_autoptr (GInputStream) input = g_memory_input_stream_new ();
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) output = g_buffered_output_stream_new (memory);
  g_autoptr (GInputStream) unpollable = g_buffered_input_stream_new (input);
  g_autoptr (GIOStream) stream = g_simple_io_stream_new (unpollable, output);
  g_autoptr (KadLink) link = kad_link_new_for_stream (stream, address, address);
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GError) error = NULL;
  KadReactor *reactor = kad_reactor_new (context, &error);
  KadChannel channel;

  g_test_summary ("A stream that cannot be polled is refused with a reason");

  g_assert_false (kad_channel_open (&channel, reactor, link, on_channel, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  kad_channel_close (&channel);
  kad_reactor_free (reactor);
}

static void
add (const char *kind, gboolean is_stream)
{
  static const struct
  {
    const char *name;
    GTestDataFunc func;
  } tests[] = {
    { "reads-and-the-end", test_reads_and_the_end },
    { "interest-in-input", test_interest_in_input },
    { "writes-until-full", test_writes_until_full },
    { "remote-gone", test_remote_gone },
    { "closes-in-its-callback", test_closes_in_its_callback },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/channel/%s/%s", kind, tests[i].name);

      g_test_add_data_func (path, GINT_TO_POINTER (is_stream), tests[i].func);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("descriptor", FALSE);
  add ("stream", TRUE);
  g_test_add_func ("/channel/stream-that-cannot-be-polled", test_stream_that_cannot_be_polled);
  return g_test_run ();
}
