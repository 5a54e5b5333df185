/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-timer-heap.h"

#include "kad-time.h"

void
kad_timer_init (KadTimer *timer, KadTimerFunc func, gpointer user_data)
{
  timer->deadline_us = KAD_TIME_NEVER;
  timer->index = 0;
  timer->func = func;
  timer->user_data = user_data;
}

void
kad_timer_heap_init (KadTimerHeap *self)
{
  self->timers = g_ptr_array_new ();
}

void
kad_timer_heap_clear (KadTimerHeap *self)
{
  if (self->timers == NULL)
    return;
  for (guint i = 0; i < self->timers->len; i++)
    ((KadTimer *) self->timers->pdata[i])->index = 0;
  g_clear_pointer (&self->timers, g_ptr_array_unref);
}

static KadTimer *
timer_at (const KadTimerHeap *self, guint index)
{
  return self->timers->pdata[index - 1];
}

static void
place (KadTimerHeap *self, KadTimer *timer, guint index)
{
  self->timers->pdata[index - 1] = timer;
  timer->index = index;
}

static void
sift_up (KadTimerHeap *self, KadTimer *timer)
{
  guint index = timer->index;

  while (index > 1 && timer_at (self, index / 2)->deadline_us > timer->deadline_us)
    {
      place (self, timer_at (self, index / 2), index);
      index /= 2;
    }
  place (self, timer, index);
}

static void
sift_down (KadTimerHeap *self, KadTimer *timer)
{
  guint index = timer->index;
  guint len = self->timers->len;

  while (index * 2 <= len)
    {
      guint child = index * 2;

      if (child < len
          && timer_at (self, child + 1)->deadline_us < timer_at (self, child)->deadline_us)
        child++;
      if (timer_at (self, child)->deadline_us >= timer->deadline_us)
        break;
      place (self, timer_at (self, child), index);
      index = child;
    }
  place (self, timer, index);
}

void
kad_timer_heap_arm (KadTimerHeap *self, KadTimer *timer, gint64 deadline_us)
{
  timer->deadline_us = deadline_us;
  if (timer->index == 0)
    {
      g_ptr_array_add (self->timers, timer);
      timer->index = self->timers->len;
    }
  sift_up (self, timer);
  sift_down (self, timer);
}

void
kad_timer_heap_disarm (KadTimerHeap *self, KadTimer *timer)
{
  guint index = timer->index;
  KadTimer *last;

  if (index == 0)
    return;

  last = timer_at (self, self->timers->len);
  g_ptr_array_set_size (self->timers, self->timers->len - 1);
  timer->index = 0;
  if (last == timer)
    return;

  place (self, last, index);
  sift_up (self, last);
  sift_down (self, last);
}

KadTimer *
kad_timer_heap_peek (const KadTimerHeap *self)
{
  return self->timers->len == 0 ? NULL : timer_at (self, 1);
}

gint64
kad_timer_heap_next (const KadTimerHeap *self)
{
  return self->timers->len == 0 ? KAD_TIME_NEVER : timer_at (self, 1)->deadline_us;
}

guint
kad_timer_heap_fire (KadTimerHeap *self, gint64 now_us, guint max)
{
  guint fired = 0;

  while (fired < max && kad_timer_heap_next (self) <= now_us)
    {
      KadTimer *timer = timer_at (self, 1);

      kad_timer_heap_disarm (self, timer);
      fired++;
      timer->func (timer->user_data, now_us);
    }
  return fired;
}
