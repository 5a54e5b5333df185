/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-time-plot.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_CARD (kad_gui_card_get_type ())

/**
 * KadGuiCard:
 *
 * One figure at a glance: a title with an icon, the figure, what it means, and maybe how it went.
 * It leads to the page that has more of it.
 *
 * Properties: "title" (translated), "icon-name" (symbolic), "page" (the name of a page, for the
 * action "kad.show-page").
 */
G_DECLARE_FINAL_TYPE (KadGuiCard, kad_gui_card, KAD_GUI, CARD, GtkButton)

/* @figure, @caption: translated. @caption: "" for none. */
void kad_gui_card_set (KadGuiCard *self, const char *figure, const char *caption);
/* How it went, at the foot of the card; shown when it is asked for. */
KadGuiTimePlot *kad_gui_card_get_plot (KadGuiCard *self);
const char *kad_gui_card_get_figure (KadGuiCard *self);

G_END_DECLS
