/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-export.h"

/* A widget that draws what is hard to export: a red box with a blurred green shadow around it. */
typedef struct
{
  GtkWidget parent_instance;
} Drawing;

typedef GtkWidgetClass DrawingClass;

GType drawing_get_type (void);

G_DEFINE_FINAL_TYPE (Drawing, drawing, GTK_TYPE_WIDGET)

#define SIZE 100

static void
drawing_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  const graphene_rect_t box = GRAPHENE_RECT_INIT (30, 30, 40, 40);
  GskRoundedRect rounded;

  gtk_snapshot_append_color (snapshot, &(GdkRGBA){ 1, 0, 0, 1 }, &box);
  gsk_rounded_rect_init_from_rect (&rounded, &box, 6);
  gtk_snapshot_append_outset_shadow (snapshot, &rounded, &(GdkRGBA){ 0, 1, 0, 1 }, 0, 0, 4, 6);
}

static void
drawing_class_init (DrawingClass *klass)
{
  klass->snapshot = drawing_snapshot;
}

static void
drawing_init (Drawing *self)
{
  gtk_widget_set_size_request (GTK_WIDGET (self), SIZE, SIZE);
}

typedef struct
{
  GtkWindow *window;
  GtkWidget *drawing;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->window = GTK_WINDOW (gtk_window_new ());
  fixture->drawing = g_object_new (drawing_get_type (), "halign", GTK_ALIGN_CENTER, "valign",
                                   GTK_ALIGN_CENTER, NULL);
  gtk_window_set_child (fixture->window, fixture->drawing);
  gtk_window_present (fixture->window);
  while (gtk_widget_get_width (fixture->drawing) == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (fixture->window);
}

/* The pixel at @x, @y of what is SIZE wide, as 0xRRGGBB. */
static guint
pixel_at (GdkTexture *texture, int x, int y)
{
  int scale = gdk_texture_get_width (texture) / SIZE;
  gsize stride = (gsize) gdk_texture_get_width (texture) * 4;
  g_autofree guchar *data = g_malloc (stride * (gsize) gdk_texture_get_height (texture));
  const guint32 *row = NULL;

  gdk_texture_download (texture, data, stride);
  row = (const guint32 *) (data + stride * (gsize) (y * scale));
  return row[x * scale] & 0xffffff;
}

static void
assert_picture (Fixture *fixture, KadGuiImageFormat format, int width)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = kad_gui_export (fixture->drawing, format, &error);
  g_autoptr (GdkTexture) texture = NULL;
  guint shadow = 0;

  g_assert_no_error (error);
  texture = gdk_texture_new_from_bytes (bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_texture_get_width (texture), ==, width);
  g_assert_cmpint (gdk_texture_get_height (texture), ==, width);
  g_assert_cmphex (pixel_at (texture, 50, 50), ==, 0xff0000);
  g_assert_cmphex (pixel_at (texture, 2, 2), !=, 0);
  shadow = pixel_at (texture, 27, 50);
  g_assert_cmpuint (shadow >> 8 & 0xff, >, (shadow >> 16) + 40);
}

static void
test_png (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A PNG image has what is seen, twice as large, on the window's background");
  assert_picture (fixture, KAD_GUI_IMAGE_PNG, 2 * SIZE);
}

static void
test_svg (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("An SVG image is the same, also where a shadow leaves out its box");
  assert_picture (fixture, KAD_GUI_IMAGE_SVG, SIZE);
}

static void
test_not_seen (void)
{
  g_autoptr (GtkWidget) drawing = g_object_ref_sink (g_object_new (drawing_get_type (), NULL));
  const KadGuiImageFormat formats[] = { KAD_GUI_IMAGE_PNG, KAD_GUI_IMAGE_SVG };

  g_test_summary ("What has no size yet is an error and no picture");
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = kad_gui_export (drawing, formats[i], &error);

      g_assert_null (bytes);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
    }
}

static void
test_formats (void)
{
  g_test_summary ("The end of a name says what it is");
  g_assert_cmpint (kad_gui_image_format_of ("a.svg"), ==, KAD_GUI_IMAGE_SVG);
  g_assert_cmpint (kad_gui_image_format_of ("A.SVG"), ==, KAD_GUI_IMAGE_SVG);
  g_assert_cmpint (kad_gui_image_format_of ("a.png"), ==, KAD_GUI_IMAGE_PNG);
  g_assert_cmpint (kad_gui_image_format_of ("svg"), ==, KAD_GUI_IMAGE_PNG);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gtk_init ();
  g_test_add ("/gui/app/export/png", Fixture, NULL, set_up, test_png, tear_down);
  g_test_add ("/gui/app/export/svg", Fixture, NULL, set_up, test_svg, tear_down);
  g_test_add_func ("/gui/app/export/not-seen", test_not_seen);
  g_test_add_func ("/gui/app/export/formats", test_formats);
  return g_test_run ();
}
