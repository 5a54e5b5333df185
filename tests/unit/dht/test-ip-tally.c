/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-ip-tally.h"

#include "test-peers.h"

#define BUCKET 3

static gboolean
allows (const KadIpTally *tally, const char *address, guint bucket)
{
  g_autoptr (KadPeerInfo) info = make_info (99, address);

  return kad_ip_tally_allows (tally, info, bucket);
}

static void
add (KadIpTally *tally, const char *address, guint bucket)
{
  g_autoptr (KadPeerInfo) info = make_info (1, address);

  kad_ip_tally_add (tally, info, bucket);
}

static void
test_groups_are_prefixes (void)
{
  g_autoptr (KadIpTally) tally = kad_ip_tally_new (1, 0, FALSE);

  g_test_summary ("An IPv4 /16 and an IPv6 /32 are one group, their neighbours are others");

  add (tally, "/ip4/8.8.1.1/tcp/1", BUCKET);
  g_assert_false (allows (tally, "/ip4/8.8.255.7/udp/9/quic-v1", BUCKET));
  g_assert_true (allows (tally, "/ip4/8.9.1.1/tcp/1", BUCKET));
  g_assert_true (allows (tally, "/ip4/8.8.1.1/tcp/1", BUCKET + 1));

  add (tally, "/ip6/2a00:1450::1/tcp/1", BUCKET);
  g_assert_false (allows (tally, "/ip6/2a00:1450:ffff::2/tcp/1", BUCKET));
  g_assert_true (allows (tally, "/ip6/2a00:1451::1/tcp/1", BUCKET));
}

static void
test_carried_ip4_is_of_its_group (void)
{
  static const char *const carriers[]
      = { "/ip6/::ffff:8.8.4.4/tcp/1", "/ip6/64:ff9b::808:404/tcp/1",
          "/ip6/2002:808:404::1/tcp/1" };

  g_test_summary ("Mapped, NAT64 and 6to4 addresses count for the IPv4 /16 inside");

  for (gsize i = 0; i < G_N_ELEMENTS (carriers); i++)
    {
      g_autoptr (KadIpTally) tally = kad_ip_tally_new (1, 0, FALSE);

      add (tally, carriers[i], BUCKET);
      g_assert_false (allows (tally, "/ip4/8.8.1.1/tcp/1", BUCKET));
    }
}

static void
test_what_is_not_global_is_free (void)
{
  static const char *const addresses[] = { "/ip4/127.0.0.1/tcp/1",
                                           "/ip4/10.0.0.1/tcp/1",
                                           "/ip4/100.64.0.1/tcp/1",
                                           "/ip6/::1/tcp/1",
                                           "/ip6/fc00::1/tcp/1",
                                           "/dns4/a.example.org/tcp/1",
                                           "/memory/7",
                                           "/ip4/192.168.1.1/tcp/1" };
  g_autoptr (KadIpTally) tally = kad_ip_tally_new (1, 1, FALSE);

  g_test_summary ("Loopback, private, shared and memory addresses and names have no group");

  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      for (guint n = 0; n < 5; n++)
        add (tally, addresses[i], BUCKET);
      g_assert_true (allows (tally, addresses[i], BUCKET));
    }
}

static void
test_table_and_bucket_are_counted_apart (void)
{
  g_autoptr (KadIpTally) tally = kad_ip_tally_new (2, 3, FALSE);

  g_test_summary ("Two a bucket and three a table");

  add (tally, "/ip4/8.8.1.1/tcp/1", 0);
  add (tally, "/ip4/8.8.1.2/tcp/1", 0);
  g_assert_false (allows (tally, "/ip4/8.8.1.3/tcp/1", 0));
  g_assert_true (allows (tally, "/ip4/8.8.1.3/tcp/1", 1));
  add (tally, "/ip4/8.8.1.3/tcp/1", 1);
  g_assert_false (allows (tally, "/ip4/8.8.1.4/tcp/1", 2));
}

static void
test_many_addresses_of_a_group_count_once (void)
{
  g_autoptr (KadIpTally) tally = kad_ip_tally_new (2, 0, FALSE);
  g_autoptr (KadPeerInfo) info = make_info (1, "/ip4/8.8.1.1/tcp/1");

  g_test_summary ("A peer counts once a group, in every group, and is taken out as it went in");

  add_address (info, "/ip4/8.8.1.1/udp/1/quic-v1");
  add_address (info, "/ip4/9.9.1.1/tcp/1");
  kad_ip_tally_add (tally, info, BUCKET);
  g_assert_true (allows (tally, "/ip4/8.8.2.2/tcp/1", BUCKET));
  add (tally, "/ip4/8.8.2.2/tcp/1", BUCKET);
  g_assert_false (allows (tally, "/ip4/8.8.3.3/tcp/1", BUCKET));
  add (tally, "/ip4/9.9.2.2/tcp/1", BUCKET);
  g_assert_false (allows (tally, "/ip4/9.9.3.3/tcp/1", BUCKET));

  kad_ip_tally_remove (tally, info, BUCKET);
  g_assert_true (allows (tally, "/ip4/8.8.3.3/tcp/1", BUCKET));
  g_assert_true (allows (tally, "/ip4/9.9.3.3/tcp/1", BUCKET));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/ip-tally/groups", test_groups_are_prefixes);
  g_test_add_func ("/dht/ip-tally/carried", test_carried_ip4_is_of_its_group);
  g_test_add_func ("/dht/ip-tally/free", test_what_is_not_global_is_free);
  g_test_add_func ("/dht/ip-tally/both", test_table_and_bucket_are_counted_apart);
  g_test_add_func ("/dht/ip-tally/once", test_many_addresses_of_a_group_count_once);
  return g_test_run ();
}
