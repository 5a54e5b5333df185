/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-fold-box.h"

/* A box with children of so many pixels. */
static GtkWidget *
new_box (int first, int second, gboolean expand)
{
  GtkWidget *box = kad_gui_fold_box_new (10);
  GtkWidget *one = gtk_drawing_area_new ();
  GtkWidget *two = gtk_drawing_area_new ();

  gtk_widget_set_size_request (one, first, 20);
  gtk_widget_set_size_request (two, second, 30);
  gtk_widget_set_hexpand (one, expand);
  gtk_widget_set_parent (one, box);
  gtk_widget_set_parent (two, box);
  return g_object_ref_sink (box);
}

static void
assert_size (GtkWidget *box, GtkOrientation orientation, int for_size, int wanted)
{
  int minimum;

  gtk_widget_measure (box, orientation, for_size, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, ==, wanted);
}

static void
assert_place (GtkWidget *child, int x, int y, int width)
{
  graphene_rect_t place;

  g_assert_true (gtk_widget_compute_bounds (child, gtk_widget_get_parent (child), &place));
  g_assert_cmpfloat (place.origin.x, ==, x);
  g_assert_cmpfloat (place.origin.y, ==, y);
  g_assert_cmpfloat (place.size.width, ==, width);
}

static void
test_folds_where_it_is_narrow (void)
{
  g_autoptr (GtkWidget) box = new_box (100, 200, FALSE);

  g_test_summary ("Children are beside each other where there is room, and else below");
  assert_size (box, GTK_ORIENTATION_HORIZONTAL, -1, 200);
  assert_size (box, GTK_ORIENTATION_VERTICAL, 310, 30);
  assert_size (box, GTK_ORIENTATION_VERTICAL, 309, 60);
  gtk_widget_set_visible (gtk_widget_get_last_child (box), FALSE);
  assert_size (box, GTK_ORIENTATION_VERTICAL, 100, 20);
}

static void
test_gives_room_to_who_expands (void)
{
  g_autoptr (GtkWidget) box = new_box (100, 200, TRUE);

  g_test_summary ("Who expands has what is left, and who is alone in a line all of it");
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 600, NULL, NULL, NULL, NULL);
  gtk_widget_allocate (box, 600, 30, -1, NULL);
  assert_place (gtk_widget_get_first_child (box), 0, 0, 390);
  assert_place (gtk_widget_get_last_child (box), 400, 0, 200);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 400, NULL, NULL, NULL, NULL);
  gtk_widget_allocate (box, 400, 60, -1, NULL);
  assert_place (gtk_widget_get_first_child (box), 0, 0, 400);
  assert_place (gtk_widget_get_last_child (box), 0, 30, 400);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/fold-box/folds-where-it-is-narrow", test_folds_where_it_is_narrow);
  g_test_add_func ("/gui/fold-box/gives-room-to-who-expands", test_gives_room_to_who_expands);
  return g_test_run ();
}
