/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns, and the cells that are bound to items. */
#include <glib/gi18n.h>

#include "kad-gui-row-cell.h"
#include "kad-gui-row-list-private.h"

static const KadGuiColumn *
get_column (GtkListItemFactory *factory)
{
  return g_object_get_data (G_OBJECT (factory), "kad-column");
}

static void
on_setup (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  KadGuiRowList *self = user_data;

  gtk_list_item_set_child (item, kad_gui_row_cell_new (get_column (factory), &self->store));
}

static void
on_bind (GtkListItemFactory *factory G_GNUC_UNUSED, GtkListItem *item, gpointer user_data)
{
  KadGuiRowList *self = user_data;
  GtkWidget *cell = gtk_list_item_get_child (item);

  g_hash_table_add (self->cells, cell);
  kad_gui_row_cell_bind (KAD_GUI_ROW_CELL (cell), gtk_list_item_get_item (item),
                         kad_gui_row_list_get_narrow (self));
}

static void
on_unbind (GtkListItemFactory *factory G_GNUC_UNUSED, GtkListItem *item, gpointer user_data)
{
  KadGuiRowList *self = user_data;
  GtkWidget *cell = gtk_list_item_get_child (item);

  if (cell == NULL)
    return;
  g_hash_table_remove (self->cells, cell);
  kad_gui_row_cell_unbind (KAD_GUI_ROW_CELL (cell));
}

static int
compare_items (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const KadGuiColumn *column = user_data;

  return column->compare (a, b);
}

void
kad_gui_row_list_add_column (KadGuiRowList *self, const KadGuiColumn *column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) made = NULL;

  g_object_set_data (G_OBJECT (factory), "kad-column", (gpointer) column);
  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), self, 0);
  made = gtk_column_view_column_new (_ (column->title), factory);
  gtk_column_view_column_set_expand (made, (column->flags & KAD_GUI_COLUMN_EXPAND) != 0);
  gtk_column_view_column_set_resizable (made, TRUE);
  if (column->compare != NULL)
    {
      g_autoptr (GtkSorter) sorter
          = GTK_SORTER (gtk_custom_sorter_new (compare_items, (gpointer) column, NULL));

      gtk_column_view_column_set_sorter (made, sorter);
    }
  gtk_column_view_append_column (GTK_COLUMN_VIEW (self->view), made);
}
