/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @target: (nullable), taken if floating. */
void kad_gui_menu_add (GMenu *menu, const char *label, const char *action, GVariant *target);
/* What copies @text, see "kad.copy" of KadGuiPage. */
void kad_gui_menu_add_copy (GMenu *menu, const char *label, const char *text);
/* Nothing if it has no items. */
void kad_gui_menu_add_section (GMenu *menu, GMenu *section);

/* Asks before something is done that cannot be undone. @done is called if it shall be done, and
 * not if @from is gone meanwhile. */
typedef void (*KadGuiConfirmed) (GtkWidget *from, gpointer item);
void kad_gui_confirm (GtkWidget *from, const char *title, const char *text, const char *button,
                      GObject *item, KadGuiConfirmed done);

G_END_DECLS
