/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-ip-group.h"

#include "kad-ip-counts.h"

static void
test_groups (void)
{
  static const struct
  {
    const char *address;
    const char *host; /* NULL: none */
    const char *subnet;
    KadScope scope;
  } cases[] = {
    { "/ip4/192.0.2.77/tcp/1", "192.0.2.77", "192.0.2.0/24", KAD_SCOPE_DOCUMENTATION },
    { "/ip4/8.8.4.4/udp/1", "8.8.4.4", "8.8.4.0/24", KAD_SCOPE_GLOBAL },
    { "/ip4/127.0.0.1/tcp/1/ws", "127.0.0.1", "127.0.0.0/24", KAD_SCOPE_LOOPBACK },
    { "/ip6/2a00:1450:4001:812::200e/tcp/1", "2a00:1450:4001:812::/64", "2a00:1450:4001:800::/56",
      KAD_SCOPE_GLOBAL },
    { "/ip6/::ffff:8.8.4.4/tcp/1", "8.8.4.4", "8.8.4.0/24", KAD_SCOPE_GLOBAL },
    { "/ip6/2002:808:404::1/tcp/1", "8.8.4.4", "8.8.4.0/24", KAD_SCOPE_GLOBAL },
    { "/ip6/64:ff9b::808:404/tcp/1", "8.8.4.4", "8.8.4.0/24", KAD_SCOPE_GLOBAL },
    { "/dns4/example.com/tcp/1", NULL, NULL, KAD_SCOPE_UNKNOWN },
    { "/memory/5", NULL, NULL, KAD_SCOPE_UNKNOWN },
  };

  g_test_summary ("Who owns an address: host and subnet, IPv4 inside of IPv6 included");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (cases[i].address, &error);
      KadIpGroup group;

      g_assert_no_error (error);
      g_assert_true (kad_ip_group_init (&group, address) == (cases[i].host != NULL));
      if (cases[i].host != NULL)
        {
          g_autofree char *host = kad_ip_group_host_to_string (&group);
          g_autofree char *subnet = kad_ip_group_subnet_to_string (&group);

          g_assert_cmpstr (host, ==, cases[i].host);
          g_assert_cmpstr (subnet, ==, cases[i].subnet);
          g_assert_cmpint (group.scope, ==, cases[i].scope);
        }
      else
        g_assert_cmpuint (group.host, ==, 0);
    }
}

static void
test_counts (void)
{
  KadIpCounts *counts = kad_ip_counts_new ();
  KadIpCount *first = kad_ip_counts_join (counts, 1);

  g_test_summary ("What joins is counted until it leaves; of what is gone nothing is kept");

  g_assert_true (kad_ip_counts_join (counts, 1) == first);
  g_assert_cmpuint (kad_ip_counts_get (counts, 1), ==, 2);
  g_assert_cmpuint (kad_ip_counts_get (counts, 2), ==, 0);
  g_assert_cmpuint (kad_ip_counts_get_size (counts), ==, 1);
  kad_ip_counts_leave (counts, first);
  g_assert_cmpuint (kad_ip_counts_get (counts, 1), ==, 1);
  kad_ip_counts_leave (counts, first);
  g_assert_cmpuint (kad_ip_counts_get (counts, 1), ==, 0);
  g_assert_cmpuint (kad_ip_counts_get_size (counts), ==, 0);
  kad_ip_counts_free (counts);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ip-group/groups", test_groups);
  g_test_add_func ("/ip-group/counts", test_counts);
  return g_test_run ();
}
