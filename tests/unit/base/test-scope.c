/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-scope.h"

#include <arpa/inet.h>
#include <string.h>

typedef struct
{
  const char *text;
  KadScope scope;
} Row;

static void
test_ip4_ranges (void)
{
  static const Row rows[] = {
    { "0.0.0.0", KAD_SCOPE_UNSPECIFIED },        { "0.0.0.1", KAD_SCOPE_RESERVED },
    { "0.255.255.255", KAD_SCOPE_RESERVED },     { "1.0.0.0", KAD_SCOPE_GLOBAL },
    { "9.255.255.255", KAD_SCOPE_GLOBAL },       { "10.0.0.0", KAD_SCOPE_PRIVATE },
    { "10.255.255.255", KAD_SCOPE_PRIVATE },     { "11.0.0.0", KAD_SCOPE_GLOBAL },
    { "100.63.255.255", KAD_SCOPE_GLOBAL },      { "100.64.0.0", KAD_SCOPE_CGNAT },
    { "100.127.255.255", KAD_SCOPE_CGNAT },      { "100.128.0.0", KAD_SCOPE_GLOBAL },
    { "126.255.255.255", KAD_SCOPE_GLOBAL },     { "127.0.0.0", KAD_SCOPE_LOOPBACK },
    { "127.0.0.1", KAD_SCOPE_LOOPBACK },         { "127.255.255.255", KAD_SCOPE_LOOPBACK },
    { "128.0.0.0", KAD_SCOPE_GLOBAL },           { "169.253.255.255", KAD_SCOPE_GLOBAL },
    { "169.254.0.0", KAD_SCOPE_LINK_LOCAL },     { "169.254.255.255", KAD_SCOPE_LINK_LOCAL },
    { "169.255.0.0", KAD_SCOPE_GLOBAL },         { "172.15.255.255", KAD_SCOPE_GLOBAL },
    { "172.16.0.0", KAD_SCOPE_PRIVATE },         { "172.31.255.255", KAD_SCOPE_PRIVATE },
    { "172.32.0.0", KAD_SCOPE_GLOBAL },          { "191.255.255.255", KAD_SCOPE_GLOBAL },
    { "192.0.0.0", KAD_SCOPE_RESERVED },         { "192.0.0.255", KAD_SCOPE_RESERVED },
    { "192.0.1.0", KAD_SCOPE_GLOBAL },           { "192.0.2.0", KAD_SCOPE_DOCUMENTATION },
    { "192.0.2.255", KAD_SCOPE_DOCUMENTATION },  { "192.0.3.0", KAD_SCOPE_GLOBAL },
    { "192.88.99.1", KAD_SCOPE_RESERVED },       { "192.167.255.255", KAD_SCOPE_GLOBAL },
    { "192.168.0.0", KAD_SCOPE_PRIVATE },        { "192.168.255.255", KAD_SCOPE_PRIVATE },
    { "192.169.0.0", KAD_SCOPE_GLOBAL },         { "198.17.255.255", KAD_SCOPE_GLOBAL },
    { "198.18.0.0", KAD_SCOPE_RESERVED },        { "198.19.255.255", KAD_SCOPE_RESERVED },
    { "198.20.0.0", KAD_SCOPE_GLOBAL },          { "198.51.99.255", KAD_SCOPE_GLOBAL },
    { "198.51.100.0", KAD_SCOPE_DOCUMENTATION }, { "198.51.101.0", KAD_SCOPE_GLOBAL },
    { "203.0.112.255", KAD_SCOPE_GLOBAL },       { "203.0.113.9", KAD_SCOPE_DOCUMENTATION },
    { "203.0.114.0", KAD_SCOPE_GLOBAL },         { "223.255.255.255", KAD_SCOPE_GLOBAL },
    { "224.0.0.0", KAD_SCOPE_MULTICAST },        { "239.255.255.255", KAD_SCOPE_MULTICAST },
    { "240.0.0.0", KAD_SCOPE_RESERVED },         { "255.255.255.254", KAD_SCOPE_RESERVED },
    { "255.255.255.255", KAD_SCOPE_RESERVED },
  };

  g_test_summary ("Each IPv4 range begins and ends where the registry says");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint8 address[4];

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (inet_pton (AF_INET, rows[i].text, address), ==, 1);
      g_assert_cmpint (kad_scope_of_ip4 (address), ==, rows[i].scope);
      g_assert_cmpint (kad_scope_of_name (rows[i].text, strlen (rows[i].text)), ==, rows[i].scope);
    }
}

static void
assert_ip6_rows (const Row *rows, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      guint8 address[16];

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (inet_pton (AF_INET6, rows[i].text, address), ==, 1);
      g_assert_cmpint (kad_scope_of_ip6 (address), ==, rows[i].scope);
      g_assert_cmpint (kad_scope_of_name (rows[i].text, strlen (rows[i].text)), ==, rows[i].scope);
    }
}

static void
test_ip6_ranges (void)
{
  static const Row rows[] = {
    { "::", KAD_SCOPE_UNSPECIFIED },
    { "::1", KAD_SCOPE_LOOPBACK },
    { "::2", KAD_SCOPE_RESERVED },
    { "::192.0.2.1", KAD_SCOPE_RESERVED },
    { "100::", KAD_SCOPE_RESERVED },
    { "100::ffff:ffff:ffff:ffff", KAD_SCOPE_RESERVED },
    { "1fff:ffff::", KAD_SCOPE_RESERVED },
    { "2000::", KAD_SCOPE_GLOBAL },
    { "2001:1ff:ffff::", KAD_SCOPE_RESERVED },
    { "2001:2::", KAD_SCOPE_RESERVED },
    { "2001:200::", KAD_SCOPE_GLOBAL },
    { "2001:db7:ffff::", KAD_SCOPE_GLOBAL },
    { "2001:db8::", KAD_SCOPE_DOCUMENTATION },
    { "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", KAD_SCOPE_DOCUMENTATION },
    { "2001:db9::", KAD_SCOPE_GLOBAL },
    { "2606:4700::1111", KAD_SCOPE_GLOBAL },
    { "3ffe::", KAD_SCOPE_GLOBAL },
    { "3fff::", KAD_SCOPE_DOCUMENTATION },
    { "3fff:fff:ffff::", KAD_SCOPE_DOCUMENTATION },
    { "3fff:1000::", KAD_SCOPE_GLOBAL },
    { "4000::", KAD_SCOPE_RESERVED },
    { "5f00::", KAD_SCOPE_RESERVED },
    { "fbff::", KAD_SCOPE_RESERVED },
    { "fc00::", KAD_SCOPE_PRIVATE },
    { "fdff:ffff::1", KAD_SCOPE_PRIVATE },
    { "fe00::", KAD_SCOPE_RESERVED },
    { "fe80::", KAD_SCOPE_LINK_LOCAL },
    { "febf:ffff::1", KAD_SCOPE_LINK_LOCAL },
    { "fec0::1", KAD_SCOPE_PRIVATE },
    { "ff02::1", KAD_SCOPE_MULTICAST },
    { "64:ff9b:1::1", KAD_SCOPE_PRIVATE },
    { "64:ff9b:2::1", KAD_SCOPE_RESERVED },
  };

  g_test_summary ("Each IPv6 range begins and ends where the registry says");

  assert_ip6_rows (rows, G_N_ELEMENTS (rows));
}

static void
test_ip4_inside_ip6 (void)
{
  static const Row rows[] = {
    { "::ffff:127.0.0.1", KAD_SCOPE_LOOPBACK },
    { "::ffff:10.0.0.1", KAD_SCOPE_PRIVATE },
    { "::ffff:8.8.8.8", KAD_SCOPE_GLOBAL },
    { "::ffff:0.0.0.0", KAD_SCOPE_UNSPECIFIED },
    { "64:ff9b::127.0.0.1", KAD_SCOPE_LOOPBACK },
    { "64:ff9b::192.168.1.1", KAD_SCOPE_PRIVATE },
    { "64:ff9b::8.8.8.8", KAD_SCOPE_GLOBAL },
    { "2002:7f00:1::1", KAD_SCOPE_LOOPBACK },
    { "2002:a00:1::1", KAD_SCOPE_PRIVATE },
    { "2002:6440:1::1", KAD_SCOPE_CGNAT },
    { "2002:808:808::1", KAD_SCOPE_GLOBAL },
    /* Teredo: the client's address is at the end, each bit turned over */
    { "2001::80ff:fffe", KAD_SCOPE_LOOPBACK },
    { "2001:0:4136:e378:8000:63bf:3fff:fdd2", KAD_SCOPE_DOCUMENTATION },
    { "2001:0:4136:e378:8000:63bf:f7f7:f7f7", KAD_SCOPE_GLOBAL },
  };

  g_test_summary ("Mapped, NAT64, 6to4 and Teredo addresses have the scope of the IPv4 one inside");

  assert_ip6_rows (rows, G_N_ELEMENTS (rows));
}

static void
test_names (void)
{
  static const Row rows[] = {
    { "localhost", KAD_SCOPE_LOOPBACK },
    { "LocalHost.", KAD_SCOPE_LOOPBACK },
    { "a.b.localhost", KAD_SCOPE_LOOPBACK },
    { "notlocalhost", KAD_SCOPE_NAME },
    { "localhost.example.com", KAD_SCOPE_NAME },
    { "printer.local", KAD_SCOPE_LINK_LOCAL },
    { "local", KAD_SCOPE_LINK_LOCAL },
    { "nas.home.arpa", KAD_SCOPE_PRIVATE },
    { "db.internal", KAD_SCOPE_PRIVATE },
    { "1.0.0.127.in-addr.arpa", KAD_SCOPE_RESERVED },
    { "x.ip6.arpa", KAD_SCOPE_RESERVED },
    { "x.invalid", KAD_SCOPE_RESERVED },
    { "x.test", KAD_SCOPE_RESERVED },
    { "host.example", KAD_SCOPE_DOCUMENTATION },
    { "example.com", KAD_SCOPE_NAME },
    { "127.0.0.1.", KAD_SCOPE_LOOPBACK },
    { "127.1", KAD_SCOPE_NAME },
    { "arpa", KAD_SCOPE_NAME },
    { ".", KAD_SCOPE_NAME },
    { "", KAD_SCOPE_NAME },
    { "a-name-of-more-than-forty-six-characters.org.localhost", KAD_SCOPE_LOOPBACK },
  };

  g_test_summary ("Special names, in any case, have a scope; others have it only once resolved");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      /* Not terminated, as on the wire. */
      gsize len = strlen (rows[i].text);
      g_autofree char *name = g_malloc (MAX (len, 1));

      memcpy (name, rows[i].text, len);
      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (kad_scope_of_name (name, len), ==, rows[i].scope);
    }
}

static void
test_scopes_have_names (void)
{
  g_test_summary ("Each scope has a name, and a number that is none is unknown");

  g_assert_cmpstr (kad_scope_get_name (KAD_SCOPE_UNKNOWN), ==, "unknown");
  g_assert_cmpstr (kad_scope_get_name (KAD_SCOPE_LINK_LOCAL), ==, "link-local");
  g_assert_cmpstr (kad_scope_get_name (KAD_SCOPE_RESERVED), ==, "reserved");
  g_assert_cmpstr (kad_scope_get_name (KAD_SCOPE_MEMORY), ==, "memory");
  g_assert_cmpstr (kad_scope_get_name ((KadScope) 99), ==, "unknown");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scope/ip4-ranges", test_ip4_ranges);
  g_test_add_func ("/scope/ip6-ranges", test_ip6_ranges);
  g_test_add_func ("/scope/ip4-inside-ip6", test_ip4_inside_ip6);
  g_test_add_func ("/scope/names", test_names);
  g_test_add_func ("/scope/scopes-have-names", test_scopes_have_names);
  return g_test_run ();
}
