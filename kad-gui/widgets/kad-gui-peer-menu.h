/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What can be done with the selected peer: a menu of the actions "peer.*" that a page installs, see
 * KadGuiPeerActions. Opens over @over, which must place its popovers (a GtkBox does); gone when it
 * is closed. Gives the popover, borrowed. */
GtkWidget *kad_gui_peer_menu_popup (GtkWidget *over, double x, double y);

G_END_DECLS
