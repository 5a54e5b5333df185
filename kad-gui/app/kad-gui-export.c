/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-export.h"

#include <cairo-svg.h>
#include <string.h>

#define PNG_SCALE 2 /* sharp also where it is printed or enlarged */

KadGuiImageFormat
kad_gui_image_format_of (const char *name)
{
  g_autofree char *folded = g_ascii_strdown (name, -1);

  return g_str_has_suffix (folded, ".svg") ? KAD_GUI_IMAGE_SVG : KAD_GUI_IMAGE_PNG;
}

static void
append_background (GtkSnapshot *snapshot, GtkWidget *widget, const graphene_rect_t *bounds)
{
  GdkRGBA color = { 1, 1, 1, 1 };

  gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), "window_bg_color", &color);
  gtk_snapshot_append_color (snapshot, &color, bounds);
}

/* What GTK would draw, @scale times as large. NULL: nothing, it has no size yet. */
static GskRenderNode *
new_node (GtkWidget *widget, int scale)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);

  if (width <= 0 || height <= 0)
    return NULL;
  gtk_snapshot_scale (snapshot, (float) scale, (float) scale);
  append_background (snapshot, widget, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  return gtk_snapshot_to_node (snapshot);
}

static GBytes *
to_png (GtkWidget *widget, GError **error)
{
  GtkNative *native = gtk_widget_get_native (widget);
  GskRenderer *renderer = native != NULL ? gtk_native_get_renderer (native) : NULL;
  g_autoptr (GskRenderNode) node = new_node (widget, PNG_SCALE);
  g_autoptr (GdkTexture) texture = NULL;
  graphene_rect_t bounds;

  if (node == NULL || renderer == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "There is nothing to be seen yet");
      return NULL;
    }
  bounds = GRAPHENE_RECT_INIT (0, 0, (float) (gtk_widget_get_width (widget) * PNG_SCALE),
                               (float) (gtk_widget_get_height (widget) * PNG_SCALE));
  texture = gsk_renderer_render_texture (renderer, node, &bounds);
  return gdk_texture_save_to_png_bytes (texture);
}

/*
 * Cairo 1.16 says clip-rule of what is clipped. SVG looks for it at the path that clips, so that a
 * shadow, which is clipped to all but its box, would fill the box. It is put there.
 */

static GHashTable *
new_evenodd_clips (const char *svg)
{
  GHashTable *clips = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GRegex) regex = g_regex_new ("clip-path=\"url\\(#(clip[0-9]+)\\)\" "
                                          "clip-rule=\"evenodd\"",
                                          G_REGEX_OPTIMIZE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (regex, svg, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    g_hash_table_add (clips, g_match_info_fetch (match, 1));
  return clips;
}

static gboolean
mend_clip (const GMatchInfo *match, GString *result, gpointer user_data)
{
  g_autofree char *id = g_match_info_fetch (match, 1);
  g_autofree char *all = g_match_info_fetch (match, 0);

  g_string_append (result, all);
  if (g_hash_table_contains (user_data, id))
    g_string_append (result, " clip-rule=\"evenodd\"");
  return FALSE;
}

static GBytes *
mend_svg (GByteArray *svg)
{
  g_autofree char *text = g_strndup ((const char *) svg->data, svg->len);
  g_autoptr (GHashTable) clips = new_evenodd_clips (text);
  g_autoptr (GRegex) regex
      = g_regex_new ("<clipPath id=\"(clip[0-9]+)\">\\s*<path", G_REGEX_OPTIMIZE, 0, NULL);
  char *mended = g_regex_replace_eval (regex, text, -1, 0, 0, mend_clip, clips, NULL);

  return g_bytes_new_take (mended, strlen (mended));
}

static cairo_status_t
write_to_array (void *closure, const unsigned char *data, unsigned int len)
{
  g_byte_array_append (closure, data, len);
  return CAIRO_STATUS_SUCCESS;
}

static GBytes *
to_svg (GtkWidget *widget, GError **error)
{
  g_autoptr (GskRenderNode) node = new_node (widget, 1);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface = NULL;
  cairo_t *cr = NULL;
  cairo_status_t status = CAIRO_STATUS_SUCCESS;

  if (node == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "There is nothing to be seen yet");
      return NULL;
    }
  surface = cairo_svg_surface_create_for_stream (
      write_to_array, bytes, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  cairo_svg_surface_set_document_unit (surface, CAIRO_SVG_UNIT_PX);
  cr = cairo_create (surface);
  gsk_render_node_draw (node, cr);
  status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, cairo_status_to_string (status));
      return NULL;
    }
  return mend_svg (bytes);
}

GBytes *
kad_gui_export (GtkWidget *widget, KadGuiImageFormat format, GError **error)
{
  g_return_val_if_fail (GTK_IS_WIDGET (widget), NULL);

  return format == KAD_GUI_IMAGE_SVG ? to_svg (widget, error) : to_png (widget, error);
}
