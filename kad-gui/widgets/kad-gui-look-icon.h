/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-look.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_LOOK_ICON (kad_gui_look_icon_get_type ())

/* The mark of a peer's state, 12 pixels, for rows and legends: beside it stands the word, so it
 * is only presentation to whoever does not see it. */
G_DECLARE_FINAL_TYPE (KadGuiLookIcon, kad_gui_look_icon, KAD_GUI, LOOK_ICON, GtkWidget)

GtkWidget *kad_gui_look_icon_new (void);
void kad_gui_look_icon_set_look (KadGuiLookIcon *self, KadGuiLook look);

G_END_DECLS
