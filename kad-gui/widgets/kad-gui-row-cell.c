/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-row-cell.h"

struct _KadGuiRowCell
{
  GtkBox parent_instance;

  const KadGuiColumn *column;
  KadGuiStore *const *store;
  GtkWidget *icon; /* (nullable) */
  GtkWidget *label;
  GObject *item; /* (nullable) */
  gulong notify_id;
  gboolean narrow;
};

G_DEFINE_FINAL_TYPE (KadGuiRowCell, kad_gui_row_cell, GTK_TYPE_BOX)

static void
write_text (KadGuiRowCell *self)
{
  gint64 now_us = *self->store != NULL ? kad_gui_store_get_now_us (*self->store) : 0;
  g_autofree char *text = self->column->text (self->item, now_us);

  if (!g_str_equal (text, gtk_label_get_text (GTK_LABEL (self->label))))
    gtk_label_set_text (GTK_LABEL (self->label), text);
  if (self->icon != NULL)
    {
      gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), self->column->icon (self->item));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      text, -1);
    }
}

/* Asked for when somebody points at it: to set a tooltip asks the display where the pointer is. */
static gboolean
on_query_tooltip (GtkWidget *widget, int x G_GNUC_UNUSED, int y G_GNUC_UNUSED,
                  gboolean keyboard G_GNUC_UNUSED, GtkTooltip *tooltip,
                  gpointer user_data G_GNUC_UNUSED)
{
  KadGuiRowCell *self = KAD_GUI_ROW_CELL (widget);
  gint64 now_us = *self->store != NULL ? kad_gui_store_get_now_us (*self->store) : 0;
  g_autofree char *text = NULL;

  if (self->item == NULL)
    return FALSE;
  text = self->column->tooltip != NULL ? self->column->tooltip (self->item, now_us)
                                       : self->column->text (self->item, now_us);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
on_notify (KadGuiRowCell *self)
{
  write_text (self);
}

static void
kad_gui_row_cell_dispose (GObject *object)
{
  kad_gui_row_cell_unbind (KAD_GUI_ROW_CELL (object));
  G_OBJECT_CLASS (kad_gui_row_cell_parent_class)->dispose (object);
}

static void
kad_gui_row_cell_class_init (KadGuiRowCellClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_gui_row_cell_dispose;
}

static void
kad_gui_row_cell_init (KadGuiRowCell *self)
{
  gtk_box_set_spacing (GTK_BOX (self), 6);
}

GtkWidget *
kad_gui_row_cell_new (const KadGuiColumn *column, KadGuiStore *const *store)
{
  KadGuiRowCell *self = g_object_new (KAD_GUI_TYPE_ROW_CELL, NULL);
  GtkLabel *label;

  self->column = column;
  self->store = store;
  if (column->icon != NULL)
    {
      self->icon = gtk_image_new ();
      gtk_box_append (GTK_BOX (self), self->icon);
    }
  self->label = gtk_label_new ("");
  label = GTK_LABEL (self->label);
  gtk_label_set_ellipsize (label, PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (label, (column->flags & KAD_GUI_COLUMN_NUMERIC) != 0 ? 1.0f : 0.0f);
  gtk_label_set_width_chars (label, (int) column->chars);
  gtk_label_set_max_width_chars (label, (int) column->chars);
  gtk_label_set_single_line_mode (label, TRUE);
  gtk_widget_set_hexpand (self->label, TRUE);
  if ((column->flags & KAD_GUI_COLUMN_NUMERIC) != 0)
    gtk_widget_add_css_class (self->label, "numeric");
  if ((column->flags & KAD_GUI_COLUMN_DIM) != 0)
    gtk_widget_add_css_class (GTK_WIDGET (self), "dim-label");
  gtk_box_append (GTK_BOX (self), self->label);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (on_query_tooltip), NULL);
  return GTK_WIDGET (self);
}

void
kad_gui_row_cell_set_narrow (KadGuiRowCell *self, gboolean narrow)
{
  self->narrow = narrow;
  gtk_widget_set_visible (self->label,
                          !narrow || self->icon == NULL
                              || (self->column->flags & KAD_GUI_COLUMN_ICON_ONLY) == 0);
}

void
kad_gui_row_cell_bind (KadGuiRowCell *self, gpointer item, gboolean narrow)
{
  kad_gui_row_cell_unbind (self);
  self->item = g_object_ref (item);
  self->notify_id
      = g_signal_connect_object (item, "notify", G_CALLBACK (on_notify), self, G_CONNECT_SWAPPED);
  kad_gui_row_cell_set_narrow (self, narrow);
  write_text (self);
}

void
kad_gui_row_cell_unbind (KadGuiRowCell *self)
{
  if (self->item != NULL)
    g_clear_signal_handler (&self->notify_id, self->item);
  g_clear_object (&self->item);
}

void
kad_gui_row_cell_refresh (KadGuiRowCell *self, gboolean times_only)
{
  if (self->item != NULL && (!times_only || (self->column->flags & KAD_GUI_COLUMN_TIME) != 0))
    write_text (self);
}

gpointer
kad_gui_row_cell_get_item (KadGuiRowCell *self)
{
  return self->item;
}
