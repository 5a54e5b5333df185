/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-finder.h"

#include <string.h>

#define PEER_A "12D3KooWGC6tHP3TMbwvFHZYcYk7CbWzNqpC5YUNeRTrxbN5y7sS"
#define PEER_B "12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo"
#define CID "bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"

static void
add_peer (KadGuiStore *store, const char *id, const char *agent)
{
  KadGuiPeerList *peers = kad_gui_store_get_peers (store);

  kad_gui_peer_list_set_connected (peers, id, TRUE, "", "", 1000000);
  kad_gui_peer_list_set_agent (peers, id, agent);
}

static void
add_query (KadGuiStore *store, gint64 id, const char *kind, const char *key)
{
  g_autoptr (KadGuiQuery) query = kad_gui_query_new ();

  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_ID, id);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_KIND, kind);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_KEY, key);
  kad_gui_store_add_query (store, query);
}

static KadGuiStore *
new_store (void)
{
  KadGuiStore *store = kad_gui_store_new ();

  add_peer (store, PEER_A, "go-libp2p/0.33");
  add_peer (store, PEER_B, "rust-libp2p/0.5");
  add_query (store, 7, "get-record", "text:greeting");
  add_query (store, -12, "refresh", "");
  return store;
}

/* The action and parameter of each, as "ACTION PARAMETER; ". */
static void
assert_found (const char *text, gboolean can_run, const char *expected)
{
  g_autoptr (KadGuiStore) store = new_store ();
  g_autoptr (GPtrArray) found = kad_gui_find (store, text, can_run);
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    {
      KadGuiFound *one = g_ptr_array_index (found, i);
      g_autofree char *parameter = g_variant_print (kad_gui_found_get_parameter (one), FALSE);

      g_assert_cmpint (strlen (kad_gui_found_get_title (one)), >, 0);
      g_assert_cmpint (strlen (kad_gui_found_get_subtitle (one)), >, 0);
      g_assert_nonnull (kad_gui_found_get_icon_name (one));
      g_string_append_printf (all, "%s %s; ", kad_gui_found_get_action (one), parameter);
    }
  g_assert_cmpstr (all->str, ==, expected);
}

static void
test_nothing (void)
{
  g_test_summary ("Nothing is found by nothing, and by what is neither here nor a key");
  assert_found ("", TRUE, "");
  assert_found ("   ", TRUE, "");
  assert_found ("no such thing", TRUE, "");
}

static void
test_peers (void)
{
  g_test_summary ("Peers are found by the beginning of their id, a part of it, and their agent");
  assert_found ("12D3KooWGC6", TRUE, "kad.show-peer '" PEER_A "'; ");
  assert_found (" n5y7SS ", TRUE, "kad.show-peer '" PEER_A "'; ");
  assert_found ("Rust-LibP2P", TRUE, "kad.show-peer '" PEER_B "'; ");
}

static void
test_whole_peer_id (void)
{
  g_test_summary ("A whole peer id leads to the peer, to its place, and to finding it");
  assert_found (PEER_A, TRUE,
                "kad.show-peer '" PEER_A "'; kad.show-key '" PEER_A
                "'; kad.new-query ('find-peer', '" PEER_A "'); ");
}

static void
test_queries (void)
{
  g_test_summary ("Queries are found by number, kind and key, the latest first");
  assert_found ("7", TRUE, "kad.show-query 7; ");
  assert_found ("12", TRUE,
                "kad.show-query -12; kad.show-peer '" PEER_A "'; kad.show-peer '" PEER_B "'; ");
  assert_found ("e", TRUE, "");
  assert_found ("refresh", TRUE, "kad.show-query -12; ");
  assert_found ("text:greeting", FALSE, "kad.show-query 7; kad.show-key 'text:greeting'; ");
}

static void
test_keys (void)
{
  g_test_summary ("A key leads to its place, and to queries where those can be begun");
  assert_found (CID, FALSE, "kad.show-key '" CID "'; ");
  assert_found (CID, TRUE,
                "kad.show-key '" CID "'; kad.new-query ('get-providers', '" CID
                "'); kad.new-query ('get-record', '" CID "'); ");
}

static void
test_bounded (void)
{
  g_autoptr (KadGuiStore) store = kad_gui_store_new ();
  g_autoptr (GPtrArray) found = NULL;

  g_test_summary ("No more is found than fits a list that is read at a glance");
  for (guint i = 1; i <= 100; i++)
    add_query (store, i, "get-record", "text:greeting");
  found = kad_gui_find (store, "text:greeting", TRUE);
  g_assert_cmpuint (found->len, >, 3);
  g_assert_cmpuint (found->len, <=, KAD_GUI_MAX_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/app/finder/nothing", test_nothing);
  g_test_add_func ("/gui/app/finder/peers", test_peers);
  g_test_add_func ("/gui/app/finder/whole-peer-id", test_whole_peer_id);
  g_test_add_func ("/gui/app/finder/queries", test_queries);
  g_test_add_func ("/gui/app/finder/keys", test_keys);
  g_test_add_func ("/gui/app/finder/bounded", test_bounded);
  return g_test_run ();
}
