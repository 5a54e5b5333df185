/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-row-list.h"

#include "kad-gui-record.h"
#include "kad-gui-row-cell.h"
#include "kad-gui-text.h"
#include "lists-finder.h"

#include <time.h>

#define SECOND ((gint64) G_USEC_PER_SEC)

static char *
key_text (gpointer item, gint64 now_us G_GNUC_UNUSED)
{
  return kad_gui_text (KAD_GUI_RECORD (item)->key);
}

static char *
ends_text (gpointer item, gint64 now_us)
{
  return kad_gui_text_in (KAD_GUI_RECORD (item)->expires_us, now_us);
}

static const char *
ends_icon (gpointer item G_GNUC_UNUSED)
{
  return "object-select-symbolic";
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (((const KadGuiRecord *) a)->key, ((const KadGuiRecord *) b)->key);
}

static const KadGuiColumn columns[] = {
  { "Key", KAD_GUI_COLUMN_EXPAND, 8, key_text, NULL, NULL, compare_keys },
  { "Ends", KAD_GUI_COLUMN_TIME | KAD_GUI_COLUMN_ICON_ONLY, 8, ends_text, ends_icon, NULL, NULL },
  { "Again", KAD_GUI_COLUMN_WIDE_ONLY, 8, key_text, NULL, NULL, NULL },
};

typedef struct
{
  GtkWidget *window;
  KadGuiRowList *rows;
  GListStore *list;
  KadGuiStore *store;
  gint64 now_us;
  const char *wanted; /* the filter */
} Bench;

static gint64
read_clock (gpointer user_data)
{
  return *(gint64 *) user_data;
}

static gboolean
matches (gpointer item, gpointer user_data)
{
  Bench *bench = user_data;

  return bench->wanted == NULL || strstr (KAD_GUI_RECORD (item)->key, bench->wanted) != NULL;
}

static void
append (Bench *bench, guint from, guint n)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = from; i < from + n; i++)
    {
      g_autofree char *key = g_strdup_printf ("key %u", i);
      KadGuiRecord *record = kad_gui_record_new ();

      kad_gui_item_set_string (record, KAD_GUI_RECORD_FIELD_KEY, key);
      kad_gui_item_set_int64 (record, KAD_GUI_RECORD_FIELD_EXPIRES_US, 1000 * SECOND);
      g_ptr_array_add (items, record);
    }
  g_list_store_splice (bench->list, g_list_model_get_n_items (G_LIST_MODEL (bench->list)), 0,
                       items->pdata, items->len);
}

static void
bench_init (Bench *bench, guint n, int width)
{
  *bench = (Bench){ .now_us = 900 * SECOND };
  bench->list = g_list_store_new (KAD_GUI_TYPE_RECORD);
  bench->store = kad_gui_store_new ();
  kad_gui_store_set_clock (bench->store, read_clock, &bench->now_us);
  append (bench, 0, n);
  bench->window = gtk_window_new ();
  bench->rows = KAD_GUI_ROW_LIST (kad_gui_row_list_new ("Rows", columns, G_N_ELEMENTS (columns)));
  kad_gui_placeholder_set (kad_gui_row_list_get_placeholder (bench->rows), NULL, "Nothing", NULL);
  kad_gui_row_list_set_filter (bench->rows, matches, bench);
  kad_gui_row_list_set_model (bench->rows, G_LIST_MODEL (bench->list), bench->store);
  gtk_window_set_default_size (GTK_WINDOW (bench->window), width, 400);
  gtk_window_set_decorated (GTK_WINDOW (bench->window), FALSE);
  gtk_window_set_child (GTK_WINDOW (bench->window), GTK_WIDGET (bench->rows));
  gtk_window_present (GTK_WINDOW (bench->window));
  lists_run (200);
}

static void
bench_clear (Bench *bench)
{
  gtk_window_destroy (GTK_WINDOW (bench->window));
  lists_run (20);
  g_object_unref (bench->list);
  g_object_unref (bench->store);
}

static void
filter_by (Bench *bench, const char *wanted)
{
  bench->wanted = wanted;
  kad_gui_row_list_filter_changed (bench->rows, wanted != NULL, "kad.clear");
  lists_run (100);
}

static void
test_filters (void)
{
  Bench bench;

  g_test_summary ("Rows are kept back by the filter; if all are, that and how to undo it is said");
  bench_init (&bench, 30, 800);
  g_assert_cmpuint (lists_count (bench.rows), ==, 30);
  filter_by (&bench, "key 2");
  g_assert_cmpuint (lists_count (bench.rows), ==, 11);
  filter_by (&bench, "nothing has this");
  g_assert_true (lists_shows (GTK_WIDGET (bench.rows), "No Matches"));
  g_assert_true (lists_shows (GTK_WIDGET (bench.rows), "Clear Filter"));
  filter_by (&bench, NULL);
  g_assert_true (lists_shows (GTK_WIDGET (bench.rows), "key 0"));
  g_list_store_remove_all (bench.list);
  g_assert_true (lists_shows (GTK_WIDGET (bench.rows), "Nothing"));
  bench_clear (&bench);
}

static void
test_cells_follow_items_and_time (void)
{
  Bench bench;
  g_autoptr (KadGuiRecord) record = NULL;

  g_test_summary ("Cells are written again when their item changes, and when time has passed");
  bench_init (&bench, 1, 800);
  record = lists_dup_row (bench.rows, 0);
  kad_gui_item_set_string (record, KAD_GUI_RECORD_FIELD_KEY, "changed\n");
  g_assert_true (lists_shows (GTK_WIDGET (bench.rows), "changed\\x0a"));
  g_assert_true (lists_shows (GTK_WIDGET (bench.rows), "in 1 min"));
  bench.now_us += 70 * SECOND;
  g_assert_false (lists_says (GTK_WIDGET (bench.rows), "in 30 s"));
  kad_gui_row_list_refresh (bench.rows);
  g_assert_true (lists_shows (GTK_WIDGET (bench.rows), "in 30 s"));
  bench_clear (&bench);
}

static guint
count_visible_columns (KadGuiRowList *rows)
{
  GtkWidget *view = lists_find (GTK_WIDGET (rows), GTK_TYPE_COLUMN_VIEW, NULL);
  GListModel *list = gtk_column_view_get_columns (GTK_COLUMN_VIEW (view));
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (list, i);

      n += gtk_column_view_column_get_visible (column) ? 1 : 0;
    }
  return n;
}

static void
test_leaves_columns_out_where_it_is_narrow (void)
{
  Bench bench;

  g_test_summary ("A narrow window has fewer columns, and icons in the place of words");
  bench_init (&bench, 3, 800);
  g_assert_cmpuint (count_visible_columns (bench.rows), ==, 3);
  g_assert_false (kad_gui_row_list_get_narrow (bench.rows));
  bench_clear (&bench);
  bench_init (&bench, 3, 360);
  g_assert_true (kad_gui_row_list_get_narrow (bench.rows));
  g_assert_cmpint (gtk_widget_get_width (bench.window), ==, 360);
  g_assert_cmpuint (count_visible_columns (bench.rows), ==, 2);
  g_assert_false (lists_says (GTK_WIDGET (bench.rows), "in 1 min"));
  bench_clear (&bench);
}

static GtkAdjustment *
get_adjustment (Bench *bench)
{
  GtkWidget *scrolled = lists_find (GTK_WIDGET (bench->rows), GTK_TYPE_SCROLLED_WINDOW, NULL);

  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
}

static gboolean
is_at_end (Bench *bench)
{
  GtkAdjustment *adjustment = get_adjustment (bench);

  return gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment)
         >= gtk_adjustment_get_upper (adjustment) - 30;
}

static void
test_follows_the_end (void)
{
  Bench bench;

  g_test_summary ("The end is followed until somebody scrolls up or selects, and on demand again");
  bench_init (&bench, 10, 800);
  kad_gui_row_list_set_following (bench.rows, TRUE);
  append (&bench, 10, 500);
  /* Counting waits for the filter: the end is looked for after it. */
  for (guint i = 0; i < 100 && !(lists_count (bench.rows) == 510 && is_at_end (&bench)); i++)
    lists_run (50);
  g_assert_true (is_at_end (&bench));
  g_assert_true (lists_shows (GTK_WIDGET (bench.rows), "key 509"));
  gtk_adjustment_set_value (get_adjustment (&bench), 0);
  lists_run (50);
  g_assert_false (kad_gui_row_list_get_following (bench.rows));
  append (&bench, 510, 100);
  lists_run (100);
  g_assert_cmpfloat (gtk_adjustment_get_value (get_adjustment (&bench)), <, 100);
  g_signal_emit_by_name (lists_find (GTK_WIDGET (bench.rows), GTK_TYPE_BUTTON, NULL), "clicked");
  gtk_adjustment_set_value (get_adjustment (&bench), 1e9);
  lists_run (100);
  g_assert_true (kad_gui_row_list_get_following (bench.rows));
  lists_select (bench.rows, 100);
  g_assert_false (kad_gui_row_list_get_following (bench.rows));
  g_assert_true (lists_shows (GTK_WIDGET (bench.rows), "key 100"));
  bench_clear (&bench);
}

static void
test_bears_a_long_log (void)
{
  Bench bench;
  clock_t began, took;

  g_test_summary ("Ten thousand rows, the oldest leaving as new ones come, stay smooth");
  bench_init (&bench, 10000, 800);
  kad_gui_row_list_set_following (bench.rows, TRUE);
  lists_run (300);
  began = clock ();
  for (guint i = 0; i < 30; i++)
    {
      g_list_store_splice (bench.list, 0, 50, NULL, 0);
      append (&bench, 10000 + i * 50, 50);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  took = clock () - began;
  g_test_message ("30 batches of 50 in %.0f ms", (double) took * 1e3 / CLOCKS_PER_SEC);
  /* A batch comes four times a second at most, and the processor has others to serve. */
  g_assert_cmpint (took, <, 30 * CLOCKS_PER_SEC / 4);
  lists_run (300);
  g_assert_true (lists_shows (GTK_WIDGET (bench.rows), "key 11499"));
  filter_by (&bench, "key 1149");
  lists_run (300);
  g_assert_cmpuint (lists_count (bench.rows), ==, 10);
  bench_clear (&bench);
}

static GMenuModel *
new_menu (gpointer item, gpointer user_data G_GNUC_UNUSED)
{
  GMenu *menu = g_menu_new ();

  g_menu_append (menu, KAD_GUI_RECORD (item)->key, NULL);
  return G_MENU_MODEL (menu);
}

static void
test_filters_again_what_changed (void)
{
  Bench bench;
  g_autoptr (KadGuiRecord) record = NULL;

  g_test_summary ("A row that is not wanted any more goes when the list is refreshed");
  bench_init (&bench, 5, 800);
  record = lists_dup_row (bench.rows, 3);
  filter_by (&bench, "key");
  kad_gui_item_set_string (record, KAD_GUI_RECORD_FIELD_KEY, "another");
  g_assert_cmpuint (lists_count (bench.rows), ==, 5);
  kad_gui_row_list_refresh (bench.rows);
  g_assert_cmpuint (lists_count (bench.rows), ==, 4);
  bench_clear (&bench);
}

static void
test_opens_the_menu_of_a_row (void)
{
  Bench bench;

  g_test_summary ("The selected row has a menu, without a pointer");
  bench_init (&bench, 5, 800);
  kad_gui_row_list_set_menu (bench.rows, new_menu, NULL);
  g_assert_false (kad_gui_row_list_open_menu (bench.rows));
  lists_select (bench.rows, 3);
  g_assert_true (kad_gui_row_list_open_menu (bench.rows));
  lists_run (200);
  g_assert_true (
      lists_shows (lists_find (GTK_WIDGET (bench.rows), GTK_TYPE_POPOVER_MENU, NULL), "key 3"));
  gtk_popover_popdown (
      GTK_POPOVER (lists_find (GTK_WIDGET (bench.rows), GTK_TYPE_POPOVER_MENU, NULL)));
  lists_run (300);
  bench_clear (&bench);
}

static void
test_sorts (void)
{
  Bench bench;
  GtkWidget *view;
  GListModel *list;
  g_autoptr (GtkColumnViewColumn) column = NULL;
  g_autoptr (KadGuiRecord) first = NULL;

  g_test_summary ("Rows are sorted by a column");
  bench_init (&bench, 20, 800);
  view = lists_find (GTK_WIDGET (bench.rows), GTK_TYPE_COLUMN_VIEW, NULL);
  list = gtk_column_view_get_columns (GTK_COLUMN_VIEW (view));
  column = g_list_model_get_item (list, 0);
  gtk_column_view_sort_by_column (GTK_COLUMN_VIEW (view), column, GTK_SORT_DESCENDING);
  lists_run (100);
  first = lists_dup_row (bench.rows, 0);
  g_assert_cmpstr (first->key, ==, "key 9");
  bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/row-list/filters", test_filters);
  g_test_add_func ("/gui/row-list/cells-follow-items-and-time", test_cells_follow_items_and_time);
  g_test_add_func ("/gui/row-list/leaves-columns-out-where-it-is-narrow",
                   test_leaves_columns_out_where_it_is_narrow);
  g_test_add_func ("/gui/row-list/follows-the-end", test_follows_the_end);
  g_test_add_func ("/gui/row-list/bears-a-long-log", test_bears_a_long_log);
  g_test_add_func ("/gui/row-list/filters-again-what-changed", test_filters_again_what_changed);
  g_test_add_func ("/gui/row-list/opens-the-menu-of-a-row", test_opens_the_menu_of_a_row);
  g_test_add_func ("/gui/row-list/sorts", test_sorts);
  return g_test_run ();
}
