/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-golden-image.h"

#include <string.h>

#include "kad-gui-golden-png.h"

#define SQUARE 16
/* Of 255, in the channel that differs most. */
#define FAR 56
#define MAX_FAR_PIXELS 7 /* of 256 */
#define MAX_MEAN 9

#define MAX_TRIES 60
#define TRY_MS 60
/* What is written a little later, as counts are, comes within that time. */
#define RESTING_TRIES 8
#define LEVEL 17 /* 16 levels of each colour */

static KadGuiGoldenImage *
new_image (guint width, guint height)
{
  KadGuiGoldenImage *self = g_new0 (KadGuiGoldenImage, 1);

  self->width = width;
  self->height = height;
  self->pixels = g_malloc0 ((gsize) width * height * 3);
  return self;
}

void
kad_gui_golden_image_free (KadGuiGoldenImage *self)
{
  g_free (self->pixels);
  g_free (self);
}

/* ---- drawing ---- */

static void
add_background (GtkSnapshot *snapshot, GtkWidget *widget, guint width, guint height)
{
  GdkRGBA color = { 1, 1, 1, 1 };

  gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), "window_bg_color", &color);
  gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (0, 0, width, height));
}

static guint8
round_level (guint32 value)
{
  return (guint8) (((value & 0xff) + LEVEL / 2) / LEVEL * LEVEL);
}

static KadGuiGoldenImage *
take_texture (GdkTexture *texture)
{
  guint width = (guint) gdk_texture_get_width (texture);
  guint height = (guint) gdk_texture_get_height (texture);
  KadGuiGoldenImage *self = new_image (width, height);
  g_autofree guint32 *argb = g_new (guint32, (gsize) width * height);

  gdk_texture_download (texture, (guchar *) argb, width * 4);
  for (gsize i = 0; i < (gsize) width * height; i++)
    {
      self->pixels[3 * i] = round_level (argb[i] >> 16);
      self->pixels[3 * i + 1] = round_level (argb[i] >> 8);
      self->pixels[3 * i + 2] = round_level (argb[i]);
    }
  return self;
}

static KadGuiGoldenImage *
draw (GtkWidget *widget)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  guint width = (guint) gtk_widget_get_width (widget);
  guint height = (guint) gtk_widget_get_height (widget);
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (widget));
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  add_background (snapshot, widget, width, height);
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  texture = gsk_renderer_render_texture (renderer, node, &GRAPHENE_RECT_INIT (0, 0, width, height));
  return take_texture (texture);
}

static gboolean
on_timeout (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_ms (guint ms)
{
  gboolean is_over = FALSE;

  g_timeout_add (ms, on_timeout, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

static void
on_painted (GdkFrameClock *clock, gboolean *is_painted)
{
  *is_painted = TRUE;
}

/* Between frames everything has its place; in the midst of one not all have. */
static void
wait_for_frame (GtkWidget *widget)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  gboolean is_painted = FALSE;
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (on_painted), &is_painted);

  while (!is_painted)
    {
      gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_AFTER_PAINT);
      g_main_context_iteration (NULL, TRUE);
    }
  g_signal_handler_disconnect (clock, handler);
}

KadGuiGoldenImage *
kad_gui_golden_image_new_for_widget (GtkWidget *widget)
{
  g_autoptr (KadGuiGoldenImage) last = NULL;
  guint n_same = 0;

  while (!gtk_widget_get_mapped (widget) || gtk_widget_get_width (widget) == 0)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < MAX_TRIES && n_same < RESTING_TRIES; i++)
    {
      g_autoptr (KadGuiGoldenImage) now = NULL;

      wait_ms (TRY_MS);
      wait_for_frame (widget);
      now = draw (widget);
      if (last != NULL && last->width == now->width && last->height == now->height
          && memcmp (last->pixels, now->pixels, (gsize) now->width * now->height * 3) == 0)
        n_same++;
      else
        n_same = 0;
      g_clear_pointer (&last, kad_gui_golden_image_free);
      last = g_steal_pointer (&now);
    }
  if (n_same < RESTING_TRIES)
    g_test_message ("it does not come to rest");
  return g_steal_pointer (&last);
}

/* ---- files ---- */

KadGuiGoldenImage *
kad_gui_golden_image_load (const char *path, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_file (path, error);
  KadGuiGoldenImage *self;
  guint n_channels;

  if (pixbuf == NULL)
    return NULL;
  n_channels = (guint) gdk_pixbuf_get_n_channels (pixbuf);
  self = new_image ((guint) gdk_pixbuf_get_width (pixbuf), (guint) gdk_pixbuf_get_height (pixbuf));
  for (guint y = 0; y < self->height; y++)
    {
      const guint8 *row
          = gdk_pixbuf_read_pixels (pixbuf) + (gsize) y * (guint) gdk_pixbuf_get_rowstride (pixbuf);

      for (guint x = 0; x < self->width; x++)
        memcpy (self->pixels + ((gsize) y * self->width + x) * 3, row + (gsize) x * n_channels, 3);
    }
  return self;
}

gboolean
kad_gui_golden_image_save (const KadGuiGoldenImage *self, const char *path, GError **error)
{
  g_autoptr (GBytes) png = kad_gui_golden_png_new (self->pixels, self->width, self->height);
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  if (png != NULL)
    return g_file_set_contents (path, g_bytes_get_data (png, NULL), (gssize) g_bytes_get_size (png),
                                error);
  pixbuf = gdk_pixbuf_new_from_data (self->pixels, GDK_COLORSPACE_RGB, FALSE, 8, (int) self->width,
                                     (int) self->height, (int) self->width * 3, NULL, NULL);
  return gdk_pixbuf_save (pixbuf, path, "png", error, "compression", "9", NULL);
}

/* ---- comparison ---- */

static guint
get_distance (const KadGuiGoldenImage *a, const KadGuiGoldenImage *b, guint x, guint y)
{
  const guint8 *p = a->pixels + ((gsize) y * a->width + x) * 3;
  const guint8 *q = b->pixels + ((gsize) y * b->width + x) * 3;
  int distance = 0;

  for (guint i = 0; i < 3; i++)
    distance = MAX (distance, ABS ((int) p[i] - (int) q[i]));
  return (guint) distance;
}

/* Whether the square that begins at (x0, y0) looks different. */
static gboolean
differs (const KadGuiGoldenImage *a, const KadGuiGoldenImage *b, guint x0, guint y0)
{
  guint n_far = 0, n = 0, sum = 0;

  for (guint y = y0; y < MIN (y0 + SQUARE, a->height); y++)
    for (guint x = x0; x < MIN (x0 + SQUARE, a->width); x++)
      {
        guint distance = get_distance (a, b, x, y);

        n_far += distance > FAR;
        sum += distance;
        n++;
      }
  return n_far > MAX_FAR_PIXELS || sum > n * MAX_MEAN;
}

char *
kad_gui_golden_image_dup_difference (const KadGuiGoldenImage *self, const KadGuiGoldenImage *other)
{
  guint n = 0, first_x = 0, first_y = 0;

  if (self->width != other->width || self->height != other->height)
    return g_strdup_printf ("it is %u × %u, and was %u × %u", self->width, self->height,
                            other->width, other->height);
  for (guint y = 0; y < self->height; y += SQUARE)
    for (guint x = 0; x < self->width; x += SQUARE)
      if (differs (self, other, x, y) && n++ == 0)
        {
          first_x = x;
          first_y = y;
        }
  if (n == 0)
    return NULL;
  return g_strdup_printf ("%u squares of %u pixels differ, the first at (%u, %u)", n, SQUARE,
                          first_x, first_y);
}

KadGuiGoldenImage *
kad_gui_golden_image_new_difference (const KadGuiGoldenImage *self, const KadGuiGoldenImage *other)
{
  KadGuiGoldenImage *image = new_image (self->width, self->height);

  for (guint y = 0; y < self->height; y++)
    for (guint x = 0; x < self->width; x++)
      {
        gsize at = ((gsize) y * self->width + x) * 3;
        gboolean is_there = x < other->width && y < other->height;
        guint distance = is_there ? get_distance (self, other, x, y) : 255;

        for (guint i = 0; i < 3; i++)
          image->pixels[at + i] = (guint8) (192 + self->pixels[at + i] / 4);
        if (distance > 0)
          {
            image->pixels[at] = 224;
            image->pixels[at + 1] = image->pixels[at + 2] = (guint8) (distance > FAR ? 0 : 128);
          }
      }
  return image;
}
