/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-series.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define NOW (10000 * SECOND)
#define WALL (1700000000 * SECOND)

static void
add (KadSeries *series, gint64 at_us, double peers, double bytes)
{
  KadFigures figures = { .at_us = at_us };

  figures.values[KAD_FIGURE_PEERS] = peers;
  figures.values[KAD_FIGURE_BYTES_IN] = bytes;
  kad_series_add (series, &figures);
}

static void
assert_points (KadSeries *series, KadFigure figure, guint seconds, guint step, const char *points)
{
  g_autoptr (GVariant) got
      = g_variant_ref_sink (kad_series_get (series, figure, NOW, WALL, seconds, step));
  g_autofree char *text = g_variant_print (got, FALSE);

  g_assert_cmpstr (text, ==, points);
}

static void
test_means_and_rates (void)
{
  g_autoptr (KadSeries) series = kad_series_new ();

  g_test_summary ("Gauges are means of a step, counters are told by second");

  add (series, NOW - 4 * SECOND, 1, 1000);
  add (series, NOW - 3 * SECOND, 3, 1100);
  add (series, NOW - 2 * SECOND, 5, 1300);
  add (series, NOW - 1 * SECOND, 7, 1600);
  assert_points (series, KAD_FIGURE_PEERS, 10, 2,
                 "[(1699999996000000, 1.0), (1699999998000000, 4.0), (1700000000000000, 7.0)]");
  /* The first has nothing before it. */
  assert_points (series, KAD_FIGURE_BYTES_IN, 10, 2,
                 "[(1699999998000000, 150.0), (1700000000000000, 300.0)]");
}

static void
test_gaps_are_left_out (void)
{
  g_autoptr (KadSeries) series = kad_series_new ();

  g_test_summary ("Where nothing was taken there are no points, and none are invented");

  assert_points (series, KAD_FIGURE_PEERS, 3600, 1, "[]");
  add (series, NOW - 3000 * SECOND, 9, 10);
  add (series, NOW - 100 * SECOND, 8, 60);
  add (series, NOW - 90 * SECOND, 6, 160);
  assert_points (series, KAD_FIGURE_PEERS, 95, 1, "[(1699999910000000, 6.0)]");
  assert_points (series, KAD_FIGURE_BYTES_IN, 95, 1, "[(1699999910000000, 10.0)]");
  assert_points (series, KAD_FIGURE_PEERS, 60, 1, "[]");
}

static void
test_a_new_start_is_no_negative_rate (void)
{
  g_autoptr (KadSeries) series = kad_series_new ();

  g_test_summary ("A counter that is less than before was begun anew");

  add (series, NOW - 3 * SECOND, 0, 5000);
  add (series, NOW - 2 * SECOND, 0, 100);
  add (series, NOW - 1 * SECOND, 0, 150);
  assert_points (series, KAD_FIGURE_BYTES_IN, 10, 1, "[(1699999999000000, 50.0)]");
}

static void
test_an_hour_is_kept (void)
{
  g_autoptr (KadSeries) series = kad_series_new ();
  g_autoptr (GVariant) all = NULL;

  g_test_summary ("Of more points than there is room for, the latest are kept");

  for (guint i = 0; i < KAD_MAX_SERIES_POINTS + 500; i++)
    add (series, NOW - (KAD_MAX_SERIES_POINTS + 499 - (gint64) i) * SECOND, i, i);
  all = g_variant_ref_sink (kad_series_get (series, KAD_FIGURE_PEERS, NOW, WALL, 3600, 1));
  g_assert_cmpuint (g_variant_n_children (all), ==, 3600);
}

static void
test_names (void)
{
  KadFigure figure;

  g_test_summary ("Each figure has its name, and other names are none");

  for (guint i = 0; i < KAD_N_FIGURES; i++)
    {
      g_assert_true (kad_figure_parse (kad_figure_get_name (i), &figure));
      g_assert_cmpuint (figure, ==, i);
    }
  g_assert_false (kad_figure_parse ("weather", &figure));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/series/means-and-rates", test_means_and_rates);
  g_test_add_func ("/series/gaps-are-left-out", test_gaps_are_left_out);
  g_test_add_func ("/series/a-new-start-is-no-negative-rate", test_a_new_start_is_no_negative_rate);
  g_test_add_func ("/series/an-hour-is-kept", test_an_hour_is_kept);
  g_test_add_func ("/series/names", test_names);
  return g_test_run ();
}
