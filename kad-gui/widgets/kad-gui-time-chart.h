/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-time-plot.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_TIME_CHART (kad_gui_time_chart_get_type ())

/**
 * KadGuiTimeChart:
 *
 * A KadGuiTimePlot with its title, the values of now as a legend, and a table of its points.
 *
 * Properties: "title" (translated).
 */
G_DECLARE_FINAL_TYPE (KadGuiTimeChart, kad_gui_time_chart, KAD_GUI, TIME_CHART, GtkBox)

GtkWidget *kad_gui_time_chart_new (const char *title);
/* For what is drawn: unit, window, band .. */
KadGuiTimePlot *kad_gui_time_chart_get_plot (KadGuiTimeChart *self);
/* As kad_gui_time_plot_set_series(), and the legend and the table. */
void kad_gui_time_chart_set_series (KadGuiTimeChart *self, guint number, KadGuiSeries *series,
                                    const char *label);
/* Words behind the title, "" for none: what is not in the series. */
void kad_gui_time_chart_set_note (KadGuiTimeChart *self, const char *note);

G_END_DECLS
