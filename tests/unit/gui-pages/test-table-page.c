/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-table-page.h"

#include <string.h>

#include "kad-gui-bucket-chart.h"
#include "kad-gui-key-ring.h"
#include "kad-gui-key-trie.h"
#include "kad-gui-what-if.h"
#include "kad-gui-peer-columns.h"
#include "table-window.h"

typedef struct
{
  KadGuiSource *source;
  KadGuiStore *store;
  KadGuiPage *page;
  GtkWindow *window;
  GString *asked; /* what the page asked of the window, a line each */
} Fixture;

static void
on_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autofree char *text = g_variant_print (parameter, FALSE);

  g_string_append_printf (user_data, "%s %s\n", g_action_get_name (G_ACTION (action)), text);
}

static void
add_actions (Fixture *f)
{
  static const struct
  {
    const char *name;
    const char *type;
  } actions[] = { { "show-peer", "s" }, { "show-query", "x" },  { "show-bucket", "u" },
                  { "show-key", "s" },  { "show-events", "s" }, { "new-query", "(ss)" },
                  { "copy", "s" },      { "toast", "s" } };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_autoptr (GSimpleAction) action
          = g_simple_action_new (actions[i].name, G_VARIANT_TYPE (actions[i].type));

      g_signal_connect (action, "activate", G_CALLBACK (on_action), f->asked);
      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
    }
  gtk_widget_insert_action_group (GTK_WIDGET (f->window), "kad", G_ACTION_GROUP (group));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->asked = g_string_new (NULL);
  f->source = kad_gui_test_source_new (GPOINTER_TO_UINT (data));
  f->store = kad_gui_source_get_store (f->source);
  f->page = g_object_ref_sink (KAD_GUI_PAGE (g_object_new (KAD_GUI_TYPE_TABLE_PAGE, NULL)));
  kad_gui_page_set_source (f->page, f->source);
  f->window = table_window_show (GTK_WIDGET (f->page), 1100, 700);
  add_actions (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (f->window);
  table_window_run (20);
  g_assert_finalize_object (f->page);
  g_assert_finalize_object (f->source);
  g_string_free (f->asked, TRUE);
}

static GListModel *
get_rows (Fixture *f)
{
  GtkWidget *columns = table_window_find (GTK_WIDGET (f->page), KAD_GUI_TYPE_PEER_COLUMNS);

  return kad_gui_peer_columns_get_rows (KAD_GUI_PEER_COLUMNS (columns));
}

static GtkWidget *
find_label (GtkWidget *widget, const char *begin)
{
  GtkWidget *found = NULL;

  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
      && g_str_has_prefix (gtk_label_get_label (GTK_LABEL (widget)), begin))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_label (child, begin);
  return found;
}

static void
test_goes_to_places (Fixture *f, gconstpointer data)
{
  GtkWidget *what_if = table_window_find (GTK_WIDGET (f->page), KAD_GUI_TYPE_WHAT_IF);
  g_autofree char *id = kad_gui_test_dup_peer (3);
  KadGuiPeer *selected;

  g_test_summary ("The page goes to a bucket, a peer and a key, and to nothing else");
  g_assert_true (kad_gui_page_go_to (f->page, "bucket", g_variant_new_uint32 (6)));
  table_window_run (60);
  g_assert_cmpuint (g_list_model_get_n_items (get_rows (f)), ==, 9);
  selected = gtk_single_selection_get_selected_item (GTK_SINGLE_SELECTION (get_rows (f)));
  g_assert_nonnull (selected);
  g_assert_cmpuint (selected->bucket, ==, 6);
  g_assert_nonnull (find_label (GTK_WIDGET (f->page), "Bucket 6: 9 of 20 seats taken"));
  g_assert_true (kad_gui_page_go_to (f->page, "key", g_variant_new_string ("text:hello")));
  g_assert_cmpstr (kad_gui_what_if_get_key (KAD_GUI_WHAT_IF (what_if)), ==, "text:hello");
  g_assert_true (kad_gui_page_go_to (f->page, "peer", g_variant_new_string (id)));
  g_assert_false (kad_gui_page_go_to (f->page, "peer", g_variant_new_string ("nobody")));
  g_assert_false (kad_gui_page_go_to (f->page, "query", g_variant_new_int64 (3)));
}

static void
test_actions_of_a_peer (Fixture *f, gconstpointer data)
{
  GtkWidget *widget = GTK_WIDGET (f->page);
  g_autofree char *id = kad_gui_test_dup_peer (3);
  KadGuiPeer *peer = kad_gui_peer_list_find (kad_gui_store_get_peers (f->store), id);
  g_autofree char *wanted = NULL;
  g_autofree char *json = NULL;

  g_test_summary ("The menu's actions copy and lead to where the peer is also shown");
  gtk_widget_activate_action (widget, "peer.copy-id", NULL);
  g_assert_cmpstr (f->asked->str, ==, "");
  kad_gui_page_go_to (f->page, "peer", g_variant_new_string (id));
  kad_gui_item_set_int64 (peer, KAD_GUI_PEER_FIELD_TOUCHED_BY, 5);
  gtk_widget_activate_action (widget, "peer.copy-id", NULL);
  gtk_widget_activate_action (widget, "peer.copy-address", NULL);
  gtk_widget_activate_action (widget, "peer.show-query", NULL);
  gtk_widget_activate_action (widget, "peer.new-query", NULL);
  gtk_widget_activate_action (widget, "peer.show-events", NULL);
  gtk_widget_activate_action (widget, "peer.show-in-table", NULL);
  gtk_widget_activate_action (widget, "peer.show", NULL);
  wanted = g_strdup_printf ("copy '%s'\ncopy '%s/p2p/%s'\nshow-query 5\nnew-query ('find-peer', "
                            "'%s')\nshow-events '%s'\nshow-bucket %u\nshow-peer '%s'\n",
                            id, peer->addresses[0], id, id, id, peer->bucket, id);
  g_assert_cmpstr (f->asked->str, ==, wanted);
  json = kad_gui_page_dup_selection (f->page);
  g_assert_nonnull (strstr (json, id));
}

static void
test_draws_in_three_ways (Fixture *f, gconstpointer data)
{
  static const char *const buttons[] = { "Buckets", "Ring", "Trie" };
  GType types[] = { KAD_GUI_TYPE_BUCKET_CHART, KAD_GUI_TYPE_KEY_RING, KAD_GUI_TYPE_KEY_TRIE };
  GtkWidget *button = table_window_find (GTK_WIDGET (f->page), GTK_TYPE_TOGGLE_BUTTON);

  g_test_summary ("Three buttons choose chart, ring or tree, and what is exported is that one");
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, buttons[i]);
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
      table_window_run (60);
      g_assert_nonnull (table_window_find (kad_gui_page_get_view (f->page), types[i]));
      button = gtk_widget_get_next_sibling (button);
    }
  g_assert_null (button);
}

static void
test_follows_its_source (Fixture *f, gconstpointer data)
{
  g_autoptr (KadGuiSource) other = kad_gui_test_source_new (KAD_GUI_TEST_EMPTY);
  g_autoptr (GBytes) bytes = NULL;
  const char *name = NULL;

  g_test_summary ("With another source the page shows that one, and without any it shows nothing");
  g_assert_cmpuint (g_list_model_get_n_items (get_rows (f)), ==, 131);
  bytes = kad_gui_page_save (f->page, &name);
  g_assert_cmpstr (name, ==, "routing-table.ndjson");
  g_assert_cmpuint (g_bytes_get_size (bytes), >, 131 * 100);
  kad_gui_page_set_source (f->page, other);
  table_window_run (60);
  g_assert_cmpuint (g_list_model_get_n_items (get_rows (f)), ==, 0);
  kad_gui_page_set_source (f->page, NULL);
  table_window_run (60);
  g_assert_false (kad_gui_page_go_to (f->page, "bucket", g_variant_new_uint32 (6)));
}

#define ADD(path, scene, func)                                                                     \
  g_test_add ("/gui-pages/table-page/" path, Fixture, GUINT_TO_POINTER (scene), set_up, func,      \
              tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  ADD ("goes-to-places", KAD_GUI_TEST_FULL, test_goes_to_places);
  ADD ("actions-of-a-peer", KAD_GUI_TEST_FULL, test_actions_of_a_peer);
  ADD ("draws-in-three-ways", KAD_GUI_TEST_FULL, test_draws_in_three_ways);
  ADD ("follows-its-source", KAD_GUI_TEST_FULL, test_follows_its_source);
  return g_test_run ();
}
