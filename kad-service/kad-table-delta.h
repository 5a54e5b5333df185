/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-table-cache.h"

G_BEGIN_DECLS

/* Changes of the routing table that somebody has not heard of yet, several of one peer as one. */
typedef struct _KadTableDelta KadTableDelta;

KadTableDelta *kad_table_delta_new (void);
void kad_table_delta_free (KadTableDelta *self);
void kad_table_delta_merge (KadTableDelta *self, const KadTableChange *changes, guint n_changes);
/* Of how many peers. */
guint kad_table_delta_get_size (KadTableDelta *self);
void kad_table_delta_clear (KadTableDelta *self);
/* The parameters of org.libkad.Kad1.Watch.Table, and it is empty. Floating. */
GVariant *kad_table_delta_steal (KadTableDelta *self, guint64 serial);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadTableDelta, kad_table_delta_free)

G_END_DECLS
