/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-query-drawing.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_WATERFALL (kad_gui_waterfall_get_type ())

/* A row for each contact, in the order of the first contact: who, named by whom, when it was
 * dialled and asked, how long it was waited for, and what came of it. A GtkScrollable that draws
 * only the rows that are seen. */
G_DECLARE_FINAL_TYPE (KadGuiWaterfall, kad_gui_waterfall, KAD_GUI, WATERFALL, KadGuiQueryDrawing)

GtkWidget *kad_gui_waterfall_new (void);
/* Rows of the last snapshot: what a frame costs. */
guint kad_gui_waterfall_get_n_drawn (KadGuiWaterfall *self);

G_END_DECLS
