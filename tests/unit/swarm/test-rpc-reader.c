/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-rpc-private.h"

#include <gio/gio.h>
#include <string.h>

#include "kad-error.h"
#include "kad-frame.h"
#include "kad-message.h"
#include "kad-swarm-testing.h"

/* A reader on the stream of side b; side a writes whatever the test says. */
typedef struct
{
  Pair pair;
  KadRpc *rpc;
  KadRpcReader reader;
  KadStream *in;
  KadStream *out;
  gboolean is_ended;
} Lab;

static Lab *present;

static gboolean
accepted (KadStream *stream, gpointer user_data)
{
  present->in = stream;
  return TRUE;
}

static void
readable (KadStream *stream)
{
  present->is_ended = kad_stream_is_remote_closed (stream);
}

static void
closed (KadStream *stream, const GError *reason)
{
}

static const KadStreamProtocol protocol = {
  .name = "/test/frames",
  .accepted = accepted,
  .readable = readable,
  .closed = closed,
};
static const KadStreamProtocol *const served[] = { &protocol, NULL };

static void
lab_init (Lab *lab)
{
  *lab = (Lab){ 0 };
  present = lab;
  pair_init (&lab->pair);
  lab->pair.b.protocols = served;
  lab->rpc = kad_rpc_new (lab->pair.reactor, "/test/kad", NULL, NULL);
  kad_rpc_reader_init (&lab->reader, lab->rpc);
  lab->out = kad_stream_open (lab->pair.a.connection, &protocol, NULL, NULL);
  pair_run_until (&lab->pair, lab->in != NULL);
}

static void
lab_clear (Lab *lab)
{
  kad_rpc_reader_clear (&lab->reader);
  g_assert_cmpuint (kad_reactor_get_budget (lab->pair.reactor)->assembly_bytes, ==, 0);
  pair_clear (&lab->pair);
  kad_rpc_free (lab->rpc);
}

static void
turns (Lab *lab)
{
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (lab->pair.context, FALSE);
}

static void
lab_write (Lab *lab, const void *data, gsize len)
{
  g_assert_true (kad_stream_write (lab->out, data, len));
  turns (lab);
}

static KadWireStatus
lab_read (Lab *lab, const guint8 **frame, gsize *len)
{
  g_autoptr (GError) error = NULL;
  KadWireStatus status = kad_rpc_reader_read (&lab->reader, lab->in, frame, len, &error);

  g_assert_true ((status == KAD_WIRE_ERROR) == (error != NULL));
  return status;
}

static void
test_small_frames_lie_where_they_came (void)
{
  Lab lab;
  const guint8 *frame;
  gsize len;

  g_test_summary ("Several small frames are read one by one, without a copy");

  lab_init (&lab);
  lab_write (&lab, "\x03one\x03two\x00\x05three", 15);
  g_assert_cmpint (lab_read (&lab, &frame, &len), ==, KAD_WIRE_DONE);
  g_assert_cmpmem (frame, len, "one", 3);
  kad_rpc_reader_next_frame (&lab.reader, lab.in);
  g_assert_cmpint (lab_read (&lab, &frame, &len), ==, KAD_WIRE_DONE);
  g_assert_cmpmem (frame, len, "two", 3);
  kad_rpc_reader_next_frame (&lab.reader, lab.in);
  g_assert_cmpint (lab_read (&lab, &frame, &len), ==, KAD_WIRE_DONE);
  g_assert_cmpuint (len, ==, 0);
  kad_rpc_reader_next_frame (&lab.reader, lab.in);
  g_assert_cmpint (lab_read (&lab, &frame, &len), ==, KAD_WIRE_DONE);
  g_assert_cmpmem (frame, len, "three", 5);
  g_assert_cmpuint (kad_reactor_get_budget (lab.pair.reactor)->assembly_bytes, ==, 0);
  kad_rpc_reader_next_frame (&lab.reader, lab.in);
  g_assert_cmpint (lab_read (&lab, &frame, &len), ==, KAD_WIRE_MORE);
  g_assert_false (kad_rpc_reader_has_partial (&lab.reader, lab.in));
  lab_clear (&lab);
}

static void
test_every_cut_waits (void)
{
  static const char whole[] = "\x88\x01";
  Lab lab;
  guint8 bytes[2 + 136];
  const guint8 *frame;
  gsize len;

  g_test_summary ("A frame that is cut anywhere is awaited, and its time runs from the first byte");

  lab_init (&lab);
  memcpy (bytes, whole, 2);
  memset (bytes + 2, 'x', 136);
  for (gsize i = 0; i < sizeof bytes - 1; i++)
    {
      lab_write (&lab, bytes + i, 1);
      g_assert_cmpint (lab_read (&lab, &frame, &len), ==, KAD_WIRE_MORE);
      g_assert_cmpint (lab.reader.since_us, >, 0);
      g_assert_true (kad_rpc_reader_has_partial (&lab.reader, lab.in));
    }
  lab_write (&lab, bytes + sizeof bytes - 1, 1);
  g_assert_cmpint (lab_read (&lab, &frame, &len), ==, KAD_WIRE_DONE);
  g_assert_cmpuint (len, ==, 136);
  kad_rpc_reader_next_frame (&lab.reader, lab.in);
  g_assert_cmpint (lab.reader.since_us, ==, 0);
  lab_clear (&lab);
}

static void
test_a_large_frame_is_moved_and_counted (void)
{
  Lab lab;
  g_autofree guint8 *data = g_malloc (1000 * 1000);
  g_auto (KadBuffer) bytes = KAD_BUFFER_INIT;
  const guint8 *frame;
  gsize len;
  KadWireStatus status = KAD_WIRE_MORE;
  gint64 give_up_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  g_test_summary ("A large frame is moved as it comes, counted, and what follows it is not lost; "
                  "the next frame's time runs");

  lab_init (&lab);
  memset (data, 'y', 1000 * 1000);
  kad_frame_append_prefix (&bytes, 1000 * 1000);
  kad_buffer_append (&bytes, data, 1000 * 1000);
  kad_buffer_append (&bytes, "\x05he", 3);
  lab_write (&lab, kad_buffer_peek (&bytes), kad_buffer_get_length (&bytes));
  while (status == KAD_WIRE_MORE)
    {
      status = lab_read (&lab, &frame, &len);
      g_main_context_iteration (lab.pair.context, FALSE);
      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
    }
  g_assert_cmpint (status, ==, KAD_WIRE_DONE);
  g_assert_cmpmem (frame, len, data, 1000 * 1000);
  g_assert_cmpuint (kad_reactor_get_budget (lab.pair.reactor)->assembly_bytes, >=, 1000 * 1000);
  kad_rpc_reader_next_frame (&lab.reader, lab.in);
  g_assert_cmpuint (kad_reactor_get_budget (lab.pair.reactor)->assembly_bytes, <, 10);
  g_assert_cmpint (lab.reader.since_us, ==, 0);

  turns (&lab);
  g_assert_cmpint (lab_read (&lab, &frame, &len), ==, KAD_WIRE_MORE);
  g_assert_cmpint (lab.reader.since_us, >, 0);
  lab_write (&lab, "llo", 3);
  g_assert_cmpint (lab_read (&lab, &frame, &len), ==, KAD_WIRE_DONE);
  g_assert_cmpmem (frame, len, "hello", 5);
  kad_rpc_reader_next_frame (&lab.reader, lab.in);
  g_assert_cmpuint (kad_reactor_get_budget (lab.pair.reactor)->assembly_bytes, ==, 0);
  lab_clear (&lab);
}

static void
test_budget (void)
{
  Lab lab;
  g_autofree guint8 *data = g_malloc0 (200 * 1000);
  g_auto (KadBuffer) bytes = KAD_BUFFER_INIT;
  const guint8 *frame;
  gsize len;
  KadWireStatus status = KAD_WIRE_MORE;

  g_test_summary ("What large frames of all streams may take together is bounded");

  lab_init (&lab);
  kad_reactor_get_budget (lab.pair.reactor)->assembly_bytes
      = kad_limit_find ("assembly-bytes")->fallback - 1000;
  kad_frame_append_prefix (&bytes, 1000 * 1000);
  kad_buffer_append (&bytes, data, 200 * 1000);
  lab_write (&lab, kad_buffer_peek (&bytes), kad_buffer_get_length (&bytes));
  for (guint i = 0; i < 100 && status == KAD_WIRE_MORE; i++)
    {
      turns (&lab);
      status = lab_read (&lab, &frame, &len);
    }
  g_assert_cmpint (status, ==, KAD_WIRE_ERROR);
  kad_reactor_get_budget (lab.pair.reactor)->assembly_bytes
      = kad_buffer_get_length (&lab.reader.partial);
  lab_clear (&lab);
}

static void
test_bad_lengths (void)
{
  static const struct
  {
    const char *bytes;
    gsize len;
  } bad[] = {
    { "\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 9 },
    { "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 },
    { "\x81\x80\x80\x02", 4 },
    { "\x80\x00", 2 },
  };

  g_test_summary ("A length that is over-long, too large or not minimal is an error at once");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      Lab lab;
      const guint8 *frame;
      gsize len;

      lab_init (&lab);
      lab_write (&lab, bad[i].bytes, bad[i].len);
      g_assert_cmpint (lab_read (&lab, &frame, &len), ==, KAD_WIRE_ERROR);
      lab_clear (&lab);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rpc-reader/small-frames-lie-where-they-came",
                   test_small_frames_lie_where_they_came);
  g_test_add_func ("/rpc-reader/every-cut-waits", test_every_cut_waits);
  g_test_add_func ("/rpc-reader/a-large-frame-is-moved-and-counted",
                   test_a_large_frame_is_moved_and_counted);
  g_test_add_func ("/rpc-reader/budget", test_budget);
  g_test_add_func ("/rpc-reader/bad-lengths", test_bad_lengths);
  return g_test_run ();
}
