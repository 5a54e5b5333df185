/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-path-layout.h"

/* Who gave something, then who is nearest, then who came first. */
static int
compare_worth (gconstpointer a, gconstpointer b)
{
  KadGuiContact *one = *(KadGuiContact *const *) a;
  KadGuiContact *other = *(KadGuiContact *const *) b;

  if (one->gave != other->gave)
    return one->gave ? -1 : 1;
  if (one->distance_bits != other->distance_bits)
    return one->distance_bits > other->distance_bits ? -1 : 1;
  return g_strcmp0 (one->peer, other->peer);
}

/* It and all who lead to it and have no node yet, itself first. Peers can say what they like: a
 * circle ends where it began. */
static GPtrArray *
list_way (GHashTable *by_peer, GHashTable *placed, KadGuiContact *contact)
{
  GPtrArray *way = g_ptr_array_new ();

  while (contact != NULL && !g_hash_table_contains (placed, contact->peer)
         && way->len <= KAD_GUI_MAX_PATH_NODES && !g_ptr_array_find (way, contact, NULL))
    {
      g_ptr_array_add (way, contact);
      contact = g_hash_table_lookup (by_peer, contact->named_by);
    }
  return way;
}

static void
place (KadGuiPathLayout *self, GHashTable *placed, KadGuiContact *contact)
{
  gpointer parent = g_hash_table_lookup (placed, contact->named_by);
  KadGuiPathNode node = { g_object_ref (contact), GPOINTER_TO_INT (parent) - 1, 0, 0 };

  if (node.parent >= 0)
    node.layer = g_array_index (self->nodes, KadGuiPathNode, node.parent).layer + 1;
  g_array_append_val (self->nodes, node);
  /* 0 is not there. */
  g_hash_table_insert (placed, contact->peer, GINT_TO_POINTER ((int) self->nodes->len));
}

static void
choose (KadGuiPathLayout *self, GPtrArray *worthy, GHashTable *by_peer)
{
  g_autoptr (GHashTable) placed = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < worthy->len; i++)
    {
      g_autoptr (GPtrArray) way = list_way (by_peer, placed, worthy->pdata[i]);

      if (self->nodes->len + way->len > KAD_GUI_MAX_PATH_NODES)
        continue;
      for (guint j = way->len; j > 0; j--)
        place (self, placed, way->pdata[j - 1]);
    }
  for (guint i = 0; i < worthy->len; i++)
    if (!g_hash_table_contains (placed, KAD_GUI_CONTACT (worthy->pdata[i])->peer))
      self->n_left_out++;
}

/* Beside who named it: rows of a layer are in the order of the rows of their parents. */
typedef struct
{
  guint node;
  guint parent_row;
} Place;

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Place *one = a;
  const Place *other = b;

  if (one->parent_row != other->parent_row)
    return one->parent_row > other->parent_row ? 1 : -1;
  return (one->node > other->node) - (one->node < other->node);
}

static guint
arrange_layer (KadGuiPathLayout *self, guint layer)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));

  for (guint i = 0; i < self->nodes->len; i++)
    {
      KadGuiPathNode *node = &g_array_index (self->nodes, KadGuiPathNode, i);
      Place where = { i, 0 };

      if (node->layer != layer)
        continue;
      if (node->parent >= 0)
        where.parent_row = g_array_index (self->nodes, KadGuiPathNode, node->parent).row;
      g_array_append_val (places, where);
    }
  g_array_sort (places, compare_places);
  for (guint i = 0; i < places->len; i++)
    g_array_index (self->nodes, KadGuiPathNode, g_array_index (places, Place, i).node).row = i;
  return places->len;
}

static void
node_clear (gpointer node)
{
  g_clear_object (&((KadGuiPathNode *) node)->contact);
}

KadGuiPathLayout *
kad_gui_path_layout_new (GPtrArray *contacts)
{
  KadGuiPathLayout *self = g_new0 (KadGuiPathLayout, 1);
  g_autoptr (GHashTable) by_peer = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) worthy = g_ptr_array_new ();

  self->nodes = g_array_new (FALSE, FALSE, sizeof (KadGuiPathNode));
  g_array_set_clear_func (self->nodes, node_clear);
  for (guint i = 0; i < contacts->len; i++)
    {
      KadGuiContact *contact = contacts->pdata[i];

      g_hash_table_insert (by_peer, contact->peer, contact);
      if (contact->contributing || contact->gave)
        g_ptr_array_add (worthy, contact);
    }
  g_ptr_array_sort (worthy, compare_worth);
  choose (self, worthy, by_peer);
  for (guint i = 0; i < self->nodes->len; i++)
    self->n_layers = MAX (self->n_layers, g_array_index (self->nodes, KadGuiPathNode, i).layer + 1);
  for (guint layer = 0; layer < self->n_layers; layer++)
    self->n_rows = MAX (self->n_rows, arrange_layer (self, layer));
  return self;
}

void
kad_gui_path_layout_free (KadGuiPathLayout *self)
{
  g_array_unref (self->nodes);
  g_free (self);
}
