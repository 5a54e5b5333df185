/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-held-row.h"

G_DEFINE_BOXED_TYPE (KadHeldRow, kad_held_row, kad_held_row_copy, kad_held_row_free)

/**
 * kad_held_row_new:
 * @key: its key
 * @peer: (nullable): whose it is
 *
 * Returns: (transfer full): a row that says nothing else yet
 */
KadHeldRow *
kad_held_row_new (GBytes *key, KadPeerInfo *peer)
{
  KadHeldRow *self;

  g_return_val_if_fail (key != NULL, NULL);

  self = g_new0 (KadHeldRow, 1);
  self->key = g_bytes_ref (key);
  self->peer = peer != NULL ? kad_peer_info_ref (peer) : NULL;
  return self;
}

/**
 * kad_held_row_copy:
 * @self: a row
 *
 * Returns: (transfer full): a copy
 */
KadHeldRow *
kad_held_row_copy (const KadHeldRow *self)
{
  KadHeldRow *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = kad_held_row_new (self->key, self->peer);
  copy->size_bytes = self->size_bytes;
  copy->expires_us = self->expires_us;
  return copy;
}

/**
 * kad_held_row_free:
 * @self: (transfer full): a row
 */
void
kad_held_row_free (KadHeldRow *self)
{
  g_return_if_fail (self != NULL);

  g_bytes_unref (self->key);
  g_clear_pointer (&self->peer, kad_peer_info_unref);
  g_free (self);
}
