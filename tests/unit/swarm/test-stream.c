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
  *seen = (Seen) { .got = g_byte_array_new () };
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

  g_test_summary ("A remote that does not read bounds what is kept, and gets all of it when it wakes");

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
  g_test_add_func ("/stream/streams-hear-the-connection-end",
                   test_streams_hear_the_connection_end);
  g_test_add_func ("/stream/negotiation-that-never-ends", test_negotiation_that_never_ends);
  return g_test_run ();
}
