/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-held-row.h"

static void
test_copy_outlives (void)
{
  g_autoptr (KadPeerInfo) info = kad_peer_info_new_from_string (
      "/ip4/10.0.0.1/tcp/4001/p2p/12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS", NULL);
  g_autoptr (GBytes) key = g_bytes_new_static ("/a/key", 6);
  KadHeldRow *row = kad_held_row_new (key, info);
  g_autoptr (KadHeldRow) copy = NULL;

  g_test_summary ("A copy holds all of its row, and outlives it");

  row->size_bytes = 12;
  row->expires_us = 1795251914000000;
  copy = kad_held_row_copy (row);
  kad_held_row_free (row);
  g_assert_true (g_bytes_equal (copy->key, key));
  g_assert_true (copy->peer == info);
  g_assert_cmpuint (copy->size_bytes, ==, 12);
  g_assert_cmpint (copy->expires_us, ==, 1795251914000000);
}

static void
test_our_own_has_no_peer (void)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("/a/key", 6);
  g_autoptr (KadHeldRow) row = kad_held_row_new (key, NULL);
  KadHeldRow *copy = g_boxed_copy (KAD_TYPE_HELD_ROW, row);

  g_test_summary ("What is our own has no peer, in its copies neither");

  g_assert_null (copy->peer);
  g_boxed_free (KAD_TYPE_HELD_ROW, copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/held-row/copy", test_copy_outlives);
  g_test_add_func ("/base/held-row/own", test_our_own_has_no_peer);
  return g_test_run ();
}
