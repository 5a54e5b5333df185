/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "kad-gui-source.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_FINDER_DIALOG (kad_gui_finder_dialog_get_type ())

/* Ctrl+K: type a key, a peer or a query and go there. Activates actions of the group "kad" of the
 * window that it belongs to. */
G_DECLARE_FINAL_TYPE (KadGuiFinderDialog, kad_gui_finder_dialog, KAD_GUI, FINDER_DIALOG, AdwWindow)

KadGuiFinderDialog *kad_gui_finder_dialog_new (GtkWindow *parent, KadGuiSource *source);

G_END_DECLS
