/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-yamux.h"

G_BEGIN_DECLS

typedef struct
{
  guint32 id;
  KadYamuxStream *stream;
} KadYamuxTableEntry;

/* The streams of a session by id: an array kept sorted, since ids mostly come in
 * rising order. A remote that chooses its ids cannot make a look-up slower than
 * its ten comparisons, as it could with a hash. Holds no memory when empty. */
typedef struct
{
  KadYamuxTableEntry *entries;
  guint n_entries;
  guint capacity;
} KadYamuxTable;

KadYamuxStream *kad_yamux_table_lookup (const KadYamuxTable *self, guint32 id);
/* @id must not be there. Does not take the stream. */
void kad_yamux_table_insert (KadYamuxTable *self, guint32 id, KadYamuxStream *stream);
void kad_yamux_table_remove (KadYamuxTable *self, guint32 id);

G_END_DECLS
