/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A deadline embedded in its owner. Zeroed: in no heap. */
typedef struct
{
  gint64 at_us;
  guint index; /* place in the heap, from 1; 0: in none */
} KadDeadline;

/* A binary heap of deadlines: O(log n) to add and to remove, O(1) to look at the earliest. */
typedef struct
{
  GPtrArray *entries; /* (element-type KadDeadline) borrowed */
} KadDeadlineHeap;

void kad_deadline_heap_init (KadDeadlineHeap *self);
void kad_deadline_heap_clear (KadDeadlineHeap *self);
void kad_deadline_heap_add (KadDeadlineHeap *self, KadDeadline *deadline, gint64 at_us);
/* Nothing happens if it is in no heap. */
void kad_deadline_heap_remove (KadDeadlineHeap *self, KadDeadline *deadline);
/* The earliest; NULL if there is none. */
KadDeadline *kad_deadline_heap_peek (const KadDeadlineHeap *self);

G_END_DECLS
