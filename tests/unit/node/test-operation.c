/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations, properties and lists: what programs see of a node. */
#include "kad-operation.h"

#include <string.h>

#include "kad-connection-item.h"
#include "kad-error.h"
#include "kad-identity-item.h"
#include "kad-peer-item.h"
#include "kad-ping-item.h"
#include "kad-record-item.h"
#include "kad-table-item.h"

#define PATIENCE_US (60 * G_USEC_PER_SEC)
#define N_NODES 8
#define N_THREADS 4

static KadNode *
node_new (const char *join)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (GError) error = NULL;
  KadNode *node;

  g_assert_true (kad_node_config_add_listen (config, "/ip4/127.0.0.1/tcp/0", &error));
  if (join != NULL)
    g_assert_true (kad_node_config_add_bootstrap (config, join, &error));
  kad_node_config_set_mode (config, KAD_MODE_SERVER);
  node = kad_node_new (config, &error);
  g_assert_no_error (error);
  return node;
}

static void
turn (GMainContext *context, gint64 give_up_us)
{
  if (!g_main_context_iteration (context, FALSE))
    g_usleep (500);
  g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
}

/* In @context (nullable), until it is done; it must not fail. */
static KadOperation *
wait_in (GMainContext *context, KadOperation *operation)
{
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;

  while (!kad_operation_is_done (operation))
    turn (context, give_up_us);
  g_assert_no_error (kad_operation_get_error (operation));
  return operation;
}

typedef struct
{
  KadNode *nodes[N_NODES];
  guint n_nodes;
} Network;

static void
network_init (Network *self, guint n_nodes)
{
  g_auto (GStrv) addresses = NULL;

  self->n_nodes = n_nodes;
  for (guint i = 0; i < n_nodes; i++)
    {
      g_autoptr (KadOperation) join = NULL;

      self->nodes[i] = node_new (i == 0 ? NULL : addresses[0]);
      join = wait_in (NULL, kad_node_begin_join (self->nodes[i]));
      g_assert_cmpint (kad_operation_get_outcome (join), ==, KAD_OUTCOME_COMPLETED);
      if (i == 0)
        addresses = kad_node_dup_addresses (self->nodes[0]);
    }
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_assert_true (kad_node_stop_finish (KAD_NODE (source), result, NULL));
  *(gboolean *) user_data = TRUE;
}

static void
node_stop (KadNode *node)
{
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;
  gboolean is_stopped = FALSE;

  kad_node_stop_async (node, on_stopped, &is_stopped);
  while (!is_stopped)
    turn (NULL, give_up_us);
}

static void
network_clear (Network *self)
{
  for (guint i = 0; i < self->n_nodes; i++)
    node_stop (self->nodes[i]);
  /* What is on its way to this context still holds them. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < self->n_nodes; i++)
    g_assert_finalize_object (self->nodes[i]);
}

static guint
n_items (gpointer model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (model));
}

/* ---- operations ---- */

static void
on_items_changed (GListModel *model, guint at, guint removed, guint added, gpointer user_data)
{
  /* Results arrive while it runs, not with its end. */
  g_assert_false (kad_operation_is_done (KAD_OPERATION (model)));
  *(guint *) user_data += added;
}

static void
fills_as_results_arrive (void)
{
  g_autoptr (GBytes) key = g_bytes_new ("some provider key", 17);
  g_autoptr (KadOperation) announced = NULL;
  g_autoptr (KadOperation) found = NULL;
  g_autoptr (KadPeerItem) item = NULL;
  g_autofree char *peer = NULL;
  Network network;
  guint added = 0;

  g_test_summary ("Providers are items of a list while the search goes on, each once");
  network_init (&network, 4);
  announced = wait_in (NULL, kad_node_begin_start_provide (network.nodes[1], key, TRUE));
  g_assert_cmpuint (kad_operation_get_stored (announced), >, 0);
  g_assert_cmpuint (kad_operation_get_wanted (announced), >=, kad_operation_get_stored (announced));

  found = kad_node_begin_get_providers (network.nodes[2], key, 0);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (found)) == KAD_TYPE_PEER_ITEM);
  g_signal_connect (found, "items-changed", G_CALLBACK (on_items_changed), &added);
  wait_in (NULL, found);
  g_assert_cmpuint (added, >=, 1);
  g_assert_cmpuint (n_items (found), ==, 1);
  item = g_list_model_get_item (G_LIST_MODEL (found), 0);
  peer = kad_peer_id_to_string (kad_node_get_peer_id (network.nodes[1]));
  g_assert_cmpstr (kad_peer_item_get_peer (item), ==, peer);
  g_assert_cmpuint (kad_operation_get_stats (found)->requests, >, 0);
  g_assert_nonnull (kad_operation_get_summary (found));
  network_clear (&network);
}

static void
gives_records_and_who_stored_them (void)
{
  g_autoptr (GBytes) key = g_bytes_new ("some record", 11);
  g_autoptr (GBytes) value = g_bytes_new ("its value", 9);
  g_autoptr (GBytes) read = NULL;
  g_autoptr (KadOperation) put = NULL;
  g_autoptr (KadOperation) get = NULL;
  g_autoptr (KadRecordItem) item = NULL;
  Network network;

  g_test_summary ("A record is stored with n of k peers and found as an item");
  network_init (&network, 3);
  put = wait_in (NULL, kad_node_begin_put_record (network.nodes[0], key, value, NULL));
  g_assert_cmpuint (kad_operation_get_stored (put), >, 0);
  g_assert_cmpuint (n_items (kad_operation_get_failures (put)), ==,
                    kad_operation_get_wanted (put) - kad_operation_get_stored (put));
  get = wait_in (NULL, kad_node_begin_get_record (network.nodes[2], key, NULL));
  item = g_list_model_get_item (G_LIST_MODEL (get), n_items (get) - 1);
  read = kad_record_item_dup_value (item);
  g_assert_true (g_bytes_equal (read, value));
  network_clear (&network);
}

static void
shows_typed_rows (void)
{
  g_autoptr (KadOperation) table = NULL;
  g_autoptr (KadOperation) connections = NULL;
  g_autoptr (KadOperation) identity = NULL;
  g_autoptr (KadOperation) ping = NULL;
  g_autoptr (KadTableItem) row = NULL;
  g_autoptr (KadConnectionItem) connection = NULL;
  g_autoptr (KadIdentityItem) self = NULL;
  g_autoptr (KadPingItem) pong = NULL;
  g_auto (GStrv) addresses = NULL;
  Network network;

  g_test_summary ("Commands that show something have items with typed properties");
  network_init (&network, 2);
  table = wait_in (NULL, kad_node_begin_show_table (network.nodes[1]));
  g_assert_cmpuint (n_items (table), ==, 1);
  row = g_list_model_get_item (G_LIST_MODEL (table), 0);
  g_assert_cmpint (kad_table_item_get_state (row), ==, KAD_PEER_STATE_LIVE);
  connections = wait_in (NULL, kad_node_begin_show_connections (network.nodes[1]));
  connection = g_list_model_get_item (G_LIST_MODEL (connections), 0);
  g_assert_cmpstr (kad_connection_item_get_peer (connection), ==, kad_table_item_get_peer (row));
  g_assert_cmpstr (kad_connection_item_get_muxer (connection), ==, "/yamux/1.0.0");
  g_assert_cmpint (kad_connection_item_get_rtt_us (connection), >=, -1);
  identity = wait_in (NULL, kad_node_begin_show_identity (network.nodes[1], NULL));
  self = g_list_model_get_item (G_LIST_MODEL (identity), 0);
  addresses = kad_identity_item_dup_addresses (self);
  g_assert_cmpuint (g_strv_length (addresses), ==, 1);
  ping = wait_in (NULL, kad_node_begin_ping_peer (network.nodes[1], kad_table_item_get_peer (row)));
  pong = g_list_model_get_item (G_LIST_MODEL (ping), 0);
  g_assert_cmpint (kad_ping_item_get_rtt_us (pong), >, 0);
  network_clear (&network);
}

static void
on_waited (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (kad_operation_wait_finish (KAD_OPERATION (source), result, &error));
  *(GError **) user_data = g_steal_pointer (&error);
}

static void
ends_once_with_its_error (void)
{
  g_autoptr (KadNode) node = node_new (NULL);
  g_autoptr (KadOperation) unknown = kad_node_begin (node, "no-such-command", NULL);
  g_autoptr (KadOperation) early = kad_node_begin_show_table (node);
  g_autoptr (GError) waited = NULL;
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;

  g_test_summary (
      "What cannot begin is an operation that is done with an error, and so is the wait");
  g_assert_false (kad_operation_is_done (unknown));
  kad_operation_wait_async (unknown, NULL, on_waited, &waited);
  while (waited == NULL || !kad_operation_is_done (early))
    turn (NULL, give_up_us);
  g_assert_error (waited, KAD_ERROR, KAD_ERROR_UNKNOWN_COMMAND);
  g_assert_error (kad_operation_get_error (unknown), KAD_ERROR, KAD_ERROR_UNKNOWN_COMMAND);
  g_assert_error (kad_operation_get_error (early), KAD_ERROR, KAD_ERROR_NOT_RUNNING);
  g_assert_cmpint (kad_operation_get_outcome (early), ==, KAD_OUTCOME_FAILED);
}

static void
is_cancelled (void)
{
  g_autoptr (GSocketListener) silent = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (silent, NULL, NULL);
  g_autofree char *address = g_strdup_printf ("/ip4/127.0.0.1/tcp/%u", port);
  g_autoptr (GCancellable) impatient = g_cancellable_new ();
  g_autoptr (KadOperation) dial = NULL;
  g_autoptr (GError) waited = NULL;
  gint64 give_up_us;
  Network network;

  g_test_summary ("Cancelling a wait leaves the operation alone; cancelling the operation ends it");
  network_init (&network, 1);
  dial = kad_node_begin_dial (network.nodes[0], address);
  kad_operation_wait_async (dial, impatient, on_waited, &waited);
  g_cancellable_cancel (impatient);
  give_up_us = g_get_monotonic_time () + PATIENCE_US;
  while (waited == NULL)
    turn (NULL, give_up_us);
  g_assert_error (waited, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (kad_operation_is_done (dial));

  kad_operation_cancel (dial);
  while (!kad_operation_is_done (dial))
    turn (NULL, give_up_us);
  g_assert_cmpint (kad_operation_get_outcome (dial), ==, KAD_OUTCOME_CANCELLED);
  g_assert_cmpuint (n_items (dial), ==, 0);
  network_clear (&network);
}

static void
says_that_nobody_could_be_joined (void)
{
  g_autoptr (KadNode) node = node_new ("/ip4/127.0.0.1/tcp/1");
  g_autoptr (KadOperation) join = kad_node_begin_join (node);
  gint64 start_us = g_get_monotonic_time ();

  g_test_summary ("Joining fails when the bootstrap peer refuses, at once and not at the next try");
  while (!kad_operation_is_done (join))
    turn (NULL, start_us + 8 * G_USEC_PER_SEC);
  g_assert_error (kad_operation_get_error (join), KAD_ERROR, KAD_ERROR_OFFLINE);
  g_assert_true (kad_node_is_running (node));
  g_assert_false (kad_node_is_joined (node));
  node_stop (node);
}

/* ---- properties ---- */

typedef struct
{
  GMainContext *context;
  GThread *thread;
  guint n_states, n_connections, n_joined, n_events;
} Watched;

static void
check_thread (Watched *self)
{
  g_assert_true (g_thread_self () == self->thread);
  g_assert_true (g_main_context_is_owner (self->context));
}

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  Watched *self = user_data;

  check_thread (self);
  if (g_str_equal (pspec->name, "state"))
    self->n_states++;
  else if (g_str_equal (pspec->name, "n-connections"))
    self->n_connections++;
  else if (g_str_equal (pspec->name, "joined"))
    self->n_joined++;
}

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  Watched *self = user_data;

  check_thread (self);
  g_assert_nonnull (kad_event_type_get_name (kad_event_get_event_type (event)));
  self->n_events++;
}

static void
tells_in_the_context_where_it_was_made (void)
{
  Watched watched = { .context = g_main_context_new (), .thread = g_thread_self () };
  g_autoptr (KadOperation) join = NULL;
  g_auto (GStrv) addresses = NULL;
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;
  Network network;
  KadNode *node;

  g_test_summary (
      "Notifications and events come in the context that was the default at the making");
  network_init (&network, 1);
  addresses = kad_node_dup_addresses (network.nodes[0]);
  g_main_context_push_thread_default (watched.context);
  node = node_new (addresses[0]);
  g_main_context_pop_thread_default (watched.context);
  g_signal_connect (node, "notify", G_CALLBACK (on_notify), &watched);
  g_signal_connect (node, "event", G_CALLBACK (on_event), &watched);

  /* Begun from another context, which hears of the operation only. */
  join = wait_in (NULL, kad_node_begin_join (node));
  g_assert_cmpuint (watched.n_states + watched.n_events, ==, 0);
  while (watched.n_joined == 0 || watched.n_connections == 0 || watched.n_events == 0)
    turn (watched.context, give_up_us);
  g_assert_cmpuint (watched.n_states, >, 0);
  g_assert_cmpuint (kad_node_get_n_connections (node), >, 0);
  g_assert_true (kad_node_is_server (node));
  g_assert_cmpint (kad_node_get_state (node), ==, KAD_NODE_STATE_RUNNING);

  node_stop (node);
  while (g_main_context_iteration (watched.context, FALSE))
    ;
  g_assert_cmpint (kad_node_get_state (node), ==, KAD_NODE_STATE_STOPPED);
  g_assert_cmpuint (kad_node_get_n_connections (node), ==, 0);
  g_assert_false (kad_node_is_joined (node));
  g_assert_finalize_object (node);
  g_main_context_unref (watched.context);
  network_clear (&network);
}

static void
posts_nothing_while_nobody_listens (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (KadOperation) join = NULL;
  g_auto (GStrv) addresses = NULL;
  Network network;
  KadNode *node;

  g_test_summary ("Without a handler no notification and no event leaves the node's thread");
  network_init (&network, 1);
  addresses = kad_node_dup_addresses (network.nodes[0]);
  g_main_context_push_thread_default (context);
  node = node_new (addresses[0]);
  g_main_context_pop_thread_default (context);
  join = wait_in (NULL, kad_node_begin_join (node));
  g_assert_cmpuint (kad_node_get_n_connections (node), >, 0);
  g_assert_false (g_main_context_pending (context));
  node_stop (node);
  g_assert_false (g_main_context_pending (context));
  g_assert_finalize_object (node);
  network_clear (&network);
}

static void
follows_the_table_while_it_is_held (void)
{
  g_autoptr (GListModel) again = NULL;
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;
  GListModel *connections;
  GListModel *table;
  Network network;

  g_test_summary (
      "A live list is one for all who hold it, follows the node, and goes with its holder");
  network_init (&network, 3);
  g_object_get (network.nodes[0], "table", &table, "connections", &connections, NULL);
  g_object_get (network.nodes[0], "table", &again, NULL);
  g_assert_true (table == again);
  while (n_items (table) < 2 || n_items (connections) < 2)
    turn (NULL, give_up_us);
  node_stop (network.nodes[2]);
  while (n_items (connections) > 1)
    turn (NULL, give_up_us);
  node_stop (network.nodes[0]);
  while (n_items (table) > 0 || n_items (connections) > 0)
    turn (NULL, give_up_us);
  g_clear_object (&again);
  /* A reading that is under way holds them a little longer. */
  g_object_add_weak_pointer (G_OBJECT (table), (gpointer *) &table);
  g_object_add_weak_pointer (G_OBJECT (connections), (gpointer *) &connections);
  g_object_unref (table);
  g_object_unref (connections);
  while (table != NULL || connections != NULL)
    turn (NULL, give_up_us);
  network_clear (&network);
}

/* ---- threads ---- */

typedef struct
{
  Network *network;
  guint number;
} Worker;

static gpointer
work (gpointer data)
{
  Worker *self = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autofree char *text = g_strdup_printf ("record of thread %u", self->number);
  g_autoptr (GBytes) key = g_bytes_new (text, strlen (text));

  g_main_context_push_thread_default (context);
  for (guint round = 0; round < 5; round++)
    {
      KadNode *node = self->network->nodes[(self->number + round) % self->network->n_nodes];
      g_autoptr (KadOperation) put
          = wait_in (context, kad_node_begin_put_record (node, key, key, NULL));
      g_autoptr (KadOperation) get = wait_in (context, kad_node_begin_get_record (node, key, NULL));
      g_autoptr (KadOperation) peers = wait_in (context, kad_node_begin_closest_peers (node, key));

      g_assert_cmpuint (kad_operation_get_stored (put), >, 0);
      g_assert_cmpuint (n_items (get), >=, 1);
      g_assert_cmpuint (n_items (peers), >=, 1);
    }
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
serves_four_threads_with_eight_nodes (void)
{
  Worker workers[N_THREADS];
  GThread *threads[N_THREADS];
  Network network;

  g_test_summary ("Four threads with contexts of their own use eight nodes of one process");
  network_init (&network, N_NODES);
  for (guint i = 0; i < N_THREADS; i++)
    {
      workers[i] = (Worker){ &network, i };
      threads[i] = g_thread_new ("worker", work, &workers[i]);
    }
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  network_clear (&network);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/node/operation/fills-as-results-arrive", fills_as_results_arrive);
  g_test_add_func ("/node/operation/gives-records-and-who-stored-them",
                   gives_records_and_who_stored_them);
  g_test_add_func ("/node/operation/shows-typed-rows", shows_typed_rows);
  g_test_add_func ("/node/operation/ends-once-with-its-error", ends_once_with_its_error);
  g_test_add_func ("/node/operation/is-cancelled", is_cancelled);
  g_test_add_func ("/node/operation/says-that-nobody-could-be-joined",
                   says_that_nobody_could_be_joined);
  g_test_add_func ("/node/properties/tells-in-the-context-where-it-was-made",
                   tells_in_the_context_where_it_was_made);
  g_test_add_func ("/node/properties/posts-nothing-while-nobody-listens",
                   posts_nothing_while_nobody_listens);
  g_test_add_func ("/node/properties/follows-the-table-while-it-is-held",
                   follows_the_table_while_it_is_held);
  g_test_add_func ("/node/threads/serves-four-threads-with-eight-nodes",
                   serves_four_threads_with_eight_nodes);
  return g_test_run ();
}
