/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-golden-image.h"
#include <glib/gstdio.h>

#include "kad-gui-golden-stage.h"

typedef struct
{
  const char *figure;
  const char *css;
  int indent;
} Scene;

static const Scene before = { "131 peers in 9 buckets", "", 12 };

/* A small page: a heading, a figure, a dot, a button. */
static GtkWidget *
new_page (const Scene *scene)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *heading = gtk_label_new ("Routing Table");
  GtkWidget *figure = gtk_label_new (scene->figure);
  GtkWidget *dot = gtk_image_new_from_icon_name ("object-select-symbolic");
  GtkWidget *button = gtk_button_new_with_label ("Check Now");

  gtk_widget_add_css_class (heading, "heading");
  gtk_widget_add_css_class (dot, "golden-dot");
  gtk_widget_set_halign (figure, GTK_ALIGN_START);
  gtk_widget_set_margin_start (figure, scene->indent);
  gtk_widget_set_halign (dot, GTK_ALIGN_START);
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (page), heading);
  gtk_box_append (GTK_BOX (page), figure);
  gtk_box_append (GTK_BOX (page), dot);
  gtk_box_append (GTK_BOX (page), button);
  return page;
}

static KadGuiGoldenImage *
take (const Scene *scene)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  GdkDisplay *display = gdk_display_get_default ();
  GtkWidget *page = new_page (scene);
  GtkWindow *window = kad_gui_golden_stage_show (page, 300, 200);
  KadGuiGoldenImage *image;

  gtk_css_provider_load_from_data (provider, scene->css, -1);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider), 800);
  image = kad_gui_golden_image_new_for_widget (page);
  gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (provider));
  gtk_window_destroy (window);
  return image;
}

static void
assert_differs (const Scene *scene)
{
  g_autoptr (KadGuiGoldenImage) golden = take (&before);
  g_autoptr (KadGuiGoldenImage) now = take (scene);
  g_autofree char *difference = kad_gui_golden_image_dup_difference (now, golden);

  g_assert_nonnull (difference);
}

static void
test_same (void)
{
  g_autoptr (KadGuiGoldenImage) golden = take (&before);
  g_autoptr (KadGuiGoldenImage) now = take (&before);
  g_autofree char *difference = kad_gui_golden_image_dup_difference (now, golden);

  g_test_summary ("What did not change looks the same");
  g_assert_cmpstr (difference, ==, NULL);
}

static void
test_edges (void)
{
  g_autoptr (KadGuiGoldenImage) golden = take (&before);
  g_autoptr (KadGuiGoldenImage) now = take (&before);
  g_autofree char *difference = NULL;
  guint n_changed = 0;

  g_test_summary ("Edges that are drawn a little softer are no difference");
  for (gsize i = 3; i < (gsize) now->width * now->height * 3 - 3; i++)
    {
      int soft = (golden->pixels[i - 3] + 14 * golden->pixels[i] + golden->pixels[i + 3]) / 16;

      n_changed += soft != now->pixels[i];
      now->pixels[i] = (guint8) soft;
    }
  g_assert_cmpuint (n_changed, >, 500);
  difference = kad_gui_golden_image_dup_difference (now, golden);
  g_assert_cmpstr (difference, ==, NULL);
}

static void
test_label (void)
{
  const Scene digit = { "132 peers in 9 buckets", "", 12 };
  const Scene word = { "131 peers in no bucket", "", 12 };

  g_test_summary ("One digit that is another one is a difference");
  assert_differs (&digit);
  assert_differs (&word);
}

static void
test_color (void)
{
  const Scene dot = { before.figure, ".golden-dot { color: #c01c28; }", 12 };
  const Scene text = { before.figure, "label.heading { color: #1c71d8; }", 12 };
  const Scene background = { before.figure, "button { background: #bbddff; }", 12 };

  g_test_summary ("Another colour of a small icon, a text, a button is a difference");
  assert_differs (&dot);
  assert_differs (&text);
  assert_differs (&background);
}

static void
test_moved (void)
{
  const Scene moved = { before.figure, "", 15 };
  const Scene lower = { before.figure, "button { margin-top: 3px; }", 12 };

  g_test_summary ("A label or button that moved three pixels is a difference");
  assert_differs (&moved);
  assert_differs (&lower);
}

static void
test_files (void)
{
  g_autoptr (KadGuiGoldenImage) golden = take (&before);
  g_autoptr (KadGuiGoldenImage) loaded = NULL;
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "kad-golden-XXXXXX.png", NULL);
  g_autofree char *difference = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_mkstemp (path);

  g_test_summary ("A file gives what was saved, and another size is a difference");
  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (kad_gui_golden_image_save (golden, path, &error));
  loaded = kad_gui_golden_image_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (loaded->pixels, (gsize) loaded->width * loaded->height * 3, golden->pixels,
                   (gsize) golden->width * golden->height * 3);
  remove (path);
  loaded->height--;
  difference = kad_gui_golden_image_dup_difference (loaded, golden);
  g_assert_nonnull (difference);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  if (!kad_gui_golden_stage_init (&error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  g_test_add_func ("/gui/golden-image/same", test_same);
  g_test_add_func ("/gui/golden-image/edges", test_edges);
  g_test_add_func ("/gui/golden-image/label", test_label);
  g_test_add_func ("/gui/golden-image/color", test_color);
  g_test_add_func ("/gui/golden-image/moved", test_moved);
  g_test_add_func ("/gui/golden-image/files", test_files);
  return g_test_run ();
}
