/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peer-columns.h"

#include <string.h>

#include "table-window.h"

typedef struct
{
  KadGuiSource *source;
  KadGuiStore *store;
  KadGuiPeerSelection *selection;
  KadGuiPeerColumns *columns;
  GtkWindow *window;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->source = kad_gui_test_source_new (KAD_GUI_TEST_FULL);
  f->store = kad_gui_source_get_store (f->source);
  f->selection = kad_gui_peer_selection_new ();
  f->columns = g_object_ref_sink (KAD_GUI_PEER_COLUMNS (kad_gui_peer_columns_new (data != NULL)));
  kad_gui_peer_columns_set_store (f->columns, f->store);
  kad_gui_peer_columns_set_selection (f->columns, f->selection);
  f->window = table_window_show (GTK_WIDGET (f->columns), 900, 500);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (f->window);
  table_window_run (20);
  g_assert_finalize_object (f->columns);
  g_assert_finalize_object (f->selection);
  g_object_unref (f->source);
}

static guint
count_rows (Fixture *f, const char *filter)
{
  kad_gui_peer_columns_set_filter (f->columns, filter);
  table_window_run (60);
  return g_list_model_get_n_items (kad_gui_peer_columns_get_rows (f->columns));
}

static KadGuiPeer *
get_row (Fixture *f, guint position)
{
  g_autoptr (KadGuiPeer) peer
      = g_list_model_get_item (kad_gui_peer_columns_get_rows (f->columns), position);

  g_assert_nonnull (peer);
  return peer;
}

static guint
count_visible_columns (Fixture *f)
{
  GtkWidget *view = table_window_find (GTK_WIDGET (f->columns), GTK_TYPE_COLUMN_VIEW);
  GListModel *columns = gtk_column_view_get_columns (GTK_COLUMN_VIEW (view));
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      n += gtk_column_view_column_get_visible (column) ? 1 : 0;
    }
  return n;
}

static void
test_filters (Fixture *f, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *both = NULL;

  g_test_summary (
      "Words of the filter must all be in id, agent or address; bucket: and state: tell");
  g_assert_cmpuint (count_rows (f, ""), ==, 131);
  g_assert_cmpuint (count_rows (f, "bucket:5"), ==, 14);
  g_assert_cmpuint (count_rows (f, "bucket:55"), ==, 0);
  g_assert_cmpuint (count_rows (f, "state:stale"), ==, 7);
  g_assert_cmpuint (count_rows (f, "bucket:x"), ==, 0);
  g_assert_cmpuint (count_rows (f, "STORM"), >, 0);
  g_assert_cmpstr (get_row (f, 0)->agent, ==, "storm");
  both = g_strdup_printf ("storm %.10s", get_row (f, 0)->addresses[0]);
  g_assert_cmpuint (count_rows (f, both), >, 0);
  g_assert_cmpuint (count_rows (f, "storm kubo"), ==, 0);
  count_rows (f, "");
  first = g_strdup (get_row (f, 3)->id);
  g_assert_cmpuint (count_rows (f, first), ==, 1);
}

static void
test_sorted_by_bucket (Fixture *f, gconstpointer data)
{
  g_test_summary ("Rows are sorted by bucket at first, and stay so when peers come");
  kad_gui_test_fill_peers (f->store, 150);
  table_window_run (400);
  for (guint i = 1; i < 150; i++)
    g_assert_cmpuint (get_row (f, i - 1)->bucket, <=, get_row (f, i)->bucket);
}

static void
test_selection_goes_both_ways (Fixture *f, gconstpointer data)
{
  GtkSingleSelection *rows = GTK_SINGLE_SELECTION (kad_gui_peer_columns_get_rows (f->columns));
  KadGuiPeer *peer;

  g_test_summary ("A row that is selected is the peer of the drawings, and the other way round");
  gtk_single_selection_set_selected (rows, 7);
  g_assert_true (kad_gui_peer_selection_get_peer (f->selection) == get_row (f, 7));
  peer = get_row (f, 99);
  kad_gui_peer_selection_set_peer (f->selection, peer);
  g_assert_cmpuint (gtk_single_selection_get_selected (rows), ==, 99);
  /* Filtered out it is still what is selected, and its row is found again. */
  count_rows (f, "bucket:0");
  g_assert_true (kad_gui_peer_selection_get_peer (f->selection) == peer);
  count_rows (f, "");
  kad_gui_peer_columns_refresh (f->columns);
  g_assert_true (gtk_single_selection_get_selected_item (rows) == peer);
  kad_gui_peer_selection_set_peer (f->selection, NULL);
  g_assert_cmpuint (gtk_single_selection_get_selected (rows), ==, GTK_INVALID_LIST_POSITION);
}

static void
test_columns_follow_the_width (Fixture *f, gconstpointer data)
{
  guint wide = count_visible_columns (f);

  g_test_summary ("In a narrow window some columns are hidden, never who it is and its state");
  gtk_window_set_default_size (f->window, 300, 500);
  table_window_run (300);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (f->columns)), <=, 420);
  g_assert_cmpuint (count_visible_columns (f), <, wide);
  g_assert_cmpuint (count_visible_columns (f), >=, 2);
}

static void
test_says_that_it_is_empty (Fixture *f, gconstpointer data)
{
  GtkStack *stack = GTK_STACK (table_window_find (GTK_WIDGET (f->columns), GTK_TYPE_STACK));
  GtkWidget *label;

  g_test_summary ("Without rows the table says why there are none");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "rows");
  count_rows (f, "no-such-peer");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "empty");
  label = table_window_find (gtk_stack_get_visible_child (stack), GTK_TYPE_LABEL);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (label)), ==, "No peer is like that");
  kad_gui_store_clear (f->store);
  count_rows (f, "");
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (label)), ==,
                   "Nobody is in the routing table yet");
}

static void
test_saves_lines (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = NULL;
  g_auto (GStrv) lines = NULL;

  g_test_summary ("What is saved is a line of JSON for each row that is shown");
  count_rows (f, "bucket:6");
  bytes = kad_gui_peer_columns_save (f->columns);
  lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 9 + 1);
  g_assert_true (g_str_has_prefix (lines[0], "{"));
  g_assert_nonnull (strstr (lines[0], get_row (f, 0)->id));
}

static void
test_connections_are_all (Fixture *f, gconstpointer data)
{
  const char *peer = "12D3KooWLuq98CJT8kfoFmHtsTCXMUVXgrnVpdL15DuBQvtZyTpR";

  g_test_summary ("The table of connections also has peers that are not in the routing table");
  kad_gui_peer_list_set_connected (kad_gui_store_get_peers (f->store), peer, TRUE,
                                   "/ip4/192.0.2.99/tcp/4001", "listener",
                                   kad_gui_store_get_now_us (f->store));
  kad_gui_store_table_changed (f->store);
  table_window_run (400);
  g_assert_cmpuint (count_rows (f, peer), ==, data != NULL ? 1 : 0);
}

#define ADD(path, connections, func)                                                               \
  g_test_add ("/gui-widgets/peer-columns/" path, Fixture, GUINT_TO_POINTER (connections), set_up,  \
              func, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  ADD ("filters", 0, test_filters);
  ADD ("sorted-by-bucket", 0, test_sorted_by_bucket);
  ADD ("selection-goes-both-ways", 0, test_selection_goes_both_ways);
  ADD ("columns-follow-the-width", 0, test_columns_follow_the_width);
  ADD ("says-that-it-is-empty", 0, test_says_that_it_is_empty);
  ADD ("saves-lines", 0, test_saves_lines);
  ADD ("connections-are-all", 1, test_connections_are_all);
  ADD ("table-has-no-others", 0, test_connections_are_all);
  return g_test_run ();
}
