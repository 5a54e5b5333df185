/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-slab.h"

#include <string.h>

#define FIRST_CAPACITY 16

/**
 * kad_slab_init: (skip)
 * @self: where to begin
 * @item_bytes: the size of each item; one that is free keeps a link in its
 *   first four bytes
 */
void
kad_slab_init (KadSlab *self, gsize item_bytes)
{
  g_return_if_fail (item_bytes >= sizeof (guint32));

  *self = (KadSlab){ .item_bytes = item_bytes, .first_free = KAD_SLAB_NONE };
}

/**
 * kad_slab_clear: (skip)
 * @self: a slab; what the items own is their owner's to free before
 */
void
kad_slab_clear (KadSlab *self)
{
  g_clear_pointer (&self->items, g_free);
  kad_slab_init (self, self->item_bytes);
}

/**
 * kad_slab_alloc: (skip)
 * @self: a slab
 *
 * Takes an item, all zero. Pointers from kad_slab_get() are void after it.
 * Numbers are reused, the last released one first.
 *
 * Returns: its number
 */
guint32
kad_slab_alloc (KadSlab *self)
{
  guint32 item = self->first_free;

  if (item != KAD_SLAB_NONE)
    {
      memcpy (&self->first_free, kad_slab_get (self, item), sizeof self->first_free);
    }
  else
    {
      if (self->n_used == self->capacity)
        {
          self->capacity = MAX (FIRST_CAPACITY, self->capacity + self->capacity / 2);
          self->items = g_realloc_n (self->items, self->capacity, self->item_bytes);
        }
      item = self->n_used++;
    }

  memset (kad_slab_get (self, item), 0, self->item_bytes);
  self->n_items++;
  return item;
}

/**
 * kad_slab_release: (skip)
 * @self: a slab
 * @item: a live item of it
 */
void
kad_slab_release (KadSlab *self, guint32 item)
{
  g_return_if_fail (item < self->n_used);

  memcpy (kad_slab_get (self, item), &self->first_free, sizeof self->first_free);
  self->first_free = item;
  self->n_items--;
}
