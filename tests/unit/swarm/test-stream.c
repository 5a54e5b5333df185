/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-stream.h"

#include <gio/gio.h>
#include <string.h>

#include "kad-error.h"
#include "kad-swarm-testing.h"

/* What a stream of the tests has seen. */
typedef struct
{
  GByteArray *got;
  gboolean is_ended; /* the remote's end came */
  guint closed;
  int code;
  gboolean is_paused; /* does not read */
  KadStream *stream;
} Seen;

static Seen server_seen;

static void
seen_readable (KadStream *stream)
{
  Seen *seen = kad_stream_get_state (stream);
  const guint8 *data;
  gsize len;

  if (seen->is_paused)
    return;
  data = kad_stream_peek (stream, &len);
  g_byte_array_append (seen->got, data, len);
  kad_stream_consume (stream, len);
  seen->is_ended = kad_stream_is_remote_closed (stream);
}

static void
seen_closed (KadStream *stream, const GError *reason)
{
  Seen *seen = kad_stream_get_state (stream);

  seen->closed++;
  seen->code = reason->code;
  seen->stream = NULL;
}

static gboolean
server_accepted (KadStream *stream, gpointer user_data)
{
  server_seen.stream = stream;
  kad_stream_set_state (stream, &server_seen);
  return TRUE;
}

static void
echo_readable (KadStream *stream)
{
  const guint8 *data;
  gsize len;

  data = kad_stream_peek (stream, &len);
  if (len > 0)
    g_assert_true (kad_stream_write (stream, data, len));
  kad_stream_consume (stream, len);
  if (kad_stream_is_remote_closed (stream))
    kad_stream_release (stream);
}

static gboolean
echo_accepted (KadStream *stream, gpointer user_data)
{
  return TRUE;
}

static void
echo_closed (KadStream *stream, const GError *reason)
{
}

static const KadStreamProtocol sink = {
  .name = "/test/sink",
  .accepted = server_accepted,
  .readable = seen_readable,
  .closed = seen_closed,
};
static const KadStreamProtocol echo = {
  .name = "/test/echo",
  .accepted = echo_accepted,
  .readable = echo_readable,
  .closed = echo_closed,
};
static const KadStreamProtocol client_sink = {
  .name = "/test/sink",
  .readable = seen_readable,
  .closed = seen_closed,
};
static const KadStreamProtocol client_echo = {
  .name = "/test/echo",
  .readable = seen_readable,
  .closed = seen_closed,
};
static const KadStreamProtocol client_unknown = {
  .name = "/test/unknown",
  .readable = seen_readable,
  .closed = seen_closed,
};
static const KadStreamProtocol *const served[] = { &sink, &echo, NULL };

static void
seen_init (Seen *seen)
{
  *seen = (Seen){ .got = g_byte_array_new () };
}

static void
seen_clear (Seen *seen)
{
  g_byte_array_unref (seen->got);
}

static void
set_up (Pair *pair)
{
  seen_init (&server_seen);
  pair_init (pair);
  pair->b.protocols = served;
}

static void
tear_down (Pair *pair)
{
  pair_clear (pair);
  seen_clear (&server_seen);
}

static void
test_payload_in_the_first_flight (void)
{
  Pair pair;
  Seen seen;
  KadStream *stream;

  g_test_summary ("What is written before any answer came arrives after the negotiation");

  set_up (&pair);
  seen_init (&seen);
  stream = kad_stream_open (pair.a.connection, &client_sink, &seen, NULL);
  g_assert_true (kad_stream_write (stream, (const guint8 *) "hello", 5));
  kad_stream_shutdown (stream);
  pair_run_until (&pair, server_seen.is_ended);
  g_assert_cmpmem (server_seen.got->data, server_seen.got->len, "hello", 5);
  tear_down (&pair);
  seen_clear (&seen);
}

static void
test_refused_protocol (void)
{
  Pair pair;
  Seen seen;

  g_test_summary ("A protocol that the remote does not have is an error of the stream alone");

  set_up (&pair);
  seen_init (&seen);
  g_assert_nonnull (kad_stream_open (pair.a.connection, &client_unknown, &seen, NULL));
  pair_run_until (&pair, seen.closed);
  g_assert_cmpint (seen.code, ==, KAD_ERROR_NOT_SUPPORTED);
  g_assert_cmpuint (pair.a.closed + pair.b.closed, ==, 0);
  tear_down (&pair);
  seen_clear (&seen);
}

static void
test_much_comes_back (void)
{
  Pair pair;
  Seen seen;
  KadStream *stream;
  g_autofree guint8 *data = g_malloc (4 * 1024 * 1024);
  gsize len = 4 * 1024 * 1024;

  g_test_summary ("Four MiB echoed through windows and sockets come back whole and in order");

  set_up (&pair);
  seen_init (&seen);
  for (gsize i = 0; i < len; i++)
    data[i] = (i * 2654435761u) >> 24;
  stream = kad_stream_open (pair.a.connection, &client_echo, &seen, NULL);
  g_assert_true (kad_stream_write (stream, data, len));
  kad_stream_shutdown (stream);
  pair_run_until (&pair, seen.is_ended);
  g_assert_cmpmem (seen.got->data, seen.got->len, data, len);
  tear_down (&pair);
  seen_clear (&seen);
}

static void
test_reader_that_sleeps_holds_the_writer (void)
{
  Pair pair;
  Seen seen;
  KadStream *stream;
  g_autofree guint8 *data = g_malloc0 (KAD_MAX_STREAM_PENDING);

  g_test_summary (
      "A remote that does not read bounds what is kept, and gets all of it when it wakes");

  set_up (&pair);
  seen_init (&seen);
  server_seen.is_paused = TRUE;
  stream = kad_stream_open (pair.a.connection, &client_sink, &seen, NULL);
  g_assert_true (kad_stream_write (stream, data, KAD_MAX_STREAM_PENDING));
  for (guint i = 0; i < 200; i++)
    g_main_context_iteration (pair.context, FALSE);
  g_assert_cmpuint (kad_stream_get_pending (stream), >, 0);
  g_assert_false (kad_stream_write (stream, data, KAD_MAX_STREAM_PENDING));

  server_seen.is_paused = FALSE;
  seen_readable (server_seen.stream);
  pair_run_until (&pair, server_seen.got->len == KAD_MAX_STREAM_PENDING);
  g_assert_cmpuint (kad_stream_get_pending (stream), ==, 0);
  tear_down (&pair);
  seen_clear (&seen);
}

static void
test_reset_is_heard_after_what_came_before (void)
{
  Pair pair;
  Seen seen;
  KadStream *stream;

  g_test_summary ("seen on the wire: bytes that arrived before a RST stay readable");

  set_up (&pair);
  seen_init (&seen);
  stream = kad_stream_open (pair.a.connection, &client_sink, &seen, NULL);
  g_assert_true (kad_stream_write (stream, (const guint8 *) "last", 4));
  kad_stream_reset (stream);
  pair_run_until (&pair, server_seen.closed);
  g_assert_cmpmem (server_seen.got->data, server_seen.got->len, "last", 4);
  g_assert_cmpint (server_seen.code, ==, KAD_ERROR_CLOSED);
  tear_down (&pair);
  seen_clear (&seen);
}

static void
test_release_delivers_what_waits (void)
{
  Pair pair;
  Seen seen;
  KadStream *stream;
  g_autofree guint8 *data = g_malloc0 (2 * 1024 * 1024);

  g_test_summary ("A released stream still sends what was written, then its end");

  set_up (&pair);
  seen_init (&seen);
  stream = kad_stream_open (pair.a.connection, &client_sink, &seen, NULL);
  g_assert_true (kad_stream_write (stream, data, 2 * 1024 * 1024));
  kad_stream_release (stream);
  pair_run_until (&pair, server_seen.is_ended);
  g_assert_cmpuint (server_seen.got->len, ==, 2 * 1024 * 1024);
  g_assert_cmpuint (seen.closed, ==, 0);
  g_assert_cmpuint (kad_connection_get_n_streams (pair.a.connection), ==, 0);
  tear_down (&pair);
  seen_clear (&seen);
}

static void
test_streams_hear_the_connection_end (void)
{
  Pair pair;
  Seen seen;

  g_test_summary ("Every stream hears that its connection ended, once");

  set_up (&pair);
  seen_init (&seen);
  g_assert_nonnull (kad_stream_open (pair.a.connection, &client_sink, &seen, NULL));
  pair_run_until (&pair, server_seen.stream != NULL);
  kad_connection_close (pair.b.connection, g_error_new_literal (G_IO_ERROR, 0, "gone"));
  pair_run_until (&pair, pair.a.closed);
  g_assert_cmpuint (seen.closed, ==, 1);
  g_assert_cmpuint (server_seen.closed, ==, 1);
  tear_down (&pair);
  seen_clear (&seen);
}

static void
test_negotiation_that_never_ends (void)
{
  Pair pair;
  Seen seen;
  gint64 now_us;

  g_test_summary ("A stream whose protocol is never agreed on is swept away");

  set_up (&pair);
  seen_init (&seen);
  g_assert_nonnull (kad_stream_open (pair.a.connection, &client_sink, &seen, NULL));
  now_us = kad_reactor_get_now (pair.reactor);
  kad_connection_sweep (pair.a.connection, now_us + KAD_STREAM_NEGOTIATION_TIMEOUT_US - 1);
  g_assert_cmpuint (seen.closed, ==, 0);
  kad_connection_sweep (pair.a.connection, now_us + KAD_STREAM_NEGOTIATION_TIMEOUT_US);
  g_assert_cmpuint (seen.closed, ==, 1);
  g_assert_cmpint (seen.code, ==, KAD_ERROR_TIMEOUT);
  tear_down (&pair);
  seen_clear (&seen);
}

/* ---- callbacks that do what they like ---- */

static guint closer_closed;

static void
closer_on_closed (KadStream *stream, const GError *reason)
{
  closer_closed++;
  kad_connection_close (kad_stream_get_connection (stream),
                        g_error_new_literal (G_IO_ERROR, 0, "closed by its stream"));
}

static void
closer_readable (KadStream *stream)
{
  kad_connection_close (kad_stream_get_connection (stream),
                        g_error_new_literal (G_IO_ERROR, 0, "closed by its stream"));
}

static const KadStreamProtocol client_closer = {
  .name = "/test/unknown",
  .readable = closer_readable,
  .closed = closer_on_closed,
};
static const KadStreamProtocol client_echo_closer = {
  .name = "/test/echo",
  .readable = closer_readable,
  .closed = closer_on_closed,
};

static void
test_closes_its_connection_when_it_ends (void)
{
  Pair pair;

  g_test_summary ("A stream that is refused may close its connection: each stream ends once");

  set_up (&pair);
  closer_closed = 0;
  for (guint i = 0; i < 5; i++)
    g_assert_nonnull (kad_stream_open (pair.a.connection, &client_closer, NULL, NULL));
  pair_run_until (&pair, pair.a.closed);
  g_assert_cmpuint (closer_closed, ==, 5);
  g_assert_cmpuint (pair.a.closed, ==, 1);
  g_assert_cmpstr (pair.a.reason->message, ==, "closed by its stream");
  g_assert_cmpuint (kad_connection_get_n_streams (pair.a.connection), ==, 0);
  tear_down (&pair);
}

static void
test_closes_its_connection_when_it_reads (void)
{
  Pair pair;
  KadStream *stream;

  g_test_summary ("A stream that hears bytes may close its connection");

  set_up (&pair);
  closer_closed = 0;
  stream = kad_stream_open (pair.a.connection, &client_echo_closer, NULL, NULL);
  g_assert_true (kad_stream_write (stream, (const guint8 *) "hello", 5));
  pair_run_until (&pair, pair.a.closed);
  g_assert_cmpuint (closer_closed, ==, 1);
  tear_down (&pair);
}

typedef struct
{
  KadStream *streams[4];
  guint n_closed;
} Quartet;

static void
quartet_closed (KadStream *stream, const GError *reason)
{
  Quartet *quartet = kad_stream_get_state (stream);

  quartet->n_closed++;
  for (guint i = 0; i < G_N_ELEMENTS (quartet->streams); i++)
    {
      KadStream *other = g_steal_pointer (&quartet->streams[i]);

      if (other != NULL && other != stream)
        kad_stream_reset (other);
    }
}

static const KadStreamProtocol client_quartet = {
  .name = "/test/sink",
  .readable = closer_readable,
  .closed = quartet_closed,
};

static void
test_ends_the_others_in_a_sweep (void)
{
  Pair pair;
  Quartet quartet = { 0 };

  g_test_summary ("A stream that a sweep ends may end the others that the sweep has still to see");

  set_up (&pair);
  for (guint i = 0; i < G_N_ELEMENTS (quartet.streams); i++)
    quartet.streams[i] = kad_stream_open (pair.a.connection, &client_quartet, &quartet, NULL);
  kad_connection_sweep (pair.a.connection,
                        kad_reactor_get_now (pair.reactor) + KAD_STREAM_NEGOTIATION_TIMEOUT_US);
  g_assert_cmpuint (quartet.n_closed, ==, 1);
  g_assert_cmpuint (kad_connection_get_n_streams (pair.a.connection), ==, 0);
  tear_down (&pair);
}

static void
test_released_towards_who_does_not_read (void)
{
  Pair pair;
  Seen seen;
  KadStream *stream;
  g_autofree guint8 *data = g_malloc0 (2 * 1024 * 1024);
  gint64 now_us;

  g_test_summary ("A released stream whose last bytes nobody reads goes after its time");

  set_up (&pair);
  seen_init (&seen);
  server_seen.is_paused = TRUE;
  stream = kad_stream_open (pair.a.connection, &client_sink, &seen, NULL);
  g_assert_true (kad_stream_write (stream, data, 2 * 1024 * 1024));
  pair_run_until (&pair, kad_stream_is_negotiated (stream));
  kad_stream_release (stream);
  now_us = kad_reactor_get_now (pair.reactor);
  g_assert_cmpuint (kad_connection_get_n_streams (pair.a.connection), ==, 1);
  kad_connection_sweep (pair.a.connection, now_us + KAD_STREAM_DRAIN_TIMEOUT_US - 1);
  g_assert_cmpuint (kad_connection_get_n_streams (pair.a.connection), ==, 1);
  kad_connection_sweep (pair.a.connection, now_us + KAD_STREAM_DRAIN_TIMEOUT_US);
  g_assert_cmpuint (kad_connection_get_n_streams (pair.a.connection), ==, 0);
  g_assert_cmpuint (seen.closed, ==, 0);
  tear_down (&pair);
  seen_clear (&seen);
}

static guint flood_calls;

/* The second time it is called, which the reset is the reason for: reads, writes more than can
 * leave, and lets go. */
static void
flood_readable (KadStream *stream)
{
  static guint8 flood[1024 * 1024];
  const guint8 *data;
  gsize len;

  if (flood_calls++ == 0)
    return;
  data = kad_stream_peek (stream, &len);
  g_assert_cmpmem (data, len, "go", 2);
  kad_stream_consume (stream, len);
  g_assert_true (kad_stream_write (stream, flood, sizeof flood));
  kad_stream_release (stream);
}

static const KadStreamProtocol flood = {
  .name = "/test/sink",
  .accepted = echo_accepted,
  .readable = flood_readable,
  .closed = echo_closed,
};

static void
test_released_towards_who_reset (void)
{
  static const KadStreamProtocol *const flooding[] = { &flood, NULL };
  Pair pair;
  Seen seen;
  KadStream *stream;

  g_test_summary ("A stream that is released when the remote has reset it is gone at once");

  set_up (&pair);
  seen_init (&seen);
  pair.b.protocols = flooding;
  flood_calls = 0;
  stream = kad_stream_open (pair.a.connection, &client_sink, &seen, NULL);
  g_assert_true (kad_stream_write (stream, (const guint8 *) "go", 2));
  kad_stream_reset (stream);
  for (guint i = 0; i < 50; i++)
    g_main_context_iteration (pair.context, FALSE);
  g_assert_cmpuint (flood_calls, ==, 2);
  g_assert_cmpuint (kad_connection_get_n_streams (pair.b.connection), ==, 0);
  g_assert_cmpuint (pair.a.closed + pair.b.closed, ==, 0);
  tear_down (&pair);
  seen_clear (&seen);
}

static void
test_both_sides_push_without_reading (void)
{
  enum
  {
    N = 8,
    BYTES = 1024 * 1024
  };
  Pair pair;
  Seen seen[N];
  g_autofree guint8 *data = g_malloc0 (BYTES);
  guint done = 0;

  g_test_summary ("Both sides push 1 MiB on 8 streams and read late: nothing is stuck");

  set_up (&pair);
  for (guint i = 0; i < N; i++)
    {
      KadStream *stream;

      seen_init (&seen[i]);
      stream = kad_stream_open (pair.a.connection, &client_echo, &seen[i], NULL);
      seen[i].is_paused = TRUE;
      seen[i].stream = stream;
      g_assert_true (kad_stream_write (stream, data, BYTES));
      kad_stream_shutdown (stream);
    }
  for (guint i = 0; i < 300; i++)
    g_main_context_iteration (pair.context, FALSE);
  for (guint i = 0; i < N; i++)
    {
      seen[i].is_paused = FALSE;
      seen_readable (seen[i].stream);
    }
  pair_run_until (&pair, ({
    done = 0;
    for (guint i = 0; i < N; i++)
      done += seen[i].is_ended;
    done == N;
  }));
  for (guint i = 0; i < N; i++)
    g_assert_cmpuint (seen[i].got->len, ==, BYTES);
  tear_down (&pair);
  for (guint i = 0; i < N; i++)
    seen_clear (&seen[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream/payload-in-the-first-flight", test_payload_in_the_first_flight);
  g_test_add_func ("/stream/refused-protocol", test_refused_protocol);
  g_test_add_func ("/stream/much-comes-back", test_much_comes_back);
  g_test_add_func ("/stream/reader-that-sleeps-holds-the-writer",
                   test_reader_that_sleeps_holds_the_writer);
  g_test_add_func ("/stream/reset-is-heard-after-what-came-before",
                   test_reset_is_heard_after_what_came_before);
  g_test_add_func ("/stream/release-delivers-what-waits", test_release_delivers_what_waits);
  g_test_add_func ("/stream/streams-hear-the-connection-end", test_streams_hear_the_connection_end);
  g_test_add_func ("/stream/negotiation-that-never-ends", test_negotiation_that_never_ends);
  g_test_add_func ("/stream/closes-its-connection-when-it-ends",
                   test_closes_its_connection_when_it_ends);
  g_test_add_func ("/stream/closes-its-connection-when-it-reads",
                   test_closes_its_connection_when_it_reads);
  g_test_add_func ("/stream/ends-the-others-in-a-sweep", test_ends_the_others_in_a_sweep);
  g_test_add_func ("/stream/released-towards-who-does-not-read",
                   test_released_towards_who_does_not_read);
  g_test_add_func ("/stream/released-towards-who-reset", test_released_towards_who_reset);
  g_test_add_func ("/stream/both-sides-push-without-reading", test_both_sides_push_without_reading);
  return g_test_run ();
}
