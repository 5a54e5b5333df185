/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-store.h"

#include "kad-gui-bucket.h"
#include "kad-gui-publication.h"
#include "kad-gui-step.h"

static KadGuiQuery *
add_query (KadGuiStore *store, gint64 id, KadGuiQueryState state)
{
  g_autoptr (KadGuiQuery) query = kad_gui_query_new ();

  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_ID, id);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE, state);
  kad_gui_store_add_query (store, query);
  return query; /* the store has it */
}

static void
test_queries_are_bounded (void)
{
  g_autoptr (KadGuiStore) store = kad_gui_store_new ();
  GListModel *queries = kad_gui_store_get_queries (store);

  g_test_summary ("Finished queries make room for newer ones, those at work stay");
  for (guint i = 1; i <= 5; i++)
    add_query (store, i, KAD_GUI_QUERY_RUNNING);
  for (guint i = 6; i <= 1000; i++)
    add_query (store, i, KAD_GUI_QUERY_FINISHED);
  g_assert_cmpuint (g_list_model_get_n_items (queries), ==, KAD_GUI_MAX_QUERIES);
  g_assert_nonnull (kad_gui_store_find_query (store, 1));
  g_assert_nonnull (kad_gui_store_find_query (store, 1000));
  g_assert_null (kad_gui_store_find_query (store, 6));
  for (guint i = 1001; i <= 3000; i++)
    add_query (store, i, KAD_GUI_QUERY_RUNNING);
  g_assert_cmpuint (g_list_model_get_n_items (queries), <=, 2 * KAD_GUI_MAX_QUERIES);
}

static void
test_own_query_takes_over_its_lines (void)
{
  g_autoptr (KadGuiStore) store = kad_gui_store_new ();
  KadGuiQuery *own = add_query (store, 0, KAD_GUI_QUERY_RUNNING);
  KadGuiQuery *lines = add_query (store, 77, KAD_GUI_QUERY_RUNNING);
  g_autoptr (KadGuiStep) step = kad_gui_step_new ();

  g_test_summary ("What came by lines before the run of our own query was known becomes its own");
  g_list_store_append (G_LIST_STORE (lines->steps), step);
  kad_gui_item_set_uint (lines, KAD_GUI_QUERY_FIELD_HEARD, 12);
  kad_gui_store_set_run (store, own, 77);
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_queries (store)), ==, 1);
  g_assert_true (kad_gui_store_find_query (store, 77) == own);
  g_assert_cmpuint (g_list_model_get_n_items (own->steps), ==, 1);
  g_assert_cmpuint (own->heard, ==, 12);
  kad_gui_store_set_run (store, own, 77);
  g_assert_true (kad_gui_store_find_query (store, 77) == own);
}

static void
test_events_are_bounded (void)
{
  g_autoptr (KadGuiStore) store = kad_gui_store_new ();
  GListModel *events = kad_gui_store_get_events (store);

  g_test_summary ("The newest events are kept, in order");
  for (guint batch = 0; batch < 7; batch++)
    {
      g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

      for (guint i = 0; i < 3000; i++)
        {
          KadGuiEvent *event = kad_gui_event_new ();

          kad_gui_item_set_int64 (event, KAD_GUI_EVENT_FIELD_NUMBER, batch * 3000 + i);
          g_ptr_array_add (items, event);
        }
      kad_gui_store_append_events (store, items);
    }
  g_assert_cmpuint (g_list_model_get_n_items (events), ==, KAD_GUI_MAX_EVENTS);
  for (guint i = 0; i < KAD_GUI_MAX_EVENTS; i += 999)
    {
      g_autoptr (KadGuiEvent) event = g_list_model_get_item (events, i);

      g_assert_cmpint (event->number, ==, 21000 - KAD_GUI_MAX_EVENTS + i);
    }
}

static GVariant *
new_row (const char *peer, guint bucket, guint flags)
{
  GVariantBuilder rows;

  g_variant_builder_init (&rows, G_VARIANT_TYPE ("a(sutttsasu)"));
  g_variant_builder_add (&rows, "(sutttsasu)", peer, bucket, (guint64) 0, (guint64) 0, (guint64) 0,
                         "", NULL, flags);
  return g_variant_ref_sink (g_variant_builder_end (&rows));
}

static gint64
at_1000_s (gpointer user_data)
{
  return 1000 * (gint64) G_USEC_PER_SEC;
}

static void
on_table_changed (KadGuiStore *store, gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_buckets_are_counted (void)
{
  g_autoptr (KadGuiStore) store = kad_gui_store_new ();
  g_autoptr (GVariant) row
      = new_row ("12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN", 4, 1 | 4);
  g_autoptr (GVariant) told = g_variant_ref_sink (
      g_variant_new_parsed ("[(uint32 4, uint32 1, uint32 9, uint32 1, int64 5, int64 6),"
                            " (uint32 4000, uint32 1, uint32 1, uint32 1, int64 5, int64 6)]"));
  g_autoptr (KadGuiBucket) bucket = g_list_model_get_item (kad_gui_store_get_buckets (store), 4);
  guint n_changes = 0;

  g_test_summary ("Buckets are counted from the peers, and get from the source what only it knows");
  kad_gui_store_set_clock (store, at_1000_s, NULL);
  g_signal_connect (store, "table-changed", G_CALLBACK (on_table_changed), &n_changes);
  kad_gui_peer_list_reset_table (kad_gui_store_get_peers (store), row,
                                 kad_gui_store_get_now_us (store));
  kad_gui_store_table_changed (store);
  kad_gui_store_apply_buckets (store, told);
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_buckets (store)), ==, 256);
  g_assert_cmpuint (bucket->size, ==, 1);
  g_assert_cmpuint (bucket->connected, ==, 1);
  g_assert_cmpuint (bucket->stale, ==, 1);
  g_assert_cmpuint (bucket->replacements, ==, 9);
  kad_gui_store_clear (store);
  g_assert_cmpuint (bucket->size, ==, 0);
}

static GPtrArray *
new_publications (const char *const *paths, guint stored)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (; *paths != NULL; paths++)
    {
      KadGuiPublication *item = kad_gui_publication_new ();

      kad_gui_item_set_string (item, KAD_GUI_PUBLICATION_FIELD_PATH, *paths);
      kad_gui_item_set_uint (item, KAD_GUI_PUBLICATION_FIELD_STORED, stored);
      g_ptr_array_add (items, item);
    }
  return items;
}

static void
test_lists_change_in_place (void)
{
  g_autoptr (KadGuiStore) store = kad_gui_store_new ();
  GListModel *list = kad_gui_store_get_publications (store);
  g_autoptr (GPtrArray) first = new_publications ((const char *[]){ "/a", "/b", "/c", NULL }, 1);
  g_autoptr (GPtrArray) second = new_publications ((const char *[]){ "/d", "/b", NULL }, 2);
  g_autoptr (KadGuiPublication) b = NULL;
  g_autoptr (KadGuiPublication) same = NULL;

  g_test_summary ("A list that is read again keeps the items that are still there");
  kad_gui_store_replace (store, list, first, "path");
  b = g_list_model_get_item (list, 1);
  kad_gui_store_replace (store, list, second, "path");
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 2);
  same = g_list_model_get_item (list, 0);
  g_assert_true (same == b);
  g_assert_cmpuint (b->stored, ==, 2);
}

static void
test_who_left_goes_by_itself (void)
{
  KadGuiStore *store = kad_gui_store_new ();
  g_autoptr (GVariant) row = new_row ("12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN", 4, 0);
  g_autoptr (GVariant) none = new_row ("", 0, 0);

  g_test_summary ("A store that ends while somebody who left is shown leaves no timer");
  kad_gui_peer_list_reset_table (kad_gui_store_get_peers (store), row, 1);
  kad_gui_peer_list_reset_table (kad_gui_store_get_peers (store), none,
                                 kad_gui_store_get_now_us (store));
  kad_gui_store_table_changed (store);
  g_assert_true (g_main_context_find_source_by_user_data (NULL, store) != NULL);
  g_object_unref (store);
  g_assert_null (g_main_context_find_source_by_user_data (NULL, store));
}

static KadGuiQuery *
add_run (KadGuiStore *store, gint64 run, gboolean own)
{
  g_autoptr (KadGuiQuery) query = kad_gui_query_new ();

  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_ID, run);
  kad_gui_item_set_boolean (query, KAD_GUI_QUERY_FIELD_OWN, own);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_RUNNING);
  kad_gui_store_add_query (store, query);
  return query;
}

static void
test_runs_are_forgotten (void)
{
  g_autoptr (KadGuiStore) store = kad_gui_store_new ();
  KadGuiQuery *other = add_run (store, 5, FALSE);
  KadGuiQuery *own = add_run (store, 6, TRUE);
  KadGuiQuery *later;

  g_test_summary ("Of a node that runs no more nobody is found by number; its queries have ended");
  kad_gui_store_forget_runs (store);
  g_assert_null (kad_gui_store_find_query (store, 5));
  g_assert_null (kad_gui_store_find_query (store, 6));
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_queries (store)), ==, 2);
  g_assert_cmpuint (other->state, ==, KAD_GUI_QUERY_FINISHED);
  /* Of our own its object tells. */
  g_assert_cmpuint (own->state, ==, KAD_GUI_QUERY_RUNNING);
  later = add_run (store, 5, FALSE);
  g_assert_true (kad_gui_store_find_query (store, 5) == later);
}

static void
test_a_run_may_change (void)
{
  g_autoptr (KadGuiStore) store = kad_gui_store_new ();
  KadGuiQuery *own = add_run (store, 0, TRUE);

  g_test_summary ("A query that runs once more is found by its new run alone");
  kad_gui_store_set_run (store, own, 3);
  g_assert_true (kad_gui_store_find_query (store, 3) == own);
  kad_gui_store_set_run (store, own, 4);
  g_assert_true (kad_gui_store_find_query (store, 4) == own);
  g_assert_null (kad_gui_store_find_query (store, 3));
  kad_gui_store_clear (store);
  g_assert_null (kad_gui_store_find_query (store, 4));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/store/queries-are-bounded", test_queries_are_bounded);
  g_test_add_func ("/gui/store/own-query-takes-over-its-lines",
                   test_own_query_takes_over_its_lines);
  g_test_add_func ("/gui/store/events-are-bounded", test_events_are_bounded);
  g_test_add_func ("/gui/store/buckets-are-counted", test_buckets_are_counted);
  g_test_add_func ("/gui/store/lists-change-in-place", test_lists_change_in_place);
  g_test_add_func ("/gui/store/runs-are-forgotten", test_runs_are_forgotten);
  g_test_add_func ("/gui/store/a-run-may-change", test_a_run_may_change);
  g_test_add_func ("/gui/store/who-left-goes-by-itself", test_who_left_goes_by_itself);
  return g_test_run ();
}
