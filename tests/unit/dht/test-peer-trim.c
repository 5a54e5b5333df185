/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-peer-trim.h"

#include "test-peers.h"

static KadPeerInfo *
make_info_with (guint n_addresses)
{
  KadPeerInfo *info = make_info (1, NULL);

  for (guint i = 0; i < n_addresses; i++)
    {
      g_autofree char *text = g_strdup_printf ("/ip4/10.0.0.%u/tcp/1", i + 1);

      add_address (info, text);
    }
  return info;
}

static void
test_what_fits_is_kept_as_it_is (void)
{
  g_autoptr (KadPeerInfo) info = make_info_with (3);
  g_autoptr (KadPeerInfo) trimmed = kad_peer_trim (info, 3, G_MAXSIZE);

  g_test_summary ("An info within the bounds is not copied");

  g_assert_true (trimmed == info);
  g_assert_cmpuint (kad_peer_measure_addresses (info), ==, 3 * (8 + KAD_ADDRESS_OVERHEAD_BYTES));
}

static void
test_the_first_addresses_are_kept (void)
{
  g_autoptr (KadPeerInfo) info = make_info_with (10);
  g_autoptr (KadPeerInfo) by_number = kad_peer_trim (info, 8, G_MAXSIZE);
  g_autoptr (KadPeerInfo) by_bytes = kad_peer_trim (info, 8, 2 * 40);
  g_autoptr (KadPeerInfo) none = kad_peer_trim (info, 8, 39);
  g_auto (GStrv) texts = kad_peer_info_dup_addresses (by_bytes);

  g_test_summary ("Too many addresses, or too many bytes of them, are cut at the end");

  g_assert_cmpuint (kad_peer_info_get_n_addresses (by_number), ==, 8);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (by_bytes), ==, 2);
  g_assert_cmpstr (texts[0], ==, "/ip4/10.0.0.1/tcp/1");
  g_assert_cmpstr (texts[1], ==, "/ip4/10.0.0.2/tcp/1");
  g_assert_cmpuint (kad_peer_info_get_n_addresses (none), ==, 0);
  assert_peer (none, 1);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (info), ==, 10);
}

static void
test_the_senders_connection_is_not_kept (void)
{
  g_autoptr (KadPeerInfo) info = make_info_with (1);
  g_autoptr (KadPeerInfo) trimmed = NULL;

  g_test_summary ("What the sender said of its connection is not ours to repeat");

  kad_peer_info_set_connection (info, KAD_CONNECTION_CANNOT_CONNECT);
  trimmed = kad_peer_trim (info, 8, G_MAXSIZE);
  g_assert_cmpint (kad_peer_info_get_connection (trimmed), ==, KAD_CONNECTION_NOT_CONNECTED);
  g_assert_cmpuint (kad_peer_info_get_n_addresses (trimmed), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/peer-trim/fits", test_what_fits_is_kept_as_it_is);
  g_test_add_func ("/dht/peer-trim/cut", test_the_first_addresses_are_kept);
  g_test_add_func ("/dht/peer-trim/connection", test_the_senders_connection_is_not_kept);
  return g_test_run ();
}
