/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-node.h"

#include <string.h>

#include "kad-error.h"

#define PATIENCE_US (30 * G_USEC_PER_SEC)

/* ---- waiting in the default context ---- */

typedef struct
{
  GAsyncResult *result;
} Wait;

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Wait *) user_data)->result = g_object_ref (result);
}

static GAsyncResult *
await (Wait *wait)
{
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;

  while (wait->result == NULL)
    {
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (200);
      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
    }
  return wait->result;
}

#define wait_clear(wait) g_clear_object (&(wait)->result)

static GBytes *
text_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

/* ---- nodes ---- */

static KadNode *
node_new (KadMode mode, const char *join)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (GError) error = NULL;
  KadNode *node;

  g_assert_true (kad_node_config_add_listen (config, "/ip4/127.0.0.1/tcp/0", &error));
  if (join != NULL)
    g_assert_true (kad_node_config_add_bootstrap (config, join, &error));
  kad_node_config_set_mode (config, mode);
  node = kad_node_new (config, &error);
  g_assert_no_error (error);
  return node;
}

static void
node_start (KadNode *node)
{
  g_autoptr (GError) error = NULL;
  Wait wait = { 0 };

  kad_node_start_async (node, NULL, on_ready, &wait);
  kad_node_start_finish (node, await (&wait), &error);
  g_assert_no_error (error);
  wait_clear (&wait);
}

static void
node_stop (KadNode *node)
{
  Wait wait = { 0 };

  kad_node_stop_async (node, on_ready, &wait);
  g_assert_true (kad_node_stop_finish (node, await (&wait), NULL));
  wait_clear (&wait);
}

static void
on_joined (KadNode *node, KadEvent *event, gpointer user_data)
{
  if (event->type == KAD_EVENT_JOINED)
    (*(guint *) user_data)++;
}

/* Starts it and waits until it has joined. */
static void
node_join (KadNode *node)
{
  guint joined = 0;
  guint watch = kad_node_watch (node, on_joined, &joined, NULL);
  gint64 give_up_us = g_get_monotonic_time () + PATIENCE_US;

  node_start (node);
  while (joined == 0)
    {
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (200);
      g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
    }
  kad_node_unwatch (node, watch);
}

typedef struct
{
  KadNode *nodes[6];
  guint n_nodes;
} Network;

static void
network_init (Network *self, guint n_nodes)
{
  g_auto (GStrv) addresses = NULL;

  self->n_nodes = n_nodes;
  self->nodes[0] = node_new (KAD_MODE_SERVER, NULL);
  node_start (self->nodes[0]);
  addresses = kad_node_dup_addresses (self->nodes[0]);
  g_assert_cmpuint (g_strv_length (addresses), ==, 1);
  for (guint i = 1; i < n_nodes; i++)
    {
      self->nodes[i] = node_new (KAD_MODE_SERVER, addresses[0]);
      node_join (self->nodes[i]);
    }
}

static void
network_clear (Network *self)
{
  for (guint i = 0; i < self->n_nodes; i++)
    {
      node_stop (self->nodes[i]);
      g_assert_finalize_object (self->nodes[i]);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* ---- tests ---- */

static void
test_record_goes_round (void)
{
  Network network;
  g_autoptr (GBytes) key = text_bytes ("share-code-4711");
  g_autoptr (GBytes) value = text_bytes ("come and get it");
  g_autoptr (KadRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  guint stored = 0;
  Wait wait = { 0 };

  g_test_summary ("What one node puts, another gets");

  network_init (&network, 4);
  kad_node_put_record_async (network.nodes[1], key, value, "majority", NULL, on_ready, &wait);
  kad_node_put_record_finish (network.nodes[1], await (&wait), &stored, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stored, >=, 2);
  wait_clear (&wait);

  kad_node_get_record_async (network.nodes[3], key, NULL, NULL, on_ready, &wait);
  record = kad_node_get_record_finish (network.nodes[3], await (&wait), &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (kad_record_get_value (record), value));
  wait_clear (&wait);
  network_clear (&network);
}

static void
test_provider_is_found (void)
{
  Network network;
  g_autoptr (GBytes) key = text_bytes ("presence-of-ada");
  g_autoptr (GPtrArray) providers = NULL;
  g_autoptr (GError) error = NULL;
  guint stored = 0;
  Wait wait = { 0 };

  g_test_summary (
      "Who provides a key is found with an address, until then nobody is, without error");

  network_init (&network, 4);
  kad_node_get_providers_async (network.nodes[3], key, 0, NULL, on_ready, &wait);
  providers = kad_node_get_providers_finish (network.nodes[3], await (&wait), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (providers->len, ==, 0);
  g_clear_pointer (&providers, g_ptr_array_unref);
  wait_clear (&wait);

  kad_node_start_provide_async (network.nodes[1], key, FALSE, NULL, on_ready, &wait);
  kad_node_start_provide_finish (network.nodes[1], await (&wait), &stored, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stored, >=, 1);
  wait_clear (&wait);

  kad_node_get_providers_async (network.nodes[3], key, 1, NULL, on_ready, &wait);
  providers = kad_node_get_providers_finish (network.nodes[3], await (&wait), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (providers->len, ==, 1);
  g_assert_true (kad_peer_id_equal (kad_peer_info_get_peer (providers->pdata[0]),
                                    kad_node_get_peer_id (network.nodes[1])));
  g_assert_cmpuint (kad_peer_info_get_n_addresses (providers->pdata[0]), >=, 1);
  wait_clear (&wait);

  kad_node_stop_provide_async (network.nodes[1], key, NULL, on_ready, &wait);
  g_assert_true (kad_node_stop_provide_finish (network.nodes[1], await (&wait), &error));
  wait_clear (&wait);
  kad_node_stop_provide_async (network.nodes[1], key, NULL, on_ready, &wait);
  g_assert_false (kad_node_stop_provide_finish (network.nodes[1], await (&wait), &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
  wait_clear (&wait);
  network_clear (&network);
}

static void
test_peers_are_found_dialled_and_pinged (void)
{
  Network network;
  g_autoptr (GBytes) key = text_bytes ("anything");
  g_autoptr (GPtrArray) closest = NULL;
  g_autoptr (KadPeerInfo) info = NULL;
  g_autoptr (KadPeerId) dialled = NULL;
  gboolean is_still = FALSE;
  g_auto (GStrv) addresses = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  Wait wait = { 0 };

  g_test_summary ("closest-peers, find-peer, dial, ping-peer and hang-up do what they say");

  network_init (&network, 5);
  kad_node_closest_peers_async (network.nodes[4], key, NULL, on_ready, &wait);
  closest = kad_node_closest_peers_finish (network.nodes[4], await (&wait), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (closest->len, ==, 4);
  wait_clear (&wait);

  kad_node_find_peer_async (network.nodes[4], kad_node_get_peer_id (network.nodes[2]), NULL,
                            on_ready, &wait);
  info = kad_node_find_peer_finish (network.nodes[4], await (&wait), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (info), >=, 1);
  wait_clear (&wait);

  addresses = kad_node_dup_addresses (network.nodes[3]);
  kad_node_dial_async (network.nodes[1], addresses[0], NULL, on_ready, &wait);
  dialled = kad_node_dial_finish (network.nodes[1], await (&wait), &error);
  g_assert_no_error (error);
  g_assert_true (kad_peer_id_equal (dialled, kad_node_get_peer_id (network.nodes[3])));
  wait_clear (&wait);

  text = kad_peer_id_to_string (kad_node_get_peer_id (network.nodes[3]));
  kad_node_ping_peer_async (network.nodes[1], text, NULL, on_ready, &wait);
  g_assert_cmpint (kad_node_ping_peer_finish (network.nodes[1], await (&wait), &error), >=, 0);
  g_assert_no_error (error);
  wait_clear (&wait);

  for (guint i = 0; i < 2; i++)
    {
      kad_node_protect_peer_async (network.nodes[1], kad_node_get_peer_id (network.nodes[3]),
                                   i == 0 ? "one" : "two", NULL, on_ready, &wait);
      g_assert_true (kad_node_protect_peer_finish (network.nodes[1], await (&wait), &error));
      g_assert_no_error (error);
      wait_clear (&wait);
    }
  for (guint i = 0; i < 2; i++)
    {
      kad_node_unprotect_peer_async (network.nodes[1], kad_node_get_peer_id (network.nodes[3]),
                                     i == 0 ? "one" : "two", NULL, on_ready, &wait);
      g_assert_true (
          kad_node_unprotect_peer_finish (network.nodes[1], await (&wait), &is_still, &error));
      g_assert_no_error (error);
      g_assert_true (is_still == (i == 0));
      wait_clear (&wait);
    }
  kad_node_unprotect_peer_async (network.nodes[1], kad_node_get_peer_id (network.nodes[3]), "two",
                                 NULL, on_ready, &wait);
  g_assert_false (kad_node_unprotect_peer_finish (network.nodes[1], await (&wait), NULL, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
  g_clear_error (&error);
  wait_clear (&wait);

  kad_node_hang_up_async (network.nodes[1], kad_node_get_peer_id (network.nodes[3]), NULL, on_ready,
                          &wait);
  g_assert_true (kad_node_hang_up_finish (network.nodes[1], await (&wait), &error));
  wait_clear (&wait);
  network_clear (&network);
}

static void
test_a_node_shows_itself (void)
{
  Network network;
  g_autoptr (GBytes) key = text_bytes ("anything");
  g_autoptr (GVariant) table = NULL, connections = NULL, identity = NULL, answer = NULL;
  g_auto (GStrv) addresses = NULL;
  g_autofree char *peer = NULL;
  const char *said = NULL;
  g_autoptr (GVariant) closer = NULL;
  g_autoptr (GError) error = NULL;
  Wait wait = { 0 };

  g_test_summary ("show-table, show-connections, show-identity and ask give what is there");

  network_init (&network, 3);
  addresses = kad_node_dup_addresses (network.nodes[1]);
  peer = kad_peer_id_to_string (kad_node_get_peer_id (network.nodes[1]));

  kad_node_show_table_async (network.nodes[2], NULL, on_ready, &wait);
  table = kad_node_show_table_finish (network.nodes[2], await (&wait), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_variant_n_children (table), ==, 2);
  wait_clear (&wait);

  kad_node_show_connections_async (network.nodes[2], NULL, on_ready, &wait);
  connections = kad_node_show_connections_finish (network.nodes[2], await (&wait), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_variant_n_children (connections), >=, 1);
  wait_clear (&wait);

  kad_node_show_identity_async (network.nodes[2], addresses[0], NULL, on_ready, &wait);
  identity = kad_node_show_identity_finish (network.nodes[2], await (&wait), &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (identity, "peer", "&s", &said));
  g_assert_cmpstr (said, ==, peer);
  wait_clear (&wait);

  kad_node_ask_async (network.nodes[2], addresses[0], "find-node", key, NULL, NULL, on_ready,
                      &wait);
  answer = kad_node_ask_finish (network.nodes[2], await (&wait), &error);
  g_assert_no_error (error);
  closer = g_variant_lookup_value (answer, "closer", G_VARIANT_TYPE ("aa{sv}"));
  g_assert_nonnull (closer);
  g_assert_cmpuint (g_variant_n_children (closer), ==, 1);
  wait_clear (&wait);
  network_clear (&network);
}

static void
test_alone (void)
{
  KadNode *node = node_new (KAD_MODE_CLIENT, NULL);
  g_autoptr (GBytes) key = text_bytes ("key");
  g_autoptr (GError) error = NULL;
  Wait wait = { 0 };

  g_test_summary ("With an empty routing table every query says so, and none succeeds");

  node_start (node);
  kad_node_closest_peers_async (node, key, NULL, on_ready, &wait);
  g_assert_null (kad_node_closest_peers_finish (node, await (&wait), &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED);
  wait_clear (&wait);
  g_clear_error (&error);

  kad_node_put_record_async (node, key, key, NULL, NULL, on_ready, &wait);
  g_assert_false (kad_node_put_record_finish (node, await (&wait), NULL, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED);
  wait_clear (&wait);
  node_stop (node);
  g_assert_finalize_object (node);
}

static void
test_wrong_calls (void)
{
  KadNode *node = node_new (KAD_MODE_CLIENT, NULL);
  g_autoptr (GError) error = NULL;
  Wait wait = { 0 };

  g_test_summary ("A node that does not run, an unknown command and bad options are errors");

  kad_node_run_async (node, "show-table", NULL, NULL, NULL, NULL, NULL, on_ready, &wait);
  g_assert_null (kad_node_run_finish (node, await (&wait), &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING);
  wait_clear (&wait);
  g_clear_error (&error);

  node_start (node);
  kad_node_run_async (node, "no-such-thing", NULL, NULL, NULL, NULL, NULL, on_ready, &wait);
  g_assert_null (kad_node_run_finish (node, await (&wait), &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_UNKNOWN_COMMAND);
  wait_clear (&wait);
  g_clear_error (&error);

  kad_node_run_async (node, "get-record", g_variant_new_parsed ("{'nonsense': <1>}"), NULL, NULL,
                      NULL, NULL, on_ready, &wait);
  g_assert_null (kad_node_run_finish (node, await (&wait), &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  wait_clear (&wait);
  node_stop (node);
  g_assert_finalize_object (node);
}

static void
test_cancel (void)
{
  Network network;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) key = text_bytes ("key");
  g_autoptr (GError) error = NULL;
  Wait wait = { 0 };

  g_test_summary ("A cancelled call ends with Cancelled, before and while it runs");

  network_init (&network, 3);
  kad_node_get_record_async (network.nodes[2], key, "all", cancellable, on_ready, &wait);
  g_cancellable_cancel (cancellable);
  g_assert_null (kad_node_get_record_finish (network.nodes[2], await (&wait), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  wait_clear (&wait);
  network_clear (&network);
}

static void
test_stop_fails_what_runs (void)
{
  Network network;
  g_autoptr (GBytes) key = text_bytes ("key");
  g_autoptr (GError) error = NULL;
  Wait wait = { 0 }, stop = { 0 };

  g_test_summary ("Stopping ends what runs: each call ends once, with NotRunning or its result");

  network_init (&network, 3);
  kad_node_get_providers_async (network.nodes[2], key, 0, NULL, on_ready, &wait);
  kad_node_stop_async (network.nodes[2], on_ready, &stop);
  await (&stop);
  await (&wait);
  g_clear_pointer ((GPtrArray **) &(GPtrArray *){ kad_node_get_providers_finish (
                       network.nodes[2], wait.result, &error) },
                   g_ptr_array_unref);
  if (error != NULL)
    g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING);
  wait_clear (&wait);
  wait_clear (&stop);
  network_clear (&network);
}

static void
test_starts_again (void)
{
  KadNode *node = node_new (KAD_MODE_SERVER, NULL);

  g_test_summary ("A stopped node starts again, with the same identity");

  for (guint i = 0; i < 3; i++)
    {
      node_start (node);
      g_assert_true (kad_node_is_running (node));
      node_stop (node);
      g_assert_false (kad_node_is_running (node));
    }
  g_assert_finalize_object (node);
}

static void
test_address_in_use (void)
{
  Network network;
  g_auto (GStrv) addresses = NULL;
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (KadNode) second = NULL;
  g_autoptr (GError) error = NULL;
  Wait wait = { 0 };

  g_test_summary ("An address in use is an error that names it");

  network_init (&network, 1);
  addresses = kad_node_dup_addresses (network.nodes[0]);
  *strstr (addresses[0], "/p2p/") = '\0';
  kad_node_config_add_listen (config, addresses[0], NULL);
  second = kad_node_new (config, &error);
  kad_node_start_async (second, NULL, on_ready, &wait);
  g_assert_false (kad_node_start_finish (second, await (&wait), &error));
  g_assert_nonnull (strstr (error->message, addresses[0]));
  g_assert_false (kad_node_is_running (second));
  wait_clear (&wait);
  network_clear (&network);
}

static void
test_all_are_listed (void)
{
  g_autoptr (GPtrArray) none = kad_node_list_all ();
  g_autoptr (GPtrArray) all = NULL;
  KadNode *first;
  KadNode *second;

  g_test_summary ("The nodes of a process are listed as long as they are there, running or not");
  g_assert_cmpuint (none->len, ==, 0);
  first = node_new (KAD_MODE_CLIENT, NULL);
  second = node_new (KAD_MODE_CLIENT, NULL);
  node_start (second);
  node_stop (second);
  all = kad_node_list_all ();
  g_assert_cmpuint (all->len, ==, 2);
  g_assert_true (all->pdata[0] == first && all->pdata[1] == second);
  g_clear_pointer (&all, g_ptr_array_unref);
  g_assert_finalize_object (first);
  all = kad_node_list_all ();
  g_assert_cmpuint (all->len, ==, 1);
  g_assert_true (all->pdata[0] == second);
  /* Listed, it is held. */
  g_object_unref (second);
  g_assert_false (kad_node_is_running (all->pdata[0]));
  g_clear_pointer (&all, g_ptr_array_unref);
  all = kad_node_list_all ();
  g_assert_cmpuint (all->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/node/all-are-listed", test_all_are_listed);
  g_test_add_func ("/node/record-goes-round", test_record_goes_round);
  g_test_add_func ("/node/provider-is-found", test_provider_is_found);
  g_test_add_func ("/node/peers-are-found-dialled-and-pinged",
                   test_peers_are_found_dialled_and_pinged);
  g_test_add_func ("/node/a-node-shows-itself", test_a_node_shows_itself);
  g_test_add_func ("/node/alone", test_alone);
  g_test_add_func ("/node/wrong-calls", test_wrong_calls);
  g_test_add_func ("/node/cancel", test_cancel);
  g_test_add_func ("/node/stop-fails-what-runs", test_stop_fails_what_runs);
  g_test_add_func ("/node/starts-again", test_starts_again);
  g_test_add_func ("/node/address-in-use", test_address_in_use);
  return g_test_run ();
}
