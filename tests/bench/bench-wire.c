/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the machines of wire cost, in nanoseconds an operation: the best of several
 * rounds, since everything else that happens on a machine only adds. */

#include "kad-yamux-private.h"

#include <stdio.h>
#include <string.h>

#define ROUNDS 7
#define BATCH 16
#define BUDGET (16 * 1024 * 1024)

typedef struct
{
  KadYamux *session; /* a responder */
  KadYamuxStream *stream;
  GByteArray *input;
  guint32 next_id;
  gint64 now_us;
  guint8 reply[2000];
} Bench;

static void
drop_output (Bench *bench)
{
  KadBuffer *output = kad_yamux_get_output (bench->session);

  kad_buffer_consume (output, kad_buffer_get_length (output));
}

static void
feed (Bench *bench)
{
  g_autoptr (GError) error = NULL;

  if (!kad_yamux_feed (bench->session, bench->input->data, bench->input->len, bench->now_us++,
                       &error))
    g_error ("%s", error->message);
}

static void
append_frame (Bench *bench, KadYamuxFrameType type, guint16 flags, guint32 id, guint32 length)
{
  const KadYamuxHeader header = { .type = type, .flags = flags, .stream_id = id, .length = length };
  guint8 bytes[KAD_YAMUX_HEADER_BYTES];

  kad_yamux_header_encode (&header, bytes);
  g_byte_array_append (bench->input, bytes, sizeof bytes);
  if (type == KAD_YAMUX_DATA)
    {
      g_byte_array_set_size (bench->input, bench->input->len + length);
      memset (bench->input->data + bench->input->len - length, 0x5a, length);
    }
}

static void
read_all (Bench *bench, KadYamuxStream *stream)
{
  gsize len;

  kad_yamux_stream_peek (stream, &len);
  kad_yamux_stream_consume (bench->session, stream, len, bench->now_us);
}

/* The remote's endless credit, so that only the write itself is measured. */
static void
refill_credit (Bench *bench)
{
  g_byte_array_set_size (bench->input, 0);
  append_frame (bench, KAD_YAMUX_WINDOW_UPDATE, 0, 1, G_MAXUINT32 - bench->stream->send_credit);
  feed (bench);
}

static void
setup (Bench *bench, guint n_streams)
{
  KadYamuxEvent event;

  memset (bench, 0, sizeof *bench);
  bench->session = kad_yamux_new (KAD_ROLE_RESPONDER, BUDGET);
  bench->input = g_byte_array_new ();
  bench->now_us = 1000000;
  for (bench->next_id = 1; bench->next_id < 2 * n_streams; bench->next_id += 2)
    append_frame (bench, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_SYN, bench->next_id, 0);
  feed (bench);
  while (kad_yamux_next_event (bench->session, &event))
    {
      if (bench->stream == NULL)
        bench->stream = event.stream;
      kad_yamux_stream_set_user_data (event.stream, bench);
    }
  drop_output (bench);
  g_byte_array_set_size (bench->input, 0);
}

static void
teardown (Bench *bench)
{
  kad_yamux_free (bench->session);
  g_byte_array_unref (bench->input);
}

/* Sixteen requests of 64 bytes that came together. */
static void
run_feed (Bench *bench)
{
  KadYamuxEvent event;

  feed (bench);
  while (kad_yamux_next_event (bench->session, &event))
    read_all (bench, event.stream);
  drop_output (bench);
}

static void
run_write (Bench *bench)
{
  for (guint i = 0; i < BATCH; i++)
    kad_yamux_stream_write (bench->session, bench->stream, bench->reply, 64);
  drop_output (bench);
}

/* A request of 64 bytes and its reply of 2,000 on the same stream. */
static void
run_request (Bench *bench)
{
  KadYamuxEvent event;

  feed (bench);
  while (kad_yamux_next_event (bench->session, &event))
    {
      read_all (bench, event.stream);
      kad_yamux_stream_write (bench->session, event.stream, bench->reply, sizeof bench->reply);
    }
  drop_output (bench);
}

/* The same, on a stream that the remote opens for it and ends. */
static void
run_stream (Bench *bench)
{
  KadYamuxEvent event;

  g_byte_array_set_size (bench->input, 0);
  append_frame (bench, KAD_YAMUX_DATA, KAD_YAMUX_SYN, bench->next_id, 64);
  append_frame (bench, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_FIN, bench->next_id, 0);
  bench->next_id += 2;
  feed (bench);
  while (kad_yamux_next_event (bench->session, &event))
    {
      if (event.type != KAD_YAMUX_STREAM_READABLE)
        continue;
      read_all (bench, event.stream);
      kad_yamux_stream_write (bench->session, event.stream, bench->reply, sizeof bench->reply);
      kad_yamux_stream_release (bench->session, event.stream);
    }
  drop_output (bench);
}

static void
measure (const char *name, Bench *bench, void (*run) (Bench *), guint n_calls, guint per_call)
{
  double best = G_MAXDOUBLE;

  for (guint round = 0; round < ROUNDS; round++)
    {
      gint64 start_us = g_get_monotonic_time ();
      double ns;

      for (guint i = 0; i < n_calls; i++)
        run (bench);
      ns = (g_get_monotonic_time () - start_us) * 1000.0 / n_calls / per_call;
      best = MIN (best, ns);
    }
  printf ("%-44s %9.1f ns\n", name, best);
}

static void
bench_yamux (guint n_streams)
{
  g_autofree char *feed_name = g_strdup_printf ("yamux feed, 64 B, %u streams", n_streams);
  g_autofree char *request_name
      = g_strdup_printf ("yamux request and reply, %u streams", n_streams);
  Bench bench;

  setup (&bench, n_streams);
  for (guint i = 0; i < BATCH; i++)
    append_frame (&bench, KAD_YAMUX_DATA, 0, 2 * (i * 31 % n_streams) + 1, 64);
  measure (feed_name, &bench, run_feed, 100000, BATCH);
  teardown (&bench);

  setup (&bench, n_streams);
  refill_credit (&bench);
  measure ("yamux write, 64 B", &bench, run_write, 100000, BATCH);
  teardown (&bench);

  setup (&bench, n_streams);
  refill_credit (&bench);
  g_byte_array_set_size (bench.input, 0);
  append_frame (&bench, KAD_YAMUX_DATA, 0, 1, 64);
  measure (request_name, &bench, run_request, 200000, 1);
  teardown (&bench);
}

static void
bench_yamux_streams (guint n_streams)
{
  g_autofree char *name = g_strdup_printf ("yamux stream a request, %u others", n_streams);
  Bench bench;

  setup (&bench, n_streams);
  measure (name, &bench, run_stream, 200000, 1);
  teardown (&bench);
}

static void
bench_yamux_bulk (void)
{
  Bench bench;

  setup (&bench, 1);
  append_frame (&bench, KAD_YAMUX_DATA, 0, 1, KAD_YAMUX_MAX_FRAME);
  measure ("yamux feed, 64 KiB", &bench, run_feed, 20000, 1);
  teardown (&bench);
}

int
main (void)
{
  printf ("%-44s %9" G_GSIZE_FORMAT " B\n", "yamux session", sizeof (KadYamux));
  printf ("%-44s %9" G_GSIZE_FORMAT " B\n", "yamux stream", sizeof (KadYamuxStream));
  bench_yamux (1);
  bench_yamux (500);
  bench_yamux_streams (0);
  bench_yamux_streams (500);
  bench_yamux_bulk ();
  return 0;
}
