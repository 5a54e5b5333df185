/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-drawing.h"

#include <math.h>

guint64
kad_gui_drawing_mix (guint64 hash, guint64 value)
{
  hash = (hash ^ value) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return hash ^ (hash >> 29);
}

static PangoLayout *
new_layout (GtkWidget *widget, const char *text, double scale)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  return layout;
}

static void
append_layout (GtkSnapshot *snapshot, PangoLayout *layout, const GdkRGBA *color, double x, double y,
               double xalign)
{
  int width;
  int height;

  pango_layout_get_pixel_size (layout, &width, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) round (x - xalign * width),
                                                          (float) round (y - height / 2.0)));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

void
kad_gui_drawing_text (GtkWidget *widget, GtkSnapshot *snapshot, const char *text,
                      const GdkRGBA *color, double x, double y, double xalign, double scale)
{
  g_autoptr (PangoLayout) layout = new_layout (widget, text, scale);

  append_layout (snapshot, layout, color, x, y, xalign);
}

void
kad_gui_drawing_text_within (GtkWidget *widget, GtkSnapshot *snapshot, const char *text,
                             const GdkRGBA *color, double x, double y, double width, double scale)
{
  g_autoptr (PangoLayout) layout = new_layout (widget, text, scale);

  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  append_layout (snapshot, layout, color, x, y, 0);
}

void
kad_gui_drawing_diamond (GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y,
                         double size)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_snapshot_rotate (snapshot, 45);
  gtk_snapshot_append_color (
      snapshot, color,
      &GRAPHENE_RECT_INIT ((float) -size / 2, (float) -size / 2, (float) size, (float) size));
  gtk_snapshot_restore (snapshot);
}
