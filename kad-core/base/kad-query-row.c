/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-query-row.h"

G_DEFINE_BOXED_TYPE (KadQueryRow, kad_query_row, kad_query_row_copy, kad_query_row_free)

/**
 * kad_query_row_new:
 * @query: which query; not 0
 * @kind: its kind
 *
 * Returns: (transfer full): a row; the rest is 0 or %NULL
 */
KadQueryRow *
kad_query_row_new (KadQueryId query, KadQueryKind kind)
{
  KadQueryRow *self;

  g_return_val_if_fail (query != 0, NULL);

  self = g_new0 (KadQueryRow, 1);
  self->query = query;
  self->kind = kind;
  return self;
}

/**
 * kad_query_row_copy:
 * @self: a row
 *
 * Returns: (transfer full): a copy, which shares the immutable key
 */
KadQueryRow *
kad_query_row_copy (const KadQueryRow *self)
{
  KadQueryRow *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->key = self->key != NULL ? g_bytes_ref (self->key) : NULL;
  copy->command = g_strdup (self->command);
  return copy;
}

/**
 * kad_query_row_free:
 * @self: (transfer full): a row
 */
void
kad_query_row_free (KadQueryRow *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->key, g_bytes_unref);
  g_free (self->command);
  g_free (self);
}
