/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-alarm.h"

#define FIRST_CAPACITY 16

static inline gboolean
is_before (const KadAlarm *a, const KadAlarm *b)
{
  return a->due_us != b->due_us ? a->due_us < b->due_us : a->order < b->order;
}

static inline void
place (KadAlarms *self, guint index, KadAlarm *alarm)
{
  self->heap[index] = alarm;
  alarm->position = index + 1;
}

static void
sift_up (KadAlarms *self, guint index, KadAlarm *alarm)
{
  while (index > 0 && is_before (alarm, self->heap[(index - 1) / 2]))
    {
      place (self, index, self->heap[(index - 1) / 2]);
      index = (index - 1) / 2;
    }
  place (self, index, alarm);
}

static void
sift_down (KadAlarms *self, guint index, KadAlarm *alarm)
{
  while (2 * index + 1 < self->n_alarms)
    {
      guint child = 2 * index + 1;

      if (child + 1 < self->n_alarms && is_before (self->heap[child + 1], self->heap[child]))
        child++;
      if (is_before (alarm, self->heap[child]))
        break;
      place (self, index, self->heap[child]);
      index = child;
    }
  place (self, index, alarm);
}

/**
 * kad_alarms_clear: (skip)
 * @self: alarms, whose owners do not use them any more
 */
void
kad_alarms_clear (KadAlarms *self)
{
  g_free (self->heap);
  *self = (KadAlarms){ 0 };
}

/**
 * kad_alarms_set: (skip)
 * @self: the alarms of an engine
 * @alarm: an alarm, on or off
 * @due_us: when it rings; %KAD_TIME_NEVER turns it off
 * @func: what to call then
 */
void
kad_alarms_set (KadAlarms *self, KadAlarm *alarm, gint64 due_us, KadAlarmFunc func)
{
  kad_alarms_cancel (self, alarm);
  if (due_us == KAD_TIME_NEVER)
    return;

  alarm->due_us = due_us;
  alarm->func = func;
  alarm->order = self->next_order++;
  if (self->n_alarms == self->capacity)
    {
      self->capacity = self->capacity > 0 ? 2 * self->capacity : FIRST_CAPACITY;
      self->heap = g_renew (KadAlarm *, self->heap, self->capacity);
    }
  sift_up (self, self->n_alarms++, alarm);
}

/**
 * kad_alarms_cancel: (skip)
 * @self: the alarms of an engine
 * @alarm: an alarm, on or off
 */
void
kad_alarms_cancel (KadAlarms *self, KadAlarm *alarm)
{
  KadAlarm *last;
  guint index;

  if (alarm->position == 0)
    return;

  index = alarm->position - 1;
  alarm->position = 0;
  last = self->heap[--self->n_alarms];
  if (last == alarm)
    return;
  if (is_before (last, alarm))
    sift_up (self, index, last);
  else
    sift_down (self, index, last);
}

/**
 * kad_alarms_get_next: (skip)
 * @self: the alarms of an engine
 *
 * Returns: when the first one is due; %KAD_TIME_NEVER when none is on
 */
gint64
kad_alarms_get_next (const KadAlarms *self)
{
  return self->n_alarms > 0 ? self->heap[0]->due_us : KAD_TIME_NEVER;
}

/**
 * kad_alarms_ring: (skip)
 * @self: the alarms of an engine
 * @now_us: the time
 * @user_data: passed to each function
 *
 * Calls what is due. An alarm that is set during the call waits for the next
 * one, due or not: work that comes in portions cannot hold its caller.
 */
void
kad_alarms_ring (KadAlarms *self, gint64 now_us, gpointer user_data)
{
  guint64 end = self->next_order;

  while (self->n_alarms > 0 && self->heap[0]->due_us <= now_us && self->heap[0]->order < end)
    {
      KadAlarm *alarm = self->heap[0];

      kad_alarms_cancel (self, alarm);
      alarm->func (alarm, user_data);
    }
}
