/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-page.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_OVERVIEW_PAGE (kad_gui_overview_page_get_type ())

/**
 * KadGuiOverviewPage:
 *
 * How the node is, in words, and what to do next; figures at a glance; whether others reach it; its
 * health; who and where it is.
 */
G_DECLARE_FINAL_TYPE (KadGuiOverviewPage, kad_gui_overview_page, KAD_GUI, OVERVIEW_PAGE, KadGuiPage)

G_END_DECLS
