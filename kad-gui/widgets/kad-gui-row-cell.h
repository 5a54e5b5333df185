/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-row-list.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_ROW_CELL (kad_gui_row_cell_get_type ())

/* A cell of a KadGuiRowList: an icon or none, and text. It follows its item. */
G_DECLARE_FINAL_TYPE (KadGuiRowCell, kad_gui_row_cell, KAD_GUI, ROW_CELL, GtkBox)

/* (transfer floating) @store: where the list keeps whose time is told; may be NULL in it. It lives
 * as long as the cell is bound. */
GtkWidget *kad_gui_row_cell_new (const KadGuiColumn *column, KadGuiStore *const *store);
void kad_gui_row_cell_bind (KadGuiRowCell *self, gpointer item, gboolean narrow);
void kad_gui_row_cell_unbind (KadGuiRowCell *self);
void kad_gui_row_cell_set_narrow (KadGuiRowCell *self, gboolean narrow);
/* Writes it again; @times_only: if it depends on the time. */
void kad_gui_row_cell_refresh (KadGuiRowCell *self, gboolean times_only);
/* (transfer none) (nullable) */
gpointer kad_gui_row_cell_get_item (KadGuiRowCell *self);

G_END_DECLS
