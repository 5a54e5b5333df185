/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-latency.h"

#include "kad-codec.h"
#include "kad-frame.h"

typedef struct
{
  BenchLatency *all;
  KadStream *stream;
  gint64 next_us; /* when it asks again */
  gint64 sent_us; /* 0: no answer is due */
} Asker;

static void
on_readable (KadStream *stream)
{
  Asker *self = kad_stream_get_state (stream);
  const guint8 *data, *frame;
  gsize available, len, used;
  gint64 took_us;

  data = kad_stream_peek (stream, &available);
  switch (kad_frame_peek (data, available, KAD_MAX_MESSAGE_BYTES, &frame, &len, &used, NULL))
    {
    case KAD_WIRE_MORE:
      if (kad_stream_is_remote_closed (stream))
        bench_die ("The server ended a stream");
      return;
    case KAD_WIRE_DONE:
      break;
    default:
      bench_die ("The server wrote a frame that is none");
    }
  bench_requests_check (frame, len);
  kad_stream_consume (stream, used);
  took_us = g_get_monotonic_time () - self->sent_us;
  self->sent_us = 0;
  g_array_append_val (self->all->latencies_us, took_us);
}

void
bench_latency_init (BenchLatency *self, BenchLoad *load)
{
  *self = (BenchLatency){ 0 };
  bench_requests_init (&self->requests, load, 1, FALSE);
  self->requests.protocol->readable = on_readable;
  self->latencies_us = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->askers = g_ptr_array_new_with_free_func (g_free);
}

void
bench_latency_clear (BenchLatency *self)
{
  g_array_unref (self->latencies_us);
  g_ptr_array_unref (self->askers);
  bench_requests_clear (&self->requests);
}

void
bench_latency_add (BenchLatency *self, BenchPeer *peer)
{
  Asker *asker = g_new0 (Asker, 1);
  g_autoptr (GError) error = NULL;

  asker->all = self;
  asker->stream = kad_stream_open (peer->connection, self->requests.protocol, asker, &error);
  if (asker->stream == NULL)
    bench_die ("Cannot open a stream: %s", error->message);
  g_ptr_array_add (self->askers, asker);
}

/* Gives when the next one is due. */
static gint64
ask_who_is_due (BenchLatency *self, gint64 interval_us)
{
  gint64 next_us = G_MAXINT64;

  for (guint i = 0; i < self->askers->len; i++)
    {
      Asker *asker = self->askers->pdata[i];
      gint64 now_us = g_get_monotonic_time ();

      if (asker->next_us == 0)
        asker->next_us = now_us + interval_us * i / self->askers->len;
      if (asker->next_us <= now_us && asker->sent_us == 0)
        {
          asker->sent_us = now_us;
          asker->next_us = MAX (asker->next_us + interval_us, now_us);
          bench_requests_ask (&self->requests, asker->stream);
          kad_connection_flush (kad_stream_get_connection (asker->stream));
        }
      next_us = MIN (next_us, MAX (asker->next_us, now_us + 100));
    }
  return next_us;
}

void
bench_latency_run (BenchLatency *self, gint64 interval_us, gint64 duration_us)
{
  gint64 until_us = g_get_monotonic_time () + duration_us;

  g_array_set_size (self->latencies_us, 0);
  while (g_get_monotonic_time () < until_us)
    bench_load_run_until (self->requests.load, ask_who_is_due (self, interval_us));
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *) a, second = *(const gint64 *) b;

  return first < second ? -1 : first > second;
}

gint64
bench_latency_get (BenchLatency *self, guint percent)
{
  if (self->latencies_us->len == 0)
    bench_die ("Nothing was answered");
  g_array_sort (self->latencies_us, compare);
  return g_array_index (self->latencies_us, gint64, (self->latencies_us->len - 1) * percent / 100);
}
