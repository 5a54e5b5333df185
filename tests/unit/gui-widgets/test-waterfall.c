/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-waterfall.h"

#include "kad-gui-queries-testing.h"
#include "kad-gui-waterfall-bar.h"

typedef struct
{
  KadGuiSource *source;
  KadGuiStore *store;
  KadGuiWaterfall *waterfall;
  GtkWindow *window;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  f->source = kad_gui_test_source_new (KAD_GUI_TEST_EMPTY);
  f->store = kad_gui_source_get_store (f->source);
  f->waterfall = KAD_GUI_WATERFALL (kad_gui_waterfall_new ());
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (f->waterfall));
  f->window = kad_gui_testing_show (scroller, 700, 400);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (f->window);
  g_object_unref (f->source);
}

static KadGuiQuery *
show_query (Fixture *f, guint n_contacts)
{
  KadGuiQuery *query
      = kad_gui_test_add_query (f->store, 50, "get-providers", TEST_CID, n_contacts, 4100000);

  kad_gui_query_drawing_set_query (KAD_GUI_QUERY_DRAWING (f->waterfall), query);
  kad_gui_testing_wait_ms (150);
  return query;
}

static void
test_draws_what_is_seen (Fixture *f, gconstpointer data)
{
  g_test_summary ("Of 2,000 contacts only those are drawn that fit");
  show_query (f, 2000);
  g_assert_cmpuint (kad_gui_query_drawing_get_contacts (KAD_GUI_QUERY_DRAWING (f->waterfall))->len,
                    ==, 2000);
  g_assert_cmpuint (kad_gui_waterfall_get_n_drawn (f->waterfall), >, 5);
  g_assert_cmpuint (kad_gui_waterfall_get_n_drawn (f->waterfall), <, 30);
}

static void
test_first_contact_first (Fixture *f, gconstpointer data)
{
  GPtrArray *contacts = kad_gui_query_drawing_get_contacts (KAD_GUI_QUERY_DRAWING (f->waterfall));
  gint64 last_us = 0;
  gboolean is_over = FALSE;

  g_test_summary ("Rows are in the order of the first contact; who was not asked comes last");
  show_query (f, 60);
  for (guint i = 0; i < contacts->len; i++)
    {
      gint64 begin_us = kad_gui_contact_get_begin_us (contacts->pdata[i]);

      if (begin_us < 0)
        is_over = TRUE;
      else
        {
          g_assert_false (is_over);
          g_assert_cmpint (begin_us, >=, last_us);
          last_us = begin_us;
        }
    }
  g_assert_true (is_over);
}

static void
test_still_if_nothing_changes (Fixture *f, gconstpointer data)
{
  g_autoptr (GdkPaintable) paintable = NULL;
  KadGuiQuery *query = show_query (f, 60);
  guint n = 0;

  g_test_summary ("It is drawn when its query changes, and not otherwise");
  paintable = gtk_widget_paintable_new (GTK_WIDGET (f->waterfall));
  kad_gui_testing_wait_ms (200);
  g_signal_connect_swapped (paintable, "invalidate-contents", G_CALLBACK (kad_gui_testing_count),
                            &n);
  kad_gui_test_add_query (f->store, 51, "get-record", TEST_CID, 40, 1000);
  kad_gui_testing_wait_ms (400);
  g_assert_cmpuint (n, ==, 0);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_WAITING, 9);
  kad_gui_testing_wait_ms (400);
  g_assert_cmpuint (n, >, 0);
}

static void
test_bursts_are_one_redraw (Fixture *f, gconstpointer data)
{
  g_autoptr (GdkPaintable) paintable = NULL;
  KadGuiQuery *query = show_query (f, 60);
  guint n = 0;

  g_test_summary ("A hundred changes at once are drawn a few times, not a hundred times");
  paintable = gtk_widget_paintable_new (GTK_WIDGET (f->waterfall));
  kad_gui_testing_wait_ms (200);
  g_signal_connect_swapped (paintable, "invalidate-contents", G_CALLBACK (kad_gui_testing_count),
                            &n);
  for (guint i = 0; i < 100; i++)
    {
      kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_WAITING, 100 + i);
      g_main_context_iteration (NULL, FALSE);
    }
  kad_gui_testing_wait_ms (300);
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n, <, 20);
}

static void
on_peer (KadGuiQueryDrawing *drawing, const char *peer, gpointer user_data)
{
  g_string_append_printf (user_data, "%s\n", peer);
}

static void
test_keyboard (Fixture *f, gconstpointer data)
{
  KadGuiQueryDrawing *drawing = KAD_GUI_QUERY_DRAWING (f->waterfall);
  GPtrArray *contacts = kad_gui_query_drawing_get_contacts (drawing);
  GtkAdjustment *adjustment;
  g_autoptr (GString) activated = g_string_new (NULL);
  g_autofree char *expected = NULL;

  g_test_summary ("Arrows select a row and bring it into view, Enter activates it");
  show_query (f, 200);
  g_object_get (drawing, "vadjustment", &adjustment, NULL);
  g_signal_connect (drawing, "peer-activated", G_CALLBACK (on_peer), activated);
  g_assert_false (kad_gui_testing_press (GTK_WIDGET (drawing), "Return"));
  g_assert_true (kad_gui_testing_press (GTK_WIDGET (drawing), "Down"));
  g_assert_true (kad_gui_testing_press (GTK_WIDGET (drawing), "Down"));
  g_assert_cmpstr (kad_gui_query_drawing_get_selected (drawing), ==,
                   KAD_GUI_CONTACT (contacts->pdata[1])->peer);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, 0);
  g_assert_true (kad_gui_testing_press (GTK_WIDGET (drawing), "End"));
  g_assert_cmpstr (kad_gui_query_drawing_get_selected (drawing), ==,
                   KAD_GUI_CONTACT (contacts->pdata[199])->peer);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), >, 1000);
  g_assert_true (kad_gui_testing_press (GTK_WIDGET (drawing), "Return"));
  expected = g_strdup_printf ("%s\n", KAD_GUI_CONTACT (contacts->pdata[199])->peer);
  g_assert_cmpstr (activated->str, ==, expected);
  g_object_unref (adjustment);
}

static void
test_accessible (Fixture *f, gconstpointer data)
{
  g_test_summary ("It is an image with a label, and with its numbers");
  gtk_test_accessible_assert_role (f->waterfall, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (f->waterfall, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Waterfall of contacts");
  gtk_test_accessible_assert_property (f->waterfall, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "No query is selected");
  show_query (f, 34);
  gtk_test_accessible_assert_property (
      f->waterfall, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
      "34 contacts within 4.1 s: 23 asked, 19 answered, 4 did not answer, 0 are waited for. The "
      "slowest answer took 2.4 s.");
}

static void
test_place_of_a_row (Fixture *f, gconstpointer data)
{
  KadGuiQueryDrawing *drawing = KAD_GUI_QUERY_DRAWING (f->waterfall);
  KadGuiQueryDrawingClass *klass = KAD_GUI_QUERY_DRAWING_GET_CLASS (drawing);
  GPtrArray *contacts = kad_gui_query_drawing_get_contacts (drawing);

  g_test_summary ("What is under the pointer is the row there; above the rows is none");
  show_query (f, 10);
  g_assert_null (klass->pick (drawing, 50, 5));
  g_assert_true (klass->pick (drawing, 50, 30) == contacts->pdata[0]);
  g_assert_true (klass->pick (drawing, 50, 54) == contacts->pdata[1]);
  g_assert_null (klass->pick (drawing, 50, 26 + 10 * 24 + 1));
}

static void
test_lets_go (Fixture *f, gconstpointer data)
{
  KadGuiQuery *query = show_query (f, 10);

  g_test_summary ("Without a query nothing is held or drawn");
  kad_gui_query_drawing_set_query (KAD_GUI_QUERY_DRAWING (f->waterfall), NULL);
  kad_gui_testing_wait_ms (100);
  g_assert_cmpuint (kad_gui_waterfall_get_n_drawn (f->waterfall), ==, 0);
  g_object_add_weak_pointer (G_OBJECT (query), (gpointer *) &query);
  kad_gui_store_clear (f->store);
  g_assert_null (query);
}

static void
test_legend (Fixture *f, gconstpointer data)
{
  g_test_summary ("Each kind of bar has a name of its own");
  for (guint i = 0; i < KAD_GUI_N_BARS; i++)
    for (guint j = 0; j < i; j++)
      g_assert_cmpstr (kad_gui_bar_get_title (i), !=, kad_gui_bar_get_title (j));
}

#define ADD(name, function)                                                                        \
  g_test_add ("/gui/waterfall/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  ADD ("draws-what-is-seen", test_draws_what_is_seen);
  ADD ("first-contact-first", test_first_contact_first);
  ADD ("still-if-nothing-changes", test_still_if_nothing_changes);
  ADD ("bursts-are-one-redraw", test_bursts_are_one_redraw);
  ADD ("keyboard", test_keyboard);
  ADD ("accessible", test_accessible);
  ADD ("place-of-a-row", test_place_of_a_row);
  ADD ("lets-go", test_lets_go);
  ADD ("legend", test_legend);
  return g_test_run ();
}
