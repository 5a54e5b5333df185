/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-query-drawing.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_DESCENT_CHART (kad_gui_descent_chart_get_type ())

/* How a query came nearer to its target: a point for each contact, by time and by the leading bits
 * that it has in common with the target, farthest above; its shape says what came of it; a line of
 * the nearest that had answered. */
G_DECLARE_FINAL_TYPE (KadGuiDescentChart, kad_gui_descent_chart, KAD_GUI, DESCENT_CHART,
                      KadGuiQueryDrawing)

GtkWidget *kad_gui_descent_chart_new (void);

G_END_DECLS
