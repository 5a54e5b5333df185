/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-publications-page.h"

#include "lists-finder.h"

#define FAILED 3 /* the row whose announcements fail */

static KadGuiRowList *
get_rows (ListsBench *bench)
{
  return KAD_GUI_ROW_LIST (lists_find (bench->page, KAD_GUI_TYPE_ROW_LIST, NULL));
}

static GtkWidget *
get_child (ListsBench *bench, const char *name)
{
  return GTK_WIDGET (
      gtk_widget_get_template_child (bench->page, KAD_GUI_TYPE_PUBLICATIONS_PAGE, name));
}

/* What the source was asked, but what it follows. */
static char *
take_calls (ListsBench *bench)
{
  g_autofree char *calls = kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (bench->source));
  const char *begin = strstr (calls, "publication ");

  return g_strdup (begin != NULL ? begin : "");
}

/* The dialog that asks. (nullable) */
static GtkWidget *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (GTK_IS_DIALOG (window))
        return window; /* its window has it */
    }
  return NULL;
}

static void
test_tells_how_it_is_doing (void)
{
  ListsBench bench;

  g_test_summary ("A publication is told in words, with its error");
  lists_bench_init (&bench, KAD_GUI_TYPE_PUBLICATIONS_PAGE, KAD_GUI_TEST_FULL, 1500);
  g_assert_cmpuint (lists_count (get_rows (&bench)), ==, 6);
  g_assert_true (lists_shows (bench.page, "14 of 20"));
  g_assert_true (lists_shows (bench.page, "in 19 h"));
  lists_select (get_rows (&bench), FAILED);
  g_assert_true (lists_shows (bench.page, "Nobody took it the last 3 times"));
  g_assert_true (lists_shows (bench.page, "Nobody could be reached"));
  lists_bench_clear (&bench);
}

static void
test_announces (void)
{
  ListsBench bench;
  g_autofree char *calls = NULL;
  g_autofree char *done = NULL;

  g_test_summary ("A publication is announced at once, and how that went is said");
  lists_bench_init (&bench, KAD_GUI_TYPE_PUBLICATIONS_PAGE, KAD_GUI_TEST_FULL, 1500);
  lists_select (get_rows (&bench), FAILED);
  g_signal_emit_by_name (lists_find (bench.page, GTK_TYPE_BUTTON, "Announce Now"), "clicked");
  lists_run (50);
  calls = take_calls (&bench);
  done = lists_bench_take (&bench);
  g_assert_cmpstr (calls, ==, "publication /org/libkad/Kad1/publication/4 0");
  g_assert_cmpstr (done, ==, "toast 'It is being announced'\n");
  g_clear_pointer (&done, g_free);
  kad_gui_test_source_fail_next (KAD_GUI_TEST_SOURCE (bench.source), "it is paused");
  gtk_widget_activate_action (bench.page, "publications.announce", NULL);
  lists_run (50);
  done = lists_bench_take (&bench);
  g_assert_cmpstr (done, ==, "toast 'It cannot be announced: it is paused'\n");
  lists_bench_clear (&bench);
}

static void
test_asks_before_it_removes (void)
{
  ListsBench bench;
  g_autofree char *calls = NULL;
  g_autofree char *removed = NULL;

  g_test_summary ("Removing asks first, and says that copies elsewhere age out within 48 hours");
  lists_bench_init (&bench, KAD_GUI_TYPE_PUBLICATIONS_PAGE, KAD_GUI_TEST_FULL, 1500);
  lists_select (get_rows (&bench), FAILED);
  gtk_widget_activate_action (bench.page, "publications.remove", NULL);
  lists_run (100);
  g_assert_nonnull (find_dialog ());
  g_assert_true (lists_shows (find_dialog (), "within 48 hours"));
  gtk_dialog_response (GTK_DIALOG (find_dialog ()), GTK_RESPONSE_CANCEL);
  lists_run (50);
  g_assert_null (find_dialog ());
  calls = take_calls (&bench);
  g_assert_cmpstr (calls, ==, "");
  gtk_widget_activate_action (bench.page, "publications.remove", NULL);
  lists_run (50);
  gtk_dialog_response (GTK_DIALOG (find_dialog ()), GTK_RESPONSE_ACCEPT);
  lists_run (50);
  removed = take_calls (&bench);
  g_assert_cmpstr (removed, ==, "publication /org/libkad/Kad1/publication/4 1");
  lists_bench_clear (&bench);
}

static void
test_filters_by_app_state_and_text (void)
{
  ListsBench bench;

  g_test_summary ("Publications are filtered by app, how they are doing, and text");
  lists_bench_init (&bench, KAD_GUI_TYPE_PUBLICATIONS_PAGE, KAD_GUI_TEST_FULL, 1500);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (get_child (&bench, "app")), 2);
  lists_run (50);
  g_assert_cmpuint (lists_count (get_rows (&bench)), ==, 2);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (get_child (&bench, "state")), 1);
  lists_run (50);
  g_assert_cmpuint (lists_count (get_rows (&bench)), ==, 1);
  gtk_widget_activate_action (bench.page, "publications.clear-filter", NULL);
  lists_run (50);
  g_assert_cmpuint (lists_count (get_rows (&bench)), ==, 6);
  gtk_editable_set_text (GTK_EDITABLE (get_child (&bench, "search")), "NOBODY could");
  lists_run (300);
  g_assert_cmpuint (lists_count (get_rows (&bench)), ==, 1);
  lists_bench_clear (&bench);
}

static void
test_copies (void)
{
  ListsBench bench;
  g_autofree char *done = NULL;
  g_autofree char *json = NULL;

  g_test_summary ("The key and the row as JSON are copied");
  lists_bench_init (&bench, KAD_GUI_TYPE_PUBLICATIONS_PAGE, KAD_GUI_TEST_FULL, 1500);
  lists_select (get_rows (&bench), FAILED);
  gtk_widget_activate_action (bench.page, "publications.copy-key", NULL);
  done = lists_bench_take (&bench);
  g_assert_cmpstr (done, ==, "copy '/app/settings'\n");
  json = kad_gui_page_dup_selection (KAD_GUI_PAGE (bench.page));
  g_assert_nonnull (strstr (json, "\"key_text\":\"/app/settings\""));
  lists_bench_clear (&bench);
}

static void
test_follows_its_item (void)
{
  ListsBench bench;
  g_autoptr (KadGuiPublication) publication = NULL;

  g_test_summary ("What changes is written where it is shown, and cannot be announced twice");
  lists_bench_init (&bench, KAD_GUI_TYPE_PUBLICATIONS_PAGE, KAD_GUI_TEST_FULL, 1500);
  lists_select (get_rows (&bench), FAILED);
  publication = lists_dup_row (get_rows (&bench), FAILED);
  kad_gui_item_set_boolean (publication, KAD_GUI_PUBLICATION_FIELD_RUNNING, TRUE);
  g_assert_true (lists_shows (bench.page, "It is being announced again now."));
  g_assert_false (
      gtk_widget_is_sensitive (lists_find (bench.page, GTK_TYPE_BUTTON, "Announce Now")));
  lists_bench_clear (&bench);
}

static void
test_fits_and_is_never_blank (void)
{
  ListsBench bench;

  g_test_summary ("The page fits a phone's width, and says if nothing is published");
  lists_bench_init (&bench, KAD_GUI_TYPE_PUBLICATIONS_PAGE, KAD_GUI_TEST_EMPTY, 360);
  g_assert_cmpint (gtk_widget_get_width (bench.window), ==, 360);
  g_assert_true (lists_shows (bench.page, "Nothing Is Published"));
  lists_bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/publications-page/tells-how-it-is-doing", test_tells_how_it_is_doing);
  g_test_add_func ("/gui/publications-page/announces", test_announces);
  g_test_add_func ("/gui/publications-page/asks-before-it-removes", test_asks_before_it_removes);
  g_test_add_func ("/gui/publications-page/filters-by-app-state-and-text",
                   test_filters_by_app_state_and_text);
  g_test_add_func ("/gui/publications-page/copies", test_copies);
  g_test_add_func ("/gui/publications-page/follows-its-item", test_follows_its_item);
  g_test_add_func ("/gui/publications-page/fits-and-is-never-blank", test_fits_and_is_never_blank);
  return g_test_run ();
}
