/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_SHARE_BAR (kad_gui_share_bar_get_type ())

/* How much of something went well (full) and how much did not (hatched), as a bar. The numbers
 * stand beside it. */
G_DECLARE_FINAL_TYPE (KadGuiShareBar, kad_gui_share_bar, KAD_GUI, SHARE_BAR, GtkWidget)

GtkWidget *kad_gui_share_bar_new (void);
/* @most: what the whole width is. */
void kad_gui_share_bar_set (KadGuiShareBar *self, guint64 ok, guint64 failed, guint64 most);

G_END_DECLS
