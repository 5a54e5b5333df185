/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-tcp-address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <unistd.h>

static KadMultiaddr *
new_address (const char *text)
{
  g_autoptr (GError) error = NULL;
  KadMultiaddr *address = kad_multiaddr_new_from_string (text, &error);

  g_assert_no_error (error);
  return address;
}

static void
test_round_trip (void)
{
  static const char *const texts[] = {
    "/ip4/127.0.0.1/tcp/4001", "/ip4/0.0.0.0/tcp/0",      "/ip4/255.1.2.3/tcp/65535",
    "/ip6/::1/tcp/4001",       "/ip6/2001:db8::7/tcp/80", "/ip6zone/lo/ip6/fe80::1/tcp/1",
  };

  g_test_summary ("Addresses become what the socket calls take, and are the same again");

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (KadMultiaddr) address = new_address (texts[i]);
      g_autoptr (KadMultiaddr) again = NULL;
      KadTcpAddress socket_address;

      g_test_message ("%s", texts[i]);
      g_assert_true (kad_tcp_address_from_multiaddr (&socket_address, address));
      again = kad_tcp_address_to_multiaddr (&socket_address);
      g_assert_true (kad_multiaddr_equal (address, again));
    }
}

static void
test_bytes (void)
{
  g_autoptr (KadMultiaddr) ip4 = new_address ("/ip4/192.0.2.1/tcp/258");
  g_autoptr (KadMultiaddr) ip6 = new_address ("/ip6zone/lo/ip6/fe80::9/tcp/258");
  KadTcpAddress address;
  struct in6_addr wanted;

  g_test_summary ("Family, address, port and zone are where the socket calls look for them");

  g_assert_true (kad_tcp_address_from_multiaddr (&address, ip4));
  g_assert_cmpint (address.any.sa_family, ==, AF_INET);
  g_assert_cmphex (address.ip4.sin_addr.s_addr, ==, htonl (0xc0000201));
  g_assert_cmpuint (ntohs (address.ip4.sin_port), ==, 258);
  g_assert_cmpuint (kad_tcp_address_get_port (&address), ==, 258);
  g_assert_cmpuint (kad_tcp_address_get_size (&address), ==, sizeof (struct sockaddr_in));

  g_assert_true (kad_tcp_address_from_multiaddr (&address, ip6));
  g_assert_cmpint (inet_pton (AF_INET6, "fe80::9", &wanted), ==, 1);
  g_assert_cmpmem (&address.ip6.sin6_addr, 16, &wanted, 16);
  g_assert_cmpuint (address.ip6.sin6_scope_id, ==, if_nametoindex ("lo"));
  g_assert_cmpuint (kad_tcp_address_get_port (&address), ==, 258);
  g_assert_cmpuint (kad_tcp_address_get_size (&address), ==, sizeof (struct sockaddr_in6));
}

static void
test_others (void)
{
  static const char *const texts[] = {
    "/ip4/127.0.0.1",
    "/ip4/127.0.0.1/udp/1",
    "/ip4/127.0.0.1/tcp/1/ws",
    "/tcp/1",
    "/tcp/1/ip4/127.0.0.1",
    "/dns4/localhost/tcp/1",
    "/ip6zone/lo/ip4/127.0.0.1/tcp/1",
    "/ip6zone/lo",
    "/ip6zone/no-such-if/ip6/fe80::1/tcp/1",
    "/memory/1",
  };

  g_test_summary ("What is not exactly an IP address and a TCP port is refused");

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (KadMultiaddr) address = new_address (texts[i]);
      KadTcpAddress ignored;

      g_test_message ("%s", texts[i]);
      g_assert_false (kad_tcp_address_from_multiaddr (&ignored, address));
    }
}

static void
test_lost_zone (void)
{
  KadTcpAddress address = { .ip6 = { .sin6_family = AF_INET6, .sin6_scope_id = 0x7fffffff } };
  g_autoptr (KadMultiaddr) multiaddr = NULL;
  g_autofree char *text = NULL;

  g_test_summary ("An interface that is gone is left out");

  address.ip6.sin6_addr = in6addr_loopback;
  multiaddr = kad_tcp_address_to_multiaddr (&address);
  text = kad_multiaddr_to_string (multiaddr);
  g_assert_cmpstr (text, ==, "/ip6/::1/tcp/0");
}

static void
test_interfaces (void)
{
  g_autoptr (KadMultiaddr) wildcard = new_address ("/ip4/0.0.0.0/tcp/4001");
  g_autoptr (KadMultiaddr) one = new_address ("/ip4/127.0.0.1/tcp/4001");
  g_autoptr (GPtrArray) addresses = NULL;
  KadTcpAddress address;

  g_test_summary ("A wildcard stands for the addresses of the interfaces, with its port");

  g_assert_true (kad_tcp_address_from_multiaddr (&address, one));
  g_assert_false (kad_tcp_address_is_wildcard (&address));
  g_assert_true (kad_tcp_address_from_multiaddr (&address, wildcard));
  g_assert_true (kad_tcp_address_is_wildcard (&address));
  addresses = kad_tcp_address_list_interfaces (&address);
  g_assert_true (g_ptr_array_find_with_equal_func (addresses, one, kad_multiaddr_equal, NULL));
  for (guint i = 0; i < addresses->len; i++)
    {
      g_assert_true (kad_tcp_address_from_multiaddr (&address, addresses->pdata[i]));
      g_assert_false (kad_tcp_address_is_wildcard (&address));
      g_assert_cmpint (address.any.sa_family, ==, AF_INET);
      g_assert_cmpuint (kad_tcp_address_get_port (&address), ==, 4001);
    }
}

static void
test_ip6_interfaces (void)
{
  g_autoptr (KadMultiaddr) wildcard = new_address ("/ip6/::/tcp/4001");
  g_autoptr (GPtrArray) addresses = NULL;
  KadTcpAddress address;

  g_test_summary ("Of the IPv6 wildcard, no link-local address and none of IPv4 is told");

  g_assert_true (kad_tcp_address_from_multiaddr (&address, wildcard));
  g_assert_true (kad_tcp_address_is_wildcard (&address));
  addresses = kad_tcp_address_list_interfaces (&address);
  for (guint i = 0; i < addresses->len; i++)
    {
      g_assert_true (kad_tcp_address_from_multiaddr (&address, addresses->pdata[i]));
      g_assert_cmpint (address.any.sa_family, ==, AF_INET6);
      g_assert_cmpint (kad_multiaddr_get_scope (addresses->pdata[i]), !=, KAD_SCOPE_LINK_LOCAL);
    }
}

static void
test_dup_local (void)
{
  g_autoptr (KadMultiaddr) wanted = new_address ("/ip4/127.0.0.1/tcp/0");
  g_autoptr (KadMultiaddr) local = NULL;
  KadTcpAddress address;
  guint16 port = 0;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_test_summary ("A socket tells where it is bound; what is no socket tells nothing");

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (kad_tcp_address_from_multiaddr (&address, wanted));
  g_assert_no_errno (bind (fd, &address.any, kad_tcp_address_get_size (&address)));
  local = kad_tcp_address_dup_local (fd);
  g_assert_true (kad_multiaddr_get_port (local, &port));
  g_assert_cmpuint (port, !=, 0);
  close (fd);
  g_assert_null (kad_tcp_address_dup_local (-1));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transports/tcp-address/round-trip", test_round_trip);
  g_test_add_func ("/transports/tcp-address/bytes", test_bytes);
  g_test_add_func ("/transports/tcp-address/others", test_others);
  g_test_add_func ("/transports/tcp-address/lost-zone", test_lost_zone);
  g_test_add_func ("/transports/tcp-address/interfaces", test_interfaces);
  g_test_add_func ("/transports/tcp-address/ip6-interfaces", test_ip6_interfaces);
  g_test_add_func ("/transports/tcp-address/dup-local", test_dup_local);
  return g_test_run ();
}
