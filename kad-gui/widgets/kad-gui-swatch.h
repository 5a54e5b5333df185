/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-palette.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_SWATCH (kad_gui_swatch_get_type ())

typedef enum
{
  KAD_GUI_SWATCH_LINE,
  KAD_GUI_SWATCH_DASHES,
  KAD_GUI_SWATCH_FULL,    /* a square */
  KAD_GUI_SWATCH_HATCHED, /* a square of stripes */
} KadGuiSwatchShape;

/* What a colour and a shape of a drawing look like, for its legend. The word beside it says what it
 * means. */
G_DECLARE_FINAL_TYPE (KadGuiSwatch, kad_gui_swatch, KAD_GUI, SWATCH, GtkWidget)

GtkWidget *kad_gui_swatch_new (KadGuiColor color, KadGuiSwatchShape shape);
/* A rectangle as swatches have it. */
void kad_gui_swatch_draw (GtkSnapshot *snapshot, const graphene_rect_t *bounds,
                          const GdkRGBA *color, gboolean hatched);

G_END_DECLS
