/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "kad-budget.h"
#include "kad-buffer.h"
#include "kad-counters.h"
#include "kad-sleep-watch.h"
#include "kad-timer-heap.h"

G_BEGIN_DECLS

#define KAD_REACTOR_BATCH 256
#define KAD_REACTOR_SCRATCH_BYTES (64 * 1024)

/* One epoll descriptor and one timer heap behind one GSource. See the essay in
 * kad-reactor.c. Everything in the thread of its context. */
typedef struct _KadReactor KadReactor;

/* @events: EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP as epoll told them */
typedef void (*KadWatchFunc) (gpointer user_data, guint32 events);

/* A watched descriptor, embedded in its owner. */
typedef struct
{
  int fd; /* -1: not watched */
  guint32 events;
  KadWatchFunc func;
  gpointer user_data;
} KadWatch;

#define KAD_WATCH_INIT                                                                             \
  {                                                                                                \
    -1, 0, NULL, NULL                                                                              \
  }

/* Called first of all in a turn: the machine slept, and time has gone on by so much. */
typedef void (*KadResumedFunc) (gpointer user_data, gint64 slept_us);

KadReactor *kad_reactor_new (GMainContext *context, GError **error);
/* For tests: @clocks: (nullable): those of the system */
KadReactor *kad_reactor_new_with_clocks (GMainContext *context, const KadClocks *clocks,
                                         GError **error);
void kad_reactor_free (KadReactor *self);

gboolean kad_reactor_watch (KadReactor *self, KadWatch *watch, int fd, guint32 events,
                            KadWatchFunc func, gpointer user_data, GError **error);
void kad_reactor_set_events (KadReactor *self, KadWatch *watch, guint32 events);
/* Before the descriptor is closed. Its func is not called again, even for what
 * is already in the batch being handled. */
void kad_reactor_unwatch (KadReactor *self, KadWatch *watch);

void kad_reactor_arm (KadReactor *self, KadTimer *timer, gint64 deadline_us);
void kad_reactor_disarm (KadReactor *self, KadTimer *timer);

/* Time that never steps and goes on while the machine sleeps, read once for each batch. See
 * kad-sleep-watch.h. */
gint64 kad_reactor_get_now (KadReactor *self);
/* Reads the clock again, for callers outside of a batch. */
gint64 kad_reactor_update_now (KadReactor *self);
/* Looks whether the machine slept, too: before a time is given to something that comes from
 * outside of a turn, and may be the first after a sleep. */
gint64 kad_reactor_look (KadReactor *self);
/* Likewise, but what the time is now is as it was: for how long things take. */
gint64 kad_reactor_read_clock (KadReactor *self);
/* By the calendar, microseconds since 1970. */
gint64 kad_reactor_get_wall_time (KadReactor *self);
/* The loop wakes when the machine does, and when its calendar is set; otherwise it hears of that
 * when it wakes for something else. Takes a descriptor. */
void kad_reactor_watch_clock (KadReactor *self);
/* @slept: the machine slept; @looked: something woke us that may mean that the calendar was set */
void kad_reactor_set_clock_funcs (KadReactor *self, KadResumedFunc slept, KadTimerFunc looked,
                                  gpointer user_data);
/* Called after each batch, before the loop sleeps: where writes are flushed. */
void kad_reactor_set_hook (KadReactor *self, KadTimerFunc hook, gpointer user_data);
/* Makes a batch (with its hook) happen soon, when something changed outside of one. */
void kad_reactor_wake (KadReactor *self);
/* Shared memory of KAD_REACTOR_SCRATCH_BYTES for one read at a time. */
guint8 *kad_reactor_get_scratch (KadReactor *self);
/* Shared, empty: for the plain text of one read; left empty again, its memory kept. */
KadBuffer *kad_reactor_get_plain (KadReactor *self);
/* Frees what it keeps for later, but for what is as small as it gets. */
void kad_reactor_free_spare (KadReactor *self);
/* What those who use this reactor may hold together and do hold: they count it themselves. The
 * limits are the defaults until somebody sets others. */
KadBudget *kad_reactor_get_budget (KadReactor *self);
/* What those who use this reactor have done. */
KadCounters *kad_reactor_get_counters (KadReactor *self);
/* held_bytes of it. */
void kad_reactor_charge (KadReactor *self, gssize bytes);
gsize kad_reactor_get_charged (KadReactor *self);
/* Also the number of the turn under way. */
guint64 kad_reactor_get_n_wakeups (KadReactor *self);

G_END_DECLS
