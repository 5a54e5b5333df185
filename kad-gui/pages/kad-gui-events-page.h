/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-page.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_EVENTS_PAGE (kad_gui_events_page_get_type ())

/**
 * KadGuiEventsPage:
 *
 * The log of events with the commands that each passed and the one that consumed it; and the
 * modules.
 */
G_DECLARE_FINAL_TYPE (KadGuiEventsPage, kad_gui_events_page, KAD_GUI, EVENTS_PAGE, KadGuiPage)

G_END_DECLS
