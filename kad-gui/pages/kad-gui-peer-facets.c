/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peer-facets.h"

#include <string.h>

#include "kad-gui-i18n.h"
#include "kad-gui-text.h"

#define REFRESH_MS 1000
/* Others can still be found by the filter. */
#define MAX_VALUES 24

typedef struct
{
  GtkDropDown *down;
  GtkStringList *labels; /* the first one: any */
  GPtrArray *values;     /* (element-type utf8) of the labels after the first */
  char *chosen;          /* NULL: any */
} Facet;

struct _KadGuiPeerFacets
{
  GtkBox parent_instance;

  KadGuiStore *store; /* (owned) (nullable) */
  Facet facets[KAD_GUI_N_FACETS];
  guint refresh;
  gboolean is_filling;
};

G_DEFINE_FINAL_TYPE (KadGuiPeerFacets, kad_gui_peer_facets, GTK_TYPE_BOX)

static guint changed;

static const struct
{
  const char *any;  /* N_() */
  const char *name; /* N_() */
} words[KAD_GUI_N_FACETS] = {
  [KAD_GUI_FACET_CONNECTED] = { N_ ("All peers"), N_ ("Connected") },
  [KAD_GUI_FACET_DIRECTION] = { N_ ("Any direction"), N_ ("Direction") },
  [KAD_GUI_FACET_TRANSPORT] = { N_ ("Any transport"), N_ ("Transport") },
  [KAD_GUI_FACET_MUXER] = { N_ ("Any muxer"), N_ ("Muxer") },
  [KAD_GUI_FACET_AGENT] = { N_ ("Any agent"), N_ ("Agent") },
};

/* ---- values of a peer ---- */

/* "kubo" of "kubo/0.29.0/3f0947b". */
static char *
dup_family (const char *agent)
{
  gsize length = strcspn (agent, "/ ");

  return g_strndup (agent, length);
}

/* "yamux" of "/yamux/1.0.0". */
static char *
dup_muxer (const char *muxer)
{
  const char *begin = *muxer == '/' ? muxer + 1 : muxer;

  return g_strndup (begin, strcspn (begin, "/"));
}

static char *
dup_value (const KadGuiPeer *peer, KadGuiFacet facet)
{
  switch (facet)
    {
    case KAD_GUI_FACET_CONNECTED:
      return g_strdup (peer->connected ? "yes" : "no");
    case KAD_GUI_FACET_DIRECTION:
      return g_strdup (peer->direction);
    case KAD_GUI_FACET_TRANSPORT:
      return g_strdup (peer->transport);
    case KAD_GUI_FACET_MUXER:
      return dup_muxer (peer->muxer);
    default:
      return dup_family (peer->agent);
    }
}

static char *
dup_label (KadGuiFacet facet, const char *value)
{
  if (facet == KAD_GUI_FACET_CONNECTED)
    return g_strdup (strcmp (value, "yes") == 0 ? _ ("Connected") : _ ("Not connected"));
  if (strcmp (value, "inbound") == 0)
    return g_strdup (_ ("They dialled us"));
  if (strcmp (value, "outbound") == 0)
    return g_strdup (_ ("We dialled them"));
  return kad_gui_text (value);
}

gboolean
kad_gui_peer_facets_match (KadGuiPeerFacets *self, const KadGuiPeer *peer)
{
  for (guint i = 0; i < KAD_GUI_N_FACETS; i++)
    {
      g_autofree char *value = NULL;

      if (self->facets[i].chosen == NULL)
        continue;
      value = dup_value (peer, i);
      if (strcmp (value, self->facets[i].chosen) != 0)
        return FALSE;
    }
  return TRUE;
}

/* ---- the lists ---- */

static int
compare_values (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static GPtrArray *
dup_values (KadGuiPeerFacets *self, KadGuiFacet facet)
{
  GListModel *peers
      = self->store != NULL ? G_LIST_MODEL (kad_gui_store_get_peers (self->store)) : NULL;
  guint n = peers != NULL ? g_list_model_get_n_items (peers) : 0;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *values = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer value;

  if (facet == KAD_GUI_FACET_CONNECTED)
    {
      g_ptr_array_add (values, g_strdup ("yes"));
      g_ptr_array_add (values, g_strdup ("no"));
      return values;
    }
  /* What is chosen stays, also when the last one like it has gone. */
  if (self->facets[facet].chosen != NULL)
    g_hash_table_add (seen, g_strdup (self->facets[facet].chosen));
  for (guint i = 0; i < n && g_hash_table_size (seen) < MAX_VALUES; i++)
    {
      g_autoptr (KadGuiPeer) peer = g_list_model_get_item (peers, i);
      char *of_peer = dup_value (peer, facet);

      if (*of_peer != '\0')
        g_hash_table_add (seen, of_peer);
      else
        g_free (of_peer);
    }
  g_hash_table_iter_init (&iter, seen);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    g_ptr_array_add (values, g_strdup (value));
  g_ptr_array_sort (values, compare_values);
  return values;
}

static gboolean
are_equal (GPtrArray *a, GPtrArray *b)
{
  if (a == NULL || a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (strcmp (a->pdata[i], b->pdata[i]) != 0)
      return FALSE;
  return TRUE;
}

static guint
position_of (const Facet *facet)
{
  guint position;

  if (facet->chosen != NULL
      && g_ptr_array_find_with_equal_func (facet->values, facet->chosen, g_str_equal, &position))
    return position + 1;
  return 0;
}

static void
fill (KadGuiPeerFacets *self, KadGuiFacet number)
{
  Facet *facet = &self->facets[number];
  g_autoptr (GPtrArray) values = dup_values (self, number);
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (facet->labels));

  if (are_equal (facet->values, values))
    return;
  g_clear_pointer (&facet->values, g_ptr_array_unref);
  facet->values = g_steal_pointer (&values);
  g_ptr_array_add (labels, g_strdup (_ (words[number].any)));
  for (guint i = 0; i < facet->values->len; i++)
    g_ptr_array_add (labels, dup_label (number, facet->values->pdata[i]));
  g_ptr_array_add (labels, NULL);
  self->is_filling = TRUE;
  gtk_string_list_splice (facet->labels, 0, n, (const char *const *) labels->pdata);
  gtk_drop_down_set_selected (facet->down, position_of (facet));
  self->is_filling = FALSE;
}

static gboolean
on_refresh (gpointer user_data)
{
  KadGuiPeerFacets *self = user_data;

  self->refresh = 0;
  for (guint i = 0; i < KAD_GUI_N_FACETS; i++)
    fill (self, i);
  return G_SOURCE_REMOVE;
}

static void
on_table_changed (KadGuiPeerFacets *self)
{
  if (self->refresh == 0)
    self->refresh = g_timeout_add (REFRESH_MS, on_refresh, self);
}

static void
on_selected (GtkDropDown *down, GParamSpec *pspec, gpointer user_data)
{
  KadGuiPeerFacets *self = user_data;
  guint position = gtk_drop_down_get_selected (down);

  for (guint i = 0; i < KAD_GUI_N_FACETS && !self->is_filling; i++)
    if (self->facets[i].down == down)
      kad_gui_peer_facets_choose (self, i,
                                  position > 0 && position <= self->facets[i].values->len
                                      ? self->facets[i].values->pdata[position - 1]
                                      : NULL);
}

void
kad_gui_peer_facets_choose (KadGuiPeerFacets *self, KadGuiFacet number, const char *value)
{
  Facet *facet = &self->facets[number];
  g_autofree char *old = facet->chosen;

  if (g_strcmp0 (old, value) == 0)
    {
      old = NULL;
      return;
    }
  facet->chosen = g_strdup (value);
  self->is_filling = TRUE;
  gtk_drop_down_set_selected (facet->down, position_of (facet));
  self->is_filling = FALSE;
  g_signal_emit (self, changed, 0);
}

/* ---- the widget ---- */

static void
kad_gui_peer_facets_dispose (GObject *object)
{
  KadGuiPeerFacets *self = KAD_GUI_PEER_FACETS (object);

  g_clear_handle_id (&self->refresh, g_source_remove);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  g_clear_object (&self->store);
  for (guint i = 0; i < KAD_GUI_N_FACETS; i++)
    if (self->facets[i].down != NULL)
      g_signal_handlers_disconnect_by_data (self->facets[i].down, self);
  G_OBJECT_CLASS (kad_gui_peer_facets_parent_class)->dispose (object);
}

static void
kad_gui_peer_facets_finalize (GObject *object)
{
  KadGuiPeerFacets *self = KAD_GUI_PEER_FACETS (object);

  for (guint i = 0; i < KAD_GUI_N_FACETS; i++)
    {
      g_object_unref (self->facets[i].labels);
      g_ptr_array_unref (self->facets[i].values);
      g_free (self->facets[i].chosen);
    }
  G_OBJECT_CLASS (kad_gui_peer_facets_parent_class)->finalize (object);
}

static void
kad_gui_peer_facets_class_init (KadGuiPeerFacetsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_gui_peer_facets_dispose;
  G_OBJECT_CLASS (klass)->finalize = kad_gui_peer_facets_finalize;
  changed = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                          NULL, G_TYPE_NONE, 0);
}

static void
kad_gui_peer_facets_init (KadGuiPeerFacets *self)
{
  GtkWidget *flow = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (flow), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (flow), 6);
  gtk_flow_box_set_min_children_per_line (GTK_FLOW_BOX (flow), 2);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), KAD_GUI_N_FACETS);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (flow), TRUE);
  gtk_widget_add_css_class (flow, "kad-buttons");
  gtk_widget_set_hexpand (flow, TRUE);
  for (guint i = 0; i < KAD_GUI_N_FACETS; i++)
    {
      Facet *facet = &self->facets[i];

      facet->labels = gtk_string_list_new (NULL);
      facet->down
          = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (g_object_ref (facet->labels)), NULL));
      gtk_widget_set_tooltip_text (GTK_WIDGET (facet->down), _ (words[i].name));
      gtk_accessible_update_property (GTK_ACCESSIBLE (facet->down), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ (words[i].name), -1);
      g_signal_connect (facet->down, "notify::selected", G_CALLBACK (on_selected), self);
      gtk_flow_box_insert (GTK_FLOW_BOX (flow), GTK_WIDGET (facet->down), -1);
      gtk_widget_set_focusable (gtk_widget_get_parent (GTK_WIDGET (facet->down)), FALSE);
      fill (self, i);
    }
  gtk_box_append (GTK_BOX (self), flow);
}

GtkWidget *
kad_gui_peer_facets_new (void)
{
  return g_object_new (KAD_GUI_TYPE_PEER_FACETS, NULL);
}

void
kad_gui_peer_facets_set_store (KadGuiPeerFacets *self, KadGuiStore *store)
{
  if (self->store == store)
    return;
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  g_clear_handle_id (&self->refresh, g_source_remove);
  g_set_object (&self->store, store);
  if (store != NULL)
    g_signal_connect_swapped (store, "table-changed", G_CALLBACK (on_table_changed), self);
  for (guint i = 0; i < KAD_GUI_N_FACETS; i++)
    fill (self, i);
}
