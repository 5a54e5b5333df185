/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_APPLICATION (kad_gui_application_get_type ())

/* kad-inspector: its command line, its name on the bus, what all of its windows share. */
G_DECLARE_FINAL_TYPE (KadGuiApplication, kad_gui_application, KAD_GUI, APPLICATION, AdwApplication)

KadGuiApplication *kad_gui_application_new (void);

G_END_DECLS
