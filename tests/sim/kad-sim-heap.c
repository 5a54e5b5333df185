/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-sim-heap.h"

static gboolean
is_before (const SimEvent *a, const SimEvent *b)
{
  return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

void
kad_sim_heap_clear (KadSimHeap *self)
{
  for (guint i = 0; i < self->n_events; i++)
    g_clear_pointer (&self->events[i].message, kad_message_unref);
  g_free (self->events);
  *self = (KadSimHeap){ 0 };
}

void
kad_sim_heap_push (KadSimHeap *self, const SimEvent *event)
{
  SimEvent added = *event;
  guint i = self->n_events++;

  added.order = self->next_order++;
  if (i == self->capacity)
    {
      self->capacity = MAX (1024, 2 * self->capacity);
      self->events = g_renew (SimEvent, self->events, self->capacity);
    }
  for (; i > 0 && is_before (&added, &self->events[(i - 1) / 2]); i = (i - 1) / 2)
    self->events[i] = self->events[(i - 1) / 2];
  self->events[i] = added;
}

gboolean
kad_sim_heap_pop (KadSimHeap *self, gint64 until_us, SimEvent *event)
{
  SimEvent last;
  guint n;
  guint i = 0;

  if (self->n_events == 0 || self->events[0].at_us > until_us)
    return FALSE;

  *event = self->events[0];
  n = --self->n_events;
  last = self->events[n];
  while (2 * i + 1 < n)
    {
      guint child = 2 * i + 1;

      if (child + 1 < n && is_before (&self->events[child + 1], &self->events[child]))
        child++;
      if (is_before (&last, &self->events[child]))
        break;
      self->events[i] = self->events[child];
      i = child;
    }
  if (n > 0)
    self->events[i] = last;
  return TRUE;
}
