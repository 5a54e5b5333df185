/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

static Network *
make_network (guint n)
{
  Network *net = network_new ();

  for (guint32 i = 1; i <= n; i++)
    network_add_server (net, i);
  network_forget (net);
  return net;
}

static KadQueryId
find (Network *net, guint limit)
{
  g_autoptr (GBytes) key = text_bytes ("k");

  return network_start (
      net, (KadQuerySpec){ .kind = KAD_QUERY_GET_PROVIDERS, .key = key, .limit = limit });
}

/* Answer with provider @first to @first + @n - 1, each at 10.0.x.x and, if given, @address. */
static void
reply_providers (Network *net, guint32 peer, guint32 first, guint n, const char *address)
{
  KadMessage *reply = answer (KAD_MESSAGE_GET_PROVIDERS, NULL, 0, 0);

  for (guint32 i = first; i < first + n; i++)
    {
      KadPeerInfo *info = peer_info (i);

      if (address != NULL)
        add_address (info, address);
      kad_message_take_provider (reply, info);
    }
  network_reply (net, peer, reply);
}

static void
test_a_provider_is_named_once (void)
{
  g_autoptr (Network) net = make_network (4);
  KadQueryId id = find (net, 0);
  KadEvent *step;

  g_test_summary ("again only with more addresses, and then with all of them");
  reply_providers (net, 1, 10, 2, NULL);
  reply_providers (net, 2, 10, 2, NULL);
  reply_providers (net, 3, 11, 2, "/ip4/10.7.7.7/tcp/7");
  reply_providers (net, 4, 11, 1, NULL);
  g_assert_cmpuint (network_step (net, id, 0)->peers->len, ==, 2);
  step = network_step (net, id, 1);
  g_assert_cmpuint (step->peers->len, ==, 2);
  assert_peer (g_ptr_array_index (step->peers, 0), 11);
  assert_peer (g_ptr_array_index (step->peers, 1), 12);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (g_ptr_array_index (step->peers, 0)), ==, 2);
  g_assert_null (network_step (net, id, 2));
  g_assert_cmpint (network_last (net, id)->outcome, ==, KAD_OUTCOME_COMPLETED);
}

static void
test_none_is_no_error (void)
{
  g_autoptr (Network) net = make_network (2);
  KadQueryId id = find (net, 0);

  g_test_summary ("nobody provides it: an empty result");
  reply_providers (net, 1, 0, 0, NULL);
  reply_providers (net, 2, 0, 0, NULL);
  g_assert_no_error (network_last (net, id)->error);
  g_assert_null (network_step (net, id, 0));
}

static void
test_the_limit_stops_it (void)
{
  g_autoptr (Network) net = make_network (2);
  KadQueryId id = find (net, 3);

  g_test_summary ("three of five, and no more is asked");
  reply_providers (net, 1, 10, 5, NULL);
  g_assert_cmpuint (network_step (net, id, 0)->peers->len, ==, 3);
  g_assert_cmpint (network_last (net, id)->outcome, ==, KAD_OUTCOME_STOPPED);
}

static void
test_what_we_hold_comes_first (void)
{
  g_autoptr (Network) net = make_network (1);
  g_autoptr (GBytes) key = text_bytes ("k");
  g_autoptr (KadMessage) add = kad_message_new (KAD_MESSAGE_ADD_PROVIDER, key);
  KadPeerId from = make_peer (30);
  KadQueryId id;

  g_test_summary ("our own store answers before anybody is asked");
  kad_message_take_provider (add, peer_info (30));
  g_assert_null (kad_engine_handle_request (net->engine, &from, add, net->now_us, NULL));
  id = find (net, 1);
  assert_peer (g_ptr_array_index (network_step (net, id, 0)->peers, 0), 30);
  g_assert_cmpint (network_last (net, id)->outcome, ==, KAD_OUTCOME_STOPPED);
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_SEND), ==, 0);
}

static void
test_slow_peers_do_not_hold_results (void)
{
  g_autoptr (Network) net = make_network (5);
  KadQueryId id = find (net, 0);

  g_test_summary ("something found, three answered, two silent: it ends after a second");
  reply_providers (net, 1, 10, 1, NULL);
  g_assert_nonnull (network_step (net, id, 0));
  reply_providers (net, 2, 10, 1, NULL);
  reply_providers (net, 3, 10, 1, NULL);
  network_advance (net, 999 * KAD_USEC_PER_MSEC);
  g_assert_null (network_last (net, id));
  network_advance (net, KAD_USEC_PER_MSEC);
  g_assert_no_error (network_last (net, id)->error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/query-get-providers/once", test_a_provider_is_named_once);
  g_test_add_func ("/dht/query-get-providers/none", test_none_is_no_error);
  g_test_add_func ("/dht/query-get-providers/limit", test_the_limit_stops_it);
  g_test_add_func ("/dht/query-get-providers/own", test_what_we_hold_comes_first);
  g_test_add_func ("/dht/query-get-providers/slow", test_slow_peers_do_not_hold_results);
  return g_test_run ();
}
