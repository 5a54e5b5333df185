/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_FIGURE_TABLE (kad_gui_figure_table_get_type ())
#define KAD_GUI_MAX_FIGURE_COLUMNS 6

/**
 * KadGuiFigureTable:
 *
 * A small table of figures: a name, some numbers, and maybe a bar of what went well and what did
 * not.
 *
 * Between begin() and end() all rows are given again with add(); rows that stay the same stay.
 */
G_DECLARE_FINAL_TYPE (KadGuiFigureTable, kad_gui_figure_table, KAD_GUI, FIGURE_TABLE, GtkWidget)

GtkWidget *kad_gui_figure_table_new (void);
/* Once. @titles: translated, NULL at the end. @with_bars: a bar behind each name. */
void kad_gui_figure_table_set_columns (KadGuiFigureTable *self, const char *const *titles,
                                       gboolean with_bars);
void kad_gui_figure_table_begin (KadGuiFigureTable *self);
/* @cells: as many as there are titles. @ok, @failed, @most: of the bar. */
void kad_gui_figure_table_add (KadGuiFigureTable *self, const char *const *cells, guint64 ok,
                               guint64 failed, guint64 most);
void kad_gui_figure_table_end (KadGuiFigureTable *self);
guint kad_gui_figure_table_get_n_rows (KadGuiFigureTable *self);
/* (transfer none) */
const char *kad_gui_figure_table_get_cell (KadGuiFigureTable *self, guint row, guint column);

G_END_DECLS
