/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-engine.h"
#include "kad-network-size.h"

G_BEGIN_DECLS

/* What an engine counts, from its beginning, and what it holds now. */
typedef struct
{
  guint64 n_records_expired;
  guint64 n_providers_expired;
  guint64 n_publications_run; /* announced, whatever came of it */
  guint64 n_publications_failed;

  guint n_queries;
  guint n_records;
  guint n_providers;
  gsize record_bytes;
  gsize provider_bytes;
  guint n_publications; /* keys and records that we announce */
  guint table_size;
  guint known_peers;
  gint64 usual_us; /* what an answer takes, by the median; 0: not known */
} KadEngineStats;

void kad_engine_get_stats (KadEngine *self, KadEngineStats *stats);
/* How many servers there are, ourselves included if we are one. */
void kad_engine_get_network_size (KadEngine *self, KadNetworkSizeEstimate *estimate);

G_END_DECLS
