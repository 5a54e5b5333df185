/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-page.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_QUERIES_PAGE (kad_gui_queries_page_get_type ())

/* All queries, one of them in detail, and a form that begins one. Where it is narrow there is the
 * list, or what was chosen in it. */
G_DECLARE_FINAL_TYPE (KadGuiQueriesPage, kad_gui_queries_page, KAD_GUI, QUERIES_PAGE, KadGuiPage)

G_END_DECLS
