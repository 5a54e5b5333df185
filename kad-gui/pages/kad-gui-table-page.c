/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-table-page.h"

#include <string.h>

#include "kad-gui-bucket-chart.h"
#include "kad-gui-i18n.h"
#include "kad-gui-key-ring.h"
#include "kad-gui-key-trie.h"
#include "kad-gui-look-icon.h"
#include "kad-gui-peer-actions.h"
#include "kad-gui-peer-columns.h"
#include "kad-gui-table-summary.h"
#include "kad-gui-what-if.h"
#include "kad-gui-wide-box.h"

struct _KadGuiTablePage
{
  KadGuiPage parent_instance;

  KadGuiPeerSelection *selection;
  KadGuiPeerActions *actions; /* (unowned): it goes with the page */
  KadGuiStore *store;         /* (owned) (nullable) */
  GtkLabel *summary;
  GtkLabel *bucket;
  GtkStack *drawings;
  GtkFlowBox *legend;
  GtkToggleButton *buckets_button;
  GtkToggleButton *ring_button;
  GtkToggleButton *trie_button;
  KadGuiPeerDrawing *chart;
  KadGuiPeerDrawing *ring;
  KadGuiPeerDrawing *trie;
  KadGuiWhatIf *what_if;
  KadGuiPeerColumns *columns;
};

G_DEFINE_FINAL_TYPE (KadGuiTablePage, kad_gui_table_page, KAD_GUI_TYPE_PAGE)

/* The bucket of who is selected, on a line: what the pointer is told over its column. */
static void
update_bucket (KadGuiTablePage *self)
{
  KadGuiPeer *peer
      = self->selection != NULL ? kad_gui_peer_selection_get_peer (self->selection) : NULL;
  g_auto (GStrv) lines = NULL;
  g_autofree char *text = NULL;

  if (peer != NULL && self->store != NULL && peer->bucket < KAD_KEY_BITS)
    {
      text = kad_gui_table_summary_dup_bucket (self->store, peer->bucket);
      lines = g_strsplit (text, "\n", -1);
      g_free (text);
      text = g_strjoinv (" · ", lines);
    }
  /* It always has its place, so that nothing jumps. */
  gtk_label_set_label (self->bucket,
                       text != NULL ? text : _ ("Select a peer to see how its bucket is doing"));
}

static void
on_table_changed (KadGuiTablePage *self)
{
  g_autofree char *text = NULL;
  KadGuiTableSummary summary;

  if (self->store != NULL)
    {
      kad_gui_table_summary_init (&summary, self->store);
      text = kad_gui_table_summary_dup_text (&summary);
    }
  gtk_label_set_label (self->summary, text != NULL ? text : "");
  update_bucket (self);
}

static void
source_changed (KadGuiPage *page, KadGuiSource *source)
{
  KadGuiTablePage *self = KAD_GUI_TABLE_PAGE (page);
  KadGuiStore *store = kad_gui_page_get_store (page);

  if (self->selection == NULL)
    return;
  kad_gui_peer_selection_set_peer (self->selection, NULL);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_func (self->store, on_table_changed, self);
  g_set_object (&self->store, store);
  if (store != NULL)
    g_signal_connect_swapped (store, "table-changed", G_CALLBACK (on_table_changed), self);
  on_table_changed (self);
  kad_gui_peer_drawing_set_store (self->chart, store);
  kad_gui_peer_drawing_set_store (self->ring, store);
  kad_gui_peer_drawing_set_store (self->trie, store);
  kad_gui_what_if_set_store (self->what_if, store);
  kad_gui_peer_columns_set_store (self->columns, store);
  kad_gui_peer_actions_source_changed (self->actions);
}

static void
focus_filter (KadGuiPage *page)
{
  kad_gui_peer_columns_focus_filter (KAD_GUI_TABLE_PAGE (page)->columns);
}

static char *
dup_selection (KadGuiPage *page)
{
  KadGuiPeer *peer = kad_gui_peer_selection_get_peer (KAD_GUI_TABLE_PAGE (page)->selection);

  return peer != NULL ? kad_gui_item_dup_json (peer) : NULL;
}

static GtkWidget *
get_view (KadGuiPage *page)
{
  return gtk_stack_get_visible_child (KAD_GUI_TABLE_PAGE (page)->drawings);
}

static GBytes *
save (KadGuiPage *page, const char **name)
{
  *name = "routing-table.ndjson";
  return kad_gui_peer_columns_save (KAD_GUI_TABLE_PAGE (page)->columns);
}

/* ---- going to something ---- */

/* The first one of a bucket, in the order of its keys. */
static KadGuiPeer *
find_first (KadGuiStore *store, guint bucket)
{
  GListModel *peers = G_LIST_MODEL (kad_gui_store_get_peers (store));
  guint n = g_list_model_get_n_items (peers);
  KadGuiPeer *first = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiPeer) peer = g_list_model_get_item (peers, i);

      if (peer->in_table && peer->bucket == bucket
          && (first == NULL || memcmp (peer->key.bytes, first->key.bytes, KAD_KEY_BYTES) < 0))
        first = peer;
    }
  return first;
}

static gboolean
go_to (KadGuiPage *page, const char *kind, GVariant *what)
{
  KadGuiTablePage *self = KAD_GUI_TABLE_PAGE (page);
  g_autofree char *words = NULL;
  KadGuiPeer *peer;

  if (self->store == NULL)
    return FALSE;
  if (strcmp (kind, "key") == 0 && g_variant_is_of_type (what, G_VARIANT_TYPE_STRING))
    {
      kad_gui_what_if_set_key (self->what_if, g_variant_get_string (what, NULL));
      return TRUE;
    }
  if (strcmp (kind, "peer") == 0 && g_variant_is_of_type (what, G_VARIANT_TYPE_STRING))
    {
      peer = kad_gui_peer_list_find (kad_gui_store_get_peers (self->store),
                                     g_variant_get_string (what, NULL));
      kad_gui_peer_selection_set_peer (self->selection, peer);
      return peer != NULL;
    }
  if (strcmp (kind, "bucket") != 0 || !g_variant_is_of_type (what, G_VARIANT_TYPE_UINT32))
    return FALSE;
  words = g_strdup_printf ("bucket:%u", g_variant_get_uint32 (what));
  kad_gui_peer_columns_set_filter (self->columns, words);
  kad_gui_peer_selection_set_peer (self->selection,
                                   find_first (self->store, g_variant_get_uint32 (what)));
  return TRUE;
}

/* ---- the widget ---- */

static void
on_toggled (KadGuiTablePage *self)
{
  const char *name = gtk_toggle_button_get_active (self->ring_button)   ? "ring"
                     : gtk_toggle_button_get_active (self->trie_button) ? "trie"
                                                                        : "buckets";

  gtk_stack_set_visible_child_name (self->drawings, name);
}

static void
add_to_legend (KadGuiTablePage *self, GtkWidget *icon, const char *words)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 5);
  GtkWidget *label = gtk_label_new (words);

  gtk_widget_add_css_class (label, "kad-caption");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  gtk_flow_box_insert (self->legend, box, -1);
  gtk_widget_set_focusable (gtk_widget_get_parent (box), FALSE);
}

/* The marks of peers, and the dots below a bucket. */
static void
fill_legend (KadGuiTablePage *self)
{
  GtkWidget *dots = gtk_label_new ("•••");

  for (guint look = 0; look < KAD_GUI_N_LOOKS; look++)
    {
      GtkWidget *icon = kad_gui_look_icon_new ();

      kad_gui_look_icon_set_look (KAD_GUI_LOOK_ICON (icon), look);
      add_to_legend (self, icon, kad_gui_look_get_name (look));
    }
  gtk_widget_add_css_class (dots, "kad-caption");
  gtk_widget_add_css_class (dots, "dim-label");
  add_to_legend (self, dots, _ ("Waiting for a seat"));
}

static void
kad_gui_table_page_dispose (GObject *object)
{
  KadGuiTablePage *self = KAD_GUI_TABLE_PAGE (object);

  kad_gui_page_set_source (KAD_GUI_PAGE (self), NULL);
  g_clear_object (&self->selection);
  G_OBJECT_CLASS (kad_gui_table_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, KadGuiTablePage, summary);
  gtk_widget_class_bind_template_child (widget_class, KadGuiTablePage, bucket);
  gtk_widget_class_bind_template_child (widget_class, KadGuiTablePage, drawings);
  gtk_widget_class_bind_template_child (widget_class, KadGuiTablePage, legend);
  gtk_widget_class_bind_template_child (widget_class, KadGuiTablePage, buckets_button);
  gtk_widget_class_bind_template_child (widget_class, KadGuiTablePage, ring_button);
  gtk_widget_class_bind_template_child (widget_class, KadGuiTablePage, trie_button);
  gtk_widget_class_bind_template_child (widget_class, KadGuiTablePage, chart);
  gtk_widget_class_bind_template_child (widget_class, KadGuiTablePage, ring);
  gtk_widget_class_bind_template_child (widget_class, KadGuiTablePage, trie);
  gtk_widget_class_bind_template_child (widget_class, KadGuiTablePage, what_if);
  gtk_widget_class_bind_template_child (widget_class, KadGuiTablePage, columns);
}

static void
kad_gui_table_page_class_init (KadGuiTablePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KadGuiPageClass *page_class = KAD_GUI_PAGE_CLASS (klass);

  g_type_ensure (KAD_GUI_TYPE_WIDE_BOX);
  g_type_ensure (KAD_GUI_TYPE_BUCKET_CHART);
  g_type_ensure (KAD_GUI_TYPE_KEY_RING);
  g_type_ensure (KAD_GUI_TYPE_KEY_TRIE);
  g_type_ensure (KAD_GUI_TYPE_WHAT_IF);
  g_type_ensure (KAD_GUI_TYPE_PEER_COLUMNS);
  G_OBJECT_CLASS (klass)->dispose = kad_gui_table_page_dispose;
  page_class->name = "table";
  page_class->title = N_ ("Routing Table");
  page_class->icon_name = "view-grid-symbolic";
  page_class->topics = KAD_GUI_TOPIC_TABLE | KAD_GUI_TOPIC_QUERIES;
  page_class->source_changed = source_changed;
  page_class->focus_filter = focus_filter;
  page_class->dup_selection = dup_selection;
  page_class->get_view = get_view;
  page_class->save = save;
  page_class->go_to = go_to;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/libkad/Inspector/pages/kad-gui-table-page.ui");
  bind_children (widget_class);
}

static void
kad_gui_table_page_init (KadGuiTablePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->selection = kad_gui_peer_selection_new ();
  self->actions = kad_gui_peer_actions_new (KAD_GUI_PAGE (self), self->selection);
  kad_gui_peer_drawing_set_selection (self->chart, self->selection);
  kad_gui_peer_drawing_set_selection (self->ring, self->selection);
  kad_gui_peer_drawing_set_selection (self->trie, self->selection);
  kad_gui_what_if_set_selection (self->what_if, self->selection);
  kad_gui_peer_columns_set_selection (self->columns, self->selection);
  g_signal_connect_object (self->selection, "notify::peer", G_CALLBACK (update_bucket), self,
                           G_CONNECT_SWAPPED);
  fill_legend (self);
  g_signal_connect_swapped (self->ring_button, "toggled", G_CALLBACK (on_toggled), self);
  g_signal_connect_swapped (self->trie_button, "toggled", G_CALLBACK (on_toggled), self);
}
