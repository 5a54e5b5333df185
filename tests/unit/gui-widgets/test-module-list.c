/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-module-list.h"

#include "lists-finder.h"

static KadGuiModule *
new_module (const char *name, const char *state, const char *error)
{
  KadGuiModule *module = kad_gui_module_new ();

  kad_gui_item_set_string (module, KAD_GUI_MODULE_FIELD_NAME, name);
  kad_gui_item_set_string (module, KAD_GUI_MODULE_FIELD_STATE, state);
  kad_gui_item_set_string (module, KAD_GUI_MODULE_FIELD_ERROR, error);
  return module;
}

static void
test_failed_come_first (void)
{
  g_autoptr (GListStore) store = g_list_store_new (KAD_GUI_TYPE_MODULE);
  g_autoptr (KadGuiModule) good = new_module ("a-good", "loaded", "");
  g_autoptr (KadGuiModule) bad = new_module ("z-bad", "failed", "the file was cut short");
  GtkWidget *window = gtk_window_new ();
  GtkWidget *list = kad_gui_module_list_new ();
  GtkWidget *box;

  g_test_summary ("Modules that failed come first, with why and what to do");
  g_list_store_append (store, good);
  g_list_store_append (store, bad);
  gtk_window_set_child (GTK_WINDOW (window), list);
  kad_gui_module_list_set_model (KAD_GUI_MODULE_LIST (list), G_LIST_MODEL (store));
  gtk_window_present (GTK_WINDOW (window));
  lists_run (100);
  box = lists_find (list, GTK_TYPE_LIST_BOX, NULL);
  g_assert_true (lists_shows (gtk_widget_get_first_child (box), "z-bad"));
  g_assert_true (lists_shows (list, "It failed: the file was cut short"));
  g_assert_true (lists_shows (list, "Copy or install the file again."));
  gtk_test_accessible_assert_property (gtk_widget_get_first_child (box),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "z-bad");
  gtk_test_accessible_assert_property (gtk_widget_get_first_child (box),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "It failed: the file was cut short");
  kad_gui_item_set_string (good, KAD_GUI_MODULE_FIELD_VERSION, "1.2.3");
  g_assert_true (lists_shows (list, "1.2.3"));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_gives_advice (void)
{
  static const char *const errors[][2] = {
    { "it was built for version 2 of the module API, and this is version 1: build it against the "
      "installed headers",
      "belongs to this version of Kad" },
    { "x.so: undefined symbol: kad_new", "belongs to this version of Kad" },
    { "everybody may write to x.so, so anybody's code could be in it: chmod o-w",
      "right to write" },
    { "there is a module \"x\" already: y.so", "Remove one" },
    { "something else", "Install the module again" },
  };

  g_test_summary ("For what a module fails of there is something to do");
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_autoptr (KadGuiModule) module = new_module ("x", "failed", errors[i][0]);

      g_assert_true (kad_gui_module_is_failed (module));
      g_assert_nonnull (strstr (kad_gui_module_get_advice (module), errors[i][1]));
    }
}

static void
test_says_that_there_are_none (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *list = kad_gui_module_list_new ();

  g_test_summary ("A node without modules is no blank page");
  gtk_window_set_child (GTK_WINDOW (window), list);
  gtk_window_present (GTK_WINDOW (window));
  lists_run (100);
  g_assert_true (lists_shows (list, "No Modules"));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/module-list/failed-come-first", test_failed_come_first);
  g_test_add_func ("/gui/module-list/gives-advice", test_gives_advice);
  g_test_add_func ("/gui/module-list/says-that-there-are-none", test_says_that_there_are_none);
  return g_test_run ();
}
