/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-dual-keys.h"

struct _KadDualKeys
{
  KadDualMergeFunc func;
  gpointer user_data;
  GHashTable *told; /* (element-type utf8): keys */
  GHashTable
      *held[2]; /* key -> row (owned): what failed in that network, and may not in the other */
  gboolean has_ended[2];
  guint n_published;
};

KadDualKeys *
kad_dual_keys_new (KadDualMergeFunc func, gpointer user_data)
{
  KadDualKeys *self = g_new0 (KadDualKeys, 1);

  self->func = func;
  self->user_data = user_data;
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (self->held); i++)
    self->held[i]
        = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  return self;
}

void
kad_dual_keys_free (KadDualKeys *self)
{
  g_hash_table_unref (self->told);
  for (guint i = 0; i < G_N_ELEMENTS (self->held); i++)
    g_hash_table_unref (self->held[i]);
  g_free (self);
}

static const char *
get_key (GVariant *row)
{
  const char *key = "";

  g_variant_lookup (row, "key", "&s", &key);
  return key;
}

static gboolean
has_failed (GVariant *row)
{
  const char *error;

  return g_variant_lookup (row, "error", "&s", &error);
}

static void
tell (KadDualKeys *self, GVariant *row)
{
  g_autoptr (GVariant) kept = g_variant_ref (row);

  g_hash_table_add (self->told, g_strdup (get_key (kept)));
  g_hash_table_remove (self->held[FALSE], get_key (kept));
  g_hash_table_remove (self->held[TRUE], get_key (kept));
  self->n_published += !has_failed (kept);
  self->func (kept, self->user_data);
}

void
kad_dual_keys_add (KadDualKeys *self, gboolean is_lan, GVariant *row)
{
  GVariant *other = g_hash_table_lookup (self->held[!is_lan], get_key (row));

  if (g_hash_table_contains (self->told, get_key (row)))
    return;
  if (!has_failed (row) || self->has_ended[!is_lan])
    tell (self, row);
  else if (other != NULL) /* that of the service's own network counts */
    tell (self, is_lan ? other : row);
  else
    g_hash_table_replace (self->held[is_lan], g_strdup (get_key (row)), g_variant_ref (row));
}

void
kad_dual_keys_end_network (KadDualKeys *self, gboolean is_lan)
{
  g_autoptr (GList) rows = g_hash_table_get_values (self->held[!is_lan]);

  self->has_ended[is_lan] = TRUE;
  for (GList *l = rows; l != NULL; l = l->next)
    tell (self, l->data);
}

void
kad_dual_keys_add_summary (KadDualKeys *self, GVariantDict *summary)
{
  guint n_keys = g_hash_table_size (self->told);

  g_variant_dict_insert (summary, "keys", "u", n_keys);
  g_variant_dict_insert (summary, "published", "u", self->n_published);
  g_variant_dict_insert (summary, "failed", "u", n_keys - self->n_published);
}
