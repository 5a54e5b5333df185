/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-pages.h"

#include "kad-gui-events-page.h"
#include "kad-gui-overview-page.h"
#include "kad-gui-peers-page.h"
#include "kad-gui-publications-page.h"
#include "kad-gui-queries-page.h"
#include "kad-gui-records-page.h"
#include "kad-gui-table-page.h"
#include "kad-gui-traffic-page.h"

/* One line a page, here and among the includes. */

const GType *
kad_gui_pages_get_types (void)
{
  static GType types[9];
  guint n = 0;

  types[n++] = KAD_GUI_TYPE_OVERVIEW_PAGE;
  types[n++] = KAD_GUI_TYPE_TABLE_PAGE;
  types[n++] = KAD_GUI_TYPE_PEERS_PAGE;
  types[n++] = KAD_GUI_TYPE_QUERIES_PAGE;
  types[n++] = KAD_GUI_TYPE_PUBLICATIONS_PAGE;
  types[n++] = KAD_GUI_TYPE_RECORDS_PAGE;
  types[n++] = KAD_GUI_TYPE_EVENTS_PAGE;
  types[n++] = KAD_GUI_TYPE_TRAFFIC_PAGE;
  types[n] = G_TYPE_INVALID;
  return types;
}
