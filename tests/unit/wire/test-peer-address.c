/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-peer-address.h"

#include "kad-wire-testing.h"

#define NAME "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"
#define OTHER "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N"

static char *
read_text (const char *text, gboolean of_anybody)
{
  g_autoptr (KadMultiaddr) written = kad_multiaddr_new_from_string (text, NULL);
  g_autoptr (KadMultiaddr) address = NULL;
  const guint8 *data;
  KadPeerId peer;
  gsize len;

  g_assert_nonnull (written);
  g_assert_true (kad_peer_id_parse (&peer, NAME, NULL));
  data = kad_multiaddr_get_data (written, &len);
  address = kad_peer_address_read (data, len, of_anybody ? NULL : &peer);
  return address != NULL ? kad_multiaddr_to_string (address) : NULL;
}

static void
test_names_at_the_end (void)
{
  static const struct
  {
    const char *written;
    gboolean of_anybody;
    const char *read;
  } cases[] = {
    { "/ip4/192.0.2.1/tcp/1", FALSE, "/ip4/192.0.2.1/tcp/1" },
    { "/ip4/192.0.2.1/tcp/1/p2p/" NAME, FALSE, "/ip4/192.0.2.1/tcp/1" },
    { "/ip4/192.0.2.1/tcp/1/p2p/" OTHER, FALSE, NULL },
    { "/ip4/192.0.2.1/tcp/1/p2p/" OTHER, TRUE, "/ip4/192.0.2.1/tcp/1" },
    { "/p2p/" NAME, FALSE, NULL },
    { "/p2p/" NAME, TRUE, NULL },
    { "/ip4/192.0.2.1/tcp/1/p2p/" OTHER "/p2p-circuit", FALSE,
      "/ip4/192.0.2.1/tcp/1/p2p/" OTHER "/p2p-circuit" },
    { "/ip4/192.0.2.1/tcp/1/p2p/" OTHER "/p2p-circuit/p2p/" NAME, FALSE,
      "/ip4/192.0.2.1/tcp/1/p2p/" OTHER "/p2p-circuit" },
  };

  g_test_summary ("The peer's own name is taken off, another peer's address is nothing");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *read = read_text (cases[i].written, cases[i].of_anybody);

      g_assert_cmpstr (read, ==, cases[i].read);
    }
}

static void
test_rule_06_only_registered_protocols (void)
{
  g_test_summary ("What is malformed or of an unknown protocol is nothing");

  g_assert_null (kad_peer_address_read (NULL, 0, NULL));
  g_assert_null (kad_peer_address_read (BYTES ("\x04\x7f\x00\x00"), NULL)); /* short */
  g_assert_null (
      kad_peer_address_read (BYTES ("\x04\x7f\x00\x00\x01\xff\x7f"), NULL)); /* unknown */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer-address/names-at-the-end", test_names_at_the_end);
  g_test_add_func ("/peer-address/rule-06-only-registered-protocols",
                   test_rule_06_only_registered_protocols);
  return g_test_run ();
}
