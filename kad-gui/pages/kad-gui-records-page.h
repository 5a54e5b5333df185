/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-page.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_RECORDS_PAGE (kad_gui_records_page_get_type ())

/**
 * KadGuiRecordsPage:
 *
 * What this node holds for others: records, and who provides what; how much that is, of how much it
 * may be where the node tells ("limits" of its statistics, with the names that "now" has).
 */
G_DECLARE_FINAL_TYPE (KadGuiRecordsPage, kad_gui_records_page, KAD_GUI, RECORDS_PAGE, KadGuiPage)

G_END_DECLS
