/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-series.h"
#include "kad-gui-unit.h"

G_BEGIN_DECLS

/* At most so many series in one drawing. */
#define KAD_GUI_MAX_PLOT_SERIES 2

typedef struct
{
  KadGuiSeries *series; /* (nullable) */
  char *label;
} KadGuiCurve;

/* What a KadGuiTimePlot draws, and the same as numbers and words. */
typedef struct
{
  KadGuiCurve curves[KAD_GUI_MAX_PLOT_SERIES];
  KadGuiUnit unit;
  gint64 window_us;
  gint64 now_us; /* since 1970: the right edge */
  double band;   /* so much more or less than the first series says; 0: exactly */
  gboolean held; /* a value holds until the next */
} KadGuiTimeData;

/* What the points of a series that are seen come to; n is 0: there are none. */
typedef struct
{
  guint n;
  double now;
  double min;
  double max;
  double mean;
} KadGuiPlotFigures;

gint64 kad_gui_time_data_get_begin (const KadGuiTimeData *self);
/* The points that are seen. (element-type KadGuiPoint) (transfer full) */
GArray *kad_gui_time_data_dup_points (const KadGuiTimeData *self, guint place);
/* The one nearest to a time, if it is near enough. (nullable) */
const KadGuiPoint *kad_gui_time_data_find_point (GArray *points, gint64 at_us, gint64 tolerance_us);
/* FALSE: there are none. */
gboolean kad_gui_time_data_get_figures (const KadGuiTimeData *self, guint place,
                                        KadGuiPlotFigures *figures);
/* Numbers in words, for who does not see the drawing. (transfer full) */
char *kad_gui_time_data_dup_description (const KadGuiTimeData *self);
/* At most @n_max of the points, the newest first: cells are the time and the values. (element-type
 * GStrv) (transfer full) */
GPtrArray *kad_gui_time_data_dup_rows (const KadGuiTimeData *self, guint n_max);
/* "14:03:22". (transfer full) */
char *kad_gui_time_data_dup_time (gint64 at_us);

G_END_DECLS
