/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-monitor-hub.h"

#include "kad-call-options.h"
#include "kad-connection-tracker.h"
#include "kad-node-figures.h"
#include "kad-node-rows.h"
#include "kad-node-table.h"
#include "kad-result.h"

#define HUB_DATA "kad-monitor-hub"
/* Figures are taken so often while somebody watches them, */
#define WATCHED_SAMPLE_S 1
/* and while there are connections. */
#define CONNECTED_SAMPLE_S 10

struct _KadMonitorHub
{
  KadService *service; /* NULL: closed */
  guint n_refs;
  guint n_users;
  KadNode *node; /* (nullable) (owned) that is watched */
  guint node_watch;
  gulong started, stopping;
  KadTableCache *table;
  KadConnectionTracker *connections;
  KadSeries *series;
  KadStreams *streams;
  GPtrArray *watches; /* (element-type KadWatchObject) */
  guint next_watch;
  KadWatchTopics topics; /* of all watches */
  guint sampling;        /* timer */
  guint sampling_s;
  gboolean is_sampling; /* a reading is under way */
};

static void
hub_unref (KadMonitorHub *self)
{
  if (--self->n_refs == 0)
    g_free (self);
}

/* ---- figures ---- */

static void update_sampling (KadMonitorHub *self);

static void
on_stats (GPtrArray *rows, const GError *error, gpointer user_data)
{
  KadMonitorHub *self = user_data;
  g_autoptr (GVariant) stats = NULL;
  KadFigures figures;

  self->is_sampling = FALSE;
  if (self->service != NULL && rows != NULL && rows->len > 0)
    {
      kad_node_figures_read (rows->pdata[0], g_get_monotonic_time (), &figures);
      kad_series_add (self->series, &figures);
      stats = g_variant_ref_sink (kad_node_figures_print (&figures));
      for (guint i = 0; i < self->watches->len; i++)
        kad_watch_object_note_stats (self->watches->pdata[i], stats);
    }
  hub_unref (self);
}

static gboolean
on_sample (gpointer user_data)
{
  KadMonitorHub *self = user_data;

  if (!self->is_sampling && self->node != NULL)
    {
      self->is_sampling = TRUE;
      self->n_refs++;
      kad_node_rows_read (self->node, "show-stats", NULL, on_stats, self);
    }
  /* The last connection may be gone. */
  update_sampling (self);
  return G_SOURCE_CONTINUE;
}

static guint
find_sampling_s (KadMonitorHub *self)
{
  if (self->node == NULL)
    return 0;
  if (self->topics & KAD_WATCH_STATS)
    return WATCHED_SAMPLE_S;
  return kad_node_get_n_connections (self->node) > 0 ? CONNECTED_SAMPLE_S : 0;
}

static void
update_sampling (KadMonitorHub *self)
{
  guint seconds = find_sampling_s (self);

  if (seconds == self->sampling_s)
    return;
  g_clear_handle_id (&self->sampling, g_source_remove);
  self->sampling_s = seconds;
  if (seconds > 0)
    self->sampling = g_timeout_add_seconds (seconds, on_sample, self);
}

/* ---- the node ---- */

static void
mark_table (KadMonitorHub *self, const KadEvent *event)
{
  g_autofree char *peer = NULL;

  if (!kad_table_cache_is_active (self->table) || !kad_peer_id_is_set (&event->peer))
    return;
  peer = kad_peer_id_to_string (&event->peer);
  /* Most connections are with peers that are not in the table. */
  if (event->type == KAD_EVENT_TABLE_ADDED || event->type == KAD_EVENT_TABLE_REMOVED
      || kad_table_cache_find (self->table, peer) != NULL)
    kad_table_cache_mark (self->table, peer);
}

static void
mark_connection (KadMonitorHub *self, const KadEvent *event)
{
  g_autofree char *peer = NULL;

  if (!kad_connection_tracker_is_active (self->connections))
    return;
  peer = kad_peer_id_to_string (&event->peer);
  kad_connection_tracker_mark (self->connections, peer);
}

static void
tell_event (KadMonitorHub *self, KadEvent *event)
{
  g_autoptr (GVariant) result = NULL;

  if (!(self->topics & KAD_WATCH_EVENTS) || event->type == KAD_EVENT_QUERY_PROGRESS
      || event->type == KAD_EVENT_QUERY_STEP)
    return;
  result = kad_call_result (kad_result_new_event (event));
  for (guint i = 0; i < self->watches->len; i++)
    kad_watch_object_note_event (self->watches->pdata[i], result);
}

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  KadMonitorHub *self = user_data;

  switch (event->type)
    {
    case KAD_EVENT_TABLE_ADDED:
    case KAD_EVENT_TABLE_REMOVED:
      mark_table (self, event);
      break;
    case KAD_EVENT_PEER_CONNECTED:
    case KAD_EVENT_PEER_DISCONNECTED:
    case KAD_EVENT_PEER_IDENTIFIED:
      mark_table (self, event);
      mark_connection (self, event);
      update_sampling (self);
      break;
    default:
      break;
    }
  tell_event (self, event);
  kad_streams_note_event (self->streams, event);
}

static void
leave_node (KadMonitorHub *self)
{
  kad_streams_set_node (self->streams, NULL);
  if (self->node != NULL)
    kad_node_unwatch (self->node, self->node_watch);
  g_clear_object (&self->node);
  update_sampling (self);
}

static void
on_started (KadService *service, KadNode *node, gpointer user_data)
{
  KadMonitorHub *self = user_data;

  leave_node (self);
  self->node = g_object_ref (node);
  self->node_watch = kad_node_watch (node, on_event, self, NULL);
  kad_streams_set_node (self->streams, node);
  update_sampling (self);
  kad_table_cache_reset (self->table);
  kad_connection_tracker_mark (self->connections, NULL);
}

static void
on_stopping (KadService *service, KadNode *node, gpointer user_data)
{
  KadMonitorHub *self = user_data;

  leave_node (self);
  kad_table_cache_reset (self->table);
  kad_connection_tracker_mark (self->connections, NULL);
}

static void
on_connection_changed (const char *peer, GPtrArray *connections, gpointer user_data)
{
  KadMonitorHub *self = user_data;

  for (guint i = 0; i < self->watches->len; i++)
    kad_watch_object_note_peer (self->watches->pdata[i], peer, connections);
}

/* ---- watches ---- */

static void
update_topics (KadMonitorHub *self)
{
  self->topics = 0;
  for (guint i = 0; i < self->watches->len; i++)
    self->topics |= kad_watch_object_get_topics (self->watches->pdata[i]);
  kad_connection_tracker_set_active (self->connections, (self->topics & KAD_WATCH_PEERS) != 0);
  update_sampling (self);
}

static void
on_watch_closed (KadWatchObject *watch, gpointer user_data)
{
  KadMonitorHub *self = user_data;

  g_ptr_array_remove_fast (self->watches, watch);
  kad_watch_object_free (watch);
  update_topics (self);
  kad_service_unuse (self->service);
}

static void
on_watch_topics_changed (KadWatchObject *watch, gpointer user_data)
{
  update_topics (user_data);
}

static const KadWatchObjectClass watch_class = { on_watch_closed, on_watch_topics_changed };

const char *
kad_monitor_hub_add_watch (KadMonitorHub *self, KadCaller *caller, KadWatchTopics topics,
                           guint interval_ms, GError **error)
{
  KadWatchObject *watch = kad_watch_object_new (&watch_class, self, self->table, caller,
                                                ++self->next_watch, topics, interval_ms, error);

  if (watch == NULL)
    return NULL;
  g_ptr_array_add (self->watches, watch);
  kad_service_use (self->service);
  update_topics (self);
  return kad_watch_object_get_path (watch);
}

guint64
kad_monitor_hub_settle_table (KadMonitorHub *self, KadCaller *caller)
{
  gboolean is_watching = FALSE;
  guint64 serial = 0;

  for (guint i = 0; i < self->watches->len; i++)
    {
      KadWatchObject *watch = self->watches->pdata[i];

      if (kad_watch_object_get_caller (watch) != caller
          || !(kad_watch_object_get_topics (watch) & KAD_WATCH_TABLE))
        continue;
      is_watching = TRUE;
      serial = MAX (serial, kad_watch_object_settle_table (watch));
    }
  for (guint i = 0; i < self->watches->len && is_watching; i++)
    if (kad_watch_object_get_caller (self->watches->pdata[i]) == caller)
      kad_watch_object_set_table_serial (self->watches->pdata[i], serial);
  return is_watching ? serial : kad_table_cache_get_serial (self->table);
}

void
kad_monitor_hub_note_query (KadService *service, KadCaller *caller, const char *path,
                            GVariant *details)
{
  KadMonitorHub *self = g_object_get_data (G_OBJECT (service), HUB_DATA);
  g_autoptr (GVariant) sunk = g_variant_ref_sink (details);

  for (guint i = 0; self != NULL && i < self->watches->len; i++)
    if (kad_watch_object_get_caller (self->watches->pdata[i]) == caller)
      kad_watch_object_note_query (self->watches->pdata[i], path, sunk);
}

/* ---- life ---- */

KadTableCache *
kad_monitor_hub_get_table (KadMonitorHub *self)
{
  return self->table;
}

KadSeries *
kad_monitor_hub_get_series (KadMonitorHub *self)
{
  return self->series;
}

KadStreams *
kad_monitor_hub_get_streams (KadMonitorHub *self)
{
  return self->streams;
}

KadMonitorHub *
kad_monitor_hub_use (KadService *service)
{
  KadMonitorHub *self = g_object_get_data (G_OBJECT (service), HUB_DATA);

  if (self == NULL)
    {
      self = g_new0 (KadMonitorHub, 1);
      self->n_refs = 1;
      self->service = service;
      self->table = kad_table_cache_new (&kad_node_table_class, service);
      self->connections = kad_connection_tracker_new (service, on_connection_changed, self);
      self->series = kad_series_new ();
      self->streams = kad_streams_new (service);
      self->watches = g_ptr_array_new ();
      self->started = g_signal_connect (service, "node-started", G_CALLBACK (on_started), self);
      self->stopping = g_signal_connect (service, "node-stopping", G_CALLBACK (on_stopping), self);
      g_object_set_data (G_OBJECT (service), HUB_DATA, self);
    }
  self->n_users++;
  return self;
}

void
kad_monitor_hub_unuse (KadMonitorHub *self)
{
  KadService *service = self->service;

  if (--self->n_users > 0)
    return;
  while (self->watches->len > 0)
    on_watch_closed (self->watches->pdata[0], self);
  leave_node (self);
  g_clear_signal_handler (&self->started, service);
  g_clear_signal_handler (&self->stopping, service);
  g_object_set_data (G_OBJECT (service), HUB_DATA, NULL);
  kad_table_cache_free (self->table);
  kad_connection_tracker_free (self->connections);
  kad_series_free (self->series);
  kad_streams_free (self->streams);
  g_ptr_array_unref (self->watches);
  self->service = NULL;
  hub_unref (self);
}
