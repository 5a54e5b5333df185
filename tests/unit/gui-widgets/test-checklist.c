/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-checklist.h"

static void
assert_row (KadGuiChecklist *list, guint row, const char *expected)
{
  g_autofree char *text = kad_gui_checklist_dup_text (list, row);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_rows (void)
{
  KadGuiChecklist *list = KAD_GUI_CHECKLIST (g_object_ref_sink (kad_gui_checklist_new ()));
  GtkWidget *box = gtk_widget_get_first_child (GTK_WIDGET (list));
  GtkWidget *row;

  g_test_summary (
      "Rows say how it is in words, stay what they are, and go when they are not given");
  kad_gui_checklist_begin (list);
  kad_gui_checklist_add (list, KAD_GUI_TICK_OK, "Listening", "at an address", NULL);
  kad_gui_checklist_add (list, KAD_GUI_TICK_FAIL, "Disk", "It is full", "Make room");
  kad_gui_checklist_end (list);
  g_assert_cmpuint (kad_gui_checklist_get_n_rows (list), ==, 2);
  assert_row (list, 0, "Fine: Listening. at an address");
  assert_row (list, 1, "Failed: Disk. It is full. Make room");
  row = gtk_widget_get_first_child (box);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Fine: Listening. at an address");
  kad_gui_checklist_begin (list);
  kad_gui_checklist_add (list, KAD_GUI_TICK_WARN, "Listening", NULL, NULL);
  kad_gui_checklist_end (list);
  g_assert_cmpuint (kad_gui_checklist_get_n_rows (list), ==, 1);
  g_assert_true (gtk_widget_get_first_child (box) == row);
  assert_row (list, 0, "Warning: Listening");
  g_assert_finalize_object (list);
}

static void
test_words (void)
{
  g_test_summary ("The states of checks are known, and another word is not known");
  g_assert_cmpuint (kad_gui_tick_from_word ("ok"), ==, KAD_GUI_TICK_OK);
  g_assert_cmpuint (kad_gui_tick_from_word ("warn"), ==, KAD_GUI_TICK_WARN);
  g_assert_cmpuint (kad_gui_tick_from_word ("fail"), ==, KAD_GUI_TICK_FAIL);
  g_assert_cmpuint (kad_gui_tick_from_word ("skipped"), ==, KAD_GUI_TICK_SKIPPED);
  g_assert_cmpuint (kad_gui_tick_from_word ("great"), ==, KAD_GUI_TICK_SKIPPED);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/checklist/rows", test_rows);
  g_test_add_func ("/gui/checklist/words", test_words);
  return g_test_run ();
}
