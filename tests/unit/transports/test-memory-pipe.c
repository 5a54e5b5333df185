/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-memory-pipe.h"

typedef struct
{
  KadMemoryPipe *pipe;
  GObject *stream; /* stands for whose half it would be */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->pipe = kad_memory_pipe_new ();
  self->stream = g_object_new (G_TYPE_OBJECT, NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  kad_memory_pipe_unref (self->pipe);
  g_assert_finalize_object (self->stream);
}

static gssize
write_some (Fixture *self, const void *data, gsize len, GError **error)
{
  return kad_memory_pipe_write (self->pipe, data, len, FALSE, NULL, error);
}

static gssize
read_some (Fixture *self, void *data, gsize len, GError **error)
{
  return kad_memory_pipe_read (self->pipe, data, len, FALSE, NULL, error);
}

static void
test_order (Fixture *self, gconstpointer data)
{
  guint8 in[7001], out[5003];
  gsize n_in = 0, n_out = 0;

  g_test_summary ("Bytes come out as they went in, round the ring and while it grows");

  while (n_out < 3 * 1024 * 1024)
    {
      gssize n;

      for (gsize i = 0; i < sizeof in; i++)
        in[i] = (guint8) ((n_in + i) % 251);
      n = write_some (self, in, sizeof in, NULL);
      if (n > 0)
        n_in += (gsize) n;
      n = read_some (self, out, sizeof out, NULL);
      for (gssize i = 0; i < n; i++)
        g_assert_cmpuint (out[i], ==, (n_out + (gsize) i) % 251);
      n_out += (gsize) n;
    }
  g_assert_cmpuint (n_in - n_out, <=, KAD_MAX_MEMORY_PIPE_BYTES);
}

static void
test_bound (Fixture *self, gconstpointer data)
{
  g_autofree guint8 *much = g_malloc0 (2 * KAD_MAX_MEMORY_PIPE_BYTES);
  g_autoptr (GError) error = NULL;

  g_test_summary ("It takes what it has room for, then nothing, and not a byte more");

  g_assert_true (kad_memory_pipe_is_writable (self->pipe));
  g_assert_cmpint (write_some (self, much, 2 * KAD_MAX_MEMORY_PIPE_BYTES, NULL), ==,
                   KAD_MAX_MEMORY_PIPE_BYTES);
  g_assert_false (kad_memory_pipe_is_writable (self->pipe));
  g_assert_cmpint (write_some (self, much, 1, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpint (read_some (self, much, 10, NULL), ==, 10);
  g_assert_true (kad_memory_pipe_is_writable (self->pipe));
  g_assert_cmpint (write_some (self, much, 100, NULL), ==, 10);
}

static void
test_writer_closes (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char text[8];

  g_test_summary ("After the writer has closed, what is left is read, then comes the end");

  g_assert_false (kad_memory_pipe_is_readable (self->pipe));
  g_assert_cmpint (write_some (self, "left", 4, NULL), ==, 4);
  kad_memory_pipe_close_writer (self->pipe);
  g_assert_cmpint (write_some (self, "more", 4, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpint (read_some (self, text, 8, NULL), ==, 4);
  g_assert_true (kad_memory_pipe_is_readable (self->pipe));
  g_assert_cmpint (read_some (self, text, 8, NULL), ==, 0);
  g_assert_cmpint (read_some (self, text, 8, NULL), ==, 0);
}

static void
test_reader_closes (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) write_error = NULL;
  g_autoptr (GError) read_error = NULL;
  char text[8];

  g_test_summary ("After the reader has closed, writing fails instead of waiting for ever");

  g_assert_cmpint (write_some (self, "lost", 4, NULL), ==, 4);
  kad_memory_pipe_close_reader (self->pipe);
  g_assert_true (kad_memory_pipe_is_writable (self->pipe));
  g_assert_cmpint (write_some (self, "more", 4, &write_error), ==, -1);
  g_assert_error (write_error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  g_assert_cmpint (read_some (self, text, 8, &read_error), ==, -1);
  g_assert_error (read_error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* ---- sources ---- */

typedef struct
{
  Fixture *fixture;
  guint n_calls;
  gboolean reads;
} Watch;

static gboolean
on_ready (GObject *stream, gpointer user_data)
{
  Watch *watch = user_data;
  char text[4];

  g_assert_true (stream == watch->fixture->stream);
  watch->n_calls++;
  if (watch->reads)
    read_some (watch->fixture, text, sizeof text, NULL);
  return G_SOURCE_CONTINUE;
}

static GSource *
attach (Fixture *self, Watch *watch, gboolean for_reading, GCancellable *cancellable)
{
  GSource *source
      = kad_memory_pipe_create_source (self->pipe, self->stream, for_reading, cancellable);

  g_source_set_callback (source, G_SOURCE_FUNC (on_ready), watch, NULL);
  g_source_attach (source, NULL);
  return source;
}

static void
settle (void)
{
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
}

static void
drop (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

static void
test_source_is_level_triggered (Fixture *self, gconstpointer data)
{
  Watch watch = { self, 0, FALSE };
  GSource *source = attach (self, &watch, TRUE, NULL);

  g_test_summary ("A source calls as long as there is something, and is quiet when there is not");

  settle ();
  g_assert_cmpuint (watch.n_calls, ==, 0);
  write_some (self, "12345678", 8, NULL);
  for (guint i = 0; i < 5; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (watch.n_calls, ==, 5);

  watch.n_calls = 0;
  watch.reads = TRUE;
  settle ();
  g_assert_cmpuint (watch.n_calls, ==, 2);

  watch.n_calls = 0;
  kad_memory_pipe_close_writer (self->pipe);
  settle ();
  g_assert_cmpuint (watch.n_calls, ==, 20);
  drop (source);
}

static void
test_writable_source (Fixture *self, gconstpointer data)
{
  g_autofree guint8 *much = g_malloc0 (KAD_MAX_MEMORY_PIPE_BYTES);
  Watch watch = { self, 0, FALSE };
  GSource *source;

  g_test_summary ("Who waits for room is called once there is some, or nobody to read");

  write_some (self, much, KAD_MAX_MEMORY_PIPE_BYTES, NULL);
  source = attach (self, &watch, FALSE, NULL);
  settle ();
  g_assert_cmpuint (watch.n_calls, ==, 0);
  read_some (self, much, 1, NULL);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (watch.n_calls, ==, 1);
  write_some (self, much, 1, NULL);
  settle ();
  g_assert_cmpuint (watch.n_calls, ==, 1);
  kad_memory_pipe_close_reader (self->pipe);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (watch.n_calls, ==, 2);
  drop (source);
}

static void
test_cancelled_source (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Watch watch = { self, 0, FALSE };
  GSource *source = attach (self, &watch, TRUE, cancellable);

  g_test_summary ("A source that is cancelled calls");

  settle ();
  g_assert_cmpuint (watch.n_calls, ==, 0);
  g_cancellable_cancel (cancellable);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (watch.n_calls, >, 0);
  drop (source);
}

static void
test_dropped_context (Fixture *self, gconstpointer data)
{
  GMainContext *context = g_main_context_new ();
  GSource *source = kad_memory_pipe_create_source (self->pipe, self->stream, TRUE, NULL);

  g_test_summary ("A context that is dropped with a source in it takes that along");

  g_source_attach (source, context);
  g_source_unref (source);
  g_main_context_iteration (context, FALSE);
  write_some (self, "x", 1, NULL);
  g_main_context_unref (context);
  write_some (self, "x", 1, NULL);
  kad_memory_pipe_close_writer (self->pipe);
}

/* ---- threads ---- */

typedef struct
{
  Fixture *fixture;
  GCancellable *cancellable;
  GError *error;
  gssize n;
} Waiter;

static gpointer
wait_to_read (gpointer data)
{
  Waiter *self = data;
  char byte;

  self->n
      = kad_memory_pipe_read (self->fixture->pipe, &byte, 1, TRUE, self->cancellable, &self->error);
  return NULL;
}

static void
test_blocking (Fixture *self, gconstpointer data)
{
  Waiter waiter = { self, NULL, NULL, -2 };
  GThread *thread = g_thread_new ("reader", wait_to_read, &waiter);

  g_test_summary ("A thread that waits is woken by the other side");

  g_usleep (20000);
  write_some (self, "x", 1, NULL);
  g_thread_join (thread);
  g_assert_cmpint (waiter.n, ==, 1);
}

static void
test_blocking_is_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Waiter waiter = { self, cancellable, NULL, -2 };
  GThread *thread = g_thread_new ("reader", wait_to_read, &waiter);

  g_test_summary ("A thread that waits can be cancelled");

  g_usleep (20000);
  g_cancellable_cancel (cancellable);
  g_thread_join (thread);
  g_assert_cmpint (waiter.n, ==, -1);
  g_assert_error (waiter.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&waiter.error);
}

#define N_SMALL 50000

static gpointer
write_small (gpointer data)
{
  Fixture *self = data;

  for (guint i = 0; i < N_SMALL; i++)
    while (write_some (self, "abcd", 4, NULL) != 4)
      g_thread_yield ();
  return NULL;
}

static gboolean
on_readable (GObject *stream, gpointer user_data)
{
  Watch *watch = user_data;
  char text[64];
  gssize n;

  while ((n = read_some (watch->fixture, text, sizeof text, NULL)) > 0)
    watch->n_calls += (guint) n;
  return G_SOURCE_CONTINUE;
}

static void
test_no_wake_is_lost (Fixture *self, gconstpointer data)
{
  Watch watch = { self, 0, FALSE };
  GSource *source = kad_memory_pipe_create_source (self->pipe, self->stream, TRUE, NULL);
  GThread *thread;

  g_test_summary ("A loop that sleeps is woken for each byte of another thread");

  g_source_set_callback (source, G_SOURCE_FUNC (on_readable), &watch, NULL);
  g_source_attach (source, NULL);
  thread = g_thread_new ("writer", write_small, self);
  /* A lost wake would sleep here until the test's time is over. */
  while (watch.n_calls < 4 * N_SMALL)
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  g_assert_cmpuint (watch.n_calls, ==, 4 * N_SMALL);
  drop (source);
}

/* ---- latency ---- */

#define LATENCY_US (60 * G_TIME_SPAN_MILLISECOND)

static void
slow_down (Fixture *self, gint64 latency_us)
{
  const KadMemoryLatency latency = { latency_us, 0 };

  kad_memory_pipe_add_latency (self->pipe, &latency);
}

static void
sleep_until (gint64 time_us)
{
  gint64 left_us = time_us - g_get_monotonic_time ();

  if (left_us > 0)
    g_usleep ((gulong) left_us);
}

static void
test_latency (Fixture *self, gconstpointer data)
{
  gint64 first_us, second_us;
  char text[8];

  g_test_summary ("What is written comes late, in its order, and the end behind it");

  slow_down (self, LATENCY_US);
  first_us = g_get_monotonic_time ();
  g_assert_cmpint (write_some (self, "ab", 2, NULL), ==, 2);
  sleep_until (first_us + LATENCY_US / 2);
  second_us = g_get_monotonic_time ();
  g_assert_cmpint (write_some (self, "cd", 2, NULL), ==, 2);
  kad_memory_pipe_close_writer (self->pipe);
  /* On a machine that slept meanwhile nothing is known of what has not come yet. */
  if (!kad_memory_pipe_is_readable (self->pipe))
    g_assert_cmpint (read_some (self, text, 8, NULL), ==, -1);
  sleep_until (first_us + LATENCY_US + 2000);
  g_assert_true (kad_memory_pipe_is_readable (self->pipe));
  g_assert_cmpint (read_some (self, text, 2, NULL), ==, 2);
  g_assert_cmpmem (text, 2, "ab", 2);
  sleep_until (second_us + LATENCY_US + 2000);
  g_assert_cmpint (read_some (self, text, 8, NULL), ==, 2);
  g_assert_cmpmem (text, 2, "cd", 2);
  g_assert_cmpint (read_some (self, text, 8, NULL), ==, 0);
}

static void
test_latency_is_waited_for (Fixture *self, gconstpointer data)
{
  Waiter waiter = { self, NULL, NULL, -2 };
  gint64 begun_us = g_get_monotonic_time ();
  GThread *thread;

  g_test_summary ("A thread that waits has it no sooner, and needs nobody to wake it");

  slow_down (self, LATENCY_US);
  write_some (self, "x", 1, NULL);
  thread = g_thread_new ("reader", wait_to_read, &waiter);
  g_thread_join (thread);
  g_assert_cmpint (waiter.n, ==, 1);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, LATENCY_US);
}

static gboolean
on_too_late (gpointer user_data)
{
  g_error ("The loop was not woken");
  return G_SOURCE_REMOVE;
}

static void
test_latency_wakes_the_loop (Fixture *self, gconstpointer data)
{
  Watch watch = { self, 0, TRUE };
  GSource *source;
  guint too_late = g_timeout_add_seconds (30, on_too_late, NULL);
  gint64 begun_us;

  g_test_summary ("A loop that sleeps wakes when what was written comes, and when the end does");

  slow_down (self, LATENCY_US);
  source = attach (self, &watch, TRUE, NULL);
  begun_us = g_get_monotonic_time ();
  write_some (self, "abcd", 4, NULL);
  while (watch.n_calls == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, LATENCY_US);
  settle ();
  g_assert_cmpuint (watch.n_calls, ==, 1);
  begun_us = g_get_monotonic_time ();
  kad_memory_pipe_close_writer (self->pipe);
  while (watch.n_calls == 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, LATENCY_US);
  g_source_remove (too_late);
  drop (source);
}

static void
test_latencies_add_up (Fixture *self, gconstpointer data)
{
  Waiter waiter = { self, NULL, NULL, -2 };
  gint64 begun_us = g_get_monotonic_time ();
  const KadMemoryLatency one = { LATENCY_US, 0 };
  const KadMemoryLatency other = { LATENCY_US, begun_us };

  g_test_summary ("Those of both ends add up");

  kad_memory_pipe_add_latency (self->pipe, &one);
  kad_memory_pipe_add_latency (self->pipe, &other);
  write_some (self, "x", 1, NULL);
  wait_to_read (&waiter);
  g_assert_cmpint (waiter.n, ==, 1);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, 2 * LATENCY_US);
}

static void
test_latency_begins (Fixture *self, gconstpointer data)
{
  const KadMemoryLatency never = { LATENCY_US, G_MAXINT64 };
  char byte;

  g_test_summary ("Before its time has come there is none");

  kad_memory_pipe_add_latency (self->pipe, &never);
  write_some (self, "x", 1, NULL);
  kad_memory_pipe_close_writer (self->pipe);
  g_assert_cmpint (read_some (self, &byte, 1, NULL), ==, 1);
  g_assert_cmpint (read_some (self, &byte, 1, NULL), ==, 0);
}

static void
test_latency_is_bounded (Fixture *self, gconstpointer data)
{
  g_autofree guint8 *much = g_malloc0 (KAD_MAX_MEMORY_PIPE_BYTES);

  g_test_summary ("What is under way counts, and a reader that closes lets go of it");

  slow_down (self, 60 * G_USEC_PER_SEC);
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpint (write_some (self, much, 1, NULL), ==, 1);
  g_assert_cmpint (write_some (self, much, KAD_MAX_MEMORY_PIPE_BYTES, NULL), ==,
                   KAD_MAX_MEMORY_PIPE_BYTES - 1000);
  g_assert_false (kad_memory_pipe_is_writable (self->pipe));
  g_assert_false (kad_memory_pipe_is_readable (self->pipe));
  kad_memory_pipe_close_reader (self->pipe);
  g_assert_cmpint (write_some (self, much, 1, NULL), ==, -1);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/transports/memory-pipe/order", test_order);
  ADD ("/transports/memory-pipe/bound", test_bound);
  ADD ("/transports/memory-pipe/writer-closes", test_writer_closes);
  ADD ("/transports/memory-pipe/reader-closes", test_reader_closes);
  ADD ("/transports/memory-pipe/source-is-level-triggered", test_source_is_level_triggered);
  ADD ("/transports/memory-pipe/writable-source", test_writable_source);
  ADD ("/transports/memory-pipe/cancelled-source", test_cancelled_source);
  ADD ("/transports/memory-pipe/dropped-context", test_dropped_context);
  ADD ("/transports/memory-pipe/blocking", test_blocking);
  ADD ("/transports/memory-pipe/blocking-is-cancelled", test_blocking_is_cancelled);
  ADD ("/transports/memory-pipe/no-wake-is-lost", test_no_wake_is_lost);
  ADD ("/transports/memory-pipe/latency", test_latency);
  ADD ("/transports/memory-pipe/latency-is-waited-for", test_latency_is_waited_for);
  ADD ("/transports/memory-pipe/latency-wakes-the-loop", test_latency_wakes_the_loop);
  ADD ("/transports/memory-pipe/latencies-add-up", test_latencies_add_up);
  ADD ("/transports/memory-pipe/latency-begins", test_latency_begins);
  ADD ("/transports/memory-pipe/latency-is-bounded", test_latency_is_bounded);
  return g_test_run ();
}
