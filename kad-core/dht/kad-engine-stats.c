/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an engine has done and holds, in numbers. */
#include "kad-engine-stats.h"

#include "kad-engine-private.h"

void
kad_engine_get_stats (KadEngine *self, KadEngineStats *stats)
{
  const KadEngineConfig *config = &self->config;

  *stats = self->counts;
  stats->n_queries = g_hash_table_size (self->queries);
  stats->n_records = config->records->klass->count (config->records);
  stats->n_providers = config->providers->klass->count (config->providers);
  stats->record_bytes = config->records->klass->get_bytes (config->records);
  stats->provider_bytes = config->providers->klass->get_bytes (config->providers);
  stats->n_publications = kad_publications_get_n (self);
  stats->table_size = kad_routing_table_get_size (self->table);
  stats->known_peers = kad_peer_book_get_size (self->book);
  stats->usual_us = self->usual_us;
}

void
kad_engine_get_network_size (KadEngine *self, KadNetworkSizeEstimate *estimate)
{
  kad_network_size_get (self->network_size, self->now_us, estimate);
  if (estimate->n_samples > 0 && kad_engine_is_server (self))
    estimate->estimate += 1;
}

void
kad_engine_note_lookup (KadEngine *self, const KadKey *target, KadLookup *lookup)
{
  g_autoptr (GPtrArray) closest = kad_lookup_dup_answered (lookup, self->config.k);
  KadKey nearest, farthest;
  guint n = closest->len;

  if (n == 0)
    return;
  if (n < self->config.k)
    {
      kad_network_size_add_whole (self->network_size, target, n, self->now_us);
      return;
    }
  kad_key_init_from_peer (&nearest, kad_peer_info_get_peer (closest->pdata[0]));
  kad_key_init_from_peer (&farthest, kad_peer_info_get_peer (closest->pdata[n - 1]));
  /* Who looks for a peer has put the target where one is. */
  if (kad_key_equal (&nearest, target))
    n--;
  kad_network_size_add (self->network_size, target, &farthest, n, self->now_us);
}

void
kad_engine_expire_stores (KadEngine *self)
{
  KadRecordStore *records = self->config.records;
  KadProviderStore *providers = self->config.providers;
  guint n_records = records->klass->count (records);
  guint n_providers = providers->klass->count (providers);

  records->klass->expire (records, self->now_us);
  providers->klass->expire (providers, self->now_us);
  self->counts.n_records_expired += n_records - MIN (records->klass->count (records), n_records);
  self->counts.n_providers_expired
      += n_providers - MIN (providers->klass->count (providers), n_providers);
}

void
kad_engine_note_publication (KadEngine *self, gboolean is_stored)
{
  self->counts.n_publications_run++;
  if (!is_stored)
    self->counts.n_publications_failed++;
}
