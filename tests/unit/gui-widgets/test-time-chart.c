/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-card.h"
#include "kad-gui-histogram.h"
#include "kad-gui-time-chart.h"
#include "kad-gui-twin.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define NOW (100000 * SECOND)

static gint64
get_now (gpointer user_data)
{
  return NOW;
}

/* The first of a type below @widget. */
static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

static gboolean
has_label (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_label (GTK_LABEL (widget)), text))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_label (child, text))
      return TRUE;
  return FALSE;
}

static void
test_legend (void)
{
  g_autoptr (KadGuiStore) store = kad_gui_store_new ();
  KadGuiSeries *series = kad_gui_store_get_series (store, "peers");
  GtkWidget *chart = g_object_ref_sink (kad_gui_time_chart_new ("Peers"));
  KadGuiTimePlot *plot = kad_gui_time_chart_get_plot (KAD_GUI_TIME_CHART (chart));

  g_test_summary ("The legend says what is now, and the drawing is called as the chart");
  kad_gui_store_set_clock (store, get_now, NULL);
  kad_gui_time_plot_set_store (plot, store);
  kad_gui_time_chart_set_series (KAD_GUI_TIME_CHART (chart), 0, series, "Connected");
  g_assert_true (has_label (chart, "Connected –"));
  kad_gui_series_add (series, NOW - SECOND, 12);
  g_assert_true (has_label (chart, "Connected 12"));
  gtk_test_accessible_assert_property (plot, GTK_ACCESSIBLE_PROPERTY_LABEL, "Peers");
  g_assert_finalize_object (chart);
  kad_gui_series_add (series, NOW, 13);
}

static void
test_twin (void)
{
  g_autoptr (KadGuiStore) store = kad_gui_store_new ();
  KadGuiSeries *series = kad_gui_store_get_series (store, "peers");
  GtkWidget *chart = kad_gui_time_chart_new ("Peers");
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());
  GtkWidget *button;
  GtkPopover *popover;
  GtkWidget *view;

  g_test_summary ("The table opens by keyboard, and has the points");
  kad_gui_store_set_clock (store, get_now, NULL);
  kad_gui_time_plot_set_store (kad_gui_time_chart_get_plot (KAD_GUI_TIME_CHART (chart)), store);
  kad_gui_time_chart_set_series (KAD_GUI_TIME_CHART (chart), 0, series, "Connected");
  kad_gui_series_add (series, NOW - 30 * SECOND, 11);
  kad_gui_series_add (series, NOW, 12);
  gtk_window_set_child (window, chart);
  gtk_window_present (window);
  while (!gtk_widget_get_mapped (chart))
    g_main_context_iteration (NULL, TRUE);
  button = find (chart, GTK_TYPE_MENU_BUTTON);
  gtk_window_set_focus (window, NULL);
  g_assert_true (gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), button));
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, "Peers as a Table");
  popover = gtk_menu_button_get_popover (GTK_MENU_BUTTON (button));
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  while (!gtk_widget_get_mapped (GTK_WIDGET (popover)))
    g_main_context_iteration (NULL, TRUE);
  view = find (GTK_WIDGET (popover), GTK_TYPE_COLUMN_VIEW);
  g_assert_cmpuint (
      g_list_model_get_n_items (G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (view)))),
      ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (gtk_column_view_get_columns (GTK_COLUMN_VIEW (view))),
                    ==, 2);
  gtk_window_destroy (window);
}

static void
test_histogram (void)
{
  static const char *const labels[] = { "<25", "25–50", "≥50", NULL };
  const guint counts[] = { 2, 0, 9 };
  GtkWidget *histogram = g_object_ref_sink (kad_gui_histogram_new ("Round-Trip Times"));
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_test_summary ("A histogram says in words what it shows");
  kad_gui_histogram_set_labels (KAD_GUI_HISTOGRAM (histogram), "Milliseconds", labels);
  before = kad_gui_histogram_dup_description (KAD_GUI_HISTOGRAM (histogram));
  g_assert_cmpstr (before, ==, "Nothing is known");
  kad_gui_histogram_set_counts (KAD_GUI_HISTOGRAM (histogram), counts);
  after = kad_gui_histogram_dup_description (KAD_GUI_HISTOGRAM (histogram));
  g_assert_cmpstr (after, ==, "<25: 2; ≥50: 9");
  g_assert_finalize_object (histogram);
}

static void
test_card (void)
{
  GtkWidget *card
      = g_object_ref_sink (g_object_new (KAD_GUI_TYPE_CARD, "title", "Peers", "page", "peers",
                                         "icon-name", "system-users-symbolic", NULL));

  g_test_summary ("A card says all it shows in one sentence, and leads to its page");
  kad_gui_card_set (KAD_GUI_CARD (card), "15", "1 inbound");
  gtk_test_accessible_assert_property (card, GTK_ACCESSIBLE_PROPERTY_LABEL, "Peers: 15, 1 inbound");
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (card)), ==, "kad.show-page");
  g_assert_cmpstr (
      g_variant_get_string (gtk_actionable_get_action_target_value (GTK_ACTIONABLE (card)), NULL),
      ==, "peers");
  g_assert_finalize_object (card);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/time-chart/legend", test_legend);
  g_test_add_func ("/gui/time-chart/twin", test_twin);
  g_test_add_func ("/gui/histogram/description", test_histogram);
  g_test_add_func ("/gui/card/words", test_card);
  return g_test_run ();
}
