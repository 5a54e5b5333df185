/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-events-page.h"

#include "kad-gui-chain-view.h"
#include "kad-gui-event-detail.h"
#include "kad-gui-module-list.h"
#include "lists-finder.h"

static KadGuiRowList *
get_rows (ListsBench *bench)
{
  return KAD_GUI_ROW_LIST (lists_find (bench->page, KAD_GUI_TYPE_ROW_LIST, NULL));
}

static void
assert_go_to (ListsBench *bench, const char *what, guint n_rows)
{
  g_assert_true (
      kad_gui_page_go_to (KAD_GUI_PAGE (bench->page), "events", g_variant_new_string (what)));
  lists_run (100);
  g_assert_cmpuint (lists_count (get_rows (bench)), ==, n_rows);
}

static void
test_shows_who_consumed (void)
{
  ListsBench bench;
  GtkWidget *detail;

  g_test_summary ("A selected event shows the commands that it passed and who consumed it");
  lists_bench_init (&bench, KAD_GUI_TYPE_EVENTS_PAGE, KAD_GUI_TEST_FULL, 1200);
  detail = lists_find (bench.page, KAD_GUI_TYPE_EVENT_DETAIL, NULL);
  g_assert_cmpuint (lists_count (get_rows (&bench)), ==, 200);
  g_assert_false (gtk_widget_get_mapped (detail));
  lists_select (get_rows (&bench), 30);
  g_assert_true (gtk_widget_get_mapped (detail));
  g_assert_true (lists_shows (detail, "get-providers consumed it"));
  g_assert_true (lists_shows (detail, "\"event\": \"query-step\""));
  g_signal_emit_by_name (lists_find (detail, GTK_TYPE_BUTTON, "Show Query"), "clicked");
  g_autofree char *done = lists_bench_take (&bench);
  g_assert_cmpstr (done, ==, "show-query 13\n");
  gtk_widget_activate_action (bench.page, "events.close-detail", NULL);
  g_assert_false (gtk_widget_get_visible (detail));
  lists_bench_clear (&bench);
}

static void
test_filters (void)
{
  ListsBench bench;

  g_test_summary ("Events are filtered by type, command, query and peer, and losses stay");
  lists_bench_init (&bench, KAD_GUI_TYPE_EVENTS_PAGE, KAD_GUI_TEST_FULL, 1200);
  assert_go_to (&bench, "table-added", 20 + 1);
  assert_go_to (&bench, "show-records", 20 + 1);
  assert_go_to (&bench, "query:13", 20 * 3); /* one of them is the loss */
  assert_go_to (&bench, "", 200);
  gtk_widget_activate_action (bench.page, "events.filter", "s", "consumer:get-providers");
  lists_run (100);
  g_assert_cmpuint (lists_count (get_rows (&bench)), ==, 60);
  gtk_widget_activate_action (bench.page, "events.clear-filter", NULL);
  lists_run (100);
  g_assert_cmpuint (lists_count (get_rows (&bench)), ==, 200);
  lists_bench_clear (&bench);
}

static void
test_losses_are_rows (void)
{
  ListsBench bench;

  g_test_summary ("Lines that are missing are a row that says how many");
  lists_bench_init (&bench, KAD_GUI_TYPE_EVENTS_PAGE, KAD_GUI_TEST_FULL, 1200);
  lists_select (get_rows (&bench), 120);
  g_assert_true (lists_shows (GTK_WIDGET (get_rows (&bench)), "240 lines are missing here"));
  g_assert_true (lists_shows (bench.page, "What happened here is not known."));
  lists_bench_clear (&bench);
}

static void
test_pauses_and_clears (void)
{
  ListsBench bench;
  GtkWidget *pause;

  g_test_summary ("The log is paused with its source, and cleared");
  lists_bench_init (&bench, KAD_GUI_TYPE_EVENTS_PAGE, KAD_GUI_TEST_FULL, 1200);
  pause
      = GTK_WIDGET (gtk_widget_get_template_child (bench.page, KAD_GUI_TYPE_EVENTS_PAGE, "pause"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (pause), TRUE);
  g_assert_true (kad_gui_source_get_paused (bench.source));
  gtk_test_accessible_assert_property (pause, GTK_ACCESSIBLE_PROPERTY_LABEL, "Resume");
  kad_gui_source_set_paused (bench.source, FALSE);
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (pause)));
  gtk_widget_activate_action (bench.page, "events.clear", NULL);
  lists_run (50);
  g_assert_true (lists_shows (bench.page, "No Events Yet"));
  lists_bench_clear (&bench);
}

static void
test_saves_what_is_shown (void)
{
  ListsBench bench;
  const char *name = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (KadGuiEvent) event = NULL;

  g_test_summary ("The lines that are shown are saved behind a first line, each with its delivery");
  lists_bench_init (&bench, KAD_GUI_TYPE_EVENTS_PAGE, KAD_GUI_TEST_FULL, 1200);
  assert_go_to (&bench, "table-added", 21);
  event = g_list_model_get_item (kad_gui_row_list_get_rows (get_rows (&bench)), 0);
  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_DELIVERY_JSON, "{\"t\":1,\"delivery\":{}}");
  bytes = kad_gui_page_save (KAD_GUI_PAGE (bench.page), &name);
  lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1);
  g_assert_cmpstr (name, ==, "kad-events.ndjson");
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + 21 + 1 + 1);
  g_assert_true (g_str_has_prefix (lines[0], "{\"kad-stream\":1,\"version\":\""));
  g_assert_true (g_str_has_prefix (lines[1], "{\"event\":\"table-added\""));
  g_assert_cmpstr (lines[2], ==, event->delivery_json);
  lists_bench_clear (&bench);
}

static void
test_selection_is_a_line (void)
{
  ListsBench bench;
  g_autofree char *none = NULL;
  g_autofree char *line = NULL;

  g_test_summary ("What is copied of a selected event is its line");
  lists_bench_init (&bench, KAD_GUI_TYPE_EVENTS_PAGE, KAD_GUI_TEST_FULL, 1200);
  none = kad_gui_page_dup_selection (KAD_GUI_PAGE (bench.page));
  g_assert_null (none);
  lists_select (get_rows (&bench), 30);
  line = kad_gui_page_dup_selection (KAD_GUI_PAGE (bench.page));
  g_assert_true (g_str_has_prefix (line, "{\"event\":\"query-step\",\"peer\":\"12D3"));
  lists_bench_clear (&bench);
}

static void
test_shows_modules (void)
{
  ListsBench bench;
  GtkWidget *button;

  g_test_summary ("The modules are the other view of the page, the failed one first");
  lists_bench_init (&bench, KAD_GUI_TYPE_EVENTS_PAGE, KAD_GUI_TEST_FULL, 1200);
  button = lists_find (bench.page, GTK_TYPE_TOGGLE_BUTTON, "Modules");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  lists_run (100);
  g_assert_true (lists_shows (bench.page, "It failed: It was built for Kad 0.9, and this is 1.0"));
  kad_gui_page_focus_filter (KAD_GUI_PAGE (bench.page));
  lists_run (100);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (get_rows (&bench))));
  lists_bench_clear (&bench);
}

static void
test_is_labelled_and_fits (void)
{
  ListsBench bench;
  GtkWidget *view;

  g_test_summary ("The page fits a phone's width, and what it has is labelled");
  lists_bench_init (&bench, KAD_GUI_TYPE_EVENTS_PAGE, KAD_GUI_TEST_FULL, 360);
  g_assert_cmpint (gtk_widget_get_width (bench.window), ==, 360);
  view = lists_find (bench.page, GTK_TYPE_COLUMN_VIEW, NULL);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_LABEL, "Events");
  view = lists_find (bench.page, GTK_TYPE_SEARCH_ENTRY, NULL);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_LABEL, "Filter events");
  view = lists_find (bench.page, KAD_GUI_TYPE_CHAIN_VIEW, NULL);
  gtk_test_accessible_assert_role (view, GTK_ACCESSIBLE_ROLE_IMG);
  lists_bench_clear (&bench);
}

static void
test_lets_go_of_its_source (void)
{
  ListsBench bench;

  g_test_summary ("Without a source the page is empty, and nobody keeps the store");
  lists_bench_init (&bench, KAD_GUI_TYPE_EVENTS_PAGE, KAD_GUI_TEST_FULL, 1200);
  lists_select (get_rows (&bench), 30);
  kad_gui_page_set_source (KAD_GUI_PAGE (bench.page), NULL);
  lists_run (50);
  g_assert_cmpuint (lists_count (get_rows (&bench)), ==, 0);
  g_assert_true (lists_shows (bench.page, "No Events Yet"));
  g_assert_cmpuint (G_OBJECT (bench.source)->ref_count, ==, 1);
  lists_bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/events-page/shows-who-consumed", test_shows_who_consumed);
  g_test_add_func ("/gui/events-page/filters", test_filters);
  g_test_add_func ("/gui/events-page/losses-are-rows", test_losses_are_rows);
  g_test_add_func ("/gui/events-page/pauses-and-clears", test_pauses_and_clears);
  g_test_add_func ("/gui/events-page/saves-what-is-shown", test_saves_what_is_shown);
  g_test_add_func ("/gui/events-page/selection-is-a-line", test_selection_is_a_line);
  g_test_add_func ("/gui/events-page/shows-modules", test_shows_modules);
  g_test_add_func ("/gui/events-page/is-labelled-and-fits", test_is_labelled_and_fits);
  g_test_add_func ("/gui/events-page/lets-go-of-its-source", test_lets_go_of_its_source);
  return g_test_run ();
}
