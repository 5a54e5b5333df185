/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_MAX_RUNNING_COMMANDS 16384

/* Delivers events to running handlers: see the essay in kad-dispatcher.c. Sans-IO: time
 * comes in, the next deadline is asked for. One thread. */
typedef struct _KadDispatcher KadDispatcher;

typedef enum
{
  KAD_TRACE_CONSUMED,
  KAD_TRACE_PASSED, /* by the whole chain */
} KadTraceFate;

/* One delivery, while somebody watches. */
typedef struct
{
  KadEvent *event;
  const char *const *asked; /* names in the order asked, NULL-terminated */
  const guint64 *runs;      /* their numbers */
  guint n_asked;
  const char *consumer; /* (nullable) */
  guint64 consumer_run; /* 0: nobody */
  KadTraceFate fate;
  gint64 duration_us; /* of the whole delivery; -1 without kad_dispatcher_set_clock() */
} KadTrace;

typedef void (*KadTraceFunc) (const KadTrace *trace, gpointer user_data);
typedef void (*KadEventFunc) (KadEvent *event, gpointer user_data);
/* @command: its name; @started_us: as given to kad_dispatcher_run(); @error: (nullable) */
typedef void (*KadRunFunc) (const char *command, gint64 started_us, const GError *error,
                            gpointer user_data);
typedef gint64 (*KadClockFunc) (gpointer user_data);

KadDispatcher *kad_dispatcher_new (KadSwarm *swarm);
/* Every running handler fails with NotRunning. */
void kad_dispatcher_free (KadDispatcher *self);
/* Runs @handler (takes a reference until its end). @on_result: (nullable). @on_done is called
 * exactly once, also when run() finishes at once. Returns a run id for cancel. */
guint64 kad_dispatcher_run (KadDispatcher *self, KadCommandHandler *handler, gint64 now_us,
                            KadResultFunc on_result, KadDoneFunc on_done, gpointer user_data);
/* The same for a caller who has numbered the run: events say @number, not 0, as `run`, and traces
 * do. The id that is returned is another one. */
guint64 kad_dispatcher_run_numbered (KadDispatcher *self, KadCommandHandler *handler,
                                     guint64 number, gint64 now_us, KadResultFunc on_result,
                                     KadDoneFunc on_done, gpointer user_data);
void kad_dispatcher_cancel (KadDispatcher *self, guint64 run);
/* No event of @query comes any more, not even its last. */
void kad_dispatcher_forget_query (KadDispatcher *self, KadQueryId query);
/* Whose query it is: the run's number and, while it is at work, its command. 0: nobody's. @command:
 * (out) (nullable): borrowed. */
guint64 kad_dispatcher_find_query (KadDispatcher *self, KadQueryId query, const char **command);
/* Takes the event. While another is being dispatched it is queued. */
void kad_dispatcher_deliver (KadDispatcher *self, KadEvent *event);
gint64 kad_dispatcher_next_deadline (KadDispatcher *self);
void kad_dispatcher_advance (KadDispatcher *self, gint64 now_us);
guint kad_dispatcher_get_n_running (KadDispatcher *self);
/* Fails them all with @error, in the order they came. */
void kad_dispatcher_fail_all (KadDispatcher *self, const GError *error);
/* NULL: nobody watches, nothing is recorded. */
void kad_dispatcher_set_trace (KadDispatcher *self, KadTraceFunc func, gpointer user_data);
/* What measures a traced delivery; the dispatcher itself has no clock. */
void kad_dispatcher_set_clock (KadDispatcher *self, KadClockFunc func, gpointer user_data);
/* When the events are that the dispatcher itself makes, by the calendar; without it they say 0. */
void kad_dispatcher_set_calendar (KadDispatcher *self, KadClockFunc func, gpointer user_data);
/* Sees the end of every run, before its caller does. */
void kad_dispatcher_set_run_func (KadDispatcher *self, KadRunFunc func, gpointer user_data);
/* Sees every event at the chain's end, consumed or not: the node's own listeners. */
void kad_dispatcher_set_tap (KadDispatcher *self, KadEventFunc func, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadDispatcher, kad_dispatcher_free)

G_END_DECLS
