/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef void (*KadTimerFunc) (gpointer user_data, gint64 now_us);

/* A timer embedded in its owner: no allocation to arm or disarm. Zeroed, then
 * kad_timer_init(). Must be disarmed before its memory goes. */
typedef struct
{
  gint64 deadline_us;
  guint index; /* place in the heap, from 1; 0: not armed */
  KadTimerFunc func;
  gpointer user_data;
} KadTimer;

/* A binary heap of armed timers; two with the same deadline fire in no promised order. */
typedef struct
{
  GPtrArray *timers;
} KadTimerHeap;

void kad_timer_init (KadTimer *timer, KadTimerFunc func, gpointer user_data);

void kad_timer_heap_init (KadTimerHeap *self);
void kad_timer_heap_clear (KadTimerHeap *self);
/* Arms, or moves an armed one. */
void kad_timer_heap_arm (KadTimerHeap *self, KadTimer *timer, gint64 deadline_us);
void kad_timer_heap_disarm (KadTimerHeap *self, KadTimer *timer);
/* The earliest, still armed; NULL when none is. */
KadTimer *kad_timer_heap_peek (const KadTimerHeap *self);
/* KAD_TIME_NEVER when none is armed. */
gint64 kad_timer_heap_next (const KadTimerHeap *self);
/* Fires what is due, each disarmed first; at most @max, so that a timer which
 * re-arms itself in the past cannot hold the loop. Gives how many fired. */
guint kad_timer_heap_fire (KadTimerHeap *self, gint64 now_us, guint max);

G_END_DECLS
