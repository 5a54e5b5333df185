/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"

G_BEGIN_DECLS

/* No item. */
#define KAD_SLAB_NONE G_MAXUINT32

/* Items of one size in one growing block, named by numbers: half a pointer
 * each, no allocation of its own, and a block that moves breaks no link. The pointer
 * of an item is good until the next alloc. Plain struct inside its owner. */
typedef struct
{
  guint8 *items;
  gsize item_bytes; /* at least 4 */
  guint32 n_items;  /* live ones */
  guint32 n_used;   /* live ones and those that wait for reuse */
  guint32 capacity;
  guint32 first_free;
} KadSlab;

void kad_slab_init (KadSlab *self, gsize item_bytes);
void kad_slab_clear (KadSlab *self);
guint32 kad_slab_alloc (KadSlab *self);
void kad_slab_release (KadSlab *self, guint32 item);

static inline gpointer
kad_slab_get (const KadSlab *self, guint32 item)
{
  return self->items + (gsize) item * self->item_bytes;
}

G_END_DECLS
