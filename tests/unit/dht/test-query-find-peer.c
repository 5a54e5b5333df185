/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

static KadQueryId
find (Network *net, guint32 n)
{
  return network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_FIND_PEER, .peer = make_peer (n) });
}

static void
assert_found (Network *net, KadQueryId id, guint32 n)
{
  KadEvent *step = network_step (net, id, 0);

  g_assert_nonnull (step);
  g_assert_cmpuint (step->peers->len, ==, 1);
  assert_peer (g_ptr_array_index (step->peers, 0), n);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (g_ptr_array_index (step->peers, 0)), >, 0);
  g_assert_no_error (network_last (net, id)->error);
}

static void
test_whom_we_know_is_found_at_once (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (KadPeerInfo) configured = peer_info (3);

  g_test_summary ("in the table, connected, configured, ourselves: nobody is asked");
  network_listen (net, "/ip4/10.9.9.9/tcp/1");
  network_add_server (net, 1);
  network_connect (net, 2);
  network_identify (net, 2, FALSE);
  kad_engine_add_address (net->engine, configured, net->now_us);
  network_forget (net);
  for (guint32 i = 0; i <= 3; i++)
    assert_found (net, find (net, i), i);
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_SEND), ==, 0);
}

static void
test_the_first_who_knows_ends_it (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id;

  g_test_summary ("an answer that names it with an address; one without does not count");
  network_add_server (net, 1);
  network_add_server (net, 2);
  network_forget (net);
  id = find (net, 50);
  {
    KadMessage *reply = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);

    kad_message_take_closer (reply, make_info (50, NULL));
    network_reply (net, 1, reply);
  }
  g_assert_null (network_last (net, id));
  network_reply_found (net, 2, 49, 3);
  assert_found (net, id, 50);
  g_assert_cmpint (network_last (net, id)->outcome, ==, KAD_OUTCOME_STOPPED);
}

static void
test_unknown_is_not_found_and_unreachable_is_offline (void)
{
  g_autoptr (Network) net = network_new ();
  KadQueryId id;

  g_test_summary ("nobody knows it: NotFound; nobody answers: Offline");
  network_add_server (net, 1);
  network_forget (net);
  id = find (net, 50);
  network_reply_found (net, 1, 0, 0);
  g_assert_error (network_last (net, id)->error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_suffix (network_last (net, id)->error->message, ": 1 peer answered"));
  network_disconnect (net, 1);
  id = find (net, 50);
  network_fail_dial (net, 1);
  g_assert_error (network_last (net, id)->error, KAD_ERROR, KAD_ERROR_OFFLINE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/query-find-peer/known", test_whom_we_know_is_found_at_once);
  g_test_add_func ("/dht/query-find-peer/first", test_the_first_who_knows_ends_it);
  g_test_add_func ("/dht/query-find-peer/errors",
                   test_unknown_is_not_found_and_unreachable_is_offline);
  return g_test_run ();
}
