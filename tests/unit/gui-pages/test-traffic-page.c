/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-traffic-page.h"

#include "kad-gui-stats.h"
#include "kad-gui-test-source.h"
#include "kad-gui-time-chart.h"
#include "kad-gui-traffic-tables.h"

static void
test_tables (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_FULL);
  GVariant *stats = kad_gui_store_get_stats (kad_gui_source_get_store (source));
  KadGuiFigureTable *table = g_object_ref_sink (g_object_new (KAD_GUI_TYPE_FIGURE_TABLE, NULL));
  KadGuiFigureTable *commands = g_object_ref_sink (g_object_new (KAD_GUI_TYPE_FIGURE_TABLE, NULL));

  g_test_summary ("Figures are those that the node told");
  kad_gui_traffic_set_up_dials (table);
  kad_gui_traffic_fill_dials (table, stats);
  /* "other" has none. */
  g_assert_cmpuint (kad_gui_figure_table_get_n_rows (table), ==, 3);
  g_assert_cmpstr (kad_gui_figure_table_get_cell (table, 0, 0), ==, "tcp");
  g_assert_cmpstr (kad_gui_figure_table_get_cell (table, 0, 1), ==, "1123");
  g_assert_cmpstr (kad_gui_figure_table_get_cell (table, 0, 3), ==, "72 %");
  kad_gui_traffic_set_up_commands (commands);
  kad_gui_traffic_fill_commands (commands, stats);
  g_assert_cmpuint (kad_gui_figure_table_get_n_rows (commands), ==, 4);
  g_assert_cmpstr (kad_gui_figure_table_get_cell (commands, 1, 0), ==, "get-providers");
  g_assert_cmpstr (kad_gui_figure_table_get_cell (commands, 1, 3), ==, "820 ms");
  g_assert_cmpstr (kad_gui_figure_table_get_cell (commands, 1, 4), ==, "4.1 s");
  kad_gui_traffic_fill_commands (commands, NULL);
  g_assert_cmpuint (kad_gui_figure_table_get_n_rows (commands), ==, 0);
  g_assert_finalize_object (table);
  g_assert_finalize_object (commands);
}

static void
test_nonsense (void)
{
  static const char *const nonsense[] = {
    "{}",
    "{'requests': <5>, 'dials': <'x'>, 'operations': <[1, 2]>}",
    ("{'requests': <{'asked': <{'a': <{'ok': <'no'>, 'failed': <-1>}>, 'b': <7>}>}>, "
     "'dials': <{'t': <{'ok': <uint64 18446744073709551615>}>}>, 'operations': <[{'a': <1>}]>}"),
    "{'operations': <[{'command': <'\\u001b[31mx'>, 'count': <uint64 18446744073709551615>}]>}",
  };
  KadGuiFigureTable *tables[3];

  g_test_summary ("A node that tells something else has no figures, and nothing breaks");
  for (guint i = 0; i < 3; i++)
    tables[i] = g_object_ref_sink (g_object_new (KAD_GUI_TYPE_FIGURE_TABLE, NULL));
  kad_gui_traffic_set_up_messages (tables[0]);
  kad_gui_traffic_set_up_dials (tables[1]);
  kad_gui_traffic_set_up_commands (tables[2]);
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++)
    {
      g_autoptr (GVariant) stats
          = g_variant_parse (G_VARIANT_TYPE_VARDICT, nonsense[i], NULL, NULL, NULL);

      g_assert_nonnull (stats);
      kad_gui_traffic_fill_messages (tables[0], stats);
      kad_gui_traffic_fill_dials (tables[1], stats);
      kad_gui_traffic_fill_commands (tables[2], stats);
      g_assert_cmpuint (kad_gui_figure_table_get_n_rows (tables[0]), ==, 0);
      g_assert_cmpuint (kad_gui_figure_table_get_n_rows (tables[1]), ==, 0);
    }
  /* The last of them is a command whose name is not fit to be shown as it is. */
  g_assert_cmpuint (kad_gui_figure_table_get_n_rows (tables[2]), ==, 1);
  g_assert_null (strchr (kad_gui_figure_table_get_cell (tables[2], 0, 0), '\033'));
  for (guint i = 0; i < 3; i++)
    g_assert_finalize_object (tables[i]);
}

static void
test_stats (void)
{
  g_autoptr (GVariant) stats = g_variant_ref_sink (
      g_variant_new_parsed ("{'a': <{'u': <uint32 3>, 'x': <int64 -4>, 't': <uint64 5>}>}"));
  gint64 value = 0;

  g_test_summary ("Any whole number is found by its path, and what is not there is not");
  g_assert_true (kad_gui_stats_get (stats, "a/u", &value));
  g_assert_cmpint (value, ==, 3);
  g_assert_true (kad_gui_stats_get (stats, "a/x", &value));
  g_assert_cmpint (value, ==, -4);
  g_assert_true (kad_gui_stats_get (stats, "a/t", &value));
  g_assert_cmpint (value, ==, 5);
  g_assert_false (kad_gui_stats_get (stats, "a", &value));
  g_assert_false (kad_gui_stats_get (stats, "a/u/v", &value));
  g_assert_false (kad_gui_stats_get (stats, "b", &value));
  g_assert_false (kad_gui_stats_get (NULL, "b", &value));
}

static void
test_rtt (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_FULL);
  KadGuiHistogram *histogram
      = KAD_GUI_HISTOGRAM (g_object_ref_sink (kad_gui_histogram_new ("RTT")));
  g_autofree char *text = NULL;

  g_test_summary ("Each peer whose round-trip time is known is in one column");
  kad_gui_traffic_set_up_rtt (histogram);
  kad_gui_traffic_fill_rtt (
      histogram, G_LIST_MODEL (kad_gui_store_get_peers (kad_gui_source_get_store (source))));
  text = kad_gui_histogram_dup_description (histogram);
  g_assert_cmpstr (text, ==, "<25: 5; 25–50: 13; 50–100: 30; 100–200: 65; 200–400: 11; ≥800: 7");
  g_assert_finalize_object (histogram);
}

/* All of a type below @widget. */
static void
collect (GtkWidget *widget, GType type, GPtrArray *found)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    g_ptr_array_add (found, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, type, found);
}

static void
test_window (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_FULL);
  GtkWidget *page = g_object_ref_sink (g_object_new (KAD_GUI_TYPE_TRAFFIC_PAGE, NULL));
  g_autoptr (GPtrArray) plots = g_ptr_array_new ();
  g_autoptr (GPtrArray) buttons = g_ptr_array_new ();

  g_test_summary ("One choice of time is for all charts");
  kad_gui_page_set_source (KAD_GUI_PAGE (page), source);
  collect (page, KAD_GUI_TYPE_TIME_PLOT, plots);
  collect (page, GTK_TYPE_TOGGLE_BUTTON, buttons);
  g_assert_cmpuint (plots->len, ==, 5);
  gtk_toggle_button_set_active (buttons->pdata[0], TRUE);
  for (guint i = 0; i < plots->len; i++)
    g_assert_cmpint (kad_gui_time_plot_get_data (plots->pdata[i])->window_us, ==,
                     60 * G_USEC_PER_SEC);
  g_assert_cmpfloat (kad_gui_time_plot_get_data (plots->pdata[4])->band, ==, 381.5);
  g_assert_finalize_object (page);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/traffic/tables", test_tables);
  g_test_add_func ("/gui/traffic/nonsense", test_nonsense);
  g_test_add_func ("/gui/traffic/stats", test_stats);
  g_test_add_func ("/gui/traffic/rtt", test_rtt);
  g_test_add_func ("/gui/traffic/window", test_window);
  return g_test_run ();
}
