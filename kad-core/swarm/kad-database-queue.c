/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-database-queue.h"

static void
free_row (gpointer row)
{
  kad_database_row_free (row);
}

void
kad_database_queue_init (KadDatabaseQueue *self)
{
  *self = (KadDatabaseQueue){ 0 };
  self->rows
      = g_hash_table_new_full (kad_database_row_hash, kad_database_row_equal, NULL, free_row);
}

void
kad_database_queue_clear (KadDatabaseQueue *self)
{
  g_clear_pointer (&self->rows, g_hash_table_unref);
  *self = (KadDatabaseQueue){ 0 };
}

gboolean
kad_database_queue_is_empty (const KadDatabaseQueue *self)
{
  return g_hash_table_size (self->rows) == 0 && !self->has_sweeps;
}

gboolean
kad_database_queue_add (KadDatabaseQueue *self, KadDatabaseRow *row)
{
  const KadDatabaseRow *old = g_hash_table_lookup (self->rows, row);
  gsize bytes = kad_database_row_measure (row);

  if (row->table != KAD_DATABASE_PUBLICATION && old == NULL
      && (g_hash_table_size (self->rows) >= KAD_MAX_DATABASE_QUEUE_ROWS
          || self->n_bytes + bytes > KAD_MAX_DATABASE_QUEUE_BYTES))
    {
      kad_database_row_free (row);
      return FALSE;
    }
  if (old != NULL)
    self->n_bytes -= kad_database_row_measure (old);
  self->n_bytes += bytes;
  /* Its keys are a part of it: both are replaced. */
  g_hash_table_replace (self->rows, row, row);
  return TRUE;
}

void
kad_database_queue_add_sweep (KadDatabaseQueue *self, KadDatabaseTable table)
{
  self->sweeps[table] = TRUE;
  self->has_sweeps = TRUE;
}

void
kad_database_queue_shed (KadDatabaseQueue *self)
{
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    if (((KadDatabaseRow *) row)->table != KAD_DATABASE_PUBLICATION)
      {
        self->n_bytes -= kad_database_row_measure (row);
        g_hash_table_iter_remove (&iter);
      }
}
