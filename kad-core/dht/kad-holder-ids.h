/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-peer-id.h"
#include "kad-slab.h"

G_BEGIN_DECLS

/* Numbers for the peers that hold something in a store, small ones, used again
 * after they were dropped. Plain struct inside its owner. */
typedef struct
{
  KadSlab ids;       /* of KadPeerId * (owned) */
  GHashTable *by_id; /* of the same KadPeerId to number */
} KadHolderIds;

void kad_holder_ids_init (KadHolderIds *self);
void kad_holder_ids_clear (KadHolderIds *self);
/* KAD_SLAB_NONE: it has no number. */
guint32 kad_holder_ids_find (const KadHolderIds *self, const KadPeerId *id);
guint32 kad_holder_ids_ensure (KadHolderIds *self, const KadPeerId *id);
/* Whose number it is. */
const KadPeerId *kad_holder_ids_get (const KadHolderIds *self, guint32 number);
void kad_holder_ids_drop (KadHolderIds *self, guint32 number);

G_END_DECLS
