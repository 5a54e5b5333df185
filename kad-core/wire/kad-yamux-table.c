/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-yamux-table.h"

#include <string.h>

#define MIN_CAPACITY 4

/* Index of the first entry whose id is not below @id. */
static guint
find (const KadYamuxTable *self, guint32 id)
{
  guint low = 0;
  guint high = self->n_entries;

  if (high > 0 && self->entries[high - 1].id < id)
    return high;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (self->entries[middle].id < id)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
resize (KadYamuxTable *self, guint capacity)
{
  self->entries = g_renew (KadYamuxTableEntry, self->entries, capacity);
  self->capacity = capacity;
}

KadYamuxStream *
kad_yamux_table_lookup (const KadYamuxTable *self, guint32 id)
{
  guint index = find (self, id);

  if (index < self->n_entries && self->entries[index].id == id)
    return self->entries[index].stream;
  return NULL;
}

void
kad_yamux_table_insert (KadYamuxTable *self, guint32 id, KadYamuxStream *stream)
{
  guint index = find (self, id);

  if (self->n_entries == self->capacity)
    resize (self, MAX (MIN_CAPACITY, self->capacity * 2));
  memmove (self->entries + index + 1, self->entries + index,
           (self->n_entries - index) * sizeof (KadYamuxTableEntry));
  self->entries[index].id = id;
  self->entries[index].stream = stream;
  self->n_entries++;
}

void
kad_yamux_table_remove (KadYamuxTable *self, guint32 id)
{
  guint index = find (self, id);

  g_return_if_fail (index < self->n_entries && self->entries[index].id == id);

  self->n_entries--;
  memmove (self->entries + index, self->entries + index + 1,
           (self->n_entries - index) * sizeof (KadYamuxTableEntry));
  if (self->n_entries == 0)
    {
      g_clear_pointer (&self->entries, g_free);
      self->capacity = 0;
    }
  else if (self->capacity > MIN_CAPACITY && self->n_entries <= self->capacity / 4)
    resize (self, self->capacity / 2);
}
