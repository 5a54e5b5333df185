/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-descent-chart.h"

#include "kad-gui-path-graph.h"
#include "kad-gui-path-layout.h"
#include "kad-gui-queries-testing.h"

static void
test_description_of_a_descent (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_EMPTY);
  GtkWidget *chart = kad_gui_descent_chart_new ();
  GtkWindow *window = kad_gui_testing_show (chart, 500, 300);

  g_test_summary ("The chart says how near the first and the nearest were, and when");
  gtk_test_accessible_assert_role (chart, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (chart, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Nobody has answered yet");
  kad_gui_query_drawing_set_query (KAD_GUI_QUERY_DRAWING (chart),
                                   kad_gui_test_add_query (kad_gui_source_get_store (source), 50,
                                                           "get-providers", TEST_CID, 34, 4100000));
  kad_gui_testing_wait_ms (100);
  gtk_test_accessible_assert_property (
      chart, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
      "The first of 19 who answered has 0 bits in common with the target; the nearest has 8, and "
      "answered after 1.4 s.");
  gtk_window_destroy (window);
}

static void
test_point_under_the_pointer (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_EMPTY);
  GtkWidget *chart = kad_gui_descent_chart_new ();
  GtkWindow *window = kad_gui_testing_show (chart, 500, 300);
  KadGuiQueryDrawingClass *klass = KAD_GUI_QUERY_DRAWING_GET_CLASS (chart);

  g_test_summary ("Where a point is there is its contact, and far from all is none");
  kad_gui_query_drawing_set_query (KAD_GUI_QUERY_DRAWING (chart),
                                   kad_gui_test_add_query (kad_gui_source_get_store (source), 50,
                                                           "get-providers", TEST_CID, 34, 4100000));
  /* Nobody has 0 bits and came late; the first came at once with 0 bits, see above. */
  g_assert_null (
      klass->pick (KAD_GUI_QUERY_DRAWING (chart), gtk_widget_get_width (chart) - 20, 34));
  g_assert_nonnull (klass->pick (KAD_GUI_QUERY_DRAWING (chart), 54, 34));
  gtk_window_destroy (window);
}

static void
test_steps_of_an_axis (void)
{
  g_test_summary ("Steps of an axis are round, and not more than there is room for");
  g_assert_cmpint (kad_gui_query_drawing_nice_step (4100000, 5), ==, 1000000);
  g_assert_cmpint (kad_gui_query_drawing_nice_step (4100000, 4), ==, 1000000);
  g_assert_cmpint (kad_gui_query_drawing_nice_step (4100000, 3), ==, 2000000);
  g_assert_cmpint (kad_gui_query_drawing_nice_step (7, 10), ==, 1);
  g_assert_cmpint (kad_gui_query_drawing_nice_step (1, 1), ==, 1);
  for (gint64 most = 1; most < 100000; most = most * 3 + 1)
    g_assert_cmpint (most / kad_gui_query_drawing_nice_step (most, 6), <=, 6);
}

static void
test_path_graph (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_EMPTY);
  GtkWidget *graph = kad_gui_path_graph_new ();
  GtkWindow *window = kad_gui_testing_show (graph, 700, 300);
  GPtrArray *contacts = kad_gui_query_drawing_get_contacts (KAD_GUI_QUERY_DRAWING (graph));

  g_test_summary ("The path shows who contributed, says so, and the keyboard goes through them");
  gtk_test_accessible_assert_property (graph, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Nobody has contributed yet");
  kad_gui_query_drawing_set_query (KAD_GUI_QUERY_DRAWING (graph),
                                   kad_gui_test_add_query (kad_gui_source_get_store (source), 50,
                                                           "get-providers", TEST_CID, 34, 4100000));
  kad_gui_testing_wait_ms (100);
  g_assert_cmpuint (kad_gui_path_graph_get_n_nodes (KAD_GUI_PATH_GRAPH (graph)), ==, 3);
  g_assert_cmpuint (kad_gui_path_graph_get_n_left_out (KAD_GUI_PATH_GRAPH (graph)), ==, 0);
  g_assert_cmpuint (contacts->len, ==, 3);
  gtk_test_accessible_assert_property (graph, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "3 peers in 3 layers between us and the target; 1 of them "
                                       "gave something. All who contributed are shown.");
  g_assert_true (kad_gui_testing_press (graph, "End"));
  g_assert_true (KAD_GUI_CONTACT (contacts->pdata[2])->gave);
  g_assert_cmpstr (kad_gui_query_drawing_get_selected (KAD_GUI_QUERY_DRAWING (graph)), ==,
                   KAD_GUI_CONTACT (contacts->pdata[2])->peer);
  gtk_window_destroy (window);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/descent-chart/description", test_description_of_a_descent);
  g_test_add_func ("/gui/descent-chart/point-under-the-pointer", test_point_under_the_pointer);
  g_test_add_func ("/gui/query-drawing/steps-of-an-axis", test_steps_of_an_axis);
  g_test_add_func ("/gui/path-graph/shows-who-contributed", test_path_graph);
  return g_test_run ();
}
