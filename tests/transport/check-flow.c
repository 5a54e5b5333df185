/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes: few, many, one at a time, and more than anybody reads. */
#include "fixture.h"

/* A transport must not swallow more than this from a writer whom nobody reads. */
#define MAX_SWALLOWED (64 * MIB)
/* So many turns of the loop without a byte taken: it is full, not just slow. */
#define QUIET_TURNS 10
#define DRIBBLE 10000

static void
test_bytes_go_both_ways (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };
  char text[5];

  g_test_summary ("What one end writes the other reads, in both directions");

  fixture_connect (f, &near_end, &far_end);
  channel_write (&near_end, "hello", 5);
  channel_read (&far_end, text, 5);
  g_assert_cmpmem (text, 5, "hello", 5);
  channel_write (&far_end, "world", 5);
  channel_read (&near_end, text, 5);
  g_assert_cmpmem (text, 5, "world", 5);
}

/* ---- a stream of bytes that is the same for writer and reader ---- */

#define PATTERN_BYTES 65521

typedef struct
{
  GPollableInputStream *in;
  GPollableOutputStream *out;
  GChecksum *checksum; /* (owned) */
  guint64 done;
  guint64 wanted;
  guint *n_running;
} Flow;

static const guint8 *
get_pattern (void)
{
  static guint8 pattern[PATTERN_BYTES];
  guint32 state = 1;

  if (pattern[0] != 0)
    return pattern;
  for (gsize i = 0; i < PATTERN_BYTES; i++)
    {
      state = state * 1103515245 + 12345;
      pattern[i] = (guint8) (state >> 16);
    }
  pattern[0] |= 1;
  return pattern;
}

static void
flow_init (Flow *self, Channel *channel, guint64 wanted, guint *n_running)
{
  *self = (Flow){ .in = channel->in,
                  .out = channel->out,
                  .checksum = g_checksum_new (G_CHECKSUM_SHA256),
                  .wanted = wanted,
                  .n_running = n_running };
}

static void
flow_clear (Flow *self)
{
  g_checksum_free (self->checksum);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Flow, flow_clear)

/* Writes the next piece of the pattern. FALSE if nothing is taken now. */
static gboolean
flow_write (Flow *self, gsize limit)
{
  gsize at = self->done % PATTERN_BYTES;
  gsize len = MIN (PATTERN_BYTES - at, limit);
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_output_stream_write_nonblocking (self->out, get_pattern () + at, len, NULL,
                                                         &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return FALSE;
  g_assert_no_error (error);
  g_assert_cmpint (n, >, 0);
  g_assert_cmpint (n, <=, (gssize) len);
  g_checksum_update (self->checksum, get_pattern () + at, n);
  self->done += (guint64) n;
  return TRUE;
}

static gboolean
flow_read (Flow *self)
{
  guint8 block[PATTERN_BYTES];
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (self->in, block, sizeof block, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return FALSE;
  g_assert_no_error (error);
  g_assert_cmpint (n, >, 0);
  g_checksum_update (self->checksum, block, n);
  self->done += (guint64) n;
  return TRUE;
}

static void
assert_same (Flow *writer, Flow *reader)
{
  g_assert_cmpuint (reader->done, ==, writer->done);
  g_assert_cmpstr (g_checksum_get_string (reader->checksum), ==,
                   g_checksum_get_string (writer->checksum));
}

/* ---- back-pressure ---- */

/* Writes until nothing more is taken, however often the main loop turns. */
static void
fill (Fixture *f, Flow *flow)
{
  guint n_quiet = 0;

  while (n_quiet < QUIET_TURNS)
    {
      if (flow_write (flow, PATTERN_BYTES))
        n_quiet = 0;
      else
        {
          n_quiet++;
          fixture_turn (f);
        }
      g_assert_cmpuint (flow->done, <, MAX_SWALLOWED);
    }
}

static void
drain (Fixture *f, Flow *writer, Flow *reader)
{
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;

  while (reader->done < writer->done)
    if (!flow_read (reader))
      {
        g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
        fixture_turn (f);
      }
  assert_same (writer, reader);
}

/* Fills, empties, and sees that it goes on after that. */
static void
hold_back (Fixture *f, Channel *writing, Channel *reading)
{
  g_auto (Flow) writer = { 0 };
  g_auto (Flow) reader = { 0 };

  flow_init (&writer, writing, 0, NULL);
  flow_init (&reader, reading, 0, NULL);
  fill (f, &writer);
  g_assert_cmpuint (writer.done, >, 0);
  g_test_message ("%" G_GUINT64_FORMAT " bytes are taken without a reader", writer.done);
  drain (f, &writer, &reader);
}

static void
test_a_dialler_is_held_back (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };

  g_test_summary ("A dialler whom nobody reads is stopped, and nothing of what was taken is lost");

  fixture_connect (f, &near_end, &far_end);
  hold_back (f, &near_end, &far_end);
  fixture_exchange (&near_end, &far_end);
}

static void
test_a_listener_is_held_back (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };

  g_test_summary ("So is a listener's side whom nobody reads");

  fixture_connect (f, &near_end, &far_end);
  hold_back (f, &far_end, &near_end);
  fixture_exchange (&near_end, &far_end);
}

static void
test_both_are_held_back_at_once (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };
  g_auto (Flow) there = { 0 };
  g_auto (Flow) back = { 0 };
  g_auto (Flow) arrived_there = { 0 };
  g_auto (Flow) arrived_back = { 0 };

  g_test_summary ("Both directions are full at once, and both go on when they are read");

  fixture_connect (f, &near_end, &far_end);
  flow_init (&there, &near_end, 0, NULL);
  flow_init (&back, &far_end, 0, NULL);
  flow_init (&arrived_there, &far_end, 0, NULL);
  flow_init (&arrived_back, &near_end, 0, NULL);
  fill (f, &there);
  fill (f, &back);
  drain (f, &there, &arrived_there);
  drain (f, &back, &arrived_back);
  fixture_exchange (&near_end, &far_end);
}

/* ---- much ---- */

static gboolean
on_writable (GObject *stream, gpointer data)
{
  Flow *flow = data;

  flow_write (flow, MIN (10007, flow->wanted - flow->done));
  if (flow->done < flow->wanted)
    return G_SOURCE_CONTINUE;
  --*flow->n_running;
  return G_SOURCE_REMOVE;
}

static gboolean
on_readable (GObject *stream, gpointer data)
{
  Flow *flow = data;

  flow_read (flow);
  g_assert_cmpuint (flow->done, <=, flow->wanted);
  if (flow->done < flow->wanted)
    return G_SOURCE_CONTINUE;
  --*flow->n_running;
  return G_SOURCE_REMOVE;
}

static void
attach (GSource *source, GPollableSourceFunc func, Flow *flow)
{
  g_source_set_callback (source, G_SOURCE_FUNC (func), flow, NULL);
  g_source_attach (source, NULL);
  g_source_unref (source);
  ++*flow->n_running;
}

static void
test_many_mebibytes_come_through (Fixture *f, gconstpointer data)
{
  enum
  {
    THERE,
    BACK,
    ARRIVED_THERE,
    ARRIVED_BACK,
    N_FLOWS
  };
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };
  gint64 give_up_us = g_get_monotonic_time () + 6 * PATIENCE_US;
  Flow flows[N_FLOWS];
  guint n_running = 0;

  g_test_summary (
      "64 MiB in each direction at once arrive in order and unharmed through sources of "
      "the main loop");

  fixture_connect (f, &near_end, &far_end);
  for (guint i = 0; i < N_FLOWS; i++)
    flow_init (&flows[i], i == THERE || i == ARRIVED_BACK ? &near_end : &far_end, 64 * MIB,
               &n_running);
  for (guint i = 0; i < N_FLOWS; i++)
    if (i == THERE || i == BACK)
      attach (g_pollable_output_stream_create_source (flows[i].out, NULL), on_writable, &flows[i]);
    else
      attach (g_pollable_input_stream_create_source (flows[i].in, NULL), on_readable, &flows[i]);
  while (n_running > 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
      fixture_turn (f);
    }
  assert_same (&flows[THERE], &flows[ARRIVED_THERE]);
  assert_same (&flows[BACK], &flows[ARRIVED_BACK]);
  for (guint i = 0; i < N_FLOWS; i++)
    flow_clear (&flows[i]);
}

/* ---- little ---- */

static void
test_a_dribble_comes_through (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };
  const guint8 *pattern = get_pattern ();
  guint8 byte;

  g_test_summary (
      "Bytes that are written one at a time, and read one at a time, are the same bytes");

  fixture_connect (f, &near_end, &far_end);
  for (gsize i = 0; i < DRIBBLE; i++)
    {
      channel_write (&near_end, pattern + i, 1);
      if (i % 2 == 0)
        continue;
      /* Two behind each other, so that a border may be lost between them. */
      for (gsize j = i - 1; j <= i; j++)
        {
          channel_read (&far_end, &byte, 1);
          g_assert_cmpuint (byte, ==, pattern[j]);
        }
      channel_write (&far_end, &byte, 1);
      channel_read (&near_end, &byte, 1);
      g_assert_cmpuint (byte, ==, pattern[i]);
    }
}

static gboolean
quit (GObject *stream, gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static gpointer
write_from_thread (gpointer data)
{
  Channel *channel = data;
  g_autoptr (GError) error = NULL;

  g_usleep (20000);
  g_pollable_output_stream_write_nonblocking (channel->out, "x", 1, NULL, &error);
  g_assert_no_error (error);
  return NULL;
}

/* For transports whose two ends share memory: there is no kernel between them to wake the other. */
static void
test_a_write_wakes_a_loop_elsewhere (Fixture *f, gconstpointer data)
{
  g_auto (Channel) near_end = { 0 };
  g_auto (Channel) far_end = { 0 };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GSource) in = NULL;
  GThread *thread;

  g_test_summary ("Bytes written in one thread wake the main loop that waits in another");

  fixture_connect (f, &near_end, &far_end);
  in = g_pollable_input_stream_create_source (far_end.in, NULL);
  g_source_set_callback (in, G_SOURCE_FUNC (quit), loop, NULL);
  g_source_attach (in, NULL);
  thread = g_thread_new ("writer", write_from_thread, &near_end);
  g_main_loop_run (loop);
  g_thread_join (thread);
  channel_read (&far_end, &(char){ 0 }, 1);
}

void
check_flow_add (void)
{
  if (!subject.has_bytes)
    return;
  fixture_add ("flow/bytes-go-both-ways", test_bytes_go_both_ways);
  fixture_add ("flow/a-dialler-is-held-back", test_a_dialler_is_held_back);
  fixture_add ("flow/a-listener-is-held-back", test_a_listener_is_held_back);
  fixture_add ("flow/both-are-held-back-at-once", test_both_are_held_back_at_once);
  fixture_add ("flow/many-mebibytes-come-through", test_many_mebibytes_come_through);
  fixture_add ("flow/a-dribble-comes-through", test_a_dribble_comes_through);
  fixture_add ("flow/a-write-wakes-a-loop-elsewhere", test_a_write_wakes_a_loop_elsewhere);
}
