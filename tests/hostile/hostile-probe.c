/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An honest peer that asks all the while, on a connection of its own and on new ones, and how long
 * each answer took. The same is asked of another node that nobody attacks: what the machine adds
 * is seen there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile-session.h"

#define ANSWER_MS 5000
#define PAUSE_MS 15
#define NEWCOMER_EVERY 4

typedef struct
{
  GArray *us; /* (element-type gint64) */
  guint n_failed;
} Times;

typedef struct
{
  Target *target;
  Session session;
  Times asked;
  Times newcomers;
  guint n_asked;
} Probe;

static void
times_add (Times *self, gint64 begun_us, gboolean is_good)
{
  const gint64 us = g_get_monotonic_time () - begun_us;

  self->n_failed += !is_good;
  g_array_append_val (self->us, us);
}

static void
probe_init (Probe *self, Target *target)
{
  *self = (Probe){ .target = target };
  self->asked.us = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->newcomers.us = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!session_open (&self->session, target, 0))
    hostile_die ("The node does not let us in before it is attacked");
}

static gboolean
wait_for_end (Session *session, guint n_fins)
{
  const gint64 until_us = g_get_monotonic_time () + ANSWER_MS * 1000;

  while (session->n_fins == n_fins && session->n_resets == 0 && !session->is_closed
         && g_get_monotonic_time () < until_us)
    session_receive (session, 100);
  return session->n_fins > n_fins && session->n_resets == 0;
}

static void
ask (Probe *self)
{
  Session *session = &self->session;
  const guint n_fins = session->n_fins;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  gint64 begun_us;

  session->n_stream_bytes = 0;
  put_opening (&out, KAD_YAMUX_FIN, session_take_stream (session), OPEN_KAD,
               "\x05\x08\x04\x12\x01k", 6);
  begun_us = g_get_monotonic_time ();
  times_add (&self->asked, begun_us,
             session_send_buffer (session, &out, ANSWER_MS) && wait_for_end (session, n_fins)
                 && session->n_stream_bytes > strlen (OPEN_KAD));
}

/* Dials, proves itself, pings. */
static void
arrive (Probe *self)
{
  static const guint8 ping[32] = { 7 };
  const gint64 begun_us = g_get_monotonic_time ();
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  Session session;

  if (!session_open (&session, self->target, 1 + self->n_asked % (N_ATTACKERS - 1)))
    {
      times_add (&self->newcomers, begun_us, FALSE);
      return;
    }
  put_opening (&out, KAD_YAMUX_FIN, session_take_stream (&session), OPEN_PING, ping, sizeof ping);
  times_add (&self->newcomers, begun_us,
             session_send_buffer (&session, &out, ANSWER_MS) && wait_for_end (&session, 0)
                 && session.n_stream_bytes == strlen (OPEN_PING) + sizeof ping);
  session_close (&session);
}

static void
turn (Probe *self)
{
  ask (self);
  if (self->n_asked++ % NEWCOMER_EVERY == 0)
    arrive (self);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static void
print_times (const char *name, Times *self, const char *end)
{
  const guint n = self->us->len;

  g_array_sort (self->us, compare);
  printf ("\"%s\":{\"n\":%u,\"failed\":%u,\"median_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f}%s",
          name, n, self->n_failed, (double) g_array_index (self->us, gint64, n / 2) / 1000,
          (double) g_array_index (self->us, gint64, n * 99 / 100) / 1000,
          (double) g_array_index (self->us, gint64, n - 1) / 1000, end);
}

static void
probe_clear (Probe *self)
{
  session_close (&self->session);
  g_array_unref (self->asked.us);
  g_array_unref (self->newcomers.us);
}

void
hostile_probe (Target *target, Target *control)
{
  Probe probes[2];

  probe_init (&probes[0], target);
  probe_init (&probes[1], control);
  printf ("{\"ready\":true}\n");
  fflush (stdout);
  do
    for (guint i = 0; i < 2; i++)
      turn (&probes[i]);
  while (!wants_stop (PAUSE_MS));
  printf ("{");
  print_times ("asked", &probes[0].asked, ",");
  print_times ("newcomers", &probes[0].newcomers, ",");
  print_times ("control_asked", &probes[1].asked, ",");
  print_times ("control_newcomers", &probes[1].newcomers, "}\n");
  for (guint i = 0; i < 2; i++)
    probe_clear (&probes[i]);
}
