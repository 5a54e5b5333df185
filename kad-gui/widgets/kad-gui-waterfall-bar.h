/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-palette.h"

G_BEGIN_DECLS

/* What a bar of the waterfall is made of. Each has a colour and a pattern of its own. */
typedef enum
{
  KAD_GUI_BAR_HEARD,  /* known, and not asked yet: a dotted line */
  KAD_GUI_BAR_DIAL,   /* being dialled: stripes */
  KAD_GUI_BAR_SEND,   /* a request went out: a full block */
  KAD_GUI_BAR_WAIT,   /* waited for: a pale box with a frame */
  KAD_GUI_BAR_ANSWER, /* it answered: a thick end */
  KAD_GUI_BAR_FAIL,   /* time spent with who did not answer: steep stripes in a frame */
  KAD_GUI_N_BARS
} KadGuiBar;

/* "Dial", "Wait" .. (transfer none), translated. */
const char *kad_gui_bar_get_title (KadGuiBar bar);
void kad_gui_bar_paint (GtkSnapshot *snapshot, const KadGuiPalette *palette, KadGuiBar bar,
                        const graphene_rect_t *where);

#define KAD_GUI_TYPE_WATERFALL_LEGEND (kad_gui_waterfall_legend_get_type ())

/* All kinds, each with its name; it wraps where there is little room. */
G_DECLARE_FINAL_TYPE (KadGuiWaterfallLegend, kad_gui_waterfall_legend, KAD_GUI, WATERFALL_LEGEND,
                      GtkWidget)

GtkWidget *kad_gui_waterfall_legend_new (void);

G_END_DECLS
