/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-provider-peers.h"

#include "kad-peer-trim.h"
#include "kad-store.h"
#include "test-peers.h"

static guint
n_addresses (const KadProviderPeers *peers, guint32 number)
{
  return kad_peer_info_get_n_addresses (kad_provider_peers_get (peers, number)->info);
}

static void
test_a_peer_is_kept_once_and_as_long_as_used (void)
{
  KadProviderPeers peers;
  g_autoptr (KadPeerInfo) info = make_info (1, "/ip4/1.2.3.4/tcp/1");
  const KadPeerId *peer = kad_peer_info_get_peer (info);
  guint32 number;

  g_test_summary ("Used twice is one peer, dropped twice is none");

  kad_provider_peers_init (&peers);
  g_assert_cmpuint (kad_provider_peers_find (&peers, peer), ==, KAD_SLAB_NONE);
  number = kad_provider_peers_use (&peers, info);
  g_assert_cmpuint (kad_provider_peers_use (&peers, info), ==, number);
  g_assert_cmpuint (kad_provider_peers_get (&peers, number)->n_records, ==, 2);
  kad_provider_peers_renew (&peers, number, info, 0);
  kad_provider_peers_drop (&peers, number);
  g_assert_cmpuint (kad_provider_peers_find (&peers, peer), ==, number);
  kad_provider_peers_drop (&peers, number);
  g_assert_cmpuint (kad_provider_peers_find (&peers, peer), ==, KAD_SLAB_NONE);
  g_assert_cmpuint (peers.n_address_bytes, ==, 0);
  g_assert_cmpint (kad_deadline_heap_get_next (&peers.deadlines), ==, KAD_TIME_NEVER);
  kad_provider_peers_clear (&peers);
}

static void
test_addresses_live_for_a_day (void)
{
  KadProviderPeers peers;
  g_autoptr (KadPeerInfo) bare = make_info (1, NULL);
  g_autoptr (KadPeerInfo) info = make_info (1, "/ip4/1.2.3.4/tcp/1");
  guint32 number;

  g_test_summary ("24 h after they were given addresses go; an info without any renews nothing");

  kad_provider_peers_init (&peers);
  number = kad_provider_peers_use (&peers, info);
  kad_provider_peers_renew (&peers, number, info, 1000);
  kad_provider_peers_renew (&peers, number, bare, 5000);
  kad_provider_peers_expire (&peers, 86400000999);
  g_assert_cmpuint (n_addresses (&peers, number), ==, 1);
  kad_provider_peers_expire (&peers, 86400001000);
  g_assert_cmpuint (n_addresses (&peers, number), ==, 0);
  g_assert_cmpuint (kad_provider_peers_find (&peers, kad_peer_info_get_peer (info)), ==, number);
  g_assert_cmpuint (peers.n_address_bytes, ==, 0);

  kad_provider_peers_renew (&peers, number, info, 86400002000);
  g_assert_cmpuint (n_addresses (&peers, number), ==, 1);
  kad_provider_peers_clear (&peers);
}

static void
test_addresses_are_bounded (void)
{
  KadProviderPeers peers;
  g_autoptr (KadPeerInfo) many = make_info (1, NULL);
  g_autoptr (KadPeerInfo) one = make_info (2, "/ip4/1.2.3.4/tcp/1");
  guint32 first, second;

  g_test_summary ("Eight of a peer, and none when all the bytes for addresses are used");

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("/ip4/1.2.3.4/tcp/%u", i + 1);

      add_address (many, text);
    }
  kad_provider_peers_init (&peers);
  first = kad_provider_peers_use (&peers, many);
  kad_provider_peers_renew (&peers, first, many, 0);
  g_assert_cmpuint (n_addresses (&peers, first), ==, KAD_MAX_PROVIDER_ADDRESSES);
  g_assert_cmpuint (peers.n_address_bytes, ==, 8 * 40);

  peers.n_address_bytes = KAD_MAX_STORED_ADDRESS_BYTES - 39;
  second = kad_provider_peers_use (&peers, one);
  kad_provider_peers_renew (&peers, second, one, 0);
  g_assert_cmpuint (n_addresses (&peers, second), ==, 0);
  peers.n_address_bytes--;
  kad_provider_peers_renew (&peers, second, one, 0);
  g_assert_cmpuint (n_addresses (&peers, second), ==, 1);
  g_assert_cmpuint (peers.n_address_bytes, ==, KAD_MAX_STORED_ADDRESS_BYTES);

  /* Its own old addresses are no obstacle to new ones. */
  kad_provider_peers_renew (&peers, second, one, 7);
  g_assert_cmpint (kad_deadline_heap_get_due (&peers.deadlines, second), ==, 86400000007);
  g_assert_cmpuint (peers.n_address_bytes, ==, KAD_MAX_STORED_ADDRESS_BYTES);
  kad_provider_peers_clear (&peers);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/provider-peers/once", test_a_peer_is_kept_once_and_as_long_as_used);
  g_test_add_func ("/dht/provider-peers/day", test_addresses_live_for_a_day);
  g_test_add_func ("/dht/provider-peers/bounds", test_addresses_are_bounded);
  return g_test_run ();
}
