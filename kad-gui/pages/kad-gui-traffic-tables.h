/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-figure-table.h"
#include "kad-gui-histogram.h"
#include "kad-gui-store.h"

G_BEGIN_DECLS

/* What the traffic page shows of the figures that the node counts. @stats: (nullable); what it does
 * not tell is no row. */

void kad_gui_traffic_set_up_messages (KadGuiFigureTable *table);
void kad_gui_traffic_fill_messages (KadGuiFigureTable *table, GVariant *stats);
void kad_gui_traffic_set_up_dials (KadGuiFigureTable *table);
void kad_gui_traffic_fill_dials (KadGuiFigureTable *table, GVariant *stats);
void kad_gui_traffic_set_up_commands (KadGuiFigureTable *table);
void kad_gui_traffic_fill_commands (KadGuiFigureTable *table, GVariant *stats);
void kad_gui_traffic_set_up_rtt (KadGuiHistogram *histogram);
void kad_gui_traffic_fill_rtt (KadGuiHistogram *histogram, GListModel *peers);

G_END_DECLS
