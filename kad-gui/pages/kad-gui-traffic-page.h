/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-page.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_TRAFFIC_PAGE (kad_gui_traffic_page_get_type ())

/**
 * KadGuiTrafficPage:
 *
 * What goes in and out, over time and by kind: bytes, requests, peers, queries, how large the
 * network is; how far peers are; which dials succeed; how long commands take.
 */
G_DECLARE_FINAL_TYPE (KadGuiTrafficPage, kad_gui_traffic_page, KAD_GUI, TRAFFIC_PAGE, KadGuiPage)

G_END_DECLS
