/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the muxer promises, kept by a whole connection: nobody waits for the other for ever, and
 * what a remote makes us hold is counted. */
#include "kad-connection-private.h"

#include <string.h>

#include "kad-swarm-testing.h"

#define MIB (1024 * 1024)
#define N_STREAMS 16

/* One end of a stream that pushes a MiB at once. */
typedef struct
{
  Pair *pair;
  KadStream *stream;
  gsize received;
} End;

typedef struct
{
  Pair pair;
  gboolean is_reading;
  GPtrArray *ends; /* (element-type End) */
} Lab;

static Lab lab;

static void
take_some (KadStream *stream)
{
  End *end = kad_stream_get_state (stream);
  gsize len;

  if (!lab.is_reading)
    return;
  kad_stream_peek (stream, &len);
  end->received += len;
  kad_stream_consume (stream, len);
}

static void
push (KadStream *stream)
{
  End *end = g_new0 (End, 1);
  g_autofree guint8 *bytes = g_malloc0 (MIB);

  end->stream = stream;
  g_ptr_array_add (lab.ends, end);
  kad_stream_set_state (stream, end);
  g_assert_true (kad_stream_write (stream, bytes, MIB));
}

static gboolean
accept_push (KadStream *stream, gpointer user_data)
{
  push (stream);
  return TRUE;
}

static void
forget (KadStream *stream, const GError *reason)
{
  End *end = kad_stream_get_state (stream);

  end->stream = NULL;
}

static const KadStreamProtocol pushing = {
  .name = "/test/push",
  .accepted = accept_push,
  .readable = take_some,
  .closed = forget,
};
static const KadStreamProtocol *const served[] = { &pushing, NULL };

static guint
count_complete (void)
{
  guint n = 0;

  for (guint i = 0; i < lab.ends->len; i++)
    n += ((End *) lab.ends->pdata[i])->received == MIB;
  return n;
}

/* Turns for as long as anything moves. */
static void
settle (void)
{
  guint idle = 0;

  while (idle < 50)
    idle = g_main_context_iteration (lab.pair.context, FALSE) ? 0 : idle + 1;
}

static void
lab_init (void)
{
  lab = (Lab){ .ends = g_ptr_array_new_with_free_func (g_free) };
  pair_init (&lab.pair);
  lab.pair.a.protocols = lab.pair.b.protocols = served;
}

static void
lab_clear (void)
{
  pair_clear (&lab.pair);
  g_ptr_array_unref (lab.ends);
}

static void
test_both_push_without_reading (gconstpointer data)
{
  const guint n_streams = GPOINTER_TO_UINT (data);

  g_test_summary ("Both sides of a connection push 1 MiB on each of their streams and do not read: "
                  "what the windows allow arrives, and when they read so does the rest");

  lab_init ();
  for (guint i = 0; i < n_streams; i++)
    push (kad_stream_open (lab.pair.a.connection, &pushing, NULL, NULL));
  pair_run_until (&lab.pair, lab.ends->len == 2 * n_streams);
  settle ();
  g_assert_cmpuint (count_complete (), ==, 0);

  /* Neither waits for the other to read first: every window is full, the negotiation in it. */
  g_assert_cmpuint (kad_yamux_get_buffered_bytes (lab.pair.a.connection->yamux), >=,
                    n_streams * (KAD_YAMUX_INITIAL_WINDOW - 64));
  g_assert_cmpuint (kad_yamux_get_buffered_bytes (lab.pair.b.connection->yamux), >=,
                    n_streams * (KAD_YAMUX_INITIAL_WINDOW - 64));

  lab.is_reading = TRUE;
  for (guint i = 0; i < lab.ends->len; i++)
    take_some (((End *) lab.ends->pdata[i])->stream);
  pair_run_until (&lab.pair, count_complete () == 2 * n_streams);
  g_assert_cmpuint (lab.pair.a.closed + lab.pair.b.closed, ==, 0);
  lab_clear ();
}

static void
test_replies_that_wait_are_counted (void)
{
  gsize charged;

  g_test_summary ("What waits for a remote that gives no window counts among the bytes held");

  lab_init ();
  for (guint i = 0; i < N_STREAMS; i++)
    push (kad_stream_open (lab.pair.a.connection, &pushing, NULL, NULL));
  pair_run_until (&lab.pair, lab.ends->len == 2 * N_STREAMS);
  settle ();
  /* On both sides: the windows' worth unread, and the rest of the MiB of each stream. */
  charged = kad_reactor_get_charged (lab.pair.reactor);
  g_assert_cmpuint (charged, >=, 2 * N_STREAMS * (MIB - 64));
  g_assert_cmpuint (charged, <=, 2 * (N_STREAMS * 2 * MIB + 2 * kad_limit_find ("output-bytes-per-connection")->fallback));
  lab.is_reading = TRUE;
  for (guint i = 0; i < lab.ends->len; i++)
    take_some (((End *) lab.ends->pdata[i])->stream);
  pair_run_until (&lab.pair, count_complete () == 2 * N_STREAMS);
  settle ();
  g_assert_cmpuint (kad_reactor_get_charged (lab.pair.reactor), ==, 0);
  lab_clear ();
}

static void
test_a_stream_that_goes_is_not_counted (void)
{
  g_test_summary ("What waited for a stream that was reset, by either side, is counted no more");

  lab_init ();
  for (guint i = 0; i < N_STREAMS; i++)
    push (kad_stream_open (lab.pair.a.connection, &pushing, NULL, NULL));
  pair_run_until (&lab.pair, lab.ends->len == 2 * N_STREAMS);
  settle ();
  for (guint i = 0; i < lab.ends->len; i += 2)
    {
      End *end = lab.ends->pdata[i];

      if (end->stream != NULL)
        kad_stream_reset (g_steal_pointer (&end->stream));
    }
  settle ();
  for (guint i = 1; i < lab.ends->len; i += 2)
    {
      End *end = lab.ends->pdata[i];

      if (end->stream != NULL)
        kad_stream_reset (g_steal_pointer (&end->stream));
    }
  settle ();
  g_assert_cmpuint (kad_reactor_get_charged (lab.pair.reactor), ==, 0);
  lab_clear ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/security/GO-2025-3408/connections-push-on-8-streams",
                        GUINT_TO_POINTER (8), test_both_push_without_reading);
  g_test_add_data_func ("/security/GO-2025-3408/connections-push-on-16-streams",
                        GUINT_TO_POINTER (N_STREAMS), test_both_push_without_reading);
  g_test_add_func ("/security/CVE-2022-23492/replies-that-wait-are-counted",
                   test_replies_that_wait_are_counted);
  g_test_add_func ("/security/CVE-2022-23492/a-stream-that-goes-is-not-counted",
                   test_a_stream_that_goes_is_not_counted);
  return g_test_run ();
}
