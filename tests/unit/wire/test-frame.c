/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-frame.h"

#include "kad-wire-testing.h"

static void
test_gives_frame_and_leaves_the_rest (void)
{
  static const guint8 data[] = { 3, 'a', 'b', 'c', 1, 'd' };
  g_autoptr (GError) error = NULL;
  const guint8 *frame;
  gsize len, used;

  g_test_summary ("A whole frame is borrowed from the front, the next one stays");

  g_assert_cmpint (kad_frame_peek (data, sizeof data, 3, &frame, &len, &used, &error), ==,
                   KAD_WIRE_DONE);
  g_assert_no_error (error);
  g_assert_true (frame == data + 1);
  g_assert_cmpuint (len, ==, 3);
  g_assert_cmpuint (used, ==, 4);
  g_assert_cmpint (kad_frame_peek (data + 4, 2, 3, &frame, &len, &used, &error), ==, KAD_WIRE_DONE);
  g_assert_cmpmem (frame, len, "d", 1);
}

static void
test_takes_an_empty_frame (void)
{
  static const guint8 data[] = { 0 };
  const guint8 *frame;
  gsize len, used;

  g_test_summary ("A frame of no bytes is a frame");

  g_assert_cmpint (kad_frame_peek (data, 1, 0, &frame, &len, &used, NULL), ==, KAD_WIRE_DONE);
  g_assert_cmpuint (len, ==, 0);
  g_assert_cmpuint (used, ==, 1);
}

static void
expect_more (const guint8 *data, gsize len, gpointer user_data)
{
  const guint8 *frame;
  gsize frame_len, used, *whole = user_data;
  KadWireStatus status = kad_frame_peek (data, len, 4096, &frame, &frame_len, &used, NULL);

  g_assert_cmpint (status, ==, len < *whole ? KAD_WIRE_MORE : KAD_WIRE_DONE);
}

static void
test_wants_more_at_each_truncation (void)
{
  guint8 data[302] = { 0xac, 0x02 };
  gsize whole = sizeof data;

  g_test_summary ("A frame of 300 bytes cut anywhere wants more");

  try_truncated (data, whole, expect_more, &whole);
}

static void
test_refuses_by_the_length_alone (void)
{
  static const guint8 over[] = { 0x81, 0x20 }; /* 4097 */
  g_autoptr (GError) error = NULL;
  const guint8 *frame;
  gsize len, used;

  g_test_summary ("A frame over the maximum is refused before any of it arrived, in both roles "
                  "the same");

  g_assert_cmpint (kad_frame_peek (over, 2, 4097, &frame, &len, &used, NULL), ==, KAD_WIRE_MORE);
  g_assert_cmpint (kad_frame_peek (over, 2, 4096, &frame, &len, &used, &error), ==, KAD_WIRE_ERROR);
  g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
}

static void
test_refuses_hostile_lengths (void)
{
  static const char *const hostile[] = {
    "8000",                     /* zero in two bytes */
    "8100",                     /* one in two bytes */
    "ffffffffffffffffff01",     /* 2^64 - 1: ten bytes */
    "80808080808080808001",     /* 2^63 */
    "ffffffffffffffffffffff01", /* more than any integer */
    "ffffffffffffffff7f",       /* 2^63 - 1: a varint, but over any maximum */
  };

  g_test_summary ("Overlong, over 63 bits and huge lengths are errors");

  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autoptr (GBytes) bytes = hex_to_bytes (hostile[i]);
      g_autoptr (GError) error = NULL;
      const guint8 *frame, *data;
      gsize len, used, n;

      data = g_bytes_get_data (bytes, &n);
      g_assert_cmpint (kad_frame_peek (data, n, 4 * 1024 * 1024, &frame, &len, &used, &error), ==,
                       KAD_WIRE_ERROR);
      g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
    }
}

static void
test_writes_what_it_reads (void)
{
  static const gsize lengths[] = { 0, 1, 127, 128, 16383, 16384, 4 * 1024 * 1024 };

  g_test_summary ("A prefix that was appended is read as the same length");

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_auto (KadBuffer) out = KAD_BUFFER_INIT;
      const guint8 *frame;
      gsize len, used;

      kad_frame_append_prefix (&out, lengths[i]);
      memset (kad_buffer_reserve (&out, lengths[i]), 7, lengths[i]);
      kad_buffer_commit (&out, lengths[i]);
      g_assert_cmpint (kad_frame_peek (kad_buffer_peek (&out), kad_buffer_get_length (&out),
                                       lengths[i], &frame, &len, &used, NULL),
                       ==, KAD_WIRE_DONE);
      g_assert_cmpuint (len, ==, lengths[i]);
      g_assert_cmpuint (used, ==, kad_buffer_get_length (&out));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame/gives-frame-and-leaves-the-rest", test_gives_frame_and_leaves_the_rest);
  g_test_add_func ("/frame/takes-an-empty-frame", test_takes_an_empty_frame);
  g_test_add_func ("/security/GHSA-xqvc-92cf-94j4/wants-more-at-each-truncation", test_wants_more_at_each_truncation);
  g_test_add_func ("/frame/refuses-by-the-length-alone", test_refuses_by_the_length_alone);
  g_test_add_func ("/security/GHSA-xqvc-92cf-94j4/refuses-hostile-lengths", test_refuses_hostile_lengths);
  g_test_add_func ("/frame/writes-what-it-reads", test_writes_what_it_reads);
  return g_test_run ();
}
