/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-node-testing.h"
#include "kad-operation.h"
#include "kad-publication-item.h"

/* Two nodes over tcp: one publishes, the other keeps it. */

typedef struct
{
  KadNode *server;
  KadNode *publisher;
  GBytes *key;
  GBytes *value;
} Pair;

static void
pair_init (Pair *self)
{
  g_auto (GStrv) addresses = NULL;

  self->key = g_bytes_new_static ("key", 3);
  self->value = g_bytes_new_static ("value", 5);
  self->server = make_node (KAD_MODE_SERVER, NULL);
  start_node (self->server);
  addresses = kad_node_dup_addresses (self->server);
  self->publisher = make_node (KAD_MODE_SERVER, addresses[0]);
  start_node (self->publisher);
  run_until (kad_node_is_joined (self->publisher));
}

static void
pair_clear (Pair *self)
{
  stop_node (self->publisher);
  stop_node (self->server);
  finish_turns ();
  g_clear_object (&self->publisher);
  g_clear_object (&self->server);
  g_bytes_unref (self->key);
  g_bytes_unref (self->value);
}

static guint
show (Pair *self, const char *tag)
{
  g_autoptr (GVariant) rows = NULL;
  g_autoptr (GError) error = NULL;
  Wait wait = { 0 };

  kad_node_show_publications_async (self->publisher, tag, NULL, wait_on_ready, &wait);
  rows = kad_node_show_publications_finish (self->publisher, wait_for (&wait), &error);
  g_assert_no_error (error);
  wait_clear (&wait);
  return (guint) g_variant_n_children (rows);
}

static void
test_typed_calls (void)
{
  Pair pair;
  Wait wait = { 0 };
  g_autoptr (GError) error = NULL;
  guint stored = 0;

  g_test_summary ("published for two tags, shown, announced again, and unpublished");
  pair_init (&pair);
  kad_node_publish_async (pair.publisher, pair.key, NULL, NULL, FALSE, TRUE, NULL, wait_on_ready,
                          &wait);
  g_assert_true (kad_node_publish_finish (pair.publisher, wait_for (&wait), &stored, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (stored, ==, 1);
  wait_clear (&wait);
  kad_node_publish_async (pair.publisher, pair.key, pair.value, "app", TRUE, FALSE, NULL,
                          wait_on_ready, &wait);
  g_assert_true (kad_node_publish_finish (pair.publisher, wait_for (&wait), &stored, &error));
  g_assert_cmpuint (stored, ==, 0);
  wait_clear (&wait);
  g_assert_cmpuint (show (&pair, NULL), ==, 2);
  g_assert_cmpuint (show (&pair, "app"), ==, 1);
  g_assert_cmpuint (show (&pair, ""), ==, 1);

  kad_node_refresh_publication_async (pair.publisher, KAD_PUBLICATION_PROVIDER, pair.key, NULL,
                                      wait_on_ready, &wait);
  g_assert_true (kad_node_refresh_publication_finish (pair.publisher, wait_for (&wait), &error));
  wait_clear (&wait);
  for (guint i = 0; i < 2; i++)
    {
      kad_node_unpublish_async (pair.publisher, KAD_PUBLICATION_RECORD, pair.key, "app", NULL,
                                wait_on_ready, &wait);
      g_assert_true (kad_node_unpublish_finish (pair.publisher, wait_for (&wait), &error)
                     == (i == 0));
      wait_clear (&wait);
    }
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
  g_clear_error (&error);
  kad_node_refresh_publication_async (pair.publisher, KAD_PUBLICATION_RECORD, pair.key, NULL,
                                      wait_on_ready, &wait);
  g_assert_false (kad_node_refresh_publication_finish (pair.publisher, wait_for (&wait), &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
  wait_clear (&wait);
  g_assert_cmpuint (show (&pair, NULL), ==, 1);
  pair_clear (&pair);
}

static void
await_operation (KadOperation *operation)
{
  run_until (kad_operation_is_done (operation));
  g_assert_no_error (kad_operation_get_error (operation));
}

static void
check_item (Pair *pair, KadPublicationItem *item)
{
  g_autoptr (GBytes) key = NULL;
  KadPublicationKind kind;
  gboolean is_persistent;
  guint wanted;
  gint64 created_us, last_run_us, next_run_us;

  g_object_get (item, "kind", &kind, "key", &key, "is-persistent", &is_persistent, "wanted",
                &wanted, "created-us", &created_us, "last-run-us", &last_run_us, "next-run-us",
                &next_run_us, NULL);
  g_assert_cmpint (kind, ==, KAD_PUBLICATION_RECORD);
  g_assert_true (g_bytes_equal (key, pair->key));
  g_assert_true (is_persistent);
  g_assert_cmpuint (wanted, ==, 1);
  g_assert_cmpint (created_us, <=, last_run_us);
  g_assert_cmpint (last_run_us, <=, g_get_real_time ());
  g_assert_cmpint (next_run_us, >, last_run_us + 8 * G_TIME_SPAN_HOUR);
  g_assert_cmpstr (kad_publication_item_get_tag (item), ==, "app");
  g_assert_cmpuint (kad_publication_item_get_stored (item), ==, 1);
  g_assert_cmpuint (kad_publication_item_get_n_failures (item), ==, 0);
  g_assert_false (kad_publication_item_is_running (item));
  g_assert_null (kad_publication_item_get_problem (item));
}

static void
test_operations (void)
{
  Pair pair;
  g_autoptr (KadOperation) published = NULL;
  g_autoptr (KadOperation) shown = NULL;
  g_autoptr (KadOperation) refreshed = NULL;
  g_autoptr (KadOperation) gone = NULL;
  g_autoptr (KadPublicationItem) first = NULL;
  g_autoptr (KadPublicationItem) second = NULL;

  g_test_summary ("with the publication as an item, before and after");
  pair_init (&pair);
  published = kad_node_begin_publish (pair.publisher, pair.key, pair.value, "app", TRUE, TRUE);
  await_operation (published);
  g_assert_cmpuint (kad_operation_get_stored (published), ==, 1);
  first = g_list_model_get_item (G_LIST_MODEL (published), 0);
  check_item (&pair, first);
  shown = kad_node_begin_show_publications (pair.publisher, NULL);
  await_operation (shown);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (shown)), ==, 1);
  second = g_list_model_get_item (G_LIST_MODEL (shown), 0);
  check_item (&pair, second);
  refreshed = kad_node_begin_refresh_publication (pair.publisher, KAD_PUBLICATION_RECORD, pair.key);
  await_operation (refreshed);
  gone = kad_node_begin_unpublish (pair.publisher, KAD_PUBLICATION_RECORD, pair.key, "app");
  await_operation (gone);
  g_assert_cmpuint (show (&pair, NULL), ==, 0);
  pair_clear (&pair);
}

static void
test_alone_it_is_kept_all_the_same (void)
{
  g_autoptr (KadNode) node = make_node (KAD_MODE_SERVER, NULL);
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);
  g_autoptr (KadOperation) published = NULL;
  g_autoptr (KadOperation) shown = NULL;
  g_autoptr (KadPublicationItem) item = NULL;

  g_test_summary ("wait fails with NotBootstrapped; it stays published, with the problem");
  start_node (node);
  published = kad_node_begin_publish (node, key, NULL, NULL, FALSE, TRUE);
  run_until (kad_operation_is_done (published));
  g_assert_error (kad_operation_get_error (published), KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED);
  shown = kad_node_begin_show_publications (node, "");
  await_operation (shown);
  item = g_list_model_get_item (G_LIST_MODEL (shown), 0);
  g_assert_cmpuint (kad_publication_item_get_n_failures (item), ==, 1);
  g_assert_nonnull (strstr (kad_publication_item_get_problem (item), "table is empty"));
  stop_node (node);
  finish_turns ();
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  int status;

  g_test_init (&argc, &argv, NULL);
  g_main_context_push_thread_default (context);
  g_test_add_func ("/node-publish/calls", test_typed_calls);
  g_test_add_func ("/node-publish/operations", test_operations);
  g_test_add_func ("/node-publish/alone", test_alone_it_is_kept_all_the_same);
  status = g_test_run ();
  g_main_context_pop_thread_default (context);
  return status;
}
