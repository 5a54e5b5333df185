/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_COPY_LIST (kad_gui_copy_list_get_type ())

/**
 * KadGuiCopyList:
 *
 * Long words that somebody wants to take elsewhere, peer ids and addresses: a row each, with a
 * button that copies all of it by the action "kad.copy".
 *
 * Between begin() and end() all rows are given again with add(); rows that stay the same stay.
 */
G_DECLARE_FINAL_TYPE (KadGuiCopyList, kad_gui_copy_list, KAD_GUI, COPY_LIST, GtkBox)

GtkWidget *kad_gui_copy_list_new (void);
void kad_gui_copy_list_begin (KadGuiCopyList *self);
/* @title: translated; @value: as it is copied. */
void kad_gui_copy_list_add (KadGuiCopyList *self, const char *title, const char *value);
void kad_gui_copy_list_end (KadGuiCopyList *self);
guint kad_gui_copy_list_get_n_rows (KadGuiCopyList *self);

G_END_DECLS
