/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-look-icon.h"

#define SIZE 12

struct _KadGuiLookIcon
{
  GtkWidget parent_instance;

  KadGuiLook look;
};

G_DEFINE_FINAL_TYPE (KadGuiLookIcon, kad_gui_look_icon, GTK_TYPE_WIDGET)

static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
         int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static void
snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KadGuiPalette palette;

  kad_gui_palette_init (&palette, widget);
  kad_gui_look_snapshot (KAD_GUI_LOOK_ICON (widget)->look, snapshot, &palette,
                         gtk_widget_get_width (widget) / 2.0, gtk_widget_get_height (widget) / 2.0,
                         SIZE);
}

static void
kad_gui_look_icon_class_init (KadGuiLookIconClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = measure;
  widget_class->snapshot = snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
kad_gui_look_icon_init (KadGuiLookIcon *self)
{
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

GtkWidget *
kad_gui_look_icon_new (void)
{
  return g_object_new (KAD_GUI_TYPE_LOOK_ICON, NULL);
}

void
kad_gui_look_icon_set_look (KadGuiLookIcon *self, KadGuiLook look)
{
  if (self->look == look)
    return;
  self->look = look;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
