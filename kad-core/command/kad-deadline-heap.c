/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-deadline-heap.h"

/* Places count from 1, so that the parent of i is i / 2 and 0 can mean "none". */

static KadDeadline *
at (const KadDeadlineHeap *self, guint place)
{
  return self->entries->pdata[place - 1];
}

static void
put (KadDeadlineHeap *self, guint place, KadDeadline *deadline)
{
  self->entries->pdata[place - 1] = deadline;
  deadline->index = place;
}

static void
sift_up (KadDeadlineHeap *self, guint place, KadDeadline *deadline)
{
  while (place > 1 && at (self, place / 2)->at_us > deadline->at_us)
    {
      put (self, place, at (self, place / 2));
      place /= 2;
    }
  put (self, place, deadline);
}

static void
sift_down (KadDeadlineHeap *self, guint place, KadDeadline *deadline)
{
  guint child;

  while ((child = place * 2) <= self->entries->len)
    {
      if (child < self->entries->len && at (self, child + 1)->at_us < at (self, child)->at_us)
        child++;
      if (at (self, child)->at_us >= deadline->at_us)
        break;
      put (self, place, at (self, child));
      place = child;
    }
  put (self, place, deadline);
}

void
kad_deadline_heap_init (KadDeadlineHeap *self)
{
  self->entries = g_ptr_array_new ();
}

void
kad_deadline_heap_clear (KadDeadlineHeap *self)
{
  g_clear_pointer (&self->entries, g_ptr_array_unref);
}

void
kad_deadline_heap_add (KadDeadlineHeap *self, KadDeadline *deadline, gint64 at_us)
{
  g_return_if_fail (deadline->index == 0);

  deadline->at_us = at_us;
  g_ptr_array_add (self->entries, deadline);
  sift_up (self, self->entries->len, deadline);
}

void
kad_deadline_heap_remove (KadDeadlineHeap *self, KadDeadline *deadline)
{
  guint place = deadline->index;
  KadDeadline *last;

  if (place == 0)
    return;
  last = g_ptr_array_steal_index (self->entries, self->entries->len - 1);
  deadline->index = 0;
  if (last == deadline)
    return;
  /* The last one takes the free place, then finds its own from there. */
  if (place > 1 && at (self, place / 2)->at_us > last->at_us)
    sift_up (self, place, last);
  else
    sift_down (self, place, last);
}

KadDeadline *
kad_deadline_heap_peek (const KadDeadlineHeap *self)
{
  return self->entries->len > 0 ? self->entries->pdata[0] : NULL;
}
