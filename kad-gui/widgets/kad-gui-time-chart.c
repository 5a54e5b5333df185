/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-time-chart.h"

#include <glib/gi18n.h>

#include "kad-gui-swatch.h"
#include "kad-gui-twin.h"

#define MAX_ROWS 60

struct _KadGuiTimeChart
{
  GtkBox parent_instance;

  char *title;
  GtkLabel *heading;
  GtkLabel *note;
  GtkBox *legend;
  GtkLabel *values[KAD_GUI_MAX_PLOT_SERIES];
  KadGuiTwin *twin;
  KadGuiTimePlot *plot;
  KadGuiSeries *series[KAD_GUI_MAX_PLOT_SERIES];
  gulong handlers[KAD_GUI_MAX_PLOT_SERIES];
};

G_DEFINE_FINAL_TYPE (KadGuiTimeChart, kad_gui_time_chart, GTK_TYPE_BOX)

enum
{
  PROP_TITLE = 1,
};

static void
set_title (KadGuiTimeChart *self, const char *title)
{
  g_free (self->title);
  self->title = g_strdup (title != NULL ? title : "");
  gtk_label_set_label (self->heading, self->title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->plot), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->title, -1);
}

static void
kad_gui_time_chart_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TITLE)
    g_value_set_string (value, KAD_GUI_TIME_CHART (object)->title);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_time_chart_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TITLE)
    set_title (KAD_GUI_TIME_CHART (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
update_legend (KadGuiTimeChart *self)
{
  const KadGuiTimeData *data = kad_gui_time_plot_get_data (self->plot);

  for (guint i = 0; i < KAD_GUI_MAX_PLOT_SERIES; i++)
    {
      KadGuiPlotFigures figures;
      g_autofree char *value = NULL;
      g_autofree char *text = NULL;

      if (self->values[i] == NULL)
        continue;
      value = kad_gui_time_data_get_figures (data, i, &figures)
                  ? kad_gui_unit_dup_text (data->unit, figures.now)
                  : g_strdup ("–");
      text = g_strdup_printf ("%s %s", data->curves[i].label, value);
      gtk_label_set_label (self->values[i], text);
    }
}

static GPtrArray *
dup_rows (gpointer user_data)
{
  return kad_gui_time_data_dup_rows (
      kad_gui_time_plot_get_data (KAD_GUI_TIME_CHART (user_data)->plot), MAX_ROWS);
}

static void
update_twin (KadGuiTimeChart *self)
{
  const KadGuiTimeData *data = kad_gui_time_plot_get_data (self->plot);
  const char *columns[KAD_GUI_MAX_PLOT_SERIES + 2] = { _ ("Time") };

  for (guint i = 0, n = 1; i < KAD_GUI_MAX_PLOT_SERIES; i++)
    if (self->series[i] != NULL)
      columns[n++] = data->curves[i].label;
  kad_gui_twin_set (self->twin, self->title, columns, dup_rows, self);
}

static void
drop_series (KadGuiTimeChart *self, guint number)
{
  if (self->series[number] != NULL)
    g_clear_signal_handler (&self->handlers[number], self->series[number]);
  g_clear_object (&self->series[number]);
}

static void
kad_gui_time_chart_dispose (GObject *object)
{
  KadGuiTimeChart *self = KAD_GUI_TIME_CHART (object);

  for (guint i = 0; i < KAD_GUI_MAX_PLOT_SERIES; i++)
    drop_series (self, i);
  G_OBJECT_CLASS (kad_gui_time_chart_parent_class)->dispose (object);
}

static void
kad_gui_time_chart_finalize (GObject *object)
{
  g_free (KAD_GUI_TIME_CHART (object)->title);
  G_OBJECT_CLASS (kad_gui_time_chart_parent_class)->finalize (object);
}

static void
kad_gui_time_chart_class_init (KadGuiTimeChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_gui_time_chart_get_property;
  object_class->set_property = kad_gui_time_chart_set_property;
  object_class->dispose = kad_gui_time_chart_dispose;
  object_class->finalize = kad_gui_time_chart_finalize;
  g_object_class_install_property (
      object_class, PROP_TITLE,
      g_param_spec_string ("title", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}

static void
kad_gui_time_chart_init (KadGuiTimeChart *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->title = g_strdup ("");
  self->heading = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->heading, 0);
  gtk_label_set_ellipsize (self->heading, PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (GTK_WIDGET (self->heading), "heading");
  self->note = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->note, 0);
  gtk_label_set_ellipsize (self->note, PANGO_ELLIPSIZE_END);
  gtk_widget_set_visible (GTK_WIDGET (self->note), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self->note), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->note), "kad-caption");
  self->legend = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12));
  self->twin = KAD_GUI_TWIN (kad_gui_twin_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->twin), GTK_ALIGN_CENTER);
  self->plot = KAD_GUI_TIME_PLOT (kad_gui_time_plot_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->plot), TRUE);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->heading));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->note));
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (head), words);
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->legend));
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->twin));
  gtk_box_append (GTK_BOX (self), head);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->plot));
}

GtkWidget *
kad_gui_time_chart_new (const char *title)
{
  return g_object_new (KAD_GUI_TYPE_TIME_CHART, "title", title, NULL);
}

KadGuiTimePlot *
kad_gui_time_chart_get_plot (KadGuiTimeChart *self)
{
  return self->plot;
}

static void
ensure_legend (KadGuiTimeChart *self, guint number)
{
  GtkWidget *box;

  if (self->values[number] != NULL)
    return;
  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->values[number] = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->values[number]), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (self->values[number]), "kad-caption");
  gtk_box_append (GTK_BOX (box),
                  kad_gui_swatch_new (number == 0 ? KAD_GUI_COLOR_A : KAD_GUI_COLOR_B,
                                      number == 0 ? KAD_GUI_SWATCH_LINE : KAD_GUI_SWATCH_DASHES));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->values[number]));
  gtk_box_append (self->legend, box);
}

void
kad_gui_time_chart_set_series (KadGuiTimeChart *self, guint number, KadGuiSeries *series,
                               const char *label)
{
  drop_series (self, number);
  ensure_legend (self, number);
  kad_gui_time_plot_set_series (self->plot, number, series, label);
  if (series != NULL)
    {
      self->series[number] = g_object_ref (series);
      self->handlers[number]
          = g_signal_connect_swapped (series, "changed", G_CALLBACK (update_legend), self);
    }
  update_twin (self);
  update_legend (self);
}

void
kad_gui_time_chart_set_note (KadGuiTimeChart *self, const char *note)
{
  gtk_label_set_label (self->note, note);
  gtk_widget_set_visible (GTK_WIDGET (self->note), *note != '\0');
}
