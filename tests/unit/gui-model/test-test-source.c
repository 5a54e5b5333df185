/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-test-source.h"

static guint
count (GListModel *list)
{
  return g_list_model_get_n_items (list);
}

static void
test_full (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_FULL);
  KadGuiStore *store = kad_gui_source_get_store (source);
  g_autoptr (KadGuiQuery) query = NULL;

  g_test_summary ("The full scene has what its header says, the buckets as the keys of its peers");
  g_assert_cmpuint (kad_gui_source_get_state (source), ==, KAD_GUI_SOURCE_OPEN);
  g_assert_cmpuint (kad_gui_peer_list_get_table_size (kad_gui_store_get_peers (store)), ==, 131);
  g_assert_cmpuint (kad_gui_peer_list_get_n_connected (kad_gui_store_get_peers (store)), ==, 15);
  g_assert_cmpuint (count (kad_gui_store_get_queries (store)), ==, 12);
  g_assert_cmpuint (count (kad_gui_store_get_events (store)), ==, 200);
  g_assert_cmpuint (count (kad_gui_store_get_publications (store)), ==, 6);
  g_assert_cmpuint (count (kad_gui_store_get_records (store)), ==, 12);
  g_assert_cmpuint (count (kad_gui_store_get_modules (store)), ==, 4);
  g_assert_nonnull (kad_gui_store_get_stats (store));
  g_assert_cmpint (kad_gui_store_get_now_us (store), ==, KAD_GUI_TEST_NOW_US);
  query = g_list_model_get_item (kad_gui_store_get_queries (store), 3);
  g_assert_cmpuint (count (query->contacts), ==, 34);
  g_assert_cmpuint (query->queried + query->unreachable, ==, 23);
  g_assert_cmpuint (count (query->results), ==, 1);
  for (guint i = 0; i < 131; i++)
    {
      g_autoptr (KadGuiPeer) peer
          = g_list_model_get_item (G_LIST_MODEL (kad_gui_store_get_peers (store)), i);
      KadKey self;

      g_assert_true (kad_gui_store_get_self_key (store, &self));
      g_assert_cmpuint (peer->bucket, ==, kad_key_common_prefix (&self, &peer->key));
    }
}

static void
test_others (void)
{
  g_autoptr (KadGuiSource) empty = kad_gui_test_source_new (KAD_GUI_TEST_EMPTY);
  g_autoptr (KadGuiSource) failed = kad_gui_test_source_new (KAD_GUI_TEST_FAILED);

  g_test_summary ("The other scenes know nobody; that of a failure says why");
  g_assert_cmpuint (
      count (G_LIST_MODEL (kad_gui_store_get_peers (kad_gui_source_get_store (empty)))), ==, 0);
  g_assert_cmpuint (kad_gui_source_get_state (failed), ==, KAD_GUI_SOURCE_FAILED);
  g_assert_cmpstr (kad_gui_source_get_error_code (failed), ==, "NoService");
}

static void
test_many_peers (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_EMPTY);
  KadGuiStore *store = kad_gui_source_get_store (source);

  g_test_summary ("A table of any size can be had, and no bucket has more than 20");
  kad_gui_test_fill_peers (store, 5000);
  g_assert_cmpuint (kad_gui_peer_list_get_table_size (kad_gui_store_get_peers (store)), ==, 5000);
  for (guint i = 0; i < KAD_KEY_BITS; i++)
    {
      g_autoptr (GObject) bucket = g_list_model_get_item (kad_gui_store_get_buckets (store), i);
      guint size;

      g_object_get (bucket, "size", &size, NULL);
      g_assert_cmpuint (size, <=, 20);
    }
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  kad_gui_source_finish (KAD_GUI_SOURCE (source), result, error);
  if (*error == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "done");
}

static void
test_calls (void)
{
  g_autoptr (KadGuiSource) source = kad_gui_test_source_new (KAD_GUI_TEST_FULL);
  g_autofree char *calls = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("Calls are noted, and fail once if they shall");
  kad_gui_source_set_topics (source, KAD_GUI_TOPIC_STATS);
  kad_gui_test_source_fail_next (KAD_GUI_TEST_SOURCE (source), "no");
  kad_gui_source_check_health_async (source, NULL, on_done, &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (error->message, ==, "no");
  g_clear_error (&error);
  kad_gui_source_check_health_async (source, NULL, on_done, &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_cmpuint (count (kad_gui_store_get_checks (kad_gui_source_get_store (source))), >, 0);
  calls = kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (source));
  g_assert_cmpstr (calls, ==, "follow 0\nfollow 8\ncheck\ncheck");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/test-source/full", test_full);
  g_test_add_func ("/gui/test-source/others", test_others);
  g_test_add_func ("/gui/test-source/many-peers", test_many_peers);
  g_test_add_func ("/gui/test-source/calls", test_calls);
  return g_test_run ();
}
