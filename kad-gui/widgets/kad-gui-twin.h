/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_TWIN (kad_gui_twin_get_type ())

/* Cells of the rows, as they are when somebody opens the table. (element-type GStrv) (transfer
 * full) */
typedef GPtrArray *(*KadGuiTwinFunc) (gpointer user_data);

/**
 * KadGuiTwin:
 *
 * The button beside a drawing that opens a table of the same: for those who do not see the drawing,
 * or want the numbers.
 */
G_DECLARE_FINAL_TYPE (KadGuiTwin, kad_gui_twin, KAD_GUI, TWIN, GtkBox)

GtkWidget *kad_gui_twin_new (void);
/* @what: what the table has, translated, for the name of the button. @columns: titles, translated;
 * the first is of text, the others of numbers. */
void kad_gui_twin_set (KadGuiTwin *self, const char *what, const char *const *columns,
                       KadGuiTwinFunc rows, gpointer user_data);

G_END_DECLS
