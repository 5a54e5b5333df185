/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Fonts, icons, sizes and speeds as golden images have them, on whatever machine. FALSE: something
 * is not there, and @error says which package has it. */
gboolean kad_gui_golden_stage_init (GError **error);
void kad_gui_golden_stage_set_dark (gboolean dark);
/* A window of that size which shows @child; for gtk_window_destroy(). */
GtkWindow *kad_gui_golden_stage_show (GtkWidget *child, int width, int height);

G_END_DECLS
