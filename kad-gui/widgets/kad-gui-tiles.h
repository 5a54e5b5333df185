/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_TILES (kad_gui_tiles_get_type ())

/**
 * KadGuiTiles:
 *
 * Children in columns of the same width: as many as there is room for, one in a narrow window.
 * Those of one row are equally high. In a template children are <child>ren.
 *
 * Properties: "column-width" (int, pixels: a column is not narrower as long as there are several;
 * 240 at first), "max-columns" (uint; 3), "spacing" (int, pixels; 12).
 */
G_DECLARE_FINAL_TYPE (KadGuiTiles, kad_gui_tiles, KAD_GUI, TILES, GtkWidget)

GtkWidget *kad_gui_tiles_new (void);
void kad_gui_tiles_append (KadGuiTiles *self, GtkWidget *child);

G_END_DECLS
