/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peers-page.h"

#include <string.h>

#include "kad-gui-peer-columns.h"
#include "kad-gui-peer-detail.h"
#include "kad-gui-peer-facets.h"
#include "table-window.h"

typedef struct
{
  KadGuiSource *source;
  KadGuiStore *store;
  KadGuiPage *page;
  GtkWindow *window;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->source = kad_gui_test_source_new (GPOINTER_TO_UINT (data));
  f->store = kad_gui_source_get_store (f->source);
  f->page = g_object_ref_sink (KAD_GUI_PAGE (g_object_new (KAD_GUI_TYPE_PEERS_PAGE, NULL)));
  kad_gui_page_set_source (f->page, f->source);
  f->window = table_window_show (GTK_WIDGET (f->page), 1100, 700);
  g_free (kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (f->source)));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (f->window);
  table_window_run (20);
  g_assert_finalize_object (f->page);
  g_assert_finalize_object (f->source);
}

/* Whom the page shows then. */
static KadGuiPeer *
select_peer (Fixture *f, gboolean connected)
{
  GListModel *peers = G_LIST_MODEL (kad_gui_store_get_peers (f->store));

  for (guint i = 0; i < g_list_model_get_n_items (peers); i++)
    {
      g_autoptr (KadGuiPeer) peer = g_list_model_get_item (peers, i);

      if (peer->connected != connected)
        continue;
      g_assert_true (kad_gui_page_go_to (f->page, "peer", g_variant_new_string (peer->id)));
      return peer;
    }
  g_assert_not_reached ();
}

static KadGuiPeerDetail *
get_detail (Fixture *f)
{
  return KAD_GUI_PEER_DETAIL (table_window_find (GTK_WIDGET (f->page), KAD_GUI_TYPE_PEER_DETAIL));
}

static guint
count_rows (Fixture *f)
{
  GtkWidget *columns = table_window_find (GTK_WIDGET (f->page), KAD_GUI_TYPE_PEER_COLUMNS);

  table_window_run (60);
  return g_list_model_get_n_items (kad_gui_peer_columns_get_rows (KAD_GUI_PEER_COLUMNS (columns)));
}

/* The visible label that says how the last call went; NULL: none. */
static const char *
find_message (GtkWidget *widget, const char *part)
{
  const char *found = NULL;

  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
      && strstr (gtk_label_get_label (GTK_LABEL (widget)), part) != NULL)
    return gtk_label_get_label (GTK_LABEL (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_message (child, part);
  return found;
}

static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  GtkWidget *found = NULL;

  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_button (child, label);
  return found;
}

static void
test_facets (Fixture *f, gconstpointer data)
{
  KadGuiPeerFacets *facets
      = KAD_GUI_PEER_FACETS (table_window_find (GTK_WIDGET (f->page), KAD_GUI_TYPE_PEER_FACETS));
  guint n_in;
  guint n_out;

  g_test_summary ("Facets choose by connection, direction, transport, muxer and agent, together");
  g_assert_cmpuint (count_rows (f), ==, 131);
  kad_gui_peer_facets_choose (facets, KAD_GUI_FACET_CONNECTED, "yes");
  g_assert_cmpuint (count_rows (f), ==, 15);
  kad_gui_peer_facets_choose (facets, KAD_GUI_FACET_DIRECTION, "inbound");
  n_in = count_rows (f);
  kad_gui_peer_facets_choose (facets, KAD_GUI_FACET_DIRECTION, "outbound");
  n_out = count_rows (f);
  g_assert_cmpuint (n_in + n_out, ==, 15);
  g_assert_cmpuint (n_in, >, 0);
  g_assert_cmpuint (n_out, >, 0);
  kad_gui_peer_facets_choose (facets, KAD_GUI_FACET_DIRECTION, NULL);
  kad_gui_peer_facets_choose (facets, KAD_GUI_FACET_CONNECTED, "no");
  g_assert_cmpuint (count_rows (f), ==, 116);
  kad_gui_peer_facets_choose (facets, KAD_GUI_FACET_AGENT, "kubo");
  g_assert_cmpuint (count_rows (f), <, 116);
  kad_gui_peer_facets_choose (facets, KAD_GUI_FACET_TRANSPORT, "pigeon");
  g_assert_cmpuint (count_rows (f), ==, 0);
  /* Whoever is asked for is shown. */
  select_peer (f, TRUE);
  g_assert_cmpuint (count_rows (f), ==, 131);
}

static void
test_detail_tells_all (Fixture *f, gconstpointer data)
{
  KadGuiPeer *peer = select_peer (f, TRUE);

  g_test_summary ("The detail has the fields of the selected peer, escaped, and follows it");
  g_assert_cmpstr (kad_gui_peer_detail_get_field (get_detail (f), "Transport"), ==,
                   peer->transport);
  g_assert_cmpstr (kad_gui_peer_detail_get_field (get_detail (f), "Address in use"), ==,
                   peer->address);
  g_assert_true (g_str_has_prefix (
      kad_gui_peer_detail_get_field (get_detail (f), "In the routing table"), "Yes"));
  kad_gui_item_set_string (peer, KAD_GUI_PEER_FIELD_AGENT, "evil\n\x1b[1m<b>");
  kad_gui_peer_list_set_connected (kad_gui_store_get_peers (f->store), peer->id, FALSE, NULL, NULL,
                                   kad_gui_store_get_now_us (f->store));
  table_window_run (400);
  g_assert_null (strchr (kad_gui_peer_detail_get_field (get_detail (f), "Agent"), '\n'));
  g_assert_null (strchr (kad_gui_peer_detail_get_field (get_detail (f), "Agent"), '\x1b'));
  g_assert_cmpstr (kad_gui_peer_detail_get_field (get_detail (f), "Connected"), ==, "No");
  g_assert_null (kad_gui_peer_detail_get_field (get_detail (f), "Transport"));
}

static void
test_ping (Fixture *f, gconstpointer data)
{
  KadGuiPeer *peer = select_peer (f, TRUE);
  GtkWidget *widget = GTK_WIDGET (f->page);
  g_autofree char *calls = NULL;
  g_autofree char *wanted = g_strdup_printf ("run ping-peer {'peer': <'%s'>}", peer->id);

  g_test_summary ("A ping runs the command, and its answer or its failure is said in words");
  kad_gui_test_source_answer_next (
      KAD_GUI_TEST_SOURCE (f->source),
      g_variant_new_parsed ("([{'rtt_us': <int64 12000>}], @a{sv} {})"));
  g_assert_true (gtk_widget_activate_action (widget, "peer.ping", NULL));
  table_window_run (60);
  calls = kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (f->source));
  g_assert_nonnull (strstr (calls, wanted));
  g_assert_nonnull (find_message (widget, "answered the ping after 12 ms"));
  kad_gui_test_source_fail_next (KAD_GUI_TEST_SOURCE (f->source), "It is asleep");
  gtk_widget_activate_action (widget, "peer.ping", NULL);
  table_window_run (60);
  g_assert_nonnull (find_message (widget, "did not answer the ping: It is asleep"));
}

static void
test_hang_up_and_dial (Fixture *f, gconstpointer data)
{
  KadGuiPeer *peer = select_peer (f, TRUE);
  GtkWidget *widget = GTK_WIDGET (f->page);
  g_autofree char *hang_up = g_strdup_printf ("run hang-up {'peer': <'%s'>}", peer->id);
  g_autofree char *dial = NULL;
  g_autofree char *calls = NULL;

  g_test_summary (
      "Who is connected can be disconnected, who is not can be dialled, and why is said");
  g_assert_true (gtk_widget_get_sensitive (find_button (widget, "Disconnect")));
  g_assert_false (gtk_widget_get_sensitive (find_button (widget, "Dial")));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (find_button (widget, "Dial")), ==,
                   "This peer is connected already");
  gtk_widget_activate_action (widget, "peer.hang-up", NULL);
  peer = select_peer (f, FALSE);
  dial = g_strdup_printf ("run dial {'address': <'%s/p2p/%s'>}", peer->addresses[0], peer->id);
  g_assert_false (gtk_widget_get_sensitive (find_button (widget, "Disconnect")));
  gtk_widget_activate_action (widget, "peer.hang-up", NULL);
  gtk_widget_activate_action (widget, "peer.dial", NULL);
  table_window_run (60);
  calls = kad_gui_test_source_take_calls (KAD_GUI_TEST_SOURCE (f->source));
  g_assert_nonnull (strstr (calls, hang_up));
  g_assert_nonnull (strstr (calls, dial));
  g_assert_null (strstr (strstr (calls, "run hang-up") + 1, "run hang-up"));
}

static void
test_cannot_without_a_node (Fixture *f, gconstpointer data)
{
  GtkWidget *widget = GTK_WIDGET (f->page);
  GtkWidget *dial = table_window_find (widget, GTK_TYPE_MENU_BUTTON);

  g_test_summary ("Without a connection nothing can be done, and the buttons say why");
  g_assert_false (gtk_widget_get_sensitive (dial));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (dial), ==, "There is no connection with the node");
  gtk_widget_activate_action (widget, "peer.ping", NULL);
  g_assert_nonnull (find_message (widget, "No peers yet"));
}

#define ADD(path, scene, func)                                                                     \
  g_test_add ("/gui-pages/peers-page/" path, Fixture, GUINT_TO_POINTER (scene), set_up, func,      \
              tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  ADD ("facets", KAD_GUI_TEST_FULL, test_facets);
  ADD ("detail-tells-all", KAD_GUI_TEST_FULL, test_detail_tells_all);
  ADD ("ping", KAD_GUI_TEST_FULL, test_ping);
  ADD ("hang-up-and-dial", KAD_GUI_TEST_FULL, test_hang_up_and_dial);
  ADD ("cannot-without-a-node", KAD_GUI_TEST_FAILED, test_cannot_without_a_node);
  return g_test_run ();
}
