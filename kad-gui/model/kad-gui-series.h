/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Points that are kept: an hour, one a second. */
#define KAD_GUI_MAX_POINTS 3600

typedef struct
{
  gint64 at_us; /* since 1970 */
  double value;
} KadGuiPoint;

#define KAD_GUI_TYPE_SERIES (kad_gui_series_get_type ())

/* How a figure went; the oldest point first. Emits "changed". */
G_DECLARE_FINAL_TYPE (KadGuiSeries, kad_gui_series, KAD_GUI, SERIES, GObject)

KadGuiSeries *kad_gui_series_new (const char *name);
const char *kad_gui_series_get_name (KadGuiSeries *self);
/* Borrowed until the next change. */
const KadGuiPoint *kad_gui_series_get_points (KadGuiSeries *self, guint *n_points);
/* A point that is not later than the last one is passed over. */
void kad_gui_series_add (KadGuiSeries *self, gint64 at_us, double value);
/* Takes the points of another in place of its own. */
void kad_gui_series_take (KadGuiSeries *self, KadGuiSeries *other);
/* a(xd) as of Monitor.GetSeries: takes the place of all. */
void kad_gui_series_reset (KadGuiSeries *self, GVariant *points);

G_END_DECLS
