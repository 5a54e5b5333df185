/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-time-plot.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define NOW (100000 * SECOND)

static gint64
get_now (gpointer user_data)
{
  return NOW;
}

static KadGuiStore *
new_store (void)
{
  KadGuiStore *store = kad_gui_store_new ();

  kad_gui_store_set_clock (store, get_now, NULL);
  return store;
}

static KadGuiTimePlot *
new_plot (KadGuiStore *store, const char *series)
{
  KadGuiTimePlot *plot = KAD_GUI_TIME_PLOT (g_object_ref_sink (kad_gui_time_plot_new ()));

  kad_gui_time_plot_set_store (plot, store);
  kad_gui_time_plot_set_series (plot, 0, kad_gui_store_get_series (store, series), "Peers");
  return plot;
}

static void
test_figures (void)
{
  g_autoptr (KadGuiStore) store = new_store ();
  KadGuiSeries *series = kad_gui_store_get_series (store, "peers");
  g_autoptr (KadGuiTimePlot) plot = new_plot (store, "peers");
  KadGuiPlotFigures figures;
  g_autofree char *text = NULL;

  g_test_summary ("Only what is in the window counts: now, least, most and mean");
  kad_gui_series_add (series, NOW - 700 * SECOND, 1000);
  kad_gui_series_add (series, NOW - 30 * SECOND, 20);
  kad_gui_series_add (series, NOW - 20 * SECOND, 8);
  kad_gui_series_add (series, NOW - 10 * SECOND, 14);
  g_assert_true (kad_gui_time_data_get_figures (kad_gui_time_plot_get_data (plot), 0, &figures));
  g_assert_cmpuint (figures.n, ==, 3);
  g_assert_cmpfloat (figures.now, ==, 14);
  g_assert_cmpfloat (figures.min, ==, 8);
  g_assert_cmpfloat (figures.max, ==, 20);
  g_assert_cmpfloat_with_epsilon (figures.mean, 14, 1e-9);
  text = kad_gui_time_data_dup_description (kad_gui_time_plot_get_data (plot));
  g_assert_cmpstr (text, ==,
                   "Peers: now 14, at least 8, at most 20, 14 in the mean; over the last 10 "
                   "minutes");
  gtk_test_accessible_assert_role (plot, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (plot, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text);
}

static void
test_nothing (void)
{
  g_autoptr (KadGuiStore) store = new_store ();
  g_autoptr (KadGuiTimePlot) plot = new_plot (store, "peers");
  g_autofree char *text = kad_gui_time_data_dup_description (kad_gui_time_plot_get_data (plot));

  g_test_summary ("A series without points says that nothing is known");
  g_assert_cmpstr (text, ==, "Peers: nothing is known; over the last 10 minutes");
}

static void
test_rows (void)
{
  g_autoptr (KadGuiStore) store = new_store ();
  KadGuiSeries *in = kad_gui_store_get_series (store, "bytes_in");
  KadGuiSeries *out = kad_gui_store_get_series (store, "bytes_out");
  g_autoptr (KadGuiTimePlot) plot = new_plot (store, "bytes_in");
  g_autoptr (GPtrArray) rows = NULL;
  const char *const *first;

  g_test_summary ("The table has the same points, the newest first, spread over the window");
  kad_gui_time_plot_set_series (plot, 1, out, "Out");
  for (int i = 599; i >= 0; i--)
    {
      kad_gui_series_add (in, NOW - i * SECOND, i);
      if (i % 2 == 0)
        kad_gui_series_add (out, NOW - i * SECOND, 2 * i);
    }
  rows = kad_gui_time_data_dup_rows (kad_gui_time_plot_get_data (plot), 60);
  g_assert_cmpuint (rows->len, ==, 60);
  first = rows->pdata[0];
  g_assert_cmpuint (g_strv_length ((char **) first), ==, 3);
  g_assert_cmpstr (first[1], ==, "0");
  g_assert_cmpstr (first[2], ==, "0");
  first = rows->pdata[59];
  g_assert_cmpstr (first[1], ==, "590");
}

static void
test_held (void)
{
  g_autoptr (KadGuiStore) store = new_store ();
  KadGuiSeries *series = kad_gui_store_get_series (store, "peers");
  g_autoptr (KadGuiTimePlot) plot = new_plot (store, "peers");
  KadGuiPlotFigures figures;

  g_test_summary ("Where a value holds until the next, the one before the window counts");
  kad_gui_series_add (series, NOW - 900 * SECOND, 3);
  kad_gui_series_add (series, NOW - 800 * SECOND, 7);
  g_assert_false (kad_gui_time_data_get_figures (kad_gui_time_plot_get_data (plot), 0, &figures));
  kad_gui_time_plot_set_held (plot, TRUE);
  g_assert_true (kad_gui_time_data_get_figures (kad_gui_time_plot_get_data (plot), 0, &figures));
  g_assert_cmpuint (figures.n, ==, 1);
  g_assert_cmpfloat (figures.now, ==, 7);
}

static void
on_invalidated (GdkPaintable *paintable, guint *n)
{
  (*n)++;
}

static gboolean
on_timeout (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_ms (guint ms)
{
  gboolean is_over = FALSE;

  g_timeout_add (ms, on_timeout, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_draws_when_its_series_changes (void)
{
  g_autoptr (KadGuiStore) store = new_store ();
  g_autoptr (KadGuiTimePlot) plot = new_plot (store, "peers");
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (plot));
  guint n = 0;

  g_test_summary ("It is drawn anew when its series changes, and at no other time");
  gtk_window_set_child (window, GTK_WIDGET (plot));
  gtk_window_present (window);
  wait_ms (200);
  g_signal_connect (paintable, "invalidate-contents", G_CALLBACK (on_invalidated), &n);
  wait_ms (200);
  kad_gui_series_add (kad_gui_store_get_series (store, "table"), NOW, 3);
  wait_ms (100);
  g_assert_cmpuint (n, ==, 0);
  kad_gui_series_add (kad_gui_store_get_series (store, "peers"), NOW, 3);
  wait_ms (100);
  g_assert_cmpuint (n, >, 0);
  gtk_window_destroy (window);
}

static void
test_goes (void)
{
  g_autoptr (KadGuiStore) store = new_store ();
  KadGuiTimePlot *plot = new_plot (store, "peers");

  g_test_summary ("A plot that is gone hears no more of its series");
  g_assert_finalize_object (plot);
  kad_gui_series_add (kad_gui_store_get_series (store, "peers"), NOW, 3);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/time-plot/figures", test_figures);
  g_test_add_func ("/gui/time-plot/nothing", test_nothing);
  g_test_add_func ("/gui/time-plot/rows", test_rows);
  g_test_add_func ("/gui/time-plot/held", test_held);
  g_test_add_func ("/gui/time-plot/redraw", test_draws_when_its_series_changes);
  g_test_add_func ("/gui/time-plot/finalize", test_goes);
  return g_test_run ();
}
