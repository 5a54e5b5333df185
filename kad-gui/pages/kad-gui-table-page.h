/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-page.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_TABLE_PAGE (kad_gui_table_page_get_type ())

/* The routing table: drawn as buckets, ring or tree, and as a table, with one selection. */
G_DECLARE_FINAL_TYPE (KadGuiTablePage, kad_gui_table_page, KAD_GUI, TABLE_PAGE, KadGuiPage)

G_END_DECLS
