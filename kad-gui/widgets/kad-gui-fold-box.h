/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_FOLD_BOX (kad_gui_fold_box_get_type ())

/* A bar whose children are beside each other, in as many lines as they need. In each line those
 * with hexpand get what is left, and who is alone has all of it. It can be as narrow as the widest
 * child. Children are added in templates, or with gtk_widget_set_parent(). Property: "spacing"
 * (int). */
G_DECLARE_FINAL_TYPE (KadGuiFoldBox, kad_gui_fold_box, KAD_GUI, FOLD_BOX, GtkWidget)

/* (transfer floating) */
GtkWidget *kad_gui_fold_box_new (int spacing);

G_END_DECLS
