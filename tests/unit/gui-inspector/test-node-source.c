/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-node-source.h"

#include "kad-gui-check.h"

#define PATIENCE_US (30 * G_USEC_PER_SEC)

/* ---- nodes ---- */

static void
on_ready (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* Turns the main loop until it is so. */
#define wait_until(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;                                     \
                                                                                                   \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (!g_main_context_iteration (NULL, FALSE))                                               \
          g_usleep (500);                                                                          \
        g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);                                  \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

static KadNode *
start_node (const char *join)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  KadNode *node;

  g_assert_true (kad_node_config_add_listen (config, "/ip4/127.0.0.1/tcp/0", NULL));
  if (join != NULL)
    g_assert_true (kad_node_config_add_bootstrap (config, join, NULL));
  kad_node_config_set_mode (config, KAD_MODE_SERVER);
  node = kad_node_new (config, &error);
  g_assert_no_error (error);
  kad_node_start_async (node, NULL, on_ready, &result);
  wait_until (result != NULL);
  g_assert_true (kad_node_start_finish (node, result, NULL));
  return node;
}

static void
stop_node (KadNode *node)
{
  g_autoptr (GAsyncResult) result = NULL;

  kad_node_stop_async (node, on_ready, &result);
  wait_until (result != NULL);
}

typedef struct
{
  KadNode *other;
  KadNode *node;
  KadGuiSource *source;
  KadGuiStore *store;
  guint n_served; /* requests that the other node told of: it does only while it is traced */
  guint watch;
} Fixture;

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  if (event->type == KAD_EVENT_REQUEST_SERVED)
    ((Fixture *) user_data)->n_served++;
}

static Fixture *
fixture_new (void)
{
  Fixture *f = g_new0 (Fixture, 1);
  g_auto (GStrv) addresses = NULL;

  f->other = start_node (NULL);
  addresses = kad_node_dup_addresses (f->other);
  f->node = start_node (addresses[0]);
  wait_until (kad_node_is_joined (f->node) && kad_node_get_table_size (f->other) == 1);
  f->source = kad_gui_node_source_new (f->node);
  f->store = kad_gui_source_get_store (f->source);
  f->watch = kad_node_watch (f->node, on_event, f, NULL);
  kad_gui_source_open (f->source);
  g_assert_cmpuint (kad_gui_source_get_state (f->source), ==, KAD_GUI_SOURCE_OPEN);
  return f;
}

static void
fixture_free (Fixture *f)
{
  kad_gui_source_close (f->source);
  wait_until (G_OBJECT (f->source)->ref_count == 1);
  g_assert_finalize_object (f->source);
  if (f->node != NULL)
    {
      kad_node_unwatch (f->node, f->watch);
      stop_node (f->node);
      g_assert_finalize_object (f->node);
    }
  stop_node (f->other);
  g_assert_finalize_object (f->other);
  g_free (f);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

/* A walk of the other node, which asks whom it knows: nobody but ours. */
static void
walk (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) summary = NULL;

  kad_node_run_async (f->other, "closest-peers",
                      g_variant_new_parsed ("{'key': <'text:elsewhere'>}"), NULL, NULL, NULL, NULL,
                      on_ready, &result);
  wait_until (result != NULL);
  summary = kad_node_run_finish (f->other, result, NULL);
  g_assert_nonnull (summary);
}

/* ---- tests ---- */

static void
test_table (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *id = kad_peer_id_to_string (kad_node_get_peer_id (f->other));
  KadGuiPeerList *peers = kad_gui_store_get_peers (f->store);
  KadGuiStatus *status = kad_gui_store_get_status (f->store);
  KadGuiPeer *peer;

  g_test_summary ("The table and the connections are those of the node, and follow it");
  g_assert_cmpstr (status->state, ==, "online");
  g_assert_cmpstr (status->mode, ==, "server");
  kad_gui_source_set_topics (f->source, KAD_GUI_TOPIC_TABLE | KAD_GUI_TOPIC_EVENTS);
  wait_until ((peer = kad_gui_peer_list_find (peers, id)) != NULL && peer->in_table
              && *peer->muxer != '\0');
  g_assert_true (peer->connected);
  g_assert_cmpstr (peer->transport, ==, "tcp");
  g_assert_cmpuint (kad_gui_peer_list_get_table_size (peers), ==, 1);
  wait_until (g_list_model_get_n_items (kad_gui_store_get_modules (f->store)) > 0);
  stop_node (f->other);
  wait_until (kad_gui_peer_list_get_n_connected (peers) == 0);
}

static void
test_lines (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GError) error = NULL;
  KadGuiQuery *query;
  guint n;

  g_test_summary (
      "Queries come with steps and results, ours and others', while they are looked at");
  kad_gui_source_set_topics (f->source, KAD_GUI_TOPIC_QUERIES);
  query = kad_gui_source_start_query (f->source, "closest-peers",
                                      g_variant_new_parsed ("{'key': <'text:somewhere'>}"), &error);
  g_assert_no_error (error);
  g_assert_true (query->own);
  wait_until (query->state == KAD_GUI_QUERY_FINISHED
              && g_list_model_get_n_items (query->steps) > 0);
  g_assert_cmpstr (query->outcome, ==, "completed");
  g_assert_cmpint (query->id, ==, query->run);
  g_assert_cmpuint (g_list_model_get_n_items (query->results), >, 0);
  g_assert_cmpuint (g_list_model_get_n_items (query->contacts), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_events (f->store)), ==, 0);
  kad_gui_source_set_topics (f->source, KAD_GUI_TOPIC_EVENTS);
  n = f->n_served;
  walk (f);
  wait_until (g_list_model_get_n_items (kad_gui_store_get_events (f->store)) > 0
              && f->n_served > n);
}

static gboolean
on_time (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
test_nobody_looks (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  gboolean is_over = FALSE;

  g_test_summary ("Without topics nothing is traced, and nothing is read");
  kad_gui_source_set_topics (f->source, KAD_GUI_TOPIC_EVENTS);
  walk (f);
  wait_until (f->n_served > 0);
  kad_gui_source_set_topics (f->source, 0);
  g_timeout_add (300, on_time, &is_over);
  wait_until (is_over);
  kad_gui_store_clear_events (f->store);
  f->n_served = 0;
  walk (f);
  is_over = FALSE;
  g_timeout_add (300, on_time, &is_over);
  wait_until (is_over);
  g_assert_cmpuint (f->n_served, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_events (f->store)), ==, 0);
}

static void
test_run (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) rows = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("Commands are listed and run, their errors are told, and the health is checked");
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_commands (f->store)), >, 20);
  kad_gui_source_run_async (f->source, "show-table", NULL, NULL, on_ready, &result);
  wait_until (result != NULL);
  reply = kad_gui_source_run_finish (f->source, result, &error);
  g_assert_no_error (error);
  rows = g_variant_get_child_value (reply, 0);
  g_assert_cmpuint (g_variant_n_children (rows), ==, 1);
  g_clear_object (&result);
  kad_gui_source_run_async (f->source, "no-such-command", NULL, NULL, on_ready, &result);
  wait_until (result != NULL);
  g_assert_null (kad_gui_source_run_finish (f->source, result, &error));
  g_assert_nonnull (error);
  g_clear_object (&result);
  kad_gui_source_check_health_async (f->source, NULL, on_ready, &result);
  wait_until (result != NULL);
  g_assert_true (kad_gui_source_finish (f->source, result, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (kad_gui_store_get_checks (f->store)), >, 3);
}

static void
test_gone (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  g_test_summary ("A node that stops is stopped; it is not kept, and gone it is a failure");
  kad_gui_source_set_topics (f->source, KAD_GUI_TOPIC_TABLE | KAD_GUI_TOPIC_QUERIES);
  kad_node_unwatch (f->node, f->watch);
  stop_node (f->node);
  wait_until (g_str_equal (kad_gui_store_get_status (f->store)->state, "stopped"));
  /* What was being read has it until it is told that it does not run. */
  wait_until (G_OBJECT (f->node)->ref_count == 1);
  g_assert_finalize_object (f->node);
  f->node = NULL;
  kad_gui_source_set_topics (f->source, 0);
  g_assert_cmpstr (kad_gui_source_get_error_code (f->source), ==, "NotFound");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui-inspector/node-source/table", test_table);
  g_test_add_func ("/gui-inspector/node-source/lines", test_lines);
  g_test_add_func ("/gui-inspector/node-source/nobody-looks", test_nobody_looks);
  g_test_add_func ("/gui-inspector/node-source/run", test_run);
  g_test_add_func ("/gui-inspector/node-source/gone", test_gone);
  return g_test_run ();
}
