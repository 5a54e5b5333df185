/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-chain-view.h"

static KadGuiEvent *
new_event (guint n_named, guint n_asked, const char *consumer)
{
  KadGuiEvent *event = kad_gui_event_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n_named; i++)
    g_ptr_array_add (names, g_strdup_printf ("command-%u", i));
  g_ptr_array_add (names, NULL);
  kad_gui_item_set_strv (event, KAD_GUI_EVENT_FIELD_ASKED, (const char *const *) names->pdata);
  kad_gui_item_set_uint (event, KAD_GUI_EVENT_FIELD_N_ASKED, n_asked);
  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_CONSUMER, consumer);
  kad_gui_item_set_int64 (event, KAD_GUI_EVENT_FIELD_DELIVERY_US, 42);
  kad_gui_item_set_boolean (event, KAD_GUI_EVENT_FIELD_DELIVERED, TRUE);
  return event;
}

static void
assert_words (KadGuiEvent *taken, const char *sentence, const char *rows)
{
  g_autoptr (KadGuiEvent) event = taken;
  g_autofree char *is_sentence = kad_gui_chain_dup_sentence (event);
  g_auto (GStrv) lines = kad_gui_chain_dup_rows (event);
  g_autofree char *is_rows = g_strjoinv ("|", lines);

  g_assert_cmpstr (is_sentence, ==, sentence);
  g_assert_cmpstr (is_rows, ==, rows);
}

static void
test_tells_the_way (void)
{
  g_test_summary ("The way of an event is told: who was asked, who consumed it, how long it took");
  assert_words (new_event (2, 2, "command-1"),
                "2 commands were asked; command-1 consumed it, in 42 µs.",
                "1. command-0: passed it on|2. command-1: consumed it");
  assert_words (new_event (1, 1, ""), "1 command was asked and all passed it on, in 42 µs.",
                "1. command-0: passed it on");
  assert_words (
      new_event (2, 70, "late"), "70 commands were asked; late consumed it, in 42 µs.",
      "1. command-0: passed it on|2. command-1: passed it on|67 more|70. late: consumed it");
  assert_words (new_event (0, 0, ""), "No command was there to be asked.", "");
}

static void
test_tells_what_is_not_known (void)
{
  g_autoptr (KadGuiEvent) event = new_event (2, 2, "command-1");
  g_autofree char *sentence = NULL;
  g_auto (GStrv) rows = NULL;

  g_test_summary ("Nothing is made up of an event that was not traced");
  kad_gui_item_set_boolean (event, KAD_GUI_EVENT_FIELD_DELIVERED, FALSE);
  sentence = kad_gui_chain_dup_sentence (event);
  rows = kad_gui_chain_dup_rows (event);
  g_assert_cmpstr (sentence, ==, "Which commands it passed was not traced.");
  g_assert_cmpuint (g_strv_length (rows), ==, 0);
}

static int
get_height (GtkWidget *view, int width)
{
  int minimum;

  gtk_widget_measure (view, GTK_ORIENTATION_VERTICAL, width, &minimum, NULL, NULL, NULL);
  return minimum;
}

static void
test_takes_the_lines_that_it_needs (void)
{
  g_autoptr (GtkWidget) view = g_object_ref_sink (kad_gui_chain_view_new ());
  g_autoptr (KadGuiEvent) event = new_event (64, 64, "command-63");
  int one_line;

  g_test_summary ("The boxes take more lines where it is narrow, and none without an event");
  g_assert_false (gtk_widget_get_visible (view));
  kad_gui_chain_view_set_event (KAD_GUI_CHAIN_VIEW (view), event);
  g_assert_true (gtk_widget_get_visible (view));
  one_line = get_height (view, 100000);
  g_assert_cmpint (one_line, >, 20);
  g_assert_cmpint (get_height (view, 400), >, 10 * one_line);
  kad_gui_chain_view_set_event (KAD_GUI_CHAIN_VIEW (view), NULL);
  g_assert_false (gtk_widget_get_visible (view));
}

static void
test_follows_its_event (void)
{
  g_autoptr (GtkWidget) view = g_object_ref_sink (kad_gui_chain_view_new ());
  g_autoptr (KadGuiEvent) event = new_event (2, 2, "command-1");

  g_test_summary ("What is known of the delivery later is drawn then");
  kad_gui_item_set_boolean (event, KAD_GUI_EVENT_FIELD_DELIVERED, FALSE);
  kad_gui_chain_view_set_event (KAD_GUI_CHAIN_VIEW (view), event);
  g_assert_false (gtk_widget_get_visible (view));
  kad_gui_item_set_boolean (event, KAD_GUI_EVENT_FIELD_DELIVERED, TRUE);
  g_assert_true (gtk_widget_get_visible (view));
}

static void
test_is_described (void)
{
  g_autoptr (GtkWidget) view = g_object_ref_sink (kad_gui_chain_view_new ());
  g_autoptr (KadGuiEvent) event = new_event (2, 2, "command-1");

  g_test_summary ("The drawing is an image whose description names all who were asked");
  kad_gui_chain_view_set_event (KAD_GUI_CHAIN_VIEW (view), event);
  gtk_test_accessible_assert_role (view, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "The commands that the event passed");
  gtk_test_accessible_assert_property (
      view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
      "2 commands were asked; command-1 consumed it, in 42 µs. 1. command-0: passed it on, "
      "2. command-1: consumed it");
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/chain-view/tells-the-way", test_tells_the_way);
  g_test_add_func ("/gui/chain-view/tells-what-is-not-known", test_tells_what_is_not_known);
  g_test_add_func ("/gui/chain-view/takes-the-lines-that-it-needs",
                   test_takes_the_lines_that_it_needs);
  g_test_add_func ("/gui/chain-view/follows-its-event", test_follows_its_event);
  g_test_add_func ("/gui/chain-view/is-described", test_is_described);
  return g_test_run ();
}
