/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peer-list.h"

#include "kad-peer-id.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

/* A peer id of a key that consists of @number. */
static char *
new_id (guint number)
{
  guint8 bytes[38] = { 0x00, 0x24, 0x08, 0x01, 0x12, 0x20 };
  g_autoptr (GBytes) all = NULL;
  g_autoptr (KadPeerId) id = NULL;

  bytes[6] = (guint8) (number >> 8);
  bytes[7] = (guint8) number;
  all = g_bytes_new (bytes, sizeof bytes);
  id = kad_peer_id_new_from_bytes (all, NULL);
  g_assert_nonnull (id);
  return kad_peer_id_to_string (id);
}

static GVariant *
new_rows (guint from, guint n, guint flags)
{
  GVariantBuilder rows;

  g_variant_builder_init (&rows, G_VARIANT_TYPE ("a(sutttsasu)"));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = new_id (from + i);

      g_variant_builder_add (&rows, "(sutttsasu)", id, i % 20, (guint64) 1500, (guint64) 5,
                             (guint64) 4, "kad/1", NULL, flags);
    }
  return g_variant_ref_sink (g_variant_builder_end (&rows));
}

typedef struct
{
  guint n_signals;
  guint n_items;
} Told;

static void
on_items_changed (GListModel *list, guint position, guint removed, guint added, gpointer user_data)
{
  Told *told = user_data;

  told->n_signals++;
  told->n_items = told->n_items - removed + added;
  g_assert_cmpuint (told->n_items, ==, g_list_model_get_n_items (list));
}

static void
test_one_change_a_batch (void)
{
  g_autoptr (KadGuiPeerList) list = kad_gui_peer_list_new ();
  g_autoptr (GVariant) rows = new_rows (0, 500, 1);
  g_autoptr (GVariant) none = new_rows (0, 0, 0);
  Told told = { 0 };

  g_test_summary (
      "A batch of rows is one change of the list, and later rows change items in place");
  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), &told);
  kad_gui_peer_list_reset_table (list, rows, SECOND);
  g_assert_cmpuint (told.n_signals, ==, 1);
  g_assert_cmpuint (told.n_items, ==, 500);
  g_assert_cmpuint (kad_gui_peer_list_get_n_connected (list), ==, 500);
  kad_gui_peer_list_apply_table (list, none, rows, NULL, 2 * SECOND);
  g_assert_cmpuint (told.n_signals, ==, 1);
  g_assert_cmpuint (kad_gui_peer_list_get_table_size (list), ==, 500);
}

static void
test_departed_stay_a_moment (void)
{
  g_autoptr (KadGuiPeerList) list = kad_gui_peer_list_new ();
  g_autoptr (GVariant) rows = new_rows (0, 3, 0);
  g_autoptr (GVariant) none = new_rows (0, 0, 0);
  g_autofree char *id = new_id (1);
  const char *removed[] = { id, NULL };

  g_test_summary ("Who left the table is marked, and goes five seconds later");
  kad_gui_peer_list_reset_table (list, rows, SECOND);
  kad_gui_peer_list_apply_table (list, none, none, removed, 10 * SECOND);
  g_assert_cmpint (kad_gui_peer_list_find (list, id)->departed_us, ==, 10 * SECOND);
  g_assert_cmpuint (kad_gui_peer_list_get_table_size (list), ==, 2);
  g_assert_cmpint (kad_gui_peer_list_expire (list, 12 * SECOND), ==, 15 * SECOND);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 3);
  g_assert_cmpint (kad_gui_peer_list_expire (list, 15 * SECOND), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 2);
  g_assert_null (kad_gui_peer_list_find (list, id));
}

static void
test_who_comes_back_is_the_same (void)
{
  g_autoptr (KadGuiPeerList) list = kad_gui_peer_list_new ();
  g_autoptr (GVariant) rows = new_rows (0, 1, 0);
  g_autoptr (GVariant) none = new_rows (0, 0, 0);
  g_autofree char *id = new_id (0);
  const char *removed[] = { id, NULL };
  KadGuiPeer *peer;

  g_test_summary ("A peer that comes back within the time is the same item, and departed no more");
  kad_gui_peer_list_reset_table (list, rows, SECOND);
  peer = kad_gui_peer_list_find (list, id);
  kad_gui_peer_list_apply_table (list, none, none, removed, 2 * SECOND);
  kad_gui_peer_list_apply_table (list, rows, none, NULL, 3 * SECOND);
  g_assert_true (kad_gui_peer_list_find (list, id) == peer);
  g_assert_cmpint (peer->departed_us, ==, 0);
  g_assert_cmpint (kad_gui_peer_list_expire (list, 60 * SECOND), ==, 0);
}

static void
test_closest_are_brute_force (void)
{
  g_autoptr (KadGuiPeerList) list = kad_gui_peer_list_new ();
  g_autoptr (GVariant) rows = new_rows (0, 300, 0);
  g_autoptr (GPtrArray) found = NULL;
  KadKey target;

  g_test_summary ("The closest twenty of a key are nearer than all others");
  kad_gui_peer_list_reset_table (list, rows, SECOND);
  kad_key_init (&target, (const guint8 *) "hello", 5);
  found = kad_gui_peer_list_dup_closest (list, &target, 20);
  g_assert_cmpuint (found->len, ==, 20);
  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (KadGuiPeer) peer = g_list_model_get_item (G_LIST_MODEL (list), i);
      KadGuiPeer *last = found->pdata[19];

      if (!g_ptr_array_find (found, peer, NULL))
        g_assert_cmpint (kad_key_compare_distance (&target, &last->key, &peer->key), <, 0);
    }
}

static void
test_no_peer_id_is_no_peer (void)
{
  g_autoptr (KadGuiPeerList) list = kad_gui_peer_list_new ();

  g_test_summary ("What is no peer id does not come into the list");
  kad_gui_peer_list_set_in_table (list, "<b>nobody</b>", TRUE, SECOND);
  kad_gui_peer_list_set_connected (list, "", TRUE, "/ip4/192.0.2.1/tcp/1", "dial", SECOND);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/peer-list/one-change-a-batch", test_one_change_a_batch);
  g_test_add_func ("/gui/peer-list/departed-stay-a-moment", test_departed_stay_a_moment);
  g_test_add_func ("/gui/peer-list/who-comes-back-is-the-same", test_who_comes_back_is_the_same);
  g_test_add_func ("/gui/peer-list/closest-are-brute-force", test_closest_are_brute_force);
  g_test_add_func ("/gui/peer-list/no-peer-id-is-no-peer", test_no_peer_id_is_no_peer);
  return g_test_run ();
}
