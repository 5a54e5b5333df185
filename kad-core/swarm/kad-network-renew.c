/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The machine around the node: it slept, its network is another one, its calendar was set, it is
 * short of memory, or wants quiet.
 *
 * After sleep, and when somebody says that the network changed, nothing that was true before can be
 * relied on, and nothing tells which part of it still is. A renewal finds out: each connection is
 * pinged at once, and closed if nothing came of it for KAD_RENEWAL_US, so that whoever is asked
 * next is asked over a connection that lives; the machine's addresses are read; what could not be
 * dialled may be dialled. If hardly anybody is known the network is joined: at once when nobody is
 * connected, else when it is known who is left. The engine gives new times to what became due
 * meanwhile. A second renewal while connections are tested would only do the same, so the service
 * may ask for what the node noticed by itself.
 *
 * A quiet node lets connections go that nobody uses, and asks those that stay for signs of life
 * only so often that routers on the way do not forget them.
 *
 * A step of the calendar changes nothing here: what has to end or to begin is counted by a clock
 * that never steps. Only the times that others and the database are told have to follow.
 */
#include "kad-error.h"
#include "kad-network-private.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

/* ---- who is still there ---- */

static guint
test_connections (KadNetwork *self, gint64 now_us)
{
  guint n = 0;

  for (guint i = 0; i < kad_connection_book_get_size (self->book); i++)
    {
      KadPeerSession *session = kad_connection_book_get (self->book, i);

      if (kad_connection_get_state (session->connection) != KAD_CONNECTION_OPEN)
        continue;
      session->tested_us = now_us;
      kad_connection_ping (session->connection);
      n++;
    }
  return n;
}

/* Its answer is a sign of life, and so is what comes late: what had come before the test and was
 * read after it is none. */
static gboolean
is_silent (const KadPeerSession *session)
{
  return session->tested_us != 0 && kad_connection_is_ping_out (session->connection)
         && kad_connection_get_heard_us (session->connection)
                < session->tested_us + KAD_RENEWAL_US / 2;
}

static void
close_silent (KadNetwork *self)
{
  /* Backwards: a removal moves the last one into the gap. */
  for (guint i = kad_connection_book_get_size (self->book); i > 0; i--)
    {
      KadPeerSession *session;
      gboolean is_dead;

      if (i > kad_connection_book_get_size (self->book))
        continue;
      session = kad_connection_book_get (self->book, i - 1);
      is_dead = is_silent (session);
      session->tested_us = 0;
      if (is_dead)
        kad_connection_close (session->connection,
                              g_error_new_literal (KAD_ERROR, KAD_ERROR_TIMEOUT,
                                                   "The peer did not answer after a renewal"));
    }
}

/* ---- joining anew ---- */

static gboolean
is_thin (KadNetwork *self)
{
  return kad_network_get_table_size (self) < KAD_WARM_ENOUGH
         || !kad_network_is_anybody_connected (self);
}

/* By whom we knew, then by the bootstrap peers; without either by the table as it is. */
static gboolean
join_anew (KadNetwork *self)
{
  KadQuerySpec spec = { .kind = KAD_QUERY_BOOTSTRAP };

  if (self->bootstrap_pending > 0 || !kad_address_watch_is_online (self->address_watch))
    return FALSE;
  if (kad_network_warm_begin (self))
    return TRUE;
  if (self->bootstrap->len > 0)
    kad_network_join_bootstrap (self);
  else if (kad_network_get_table_size (self) > 0)
    kad_engine_start_query (self->engine, &spec, kad_reactor_get_now (self->reactor));
  else
    return FALSE;
  return TRUE;
}

/* What came in while we were kept from reading is read first: so once more round the loop. */
static void
on_renewal (gpointer user_data, gint64 now_us)
{
  KadNetwork *self = user_data;

  if (!self->is_judging)
    {
      self->is_judging = TRUE;
      kad_reactor_arm (self->reactor, &self->renewal, now_us + 1);
      return;
    }
  self->is_judging = FALSE;
  close_silent (self);
  if (self->joins_later && is_thin (self))
    join_anew (self);
  kad_network_wake (self);
}

/* ---- renewing ---- */

static void
tell_resumed (KadNetwork *self, const char *reason, gint64 slept_us, guint n_testing)
{
  KadEvent *event = kad_event_new (KAD_EVENT_RESUMED);

  event->text = g_strdup (reason);
  event->span_us = slept_us;
  event->number = n_testing;
  kad_network_emit (self, event);
}

static guint
count_tested (KadNetwork *self)
{
  guint n = 0;

  for (guint i = 0; i < kad_connection_book_get_size (self->book); i++)
    n += kad_connection_book_get (self->book, i)->tested_us != 0;
  return n;
}

guint
kad_network_renew (KadSwarm *swarm, const char *reason, gint64 slept_us, gboolean *is_joining)
{
  KadNetwork *self = KAD_NETWORK (swarm);
  gint64 now_us = kad_reactor_get_now (self->reactor);
  gboolean is_alone;
  guint n_testing;

  *is_joining = FALSE;
  if (!self->is_running)
    return 0;
  kad_dials_clear_backoffs (self->dials);
  kad_address_watch_suspect (self->address_watch);
  if (self->renewal.index != 0)
    return count_tested (self);
  self->renewed_us = now_us;
  kad_engine_resumed (self->engine, now_us);
  is_alone = !kad_network_is_anybody_connected (self);
  n_testing = test_connections (self, now_us);
  *is_joining = is_alone && join_anew (self);
  self->joins_later = !*is_joining;
  kad_reactor_arm (self->reactor, &self->renewal, now_us + KAD_RENEWAL_US);
  tell_resumed (self, reason, slept_us, n_testing);
  kad_network_wake (self);
  return n_testing;
}

/* ---- what the clocks tell ---- */

/* Before any timer of this turn. */
static void
on_slept (gpointer user_data, gint64 slept_us)
{
  KadNetwork *self = user_data;
  gboolean is_joining;

  kad_counters_note_sleep (kad_reactor_get_counters (self->reactor), slept_us);
  g_debug ("The machine slept for %" G_GINT64_FORMAT " s", slept_us / G_USEC_PER_SEC);
  kad_network_renew (KAD_SWARM (self), "resumed", slept_us, &is_joining);
}

static void
on_clock_looked (gpointer user_data, gint64 now_us)
{
  kad_network_check_clock (user_data);
}

void
kad_network_check_clock (KadNetwork *self)
{
  /* A sleep that nobody heard of yet would look like a step. */
  gint64 now_us = kad_reactor_look (self->reactor);
  KadWallTime wall = { kad_reactor_get_wall_time (self->reactor) };
  gint64 offset_us = wall.unix_us - now_us;
  gint64 step_us = offset_us - self->wall_offset_us;
  KadEvent *event;

  if (ABS (step_us) < G_USEC_PER_SEC)
    return;
  kad_counters_note_clock_step (kad_reactor_get_counters (self->reactor), step_us);
  self->wall_offset_us = offset_us;
  kad_engine_set_wall_time (self->engine, wall, now_us);
  if (ABS (step_us) >= KAD_STEP_REWRITE_US && self->state != NULL)
    kad_network_state_clock_stepped (self->state, step_us);
  event = kad_event_new (KAD_EVENT_CLOCK_STEPPED);
  event->span_us = step_us;
  kad_network_emit (self, event);
}

void
kad_network_renew_init (KadNetwork *self)
{
  kad_timer_init (&self->renewal, on_renewal, self);
  kad_reactor_set_clock_funcs (self->reactor, on_slept, on_clock_looked, self);
}

/* ---- quiet ---- */

void
kad_network_keep_quiet (KadSwarm *swarm, gboolean quiet)
{
  KadNetwork *self = KAD_NETWORK (swarm);
  gint64 now_us = kad_reactor_get_now (self->reactor);

  /* Who was not asked for a sign of life did not owe one. */
  if (!quiet && kad_engine_is_quiet (self->engine))
    self->renewed_us = now_us;
  kad_engine_set_quiet (self->engine, quiet, now_us);
  kad_network_wake (self);
}

/* ---- memory ---- */

static gsize
get_heap_size (void)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

guint64
kad_network_free_memory (KadSwarm *swarm)
{
  KadNetwork *self = KAD_NETWORK (swarm);
  gsize before = get_heap_size (), after;

  kad_network_trim_idle (self, "Idle, and memory is short");
  kad_network_bury (self);
  kad_engine_free_memory (self->engine);
  kad_identify_cache_clear (&self->identify_cache);
  kad_reactor_free_spare (self->reactor);
  after = get_heap_size ();
#ifdef __GLIBC__
  malloc_trim (0);
#endif
  kad_network_wake (self);
  return before > after ? before - after : 0;
}
