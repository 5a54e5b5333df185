/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-ip-part.h"

static void
test_first_ip_is_kept (void)
{
  static const struct
  {
    const char *address;
    const char *part; /* NULL: none */
  } cases[] = {
    { "/ip4/192.0.2.1/tcp/4001", "/ip4/192.0.2.1" },
    { "/ip4/192.0.2.1", "/ip4/192.0.2.1" },
    { "/ip6/2001:db8::1/udp/1/quic-v1", "/ip6/2001:db8::1" },
    { "/ip6zone/eth0/ip6/fe80::1/tcp/1", "/ip6/fe80::1" },
    { "/dns4/example.com/tcp/1", NULL },
    { "/memory/1", NULL },
    { "/tcp/1/ip4/192.0.2.1", NULL },
    { "/ip6zone/eth0", NULL },
  };

  g_test_summary ("The IP address at the beginning is the part, without its zone; elsewhere there "
                  "is none");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (cases[i].address, NULL);
      g_autoptr (KadMultiaddr) part = kad_ip_part_new (address);
      g_autofree char *text = part != NULL ? kad_multiaddr_to_string (part) : NULL;

      g_assert_cmpstr (text, ==, cases[i].part);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ip-part/first-ip-is-kept", test_first_ip_is_kept);
  return g_test_run ();
}
