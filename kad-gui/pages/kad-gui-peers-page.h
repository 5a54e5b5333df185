/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-page.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_PEERS_PAGE (kad_gui_peers_page_get_type ())

/* All peers that are connected or in the routing table, and all about one of them. */
G_DECLARE_FINAL_TYPE (KadGuiPeersPage, kad_gui_peers_page, KAD_GUI, PEERS_PAGE, KadGuiPage)

G_END_DECLS
