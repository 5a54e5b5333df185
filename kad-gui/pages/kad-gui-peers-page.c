/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peers-page.h"

#include <string.h>

#include "kad-endpoint.h"
#include "kad-gui-i18n.h"
#include "kad-gui-peer-actions.h"
#include "kad-gui-peer-columns.h"
#include "kad-gui-peer-detail.h"
#include "kad-gui-peer-facets.h"
#include "kad-gui-text.h"
#include "kad-gui-wide-box.h"

struct _KadGuiPeersPage
{
  KadGuiPage parent_instance;

  KadGuiPeerSelection *selection;
  KadGuiPeerActions *actions; /* (unowned): it goes with the page */
  KadGuiStore *store;         /* (owned) (nullable) */
  KadGuiSource *source;       /* (owned) (nullable) */
  KadGuiPeerFacets *facets;
  KadGuiPeerColumns *columns;
  KadGuiPeerDetail *detail;
  GtkLabel *summary;
  GtkMenuButton *dial_button;
  GtkPopover *dial_popover;
  GtkEntry *dial_entry;
  GtkLabel *dial_error;
  GtkWidget *dial_go;
};

G_DEFINE_FINAL_TYPE (KadGuiPeersPage, kad_gui_peers_page, KAD_GUI_TYPE_PAGE)

static void
on_table_changed (KadGuiPeersPage *self)
{
  KadGuiPeerList *peers = self->store != NULL ? kad_gui_store_get_peers (self->store) : NULL;
  guint n = peers != NULL ? g_list_model_get_n_items (G_LIST_MODEL (peers)) : 0;
  g_autofree char *first = NULL;
  g_autofree char *text = NULL;

  if (n == 0)
    {
      gtk_label_set_label (self->summary, _ ("No peers yet"));
      return;
    }
  first = g_strdup_printf (ngettext ("%u peer", "%u peers", n), n);
  text = g_strdup_printf (_ ("%s, %u connected, %u in the routing table"), first,
                          kad_gui_peer_list_get_n_connected (peers),
                          kad_gui_peer_list_get_table_size (peers));
  gtk_label_set_label (self->summary, text);
}

/* What cannot be done says why. */
static void
on_state_changed (KadGuiPeersPage *self)
{
  gboolean can = self->source != NULL
                 && (kad_gui_source_get_abilities (self->source) & KAD_GUI_CAN_RUN) != 0
                 && kad_gui_source_get_state (self->source) == KAD_GUI_SOURCE_OPEN;

  gtk_widget_set_sensitive (GTK_WIDGET (self->dial_button), can);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->dial_button),
                               can ? _ ("Connect to a peer by its address")
                                   : kad_gui_peer_actions_get_reason (self->actions, "ping"));
}

static void
source_changed (KadGuiPage *page, KadGuiSource *source)
{
  KadGuiPeersPage *self = KAD_GUI_PEERS_PAGE (page);
  KadGuiStore *store = kad_gui_page_get_store (page);

  if (self->selection == NULL)
    return;
  kad_gui_peer_selection_set_peer (self->selection, NULL);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_func (self->store, on_table_changed, self);
  if (self->source != NULL)
    g_signal_handlers_disconnect_by_func (self->source, on_state_changed, self);
  g_set_object (&self->store, store);
  g_set_object (&self->source, source);
  if (store != NULL)
    g_signal_connect_swapped (store, "table-changed", G_CALLBACK (on_table_changed), self);
  kad_gui_peer_actions_source_changed (self->actions);
  if (source != NULL)
    g_signal_connect_swapped (source, "notify::state", G_CALLBACK (on_state_changed), self);
  kad_gui_peer_facets_set_store (self->facets, store);
  kad_gui_peer_columns_set_store (self->columns, store);
  kad_gui_peer_detail_set_store (self->detail, store);
  on_table_changed (self);
  on_state_changed (self);
}

static void
focus_filter (KadGuiPage *page)
{
  kad_gui_peer_columns_focus_filter (KAD_GUI_PEERS_PAGE (page)->columns);
}

static char *
dup_selection (KadGuiPage *page)
{
  KadGuiPeer *peer = kad_gui_peer_selection_get_peer (KAD_GUI_PEERS_PAGE (page)->selection);

  return peer != NULL ? kad_gui_item_dup_json (peer) : NULL;
}

static GBytes *
save (KadGuiPage *page, const char **name)
{
  *name = "peers.ndjson";
  return kad_gui_peer_columns_save (KAD_GUI_PEERS_PAGE (page)->columns);
}

/* Whoever is looked for is shown, whatever is filtered. */
static gboolean
go_to (KadGuiPage *page, const char *kind, GVariant *what)
{
  KadGuiPeersPage *self = KAD_GUI_PEERS_PAGE (page);
  KadGuiPeer *peer;

  if (self->store == NULL || strcmp (kind, "peer") != 0
      || !g_variant_is_of_type (what, G_VARIANT_TYPE_STRING))
    return FALSE;
  peer = kad_gui_peer_list_find (kad_gui_store_get_peers (self->store),
                                 g_variant_get_string (what, NULL));
  if (peer == NULL)
    return FALSE;
  for (guint i = 0; i < KAD_GUI_N_FACETS; i++)
    kad_gui_peer_facets_choose (self->facets, i, NULL);
  kad_gui_peer_columns_set_filter (self->columns, "");
  kad_gui_peer_selection_set_peer (self->selection, peer);
  return TRUE;
}

/* ---- dialling ---- */

static void
on_dial_changed (KadGuiPeersPage *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->dial_entry)));
  g_autoptr (GError) error = NULL;
  g_autoptr (KadEndpoint) endpoint = kad_endpoint_parse (g_strstrip (text), &error);
  g_autofree char *why = error != NULL && *text != '\0' ? kad_gui_text (error->message) : NULL;

  gtk_widget_set_sensitive (self->dial_go, endpoint != NULL);
  gtk_label_set_label (self->dial_error, why != NULL ? why : "");
  gtk_widget_set_visible (GTK_WIDGET (self->dial_error), why != NULL);
}

static void
on_dial (KadGuiPeersPage *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->dial_entry)));

  if (!gtk_widget_get_sensitive (self->dial_go))
    return;
  kad_gui_peer_actions_dial (self->actions, g_strstrip (text));
  gtk_editable_set_text (GTK_EDITABLE (self->dial_entry), "");
  gtk_popover_popdown (self->dial_popover);
}

/* ---- the widget ---- */

static gboolean
match (KadGuiPeer *peer, gpointer user_data)
{
  return kad_gui_peer_facets_match (KAD_GUI_PEERS_PAGE (user_data)->facets, peer);
}

static void
kad_gui_peers_page_dispose (GObject *object)
{
  KadGuiPeersPage *self = KAD_GUI_PEERS_PAGE (object);

  if (self->selection != NULL)
    {
      kad_gui_page_set_source (KAD_GUI_PAGE (self), NULL);
      kad_gui_peer_columns_set_match (self->columns, NULL, NULL);
    }
  g_clear_object (&self->selection);
  G_OBJECT_CLASS (kad_gui_peers_page_parent_class)->dispose (object);
}

static void
kad_gui_peers_page_class_init (KadGuiPeersPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KadGuiPageClass *page_class = KAD_GUI_PAGE_CLASS (klass);

  g_type_ensure (KAD_GUI_TYPE_WIDE_BOX);
  g_type_ensure (KAD_GUI_TYPE_PEER_COLUMNS);
  g_type_ensure (KAD_GUI_TYPE_PEER_DETAIL);
  G_OBJECT_CLASS (klass)->dispose = kad_gui_peers_page_dispose;
  page_class->name = "peers";
  page_class->title = N_ ("Peers");
  page_class->icon_name = "system-users-symbolic";
  page_class->topics = KAD_GUI_TOPIC_TABLE;
  page_class->source_changed = source_changed;
  page_class->focus_filter = focus_filter;
  page_class->dup_selection = dup_selection;
  page_class->save = save;
  page_class->go_to = go_to;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/libkad/Inspector/pages/kad-gui-peers-page.ui");
  gtk_widget_class_bind_template_child (widget_class, KadGuiPeersPage, columns);
  gtk_widget_class_bind_template_child (widget_class, KadGuiPeersPage, detail);
  gtk_widget_class_bind_template_child (widget_class, KadGuiPeersPage, summary);
  gtk_widget_class_bind_template_child (widget_class, KadGuiPeersPage, dial_button);
  gtk_widget_class_bind_template_child (widget_class, KadGuiPeersPage, dial_popover);
  gtk_widget_class_bind_template_child (widget_class, KadGuiPeersPage, dial_entry);
  gtk_widget_class_bind_template_child (widget_class, KadGuiPeersPage, dial_error);
  gtk_widget_class_bind_template_child (widget_class, KadGuiPeersPage, dial_go);
}

static void
kad_gui_peers_page_init (KadGuiPeersPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->selection = kad_gui_peer_selection_new ();
  self->actions = kad_gui_peer_actions_new (KAD_GUI_PAGE (self), self->selection);
  self->facets = KAD_GUI_PEER_FACETS (kad_gui_peer_facets_new ());
  kad_gui_peer_columns_add_facet (self->columns, GTK_WIDGET (self->facets));
  kad_gui_peer_columns_set_selection (self->columns, self->selection);
  kad_gui_peer_columns_set_match (self->columns, match, self);
  kad_gui_peer_detail_bind (self->detail, self->selection, self->actions);
  g_signal_connect_object (self->facets, "changed", G_CALLBACK (kad_gui_peer_columns_refilter),
                           self->columns, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->dial_entry, "changed", G_CALLBACK (on_dial_changed), self);
  g_signal_connect_swapped (self->dial_entry, "activate", G_CALLBACK (on_dial), self);
  g_signal_connect_swapped (self->dial_go, "clicked", G_CALLBACK (on_dial), self);
  on_state_changed (self);
}
