/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-tiles.h"

static GtkWidget *
new_tiles (guint n, GtkWidget **children)
{
  GtkWidget *tiles = g_object_ref_sink (kad_gui_tiles_new ());

  g_object_set (tiles, "column-width", 100, "max-columns", 6, "spacing", 10, NULL);
  for (guint i = 0; i < n; i++)
    {
      children[i] = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      gtk_widget_set_size_request (children[i], 40, 20 + (int) i);
      kad_gui_tiles_append (KAD_GUI_TILES (tiles), children[i]);
    }
  return tiles;
}

static void
assert_at (GtkWidget *child, int x, int y, int width, int height)
{
  GtkAllocation at;

  gtk_widget_get_allocation (child, &at);
  g_assert_cmpint (at.x, ==, x);
  g_assert_cmpint (at.y, ==, y);
  g_assert_cmpint (at.width, ==, width);
  g_assert_cmpint (at.height, ==, height);
}

static void
allocate (GtkWidget *tiles, int width)
{
  int height;

  gtk_widget_measure (tiles, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_measure (tiles, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  gtk_widget_size_allocate (tiles, &(GtkAllocation){ 0, 0, width, height }, -1);
}

static void
test_columns (void)
{
  GtkWidget *children[6];
  GtkWidget *tiles = new_tiles (6, children);

  g_test_summary ("Six are two rows of three where there is room for five, one column where narrow");
  allocate (tiles, 560);
  assert_at (children[0], 0, 0, 180, 22);
  assert_at (children[2], 380, 0, 180, 22);
  assert_at (children[3], 0, 32, 180, 25);
  allocate (tiles, 150);
  assert_at (children[0], 0, 0, 150, 20);
  assert_at (children[1], 0, 30, 150, 21);
  g_assert_finalize_object (tiles);
}

static void
test_hidden (void)
{
  GtkWidget *children[3];
  GtkWidget *tiles = new_tiles (3, children);

  g_test_summary ("Who is hidden takes no place");
  gtk_widget_set_visible (children[0], FALSE);
  allocate (tiles, 210);
  assert_at (children[1], 0, 0, 100, 22);
  assert_at (children[2], 110, 0, 100, 22);
  g_assert_finalize_object (tiles);
}

static void
test_narrow (void)
{
  GtkWidget *children[6];
  GtkWidget *tiles = new_tiles (6, children);
  int minimum, natural;

  g_test_summary ("It can be as narrow as its widest child");
  gtk_widget_measure (tiles, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, ==, 40);
  g_assert_cmpint (natural, ==, 650);
  g_assert_finalize_object (tiles);
}

static void
test_keyboard (void)
{
  GtkWidget *tiles = kad_gui_tiles_new ();
  GtkWidget *buttons[2] = { gtk_button_new (), gtk_button_new () };
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());

  g_test_summary ("Tab goes from child to child");
  kad_gui_tiles_append (KAD_GUI_TILES (tiles), buttons[0]);
  kad_gui_tiles_append (KAD_GUI_TILES (tiles), buttons[1]);
  gtk_window_set_child (window, tiles);
  gtk_window_present (window);
  while (!gtk_widget_get_mapped (buttons[1]))
    g_main_context_iteration (NULL, TRUE);
  gtk_window_set_focus (window, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD));
      g_assert_true (gtk_window_get_focus (window) == buttons[i]);
    }
  gtk_window_destroy (window);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/tiles/columns", test_columns);
  g_test_add_func ("/gui/tiles/hidden", test_hidden);
  g_test_add_func ("/gui/tiles/narrow", test_narrow);
  g_test_add_func ("/gui/tiles/keyboard", test_keyboard);
  return g_test_run ();
}
