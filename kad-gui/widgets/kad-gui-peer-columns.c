/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-peer-columns.h"

#include <string.h>

#include "kad-gui-i18n.h"
#include "kad-gui-look-icon.h"
#include "kad-gui-peer-column.h"
#include "kad-gui-peer-filter.h"
#include "kad-gui-peer-menu.h"
#include "kad-gui-peer-words.h"

#define REFRESH_MS 250
#define SETTLE_MS 10
/* "12 s ago" grows old where nothing happens. */
#define AGES_S 10
#define CELL "kad-gui-cell"
#define CELL_HEIGHT 21

typedef struct
{
  KadGuiPeerColumns *self; /* (unowned) */
  const KadGuiPeerColumn *spec;
  GtkColumnViewColumn *column; /* (unowned) */
  GtkSorter *sorter;           /* (owned) */
} Column;

struct _KadGuiPeerColumns
{
  GtkBox parent_instance;

  gboolean connections;
  KadGuiStore *store;             /* (owned) (nullable) */
  KadGuiPeerSelection *selection; /* (owned) (nullable) */
  KadGuiPeerMatch match;
  gpointer match_data;
  KadGuiPeerFilter *words;
  GArray *columns;   /* of Column */
  GHashTable *cells; /* GtkListItem that shows a peer -> its Column */
  GtkBox *facets;
  GtkSearchEntry *entry;
  GtkStack *stack;
  GtkLabel *nobody;
  GtkColumnView *view;
  GtkScrolledWindow *scrolled;
  GtkFilter *filter;
  GtkFilterListModel *filtered;
  GtkSortListModel *sorted;
  GtkSingleSelection *single;
  GtkEventController *motion;
  guint refresh;
  guint ages;
  guint fit;
  guint settle;
  gboolean is_syncing;
  gboolean is_fresh; /* another store: its rows are looked at from the first one on */
};

G_DEFINE_FINAL_TYPE (KadGuiPeerColumns, kad_gui_peer_columns, GTK_TYPE_BOX)

enum
{
  PROP_STORE = 1,
  PROP_SELECTION,
  PROP_CONNECTIONS,
};

/* ---- cells ---- */

static gboolean
on_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip,
                  gpointer user_data)
{
  Column *column = user_data;
  GtkListItem *item = g_object_get_data (G_OBJECT (widget), CELL);
  KadGuiPeer *peer = gtk_list_item_get_item (item);
  g_autofree char *text = NULL;

  if (peer == NULL || column->self->store == NULL)
    return FALSE;
  text = kad_gui_peer_words_dup (peer, kad_gui_store_get_now_us (column->self->store));
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  Column *column = user_data;
  GtkWidget *text = gtk_inscription_new (NULL);
  GtkWidget *child = text;

  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (text),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_min_chars (GTK_INSCRIPTION (text),
                                 column->spec->n_chars > 0 ? column->spec->n_chars : 16);
  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (text),
                                 column->spec->n_chars > 0 ? column->spec->n_chars : 40);
  gtk_inscription_set_xalign (GTK_INSCRIPTION (text), column->spec->number ? 1 : 0);
  /* What comes from another font than the rest of the row may be higher. */
  gtk_widget_set_size_request (text, -1, CELL_HEIGHT);
  gtk_widget_add_css_class (text, "numeric");
  if (column->spec->state)
    {
      child = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      gtk_box_append (GTK_BOX (child), kad_gui_look_icon_new ());
      gtk_widget_set_hexpand (text, TRUE);
      gtk_box_append (GTK_BOX (child), text);
    }
  gtk_widget_set_has_tooltip (child, TRUE);
  g_object_set_data (G_OBJECT (child), CELL, item);
  g_signal_connect (child, "query-tooltip", G_CALLBACK (on_query_tooltip), column);
  gtk_list_item_set_child (item, child);
}

static void
update_cell (KadGuiPeerColumns *self, GtkListItem *item, const Column *column)
{
  KadGuiPeer *peer = gtk_list_item_get_item (item);
  GtkWidget *child = gtk_list_item_get_child (item);
  g_autofree char *text = NULL;

  if (peer == NULL || self->store == NULL)
    return;
  if (column->spec->state)
    {
      kad_gui_look_icon_set_look (KAD_GUI_LOOK_ICON (gtk_widget_get_first_child (child)),
                                  kad_gui_look_of (peer));
      child = gtk_widget_get_last_child (child);
    }
  text = column->spec->dup_text (peer, self->store);
  gtk_inscription_set_text (GTK_INSCRIPTION (child), text);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  Column *column = user_data;

  g_hash_table_insert (column->self->cells, item, column);
  update_cell (column->self, item, column);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  g_hash_table_remove (((Column *) user_data)->self->cells, item);
}

/* ---- what is shown ---- */

static gboolean
matches (gpointer item, gpointer user_data)
{
  KadGuiPeerColumns *self = user_data;
  KadGuiPeer *peer = item;

  if (!self->connections && !peer->in_table && peer->departed_us == 0)
    return FALSE;
  return kad_gui_peer_filter_match (self->words, peer)
         && (self->match == NULL || self->match (peer, self->match_data));
}

static void
update_empty (KadGuiPeerColumns *self)
{
  guint n_all
      = self->store == NULL ? 0
        : self->connections
            ? g_list_model_get_n_items (G_LIST_MODEL (kad_gui_store_get_peers (self->store)))
            : kad_gui_peer_list_get_table_size (kad_gui_store_get_peers (self->store));
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->single)) == 0;

  gtk_label_set_label (self->nobody, n_all > 0 ? _ ("No peer is like that")
                                     : self->connections
                                         ? _ ("No peers yet")
                                         : _ ("Nobody is in the routing table yet"));
  gtk_stack_set_visible_child_name (self->stack, empty ? "empty" : "rows");
}

static gboolean
find_row (KadGuiPeerColumns *self, KadGuiPeer *peer, guint *position)
{
  GListModel *rows = G_LIST_MODEL (self->single);
  guint n = g_list_model_get_n_items (rows);

  for (*position = 0; *position < n; (*position)++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (rows, *position);

      if (item == (GObject *) peer)
        return TRUE;
    }
  return FALSE;
}

/* The list within the column view has the action to scroll. */
static void
scroll_to (KadGuiPeerColumns *self, guint position)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->view)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_LIST_VIEW (child))
      gtk_widget_activate_action (child, "list.scroll-to-item", "u", position);
}

static void
show_selected (KadGuiPeerColumns *self, gboolean scroll)
{
  KadGuiPeer *peer
      = self->selection != NULL ? kad_gui_peer_selection_get_peer (self->selection) : NULL;
  guint position = GTK_INVALID_LIST_POSITION;

  if (self->is_syncing || gtk_single_selection_get_selected_item (self->single) == peer)
    return;
  self->is_syncing = TRUE;
  if (peer != NULL && find_row (self, peer, &position))
    {
      gtk_single_selection_set_selected (self->single, position);
      if (scroll)
        scroll_to (self, position);
    }
  else
    gtk_single_selection_set_selected (self->single, GTK_INVALID_LIST_POSITION);
  self->is_syncing = FALSE;
}

/* Rows that are sorted in move those that are in sight: they are shown when all are in their
 * place, from the first one on. */
static gboolean
on_settle (gpointer user_data)
{
  KadGuiPeerColumns *self = user_data;

  if (gtk_sort_list_model_get_pending (self->sorted) != 0)
    return G_SOURCE_CONTINUE;
  self->settle = 0;
  self->is_fresh = FALSE;
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->single));
  show_selected (self, FALSE);
  if (gtk_single_selection_get_selected (self->single) != GTK_INVALID_LIST_POSITION)
    scroll_to (self, gtk_single_selection_get_selected (self->single));
  return G_SOURCE_REMOVE;
}

static void
settle (KadGuiPeerColumns *self)
{
  if (self->is_fresh && self->settle == 0 && gtk_widget_get_mapped (GTK_WIDGET (self))
      && g_list_model_get_n_items (G_LIST_MODEL (self->single)) > 0)
    self->settle = g_timeout_add (SETTLE_MS, on_settle, self);
}

static void
on_items_changed (KadGuiPeerColumns *self)
{
  update_empty (self);
  settle (self);
}

static void
on_peer_selected (KadGuiPeerColumns *self)
{
  show_selected (self, TRUE);
}

/* A row that goes takes no selection with it: only somebody's choice does something. */
static void
on_row_selected (KadGuiPeerColumns *self)
{
  KadGuiPeer *peer = gtk_single_selection_get_selected_item (self->single);

  if (self->is_syncing || peer == NULL || self->selection == NULL)
    return;
  self->is_syncing = TRUE;
  kad_gui_peer_selection_set_peer (self->selection, peer);
  self->is_syncing = FALSE;
}

static gboolean
is_under_pointer (KadGuiPeerColumns *self)
{
  return gtk_event_controller_motion_contains_pointer (GTK_EVENT_CONTROLLER_MOTION (self->motion));
}

void
kad_gui_peer_columns_refresh (KadGuiPeerColumns *self)
{
  GHashTableIter iter;
  gpointer item;
  gpointer column;

  g_clear_handle_id (&self->refresh, g_source_remove);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  for (guint i = 0; i < self->columns->len && !is_under_pointer (self); i++)
    gtk_sorter_changed (g_array_index (self->columns, Column, i).sorter,
                        GTK_SORTER_CHANGE_DIFFERENT);
  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &item, &column))
    update_cell (self, item, column);
  show_selected (self, FALSE);
  update_empty (self);
}

static gboolean
on_refresh (gpointer user_data)
{
  KadGuiPeerColumns *self = user_data;

  self->refresh = 0;
  kad_gui_peer_columns_refresh (self);
  return G_SOURCE_REMOVE;
}

static void
on_table_changed (KadGuiPeerColumns *self)
{
  if (self->refresh == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->refresh = g_timeout_add (REFRESH_MS, on_refresh, self);
}

static gboolean
on_ages (gpointer user_data)
{
  on_table_changed (user_data);
  return G_SOURCE_CONTINUE;
}

static void
on_leave (KadGuiPeerColumns *self)
{
  on_table_changed (self);
}

static void
on_search_changed (KadGuiPeerColumns *self)
{
  kad_gui_peer_filter_free (self->words);
  self->words = kad_gui_peer_filter_new (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  kad_gui_peer_columns_refilter (self);
}

/* ---- the width ---- */

static gboolean
on_fit (gpointer user_data)
{
  KadGuiPeerColumns *self = user_data;
  guint width = (guint) gtk_widget_get_width (GTK_WIDGET (self));
  gboolean filled = FALSE;

  self->fit = 0;
  for (guint i = 0; i < self->columns->len && width > 0; i++)
    {
      const Column *column = &g_array_index (self->columns, Column, i);
      gboolean visible = width >= column->spec->least_width;

      gtk_column_view_column_set_visible (column->column, visible);
      filled = filled || (visible && column->spec->expand);
    }
  gtk_column_view_column_set_expand (g_array_index (self->columns, Column, 0).column, !filled);
  return G_SOURCE_REMOVE;
}

/* While it is placed nothing may change: right after it. */
static void
on_width_changed (KadGuiPeerColumns *self)
{
  if (self->fit == 0)
    self->fit = g_idle_add_full (GTK_PRIORITY_RESIZE, on_fit, self, NULL);
}

/* ---- the menu ---- */

static void
on_right_click (GtkGestureClick *gesture, int n_press, double x, double y, gpointer user_data)
{
  KadGuiPeerColumns *self = user_data;
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);
  GtkListItem *item = NULL;

  for (; widget != NULL && item == NULL && widget != GTK_WIDGET (self->view);
       widget = gtk_widget_get_parent (widget))
    {
      GtkWidget *child = gtk_widget_get_first_child (widget);

      item = g_object_get_data (G_OBJECT (widget), CELL);
      if (item == NULL && child != NULL)
        item = g_object_get_data (G_OBJECT (child), CELL);
    }
  if (item == NULL || gtk_list_item_get_item (item) == NULL)
    return;
  gtk_single_selection_set_selected (self->single, gtk_list_item_get_position (item));
  gtk_widget_translate_coordinates (GTK_WIDGET (self->view), GTK_WIDGET (self), x, y, &x, &y);
  kad_gui_peer_menu_popup (GTK_WIDGET (self), x, y);
}

static gboolean
on_key (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
        gpointer user_data)
{
  KadGuiPeerColumns *self = user_data;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  double x = 0;
  double y = 0;

  if (keyval != GDK_KEY_Menu && (keyval != GDK_KEY_F10 || (state & GDK_SHIFT_MASK) == 0))
    return FALSE;
  if (gtk_single_selection_get_selected_item (self->single) == NULL)
    return FALSE;
  if (focus != NULL)
    gtk_widget_translate_coordinates (focus, GTK_WIDGET (self), 24, gtk_widget_get_height (focus),
                                      &x, &y);
  kad_gui_peer_menu_popup (GTK_WIDGET (self), x, y);
  return TRUE;
}

static void
on_activate (GtkColumnView *view, guint position, gpointer user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (view), "peer.show", NULL);
}

/* ---- the widget ---- */

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return ((const KadGuiPeerColumn *) user_data)->compare (a, b);
}

static void
add_columns (KadGuiPeerColumns *self)
{
  guint n;
  const KadGuiPeerColumn *specs = kad_gui_peer_column_get_all (self->connections, &n);

  /* Never moved: callbacks have their addresses. */
  self->columns = g_array_sized_new (FALSE, TRUE, sizeof (Column), n);
  g_array_set_size (self->columns, n);
  for (guint i = 0; i < n; i++)
    {
      Column *column = &g_array_index (self->columns, Column, i);
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

      column->self = self;
      column->spec = &specs[i];
      g_signal_connect (factory, "setup", G_CALLBACK (on_setup), column);
      g_signal_connect (factory, "bind", G_CALLBACK (on_bind), column);
      g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), column);
      column->sorter = GTK_SORTER (gtk_custom_sorter_new (compare, (gpointer) column->spec, NULL));
      column->column = gtk_column_view_column_new (_ (column->spec->title), factory);
      gtk_column_view_column_set_sorter (column->column, column->sorter);
      gtk_column_view_column_set_resizable (column->column, TRUE);
      gtk_column_view_column_set_expand (column->column, specs[i].expand);
      gtk_column_view_column_set_visible (column->column, specs[i].least_width == 0);
      gtk_column_view_append_column (self->view, column->column);
      if (strcmp (specs[i].title, self->connections ? "State" : "Bucket") == 0)
        gtk_column_view_sort_by_column (self->view, column->column, GTK_SORT_ASCENDING);
      g_object_unref (column->column);
    }
}

static GtkWidget *
new_nobody (KadGuiPeerColumns *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name ("system-users-symbolic");

  self->nobody = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->nobody, TRUE);
  gtk_label_set_justify (self->nobody, GTK_JUSTIFY_CENTER);
  gtk_image_set_pixel_size (GTK_IMAGE (icon), 48);
  gtk_widget_add_css_class (icon, "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->nobody), "heading");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->nobody));
  return box;
}

static void
build_view (KadGuiPeerColumns *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->scrolled = GTK_SCROLLED_WINDOW (scrolled);
  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "kad-rows");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Table of peers"), -1);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_right_click), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
  self->motion = gtk_event_controller_motion_new ();
  g_signal_connect_swapped (self->motion, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (scrolled, self->motion);
  g_signal_connect (self->view, "activate", G_CALLBACK (on_activate), NULL);
  gtk_scrolled_window_set_child (self->scrolled, GTK_WIDGET (self->view));
  gtk_widget_set_vexpand (scrolled, TRUE);
  g_signal_connect_swapped (gtk_scrolled_window_get_hadjustment (self->scrolled),
                            "notify::page-size", G_CALLBACK (on_width_changed), self);
  gtk_stack_add_named (self->stack, scrolled, "rows");
  gtk_stack_add_named (self->stack, new_nobody (self), "empty");
}

static void
build_models (KadGuiPeerColumns *self)
{
  self->filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  self->filtered = gtk_filter_list_model_new (NULL, g_object_ref (self->filter));
  /* Not incremental: what is filtered anew would be gone for a moment, and rows would jump. */
  self->sorted = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->filtered)),
                                          g_object_ref (gtk_column_view_get_sorter (self->view)));
  gtk_sort_list_model_set_incremental (self->sorted, TRUE);
  self->single = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->sorted)));
  gtk_single_selection_set_autoselect (self->single, FALSE);
  gtk_single_selection_set_can_unselect (self->single, TRUE);
  gtk_single_selection_set_selected (self->single, GTK_INVALID_LIST_POSITION);
  g_signal_connect_swapped (self->single, "notify::selected-item", G_CALLBACK (on_row_selected),
                            self);
  g_signal_connect_swapped (self->single, "items-changed", G_CALLBACK (on_items_changed), self);
}

static void
kad_gui_peer_columns_constructed (GObject *object)
{
  KadGuiPeerColumns *self = KAD_GUI_PEER_COLUMNS (object);

  G_OBJECT_CLASS (kad_gui_peer_columns_parent_class)->constructed (object);
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  build_view (self);
  add_columns (self);
  build_models (self);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->facets));
  gtk_box_append (GTK_BOX (self), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->stack));
  update_empty (self);
}

static void
map (GtkWidget *widget)
{
  KadGuiPeerColumns *self = KAD_GUI_PEER_COLUMNS (widget);

  GTK_WIDGET_CLASS (kad_gui_peer_columns_parent_class)->map (widget);
  if (self->ages == 0)
    self->ages = g_timeout_add_seconds (AGES_S, on_ages, self);
  kad_gui_peer_columns_refresh (self);
  settle (self);
}

static void
stop (KadGuiPeerColumns *self)
{
  g_clear_handle_id (&self->ages, g_source_remove);
  g_clear_handle_id (&self->refresh, g_source_remove);
  g_clear_handle_id (&self->fit, g_source_remove);
  g_clear_handle_id (&self->settle, g_source_remove);
}

static void
unmap (GtkWidget *widget)
{
  stop (KAD_GUI_PEER_COLUMNS (widget));
  GTK_WIDGET_CLASS (kad_gui_peer_columns_parent_class)->unmap (widget);
}

static void
kad_gui_peer_columns_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadGuiPeerColumns *self = KAD_GUI_PEER_COLUMNS (object);

  if (id == PROP_STORE)
    g_value_set_object (value, self->store);
  else if (id == PROP_SELECTION)
    g_value_set_object (value, self->selection);
  else if (id == PROP_CONNECTIONS)
    g_value_set_boolean (value, self->connections);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_peer_columns_set_property (GObject *object, guint id, const GValue *value,
                                   GParamSpec *pspec)
{
  KadGuiPeerColumns *self = KAD_GUI_PEER_COLUMNS (object);

  if (id == PROP_STORE)
    kad_gui_peer_columns_set_store (self, g_value_get_object (value));
  else if (id == PROP_SELECTION)
    kad_gui_peer_columns_set_selection (self, g_value_get_object (value));
  else if (id == PROP_CONNECTIONS)
    self->connections = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_peer_columns_dispose (GObject *object)
{
  KadGuiPeerColumns *self = KAD_GUI_PEER_COLUMNS (object);

  kad_gui_peer_columns_set_store (self, NULL);
  kad_gui_peer_columns_set_selection (self, NULL);
  stop (self);
  if (self->single != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->single, self);
      g_signal_handlers_disconnect_by_data (gtk_scrolled_window_get_hadjustment (self->scrolled),
                                            self);
      gtk_column_view_set_model (self->view, NULL);
      gtk_filter_list_model_set_filter (self->filtered, NULL);
    }
  g_clear_object (&self->single);
  g_clear_object (&self->sorted);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  G_OBJECT_CLASS (kad_gui_peer_columns_parent_class)->dispose (object);
}

static void
kad_gui_peer_columns_finalize (GObject *object)
{
  KadGuiPeerColumns *self = KAD_GUI_PEER_COLUMNS (object);

  for (guint i = 0; i < self->columns->len; i++)
    g_object_unref (g_array_index (self->columns, Column, i).sorter);
  g_array_unref (self->columns);
  g_hash_table_unref (self->cells);
  kad_gui_peer_filter_free (self->words);
  G_OBJECT_CLASS (kad_gui_peer_columns_parent_class)->finalize (object);
}

static void
kad_gui_peer_columns_class_init (KadGuiPeerColumnsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->constructed = kad_gui_peer_columns_constructed;
  object_class->get_property = kad_gui_peer_columns_get_property;
  object_class->set_property = kad_gui_peer_columns_set_property;
  object_class->dispose = kad_gui_peer_columns_dispose;
  object_class->finalize = kad_gui_peer_columns_finalize;
  GTK_WIDGET_CLASS (klass)->map = map;
  GTK_WIDGET_CLASS (klass)->unmap = unmap;
  g_object_class_install_property (
      object_class, PROP_STORE,
      g_param_spec_object ("store", NULL, NULL, KAD_GUI_TYPE_STORE, both));
  g_object_class_install_property (
      object_class, PROP_SELECTION,
      g_param_spec_object ("selection", NULL, NULL, KAD_GUI_TYPE_PEER_SELECTION, both));
  g_object_class_install_property (
      object_class, PROP_CONNECTIONS,
      g_param_spec_boolean ("connections", NULL, NULL, FALSE, both | G_PARAM_CONSTRUCT_ONLY));
}

static void
kad_gui_peer_columns_init (KadGuiPeerColumns *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  self->words = kad_gui_peer_filter_new (NULL);
  self->cells = g_hash_table_new (NULL, NULL);
  self->entry = GTK_SEARCH_ENTRY (gtk_search_entry_new ());
  g_object_set (self->entry, "placeholder-text", _ ("Peer, agent, address, bucket:4…"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Filter of the peers"), -1);
  gtk_widget_set_hexpand (GTK_WIDGET (self->entry), TRUE);
  g_signal_connect_swapped (self->entry, "search-changed", G_CALLBACK (on_search_changed), self);
  self->facets = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  gtk_widget_set_margin_start (GTK_WIDGET (self->facets), 12);
  gtk_widget_set_margin_end (GTK_WIDGET (self->facets), 12);
  gtk_widget_set_margin_top (GTK_WIDGET (self->facets), 9);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self->facets), 9);
  gtk_box_append (self->facets, GTK_WIDGET (self->entry));
}

GtkWidget *
kad_gui_peer_columns_new (gboolean connections)
{
  return g_object_new (KAD_GUI_TYPE_PEER_COLUMNS, "connections", connections, NULL);
}

void
kad_gui_peer_columns_set_store (KadGuiPeerColumns *self, KadGuiStore *store)
{
  if (self->store == store)
    return;
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_func (self->store, on_table_changed, self);
  g_set_object (&self->store, store);
  self->is_fresh = TRUE;
  if (self->view != NULL)
    gtk_column_view_set_model (self->view, NULL);
  if (self->filtered != NULL)
    gtk_filter_list_model_set_model (
        self->filtered, store != NULL ? G_LIST_MODEL (kad_gui_store_get_peers (store)) : NULL);
  if (store != NULL)
    g_signal_connect_swapped (store, "table-changed", G_CALLBACK (on_table_changed), self);
  if (self->single != NULL)
    {
      update_empty (self);
      settle (self);
    }
  g_object_notify (G_OBJECT (self), "store");
}

void
kad_gui_peer_columns_set_selection (KadGuiPeerColumns *self, KadGuiPeerSelection *selection)
{
  if (self->selection == selection)
    return;
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_func (self->selection, on_peer_selected, self);
  g_set_object (&self->selection, selection);
  if (selection != NULL)
    g_signal_connect_swapped (selection, "notify::peer", G_CALLBACK (on_peer_selected), self);
  g_object_notify (G_OBJECT (self), "selection");
}

void
kad_gui_peer_columns_set_match (KadGuiPeerColumns *self, KadGuiPeerMatch match, gpointer user_data)
{
  self->match = match;
  self->match_data = user_data;
  kad_gui_peer_columns_refilter (self);
}

void
kad_gui_peer_columns_refilter (KadGuiPeerColumns *self)
{
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update_empty (self);
}

void
kad_gui_peer_columns_set_filter (KadGuiPeerColumns *self, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  on_search_changed (self);
}

void
kad_gui_peer_columns_focus_filter (KadGuiPeerColumns *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

GListModel *
kad_gui_peer_columns_get_rows (KadGuiPeerColumns *self)
{
  return G_LIST_MODEL (self->single);
}

GBytes *
kad_gui_peer_columns_save (KadGuiPeerColumns *self)
{
  GListModel *rows = G_LIST_MODEL (self->single);
  guint n = g_list_model_get_n_items (rows);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (rows, i);
      g_autofree char *json = kad_gui_item_dup_json (item);

      g_string_append_printf (text, "%s\n", json);
    }
  return g_string_free_to_bytes (text);
}

void
kad_gui_peer_columns_add_facet (KadGuiPeerColumns *self, GtkWidget *widget)
{
  gtk_box_append (self->facets, widget);
}
