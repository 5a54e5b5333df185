/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-deadline-heap.h"
#include "kad-slab.h"

G_BEGIN_DECLS

/* What one peer has in a store. */
typedef struct
{
  gsize n_bytes;
  guint32 n_items;
  guint32 oldest; /* item, or KAD_SLAB_NONE */
  guint32 newest;
} KadHolder;

typedef struct
{
  guint32 older; /* item of the same holder, or KAD_SLAB_NONE */
  guint32 newer;
} KadHolding;

/* Whose the items of a store are: how much each peer has, who has most, and what
 * each has had longest. Peers and items are numbers of the owner's slabs; an
 * item belongs to one peer. Eight bytes an item. Plain struct inside its owner. */
typedef struct
{
  KadHolder *holders;
  guint32 n_holders; /* that have anything */
  guint32 holder_capacity;
  KadHolding *holdings;
  guint32 holding_capacity;
  KadDeadlineHeap weights; /* of holders: the one with the most bytes first */
  gsize n_bytes;           /* of all */
} KadHolders;

void kad_holders_init (KadHolders *self);
void kad_holders_clear (KadHolders *self);
void kad_holders_add (KadHolders *self, guint32 holder, guint32 item, gsize bytes);
void kad_holders_remove (KadHolders *self, guint32 holder, guint32 item, gsize bytes);
/* What it has; nothing for a number that was never added. */
KadHolder kad_holders_get (const KadHolders *self, guint32 holder);
/* Who has much more than its share of what all have; KAD_SLAB_NONE: nobody. */
guint32 kad_holders_find_greedy (const KadHolders *self);

static inline guint32
kad_holders_get_newer (const KadHolders *self, guint32 item)
{
  return self->holdings[item].newer;
}

G_END_DECLS
