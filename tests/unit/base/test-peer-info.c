/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-peer-info.h"

#include "kad-error.h"

#define PEER "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"

static KadPeerInfo *
new_info (void)
{
  KadPeerId peer;

  g_assert_true (kad_peer_id_parse (&peer, PEER, NULL));
  return kad_peer_info_new (&peer);
}

static gboolean
add (KadPeerInfo *info, const char *text)
{
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, NULL);

  g_assert_nonnull (address);
  return kad_peer_info_add_address (info, address);
}

static void
test_begins_empty (void)
{
  g_autoptr (KadPeerInfo) info = new_info ();
  g_autofree char *peer = kad_peer_id_to_string (kad_peer_info_get_peer (info));
  g_auto (GStrv) texts = kad_peer_info_dup_addresses (info);

  g_test_summary ("A new info names its peer, has no address and is not connected");

  g_assert_cmpstr (peer, ==, PEER);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (info), ==, 0);
  g_assert_cmpint (kad_peer_info_get_connection (info), ==, KAD_CONNECTION_NOT_CONNECTED);
  g_assert_cmpuint (g_strv_length (texts), ==, 0);
}

static void
test_keeps_addresses_in_order (void)
{
  g_autoptr (KadPeerInfo) info = new_info ();
  g_auto (GStrv) texts = NULL;

  g_test_summary ("Addresses stay in order; one that is there already is left out");

  g_assert_true (add (info, "/ip4/10.0.0.2/tcp/4001"));
  g_assert_true (add (info, "/ip4/10.0.0.1/tcp/4001"));
  g_assert_false (add (info, "/ip4/10.0.0.2/tcp/4001"));
  texts = kad_peer_info_dup_addresses (info);
  g_assert_cmpuint (g_strv_length (texts), ==, 2);
  g_assert_cmpstr (texts[0], ==, "/ip4/10.0.0.2/tcp/4001");
  g_assert_cmpstr (texts[1], ==, "/ip4/10.0.0.1/tcp/4001");
}

static void
test_addresses_are_bounded (void)
{
  g_autoptr (KadPeerInfo) info = new_info ();

  g_test_summary ("No more than the bound of addresses are taken");

  for (guint i = 0; i < KAD_MAX_PEER_ADDRESSES; i++)
    {
      g_autofree char *text = g_strdup_printf ("/ip4/10.0.0.1/tcp/%u", 1000 + i);

      g_assert_true (add (info, text));
    }
  g_assert_false (add (info, "/ip4/10.0.0.1/tcp/999"));
  g_assert_cmpuint (kad_peer_info_get_n_addresses (info), ==, KAD_MAX_PEER_ADDRESSES);
  for (guint i = 0; i < KAD_MAX_PEER_ADDRESSES; i++)
    {
      guint16 port = 0;

      g_assert_true (kad_multiaddr_get_port (kad_peer_info_get_address (info, i), &port));
      g_assert_cmpuint (port, ==, 1000 + i);
    }
}

static void
test_every_connection_type (void)
{
  g_autoptr (KadPeerInfo) info = new_info ();

  g_test_summary ("What was said of the connection is kept");

  for (guint i = 0; i <= KAD_CONNECTION_CANNOT_CONNECT; i++)
    {
      kad_peer_info_set_connection (info, (KadConnectionType) i);
      g_assert_cmpuint (kad_peer_info_get_connection (info), ==, i);
    }
}

static void
test_reads_an_address_with_its_peer (void)
{
  g_autoptr (KadPeerInfo) info
      = kad_peer_info_new_from_string ("/ip4/127.0.0.1/tcp/4001/p2p/" PEER, NULL);
  g_autoptr (KadPeerInfo) bare = kad_peer_info_new_from_string ("/p2p/" PEER, NULL);
  g_auto (GStrv) texts = kad_peer_info_dup_addresses (info);
  g_autofree char *peer = kad_peer_id_to_string (kad_peer_info_get_peer (info));

  g_test_summary ("An address is split from the peer at its end; a bare peer has none");

  g_assert_cmpstr (peer, ==, PEER);
  g_assert_cmpuint (g_strv_length (texts), ==, 1);
  g_assert_cmpstr (texts[0], ==, "/ip4/127.0.0.1/tcp/4001");
  g_assert_cmpuint (kad_peer_info_get_n_addresses (bare), ==, 0);
}

static void
test_refuses_an_address_without_peer (void)
{
  static const char *const bad[]
      = { "/ip4/127.0.0.1/tcp/4001", PEER, "", "/ip4/127.0.0.1/tcp/99999",
          "/ip4/127.0.0.1/tcp/4001/p2p/" PEER "/p2p-circuit" };

  g_test_summary ("An address that ends without a peer is InvalidAddress");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kad_peer_info_new_from_string (bad[i], &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
    }
}

static void
test_boxed (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  KadPeerInfo *info = new_info ();

  g_test_summary ("The type is boxed: a value holds a reference");

  g_value_init (&value, KAD_TYPE_PEER_INFO);
  g_value_set_boxed (&value, info);
  g_assert_true (g_value_get_boxed (&value) == info);
  kad_peer_info_unref (info);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (g_value_get_boxed (&value)), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer-info/begins-empty", test_begins_empty);
  g_test_add_func ("/peer-info/keeps-addresses-in-order", test_keeps_addresses_in_order);
  g_test_add_func ("/peer-info/addresses-are-bounded", test_addresses_are_bounded);
  g_test_add_func ("/peer-info/every-connection-type", test_every_connection_type);
  g_test_add_func ("/peer-info/reads-an-address-with-its-peer",
                   test_reads_an_address_with_its_peer);
  g_test_add_func ("/peer-info/refuses-an-address-without-peer",
                   test_refuses_an_address_without_peer);
  g_test_add_func ("/peer-info/boxed", test_boxed);
  return g_test_run ();
}
