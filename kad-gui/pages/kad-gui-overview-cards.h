/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-card.h"
#include "kad-gui-store.h"

G_BEGIN_DECLS

/* The figures of the overview's cards. @store: (nullable): nothing is known. */

void kad_gui_overview_fill_peers (KadGuiCard *card, KadGuiStore *store);
void kad_gui_overview_fill_table (KadGuiCard *card, KadGuiStore *store);
void kad_gui_overview_fill_size (KadGuiCard *card, KadGuiStore *store);
void kad_gui_overview_fill_traffic (KadGuiCard *card, KadGuiStore *store);
void kad_gui_overview_fill_queries (KadGuiCard *card, KadGuiStore *store);
void kad_gui_overview_fill_publications (KadGuiCard *card, KadGuiStore *store);

G_END_DECLS
