/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-database-row.h"

G_BEGIN_DECLS

/* What waits for the disk. Past either, what can be written anew from memory is dropped; it is
 * written anew once there is room. Publications are bounded by themselves and never dropped. */
#define KAD_MAX_DATABASE_QUEUE_ROWS 65536
#define KAD_MAX_DATABASE_QUEUE_BYTES (64 * 1024 * 1024)

/* Rows to write, the last word on each. Plain struct inside its owner. */
typedef struct
{
  GHashTable *rows; /* (element-type KadDatabaseRow) a set */
  gsize n_bytes;
  gboolean sweeps[KAD_DATABASE_N_TABLES]; /* what is of an older generation goes */
  gboolean has_sweeps;
} KadDatabaseQueue;

void kad_database_queue_init (KadDatabaseQueue *self);
void kad_database_queue_clear (KadDatabaseQueue *self);
gboolean kad_database_queue_is_empty (const KadDatabaseQueue *self);
/* Takes @row. FALSE: there is no room, and it is gone. */
gboolean kad_database_queue_add (KadDatabaseQueue *self, KadDatabaseRow *row);
void kad_database_queue_add_sweep (KadDatabaseQueue *self, KadDatabaseTable table);
/* Drops all but publications. */
void kad_database_queue_shed (KadDatabaseQueue *self);

G_END_DECLS
