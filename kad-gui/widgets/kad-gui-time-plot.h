/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kad-gui-store.h"
#include "kad-gui-time-data.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_TIME_PLOT (kad_gui_time_plot_get_type ())

/**
 * KadGuiTimePlot:
 *
 * One or two series over the time until now, drawn: the first as an area with a line, the second as
 * a dashed line. A gap where for a while nobody took a point. Under the pointer, or the arrow keys,
 * are the time and the values. It is drawn anew when one of its series changes. KadGuiTimeChart has
 * a title and a table for it.
 */
G_DECLARE_FINAL_TYPE (KadGuiTimePlot, kad_gui_time_plot, KAD_GUI, TIME_PLOT, GtkWidget)

GtkWidget *kad_gui_time_plot_new (void);
/* (nullable) Whose clock tells what now is. */
void kad_gui_time_plot_set_store (KadGuiTimePlot *self, KadGuiStore *store);
/* @series: (nullable): none at that place. @label: translated. */
void kad_gui_time_plot_set_series (KadGuiTimePlot *self, guint place, KadGuiSeries *series,
                                   const char *label);
void kad_gui_time_plot_set_unit (KadGuiTimePlot *self, KadGuiUnit unit);
void kad_gui_time_plot_set_window (KadGuiTimePlot *self, gint64 window_us);
/* So much more or less than each value of the first series is meant; 0: no band. */
void kad_gui_time_plot_set_band (KadGuiTimePlot *self, double error);
/* Whether the axis begins at 0. TRUE at first. */
void kad_gui_time_plot_set_from_zero (KadGuiTimePlot *self, gboolean from_zero);
/* Whether a value holds until the next point, as in a recording of changes: there are no gaps. */
void kad_gui_time_plot_set_held (KadGuiTimePlot *self, gboolean held);
/* A line alone, without axes and keys: for a card. */
void kad_gui_time_plot_set_bare (KadGuiTimePlot *self, gboolean bare);

/* What is drawn. (transfer none) */
const KadGuiTimeData *kad_gui_time_plot_get_data (KadGuiTimePlot *self);

G_END_DECLS
