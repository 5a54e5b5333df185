/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-table-delta.h"

struct _KadTableDelta
{
  GHashTable *added;   /* peer -> GVariant */
  GHashTable *changed; /* likewise */
  GHashTable *removed; /* (element-type utf8) */
};

KadTableDelta *
kad_table_delta_new (void)
{
  KadTableDelta *self = g_new0 (KadTableDelta, 1);

  self->added
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  self->changed
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  self->removed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
kad_table_delta_free (KadTableDelta *self)
{
  g_hash_table_unref (self->added);
  g_hash_table_unref (self->changed);
  g_hash_table_unref (self->removed);
  g_free (self);
}

static void
merge_row (KadTableDelta *self, const KadTableChange *change)
{
  GHashTable *target = self->changed;

  /* It left and is back: for who has not heard of it, its row changed. */
  if (g_hash_table_remove (self->removed, change->peer))
    target = self->changed;
  else if (change->kind == KAD_TABLE_ROW_ADDED || g_hash_table_contains (self->added, change->peer))
    target = self->added;
  g_hash_table_replace (target, g_strdup (change->peer), g_variant_ref (change->row));
}

static void
merge_removal (KadTableDelta *self, const char *peer)
{
  /* Who never heard of it need not hear that it left. */
  if (g_hash_table_remove (self->added, peer))
    return;
  g_hash_table_remove (self->changed, peer);
  g_hash_table_add (self->removed, g_strdup (peer));
}

void
kad_table_delta_merge (KadTableDelta *self, const KadTableChange *changes, guint n_changes)
{
  for (guint i = 0; i < n_changes; i++)
    if (changes[i].kind == KAD_TABLE_ROW_REMOVED)
      merge_removal (self, changes[i].peer);
    else
      merge_row (self, &changes[i]);
}

guint
kad_table_delta_get_size (KadTableDelta *self)
{
  return g_hash_table_size (self->added) + g_hash_table_size (self->changed)
         + g_hash_table_size (self->removed);
}

void
kad_table_delta_clear (KadTableDelta *self)
{
  g_hash_table_remove_all (self->added);
  g_hash_table_remove_all (self->changed);
  g_hash_table_remove_all (self->removed);
}

static GVariant *
new_rows (GHashTable *table)
{
  g_autofree GVariant **rows = g_new (GVariant *, g_hash_table_size (table) + 1);
  GHashTableIter iter;
  gpointer row;
  guint n = 0;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    rows[n++] = row;
  return g_variant_new_array (KAD_TABLE_ROW_TYPE, rows, n);
}

GVariant *
kad_table_delta_steal (KadTableDelta *self, guint64 serial)
{
  g_autofree const char **removed
      = (const char **) g_hash_table_get_keys_as_array (self->removed, NULL);
  GVariant *parameters = g_variant_new ("(t@a(sutttsasu)@a(sutttsasu)^as)", serial,
                                        new_rows (self->added), new_rows (self->changed), removed);

  kad_table_delta_clear (self);
  return parameters;
}
