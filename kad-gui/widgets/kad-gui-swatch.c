/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-swatch.h"

#define STRIPE 3

struct _KadGuiSwatch
{
  GtkWidget parent_instance;

  KadGuiColor color;
  KadGuiSwatchShape shape;
};

G_DEFINE_FINAL_TYPE (KadGuiSwatch, kad_gui_swatch, GTK_TYPE_WIDGET)

void
kad_gui_swatch_draw (GtkSnapshot *snapshot, const graphene_rect_t *bounds, const GdkRGBA *color,
                     gboolean hatched)
{
  GdkRGBA pale = *color;

  if (!hatched)
    {
      gtk_snapshot_append_color (snapshot, color, bounds);
      return;
    }
  pale.alpha *= 0.3f;
  gtk_snapshot_append_repeating_linear_gradient (
      snapshot, bounds, &GRAPHENE_POINT_INIT (bounds->origin.x, bounds->origin.y),
      &GRAPHENE_POINT_INIT (bounds->origin.x + 2 * STRIPE, bounds->origin.y + 2 * STRIPE),
      (GskColorStop[4]){ { 0, *color }, { 0.5, *color }, { 0.5, pale }, { 1, pale } }, 4);
}

static void
kad_gui_swatch_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KadGuiSwatch *self = KAD_GUI_SWATCH (widget);
  float width = (float) gtk_widget_get_width (widget);
  float middle = (float) (gtk_widget_get_height (widget) / 2);
  KadGuiPalette palette;
  GdkRGBA color;

  kad_gui_palette_init (&palette, widget);
  color = kad_gui_palette_get (&palette, self->color, 1);
  switch (self->shape)
    {
    case KAD_GUI_SWATCH_LINE:
      gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (0, middle - 1, width, 2));
      break;
    case KAD_GUI_SWATCH_DASHES:
      for (float x = 0; x < width; x += 6)
        gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (x, middle - 1, 4, 2));
      break;
    case KAD_GUI_SWATCH_FULL:
    case KAD_GUI_SWATCH_HATCHED:
      kad_gui_swatch_draw (snapshot, &GRAPHENE_RECT_INIT (2, middle - 5, 10, 10), &color,
                           self->shape == KAD_GUI_SWATCH_HATCHED);
      break;
    }
}

static void
kad_gui_swatch_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 16 : 12;
  *minimum_baseline = *natural_baseline = -1;
}

static void
kad_gui_swatch_class_init (KadGuiSwatchClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = kad_gui_swatch_snapshot;
  widget_class->measure = kad_gui_swatch_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
kad_gui_swatch_init (KadGuiSwatch *self)
{
}

GtkWidget *
kad_gui_swatch_new (KadGuiColor color, KadGuiSwatchShape shape)
{
  KadGuiSwatch *self = g_object_new (KAD_GUI_TYPE_SWATCH, NULL);

  self->color = color;
  self->shape = shape;
  return GTK_WIDGET (self);
}
