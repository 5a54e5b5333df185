/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-holders.h"

/* Twice what each would have if all had the same is too much... */
#define FAIR_SHARES 2
/* ...but never less than this part of all: else whoever makes a thousand ids with one record each
 * would make an honest peer with ten the greediest. */
#define SMALL_PART 64

#define FIRST_CAPACITY 8

/**
 * kad_holders_init: (skip)
 * @self: where to begin
 */
void
kad_holders_init (KadHolders *self)
{
  *self = (KadHolders){ 0 };
  kad_deadline_heap_init (&self->weights);
}

/**
 * kad_holders_clear: (skip)
 * @self: holders
 */
void
kad_holders_clear (KadHolders *self)
{
  g_free (self->holders);
  g_free (self->holdings);
  kad_deadline_heap_clear (&self->weights);
}

static void
ensure_holder (KadHolders *self, guint32 holder)
{
  guint32 capacity = MAX (holder + 1, self->holder_capacity + self->holder_capacity / 2);

  if (holder < self->holder_capacity)
    return;
  capacity = MAX (FIRST_CAPACITY, capacity);
  self->holders = g_renew (KadHolder, self->holders, capacity);
  for (guint32 i = self->holder_capacity; i < capacity; i++)
    self->holders[i] = (KadHolder){ .oldest = KAD_SLAB_NONE, .newest = KAD_SLAB_NONE };
  self->holder_capacity = capacity;
}

static void
ensure_holding (KadHolders *self, guint32 item)
{
  guint32 capacity = MAX (item + 1, self->holding_capacity + self->holding_capacity / 2);

  if (item < self->holding_capacity)
    return;
  self->holding_capacity = MAX (FIRST_CAPACITY, capacity);
  self->holdings = g_renew (KadHolding, self->holdings, self->holding_capacity);
}

/* The heap gives what is due first, so the most is the least. */
static void
weigh (KadHolders *self, guint32 holder)
{
  const KadHolder *at = &self->holders[holder];

  if (at->n_items > 0)
    kad_deadline_heap_set (&self->weights, holder, -(gint64) at->n_bytes);
  else
    kad_deadline_heap_remove (&self->weights, holder);
}

/**
 * kad_holders_add: (skip)
 * @self: holders
 * @holder: a peer
 * @item: an item that is nobody's
 * @bytes: what it costs
 */
void
kad_holders_add (KadHolders *self, guint32 holder, guint32 item, gsize bytes)
{
  KadHolder *at;

  ensure_holder (self, holder);
  ensure_holding (self, item);
  at = &self->holders[holder];
  self->holdings[item] = (KadHolding){ at->newest, KAD_SLAB_NONE };
  if (at->newest != KAD_SLAB_NONE)
    self->holdings[at->newest].newer = item;
  else
    at->oldest = item;
  at->newest = item;
  self->n_holders += at->n_items++ == 0;
  at->n_bytes += bytes;
  self->n_bytes += bytes;
  weigh (self, holder);
}

/**
 * kad_holders_remove: (skip)
 * @self: holders
 * @holder: the peer whose the item is
 * @item: an item
 * @bytes: what it cost
 */
void
kad_holders_remove (KadHolders *self, guint32 holder, guint32 item, gsize bytes)
{
  KadHolder *at = &self->holders[holder];
  KadHolding gone = self->holdings[item];

  if (gone.older != KAD_SLAB_NONE)
    self->holdings[gone.older].newer = gone.newer;
  else
    at->oldest = gone.newer;
  if (gone.newer != KAD_SLAB_NONE)
    self->holdings[gone.newer].older = gone.older;
  else
    at->newest = gone.older;
  self->n_holders -= --at->n_items == 0;
  at->n_bytes -= bytes;
  self->n_bytes -= bytes;
  weigh (self, holder);
}

/**
 * kad_holders_get: (skip)
 * @self: holders
 * @holder: any number
 *
 * Returns: what it has
 */
KadHolder
kad_holders_get (const KadHolders *self, guint32 holder)
{
  if (holder >= self->holder_capacity)
    return (KadHolder){ .oldest = KAD_SLAB_NONE, .newest = KAD_SLAB_NONE };
  return self->holders[holder];
}

/**
 * kad_holders_find_greedy: (skip)
 * @self: holders
 *
 * A full store takes from whoever has much more than the others, first. O(1).
 *
 * Returns: who has most, if that is more than twice an equal share and more than a small
 *   part of all; else %KAD_SLAB_NONE
 */
guint32
kad_holders_find_greedy (const KadHolders *self)
{
  guint32 most;
  gsize share;

  if (!kad_deadline_heap_peek_due (&self->weights, 0, &most))
    return KAD_SLAB_NONE;
  share = MAX (FAIR_SHARES * (self->n_bytes / self->n_holders), self->n_bytes / SMALL_PART);
  return self->holders[most].n_bytes > share ? most : KAD_SLAB_NONE;
}
