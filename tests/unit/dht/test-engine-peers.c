/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

/* Who enters the table, who stays, who leaves. */

static guint
table_size (Network *net)
{
  return kad_routing_table_get_size (kad_engine_get_table (net->engine));
}

static gboolean
in_table (Network *net, guint32 n)
{
  KadPeerId peer = make_peer (n);

  return kad_routing_table_find (kad_engine_get_table (net->engine), &peer) != NULL;
}

static guint
bucket_of (Network *net, guint n)
{
  KadPeerId peer = make_peer (n);

  return kad_routing_table_find (kad_engine_get_table (net->engine), &peer)->bucket;
}

static void
test_a_server_enters_after_its_check (void)
{
  g_autoptr (Network) net = network_new ();
  KadEvent *added;

  g_test_summary ("identified as a server is a candidate; who answers for our id is in");
  network_connect (net, 1);
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_SEND), ==, 0);
  network_identify (net, 1, TRUE);
  g_assert_cmpuint (table_size (net), ==, 0);
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_SEND), ==, 1);
  network_reply_found (net, 1, 0, 0);
  g_assert_true (in_table (net, 1));
  added = network_find_event (net, KAD_EVENT_TABLE_ADDED, 0);
  g_assert_nonnull (added);
  g_assert_cmpuint (added->number, ==, bucket_of (net, 1));
}

static void
test_a_candidate_that_is_silent_stays_out (void)
{
  g_autoptr (Network) net = network_new ();

  g_test_summary ("a peer that accepts and never speaks, and one that resets, stay out");
  network_connect (net, 1);
  network_identify (net, 1, TRUE);
  network_connect (net, 2);
  network_identify (net, 2, TRUE);
  network_fail (net, 2, KAD_ERROR_PROTOCOL);
  network_advance (net, 60 * SECOND);
  g_assert_cmpuint (table_size (net), ==, 0);
}

static void
test_clients_never_enter_and_servers_that_become_clients_leave (void)
{
  g_autoptr (Network) net = network_new ();

  g_test_summary ("a client is not asked; a server that turns client is taken out");
  network_connect (net, 1);
  network_identify (net, 1, FALSE);
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_SEND), ==, 0);
  network_add_server (net, 2);
  g_assert_true (in_table (net, 2));
  network_identify (net, 2, FALSE);
  g_assert_false (in_table (net, 2));
  g_assert_nonnull (network_find_event (net, KAD_EVENT_TABLE_REMOVED, 0));
}

static void
test_a_failure_is_checked_and_three_checks_end_it (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("key");
  g_autoptr (GPtrArray) rows = NULL;

  g_test_summary ("stale after one failure, gone after three failed checks, not sooner");
  network_add_server (net, 1);
  network_add_server (net, 2);
  network_disconnect (net, 2);
  network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_CLOSEST_PEERS, .key = key });
  network_fail_dial (net, 2);
  g_assert_true (in_table (net, 2));
  rows = kad_engine_dup_table_rows (net->engine);
  for (guint i = 0; i < rows->len; i++)
    {
      const KadTableRow *row = g_ptr_array_index (rows, i);
      KadPeerId one = make_peer (1);
      gboolean is_one = kad_peer_id_equal (kad_peer_info_get_peer (row->info), &one);

      g_assert_cmpint (row->state, ==, is_one ? KAD_PEER_STATE_LIVE : KAD_PEER_STATE_STALE);
      g_assert_cmpint (row->connected, ==, is_one);
    }
  network_advance (net, SECOND);
  network_fail_dial (net, 2);
  network_advance (net, 5 * SECOND);
  network_fail_dial (net, 2);
  g_assert_true (in_table (net, 2));
  network_advance (net, 10 * SECOND);
  network_fail_dial (net, 2);
  g_assert_false (in_table (net, 2));
  g_assert_true (in_table (net, 1));
}

static void
test_rows_of_one_and_of_the_buckets (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (KadTableRow) row = NULL;
  g_autoptr (GPtrArray) buckets = NULL;
  KadPeerId one = make_peer (1), nobody = make_peer (99);
  guint n_peers = 0, n_connected = 0;

  g_test_summary ("The row of one peer, and what each bucket holds and when that changed");

  network_add_server (net, 1);
  network_advance (net, SECOND);
  network_add_server (net, 2);
  network_disconnect (net, 2);
  row = kad_engine_dup_table_row (net->engine, &one);
  g_assert_nonnull (row);
  g_assert_true (row->connected);
  g_assert_cmpuint (row->bucket, ==, bucket_of (net, 1));
  g_assert_null (kad_engine_dup_table_row (net->engine, &nobody));
  buckets = kad_engine_dup_bucket_rows (net->engine);
  for (guint i = 0; i < buckets->len; i++)
    {
      const KadBucketRow *bucket = buckets->pdata[i];

      g_assert_cmpuint (bucket->size, >, 0);
      g_assert_cmpint (bucket->changed_us, >=, row->added_us);
      g_assert_cmpint (bucket->changed_us, <=, net->now_us);
      n_peers += bucket->size;
      n_connected += bucket->connected;
    }
  g_assert_cmpuint (n_peers, ==, 2);
  g_assert_cmpuint (n_connected, ==, 1);
}

static void
test_a_check_that_is_answered_keeps_the_peer (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("key");
  KadPeerId peer = make_peer (2);

  g_test_summary ("two failed checks are forgotten when the third is answered");
  network_add_server (net, 1);
  network_add_server (net, 2);
  network_disconnect (net, 2);
  network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_CLOSEST_PEERS, .key = key });
  network_fail_dial (net, 2);
  network_advance (net, SECOND);
  network_fail_dial (net, 2);
  network_advance (net, 5 * SECOND);
  network_fail_dial (net, 2);
  network_advance (net, 10 * SECOND);
  network_connect (net, 2);
  network_reply_found (net, 2, 0, 0);
  network_advance (net, 100 * SECOND);
  g_assert_true (in_table (net, 2));
  g_assert_cmpuint (kad_routing_table_find (kad_engine_get_table (net->engine), &peer)->failures,
                    ==, 0);
}

static void
test_nobody_is_evicted_while_we_are_alone (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("key");

  g_test_summary ("when nobody is connected the fault may be ours: the table stays");
  network_add_server (net, 1);
  network_disconnect (net, 1);
  network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_CLOSEST_PEERS, .key = key });
  network_fail_dial (net, 1);
  for (guint i = 0; i < 50; i++)
    {
      KadOutput output;

      network_advance (net, 60 * SECOND);
      while (network_take (net, KAD_OUTPUT_DIAL, 0, &output))
        {
          g_autoptr (GError) error
              = g_error_new_literal (KAD_ERROR, KAD_ERROR_DIAL_FAILED, "Network is unreachable");

          kad_engine_dial_failed (net->engine, &output.peer, error, net->now_us);
          kad_output_clear (&output);
        }
    }
  g_assert_true (in_table (net, 1));
}

/* Time passes, and whoever is connected answers what it is asked. */
static void
live_for (Network *net, gint64 duration_us)
{
  KadOutput output;

  for (gint64 passed_us = 0; passed_us < duration_us; passed_us += SECOND)
    {
      network_advance (net, SECOND);
      while (network_take (net, KAD_OUTPUT_SEND, 0, &output))
        {
          g_autoptr (KadMessage) reply = answer (KAD_MESSAGE_FIND_NODE, NULL, 0, 0);

          kad_engine_reply_received (net->engine, output.request, reply, net->now_us);
          kad_output_clear (&output);
        }
    }
  network_forget (net);
}

static void
test_a_full_bucket_checks_its_oldest (void)
{
  KadEngineConfig config
      = { .mode = KAD_MODE_SERVER, .k = 1, .refresh_interval_us = 1000 * KAD_USEC_PER_HOUR };
  g_autoptr (Network) net = network_new_with (&config);
  KadRoutingTable *table = kad_engine_get_table (net->engine);
  guint32 first = 0;
  guint32 second = 0;
  KadKey local, key;

  g_test_summary ("the newcomer waits; the old one answers its check and stays, fails and goes");
  kad_key_init_from_peer (&local, &net->local);
  for (guint32 i = 1; second == 0; i++)
    {
      KadPeerId peer = make_peer (i);

      kad_key_init_from_peer (&key, &peer);
      if (kad_key_common_prefix (&local, &key) != 0)
        continue;
      second = first != 0 ? i : 0;
      first = first != 0 ? first : i;
    }
  network_add_server (net, first);
  live_for (net, 700 * SECOND);
  network_add_server (net, second);
  g_assert_cmpuint (kad_routing_table_get_bucket_size (table, 0), ==, 1);
  g_assert_true (in_table (net, first));
  network_reply_found (net, first, 0, 0);
  g_assert_true (in_table (net, first));

  live_for (net, 700 * SECOND);
  network_identify (net, second, TRUE);
  network_reply_found (net, second, 0, 0);
  network_disconnect (net, first);
  for (guint i = 0; i < 3; i++)
    {
      network_fail_dial (net, first);
      network_advance (net, 20 * SECOND);
    }
  g_assert_false (in_table (net, first));
  g_assert_true (in_table (net, second));
}

static void
test_newcomers_to_a_full_bucket_are_not_checked (void)
{
  g_autoptr (Network) net = network_new ();
  guint n_checked = 0;

  g_test_summary ("a thousand newcomers cost as many checks as there are seats, not a thousand");
  for (guint32 i = 1; i <= 1000; i++)
    {
      network_connect (net, i);
      network_identify (net, i, TRUE);
      if (network_count (net, KAD_OUTPUT_SEND) > 0)
        {
          network_reply_found (net, i, 0, 0);
          n_checked++;
        }
    }
  g_assert_cmpuint (n_checked, ==, table_size (net));
  g_assert_cmpuint (n_checked, <, 200);
}

static void
test_private_addresses_stay_out_of_public_tables (void)
{
  KadEngineConfig config = { .mode = KAD_MODE_SERVER, .public_addresses_only = TRUE };
  g_autoptr (Network) net = network_new_with (&config);
  g_autoptr (KadPeerInfo) mixed = make_info (2, "/ip4/192.168.1.1/tcp/1");
  g_autoptr (KadPeerInfo) known = NULL;
  KadPeerId peer = make_peer (2);

  g_test_summary ("in a public network only global addresses are kept, and peers without are out");
  network_connect (net, 1);
  network_identify (net, 1, TRUE);
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_SEND), ==, 0);

  add_address (mixed, "/ip4/100.64.0.1/tcp/1");
  add_address (mixed, "/ip4/169.254.169.254/tcp/80");
  add_address (mixed, "/ip4/8.8.8.8/tcp/4001");
  add_address (mixed, "/ip4/127.0.0.1/tcp/4001");
  network_connect (net, 2);
  kad_engine_peer_identified (net->engine, mixed, TRUE, net->now_us);
  network_reply_found (net, 2, 0, 0);
  g_assert_true (in_table (net, 2));
  g_assert_false (in_table (net, 1));
  known = kad_engine_dup_peer_info (net->engine, &peer);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (known), ==, 1);
}

static void
test_peers_only_heard_of_never_enter (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("key");

  g_test_summary ("who is named and does not answer is in no table; who answers is");
  network_add_server (net, 1);
  network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_CLOSEST_PEERS, .key = key });
  network_reply_found (net, 1, 10, 2);
  g_assert_cmpuint (table_size (net), ==, 1);
  network_fail_dial (net, 10);
  network_connect (net, 11);
  network_reply_found (net, 11, 0, 0);
  g_assert_true (in_table (net, 11));
  g_assert_false (in_table (net, 10));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/engine-peers/candidate", test_a_server_enters_after_its_check);
  g_test_add_func ("/dht/engine-peers/silent-candidate", test_a_candidate_that_is_silent_stays_out);
  g_test_add_func ("/dht/engine-peers/clients",
                   test_clients_never_enter_and_servers_that_become_clients_leave);
  g_test_add_func ("/dht/engine-peers/three-checks",
                   test_a_failure_is_checked_and_three_checks_end_it);
  g_test_add_func ("/dht/engine-peers/rows-of-one-and-of-the-buckets",
                   test_rows_of_one_and_of_the_buckets);
  g_test_add_func ("/dht/engine-peers/answered-check",
                   test_a_check_that_is_answered_keeps_the_peer);
  g_test_add_func ("/dht/engine-peers/outage", test_nobody_is_evicted_while_we_are_alone);
  g_test_add_func ("/dht/engine-peers/full-bucket", test_a_full_bucket_checks_its_oldest);
  g_test_add_func ("/dht/engine-peers/newcomers", test_newcomers_to_a_full_bucket_are_not_checked);
  g_test_add_func ("/dht/engine-peers/public", test_private_addresses_stay_out_of_public_tables);
  g_test_add_func ("/dht/engine-peers/heard-of", test_peers_only_heard_of_never_enter);
  return g_test_run ();
}
