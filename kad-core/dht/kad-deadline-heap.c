/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-deadline-heap.h"

#include <string.h>

#define FIRST_CAPACITY 16

/**
 * kad_deadline_heap_init: (skip)
 * @self: where to begin
 */
void
kad_deadline_heap_init (KadDeadlineHeap *self)
{
  *self = (KadDeadlineHeap){ 0 };
}

/**
 * kad_deadline_heap_clear: (skip)
 * @self: a heap
 */
void
kad_deadline_heap_clear (KadDeadlineHeap *self)
{
  g_free (self->nodes);
  g_free (self->positions);
  kad_deadline_heap_init (self);
}

static void
place (KadDeadlineHeap *self, guint32 index, KadDeadlineNode node)
{
  self->nodes[index] = node;
  self->positions[node.item] = index + 1;
}

static void
sift_up (KadDeadlineHeap *self, guint32 index, KadDeadlineNode node)
{
  while (index > 0)
    {
      guint32 parent = (index - 1) / 2;

      if (self->nodes[parent].due_us <= node.due_us)
        break;
      place (self, index, self->nodes[parent]);
      index = parent;
    }
  place (self, index, node);
}

static void
sift_down (KadDeadlineHeap *self, guint32 index, KadDeadlineNode node)
{
  for (;;)
    {
      guint32 child = 2 * index + 1;

      if (child >= self->n_nodes)
        break;
      if (child + 1 < self->n_nodes && self->nodes[child + 1].due_us < self->nodes[child].due_us)
        child++;
      if (node.due_us <= self->nodes[child].due_us)
        break;
      place (self, index, self->nodes[child]);
      index = child;
    }
  place (self, index, node);
}

/* Puts a node where there is a hole. */
static void
settle (KadDeadlineHeap *self, guint32 index, KadDeadlineNode node)
{
  if (index > 0 && node.due_us < self->nodes[(index - 1) / 2].due_us)
    sift_up (self, index, node);
  else
    sift_down (self, index, node);
}

static void
grow_positions (KadDeadlineHeap *self, guint32 item)
{
  guint32 n = MAX (FIRST_CAPACITY, self->n_positions + self->n_positions / 2);

  n = MAX (n, item + 1);
  self->positions = g_renew (guint32, self->positions, n);
  memset (self->positions + self->n_positions, 0, (n - self->n_positions) * sizeof (guint32));
  self->n_positions = n;
}

/**
 * kad_deadline_heap_set: (skip)
 * @self: a heap
 * @item: any item, in the heap already or not
 * @due_us: when it is due from now on
 */
void
kad_deadline_heap_set (KadDeadlineHeap *self, guint32 item, gint64 due_us)
{
  KadDeadlineNode node = { due_us, item };

  if (item >= self->n_positions)
    grow_positions (self, item);

  if (self->positions[item] != 0)
    {
      settle (self, self->positions[item] - 1, node);
      return;
    }

  if (self->n_nodes == self->capacity)
    {
      self->capacity = MAX (FIRST_CAPACITY, self->capacity + self->capacity / 2);
      self->nodes = g_renew (KadDeadlineNode, self->nodes, self->capacity);
    }
  sift_up (self, self->n_nodes++, node);
}

/**
 * kad_deadline_heap_remove: (skip)
 * @self: a heap
 * @item: any item; nothing happens when it is not in the heap
 */
void
kad_deadline_heap_remove (KadDeadlineHeap *self, guint32 item)
{
  guint32 hole;

  if (item >= self->n_positions || self->positions[item] == 0)
    return;

  hole = self->positions[item] - 1;
  self->positions[item] = 0;
  self->n_nodes--;
  if (hole != self->n_nodes)
    settle (self, hole, self->nodes[self->n_nodes]);
}

/**
 * kad_deadline_heap_get_due: (skip)
 * @self: a heap
 * @item: any item
 *
 * Returns: when it is due; %KAD_TIME_NEVER when it is not in the heap
 */
gint64
kad_deadline_heap_get_due (const KadDeadlineHeap *self, guint32 item)
{
  if (item >= self->n_positions || self->positions[item] == 0)
    return KAD_TIME_NEVER;

  return self->nodes[self->positions[item] - 1].due_us;
}

/**
 * kad_deadline_heap_get_next: (skip)
 * @self: a heap
 *
 * Returns: when the first item is due; %KAD_TIME_NEVER when there is none
 */
gint64
kad_deadline_heap_get_next (const KadDeadlineHeap *self)
{
  return self->n_nodes > 0 ? self->nodes[0].due_us : KAD_TIME_NEVER;
}

/**
 * kad_deadline_heap_peek_due: (skip)
 * @self: a heap
 * @now_us: the time
 * @item: (out): an item whose time has come; it stays in the heap
 *
 * Returns: whether one is due, at this very microsecond or before
 */
gboolean
kad_deadline_heap_peek_due (const KadDeadlineHeap *self, gint64 now_us, guint32 *item)
{
  if (self->n_nodes == 0 || self->nodes[0].due_us > now_us)
    return FALSE;

  *item = self->nodes[0].item;
  return TRUE;
}
