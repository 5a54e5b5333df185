/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_WIDTH_WATCH (kad_gui_width_watch_get_type ())

/* Nothing to see, no height: it tells those around it whether they are narrow. Properties:
 * "threshold" (uint, pixels), "narrow" (boolean, notifies, never while somebody is laid out). */
G_DECLARE_FINAL_TYPE (KadGuiWidthWatch, kad_gui_width_watch, KAD_GUI, WIDTH_WATCH, GtkWidget)

/* (transfer floating) */
GtkWidget *kad_gui_width_watch_new (guint threshold);
gboolean kad_gui_width_watch_get_narrow (KadGuiWidthWatch *self);

G_END_DECLS
