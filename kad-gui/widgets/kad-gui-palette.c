/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-palette.h"

#include "kad-gui-widgets-resources.h"

/* Names in CSS, and what is drawn where a theme knows none. */
static const struct
{
  const char *name;
  const char *light;
  const char *dark;
} colors[KAD_GUI_N_COLORS] = {
  [KAD_GUI_COLOR_FG] = { NULL, NULL, NULL },
  [KAD_GUI_COLOR_DIM] = { NULL, NULL, NULL },
  [KAD_GUI_COLOR_GRID] = { NULL, NULL, NULL },
  [KAD_GUI_COLOR_ACCENT] = { "accent_color", "#1c71d8", "#78aeed" },
  [KAD_GUI_COLOR_LIVE] = { "kad_live", "#2190a4", "#5bc8d6" },
  [KAD_GUI_COLOR_CONNECTED] = { "kad_connected", "#1b7f3b", "#57e389" },
  [KAD_GUI_COLOR_CHECKING] = { "kad_checking", "#c88800", "#f8e45c" },
  [KAD_GUI_COLOR_STALE] = { "kad_stale", "#c01c28", "#ff7b63" },
  [KAD_GUI_COLOR_GLOW] = { "kad_glow", "#e5a50a", "#ffd866" },
  [KAD_GUI_COLOR_DIAL] = { "kad_dial", "#9141ac", "#c88ee0" },
  [KAD_GUI_COLOR_SEND] = { "kad_send", "#62a0ea", "#3d7dcf" },
  [KAD_GUI_COLOR_A] = { "kad_a", "#1c71d8", "#78aeed" },
  [KAD_GUI_COLOR_B] = { "kad_b", "#c64600", "#ffa348" },
  [KAD_GUI_COLOR_C] = { "kad_c", "#26895e", "#6bd9a0" },
  [KAD_GUI_COLOR_D] = { "kad_d", "#813d9c", "#c88ee0" },
};

static double
luminance (const GdkRGBA *color)
{
  return 0.299 * color->red + 0.587 * color->green + 0.114 * color->blue;
}

static gboolean
is_high_contrast (GtkWidget *widget)
{
  g_autofree char *theme = NULL;

  g_object_get (gtk_widget_get_settings (widget), "gtk-theme-name", &theme, NULL);
  return theme != NULL && g_str_has_prefix (theme, "HighContrast");
}

void
kad_gui_palette_init (KadGuiPalette *self, GtkWidget *widget)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  GdkRGBA fg;

  gtk_style_context_get_color (context, &fg);
  self->is_dark = luminance (&fg) > 0.5;
  self->is_high_contrast = is_high_contrast (widget);
  for (guint i = 0; i < KAD_GUI_N_COLORS; i++)
    {
      GdkRGBA *color = &self->colors[i];

      if (colors[i].name == NULL)
        *color = fg;
      else if (!gtk_style_context_lookup_color (context, colors[i].name, color))
        gdk_rgba_parse (color, self->is_dark ? colors[i].dark : colors[i].light);
    }
  self->colors[KAD_GUI_COLOR_DIM].alpha = self->is_high_contrast ? 0.9f : 0.6f;
  self->colors[KAD_GUI_COLOR_GRID].alpha = self->is_high_contrast ? 0.5f : 0.14f;
}

GdkRGBA
kad_gui_palette_get (const KadGuiPalette *self, KadGuiColor color, double alpha)
{
  GdkRGBA rgba = self->colors[color];

  rgba.alpha = (float) (rgba.alpha * alpha);
  return rgba;
}

void
kad_gui_style_init (GdkDisplay *display)
{
  g_autoptr (GtkCssProvider) provider = NULL;

  if (g_object_get_data (G_OBJECT (display), "kad-gui-style") != NULL)
    return;
  /* It is in a static library: unless somebody names it, the linker leaves it out. */
  g_resources_register (kad_gui_widgets_get_resource ());
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, "/org/libkad/Inspector/kad-gui.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  g_object_set_data (G_OBJECT (display), "kad-gui-style", GINT_TO_POINTER (1));
}
