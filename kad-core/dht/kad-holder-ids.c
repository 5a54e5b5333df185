/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-holder-ids.h"

/**
 * kad_holder_ids_init: (skip)
 * @self: where to begin
 */
void
kad_holder_ids_init (KadHolderIds *self)
{
  kad_slab_init (&self->ids, sizeof (KadPeerId *));
  self->by_id = g_hash_table_new_full (kad_peer_id_hash, kad_peer_id_equal,
                                       (GDestroyNotify) kad_peer_id_free, NULL);
}

/**
 * kad_holder_ids_clear: (skip)
 * @self: ids
 */
void
kad_holder_ids_clear (KadHolderIds *self)
{
  g_clear_pointer (&self->by_id, g_hash_table_unref);
  kad_slab_clear (&self->ids);
}

/**
 * kad_holder_ids_find: (skip)
 * @self: ids
 * @id: a peer
 *
 * Returns: its number, or %KAD_SLAB_NONE
 */
guint32
kad_holder_ids_find (const KadHolderIds *self, const KadPeerId *id)
{
  gpointer number;

  if (!g_hash_table_lookup_extended (self->by_id, id, NULL, &number))
    return KAD_SLAB_NONE;
  return GPOINTER_TO_UINT (number);
}

/**
 * kad_holder_ids_ensure: (skip)
 * @self: ids
 * @id: a peer
 *
 * Returns: its number, a new one if it had none
 */
guint32
kad_holder_ids_ensure (KadHolderIds *self, const KadPeerId *id)
{
  guint32 number = kad_holder_ids_find (self, id);
  KadPeerId *copy;

  if (number != KAD_SLAB_NONE)
    return number;
  number = kad_slab_alloc (&self->ids);
  copy = kad_peer_id_copy (id);
  *(KadPeerId **) kad_slab_get (&self->ids, number) = copy;
  g_hash_table_insert (self->by_id, copy, GUINT_TO_POINTER (number));
  return number;
}

/**
 * kad_holder_ids_drop: (skip)
 * @self: ids
 * @number: a number that is in use
 */
void
kad_holder_ids_drop (KadHolderIds *self, guint32 number)
{
  g_hash_table_remove (self->by_id, *(KadPeerId **) kad_slab_get (&self->ids, number));
  kad_slab_release (&self->ids, number);
}

/**
 * kad_holder_ids_get: (skip)
 * @self: ids
 * @number: a number that was given
 *
 * Returns: (transfer none): whose it is
 */
const KadPeerId *
kad_holder_ids_get (const KadHolderIds *self, guint32 number)
{
  return *(KadPeerId **) kad_slab_get (&self->ids, number);
}
