/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_WIDE_BOX (kad_gui_wide_box_get_type ())

/**
 * KadGuiWideBox:
 *
 * Two children: side by side where there is room, one above the other where there is not. Somebody
 * may move the border between them (a GtkPaned: also by keyboard, F8).
 *
 * It needs only the width of the wider child, so that a window can become narrow. Stacked, the
 * children share the height; give them scrolled windows.
 *
 * Properties, all for templates: "start-child", "end-child" (GtkWidget), "threshold" (int, pixels:
 * narrower is stacked; 720 at first), "fraction" (double: the share of the start child side by
 * side; 0.5), "stacked-fraction" (double: its share stacked; 0.5), "stacked" (boolean, read only).
 */
G_DECLARE_FINAL_TYPE (KadGuiWideBox, kad_gui_wide_box, KAD_GUI, WIDE_BOX, GtkWidget)

GtkWidget *kad_gui_wide_box_new (void);
/* (nullable): taken out. */
void kad_gui_wide_box_set_start_child (KadGuiWideBox *self, GtkWidget *child);
void kad_gui_wide_box_set_end_child (KadGuiWideBox *self, GtkWidget *child);
/* Whether they are one above the other now. */
gboolean kad_gui_wide_box_get_stacked (KadGuiWideBox *self);

G_END_DECLS
