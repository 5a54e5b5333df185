/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-query-watch.h"

#include "kad-gui-contact.h"
#include "kad-gui-queries-testing.h"

static guint n_changes;

static void
on_changed (gpointer widget)
{
  g_assert_true (GTK_IS_WIDGET (widget));
  n_changes++;
}

static void
test_bursts_are_told_once (void)
{
  GtkWidget *label = gtk_label_new ("x");
  GtkWindow *window = kad_gui_testing_show (label, 200, 100);
  g_autoptr (KadGuiQuery) query = kad_gui_query_new ();
  KadGuiQueryWatch *watch = kad_gui_query_watch_new (label, on_changed);

  g_test_summary ("A burst of changes is told once; lists tell, too");
  n_changes = 0;
  g_assert_true (kad_gui_query_watch_set (watch, query));
  g_assert_false (kad_gui_query_watch_set (watch, query));
  g_assert_cmpuint (n_changes, ==, 1);
  for (guint i = 1; i <= 100; i++)
    kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_WAITING, i);
  g_assert_cmpuint (n_changes, ==, 1);
  kad_gui_testing_wait_ms (300);
  g_assert_cmpuint (n_changes, ==, 2);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (KadGuiContact) contact = kad_gui_contact_new ();

      g_list_store_append (G_LIST_STORE (query->contacts), contact);
    }
  kad_gui_testing_wait_ms (300);
  g_assert_cmpuint (n_changes, ==, 3);
  kad_gui_testing_wait_ms (300);
  g_assert_cmpuint (n_changes, ==, 3);
  kad_gui_query_watch_free (watch);
  gtk_window_destroy (window);
}

static void
test_nobody_looks (void)
{
  GtkWidget *label = gtk_label_new ("x");
  GtkWindow *window = kad_gui_testing_show (label, 200, 100);
  g_autoptr (KadGuiQuery) query = kad_gui_query_new ();
  KadGuiQueryWatch *watch = kad_gui_query_watch_new (label, on_changed);

  g_test_summary ("Nothing is told while the widget is not seen, and once when it is again");
  kad_gui_query_watch_set (watch, query);
  gtk_widget_set_visible (label, FALSE);
  n_changes = 0;
  for (guint i = 1; i <= 100; i++)
    kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_WAITING, i);
  kad_gui_testing_wait_ms (300);
  g_assert_cmpuint (n_changes, ==, 0);
  gtk_widget_set_visible (label, TRUE);
  kad_gui_testing_wait_ms (300);
  g_assert_cmpuint (n_changes, ==, 1);
  kad_gui_query_watch_free (watch);
  gtk_window_destroy (window);
}

static void
test_lets_go (void)
{
  GtkWidget *label = gtk_label_new ("x");
  GtkWindow *window = kad_gui_testing_show (label, 200, 100);
  KadGuiQuery *query = kad_gui_query_new ();
  KadGuiQueryWatch *watch = kad_gui_query_watch_new (label, on_changed);

  g_test_summary ("A watch that goes while a change waits leaves nothing behind");
  kad_gui_query_watch_set (watch, query);
  n_changes = 0;
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_WAITING, 1);
  kad_gui_query_watch_free (watch);
  kad_gui_testing_wait_ms (300);
  g_assert_cmpuint (n_changes, ==, 0);
  g_assert_finalize_object (query);
  gtk_window_destroy (window);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/query-watch/bursts-are-told-once", test_bursts_are_told_once);
  g_test_add_func ("/gui/query-watch/nobody-looks", test_nobody_looks);
  g_test_add_func ("/gui/query-watch/lets-go", test_lets_go);
  return g_test_run ();
}
