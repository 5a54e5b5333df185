/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-time.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 due_us;
  guint32 item;
} KadDeadlineNode;

/* Items of a KadSlab by when they are due: the next one at once, any change
 * in O(log n), nothing at all while none is due. Plain struct inside its owner. */
typedef struct
{
  KadDeadlineNode *nodes;
  guint32 n_nodes;
  guint32 capacity;
  guint32 *positions; /* of each item in nodes, plus 1; 0: not in the heap */
  guint32 n_positions;
} KadDeadlineHeap;

void kad_deadline_heap_init (KadDeadlineHeap *self);
void kad_deadline_heap_clear (KadDeadlineHeap *self);
void kad_deadline_heap_set (KadDeadlineHeap *self, guint32 item, gint64 due_us);
void kad_deadline_heap_remove (KadDeadlineHeap *self, guint32 item);
gint64 kad_deadline_heap_get_due (const KadDeadlineHeap *self, guint32 item);
gint64 kad_deadline_heap_get_next (const KadDeadlineHeap *self);
gboolean kad_deadline_heap_peek_due (const KadDeadlineHeap *self, gint64 now_us, guint32 *item);

G_END_DECLS
