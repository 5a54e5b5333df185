/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Colours of meaning. Never the only sign: a shape, a letter or a pattern says the same. */
typedef enum
{
  KAD_GUI_COLOR_FG,        /* text and lines of the widget */
  KAD_GUI_COLOR_DIM,       /* what is secondary */
  KAD_GUI_COLOR_GRID,      /* empty slots, axes */
  KAD_GUI_COLOR_ACCENT,    /* selection, our own position */
  KAD_GUI_COLOR_LIVE,      /* a peer that answers; success */
  KAD_GUI_COLOR_CONNECTED, /* one with whom there is a connection */
  KAD_GUI_COLOR_CHECKING,  /* being checked; waiting */
  KAD_GUI_COLOR_STALE,     /* does not answer; failure */
  KAD_GUI_COLOR_GLOW,      /* a query just touched it */
  KAD_GUI_COLOR_DIAL,      /* time of dialling */
  KAD_GUI_COLOR_SEND,      /* time of sending and waiting */
  KAD_GUI_COLOR_A,         /* series of a chart */
  KAD_GUI_COLOR_B,
  KAD_GUI_COLOR_C,
  KAD_GUI_COLOR_D,
  KAD_GUI_N_COLORS
} KadGuiColor;

/* The colours of @widget's theme: light, dark, high contrast. Fill it once a snapshot. They are the
 * named colours kad_live and so on of kad-gui.css, and the theme's own. */
typedef struct
{
  GdkRGBA colors[KAD_GUI_N_COLORS];
  gboolean is_dark;
  gboolean is_high_contrast;
} KadGuiPalette;

void kad_gui_palette_init (KadGuiPalette *self, GtkWidget *widget);
/* With another opacity. */
GdkRGBA kad_gui_palette_get (const KadGuiPalette *self, KadGuiColor color, double alpha);

/* Our CSS, once a display; kad-gui.css in the resource. */
void kad_gui_style_init (GdkDisplay *display);

G_END_DECLS
