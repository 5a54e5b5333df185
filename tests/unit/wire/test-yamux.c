/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yamux-test.h"

static void
test_idle_session_is_small (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream;

  g_test_summary ("A session without streams is a few hundred bytes, also after it had some");

  g_assert_cmpuint (sizeof (KadYamux), <=, 304);
  stream = accept_remote_stream (session, 1);
  feed_text (session, 0, 1, "x");
  kad_yamux_stream_consume (session, stream, 1, SECOND);
  g_assert_null (stream->input.data);
  write_zeros (session, stream, 1000);
  kad_yamux_stream_reset (session, stream);
  drop_output (session);
  g_assert_null (session->streams.entries);
  g_assert_null (session->output.data);
  g_assert_null (session->events.head);
  g_assert_cmpuint (kad_yamux_get_n_streams (session), ==, 0);
}

static void
test_pong_echoes (void)
{
  const guint32 values[] = { 0, 1, 0x80000000, G_MAXUINT32 };
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  g_test_summary ("Rule 9: pongs echo exactly and are sent only when asked");

  assert_no_frame (session);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      feed_frame (session, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, values[i]);
      assert_frame (session, KAD_YAMUX_PING, KAD_YAMUX_ACK, 0, values[i]);
      feed_frame (session, KAD_YAMUX_PING, KAD_YAMUX_ACK, 0, values[i]);
      assert_no_frame (session);
    }
  assert_no_event (session);
}

static void
feed_pong (KadYamux *session, guint32 value, gint64 now_us)
{
  const KadYamuxHeader header = { .type = KAD_YAMUX_PING, .flags = KAD_YAMUX_ACK, .length = value };
  guint8 bytes[KAD_YAMUX_HEADER_BYTES];
  g_autoptr (GError) error = NULL;

  kad_yamux_header_encode (&header, bytes);
  g_assert_true (kad_yamux_feed (session, bytes, sizeof bytes, now_us, &error));
  g_assert_no_error (error);
}

static void
test_round_trip (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  g_test_summary ("One ping at a time; its pong measures the round trip, smoothed");

  g_assert_cmpint (kad_yamux_get_rtt_us (session), ==, -1);
  g_assert_cmpint (kad_yamux_get_ping_sent_us (session), ==, 0);
  g_assert_true (kad_yamux_ping (session, 10 * SECOND));
  g_assert_false (kad_yamux_ping (session, 11 * SECOND));
  g_assert_cmpint (kad_yamux_get_ping_sent_us (session), ==, 10 * SECOND);
  assert_frame (session, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, 0);
  assert_no_frame (session);
  feed_pong (session, 0, 10 * SECOND + 3000);
  g_assert_cmpint (kad_yamux_get_rtt_us (session), ==, 3000);
  g_assert_cmpint (kad_yamux_get_ping_sent_us (session), ==, 0);

  g_assert_true (kad_yamux_ping (session, 20 * SECOND));
  assert_frame (session, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, 1);
  feed_pong (session, 1, 20 * SECOND + 1000);
  g_assert_cmpint (kad_yamux_get_rtt_us (session), ==, 2000);
}

static void
test_wrong_pong_is_ignored (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  g_test_summary ("A pong that nobody asked for, or with another value, changes nothing");

  feed_pong (session, 0, SECOND);
  g_assert_cmpint (kad_yamux_get_rtt_us (session), ==, -1);
  g_assert_true (kad_yamux_ping (session, SECOND));
  feed_pong (session, 1, 2 * SECOND);
  g_assert_cmpint (kad_yamux_get_rtt_us (session), ==, -1);
  g_assert_cmpint (kad_yamux_get_ping_sent_us (session), ==, SECOND);
  feed_pong (session, 0, 3 * SECOND);
  feed_pong (session, 0, 9 * SECOND);
  g_assert_cmpint (kad_yamux_get_rtt_us (session), ==, 2 * SECOND);
}

static void
test_ids_rise_by_role (void)
{
  g_autoptr (KadYamux) initiator = kad_yamux_new (KAD_ROLE_INITIATOR, BUDGET);
  g_autoptr (KadYamux) responder = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  g_test_summary ("The initiator's streams are odd, the responder's even, and ids only rise");

  for (guint i = 0; i < 3; i++)
    {
      KadYamuxStream *odd = open_stream (initiator);
      KadYamuxStream *even = open_stream (responder);

      g_assert_cmpuint (kad_yamux_stream_get_id (odd), ==, 2 * i + 1);
      g_assert_cmpuint (kad_yamux_stream_get_id (even), ==, 2 * i + 2);
      kad_yamux_stream_release (initiator, odd);
      kad_yamux_stream_release (responder, even);
    }
  assert_no_frame (initiator);
}

static void
test_ids_run_out (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_INITIATOR, BUDGET);
  g_autoptr (GError) error = NULL;

  g_test_summary ("When the last id was used there is no other, rather than the first again");

  session->next_id = G_MAXUINT32;
  g_assert_cmpuint (kad_yamux_stream_get_id (open_stream (session)), ==, G_MAXUINT32);
  g_assert_null (kad_yamux_open (session, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
}

static void
test_backlog (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_INITIATOR, BUDGET);
  KadYamuxStream *streams[KAD_YAMUX_MAX_BACKLOG];
  g_autoptr (GError) error = NULL;

  g_test_summary ("At most 256 streams of ours wait to be acknowledged");

  for (guint i = 0; i < KAD_YAMUX_MAX_BACKLOG; i++)
    {
      streams[i] = open_stream (session);
      write_zeros (session, streams[i], 1);
    }
  g_assert_null (kad_yamux_open (session, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);

  /* An ACK, a reset by the remote and one by us make room, once each. */
  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_ACK, 1, 0);
  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_ACK, 1, 0);
  open_stream (session);
  g_assert_null (kad_yamux_open (session, NULL));
  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_RST, 3, 0);
  open_stream (session);
  g_assert_null (kad_yamux_open (session, NULL));
  kad_yamux_stream_reset (session, streams[2]);
  open_stream (session);
  g_assert_null (kad_yamux_open (session, NULL));
}

static void
test_stream_limit_of_ours (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_INITIATOR, BUDGET);
  g_autoptr (GError) error = NULL;

  g_test_summary ("We open no more streams than a rust remote allows both sides together");

  for (guint i = 0; i < KAD_YAMUX_MAX_STREAMS; i++)
    {
      write_zeros (session, open_stream (session), 1);
      feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_ACK, 2 * i + 1, 0);
    }
  g_assert_null (kad_yamux_open (session, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
}

static void
test_go_away_of_the_remote (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream = accept_remote_stream (session, 1);
  g_autoptr (GError) error = NULL;
  KadYamuxEvent event;

  g_test_summary ("GO_AWAY is told once, after what came before it; open streams go on");

  feed_text (session, 0, 1, "last words");
  feed_frame (session, KAD_YAMUX_GO_AWAY_FRAME, 0, 0, 0x1234);
  feed_frame (session, KAD_YAMUX_GO_AWAY_FRAME, 0, 0, 0);
  assert_event (session, KAD_YAMUX_STREAM_READABLE, 1);
  g_assert_true (kad_yamux_next_event (session, &event));
  g_assert_cmpint (event.type, ==, KAD_YAMUX_GO_AWAY);
  g_assert_cmpuint (event.code, ==, 0x1234);
  g_assert_null (event.stream);
  assert_no_event (session);

  g_assert_null (kad_yamux_open (session, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_CLOSED);
  g_assert_cmpuint (write_zeros (session, stream, 5), ==, 5);
  assert_frame (session, KAD_YAMUX_DATA, 0, 1, 5);
}

static void
test_go_away_of_ours (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  g_autoptr (GError) error = NULL;

  g_test_summary ("After our GO_AWAY, sent once, new streams are reset and none is opened");

  kad_yamux_go_away (session, KAD_YAMUX_CODE_NORMAL);
  kad_yamux_go_away (session, KAD_YAMUX_CODE_INTERNAL_ERROR);
  assert_frame (session, KAD_YAMUX_GO_AWAY_FRAME, 0, 0, KAD_YAMUX_CODE_NORMAL);
  assert_no_frame (session);
  feed_text (session, KAD_YAMUX_SYN, 1, "too late");
  assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_RST, 1, 0);
  assert_no_event (session);
  g_assert_null (kad_yamux_open (session, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_CLOSED);
}

static void
test_broken_session_stays_broken (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream = accept_remote_stream (session, 1);

  g_test_summary ("After a protocol error: one GO_AWAY, nothing more is taken or sent, bytes stay");

  feed_text (session, 0, 1, "good");
  assert_refused (session, KAD_YAMUX_DATA, 0, 0, 0);
  assert_refused (session, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, 1);
  assert_frame (session, KAD_YAMUX_GO_AWAY_FRAME, 0, 0, KAD_YAMUX_CODE_PROTOCOL_ERROR);
  assert_no_frame (session);
  g_assert_false (kad_yamux_get_wants_input (session));
  g_assert_false (kad_yamux_ping (session, SECOND));
  g_assert_null (kad_yamux_open (session, NULL));

  assert_event (session, KAD_YAMUX_STREAM_READABLE, 1);
  assert_readable (stream, "good");
  kad_yamux_stream_consume (session, stream, 4, SECOND);
  g_assert_cmpuint (write_zeros (session, stream, 5), ==, 0);
  kad_yamux_stream_shutdown (session, stream);
  kad_yamux_stream_release (session, stream);
  g_assert_cmpuint (kad_yamux_get_n_streams (session), ==, 0);
  assert_no_frame (session);
}

static void
test_freed_with_everything_pending (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_INITIATOR, BUDGET);

  g_test_summary ("A session may be freed at any moment, with streams in every state");

  kad_yamux_stream_release (session, accept_remote_stream (session, 6));
  open_stream (session);
  write_zeros (session, open_stream (session), KAD_YAMUX_INITIAL_WINDOW + 1);
  feed_text (session, KAD_YAMUX_SYN, 2, "unread");
  feed_text (session, KAD_YAMUX_SYN, 4, "reset");
  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_RST, 4, 0);
  feed_frame (session, KAD_YAMUX_DATA, 0, 2, 1000);
  feed_zeros (session, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yamux/idle-session-is-small", test_idle_session_is_small);
  g_test_add_func ("/yamux/pong-echoes", test_pong_echoes);
  g_test_add_func ("/yamux/round-trip", test_round_trip);
  g_test_add_func ("/yamux/wrong-pong-is-ignored", test_wrong_pong_is_ignored);
  g_test_add_func ("/yamux/ids-rise-by-role", test_ids_rise_by_role);
  g_test_add_func ("/yamux/ids-run-out", test_ids_run_out);
  g_test_add_func ("/yamux/backlog", test_backlog);
  g_test_add_func ("/yamux/stream-limit-of-ours", test_stream_limit_of_ours);
  g_test_add_func ("/yamux/go-away-of-the-remote", test_go_away_of_the_remote);
  g_test_add_func ("/yamux/go-away-of-ours", test_go_away_of_ours);
  g_test_add_func ("/yamux/broken-session-stays-broken", test_broken_session_stays_broken);
  g_test_add_func ("/yamux/freed-with-everything-pending", test_freed_with_everything_pending);
  return g_test_run ();
}
