/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-query-table.h"

#include "kad-gui-i18n.h"
#include "kad-gui-query-columns.h"

#define MIN_WIDTH_CHARS 7
#define WIDE_CHARS 16

struct _KadGuiQueryTable
{
  GtkWidget parent_instance;

  guint kind;
  KadGuiQuery *query; /* (owned) (nullable) */
  GtkWidget *scroller;
  GtkColumnView *view;
  GtkSortListModel *sorted;      /* (owned) */
  GtkSingleSelection *selection; /* (owned) */
};

G_DEFINE_FINAL_TYPE (KadGuiQueryTable, kad_gui_query_table, GTK_TYPE_WIDGET)

enum
{
  PROP_KIND = 1,
};

enum
{
  PEER_SELECTED,
  PEER_ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* ---- cells ---- */

static void
show_cell (GtkListItem *item, const KadGuiQueryColumn *column)
{
  GtkWidget *label = gtk_list_item_get_child (item);
  gpointer row = gtk_list_item_get_item (item);
  g_autofree char *text = row != NULL ? column->dup_text (row) : g_strdup ("");

  if (g_str_equal (gtk_label_get_text (GTK_LABEL (label)), text))
    return;
  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_tooltip_text (label, column->expands && text[0] != '\0' ? text : NULL);
}

static const KadGuiQueryColumn *
get_column (gpointer object)
{
  return g_object_get_data (object, "kad-gui-column");
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  const KadGuiQueryColumn *column = user_data;
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), column->is_number ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label),
                           column->is_id ? PANGO_ELLIPSIZE_MIDDLE : PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), column->expands ? WIDE_CHARS : MIN_WIDTH_CHARS);
  if (column->is_number)
    gtk_widget_add_css_class (label, "numeric");
  g_object_set_data (G_OBJECT (item), "kad-gui-column", (gpointer) column);
  gtk_list_item_set_child (item, label);
}

static void
on_notify (GObject *row, GParamSpec *pspec, gpointer user_data)
{
  show_cell (user_data, get_column (user_data));
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  show_cell (item, user_data);
  g_signal_connect (gtk_list_item_get_item (item), "notify", G_CALLBACK (on_notify), item);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), on_notify, item);
}

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const KadGuiQueryColumn *column = user_data;

  if (column->get_number != NULL)
    {
      gint64 one = column->get_number ((gpointer) a);
      gint64 other = column->get_number ((gpointer) b);

      return (one > other) - (one < other);
    }
  else
    {
      g_autofree char *one = column->dup_text ((gpointer) a);
      g_autofree char *other = column->dup_text ((gpointer) b);
      int order = g_strcmp0 (one, other);

      return (order > 0) - (order < 0);
    }
}

static void
add_column (KadGuiQueryTable *self, const KadGuiQueryColumn *column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) view_column = NULL;
  g_autoptr (GtkSorter) sorter
      = GTK_SORTER (gtk_custom_sorter_new (compare, (gpointer) column, NULL));

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), (gpointer) column);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), (gpointer) column);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), (gpointer) column);
  view_column = gtk_column_view_column_new (_ (column->title), factory);
  gtk_column_view_column_set_sorter (view_column, sorter);
  gtk_column_view_column_set_expand (view_column, column->expands);
  gtk_column_view_column_set_resizable (view_column, TRUE);
  gtk_column_view_append_column (self->view, view_column);
}

/* ---- rows ---- */

void
kad_gui_query_table_set_query (KadGuiQueryTable *self, KadGuiQuery *query)
{
  GListModel *model = NULL;

  if (!g_set_object (&self->query, query))
    return;
  if (query != NULL)
    model = self->kind == KAD_GUI_QUERY_CONTACTS ? query->contacts
            : self->kind == KAD_GUI_QUERY_STEPS  ? query->steps
                                                 : query->results;
  gtk_sort_list_model_set_model (self->sorted, model);
}

void
kad_gui_query_table_select_peer (KadGuiQueryTable *self, const char *peer)
{
  GListModel *rows = G_LIST_MODEL (self->selection);
  gpointer selected = kad_gui_query_table_get_selected (self);
  guint n = g_list_model_get_n_items (rows);

  if (peer[0] == '\0'
      || (selected != NULL
          && g_str_equal (kad_gui_query_columns_get_peer (self->kind, selected), peer)))
    return;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) row = g_list_model_get_item (rows, i);

      if (!g_str_equal (kad_gui_query_columns_get_peer (self->kind, row), peer))
        continue;
      gtk_single_selection_set_selected (self->selection, i);
      /* The list inside has the action. */
      gtk_widget_activate_action (gtk_widget_get_last_child (GTK_WIDGET (self->view)),
                                  "list.scroll-to-item", "u", i);
      return;
    }
}

gpointer
kad_gui_query_table_get_selected (KadGuiQueryTable *self)
{
  return self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;
}

guint
kad_gui_query_table_get_n_rows (KadGuiQueryTable *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->selection));
}

GtkColumnView *
kad_gui_query_table_get_view (KadGuiQueryTable *self)
{
  return self->view;
}

static void
on_selected (KadGuiQueryTable *self)
{
  gpointer row = kad_gui_query_table_get_selected (self);

  if (row != NULL)
    g_signal_emit (self, signals[PEER_SELECTED], 0,
                   kad_gui_query_columns_get_peer (self->kind, row));
}

static void
on_activate (KadGuiQueryTable *self, guint position)
{
  g_autoptr (GObject) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  const char *peer = row != NULL ? kad_gui_query_columns_get_peer (self->kind, row) : "";

  if (peer[0] != '\0')
    g_signal_emit (self, signals[PEER_ACTIVATED], 0, peer);
}

/* ---- its life ---- */

static void
kad_gui_query_table_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_KIND)
    KAD_GUI_QUERY_TABLE (object)->kind = g_value_get_uint (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_query_table_constructed (GObject *object)
{
  static const char *const titles[] = {
    [KAD_GUI_QUERY_CONTACTS] = N_ ("Contacts"),
    [KAD_GUI_QUERY_STEPS] = N_ ("Steps"),
    [KAD_GUI_QUERY_RESULTS] = N_ ("Results"),
  };
  KadGuiQueryTable *self = KAD_GUI_QUERY_TABLE (object);
  const KadGuiQueryColumn *column = kad_gui_query_columns_get (self->kind);

  G_OBJECT_CLASS (kad_gui_query_table_parent_class)->constructed (object);
  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (titles[self->kind]), -1);
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  for (; column->title != NULL; column++)
    add_column (self, column);
  self->sorted = gtk_sort_list_model_new (NULL, NULL);
  gtk_sort_list_model_set_incremental (self->sorted, TRUE);
  gtk_sort_list_model_set_sorter (self->sorted, gtk_column_view_get_sorter (self->view));
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->sorted)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_swapped (self->selection, "notify::selected-item", G_CALLBACK (on_selected),
                            self);
  g_signal_connect_swapped (self->view, "activate", G_CALLBACK (on_activate), self);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->view));
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

static void
kad_gui_query_table_dispose (GObject *object)
{
  KadGuiQueryTable *self = KAD_GUI_QUERY_TABLE (object);

  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->sorted);
  g_clear_object (&self->query);
  G_OBJECT_CLASS (kad_gui_query_table_parent_class)->dispose (object);
}

static void
kad_gui_query_table_class_init (KadGuiQueryTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = kad_gui_query_table_set_property;
  object_class->constructed = kad_gui_query_table_constructed;
  object_class->dispose = kad_gui_query_table_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  g_object_class_install_property (
      object_class, PROP_KIND,
      g_param_spec_uint ("kind", NULL, NULL, 0, KAD_GUI_QUERY_RESULTS, 0,
                         G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
  signals[PEER_SELECTED]
      = g_signal_new ("peer-selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[PEER_ACTIVATED]
      = g_signal_new ("peer-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
kad_gui_query_table_init (KadGuiQueryTable *self)
{
}

GtkWidget *
kad_gui_query_table_new (KadGuiQueryTableKind kind)
{
  return g_object_new (KAD_GUI_TYPE_QUERY_TABLE, "kind", kind, NULL);
}
