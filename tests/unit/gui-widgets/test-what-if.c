/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-what-if.h"

#include <string.h>

#include "kad-gui-bucket.h"
#include "kad-gui-table-summary.h"
#include "kad-gui-wide-box.h"
#include "table-window.h"

static void
on_target (KadGuiPeerSelection *selection, gpointer user_data)
{
  *(guint *) user_data += 1;
}

static void
test_answers (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_FULL);
  KadGuiStore *store = kad_gui_source_get_store (source);
  g_autoptr (KadGuiPeerSelection) selection = kad_gui_peer_selection_new ();
  KadGuiWhatIf *box = g_object_ref_sink (KAD_GUI_WHAT_IF (kad_gui_what_if_new ()));
  GListModel *closest = kad_gui_what_if_get_closest (box);
  g_autofree char *peer = kad_gui_test_dup_peer (5);
  KadGuiPeer *found = kad_gui_peer_list_find (kad_gui_store_get_peers (store), peer);
  g_autofree char *wanted = NULL;
  g_autoptr (KadGuiPeer) first = NULL;
  guint n_changes = 0;

  g_test_summary ("A key is told its bucket and the twenty closest peers, nearest first");
  g_signal_connect (selection, "target-changed", G_CALLBACK (on_target), &n_changes);
  kad_gui_what_if_set_store (box, store);
  kad_gui_what_if_set_selection (box, selection);
  g_assert_nonnull (found);
  kad_gui_what_if_set_key (box, peer);
  wanted
      = g_strdup_printf ("It belongs into bucket %u. The 20 closest peers known:", found->bucket);
  g_assert_cmpstr (kad_gui_what_if_get_answer (box), ==, wanted);
  g_assert_cmpuint (g_list_model_get_n_items (closest), ==, KAD_GUI_CLOSEST);
  first = g_list_model_get_item (closest, 0);
  g_assert_true (first == found);
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_true (kad_key_equal (kad_gui_peer_selection_get_target (selection), &found->key));
  g_assert_true (kad_gui_peer_selection_is_close (selection, found));
  for (guint i = 1; i < KAD_GUI_CLOSEST; i++)
    {
      g_autoptr (KadGuiPeer) a = g_list_model_get_item (closest, i - 1);
      g_autoptr (KadGuiPeer) b = g_list_model_get_item (closest, i);

      g_assert_cmpint (kad_key_compare_distance (&found->key, &a->key, &b->key), <, 0);
    }
  kad_gui_what_if_set_key (box, "");
  g_assert_null (kad_gui_peer_selection_get_target (selection));
  g_assert_cmpuint (g_list_model_get_n_items (closest), ==, 0);
  g_assert_finalize_object (box);
}

static void
test_says_what_is_wrong (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_FULL);
  g_autoptr (KadGuiPeerSelection) selection = kad_gui_peer_selection_new ();
  GtkWidget *box = g_object_ref_sink (kad_gui_what_if_new ());
  GtkWidget *entry = table_window_find (box, GTK_TYPE_ENTRY);

  g_test_summary ("What is no key is said in words, and asks for no place");
  kad_gui_what_if_set_store (KAD_GUI_WHAT_IF (box), kad_gui_source_get_store (source));
  kad_gui_what_if_set_selection (KAD_GUI_WHAT_IF (box), selection);
  kad_gui_what_if_set_key (KAD_GUI_WHAT_IF (box), "not a key");
  g_assert_true (
      g_str_has_prefix (kad_gui_what_if_get_answer (KAD_GUI_WHAT_IF (box)), "This is no key: "));
  g_assert_true (gtk_widget_has_css_class (entry, "error"));
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_TRUE);
  g_assert_null (kad_gui_peer_selection_get_target (selection));
  kad_gui_what_if_set_key (KAD_GUI_WHAT_IF (box), "text:hello");
  g_assert_false (gtk_widget_has_css_class (entry, "error"));
  g_assert_nonnull (kad_gui_peer_selection_get_target (selection));
  kad_gui_what_if_set_store (KAD_GUI_WHAT_IF (box), NULL);
  g_assert_null (kad_gui_peer_selection_get_target (selection));
  g_assert_finalize_object (box);
}

/* ---- what the table is in words ---- */

static char *
dup_words (const guint *sizes)
{
  g_autoptr (KadGuiStore) store = kad_gui_store_new ();
  KadGuiTableSummary summary;

  for (guint i = 0; sizes[i] != G_MAXUINT; i++)
    {
      g_autoptr (KadGuiItem) bucket = g_list_model_get_item (kad_gui_store_get_buckets (store), i);

      kad_gui_item_set_uint (bucket, KAD_GUI_BUCKET_FIELD_SIZE, sizes[i]);
    }
  kad_gui_table_summary_init (&summary, store);
  return kad_gui_table_summary_dup_text (&summary);
}

static void
test_thin_bucket (void)
{
  g_autofree char *thin = dup_words ((const guint[]){ 20, 20, 20, 20, 7, 20, 15, 8, G_MAXUINT });
  g_autofree char *full = dup_words ((const guint[]){ 20, 20, 19, 11, 6, 2, 3, 1, G_MAXUINT });
  g_autofree char *nobody = dup_words ((const guint[]){ G_MAXUINT });

  g_test_summary ("A bucket with far fewer peers than a deeper one is called thin");
  g_assert_cmpstr (thin, ==, "130 peers in 8 buckets, 0 connected, bucket 4 is thin: 7 of 20");
  g_assert_cmpstr (full, ==, "82 peers in 8 buckets, 0 connected");
  g_assert_cmpstr (nobody, ==, "Nobody is in the routing table yet");
}

/* ---- two children ---- */

static void
test_stacks_where_it_is_narrow (void)
{
  GtkWidget *box = g_object_ref_sink (kad_gui_wide_box_new ());
  GtkWidget *start = gtk_label_new ("start");
  GtkWidget *end = gtk_label_new ("end");
  GtkWindow *window;
  int minimum;

  g_test_summary ("Two children are side by side, and one above the other in a narrow window");
  gtk_widget_set_size_request (start, 300, 50);
  gtk_widget_set_size_request (end, 200, 50);
  kad_gui_wide_box_set_start_child (KAD_GUI_WIDE_BOX (box), start);
  kad_gui_wide_box_set_end_child (KAD_GUI_WIDE_BOX (box), end);
  gtk_widget_measure (box, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, ==, 300);
  window = table_window_show (box, 900, 400);
  g_assert_false (kad_gui_wide_box_get_stacked (KAD_GUI_WIDE_BOX (box)));
  gtk_window_set_default_size (window, 360, 400);
  table_window_run (300);
  g_assert_cmpint (gtk_widget_get_width (box), ==, 360);
  g_assert_true (kad_gui_wide_box_get_stacked (KAD_GUI_WIDE_BOX (box)));
  gtk_window_set_default_size (window, 900, 400);
  table_window_run (300);
  g_assert_false (kad_gui_wide_box_get_stacked (KAD_GUI_WIDE_BOX (box)));
  gtk_window_destroy (window);
  g_assert_finalize_object (box);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui-widgets/what-if/answers", test_answers);
  g_test_add_func ("/gui-widgets/what-if/says-what-is-wrong", test_says_what_is_wrong);
  g_test_add_func ("/gui-widgets/table-summary/thin-bucket", test_thin_bucket);
  g_test_add_func ("/gui-widgets/wide-box/stacks-where-it-is-narrow",
                   test_stacks_where_it_is_narrow);
  return g_test_run ();
}
