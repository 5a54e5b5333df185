/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two sessions that talk to each other over a lossless pipe, driven by a seed. The
 * sides do what the events allow and no more, so a lost event shows as a
 * transfer that never ends. */

#include "yamux-test.h"

#define MIB (1024 * 1024)
#define MAX_FLOWS 24
#define TRANSFER_MAX (700 * 1024)

/* A stream as both sides see it; the pattern of its bytes depends on who sent them. */
typedef struct
{
  guint32 id;
  gboolean is_dead; /* one side reset it */
  struct
  {
    KadYamuxStream *stream; /* (nullable) not accepted yet, or let go of */
    gsize to_send;
    gsize sent;
    gsize received;
    gboolean readable;
    gboolean writable;
    gboolean ended; /* by us */
    gboolean saw_end;
    gboolean left;
  } ends[2];
} Flow;

typedef struct
{
  KadYamux *sides[2];
  GByteArray *wire[2]; /* bytes on their way to side i */
  GHashTable *flows;   /* by id */
  GRand *rand;
  gint64 now_us;
} Pair;

/* What the seeds reached, to see that they reach what they are for. */
static struct
{
  guint64 n_flows;
  guint64 n_bytes;
  guint64 n_writable;
  guint64 n_resets;
  guint64 n_leaves;
  gsize longest_output;
} reached;

static void
pair_init (Pair *pair, guint32 seed)
{
  *pair = (Pair){ 0 };
  pair->sides[0] = kad_yamux_new (KAD_ROLE_INITIATOR, BUDGET);
  pair->sides[1] = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  pair->wire[0] = g_byte_array_new ();
  pair->wire[1] = g_byte_array_new ();
  pair->flows = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  pair->rand = g_rand_new_with_seed (seed);
  pair->now_us = SECOND;
}

static void
pair_clear (Pair *pair)
{
  for (guint i = 0; i < 2; i++)
    {
      kad_yamux_free (pair->sides[i]);
      g_byte_array_unref (pair->wire[i]);
    }
  g_hash_table_unref (pair->flows);
  g_rand_free (pair->rand);
}

static guint8
pattern (const Flow *flow, guint sender, gsize offset)
{
  return flow->id * 31 + sender * 17 + offset * 7 + (offset >> 8);
}

static Flow *
flow_new (Pair *pair, guint32 id)
{
  Flow *flow = g_new0 (Flow, 1);

  flow->id = id;
  for (guint i = 0; i < 2; i++)
    {
      const gint32 shape = g_rand_int_range (pair->rand, 0, 4);

      flow->ends[i].writable = TRUE;
      flow->ends[i].to_send = g_rand_int_range (pair->rand, 0, shape == 0 ? TRANSFER_MAX : 3000);
    }
  g_hash_table_insert (pair->flows, GUINT_TO_POINTER (id), flow);
  reached.n_flows++;
  return flow;
}

static Flow *
pair_open (Pair *pair, guint side)
{
  KadYamuxStream *stream = kad_yamux_open (pair->sides[side], NULL);
  Flow *flow;

  if (stream == NULL)
    return NULL;
  flow = flow_new (pair, kad_yamux_stream_get_id (stream));
  flow->ends[side].stream = stream;
  kad_yamux_stream_set_user_data (stream, flow);
  return flow;
}

/* One write of at most @max bytes. */
static void
flow_write (Pair *pair, Flow *flow, guint side, gsize max)
{
  KadYamuxStream *stream = flow->ends[side].stream;
  const gsize len = MIN (max, flow->ends[side].to_send - flow->ends[side].sent);
  g_autofree guint8 *data = g_malloc (len + 1);
  gsize taken;

  if (stream == NULL || len == 0 || !flow->ends[side].writable)
    return;
  for (gsize i = 0; i < len; i++)
    data[i] = pattern (flow, side, flow->ends[side].sent + i);
  taken = kad_yamux_stream_write (pair->sides[side], stream, data, len);
  g_assert_cmpuint (taken, <=, len);
  flow->ends[side].sent += taken;
  flow->ends[side].writable = taken == len;
}

static void
flow_read (Pair *pair, Flow *flow, guint side, gsize max)
{
  KadYamuxStream *stream = flow->ends[side].stream;
  const guint8 *data;
  gsize len, taken;

  if (stream == NULL || !flow->ends[side].readable)
    return;
  data = kad_yamux_stream_peek (stream, &len);
  taken = MIN (len, max);
  for (gsize i = 0; i < taken; i++)
    if (data[i] != pattern (flow, 1 - side, flow->ends[side].received + i))
      g_error ("stream %u: wrong byte at %" G_GSIZE_FORMAT, flow->id,
               flow->ends[side].received + i);
  flow->ends[side].received += taken;
  reached.n_bytes += taken;
  g_assert_cmpuint (flow->ends[side].received, <=, flow->ends[1 - side].sent);
  kad_yamux_stream_consume (pair->sides[side], stream, taken, pair->now_us);
  if (taken < len)
    return;
  flow->ends[side].readable = FALSE;
  if (!kad_yamux_stream_is_remote_closed (stream))
    return;
  flow->ends[side].saw_end = TRUE;
  g_assert_cmpuint (flow->ends[side].received, ==, flow->ends[1 - side].sent);
}

static void
flow_end (Pair *pair, Flow *flow, guint side)
{
  if (flow->ends[side].stream == NULL || flow->ends[side].ended)
    return;
  flow->ends[side].ended = TRUE;
  kad_yamux_stream_shutdown (pair->sides[side], flow->ends[side].stream);
}

static void
flow_leave (Pair *pair, Flow *flow, guint side, gboolean by_reset)
{
  KadYamuxStream *stream = g_steal_pointer (&flow->ends[side].stream);

  if (stream == NULL)
    return;
  flow->ends[side].left = TRUE;
  reached.n_leaves++;
  if (by_reset)
    kad_yamux_stream_reset (pair->sides[side], stream);
  else
    kad_yamux_stream_release (pair->sides[side], stream);
}

static void
pair_drain_events (Pair *pair, guint side)
{
  KadYamuxEvent event;

  while (kad_yamux_next_event (pair->sides[side], &event))
    {
      const guint32 id = kad_yamux_stream_get_id (event.stream);
      Flow *flow = g_hash_table_lookup (pair->flows, GUINT_TO_POINTER (id));

      g_assert_nonnull (flow);
      if (event.type == KAD_YAMUX_STREAM_OPENED)
        {
          g_assert_null (flow->ends[side].stream);
          flow->ends[side].stream = event.stream;
          kad_yamux_stream_set_user_data (event.stream, flow);
        }
      g_assert_true (kad_yamux_stream_get_user_data (event.stream) == flow);
      if (event.type == KAD_YAMUX_STREAM_READABLE)
        flow->ends[side].readable = TRUE;
      else if (event.type == KAD_YAMUX_STREAM_WRITABLE)
        {
          flow->ends[side].writable = TRUE;
          reached.n_writable++;
        }
      else if (event.type == KAD_YAMUX_STREAM_RESET)
        {
          flow->is_dead = TRUE;
          reached.n_resets++;
        }
    }
}

static void
check_bounds (Pair *pair, guint side)
{
  const KadYamux *session = pair->sides[side];
  const gsize output = kad_buffer_get_length (&session->output);

  reached.longest_output = MAX (reached.longest_output, output);
  g_assert_cmpuint (output, <=, KAD_YAMUX_MAX_PENDING_BYTES + 2 * KAD_YAMUX_MAX_CONTROL_BYTES);
  g_assert_cmpuint (session->budget.used_bytes, <=, BUDGET);
  g_assert_cmpuint (session->buffered_bytes, <=,
                    BUDGET + session->streams.n_entries * KAD_YAMUX_INITIAL_WINDOW);
}

/* Side @from sends at most @max bytes, and side @to reads at most @max. */
static gsize
pair_move (Pair *pair, guint from, gsize max)
{
  const guint to = 1 - from;
  KadBuffer *output = kad_yamux_get_output (pair->sides[from]);
  const gsize leaving = MIN (max, kad_buffer_get_length (output));
  gsize arriving;
  g_autoptr (GError) error = NULL;

  check_bounds (pair, from);
  if (leaving > 0)
    g_byte_array_append (pair->wire[to], kad_buffer_peek (output), leaving);
  kad_buffer_consume (output, leaving);
  kad_buffer_trim (output);
  if (!kad_yamux_get_wants_input (pair->sides[to]))
    return leaving;
  arriving = MIN (max, pair->wire[to]->len);
  g_assert_true (
      kad_yamux_feed (pair->sides[to], pair->wire[to]->data, arriving, pair->now_us, &error));
  g_assert_no_error (error);
  if (arriving > 0)
    g_byte_array_remove_range (pair->wire[to], 0, arriving);
  pair_drain_events (pair, to);
  pair_drain_events (pair, from);
  return leaving + arriving;
}

static Flow *
pick_flow (Pair *pair)
{
  GHashTableIter iter;
  gpointer flow = NULL;
  gint32 skip;

  if (g_hash_table_size (pair->flows) == 0)
    return NULL;
  skip = g_rand_int_range (pair->rand, 0, g_hash_table_size (pair->flows));
  g_hash_table_iter_init (&iter, pair->flows);
  while (skip-- >= 0)
    g_hash_table_iter_next (&iter, NULL, &flow);
  return flow;
}

/* Nothing of the flow is on the wire, and nobody holds it. */
static void
forget_finished (Pair *pair)
{
  GHashTableIter iter;
  gpointer value;

  if (pair->wire[0]->len + pair->wire[1]->len > 0)
    return;
  g_hash_table_iter_init (&iter, pair->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Flow *flow = value;
      const gboolean is_held = flow->ends[0].stream != NULL || flow->ends[1].stream != NULL;

      if (!is_held && kad_buffer_get_length (&pair->sides[0]->output) == 0
          && kad_buffer_get_length (&pair->sides[1]->output) == 0)
        g_hash_table_iter_remove (&iter);
    }
}

static void
do_something (Pair *pair)
{
  const guint side = g_rand_int_range (pair->rand, 0, 2);
  const gsize size = 1 << g_rand_int_range (pair->rand, 0, 18);
  Flow *flow = pick_flow (pair);
  const gint32 action = g_rand_int_range (pair->rand, 0, 1000);

  pair->now_us += g_rand_int_range (pair->rand, 0, 2000);
  if (action < 500)
    pair_move (pair, side, size);
  else if (action < 560 && g_hash_table_size (pair->flows) < MAX_FLOWS)
    pair_open (pair, side);
  else if (flow == NULL)
    return;
  else if (action < 750)
    flow_write (pair, flow, side, size);
  else if (action < 950)
    flow_read (pair, flow, side, size);
  else if (action < 965)
    flow_end (pair, flow, side);
  else if (action < 970)
    flow_leave (pair, flow, side, TRUE);
  else if (action < 975)
    flow_leave (pair, flow, side, FALSE);
  else if (action < 980)
    kad_yamux_ping (pair->sides[side], pair->now_us);
  else if (action < 982)
    while (pair_move (pair, 0, MIB) + pair_move (pair, 1, MIB) > 0)
      continue;
  forget_finished (pair);
}

/* Everybody finishes what was begun, as events allow; gives if anything moved. */
static gboolean
finish_some (Pair *pair)
{
  GHashTableIter iter;
  gpointer value;
  gsize moved;

  g_hash_table_iter_init (&iter, pair->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Flow *flow = value;

      for (guint side = 0; side < 2; side++)
        {
          if (flow->ends[side].ended)
            flow->ends[side].to_send = flow->ends[side].sent;
          flow_write (pair, flow, side, MIB);
          flow_read (pair, flow, side, MIB);
          if (flow->ends[side].sent == flow->ends[side].to_send)
            flow_end (pair, flow, side);
          if (flow->is_dead || (flow->ends[side].ended && flow->ends[side].saw_end))
            flow_leave (pair, flow, side, FALSE);
          else if (flow->ends[1 - side].left)
            flow_leave (pair, flow, side, FALSE);
        }
    }
  pair->now_us += 1000;
  moved = pair_move (pair, 0, MIB);
  moved += pair_move (pair, 1, MIB);
  return moved > 0;
}

static void
assert_empty (Pair *pair)
{
  for (guint i = 0; i < 2; i++)
    {
      const KadYamux *session = pair->sides[i];

      g_assert_cmpuint (session->streams.n_entries, ==, 0);
      g_assert_cmpuint (session->n_local, ==, 0);
      g_assert_cmpuint (session->n_remote, ==, 0);
      g_assert_cmpuint (session->n_unacked, ==, 0);
      g_assert_cmpuint (session->n_released, ==, 0);
      g_assert_cmpuint (session->buffered_bytes, ==, 0);
      g_assert_cmpuint (session->budget.used_bytes, ==, 0);
      g_assert_cmpuint (session->events.length + session->blocked.length, ==, 0);
      g_assert_cmpuint (session->zombies.length + session->acks.length, ==, 0);
      g_assert_null (session->output.data);
    }
}

static void
test_random_talk (void)
{
  g_test_summary ("Whatever two sides do, bytes arrive in order and nothing is left behind");

  for (guint32 seed = 1; seed <= 30; seed++)
    {
      Pair pair;
      guint idle = 0;

      g_test_message ("seed %u", seed);
      pair_init (&pair, seed);
      for (guint i = 0; i < 20000; i++)
        do_something (&pair);
      while (idle < 3)
        idle = finish_some (&pair) ? 0 : idle + 1;
      assert_empty (&pair);
      pair_clear (&pair);
    }
  g_test_message ("%" G_GUINT64_FORMAT " flows, %" G_GUINT64_FORMAT " bytes, %" G_GUINT64_FORMAT
                  " writable, %" G_GUINT64_FORMAT " resets, %" G_GUINT64_FORMAT
                  " leaves, output %" G_GSIZE_FORMAT,
                  reached.n_flows, reached.n_bytes, reached.n_writable, reached.n_resets,
                  reached.n_leaves, reached.longest_output);
  g_assert_cmpuint (reached.n_flows, >, 1000);
  g_assert_cmpuint (reached.n_bytes, >, 20 * MIB);
  g_assert_cmpuint (reached.n_writable, >, 20);
  g_assert_cmpuint (reached.n_resets, >, 100);
  g_assert_cmpuint (reached.n_leaves, >, 1000);
}

static void
test_both_push_without_reading (void)
{
  Pair pair;
  guint idle = 0;

  g_test_summary ("Both sides push 1 MiB on 8 streams without reading, then read: all arrives");

  pair_init (&pair, 1);
  for (guint i = 0; i < 8; i++)
    {
      Flow *flow = pair_open (&pair, i % 2);

      flow->ends[0].to_send = flow->ends[1].to_send = MIB;
    }
  while (idle < 3)
    {
      GHashTableIter iter;
      gpointer flow;
      gsize moved;

      g_hash_table_iter_init (&iter, pair.flows);
      while (g_hash_table_iter_next (&iter, NULL, &flow))
        for (guint side = 0; side < 2; side++)
          flow_write (&pair, flow, side, MIB);
      moved = pair_move (&pair, 0, 4096) + pair_move (&pair, 1, 4096);
      idle = moved > 0 ? 0 : idle + 1;
    }
  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (kad_yamux_get_buffered_bytes (pair.sides[i]), ==,
                      8 * KAD_YAMUX_INITIAL_WINDOW);
  for (idle = 0; idle < 3;)
    idle = finish_some (&pair) ? 0 : idle + 1;
  assert_empty (&pair);
  pair_clear (&pair);
}

static void
test_backlog_of_256 (void)
{
  Pair pair;
  guint n_served = 0;

  g_test_summary ("A client that needs 257 streams gets the last when the first was acknowledged");

  pair_init (&pair, 1);
  for (guint i = 0; i < KAD_YAMUX_MAX_BACKLOG; i++)
    {
      Flow *flow = pair_open (&pair, 0);

      flow->ends[0].to_send = flow->ends[1].to_send = 4;
      flow_write (&pair, flow, 0, 4);
    }
  g_assert_null (pair_open (&pair, 0));
  for (guint idle = 0; idle < 3; n_served++)
    {
      if (n_served == 1)
        g_assert_nonnull (pair_open (&pair, 0));
      idle = finish_some (&pair) ? 0 : idle + 1;
    }
  assert_empty (&pair);
  pair_clear (&pair);
}

static void
test_bulk_grows_the_window (void)
{
  Pair pair;
  Flow *flow;
  gboolean grew = FALSE;

  g_test_summary ("A long transfer over a long way is given a larger window, within the budget");

  pair_init (&pair, 1);
  kad_yamux_ping (pair.sides[1], pair.now_us);
  pair.now_us += 40 * 1000;
  while (pair_move (&pair, 0, MIB) + pair_move (&pair, 1, MIB) > 0)
    continue;
  g_assert_cmpint (kad_yamux_get_rtt_us (pair.sides[1]), ==, 40 * 1000);
  flow = pair_open (&pair, 0);
  flow->ends[0].to_send = 40 * MIB;
  flow->ends[1].to_send = 0;
  while (finish_some (&pair))
    {
      g_assert_cmpuint (pair.sides[1]->budget.used_bytes, <=, BUDGET);
      grew = grew || pair.sides[1]->budget.used_bytes == BUDGET;
    }
  g_assert_true (grew);
  assert_empty (&pair);
  pair_clear (&pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yamux-pair/random-talk", test_random_talk);
  g_test_add_func ("/security/GO-2025-3408/both-push-without-reading", test_both_push_without_reading);
  g_test_add_func ("/yamux-pair/backlog-of-256", test_backlog_of_256);
  g_test_add_func ("/yamux-pair/bulk-grows-the-window", test_bulk_grows_the_window);
  return g_test_run ();
}
