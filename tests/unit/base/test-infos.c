/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-infos.h"

#include "kad-error.h"

static void
test_names_of_modes (void)
{
  static const char *const names[] = { "auto", "client", "server" };
  g_autoptr (GError) error = NULL;
  KadMode mode = KAD_MODE_SERVER;

  g_test_summary ("Each mode has a name that is read back");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_cmpstr (kad_mode_get_name ((KadMode) i), ==, names[i]);
      g_assert_true (kad_mode_parse (names[i], &mode, NULL));
      g_assert_cmpuint (mode, ==, i);
    }
  g_assert_false (kad_mode_parse ("Server", &mode, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

static void
test_names_of_states (void)
{
  g_test_summary ("Each state of a peer has a name");

  g_assert_cmpstr (kad_peer_state_get_name (KAD_PEER_STATE_LIVE), ==, "live");
  g_assert_cmpstr (kad_peer_state_get_name (KAD_PEER_STATE_CHECKING), ==, "checking");
  g_assert_cmpstr (kad_peer_state_get_name (KAD_PEER_STATE_STALE), ==, "stale");
}

static void
test_table_row_holds_its_peer (void)
{
  KadPeerInfo *info = kad_peer_info_new_from_string (
      "/ip4/10.0.0.1/tcp/1/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N", NULL);
  g_autoptr (KadTableRow) row = kad_table_row_new (info);

  g_test_summary ("A row keeps its peer alive, and frees what was put into it");

  kad_peer_info_unref (info);
  row->agent = g_strdup ("kad/0.1.0");
  g_assert_cmpuint (kad_peer_info_get_n_addresses (row->info), ==, 1);
  g_assert_false (row->connected);
}

static void
test_connection_row_begins_unknown (void)
{
  g_autoptr (KadConnectionRow) empty = kad_connection_row_new ();
  g_autoptr (KadConnectionRow) row = kad_connection_row_new ();

  g_test_summary ("A connection's round trip time is unknown at first; all that it holds is freed");

  g_assert_cmpint (empty->rtt_us, ==, -1);
  g_assert_null (empty->address);
  row->address = kad_multiaddr_new_from_string ("/ip4/10.0.0.1/tcp/1", NULL);
  row->agent = g_strdup ("a");
  row->security = g_strdup ("noise");
  row->muxer = g_strdup ("/yamux/1.0.0");
  row->reason = g_strdup ("query");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/infos/names-of-modes", test_names_of_modes);
  g_test_add_func ("/infos/names-of-states", test_names_of_states);
  g_test_add_func ("/infos/table-row-holds-its-peer", test_table_row_holds_its_peer);
  g_test_add_func ("/infos/connection-row-begins-unknown", test_connection_row_begins_unknown);
  return g_test_run ();
}
