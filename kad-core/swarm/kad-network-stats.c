/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a node has done, holds, and knows of itself, as dictionaries. */
#include "kad-engine-stats.h"
#include "kad-latency.h"
#include "kad-network-private.h"
#include "kad-transport-loader.h"

static void
add (GVariantBuilder *builder, const char *name, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", name, value);
}

static void
add_uint (GVariantBuilder *builder, const char *name, guint value)
{
  add (builder, name, g_variant_new_uint32 (value));
}

static void
add_count (GVariantBuilder *builder, const char *name, guint64 value)
{
  add (builder, name, g_variant_new_uint64 (value));
}

static void
add_time (GVariantBuilder *builder, const char *name, gint64 value_us)
{
  add (builder, name, g_variant_new_int64 (value_us));
}

/* ---- what it holds now ---- */

static const char *
get_transport_name (KadTransport *transport)
{
  GIOExtensionPoint *point = g_io_extension_point_lookup (KAD_TRANSPORT_EXTENSION_POINT_NAME);

  for (GList *l = point != NULL ? g_io_extension_point_get_extensions (point) : NULL; l != NULL;
       l = l->next)
    if (g_io_extension_get_type (l->data) == G_OBJECT_TYPE (transport))
      return g_io_extension_get_name (l->data);
  return G_OBJECT_TYPE_NAME (transport);
}

static GVariant *
print_dials (KadNetwork *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < self->transports->len; i++)
    g_ptr_array_add (names, (gpointer) get_transport_name (self->transports->pdata[i]));
  return kad_counters_print_dials (kad_reactor_get_counters (self->reactor), names);
}

static GVariant *
print_now (KadNetwork *self, const KadEngineStats *engine)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  guint n_inbound = 0, n_outbound = 0, n_peers = 0, n_streams = 0;

  for (guint i = 0; i < kad_connection_book_get_size (self->book); i++)
    {
      KadPeerSession *session = kad_connection_book_get (self->book, i);
      KadConnection *connection = session->connection;

      if (!session->is_registered)
        continue;
      if (kad_connection_is_outbound (connection))
        n_outbound++;
      else
        n_inbound++;
      n_streams += kad_connection_get_n_streams (connection);
      n_peers
          += kad_connection_book_find (self->book, kad_connection_get_peer (connection)) == session;
    }
  add_uint (&builder, "peers", n_peers);
  add_uint (&builder, "connections_inbound", n_inbound);
  add_uint (&builder, "connections_outbound", n_outbound);
  add_uint (&builder, "connections_half_open", kad_connection_book_get_n_half_open (self->book));
  add_uint (&builder, "streams", n_streams);
  add_count (&builder, "held_bytes", kad_reactor_get_charged (self->reactor));
  add_uint (&builder, "table", engine->table_size);
  add_uint (&builder, "known_peers", engine->known_peers);
  add_uint (&builder, "queries", engine->n_queries);
  add_uint (&builder, "commands", kad_dispatcher_get_n_running (self->dispatcher));
  add_uint (&builder, "records", engine->n_records);
  add_count (&builder, "records_bytes", engine->record_bytes);
  add_uint (&builder, "providers", engine->n_providers);
  add_count (&builder, "providers_bytes", engine->provider_bytes);
  add_uint (&builder, "publications", engine->n_publications);
  add_time (&builder, "answer_us", engine->usual_us);
  return g_variant_builder_end (&builder);
}

static GVariant *
print_rtt (KadNetwork *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree KadLatency *latency = g_new0 (KadLatency, 1);

  for (guint i = 0; i < kad_connection_book_get_size (self->book); i++)
    {
      const KadPeerSession *session = kad_connection_book_get (self->book, i);
      gint64 rtt_us = kad_connection_get_rtt_us (session->connection);

      if (session->is_registered && rtt_us >= 0)
        kad_latency_add (latency, rtt_us);
    }
  add_count (&builder, "count", latency->count);
  add_time (&builder, "mean_us", kad_latency_get_mean (latency));
  add_time (&builder, "p50_us", kad_latency_get_quantile (latency, 0.5));
  add_time (&builder, "p95_us", kad_latency_get_quantile (latency, 0.95));
  add_time (&builder, "min_us", latency->min_us);
  add_time (&builder, "max_us", latency->max_us);
  return g_variant_builder_end (&builder);
}

/* ---- what came of it ---- */

static GVariant *
print_store (const KadTally *tally, guint64 n_expired)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_count (&builder, "stored", tally->n_ok);
  add_count (&builder, "refused", tally->n_failed);
  add_count (&builder, "expired", n_expired);
  return g_variant_builder_end (&builder);
}

static GVariant *
print_publications (const KadEngineStats *engine)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_count (&builder, "run", engine->n_publications_run);
  add_count (&builder, "failed", engine->n_publications_failed);
  return g_variant_builder_end (&builder);
}

static GVariant *
print_network_size (KadNetwork *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  KadNetworkSizeEstimate estimate;
  gint64 when_us = 0;

  kad_engine_get_network_size (self->engine, &estimate);
  if (estimate.n_samples > 0)
    when_us = estimate.newest_us + self->wall_offset_us;
  add (&builder, "estimate", g_variant_new_double (estimate.estimate));
  add (&builder, "std_error", g_variant_new_double (estimate.std_error));
  add_uint (&builder, "samples", estimate.n_samples);
  add_time (&builder, "when_us", when_us);
  return g_variant_builder_end (&builder);
}

static GVariant *
print_clock (KadNetwork *self)
{
  const KadCounters *counters = kad_reactor_get_counters (self->reactor);
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_time (&builder, "now_us", kad_reactor_get_wall_time (self->reactor));
  add_count (&builder, "steps", counters->n_clock_steps);
  add_time (&builder, "largest_step_us", counters->largest_step_us);
  add_count (&builder, "sleeps", counters->n_sleeps);
  add_time (&builder, "slept_us", counters->slept_us);
  return g_variant_builder_end (&builder);
}

static GVariant *
print_node (KadNetwork *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *peer = kad_peer_id_to_string (&self->peer);

  add (&builder, "peer", g_variant_new_string (peer));
  add (&builder, "agent", g_variant_new_string (self->agent));
  add (&builder, "protocol", g_variant_new_string (self->protocol));
  add (&builder, "mode",
       g_variant_new_string (kad_mode_get_name (kad_engine_get_mode (self->engine))));
  add (&builder, "server", g_variant_new_boolean (kad_engine_is_server (self->engine)));
  add (&builder, "quiet", g_variant_new_boolean (kad_engine_is_quiet (self->engine)));
  add (&builder, "accept_any", g_variant_new_boolean (self->is_accept_any));
  if (self->data != NULL)
    add (&builder, "data", g_variant_new_string (self->data));
  return g_variant_builder_end (&builder);
}

GVariant *
kad_network_dup_stats (KadSwarm *swarm)
{
  KadNetwork *self = KAD_NETWORK (swarm);
  const KadCounters *counters = kad_reactor_get_counters (self->reactor);
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  KadEngineStats engine;

  kad_network_check_clock (self);
  kad_engine_get_stats (self->engine, &engine);
  add_time (&builder, "uptime_us", kad_reactor_update_now (self->reactor) - self->started_us);
  add (&builder, "node", print_node (self));
  add (&builder, "now", print_now (self, &engine));
  add (&builder, "connections", kad_counters_print_connections (counters));
  add (&builder, "dials", print_dials (self));
  add (&builder, "traffic", kad_counters_print_traffic (counters));
  add (&builder, "requests", kad_counters_print_requests (counters));
  add (&builder, "queries", kad_counters_print_queries (counters));
  add (&builder, "records",
       print_store (&counters->served[KAD_MESSAGE_PUT_VALUE], engine.n_records_expired));
  add (&builder, "providers",
       print_store (&counters->served[KAD_MESSAGE_ADD_PROVIDER], engine.n_providers_expired));
  add (&builder, "publications", print_publications (&engine));
  add (&builder, "rtt", print_rtt (self));
  add (&builder, "network_size", print_network_size (self));
  add (&builder, "clock", print_clock (self));
  add (&builder, "operations", kad_operation_stats_print (self->operation_stats));
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/* A KadRunFunc. */
void
kad_network_run_ended (const char *command, gint64 started_us, const GError *error,
                       gpointer user_data)
{
  KadNetwork *self = user_data;

  kad_operation_stats_note (self->operation_stats, command,
                            kad_reactor_read_clock (self->reactor) - started_us, error);
}
