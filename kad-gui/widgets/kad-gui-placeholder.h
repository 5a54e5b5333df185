/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_PLACEHOLDER (kad_gui_placeholder_get_type ())

/**
 * KadGuiPlaceholder:
 *
 * What stands where a list would be and there is nothing: an icon, what is so, in words why, and if
 * something can be done about it a button. It fills its place and is centred in it. Plain GTK.
 *
 * Properties, all of them text and "" at first: "icon-name" (symbolic), "title" (header
 * capitalization), "text" (sentences), "button-label", "action-name" (of the button, with "." in
 * it); "action-target" (a variant, or NULL). There is a button if there is a label.
 */
G_DECLARE_FINAL_TYPE (KadGuiPlaceholder, kad_gui_placeholder, KAD_GUI, PLACEHOLDER, GtkBox)

/* (transfer floating) Each may be NULL. */
GtkWidget *kad_gui_placeholder_new (const char *icon_name, const char *title, const char *text);
void kad_gui_placeholder_set (KadGuiPlaceholder *self, const char *icon_name, const char *title,
                              const char *text);
/* @label NULL: no button. @target: (nullable), taken if floating. */
void kad_gui_placeholder_set_button (KadGuiPlaceholder *self, const char *label,
                                     const char *action_name, GVariant *target);
const char *kad_gui_placeholder_get_title (KadGuiPlaceholder *self);

G_END_DECLS
