/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-series.h"

static void
test_keeps_the_newest (void)
{
  g_autoptr (KadGuiSeries) series = kad_gui_series_new ("peers");
  const KadGuiPoint *points;
  guint n;

  g_test_summary ("Points are in order of time and bounded, and the newest is there");
  for (gint64 i = 1; i <= 5 * KAD_GUI_MAX_POINTS; i++)
    kad_gui_series_add (series, i, (double) i);
  kad_gui_series_add (series, 3, 0);
  points = kad_gui_series_get_points (series, &n);
  g_assert_cmpuint (n, >=, KAD_GUI_MAX_POINTS);
  g_assert_cmpuint (n, <=, 2 * KAD_GUI_MAX_POINTS);
  g_assert_cmpint (points[n - 1].at_us, ==, 5 * KAD_GUI_MAX_POINTS);
  for (guint i = 1; i < n; i++)
    g_assert_cmpint (points[i - 1].at_us, <, points[i].at_us);
}

static void
on_changed (KadGuiSeries *series, gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_reset (void)
{
  g_autoptr (KadGuiSeries) series = kad_gui_series_new ("peers");
  g_autoptr (GVariant) good = g_variant_ref_sink (
      g_variant_new_parsed ("[(int64 1, 2.0), (int64 2, 3.0), (int64 2, 9.0)]"));
  g_autoptr (GVariant) bad = g_variant_ref_sink (g_variant_new_string ("no points"));
  guint n_changes = 0;
  guint n;

  g_test_summary (
      "A reset takes the place of all points and is one change; what are no points is none");
  kad_gui_series_add (series, 50, 1);
  g_signal_connect (series, "changed", G_CALLBACK (on_changed), &n_changes);
  kad_gui_series_reset (series, good);
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpfloat (kad_gui_series_get_points (series, &n)[1].value, ==, 3.0);
  g_assert_cmpuint (n, ==, 2);
  kad_gui_series_reset (series, bad);
  kad_gui_series_get_points (series, &n);
  g_assert_cmpuint (n, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/series/keeps-the-newest", test_keeps_the_newest);
  g_test_add_func ("/gui/series/reset", test_reset);
  return g_test_run ();
}
