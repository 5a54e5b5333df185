/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yamux-test.h"

static void
test_syn_rides_on_the_first_frame (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_INITIATOR, BUDGET);
  KadYamuxStream *stream = open_stream (session);

  g_test_summary ("A new stream says nothing until it is written, then SYN and payload in one");

  assert_no_frame (session);
  g_assert_cmpuint (kad_yamux_stream_write (session, stream, (const guint8 *) "hello", 5), ==, 5);
  assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_SYN, 1, 5);
  g_assert_cmpuint (write_zeros (session, stream, 7), ==, 7);
  assert_frame (session, KAD_YAMUX_DATA, 0, 1, 7);
  assert_no_frame (session);
}

static void
test_syn_rides_on_fin (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_INITIATOR, BUDGET);

  g_test_summary ("A stream that is ended unwritten is announced by its end");

  kad_yamux_stream_shutdown (session, open_stream (session));
  assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_SYN | KAD_YAMUX_FIN, 1, 0);
}

static void
test_unannounced_stream_leaves_no_trace (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_INITIATOR, BUDGET);

  g_test_summary ("A stream that the remote never heard of is let go of in silence");

  kad_yamux_stream_reset (session, open_stream (session));
  kad_yamux_stream_release (session, open_stream (session));
  assert_no_frame (session);
  g_assert_cmpuint (session->streams.n_entries, ==, 0);
  g_assert_cmpuint (session->n_unacked, ==, 0);
}

static void
test_ack_rides_on_the_answer (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream;

  g_test_summary ("An answer that is there at once carries the ACK; there is no other frame");

  feed_text (session, KAD_YAMUX_SYN, 1, "request");
  stream = assert_event (session, KAD_YAMUX_STREAM_OPENED, 1);
  kad_yamux_stream_set_user_data (stream, session);
  assert_event (session, KAD_YAMUX_STREAM_READABLE, 1);
  assert_readable (stream, "request");
  kad_yamux_stream_consume (session, stream, 7, SECOND);
  write_zeros (session, stream, 9);
  assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_ACK, 1, 9);
  assert_no_frame (session);
}

static void
test_ack_does_not_wait_for_an_answer (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *by_user_data, *by_reading;

  g_test_summary ("A stream that was taken on is acknowledged with the next output, once");

  feed_text (session, KAD_YAMUX_SYN, 1, "a");
  feed_text (session, KAD_YAMUX_SYN, 3, "b");
  feed_text (session, KAD_YAMUX_SYN, 5, "c");
  by_user_data = assert_event (session, KAD_YAMUX_STREAM_OPENED, 1);
  assert_event (session, KAD_YAMUX_STREAM_READABLE, 1);
  by_reading = assert_event (session, KAD_YAMUX_STREAM_OPENED, 3);
  assert_no_frame (session);
  kad_yamux_stream_set_user_data (by_user_data, session);
  kad_yamux_stream_set_user_data (by_user_data, NULL);
  kad_yamux_stream_consume (session, by_reading, 1, SECOND);
  assert_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_ACK, 1, 0);
  assert_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_ACK, 3, 0);
  assert_no_frame (session);
  write_zeros (session, by_user_data, 1);
  assert_frame (session, KAD_YAMUX_DATA, 0, 1, 1);
}

static void
test_ack_goes_before_fin (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  g_test_summary (
      "A stream that is released unread is acknowledged, then ended: py misses FIN beside ACK");

  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_SYN, 1, 0);
  kad_yamux_stream_release (session, assert_event (session, KAD_YAMUX_STREAM_OPENED, 1));
  assert_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_ACK, 1, 0);
  assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_FIN, 1, 0);
  assert_no_frame (session);
}

static void
test_write_stops_at_the_window (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_INITIATOR, BUDGET);
  KadYamuxStream *stream = open_stream (session);

  g_test_summary ("Frames are at most 64 KiB, no more leaves than credit, and credit is told");

  g_assert_cmpuint (write_zeros (session, stream, KAD_YAMUX_INITIAL_WINDOW + 1), ==,
                    KAD_YAMUX_INITIAL_WINDOW);
  for (guint i = 0; i < KAD_YAMUX_INITIAL_WINDOW / KAD_YAMUX_MAX_FRAME; i++)
    assert_frame (session, KAD_YAMUX_DATA, i == 0 ? KAD_YAMUX_SYN : 0, 1, KAD_YAMUX_MAX_FRAME);
  assert_no_frame (session);
  g_assert_cmpuint (write_zeros (session, stream, 1), ==, 0);
  assert_no_event (session);

  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_ACK, 1, 0);
  assert_no_event (session);
  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, 0, 1, 10);
  assert_event (session, KAD_YAMUX_STREAM_WRITABLE, 1);
  assert_no_event (session);
  g_assert_cmpuint (write_zeros (session, stream, 10), ==, 10);
  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, 0, 1, 10);
  assert_no_event (session);
}

static void
test_write_stops_at_the_output (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_INITIATOR, BUDGET);
  KadYamuxStream *streams[8];
  gsize sum = 0;

  g_test_summary ("Writers wait while 1 MiB is queued, and are told in order when there is room");

  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    {
      streams[i] = open_stream (session);
      sum += write_zeros (session, streams[i], KAD_YAMUX_INITIAL_WINDOW);
    }
  g_assert_cmpuint (kad_buffer_get_length (kad_yamux_get_output (session)), <=,
                    KAD_YAMUX_MAX_PENDING_BYTES + 64);
  g_assert_cmpuint (sum, <=, KAD_YAMUX_MAX_PENDING_BYTES);
  g_assert_true (kad_yamux_get_wants_input (session));
  assert_no_event (session);

  drop_output (session);
  for (guint i = 3; i < G_N_ELEMENTS (streams); i++)
    {
      assert_event (session, KAD_YAMUX_STREAM_WRITABLE, 2 * i + 1);
      sum += write_zeros (session, streams[i], streams[i]->send_credit);
    }
  drop_output (session);
  for (KadYamuxEvent event; kad_yamux_next_event (session, &event); drop_output (session))
    sum += write_zeros (session, event.stream, event.stream->send_credit);
  g_assert_cmpuint (sum, ==, G_N_ELEMENTS (streams) * KAD_YAMUX_INITIAL_WINDOW);
}

static void
test_writers_that_wait_may_end (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_INITIATOR, BUDGET);
  KadYamuxStream *streams[9];

  g_test_summary ("Who waits for room and is reset, released or ended meanwhile is not told of it");

  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    {
      streams[i] = open_stream (session);
      write_zeros (session, streams[i], 1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    write_zeros (session, streams[i], KAD_YAMUX_INITIAL_WINDOW);
  g_assert_cmpuint (session->blocked.length, ==, 6);
  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_RST, 2 * 4 + 1, 0);
  assert_event (session, KAD_YAMUX_STREAM_RESET, 2 * 4 + 1);
  kad_yamux_stream_reset (session, streams[5]);
  kad_yamux_stream_release (session, streams[6]);
  kad_yamux_stream_shutdown (session, streams[7]);
  drop_output (session);
  assert_event (session, KAD_YAMUX_STREAM_WRITABLE, 2 * 3 + 1);
  assert_event (session, KAD_YAMUX_STREAM_WRITABLE, 2 * 8 + 1);
  assert_no_event (session);
  g_assert_cmpuint (session->blocked.length, ==, 0);
  g_assert_cmpuint (session->zombies.length, ==, 1);
}

static void
test_reading_gives_credit (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream = accept_remote_stream (session, 1);

  g_test_summary ("What is read comes back as credit; what was read after the end does not");

  feed_frame (session, KAD_YAMUX_DATA, 0, 1, KAD_YAMUX_INITIAL_WINDOW);
  feed_zeros (session, KAD_YAMUX_INITIAL_WINDOW);
  g_assert_cmpuint (kad_yamux_get_buffered_bytes (session), ==, KAD_YAMUX_INITIAL_WINDOW);
  kad_yamux_stream_consume (session, stream, KAD_YAMUX_INITIAL_WINDOW / 2 - 1, SECOND);
  assert_no_frame (session);
  kad_yamux_stream_consume (session, stream, 1, SECOND);
  assert_frame (session, KAD_YAMUX_WINDOW_UPDATE, 0, 1, KAD_YAMUX_INITIAL_WINDOW / 2);

  feed_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_FIN, 1, 0);
  kad_yamux_stream_consume (session, stream, KAD_YAMUX_INITIAL_WINDOW / 2, SECOND);
  assert_no_frame (session);
  g_assert_cmpuint (kad_yamux_get_buffered_bytes (session), ==, 0);
}

static void
test_window_grows_with_the_round_trip (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream = accept_remote_stream (session, 1);

  g_test_summary ("Once a ping measured the way, a quick stream gets a larger window");

  kad_yamux_ping (session, SECOND - 5000);
  drop_output (session);
  feed_frame (session, KAD_YAMUX_PING, KAD_YAMUX_ACK, 0, 0);
  feed_frame (session, KAD_YAMUX_DATA, 0, 1, KAD_YAMUX_INITIAL_WINDOW);
  feed_zeros (session, KAD_YAMUX_INITIAL_WINDOW);
  kad_yamux_stream_consume (session, stream, KAD_YAMUX_INITIAL_WINDOW, SECOND + 19999);
  assert_frame (session, KAD_YAMUX_WINDOW_UPDATE, 0, 1, 2 * KAD_YAMUX_INITIAL_WINDOW);
  g_assert_cmpuint (session->budget.used_bytes, ==, KAD_YAMUX_INITIAL_WINDOW);
  kad_yamux_stream_reset (session, stream);
  g_assert_cmpuint (session->budget.used_bytes, ==, 0);
}

static void
test_half_close (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream = accept_remote_stream (session, 1);

  g_test_summary ("Rule 2: a request whose writer ended is still answered, then nothing is left");

  feed_text (session, KAD_YAMUX_FIN, 1, "request");
  assert_event (session, KAD_YAMUX_STREAM_READABLE, 1);
  g_assert_true (kad_yamux_stream_is_remote_closed (stream));
  assert_readable (stream, "request");
  kad_yamux_stream_consume (session, stream, 7, SECOND);
  g_assert_cmpuint (write_zeros (session, stream, 3), ==, 3);
  kad_yamux_stream_shutdown (session, stream);
  kad_yamux_stream_shutdown (session, stream);
  assert_frame (session, KAD_YAMUX_DATA, 0, 1, 3);
  assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_FIN, 1, 0);
  g_assert_cmpuint (write_zeros (session, stream, 3), ==, 0);
  kad_yamux_stream_release (session, stream);
  assert_no_frame (session);
  g_assert_cmpuint (session->streams.n_entries, ==, 0);
}

static void
test_bytes_before_a_reset_stay_readable (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream;

  g_test_summary ("js resets streams after a good message: what came before the reset is read");

  feed_text (session, KAD_YAMUX_SYN, 1, "ADD_PROVIDER");
  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_RST, 1, 0);
  stream = assert_event (session, KAD_YAMUX_STREAM_OPENED, 1);
  kad_yamux_stream_set_user_data (stream, session);
  assert_event (session, KAD_YAMUX_STREAM_READABLE, 1);
  assert_readable (stream, "ADD_PROVIDER");
  assert_event (session, KAD_YAMUX_STREAM_RESET, 1);
  g_assert_true (kad_yamux_stream_is_reset (stream));
  kad_yamux_stream_consume (session, stream, 12, SECOND);
  g_assert_cmpuint (write_zeros (session, stream, 1), ==, 0);
  kad_yamux_stream_release (session, stream);
  assert_no_frame (session);
  g_assert_cmpuint (session->streams.n_entries, ==, 0);
}

static void
test_reset_by_us (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream = accept_remote_stream (session, 1);

  g_test_summary ("A reset is one RST; what is on its way, also half a frame, is dropped");

  feed_text (session, 0, 1, "unread");
  feed_frame (session, KAD_YAMUX_DATA, 0, 1, 100);
  feed_zeros (session, 40);
  kad_yamux_stream_reset (session, stream);
  assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_RST, 1, 0);
  feed_zeros (session, 60);
  feed_text (session, KAD_YAMUX_FIN, 1, "more");
  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, 0, 1, G_MAXUINT32);
  assert_no_event (session);
  assert_no_frame (session);
  g_assert_cmpuint (kad_yamux_get_buffered_bytes (session), ==, 0);
  accept_remote_stream (session, 3);
}

static void
test_release_drains (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream = accept_remote_stream (session, 1);

  g_test_summary ("A released stream ends with FIN, drops what comes, and goes with the remote's");

  feed_text (session, 0, 1, "unread");
  kad_yamux_stream_release (session, stream);
  assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_FIN, 1, 0);
  g_assert_cmpuint (kad_yamux_get_n_streams (session), ==, 0);
  g_assert_cmpuint (kad_yamux_get_buffered_bytes (session), ==, 0);
  g_assert_cmpuint (session->streams.n_entries, ==, 1);
  feed_text (session, 0, 1, "more");
  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, 0, 1, 10);
  assert_no_event (session);
  assert_no_frame (session);
  feed_text (session, KAD_YAMUX_FIN, 1, "and the end");
  assert_no_event (session);
  assert_no_frame (session);
  g_assert_cmpuint (session->streams.n_entries, ==, 0);
  g_assert_cmpuint (session->n_remote, ==, 0);
}

static void
test_release_inside_a_frame (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream = accept_remote_stream (session, 1);

  g_test_summary ("Released in the middle of its last frame, a stream is over at once");

  feed_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_FIN, 1, 100);
  feed_zeros (session, 40);
  g_assert_false (kad_yamux_stream_is_remote_closed (stream));
  kad_yamux_stream_release (session, stream);
  assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_FIN, 1, 0);
  g_assert_cmpuint (session->streams.n_entries, ==, 0);
  feed_zeros (session, 60);
  accept_remote_stream (session, 3);
}

static void
test_zombie_that_is_still_written_is_reset (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  g_test_summary ("A remote that goes on sending to a released stream gets a reset, no credit");

  kad_yamux_stream_release (session, accept_remote_stream (session, 1));
  drop_output (session);
  feed_frame (session, KAD_YAMUX_DATA, 0, 1, KAD_YAMUX_INITIAL_WINDOW / 2 - 1);
  feed_zeros (session, KAD_YAMUX_INITIAL_WINDOW / 2 - 1);
  assert_no_frame (session);
  feed_frame (session, KAD_YAMUX_DATA, 0, 1, 1);
  feed_zeros (session, 1);
  assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_RST, 1, 0);
  g_assert_cmpuint (session->streams.n_entries, ==, 0);
  feed_text (session, 0, 1, "too late");
  assert_no_frame (session);
}

static void
test_zombies_are_bounded (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  g_test_summary ("A remote that never ends its streams: the oldest is reset for the newest");

  for (guint i = 0; i < KAD_YAMUX_MAX_ZOMBIES + 10; i++)
    {
      const guint32 id = 2 * i + 1;

      kad_yamux_stream_release (session, accept_remote_stream (session, id));
      assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_FIN, id, 0);
      if (i >= KAD_YAMUX_MAX_ZOMBIES)
        assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_RST, id - 2 * KAD_YAMUX_MAX_ZOMBIES, 0);
      assert_no_frame (session);
    }
  g_assert_cmpuint (session->streams.n_entries, ==, KAD_YAMUX_MAX_ZOMBIES);
  g_assert_cmpuint (session->zombies.length, ==, KAD_YAMUX_MAX_ZOMBIES);
}

static void
test_released_stream_of_ours_is_acknowledged_late (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_INITIATOR, BUDGET);
  KadYamuxStream *stream = open_stream (session);

  g_test_summary ("A stream that was released unacknowledged counts in the backlog until its ACK");

  write_zeros (session, stream, 1);
  kad_yamux_stream_release (session, stream);
  assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_SYN, 1, 1);
  assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_FIN, 1, 0);
  g_assert_cmpuint (session->n_unacked, ==, 1);
  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_ACK | KAD_YAMUX_FIN, 1, 0);
  g_assert_cmpuint (session->n_unacked, ==, 0);
  g_assert_cmpuint (session->streams.n_entries, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yamux-stream/syn-rides-on-the-first-frame", test_syn_rides_on_the_first_frame);
  g_test_add_func ("/yamux-stream/syn-rides-on-fin", test_syn_rides_on_fin);
  g_test_add_func ("/yamux-stream/unannounced-stream-leaves-no-trace",
                   test_unannounced_stream_leaves_no_trace);
  g_test_add_func ("/yamux-stream/ack-rides-on-the-answer", test_ack_rides_on_the_answer);
  g_test_add_func ("/yamux-stream/ack-does-not-wait", test_ack_does_not_wait_for_an_answer);
  g_test_add_func ("/yamux-stream/ack-goes-before-fin", test_ack_goes_before_fin);
  g_test_add_func ("/yamux-stream/write-stops-at-the-window", test_write_stops_at_the_window);
  g_test_add_func ("/yamux-stream/write-stops-at-the-output", test_write_stops_at_the_output);
  g_test_add_func ("/yamux-stream/waiting-writers-may-end", test_writers_that_wait_may_end);
  g_test_add_func ("/yamux-stream/reading-gives-credit", test_reading_gives_credit);
  g_test_add_func ("/yamux-stream/window-grows", test_window_grows_with_the_round_trip);
  g_test_add_func ("/yamux-stream/half-close", test_half_close);
  g_test_add_func ("/yamux-stream/bytes-before-a-reset-stay-readable",
                   test_bytes_before_a_reset_stay_readable);
  g_test_add_func ("/yamux-stream/reset-by-us", test_reset_by_us);
  g_test_add_func ("/yamux-stream/release-drains", test_release_drains);
  g_test_add_func ("/yamux-stream/release-inside-a-frame", test_release_inside_a_frame);
  g_test_add_func ("/yamux-stream/written-zombie-is-reset",
                   test_zombie_that_is_still_written_is_reset);
  g_test_add_func ("/yamux-stream/zombies-are-bounded", test_zombies_are_bounded);
  g_test_add_func ("/yamux-stream/late-acknowledgement",
                   test_released_stream_of_ours_is_acknowledged_late);
  return g_test_run ();
}
