/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-page.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_PUBLICATIONS_PAGE (kad_gui_publications_page_get_type ())

/**
 * KadGuiPublicationsPage:
 *
 * What this node says and keeps in the network: keys and records by app, how they are doing and
 * when they are announced again; announcing now, and ending.
 */
G_DECLARE_FINAL_TYPE (KadGuiPublicationsPage, kad_gui_publications_page, KAD_GUI, PUBLICATIONS_PAGE,
                      KadGuiPage)

G_END_DECLS
