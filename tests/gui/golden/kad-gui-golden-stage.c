/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-golden-stage.h"

#include <adwaita.h>

#include "kad-gui-palette.h"

/* The font that is drawn with where @asked is asked for. */
static char *
dup_family (GtkWidget *widget, const char *asked)
{
  g_autoptr (PangoFontDescription) description = pango_font_description_from_string (asked);
  PangoContext *context = gtk_widget_get_pango_context (widget);
  g_autoptr (PangoFont) font = pango_context_load_font (context, description);
  g_autoptr (PangoFontDescription) found = pango_font_describe (font);

  return g_strdup (pango_font_description_get_family (found));
}

static gboolean
check_font (GtkWidget *widget, const char *asked, const char *expected, const char *package,
            GError **error)
{
  g_autofree char *family = dup_family (widget, asked);

  if (g_strcmp0 (family, expected) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               "The font for “%s” is “%s” and not “%s”: install the package %s, and let "
               "FONTCONFIG_FILE be tests/gui/golden/fonts.conf",
               asked, family, expected, package);
  return FALSE;
}

static gboolean
can_draw_svg (void)
{
  g_autoptr (GSList) formats = gdk_pixbuf_get_formats ();

  for (GSList *l = formats; l != NULL; l = l->next)
    {
      g_autofree char *name = gdk_pixbuf_format_get_name (l->data);

      if (g_str_equal (name, "svg"))
        return TRUE;
    }
  return FALSE;
}

static gboolean
check_icons (GError **error)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());

  if (!gtk_icon_theme_has_icon (theme, "object-select-symbolic")
      || !gtk_icon_theme_has_icon (theme, "network-server-symbolic"))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "There are no icons: install the package adwaita-icon-theme");
      return FALSE;
    }
  if (!can_draw_svg ())
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "Icons cannot be drawn: install the package librsvg2-common");
      return FALSE;
    }
  return TRUE;
}

/* The bars that lie over what scrolls come and go by themselves. */
static void
hide_scroll_bars (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_data (provider, "scrollbar.overlay-indicator { opacity: 0; }", -1);
  gtk_style_context_add_provider_for_display (
      gdk_display_get_default (), GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_USER);
}

gboolean
kad_gui_golden_stage_init (GError **error)
{
  GtkSettings *settings;
  GtkWidget *label;
  gboolean is_fine;

  adw_init ();
  settings = gtk_settings_get_default ();
  g_object_set (settings, "gtk-font-name", "Cantarell 11", "gtk-xft-dpi", 96 * 1024,
                "gtk-xft-antialias", 1, "gtk-xft-hinting", 1, "gtk-xft-hintstyle", "hintslight",
                "gtk-xft-rgba", "none", "gtk-enable-animations", FALSE, "gtk-icon-theme-name",
                "Adwaita", "gtk-cursor-blink", FALSE, "gtk-overlay-scrolling", TRUE, NULL);
  kad_gui_style_init (gdk_display_get_default ());
  hide_scroll_bars ();
  label = g_object_ref_sink (gtk_label_new (NULL));
  is_fine = check_font (label, "Cantarell 11", "Cantarell", "fonts-cantarell", error)
            && check_font (label, "monospace 11", "DejaVu Sans Mono", "fonts-dejavu-core", error)
            && check_icons (error);
  g_object_unref (label);
  return is_fine;
}

void
kad_gui_golden_stage_set_dark (gboolean dark)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                           : ADW_COLOR_SCHEME_FORCE_LIGHT);
}

GtkWindow *
kad_gui_golden_stage_show (GtkWidget *child, int width, int height)
{
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());

  gtk_window_set_decorated (window, FALSE);
  gtk_window_set_default_size (window, width, height);
  gtk_window_set_child (window, child);
  /* Nothing has the focus: a cursor or a ring would be there or not. */
  gtk_window_set_focus_visible (window, FALSE);
  gtk_window_present (window);
  gtk_window_set_focus (window, NULL);
  return window;
}
