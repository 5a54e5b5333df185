/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yamux-test.h"

#include <string.h>

/* Streams of the table test, seen by a responder. */
enum
{
  UNKNOWN_REMOTE = 7,
  UNKNOWN_LOCAL = 44,
  SILENT_LOCAL = 4, /* opened by us, not announced */
  OPEN_REMOTE = 1,
  OPEN_LOCAL = 2,
};

/* What a frame of length 0 does, by its flags (0x0 to 0xf: SYN 1, ACK 2, FIN 4, RST 8):
 * '.' nothing, 'E' ends the session, 'O' opens, 'C' opens and closes the remote's side,
 * 'F' closes it, 'R' resets, 'A' acknowledges, 'B' acknowledges and closes, 'P' is
 * answered by a pong, 'G' is told as GO_AWAY. */
static const struct
{
  KadYamuxFrameType type;
  guint32 id;
  const char *outcomes;
} table[] = {
  { KAD_YAMUX_DATA, 0, "EEEEEEEEEEEEEEEE" },
  { KAD_YAMUX_DATA, UNKNOWN_REMOTE, ".O.O.C.C........" },
  { KAD_YAMUX_DATA, UNKNOWN_LOCAL, ".E.E.E.E.E.E.E.E" },
  { KAD_YAMUX_DATA, SILENT_LOCAL, ".E.E.E.E.E.E.E.E" },
  { KAD_YAMUX_DATA, OPEN_REMOTE, ".E.EFEFERRRRRRRR" },
  { KAD_YAMUX_DATA, OPEN_LOCAL, ".EAEFEBERERERERE" },
  { KAD_YAMUX_WINDOW_UPDATE, 0, "EEEEEEEEEEEEEEEE" },
  { KAD_YAMUX_WINDOW_UPDATE, UNKNOWN_REMOTE, ".O.O.C.C........" },
  { KAD_YAMUX_WINDOW_UPDATE, UNKNOWN_LOCAL, ".E.E.E.E.E.E.E.E" },
  { KAD_YAMUX_WINDOW_UPDATE, SILENT_LOCAL, ".E.E.E.E.E.E.E.E" },
  { KAD_YAMUX_WINDOW_UPDATE, OPEN_REMOTE, ".E.EFEFERRRRRRRR" },
  { KAD_YAMUX_WINDOW_UPDATE, OPEN_LOCAL, ".EAEFEBERERERERE" },
  { KAD_YAMUX_PING, 0, "EP.EEEEEEEEEEEEE" },
  { KAD_YAMUX_PING, OPEN_REMOTE, "EEEEEEEEEEEEEEEE" },
  { KAD_YAMUX_PING, UNKNOWN_REMOTE, "EEEEEEEEEEEEEEEE" },
  { KAD_YAMUX_GO_AWAY_FRAME, 0, "GGGGGGGGGGGGGGGG" },
  { KAD_YAMUX_GO_AWAY_FRAME, OPEN_LOCAL, "EEEEEEEEEEEEEEEE" },
};

static char
say_what_the_event_means (KadYamux *session, const KadYamuxEvent *event, guint32 id)
{
  if (event->type == KAD_YAMUX_GO_AWAY)
    return 'G';
  g_assert_cmpuint (kad_yamux_stream_get_id (event->stream), ==, id);
  if (event->type == KAD_YAMUX_STREAM_RESET)
    return 'R';
  if (event->type == KAD_YAMUX_STREAM_OPENED)
    return kad_yamux_stream_is_remote_closed (event->stream) ? 'C' : 'O';
  g_assert_cmpint (event->type, ==, KAD_YAMUX_STREAM_READABLE);
  g_assert_true (kad_yamux_stream_is_remote_closed (event->stream));
  return session->n_unacked == 1 ? 'B' : 'F';
}

/* Two streams of ours are not acknowledged before: n_unacked says if one is. */
static char
observe (KadYamux *session, gboolean accepted, guint32 id)
{
  KadYamuxHeader header = { 0 };
  KadYamuxEvent event;

  if (!accepted)
    return 'E';
  if (kad_yamux_next_event (session, &event))
    return say_what_the_event_means (session, &event, id);
  if (take_frame (session, &header))
    {
      g_assert_cmpuint (header.type, ==, KAD_YAMUX_PING);
      g_assert_cmphex (header.flags, ==, KAD_YAMUX_ACK);
      return 'P';
    }
  return session->n_unacked == 1 ? 'A' : '.';
}

static void
test_every_flag_on_every_type (void)
{
  g_test_summary ("Every combination of flags, for every type and kind of stream, does one thing");

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    for (guint16 flags = 0; flags <= KAD_YAMUX_FLAGS; flags++)
      {
        g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
        gboolean accepted;

        accept_remote_stream (session, OPEN_REMOTE);
        write_zeros (session, open_stream (session), 1);
        drop_output (session);
        open_stream (session);
        accepted = feed_header (session, table[i].type, flags, table[i].id, 0, NULL);
        if (observe (session, accepted, table[i].id) != table[i].outcomes[flags])
          g_error ("type %u, flags 0x%x, stream %u: not '%c'", table[i].type, flags, table[i].id,
                   table[i].outcomes[flags]);
        if (!accepted)
          assert_frame (session, KAD_YAMUX_GO_AWAY_FRAME, 0, 0, KAD_YAMUX_CODE_PROTOCOL_ERROR);
        assert_no_frame (session);
      }
}

static void
test_syn_with_a_full_window (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  g_test_summary ("A stream may begin with as much as its window holds");

  feed_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_SYN, 1, KAD_YAMUX_INITIAL_WINDOW);
  assert_event (session, KAD_YAMUX_STREAM_OPENED, 1);
  feed_zeros (session, KAD_YAMUX_INITIAL_WINDOW);
  assert_event (session, KAD_YAMUX_STREAM_READABLE, 1);
}

static void
test_syn_with_more_than_the_window (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  g_test_summary (
      "CVE-2026-32314: SYN with 262,145 bytes ends the session before there is a stream");

  assert_refused (session, KAD_YAMUX_DATA, KAD_YAMUX_SYN, 1, 262145);
  assert_no_event (session);
  g_assert_cmpuint (session->streams.n_entries, ==, 0);
  assert_frame (session, KAD_YAMUX_GO_AWAY_FRAME, 0, 0, KAD_YAMUX_CODE_PROTOCOL_ERROR);
}

static void
test_more_than_the_window (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  g_test_summary ("Bytes beyond the window end the session, and are not taken");

  accept_remote_stream (session, 1);
  feed_frame (session, KAD_YAMUX_DATA, 0, 1, KAD_YAMUX_INITIAL_WINDOW - 1);
  feed_zeros (session, KAD_YAMUX_INITIAL_WINDOW - 1);
  assert_refused (session, KAD_YAMUX_DATA, 0, 1, 2);
  g_assert_cmpuint (kad_yamux_get_buffered_bytes (session), ==, KAD_YAMUX_INITIAL_WINDOW - 1);
}

static void
test_credit_overflow (void)
{
  const guint32 most = G_MAXUINT32 - KAD_YAMUX_INITIAL_WINDOW;

  g_test_summary ("CVE-2026-31814: credit beyond 32 bits ends the session, at SYN and later");

  for (guint i = 0; i < 4; i++)
    {
      const guint16 flags = i & 1 ? KAD_YAMUX_SYN : 0;
      const guint32 credit = i & 2 ? G_MAXUINT32 : most + 1;
      g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

      if (flags == 0)
        accept_remote_stream (session, 1);
      assert_refused (session, KAD_YAMUX_WINDOW_UPDATE, flags, 1, credit);
      assert_no_event (session);
      assert_frame (session, KAD_YAMUX_GO_AWAY_FRAME, 0, 0, KAD_YAMUX_CODE_PROTOCOL_ERROR);
    }
}

static void
test_most_credit (void)
{
  const guint32 most = G_MAXUINT32 - KAD_YAMUX_INITIAL_WINDOW;
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream;

  g_test_summary (
      "The most credit that 32 bits hold is legal, also with SYN (rust gives up to 1 GiB)");

  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_SYN, 1, most);
  stream = assert_event (session, KAD_YAMUX_STREAM_OPENED, 1);
  g_assert_cmpuint (stream->send_credit, ==, G_MAXUINT32);
  assert_refused (session, KAD_YAMUX_WINDOW_UPDATE, 0, 1, 1);
}

static void
test_reset_code_is_no_credit (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream = accept_remote_stream (session, 1);
  KadYamuxEvent event;

  g_test_summary ("Rule 9: the length of WINDOW_UPDATE with RST is an error code, never credit");

  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_RST, 1, G_MAXUINT32);
  g_assert_true (kad_yamux_next_event (session, &event));
  g_assert_cmpint (event.type, ==, KAD_YAMUX_STREAM_RESET);
  g_assert_cmpuint (event.code, ==, G_MAXUINT32);
  g_assert_cmpuint (stream->send_credit, ==, KAD_YAMUX_INITIAL_WINDOW);
  g_assert_true (kad_yamux_get_wants_input (session));
}

static void
test_frames_for_nobody (void)
{
  const guint32 ids[] = { 1, 5, 2, 4 }; /* closed and never opened, of either side */
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream = accept_remote_stream (session, 1);
  KadYamuxStream *ours = open_stream (session);

  g_test_summary ("Frames for closed and unknown streams are dropped with all their bytes");

  write_zeros (session, ours, 1);
  kad_yamux_stream_reset (session, stream);
  kad_yamux_stream_reset (session, ours);
  drop_output (session);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, 0, ids[i], G_MAXUINT32);
      feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, 0, ids[i], G_MAXUINT32);
      feed_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_FIN, ids[i], 300000);
      feed_zeros (session, 300000);
      feed_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_RST, ids[i], 10);
      feed_zeros (session, 10);
    }
  assert_no_event (session);
  assert_no_frame (session);
  g_assert_cmpuint (kad_yamux_get_buffered_bytes (session), ==, 0);
  accept_remote_stream (session, 3);
}

static void
test_frames_for_a_reset_stream (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream = accept_remote_stream (session, 1);

  g_test_summary ("After its reset a stream that the caller still holds changes no more");

  feed_text (session, 0, 1, "before");
  write_zeros (session, stream, KAD_YAMUX_INITIAL_WINDOW + 1);
  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, 0, 1, 10);
  feed_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_RST, 1, 0);
  drop_output (session);
  assert_event (session, KAD_YAMUX_STREAM_READABLE, 1);
  assert_event (session, KAD_YAMUX_STREAM_RESET, 1);
  assert_no_event (session);

  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_RST, 1, 0);
  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, 0, 1, G_MAXUINT32);
  feed_text (session, KAD_YAMUX_FIN, 1, "after");
  assert_no_event (session);
  assert_no_frame (session);
  assert_readable (stream, "before");
  g_assert_false (kad_yamux_stream_is_remote_closed (stream));
}

static void
test_length_decides_no_allocation (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream = accept_remote_stream (session, 1);

  g_test_summary ("A long frame takes the memory of the bytes that came, not of its length");

  feed_frame (session, KAD_YAMUX_DATA, 0, 1, KAD_YAMUX_INITIAL_WINDOW);
  g_assert_null (stream->input.data);
  feed_zeros (session, 100);
  g_assert_cmpuint (stream->input.capacity, <=, 1024);
}

static void
test_data_after_fin (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream = accept_remote_stream (session, 1);

  g_test_summary ("Data after the end resets its stream and no other; credit after it is fine");

  accept_remote_stream (session, 3);
  feed_text (session, KAD_YAMUX_FIN, 1, "end");
  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, 0, 1, 5);
  feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_FIN, 1, 0);
  assert_event (session, KAD_YAMUX_STREAM_READABLE, 1);
  assert_no_event (session);
  feed_text (session, 0, 1, "after");
  assert_event (session, KAD_YAMUX_STREAM_RESET, 1);
  assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_RST, 1, 0);
  assert_readable (stream, "end");
  feed_text (session, 0, 3, "alive");
  assert_event (session, KAD_YAMUX_STREAM_READABLE, 3);
}

static void
test_end_comes_after_the_last_byte (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream = accept_remote_stream (session, 1);

  g_test_summary ("The FIN of a frame that comes in pieces counts when its last byte is there");

  feed_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_FIN, 1, 10);
  feed_zeros (session, 9);
  assert_event (session, KAD_YAMUX_STREAM_READABLE, 1);
  g_assert_false (kad_yamux_stream_is_remote_closed (stream));
  kad_yamux_stream_consume (session, stream, 9, SECOND);
  feed_zeros (session, 1);
  assert_event (session, KAD_YAMUX_STREAM_READABLE, 1);
  g_assert_true (kad_yamux_stream_is_remote_closed (stream));
}

static void
test_byte_by_byte (void)
{
  static const guint8 bytes[] = {
    0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 3, 'a', 'b', 'c', /* SYN with data */
    0, 2, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4,                /* ping */
    0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 2, 'd', 'e',      /* data with FIN */
  };
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  KadYamuxStream *stream;

  g_test_summary ("Frames may come in any pieces");

  for (gsize i = 0; i < sizeof bytes; i++)
    g_assert_true (kad_yamux_feed (session, bytes + i, 1, SECOND, NULL));
  g_assert_true (kad_yamux_feed (session, NULL, 0, SECOND, NULL));
  stream = assert_event (session, KAD_YAMUX_STREAM_OPENED, 1);
  assert_event (session, KAD_YAMUX_STREAM_READABLE, 1);
  assert_no_event (session);
  assert_readable (stream, "abcde");
  g_assert_true (kad_yamux_stream_is_remote_closed (stream));
  assert_frame (session, KAD_YAMUX_PING, KAD_YAMUX_ACK, 0, 0x01020304);
}

static void
test_streams_may_begin_out_of_order (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  g_test_summary ("go and rust announce streams in the order of use, not of their ids");

  accept_remote_stream (session, 5);
  accept_remote_stream (session, 1);
  accept_remote_stream (session, 3);
}

static void
test_too_many_streams (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  g_test_summary ("The 513th stream of a remote is reset and counted; one that ends makes room");

  for (guint i = 0; i < KAD_YAMUX_MAX_STREAMS; i++)
    accept_remote_stream (session, 2 * i + 1);
  feed_text (session, KAD_YAMUX_SYN, 2001, "one too many");
  assert_no_event (session);
  assert_frame (session, KAD_YAMUX_DATA, KAD_YAMUX_RST, 2001, 0);
  g_assert_cmpuint (kad_yamux_get_n_refused (session), ==, 1);
  g_assert_cmpuint (kad_yamux_get_n_streams (session), ==, KAD_YAMUX_MAX_STREAMS);

  kad_yamux_stream_reset (session, kad_yamux_table_lookup (&session->streams, 77));
  drop_output (session);
  accept_remote_stream (session, 2003);
}

static void
test_streams_that_nobody_saw_vanish (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  g_test_summary ("Opened and reset before anybody looked: nothing is told, nothing is kept");

  for (guint32 id = 1; id < 200001; id += 2)
    {
      feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_SYN, id, 0);
      feed_frame (session, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_RST, id, 0);
    }
  assert_no_event (session);
  assert_no_frame (session);
  g_assert_cmpuint (session->streams.n_entries, ==, 0);
  g_assert_cmpuint (kad_yamux_get_n_refused (session), ==, 0);
}

/* Feeds what @fill makes, @batch frames a time, as long as the session wants input.
 * Nothing ever leaves. Gives how many batches were taken. */
static guint
flood (KadYamux *session, void (*fill) (GByteArray *bytes, guint32 *id), gboolean accept)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint32 id = 1;
  guint n = 0;

  while (kad_yamux_get_wants_input (session) && n < 100000)
    {
      KadYamuxEvent event;

      g_byte_array_set_size (bytes, 0);
      for (guint i = 0; i < 16; i++)
        fill (bytes, &id);
      g_assert_true (kad_yamux_feed (session, bytes->data, bytes->len, SECOND, NULL));
      while (accept && kad_yamux_next_event (session, &event))
        if (event.type == KAD_YAMUX_STREAM_RESET)
          kad_yamux_stream_release (session, event.stream);
        else
          kad_yamux_stream_set_user_data (event.stream, session);
      kad_yamux_get_output (session);
      n++;
    }
  return n;
}

static void
append_frame (GByteArray *bytes, KadYamuxFrameType type, guint16 flags, guint32 id, guint32 length)
{
  const KadYamuxHeader header = { .type = type, .flags = flags, .stream_id = id, .length = length };
  guint8 encoded[KAD_YAMUX_HEADER_BYTES];

  kad_yamux_header_encode (&header, encoded);
  g_byte_array_append (bytes, encoded, sizeof encoded);
}

static void
fill_pings (GByteArray *bytes, guint32 *id)
{
  append_frame (bytes, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, *id);
}

static void
fill_opens (GByteArray *bytes, guint32 *id)
{
  append_frame (bytes, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_SYN, *id, 0);
  *id += 2;
}

/* Ends what the batch before opened, which the caller took on meanwhile. */
static void
fill_opens_and_resets (GByteArray *bytes, guint32 *id)
{
  if (*id > 32)
    append_frame (bytes, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_RST, *id - 32, 0);
  fill_opens (bytes, id);
}

static void
fill_data_after_fin (GByteArray *bytes, guint32 *id)
{
  append_frame (bytes, KAD_YAMUX_DATA, KAD_YAMUX_SYN | KAD_YAMUX_FIN, *id, 0);
  append_frame (bytes, KAD_YAMUX_DATA, 0, *id, 1);
  g_byte_array_append (bytes, (const guint8 *) "x", 1);
  *id += 2;
}

static void
test_floods (void)
{
  void (*const fills[]) (GByteArray *, guint32 *)
      = { fill_pings, fill_opens, fill_opens_and_resets, fill_data_after_fin };

  g_test_summary ("GHSA-3999-5ffv-wp2r: who never reads and floods is not read any more");

  for (guint i = 0; i < G_N_ELEMENTS (fills); i++)
    {
      g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

      g_assert_cmpuint (flood (session, fills[i], i != 1), <, 1000);
      g_assert_cmpuint (kad_buffer_get_length (kad_yamux_get_output (session)), <=,
                        KAD_YAMUX_MAX_CONTROL_BYTES + 64 * KAD_YAMUX_HEADER_BYTES);
      g_assert_cmpuint (session->streams.n_entries, <=, KAD_YAMUX_MAX_STREAMS);
      drop_output (session);
      g_assert_true (kad_yamux_get_wants_input (session));
    }
}

static void
test_answers_that_leave_are_not_counted (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  g_test_summary ("A remote that reads its pongs may ping for ever");

  for (guint32 i = 0; i < KAD_YAMUX_MAX_CONTROL_BYTES; i++)
    {
      feed_frame (session, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, i);
      g_assert_true (kad_yamux_get_wants_input (session));
      assert_frame (session, KAD_YAMUX_PING, KAD_YAMUX_ACK, 0, i);
    }
}

static void
test_flood_that_is_read_on_regardless (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_test_summary ("A caller that ignores wants_input loses the session, not the machine's memory");

  while (feed_header (session, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, n, &error))
    g_assert_cmpuint (n++, <, KAD_YAMUX_MAX_PENDING_BYTES);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
  g_assert_cmpuint (kad_buffer_get_length (kad_yamux_get_output (session)), <=,
                    KAD_YAMUX_MAX_PENDING_BYTES + 2 * KAD_YAMUX_HEADER_BYTES);
}

static void
test_our_data_does_not_stop_reading (void)
{
  g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);

  g_test_summary ("GO-2025-3408: much to send is no reason not to read, or both sides would wait");

  for (guint i = 0; i < 16; i++)
    write_zeros (session, open_stream (session), KAD_YAMUX_INITIAL_WINDOW);
  g_assert_true (kad_yamux_get_wants_input (session));
}

/* A caller that does anything with the streams it is told of, so long as it may. */
static void
play_caller (KadYamux *session, GPtrArray *held, GRand *rand)
{
  KadYamuxEvent event;
  KadYamuxStream *stream;
  gsize len;

  while (kad_yamux_next_event (session, &event))
    if (event.type == KAD_YAMUX_STREAM_OPENED)
      g_ptr_array_add (held, event.stream);
  if (g_rand_int_range (rand, 0, 8) == 0)
    {
      stream = kad_yamux_open (session, NULL);
      if (stream != NULL)
        g_ptr_array_add (held, stream);
    }
  if (held->len == 0)
    return;
  stream = g_ptr_array_index (held, g_rand_int_range (rand, 0, held->len));
  switch (g_rand_int_range (rand, 0, 8))
    {
    case 0:
      g_ptr_array_remove_fast (held, stream);
      kad_yamux_stream_reset (session, stream);
      break;
    case 1:
      g_ptr_array_remove_fast (held, stream);
      kad_yamux_stream_release (session, stream);
      break;
    case 2:
      kad_yamux_stream_shutdown (session, stream);
      break;
    case 3:
      write_zeros (session, stream, g_rand_int_range (rand, 0, 5000));
      break;
    default:
      kad_yamux_stream_peek (stream, &len);
      kad_yamux_stream_consume (session, stream, g_rand_int_range (rand, 0, len + 1), SECOND);
      break;
    }
}

/* Mostly legal, so that a session lives long enough to get somewhere. */
static void
fill_nonsense (GByteArray *bytes, GRand *rand, guint32 *next_id)
{
  static const guint32 lengths[] = { 0, 1, 5, 200, 3000, 70000, 262144 };
  const gboolean wild = g_rand_int_range (rand, 0, 30000) == 0;
  const KadYamuxFrameType type = g_rand_int_range (rand, 0, 8) / 3;
  guint32 length = lengths[g_rand_int_range (rand, 0, wild ? G_N_ELEMENTS (lengths) : 5)];
  guint32 id = g_rand_int_range (rand, 1, 40);
  guint16 flags = 0;

  if (wild)
    {
      append_frame (bytes, g_rand_int_range (rand, 0, 5), g_rand_int_range (rand, 0, 16), id,
                    g_rand_int (rand));
      return;
    }
  if (type == KAD_YAMUX_PING)
    {
      append_frame (bytes, type, g_rand_boolean (rand) ? KAD_YAMUX_SYN : KAD_YAMUX_ACK, 0, id);
      return;
    }
  if (g_rand_int_range (rand, 0, 4) == 0)
    {
      flags = KAD_YAMUX_SYN | (g_rand_boolean (rand) ? KAD_YAMUX_ACK : KAD_YAMUX_FIN);
      id = *next_id;
      *next_id += 2;
    }
  else
    {
      id = *next_id > 60 ? *next_id - id : id;
      if (g_rand_int_range (rand, 0, 4) == 0)
        flags = KAD_YAMUX_ACK << g_rand_int_range (rand, 0, 3);
    }
  append_frame (bytes, type, flags, id, length);
  if (type == KAD_YAMUX_DATA)
    g_byte_array_set_size (bytes, bytes->len + length);
}

static void
test_nonsense (void)
{
  guint n_lived = 0;

  g_test_summary ("Any frames in any pieces, with a caller that does anything: bounds hold");

  for (guint32 seed = 1; seed <= 100; seed++)
    {
      g_autoptr (KadYamux) session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (GPtrArray) held = g_ptr_array_new ();
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GError) error = NULL;
      gboolean lives = TRUE;
      guint32 next_id = 1;

      for (guint i = 0; i < 1000; i++)
        {
          const gsize piece = 1 << g_rand_int_range (rand, 0, 16);

          while (bytes->len < piece)
            fill_nonsense (bytes, rand, &next_id);
          if (lives)
            {
              const gsize fed = MIN (piece, bytes->len);

              lives = kad_yamux_feed (session, bytes->data, fed, SECOND, &error);
              g_byte_array_remove_range (bytes, 0, fed);
            }
          play_caller (session, held, rand);
          g_assert_cmpuint (session->buffered_bytes, <=,
                            session->streams.n_entries * KAD_YAMUX_INITIAL_WINDOW);
          g_assert_cmpuint (kad_yamux_get_n_streams (session), ==, held->len);
          if (i % 16 == 0)
            drop_output (session);
        }
      n_lived += lives;
      g_test_message ("seed %u: %u streams of %u, %s", seed, held->len, next_id / 2,
                      lives ? "lives" : error->message);
    }
  g_assert_cmpuint (n_lived, >, 10);
  g_assert_cmpuint (n_lived, <, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/CVE-2026-32314/every-flag-on-every-type", test_every_flag_on_every_type);
  g_test_add_func ("/yamux-receive/syn-with-a-full-window", test_syn_with_a_full_window);
  g_test_add_func ("/security/CVE-2026-32314/syn-with-more-than-the-window", test_syn_with_more_than_the_window);
  g_test_add_func ("/yamux-receive/more-than-the-window", test_more_than_the_window);
  g_test_add_func ("/security/CVE-2026-31814/window-credit-overflow", test_credit_overflow);
  g_test_add_func ("/yamux-receive/most-credit", test_most_credit);
  g_test_add_func ("/yamux-receive/reset-code-is-no-credit", test_reset_code_is_no_credit);
  g_test_add_func ("/security/CVE-2026-31814/credit-for-closed-and-unknown-streams", test_frames_for_nobody);
  g_test_add_func ("/yamux-receive/frames-for-a-reset-stream", test_frames_for_a_reset_stream);
  g_test_add_func ("/yamux-receive/length-decides-no-allocation",
                   test_length_decides_no_allocation);
  g_test_add_func ("/yamux-receive/data-after-fin", test_data_after_fin);
  g_test_add_func ("/yamux-receive/end-comes-after-the-last-byte",
                   test_end_comes_after_the_last_byte);
  g_test_add_func ("/yamux-receive/byte-by-byte", test_byte_by_byte);
  g_test_add_func ("/yamux-receive/out-of-order", test_streams_may_begin_out_of_order);
  g_test_add_func ("/yamux-receive/too-many-streams", test_too_many_streams);
  g_test_add_func ("/yamux-receive/unseen-streams-vanish", test_streams_that_nobody_saw_vanish);
  g_test_add_func ("/security/GHSA-3999-5ffv-wp2r/floods-stop-the-reading", test_floods);
  g_test_add_func ("/yamux-receive/answers-that-leave", test_answers_that_leave_are_not_counted);
  g_test_add_func ("/security/GHSA-3999-5ffv-wp2r/flood-that-is-read-on-regardless", test_flood_that_is_read_on_regardless);
  g_test_add_func ("/security/GO-2025-3408/our-data-does-not-stop-reading",
                   test_our_data_does_not_stop_reading);
  g_test_add_func ("/yamux-receive/nonsense", test_nonsense);
  return g_test_run ();
}
