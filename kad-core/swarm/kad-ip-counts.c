/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ip-counts.h"

struct _KadIpCounts
{
  GHashTable *counts; /* guint64 in the count -> KadIpCount (owned) */
};

KadIpCounts *
kad_ip_counts_new (void)
{
  KadIpCounts *self = g_new0 (KadIpCounts, 1);

  self->counts = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  return self;
}

void
kad_ip_counts_free (KadIpCounts *self)
{
  g_hash_table_unref (self->counts);
  g_free (self);
}

guint
kad_ip_counts_get (KadIpCounts *self, guint64 prefix)
{
  const KadIpCount *count = g_hash_table_lookup (self->counts, &prefix);

  return count == NULL ? 0 : count->n;
}

KadIpCount *
kad_ip_counts_join (KadIpCounts *self, guint64 prefix)
{
  KadIpCount *count = g_hash_table_lookup (self->counts, &prefix);

  if (count == NULL)
    {
      count = g_new0 (KadIpCount, 1);
      count->prefix = prefix;
      g_hash_table_insert (self->counts, &count->prefix, count);
    }
  count->n++;
  return count;
}

void
kad_ip_counts_leave (KadIpCounts *self, KadIpCount *count)
{
  if (--count->n == 0)
    g_hash_table_remove (self->counts, &count->prefix);
}

guint
kad_ip_counts_get_size (KadIpCounts *self)
{
  return g_hash_table_size (self->counts);
}
