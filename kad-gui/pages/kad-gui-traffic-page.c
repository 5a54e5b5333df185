/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-traffic-page.h"

#include <glib/gi18n.h>

#include "kad-gui-text.h"
#include "kad-gui-tiles.h"
#include "kad-gui-time-chart.h"
#include "kad-gui-traffic-tables.h"

#define MINUTE_US (60 * (gint64) G_USEC_PER_SEC)

struct _KadGuiTrafficPage
{
  KadGuiPage parent_instance;

  GtkToggleButton *minute_button;
  GtkToggleButton *ten_button;
  GtkToggleButton *hour_button;
  KadGuiTimeChart *bytes_chart;
  KadGuiTimeChart *requests_chart;
  KadGuiTimeChart *peers_chart;
  KadGuiTimeChart *queries_chart;
  KadGuiTimeChart *size_chart;
  KadGuiHistogram *rtt;
  GtkWidget *messages_box;
  KadGuiFigureTable *messages;
  GtkWidget *dials_box;
  KadGuiFigureTable *dials;
  GtkWidget *commands_box;
  KadGuiFigureTable *commands;

  KadGuiSource *source; /* (owned) (nullable): whom the handlers are of */
  guint update;         /* an idle source */
};

G_DEFINE_FINAL_TYPE (KadGuiTrafficPage, kad_gui_traffic_page, KAD_GUI_TYPE_PAGE)

/* ---- what is shown ---- */

static void
show_size (KadGuiTrafficPage *self, KadGuiStatus *status)
{
  g_autofree char *size = NULL;
  g_autofree char *note = NULL;

  kad_gui_time_plot_set_band (kad_gui_time_chart_get_plot (self->size_chart),
                              status != NULL ? status->network_size_error : 0);
  if (status == NULL || status->network_size <= 0)
    {
      kad_gui_time_chart_set_note (self->size_chart, "");
      return;
    }
  size = kad_gui_text_network_size (status->network_size, status->network_size_error);
  /* Translators: %s is "7420 ± 382". */
  note = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s, by %u lookup", "%s, by %u lookups",
                                       status->network_size_samples),
                          size, status->network_size_samples);
  kad_gui_time_chart_set_note (self->size_chart, note);
}

static void
update (KadGuiTrafficPage *self)
{
  KadGuiStore *store = self->source != NULL ? kad_gui_source_get_store (self->source) : NULL;
  GVariant *stats = store != NULL ? kad_gui_store_get_stats (store) : NULL;

  kad_gui_traffic_fill_messages (self->messages, stats);
  kad_gui_traffic_fill_dials (self->dials, stats);
  kad_gui_traffic_fill_commands (self->commands, stats);
  gtk_widget_set_visible (self->messages_box, kad_gui_figure_table_get_n_rows (self->messages) > 0);
  gtk_widget_set_visible (self->dials_box, kad_gui_figure_table_get_n_rows (self->dials) > 0);
  gtk_widget_set_visible (self->commands_box, kad_gui_figure_table_get_n_rows (self->commands) > 0);
  show_size (self, store != NULL ? kad_gui_store_get_status (store) : NULL);
  if (store != NULL)
    kad_gui_traffic_fill_rtt (self->rtt, G_LIST_MODEL (kad_gui_store_get_peers (store)));
}

static gboolean
on_update (gpointer user_data)
{
  KadGuiTrafficPage *self = user_data;

  self->update = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

/* Many changes come at once, and nobody looks at a page that is not mapped. */
static void
queue_update (KadGuiTrafficPage *self)
{
  if (self->update == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->update = g_idle_add (on_update, self);
}

static void
on_window (KadGuiTrafficPage *self)
{
  KadGuiTimeChart *const charts[] = { self->bytes_chart, self->requests_chart, self->peers_chart,
                                      self->queries_chart, self->size_chart };
  gint64 minutes = gtk_toggle_button_get_active (self->minute_button) ? 1
                   : gtk_toggle_button_get_active (self->hour_button) ? 60
                                                                      : 10;

  for (guint i = 0; i < G_N_ELEMENTS (charts); i++)
    kad_gui_time_plot_set_window (kad_gui_time_chart_get_plot (charts[i]), minutes * MINUTE_US);
}

/* ---- the source ---- */

static void
set_series (KadGuiTrafficPage *self, KadGuiStore *store, gboolean is_live)
{
  const struct
  {
    KadGuiTimeChart *chart;
    guint number;
    const char *name;
    const char *label;
    KadGuiUnit unit;
  } series[] = {
    { self->bytes_chart, 0, "bytes_in", _ ("In"), KAD_GUI_UNIT_BYTES_PER_SECOND },
    { self->bytes_chart, 1, "bytes_out", _ ("Out"), KAD_GUI_UNIT_BYTES_PER_SECOND },
    { self->requests_chart, 0, "requests_in", _ ("Served"), KAD_GUI_UNIT_PER_SECOND },
    { self->requests_chart, 1, "requests_out", _ ("Asked"), KAD_GUI_UNIT_PER_SECOND },
    { self->peers_chart, 0, "peers", _ ("Connected"), KAD_GUI_UNIT_COUNT },
    { self->peers_chart, 1, "table", _ ("In the table"), KAD_GUI_UNIT_COUNT },
    { self->queries_chart, 0, "queries", _ ("At work"), KAD_GUI_UNIT_COUNT },
    { self->size_chart, 0, "network_size", _ ("Nodes"), KAD_GUI_UNIT_COUNT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (series); i++)
    {
      KadGuiTimePlot *plot = kad_gui_time_chart_get_plot (series[i].chart);

      kad_gui_time_plot_set_store (plot, store);
      kad_gui_time_plot_set_unit (plot, series[i].unit);
      kad_gui_time_plot_set_held (plot, !is_live);
      kad_gui_time_chart_set_series (
          series[i].chart, series[i].number,
          store != NULL ? kad_gui_store_get_series (store, series[i].name) : NULL, series[i].label);
    }
  kad_gui_time_plot_set_from_zero (kad_gui_time_chart_get_plot (self->size_chart), FALSE);
}

static void
let_go (KadGuiTrafficPage *self)
{
  KadGuiStore *store;

  if (self->source == NULL)
    return;
  store = kad_gui_source_get_store (self->source);
  g_signal_handlers_disconnect_by_data (store, self);
  g_signal_handlers_disconnect_by_data (kad_gui_store_get_status (store), self);
  g_clear_object (&self->source);
}

static void
kad_gui_traffic_page_source_changed (KadGuiPage *page, KadGuiSource *source)
{
  KadGuiTrafficPage *self = KAD_GUI_TRAFFIC_PAGE (page);
  KadGuiStore *store = source != NULL ? kad_gui_source_get_store (source) : NULL;
  gboolean is_live
      = source != NULL && (kad_gui_source_get_abilities (source) & KAD_GUI_IS_LIVE) != 0;

  let_go (self);
  set_series (self, store, is_live);
  if (source != NULL)
    {
      self->source = g_object_ref (source);
      g_signal_connect_swapped (store, "stats-changed", G_CALLBACK (queue_update), self);
      g_signal_connect_swapped (store, "table-changed", G_CALLBACK (queue_update), self);
      g_signal_connect_swapped (kad_gui_store_get_status (store), "notify::network-size-samples",
                                G_CALLBACK (queue_update), self);
    }
  update (self);
}

/* ---- life ---- */

static void
kad_gui_traffic_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kad_gui_traffic_page_parent_class)->map (widget);
  update (KAD_GUI_TRAFFIC_PAGE (widget));
}

static void
kad_gui_traffic_page_dispose (GObject *object)
{
  KadGuiTrafficPage *self = KAD_GUI_TRAFFIC_PAGE (object);

  G_OBJECT_CLASS (kad_gui_traffic_page_parent_class)->dispose (object);
  g_clear_handle_id (&self->update, g_source_remove);
}

static void
bind_children (GtkWidgetClass *klass)
{
  static const struct
  {
    const char *name;
    gssize offset;
  } children[] = {
#define CHILD(name) { #name, G_STRUCT_OFFSET (KadGuiTrafficPage, name) }
    CHILD (minute_button), CHILD (ten_button),     CHILD (hour_button),
    CHILD (bytes_chart),   CHILD (requests_chart), CHILD (peers_chart),
    CHILD (queries_chart), CHILD (size_chart),     CHILD (rtt),
    CHILD (messages_box),  CHILD (messages),       CHILD (dials_box),
    CHILD (dials),         CHILD (commands_box),   CHILD (commands),
#undef CHILD
  };

  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    gtk_widget_class_bind_template_child_full (klass, children[i].name, FALSE, children[i].offset);
}

static void
kad_gui_traffic_page_class_init (KadGuiTrafficPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KadGuiPageClass *page_class = KAD_GUI_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kad_gui_traffic_page_dispose;
  widget_class->map = kad_gui_traffic_page_map;
  page_class->name = "traffic";
  page_class->title = N_ ("Traffic");
  page_class->icon_name = "network-transmit-receive-symbolic";
  page_class->topics = KAD_GUI_TOPIC_STATS | KAD_GUI_TOPIC_TABLE;
  page_class->source_changed = kad_gui_traffic_page_source_changed;
  g_type_ensure (KAD_GUI_TYPE_FIGURE_TABLE);
  g_type_ensure (KAD_GUI_TYPE_HISTOGRAM);
  g_type_ensure (KAD_GUI_TYPE_TILES);
  g_type_ensure (KAD_GUI_TYPE_TIME_CHART);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/libkad/Inspector/pages/kad-gui-traffic-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_window);
}

static void
kad_gui_traffic_page_init (KadGuiTrafficPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kad_gui_traffic_set_up_messages (self->messages);
  kad_gui_traffic_set_up_dials (self->dials);
  kad_gui_traffic_set_up_commands (self->commands);
  kad_gui_traffic_set_up_rtt (self->rtt);
  set_series (self, NULL, TRUE);
  on_window (self);
  update (self);
}
