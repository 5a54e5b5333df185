/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-records-page.h"

#include "lists-finder.h"

static GtkWidget *
get_child (ListsBench *bench, const char *name)
{
  return GTK_WIDGET (gtk_widget_get_template_child (bench->page, KAD_GUI_TYPE_RECORDS_PAGE, name));
}

static KadGuiRowList *
get_records (ListsBench *bench)
{
  return KAD_GUI_ROW_LIST (get_child (bench, "records"));
}

static KadGuiRowList *
get_providers (ListsBench *bench)
{
  return KAD_GUI_ROW_LIST (get_child (bench, "providers"));
}

static void
show_providers (ListsBench *bench)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (get_child (bench, "providers_button")), TRUE);
  lists_run (100);
}

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
test_shows_both_kinds (void)
{
  ListsBench bench;

  g_test_summary ("Records and providers are two lists, with how many there are");
  lists_bench_init (&bench, KAD_GUI_TYPE_RECORDS_PAGE, KAD_GUI_TEST_FULL, 1300);
  g_assert_cmpuint (lists_count (get_records (&bench)), ==, 5);
  g_assert_cmpuint (lists_count (get_providers (&bench)), ==, 7);
  g_assert_true (lists_shows (bench.page, "Records (5)"));
  g_assert_true (lists_shows (bench.page, "Providers (7)"));
  g_assert_true (lists_shows (bench.page, "ourselves"));
  g_assert_true (lists_shows (bench.page, "5 records, "));
  show_providers (&bench);
  g_assert_true (lists_shows (bench.page, "/ip4/192.0.2.6/tcp/4001"));
  g_assert_true (lists_shows (bench.page, "7 providers"));
  lists_bench_clear (&bench);
}

static void
set_stats (ListsBench *bench, const char *text)
{
  g_autoptr (GVariant) stats = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, NULL);

  g_assert_nonnull (stats);
  kad_gui_store_set_stats (kad_gui_source_get_store (bench->source), stats);
  lists_run (50);
}

static void
test_shows_the_quota_if_it_is_told (void)
{
  ListsBench bench;
  GtkWidget *quota;

  g_test_summary ("How much of the quota is used is shown where the node tells it, else hidden");
  lists_bench_init (&bench, KAD_GUI_TYPE_RECORDS_PAGE, KAD_GUI_TEST_FULL, 1300);
  quota = get_child (&bench, "quota");
  set_stats (&bench, "{'now': <{'records': <uint32 5>, 'records_bytes': <uint64 4000>}>}");
  g_assert_false (gtk_widget_get_visible (quota));
  set_stats (&bench, "{'now': <{'records': <uint32 5>, 'records_bytes': <uint64 4000>}>, 'limits': "
                     "<{'records': <uint64 100>, 'records_bytes': <uint64 16000>}>}");
  g_assert_true (gtk_widget_get_visible (quota));
  g_assert_cmpfloat (gtk_level_bar_get_value (GTK_LEVEL_BAR (quota)), ==, 0.25);
  g_assert_true (lists_shows (bench.page, "5 of 100 records, 4.0\xc2\xa0kB of 16.0\xc2\xa0kB"));
  set_stats (&bench, "{'now': <'nonsense'>, 'limits': <{'records': <'many'>}>}");
  g_assert_false (gtk_widget_get_visible (quota));
  lists_bench_clear (&bench);
}

static void
test_removes_a_record (void)
{
  ListsBench bench;
  g_autofree char *calls = NULL;
  g_autofree char *done = NULL;

  g_test_summary ("A record is removed here after a question; providers cannot be");
  lists_bench_init (&bench, KAD_GUI_TYPE_RECORDS_PAGE, KAD_GUI_TEST_FULL, 1300);
  lists_select (get_records (&bench), 3);
  gtk_widget_activate_action (bench.page, "records.remove", NULL);
  lists_run (100);
  g_assert_nonnull (find_dialog ());
  g_assert_true (lists_shows (find_dialog (), "within 48 hours"));
  g_free (kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (bench.source)));
  gtk_dialog_response (GTK_DIALOG (find_dialog ()), GTK_RESPONSE_ACCEPT);
  lists_run (100);
  calls = kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (bench.source));
  g_assert_true (g_str_has_prefix (calls, "run remove-record {'key': <'/pk/12D3KooW"));
  done = lists_bench_take (&bench);
  g_assert_cmpstr (done, ==, "toast 'The record was removed here'\n");
  show_providers (&bench);
  lists_select (get_providers (&bench), 0);
  g_assert_false (gtk_widget_get_visible (get_child (&bench, "remove")));
  gtk_widget_activate_action (bench.page, "records.remove", NULL);
  lists_run (50);
  g_assert_null (find_dialog ());
  lists_bench_clear (&bench);
}

static void
test_leads_on (void)
{
  ListsBench bench;
  g_autofree char *done = NULL;

  g_test_summary ("A row leads to a query for who provides its key, and to its peer");
  lists_bench_init (&bench, KAD_GUI_TYPE_RECORDS_PAGE, KAD_GUI_TEST_FULL, 1300);
  show_providers (&bench);
  lists_select (get_providers (&bench), 0);
  gtk_widget_activate_action (bench.page, "records.find-providers", NULL);
  gtk_widget_activate_action (bench.page, "records.show-peer", NULL);
  done = lists_bench_take (&bench);
  g_assert_true (g_str_has_prefix (done, "new-query ('get-providers', 'bafkrei"));
  g_assert_nonnull (strstr (done, "\nshow-peer '12D3KooW"));
  lists_bench_clear (&bench);
}

static void
test_filters_and_saves (void)
{
  ListsBench bench;
  const char *name = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_auto (GStrv) lines = NULL;

  g_test_summary ("What is held is filtered by key, peer and address, and saved as it is shown");
  lists_bench_init (&bench, KAD_GUI_TYPE_RECORDS_PAGE, KAD_GUI_TEST_FULL, 1300);
  show_providers (&bench);
  gtk_editable_set_text (GTK_EDITABLE (get_child (&bench, "search")), "/192.0.2.1");
  lists_run (300);
  g_assert_cmpuint (lists_count (get_providers (&bench)), ==, 3);
  bytes = kad_gui_page_save (KAD_GUI_PAGE (bench.page), &name);
  lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1);
  g_assert_cmpstr (name, ==, "kad-providers.ndjson");
  g_assert_cmpuint (g_strv_length (lines), ==, 3 + 1);
  gtk_widget_activate_action (bench.page, "records.clear-filter", NULL);
  lists_run (50);
  g_assert_cmpuint (lists_count (get_providers (&bench)), ==, 7);
  lists_bench_clear (&bench);
}

static void
test_fits_and_is_never_blank (void)
{
  ListsBench bench;

  g_test_summary ("The page fits a phone's width, and says if nothing is held");
  lists_bench_init (&bench, KAD_GUI_TYPE_RECORDS_PAGE, KAD_GUI_TEST_EMPTY, 360);
  g_assert_cmpint (gtk_widget_get_width (bench.window), ==, 360);
  g_assert_true (lists_shows (bench.page, "No Records Held"));
  show_providers (&bench);
  g_assert_true (lists_shows (bench.page, "No Providers Held"));
  lists_bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/records-page/shows-both-kinds", test_shows_both_kinds);
  g_test_add_func ("/gui/records-page/shows-the-quota-if-it-is-told",
                   test_shows_the_quota_if_it_is_told);
  g_test_add_func ("/gui/records-page/removes-a-record", test_removes_a_record);
  g_test_add_func ("/gui/records-page/leads-on", test_leads_on);
  g_test_add_func ("/gui/records-page/filters-and-saves", test_filters_and_saves);
  g_test_add_func ("/gui/records-page/fits-and-is-never-blank", test_fits_and_is_never_blank);
  return g_test_run ();
}
