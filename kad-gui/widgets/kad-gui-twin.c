/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-twin.h"

#include <glib/gi18n.h>

#define SEPARATOR "\t"

struct _KadGuiTwin
{
  GtkBox parent_instance;

  GtkMenuButton *button;
  GtkColumnView *view;
  GtkStringList *rows; /* cells, joined */
  KadGuiTwinFunc func;
  gpointer user_data;
};

G_DEFINE_FINAL_TYPE (KadGuiTwin, kad_gui_twin, GTK_TYPE_BOX)

static void
fill (GtkPopover *popover, KadGuiTwin *self)
{
  g_autoptr (GPtrArray) rows = self->func != NULL ? self->func (self->user_data) : NULL;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    g_ptr_array_add (texts, g_strjoinv (SEPARATOR, rows->pdata[i]));
  g_ptr_array_add (texts, NULL);
  gtk_string_list_splice (self->rows, 0, g_list_model_get_n_items (G_LIST_MODEL (self->rows)),
                          (const char *const *) texts->pdata);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), GPOINTER_TO_UINT (column) == 0 ? 0 : 1);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  GtkStringObject *row = gtk_list_item_get_item (item);
  g_auto (GStrv) cells = g_strsplit (gtk_string_object_get_string (row), SEPARATOR, -1);
  guint number = GPOINTER_TO_UINT (column);

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)),
                       number < g_strv_length (cells) ? cells[number] : "");
}

static void
add_column (KadGuiTwin *self, guint number, const char *title)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = NULL;

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), GUINT_TO_POINTER (number));
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), GUINT_TO_POINTER (number));
  column = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_expand (column, TRUE);
  gtk_column_view_append_column (self->view, column);
}

static void
clear_columns (KadGuiTwin *self)
{
  GListModel *columns = gtk_column_view_get_columns (self->view);

  while (g_list_model_get_n_items (columns) > 0)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, 0);

      gtk_column_view_remove_column (self->view, column);
    }
}

static void
kad_gui_twin_dispose (GObject *object)
{
  KadGuiTwin *self = KAD_GUI_TWIN (object);

  g_clear_object (&self->rows);
  G_OBJECT_CLASS (kad_gui_twin_parent_class)->dispose (object);
}

static void
kad_gui_twin_class_init (KadGuiTwinClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_gui_twin_dispose;
}

static void
kad_gui_twin_init (KadGuiTwin *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->rows = gtk_string_list_new (NULL);
  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (
      GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->rows))))));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->view));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_size_request (scrolled, 300, 320);
  gtk_popover_set_child (GTK_POPOVER (popover), scrolled);
  g_signal_connect (popover, "map", G_CALLBACK (fill), self);
  self->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_icon_name (self->button, "view-list-symbolic");
  gtk_menu_button_set_popover (self->button, popover);
  gtk_widget_add_css_class (GTK_WIDGET (self->button), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (self->button), "kad-twin");
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->button));
}

GtkWidget *
kad_gui_twin_new (void)
{
  return g_object_new (KAD_GUI_TYPE_TWIN, NULL);
}

void
kad_gui_twin_set (KadGuiTwin *self, const char *what, const char *const *columns,
                  KadGuiTwinFunc rows, gpointer user_data)
{
  /* Translators: %s is what a drawing shows, like "Peers". */
  g_autofree char *name = g_strdup_printf (_ ("%s as a Table"), what);

  clear_columns (self);
  for (guint i = 0; columns[i] != NULL; i++)
    add_column (self, i, columns[i]);
  self->func = rows;
  self->user_data = user_data;
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}
