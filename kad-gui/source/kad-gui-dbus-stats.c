/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures: each signal Stats is a point of each series; the counters among them become rates by
 * second. What is not in it is read with it. Nothing here has a timer of its own. */
#include <string.h>

#include "kad-gui-dbus-again.h"
#include "kad-gui-dbus-private.h"

#define SERIES_SECONDS 3600
#define STATS_US (2 * G_USEC_PER_SEC)
/* Signals come each second, but not to the millisecond. */
#define JITTER_US (100 * 1000)

static const char *const gauges[] = { "peers", "table", "queries" };
static const char *const counters[] = { "bytes_in", "bytes_out", "requests_in", "requests_out" };
static const char *const series[] = { "peers",     "table",       "queries",      "bytes_in",
                                      "bytes_out", "requests_in", "requests_out", "network_size" };

typedef struct
{
  KadGuiDbusPart parent;
  KadGuiDbusAgain stats;
  KadGuiDbusAgain network_size;
  guint64 last[G_N_ELEMENTS (counters)];
  gint64 last_us; /* monotonic, of the figures before; 0: none */
} StatsPart;

/* ---- series ---- */

typedef struct
{
  StatsPart *part;
  GCancellable *session; /* (owned) */
  const char *name;
} SeriesCall;

static void
on_series (KadGuiDbusSource *source, GVariant *reply, const GError *error, gpointer user_data)
{
  SeriesCall *call = user_data;
  g_autoptr (GVariant) points = NULL;

  if (reply != NULL && !g_cancellable_is_cancelled (call->session))
    {
      points = g_variant_get_child_value (reply, 0);
      kad_gui_series_reset (
          kad_gui_store_get_series (kad_gui_source_get_store (KAD_GUI_SOURCE (source)), call->name),
          points);
    }
  g_object_unref (call->session);
  g_free (call);
}

static void
read_series (StatsPart *self)
{
  KadGuiDbusPart *part = &self->parent;

  for (guint i = 0; i < G_N_ELEMENTS (series); i++)
    {
      SeriesCall *call = g_new0 (SeriesCall, 1);

      call->part = self;
      call->session = g_object_ref (part->cancellable);
      call->name = series[i];
      kad_gui_dbus_call (part->source, part->cancellable, KAD_GUI_ROOT_PATH, "Monitor", "GetSeries",
                         g_variant_new ("(suu)", series[i], SERIES_SECONDS, 1), "(a(xd))",
                         KAD_GUI_CALL_MS, on_series, call);
    }
}

static void
add_point (StatsPart *self, const char *name, gint64 at_us, double value)
{
  kad_gui_series_add (kad_gui_store_get_series (kad_gui_dbus_part_get_store (&self->parent), name),
                      at_us, value);
}

static void
add_gauges (StatsPart *self, GVariant *stats, gint64 at_us)
{
  KadGuiStatus *status = kad_gui_store_get_status (kad_gui_dbus_part_get_store (&self->parent));
  guint value;

  for (guint i = 0; i < G_N_ELEMENTS (gauges); i++)
    if (g_variant_lookup (stats, gauges[i], "u", &value))
      add_point (self, gauges[i], at_us, value);
  if (g_variant_lookup (stats, "peers", "u", &value))
    kad_gui_item_set_uint (status, KAD_GUI_STATUS_FIELD_PEER_COUNT, value);
  if (g_variant_lookup (stats, "table", "u", &value))
    kad_gui_item_set_uint (status, KAD_GUI_STATUS_FIELD_TABLE_SIZE, value);
}

static void
add_counters (StatsPart *self, GVariant *stats, gint64 at_us)
{
  gint64 mono_us = g_get_monotonic_time ();
  double seconds = (double) (mono_us - self->last_us) / G_USEC_PER_SEC;

  for (guint i = 0; i < G_N_ELEMENTS (counters); i++)
    {
      guint64 value;

      if (!g_variant_lookup (stats, counters[i], "t", &value))
        continue;
      /* Fewer than before: the node was started anew. */
      if (self->last_us != 0 && seconds > 0 && value >= self->last[i])
        add_point (self, counters[i], at_us, (double) (value - self->last[i]) / seconds);
      self->last[i] = value;
    }
  self->last_us = mono_us;
}

void
kad_gui_dbus_stats_told (KadGuiDbusPart *part, GVariant *arguments)
{
  StatsPart *self = (StatsPart *) part;
  gint64 at_us = kad_gui_store_get_now_us (kad_gui_dbus_part_get_store (part));
  g_autoptr (GVariant) stats = NULL;

  if (part->topics == 0 || !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(a{sv})")))
    return;
  stats = g_variant_get_child_value (arguments, 0);
  add_gauges (self, stats, at_us);
  add_counters (self, stats, at_us);
  if (!self->network_size.is_busy)
    kad_gui_dbus_again_now (&self->network_size);
  if (!self->stats.is_busy
      && g_get_monotonic_time () - self->stats.begun_us >= STATS_US - JITTER_US)
    kad_gui_dbus_again_now (&self->stats);
}

/* ---- what is read ---- */

static void
on_network_size (KadGuiDbusPart *part, GVariant *reply, const GError *error)
{
  StatsPart *self = (StatsPart *) part;
  KadGuiStore *store = kad_gui_dbus_part_get_store (part);
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GVariant) properties = NULL;
  gint64 size;

  if (reply != NULL)
    {
      g_variant_get (reply, "(v)", &value);
      properties = g_variant_ref_sink (g_variant_new_parsed ("{'NetworkSize': %v}", value));
      kad_gui_dbus_status_apply (part->source, properties);
      size = kad_gui_store_get_status (store)->network_size;
      if (size > 0)
        add_point (self, "network_size", kad_gui_store_get_now_us (store), (double) size);
    }
  kad_gui_dbus_again_done (&self->network_size);
}

static void
begin_network_size (gpointer user_data)
{
  kad_gui_dbus_part_call (user_data, KAD_GUI_PROPERTIES, "Get",
                          g_variant_new ("(ss)", KAD_GUI_BUS_NAME ".Node", "NetworkSize"), "(v)",
                          on_network_size);
}

static void
on_stats (KadGuiDbusPart *part, GVariant *reply, const GError *error)
{
  StatsPart *self = (StatsPart *) part;
  g_autoptr (GVariant) stats = NULL;

  if (reply != NULL)
    {
      stats = g_variant_get_child_value (reply, 0);
      kad_gui_store_set_stats (kad_gui_dbus_part_get_store (part), stats);
    }
  kad_gui_dbus_again_done (&self->stats);
}

static void
begin_stats (gpointer user_data)
{
  kad_gui_dbus_part_call (user_data, "Monitor", "GetStats", NULL, "(a{sv})", on_stats);
}

/* ---- the part ---- */

static void
stats_init (KadGuiDbusPart *part)
{
  StatsPart *self = (StatsPart *) part;

  kad_gui_dbus_again_init (&self->stats, 0, 0, begin_stats, self);
  kad_gui_dbus_again_init (&self->network_size, 0, 0, begin_network_size, self);
}

static void
stats_start (KadGuiDbusPart *part)
{
  StatsPart *self = (StatsPart *) part;

  self->last_us = 0;
  kad_gui_dbus_again_now (&self->stats);
  kad_gui_dbus_again_now (&self->network_size);
}

/* The watch has figures taken each second; what was taken before is read when it is there. */
void
kad_gui_dbus_stats_watched (KadGuiDbusPart *part)
{
  if (part->topics != 0)
    read_series ((StatsPart *) part);
}

static void
stats_stop (KadGuiDbusPart *part)
{
  StatsPart *self = (StatsPart *) part;

  kad_gui_dbus_again_stop (&self->stats);
  kad_gui_dbus_again_stop (&self->network_size);
}

static void
stats_read (KadGuiDbusPart *part)
{
  StatsPart *self = (StatsPart *) part;

  kad_gui_dbus_again_now (&self->stats);
  kad_gui_dbus_again_now (&self->network_size);
  read_series (self);
}

static void
stats_node_gone (KadGuiDbusPart *part)
{
  StatsPart *self = (StatsPart *) part;

  self->last_us = 0;
  kad_gui_store_set_stats (kad_gui_dbus_part_get_store (part), NULL);
}

const KadGuiDbusPartClass kad_gui_dbus_stats_class = {
  .size = sizeof (StatsPart),
  .topics = KAD_GUI_TOPIC_STATS,
  .init = stats_init,
  .start = stats_start,
  .stop = stats_stop,
  .read = stats_read,
  .node_gone = stats_node_gone,
};
