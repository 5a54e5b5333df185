/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-peer-drawing.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_BUCKET_CHART (kad_gui_bucket_chart_get_type ())

/**
 * KadGuiBucketChart:
 *
 * The routing table, a column a bucket with its 20 seats: who sits there, how many wait for a seat.
 * A peer keeps its seat in the drawing as long as it is in the bucket. Buckets for which there is
 * no room, the deepest ones, share one column at the end.
 */
G_DECLARE_FINAL_TYPE (KadGuiBucketChart, kad_gui_bucket_chart, KAD_GUI, BUCKET_CHART,
                      KadGuiPeerDrawing)

GtkWidget *kad_gui_bucket_chart_new (void);
/* Columns as laid out last; @deep: the last one is what is shared, from bucket n_columns - 1. */
guint kad_gui_bucket_chart_get_n_columns (KadGuiBucketChart *self, gboolean *deep);

G_END_DECLS
