/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-dispatcher.h"
#include "kad-timer-heap.h"

G_BEGIN_DECLS

struct _KadDispatcher
{
  KadSwarm *swarm;
  GHashTable *runs;    /* (element-type guint64 Run) by id, running only */
  GHashTable *owners;  /* (element-type KadQueryId Ownership) */
  GHashTable *numbers; /* (element-type KadQueryId Number) */
  GQueue chain;        /* of Run.link, in the order of the ids */
  GQueue listeners;    /* of Run.listener_link, likewise */
  GQueue queue;        /* (element-type KadEvent) waiting */
  GSList *over;        /* (element-type Run) to be freed at rest */
  KadTimerHeap deadlines;
  guint64 last_id;
  gint64 now_us;
  guint depth; /* how many of our calls are on the stack */
  gboolean is_closing;

  KadTraceFunc trace;
  gpointer trace_data;
  GPtrArray *asked;   /* (element-type utf8) of the present event, while traced */
  GArray *asked_runs; /* (element-type guint64) likewise */
  KadClockFunc clock;
  gpointer clock_data;
  KadClockFunc calendar;
  gpointer calendar_data;
  KadEventFunc tap;
  gpointer tap_data;
  KadRunFunc run_func;
  gpointer run_data;
};

G_END_DECLS
