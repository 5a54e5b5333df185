/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-peer-info.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_HELD_ROWS:
 *
 * How many rows of what is held are given at a time.
 */
#define KAD_MAX_HELD_ROWS 10000

#define KAD_TYPE_HELD_ROW (kad_held_row_get_type ())

/**
 * KadHeldRow:
 * @key: its key, as on the wire
 * @peer: (nullable): whose it is: who put a record here, or who provides the key and where it is;
 *   %NULL: our own
 * @size_bytes: the length of a record's value; 0 for a provider record
 * @expires_us: when it is dropped, in microseconds since 1970 (UTC)
 *
 * A record or provider record that this node holds, as it was when somebody looked. Made by the
 * library only; later versions add fields at its end.
 */
typedef struct
{
  GBytes *key;
  KadPeerInfo *peer;
  gsize size_bytes;
  gint64 expires_us;
} KadHeldRow;

KAD_API GType kad_held_row_get_type (void);

KAD_API KadHeldRow *kad_held_row_new (GBytes *key, KadPeerInfo *peer);
KAD_API KadHeldRow *kad_held_row_copy (const KadHeldRow *self);
KAD_API void kad_held_row_free (KadHeldRow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadHeldRow, kad_held_row_free)

G_END_DECLS
