/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "kad-node-testing.h"

/* Statistics, mode and health of nodes that are really there. */

#define N_NODES 5

static KadNode *nodes[N_NODES];

static guint
get_table_size (KadNode *node)
{
  g_autoptr (GVariant) table = NULL;
  Wait wait = { 0 };

  kad_node_show_table_async (node, NULL, wait_on_ready, &wait);
  table = kad_node_show_table_finish (node, wait_for (&wait), NULL);
  wait_clear (&wait);
  return (guint) g_variant_n_children (table);
}

static void
start_network (KadMode last_mode)
{
  g_auto (GStrv) addresses = NULL;

  nodes[0] = make_node (KAD_MODE_SERVER, NULL);
  start_node (nodes[0]);
  addresses = kad_node_dup_addresses (nodes[0]);
  for (guint i = 1; i < N_NODES; i++)
    {
      nodes[i] = make_node (i == N_NODES - 1 ? last_mode : KAD_MODE_SERVER, addresses[0]);
      start_node (nodes[i]);
    }
  run_until (get_table_size (nodes[N_NODES - 1]) == N_NODES - 1);
}

static void
stop_network (void)
{
  for (guint i = 0; i < N_NODES; i++)
    {
      stop_node (nodes[i]);
      finish_turns ();
      g_assert_finalize_object (nodes[i]);
    }
}

static GVariant *
dup_stats (KadNode *node)
{
  g_autoptr (GError) error = NULL;
  Wait wait = { 0 };
  GVariant *stats;

  kad_node_show_stats_async (node, NULL, wait_on_ready, &wait);
  stats = kad_node_show_stats_finish (node, wait_for (&wait), &error);
  g_assert_no_error (error);
  wait_clear (&wait);
  return stats;
}

/* "a.b.c", of any number type */
static double
get_number (GVariant *stats, const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, ".", -1);
  g_autoptr (GVariant) at = g_variant_ref (stats);

  for (guint i = 0; names[i] != NULL; i++)
    {
      GVariant *next = g_variant_lookup_value (at, names[i], NULL);

      g_assert_nonnull (next);
      g_variant_unref (at);
      at = next;
    }
  if (g_variant_is_of_type (at, G_VARIANT_TYPE_UINT64))
    return (double) g_variant_get_uint64 (at);
  if (g_variant_is_of_type (at, G_VARIANT_TYPE_INT64))
    return (double) g_variant_get_int64 (at);
  if (g_variant_is_of_type (at, G_VARIANT_TYPE_DOUBLE))
    return g_variant_get_double (at);
  return g_variant_get_uint32 (at);
}

static void
put_record (KadNode *node)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("stats", 5);
  g_autoptr (GError) error = NULL;
  Wait wait = { 0 };
  guint stored;

  kad_node_put_record_async (node, bytes, bytes, "all", NULL, wait_on_ready, &wait);
  g_assert_true (kad_node_put_record_finish (node, wait_for (&wait), &stored, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (stored, ==, N_NODES - 1);
  wait_clear (&wait);
}

static void
test_counts (void)
{
  g_autoptr (GVariant) stats = NULL;
  g_autoptr (GVariant) other = NULL;
  g_autoptr (GVariant) operations = NULL;
  g_autofree char *text = NULL;

  g_test_summary ("What a put costs stands in the statistics of who asks and of who serves");

  start_network (KAD_MODE_SERVER);
  put_record (nodes[4]);
  stats = dup_stats (nodes[4]);
  other = dup_stats (nodes[0]);

  g_assert_cmpfloat (get_number (stats, "uptime_us"), >, 0);
  g_assert_cmpfloat (get_number (stats, "now.table"), ==, 4);
  g_assert_cmpfloat (get_number (stats, "now.peers"), >=, 4);
  g_assert_cmpfloat (get_number (stats, "now.commands"), ==, 1);
  g_assert_cmpfloat (get_number (stats, "now.publications"), ==, 1);
  g_assert_cmpfloat (get_number (stats, "requests.asked.put-value.ok"), ==, 4);
  g_assert_cmpfloat (get_number (stats, "requests.asked.find-node.ok"), >=, 4);
  g_assert_cmpfloat (get_number (stats, "queries.put-record.started"), ==, 1);
  g_assert_cmpfloat (get_number (stats, "queries.put-record.completed"), ==, 1);
  g_assert_cmpfloat (get_number (stats, "queries.bootstrap.started"), ==, 1);
  g_assert_cmpfloat (get_number (stats, "dials.tcp.ok"), >=, 1);
  g_assert_cmpfloat (get_number (stats, "connections.outbound.opened"), >=, 1);
  g_assert_cmpfloat (get_number (stats, "connections.outbound.closed"), ==, 0);
  g_assert_cmpfloat (get_number (stats, "traffic.in_bytes"), >, 1000);
  g_assert_cmpfloat (get_number (stats, "traffic.out_bytes"), >, 1000);
  g_assert_cmpfloat (get_number (stats, "traffic.streams_out"), >=, 4);
  g_assert_cmpfloat (get_number (stats, "network_size.estimate"), ==, N_NODES);
  g_assert_cmpfloat (get_number (stats, "network_size.samples"), >=, 1);
  g_assert_cmpfloat (get_number (stats, "network_size.when_us"), >, 1.6e15);
  g_assert_cmpfloat (get_number (stats, "clock.steps"), ==, 0);

  g_assert_cmpfloat (get_number (other, "connections.inbound.opened"), >=, 4);
  g_assert_cmpfloat (get_number (other, "requests.served.put-value.ok"), ==, 1);
  g_assert_cmpfloat (get_number (other, "records.stored"), ==, 1);
  g_assert_cmpfloat (get_number (other, "now.records"), ==, 1);
  g_assert_cmpfloat (get_number (other, "now.records_bytes"), >, 0);
  g_assert_cmpfloat (get_number (other, "now.publications"), ==, 0);

  operations = g_variant_lookup_value (stats, "operations", G_VARIANT_TYPE ("aa{sv}"));
  text = g_variant_print (operations, FALSE);
  g_assert_nonnull (strstr (text, "{'command': <'put-record'>, 'count': <uint64 1>, 'failures': "
                                  "<uint64 0>"));
  g_assert_nonnull (strstr (text, "{'command': <'show-table'>"));
  stop_network ();
}

static void
test_failures_are_counted (void)
{
  KadNode *node = make_node (KAD_MODE_SERVER, NULL);
  g_autoptr (GVariant) stats = NULL;
  g_autoptr (GVariant) operations = NULL;
  g_autofree char *text = NULL;
  Wait wait = { 0 };

  g_test_summary ("A dial that is refused counts for its transport, and for its command");

  start_node (node);
  kad_node_dial_async (node, "/ip4/127.0.0.1/tcp/1", NULL, wait_on_ready, &wait);
  g_assert_null (kad_node_dial_finish (node, wait_for (&wait), NULL));
  wait_clear (&wait);
  stats = dup_stats (node);
  g_assert_cmpfloat (get_number (stats, "dials.tcp.failed"), ==, 1);
  g_assert_cmpfloat (get_number (stats, "dials.tcp.ok"), ==, 0);
  operations = g_variant_lookup_value (stats, "operations", NULL);
  text = g_variant_print (operations, FALSE);
  g_assert_nonnull (
      strstr (text, "{'command': <'dial'>, 'count': <uint64 1>, 'failures': <uint64 1>"));
  stop_node (node);
  finish_turns ();
  g_assert_finalize_object (node);
}

/* ---- mode ---- */

typedef struct
{
  guint n_changes;
  guint n_notifies;
} ModeWatch;

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  ModeWatch *watch = user_data;

  if (kad_event_get_event_type (event) == KAD_EVENT_MODE_CHANGED)
    watch->n_changes++;
}

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  ((ModeWatch *) user_data)->n_notifies++;
}

static void
set_mode (KadNode *node, KadMode mode)
{
  g_autoptr (GError) error = NULL;
  Wait wait = { 0 };

  kad_node_set_mode_async (node, mode, NULL, wait_on_ready, &wait);
  g_assert_true (kad_node_set_mode_finish (node, wait_for (&wait), &error));
  g_assert_no_error (error);
  g_assert_cmpint (kad_node_get_mode (node), ==, mode);
  wait_clear (&wait);
}

static void
test_mode_at_run_time (void)
{
  ModeWatch watch = { 0 };
  KadMode mode = KAD_MODE_AUTO;

  g_test_summary ("A client becomes a server, others hear of it and let it in, and back again");

  start_network (KAD_MODE_CLIENT);
  kad_node_watch (nodes[4], on_event, &watch, NULL);
  g_signal_connect (nodes[4], "notify::mode", G_CALLBACK (on_notify), &watch);
  g_assert_cmpint (kad_node_get_mode (nodes[4]), ==, KAD_MODE_CLIENT);
  g_assert_false (kad_node_is_server (nodes[4]));
  run_until (get_table_size (nodes[0]) == 3);

  set_mode (nodes[4], KAD_MODE_SERVER);
  g_assert_true (kad_node_is_server (nodes[4]));
  run_until (get_table_size (nodes[0]) == 4);
  run_until (watch.n_changes == 1 && watch.n_notifies == 1);

  /* It listens, and not on the public network: automatically a server, too. */
  set_mode (nodes[4], KAD_MODE_AUTO);
  g_assert_true (kad_node_is_server (nodes[4]));
  run_until (watch.n_notifies == 2);
  g_assert_cmpuint (watch.n_changes, ==, 1);

  set_mode (nodes[4], KAD_MODE_CLIENT);
  run_until (get_table_size (nodes[0]) == 3);
  run_until (watch.n_changes == 2);
  g_object_get (nodes[4], "mode", &mode, NULL);
  g_assert_cmpint (mode, ==, KAD_MODE_CLIENT);
  stop_network ();
}

static void
test_mode_outlives_a_stop (void)
{
  KadNode *node = make_node (KAD_MODE_CLIENT, NULL);

  g_test_summary ("A node that is stopped and started has the mode that it was set to");

  start_node (node);
  set_mode (node, KAD_MODE_SERVER);
  stop_node (node);
  g_assert_cmpint (kad_node_get_mode (node), ==, KAD_MODE_SERVER);
  g_assert_false (kad_node_is_server (node));
  start_node (node);
  g_assert_true (kad_node_is_server (node));
  stop_node (node);
  finish_turns ();
  g_assert_finalize_object (node);
}

/* ---- reachability ---- */

static void
test_reachability (void)
{
  g_autoptr (GVariant) result = NULL;
  g_autofree const char **listening = NULL;
  const char *state = NULL, *why = NULL;
  guint64 n_inbound = 0;
  Wait wait = { 0 };

  g_test_summary ("Off the public network a node that listens is reached, and who came is counted");

  start_network (KAD_MODE_SERVER);
  kad_node_show_reachability_async (nodes[0], NULL, wait_on_ready, &wait);
  result = kad_node_show_reachability_finish (nodes[0], wait_for (&wait), NULL);
  wait_clear (&wait);
  g_assert_nonnull (result);
  g_assert_true (g_variant_lookup (result, "state", "&s", &state));
  g_assert_true (g_variant_lookup (result, "why", "&s", &why));
  g_assert_true (g_variant_lookup (result, "inbound", "t", &n_inbound));
  g_assert_true (g_variant_lookup (result, "listening", "^a&s", &listening));
  g_assert_cmpstr (state, ==, "local");
  g_assert_cmpstr (why, ==, "listening");
  g_assert_cmpuint (n_inbound, >=, N_NODES - 1);
  g_assert_nonnull (listening[0]);
  stop_network ();
}

/* A node on a public network, as far as it knows. */
static void
check_public (gboolean listens, const char *state, const char *why)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = NULL;
  const char *got_state = NULL, *got_why = NULL;
  Wait wait = { 0 };
  KadNode *node;

  kad_node_config_set_address_filter (config, TRUE);
  if (listens)
    g_assert_true (kad_node_config_add_listen (config, "/ip4/127.0.0.1/tcp/0", &error));
  node = kad_node_new (config, &error);
  g_assert_no_error (error);
  start_node (node);
  if (listens)
    {
      g_auto (GStrv) addresses = kad_node_dup_addresses (node);
      KadNode *other = make_node (KAD_MODE_CLIENT, addresses[0]);

      start_node (other);
      run_until (kad_node_get_n_connections (node) > 0);
      stop_node (other);
      finish_turns ();
      g_assert_finalize_object (other);
    }
  kad_node_show_reachability_async (node, NULL, wait_on_ready, &wait);
  result = kad_node_show_reachability_finish (node, wait_for (&wait), NULL);
  wait_clear (&wait);
  g_assert_true (g_variant_lookup (result, "state", "&s", &got_state));
  g_assert_true (g_variant_lookup (result, "why", "&s", &got_why));
  g_assert_cmpstr (got_state, ==, state);
  g_assert_cmpstr (got_why, ==, why);
  stop_node (node);
  finish_turns ();
  g_assert_finalize_object (node);
}

static void
test_reachability_is_not_proven_by_neighbours (void)
{
  g_test_summary ("On a public network who comes from this machine proves nothing");

  check_public (FALSE, "private", "not-listening");
  check_public (TRUE, "unknown", "nobody-came");
}

/* ---- health ---- */

typedef struct
{
  GPtrArray *names;
  GPtrArray *states;
} Health;

static void
on_check (KadNode *node, GVariant *result, gpointer user_data)
{
  Health *health = user_data;
  char *name, *state;

  g_assert_true (g_variant_lookup (result, "check", "s", &name));
  g_assert_true (g_variant_lookup (result, "state", "s", &state));
  g_ptr_array_add (health->names, name);
  g_ptr_array_add (health->states, state);
}

static GVariant *
check_health (KadNode *node, Health *health)
{
  g_autoptr (GError) error = NULL;
  Wait wait = { 0 };
  GVariant *summary;

  health->names = g_ptr_array_new_with_free_func (g_free);
  health->states = g_ptr_array_new_with_free_func (g_free);
  kad_node_run_async (node, "check-health", NULL, on_check, health, NULL, NULL, wait_on_ready,
                      &wait);
  summary = kad_node_run_finish (node, wait_for (&wait), &error);
  g_assert_no_error (error);
  wait_clear (&wait);
  return summary;
}

static void
assert_state (const Health *health, guint index, const char *name, const char *state)
{
  g_assert_cmpuint (index, <, health->names->len);
  g_assert_cmpstr (health->names->pdata[index], ==, name);
  g_assert_cmpstr (health->states->pdata[index], ==, state);
}

static void
health_clear (Health *health)
{
  g_ptr_array_unref (health->names);
  g_ptr_array_unref (health->states);
}

static void
test_healthy (void)
{
  g_autoptr (GVariant) summary = NULL;
  g_autoptr (GVariant) stats = NULL;
  Health health = { 0 };
  gboolean is_healthy = FALSE;

  g_test_summary ("In a network of five a record goes round, and nothing of it is kept alive");

  start_network (KAD_MODE_SERVER);
  summary = check_health (nodes[4], &health);
  g_assert_cmpuint (health.names->len, ==, 10);
  assert_state (&health, 0, "listening", "ok");
  assert_state (&health, 1, "table-size", "ok");
  assert_state (&health, 2, "self-lookup", "ok");
  assert_state (&health, 3, "record-round-trip", "ok");
  assert_state (&health, 4, "reachability", "ok");
  assert_state (&health, 5, "clock", "ok");
  assert_state (&health, 6, "disk", "skipped");
  g_assert_true (g_variant_lookup (summary, "healthy", "b", &is_healthy));
  g_assert_true (is_healthy);
  stats = dup_stats (nodes[4]);
  g_assert_cmpfloat (get_number (stats, "now.publications"), ==, 0);
  g_assert_cmpfloat (get_number (stats, "now.records"), ==, 0);
  health_clear (&health);
  stop_network ();
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      remove (path);
    }
  g_assert_cmpint (remove (folder), ==, 0);
}

static void
test_unhealthy (void)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autofree char *folder = g_dir_make_tmp ("kad-test-XXXXXX", NULL);
  g_autoptr (GVariant) summary = NULL;
  g_autoptr (GError) error = NULL;
  Health health = { 0 };
  gboolean is_healthy = TRUE;
  KadNode *node;

  g_test_summary ("Alone and listening nowhere, the node says so; its folder is looked at");

  kad_node_config_set_mode (config, KAD_MODE_SERVER);
  kad_node_config_set_data (config, folder);
  node = kad_node_new (config, &error);
  g_assert_no_error (error);
  start_node (node);
  summary = check_health (node, &health);
  assert_state (&health, 0, "listening", "fail");
  assert_state (&health, 1, "table-size", "fail");
  assert_state (&health, 2, "self-lookup", "skipped");
  assert_state (&health, 3, "record-round-trip", "skipped");
  /* How much is free is the machine's affair. */
  g_assert_cmpstr (health.names->pdata[6], ==, "disk");
  g_assert_cmpstr (health.states->pdata[6], !=, "skipped");
  g_assert_true (g_variant_lookup (summary, "healthy", "b", &is_healthy));
  g_assert_false (is_healthy);
  health_clear (&health);
  stop_node (node);
  finish_turns ();
  g_assert_finalize_object (node);
  remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/node-stats/counts", test_counts);
  g_test_add_func ("/node-stats/failures-are-counted", test_failures_are_counted);
  g_test_add_func ("/node-stats/mode-at-run-time", test_mode_at_run_time);
  g_test_add_func ("/node-stats/mode-outlives-a-stop", test_mode_outlives_a_stop);
  g_test_add_func ("/node-stats/reachability", test_reachability);
  g_test_add_func ("/node-stats/reachability-is-not-proven-by-neighbours",
                   test_reachability_is_not_proven_by_neighbours);
  g_test_add_func ("/node-stats/healthy", test_healthy);
  g_test_add_func ("/node-stats/unhealthy", test_unhealthy);
  return g_test_run ();
}
