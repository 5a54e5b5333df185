/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KAD_MAX_SERIES_SECONDS 3600
#define KAD_MAX_SERIES_POINTS 3600

/* What is followed. */
typedef enum
{
  KAD_FIGURE_PEERS,
  KAD_FIGURE_TABLE,
  KAD_FIGURE_QUERIES,
  KAD_FIGURE_BYTES_IN,
  KAD_FIGURE_BYTES_OUT,
  KAD_FIGURE_REQUESTS_IN,
  KAD_FIGURE_REQUESTS_OUT,
  KAD_FIGURE_NETWORK_SIZE,
  KAD_N_FIGURES,
} KadFigure;

/* All of them at a moment. Counters count from the start of the node. */
typedef struct
{
  gint64 at_us; /* monotonic */
  double values[KAD_N_FIGURES];
} KadFigures;

/* "peers", "bytes_in", ... */
const char *kad_figure_get_name (KadFigure figure);
gboolean kad_figure_parse (const char *name, KadFigure *figure);
/* Counts up; what one wants to see is how much in a second. */
gboolean kad_figure_is_counter (KadFigure figure);

/* How figures went in the last hour. No clock, no timer. */
typedef struct _KadSeries KadSeries;

KadSeries *kad_series_new (void);
void kad_series_free (KadSeries *self);
/* Not earlier than the last. */
void kad_series_add (KadSeries *self, const KadFigures *figures);
/* Floating `a(xd)`, one for each @step seconds of the last @seconds for which something is known: a
 * mean, of counters by second. @wall_us: what the calendar says at @now_us. */
GVariant *kad_series_get (KadSeries *self, KadFigure figure, gint64 now_us, gint64 wall_us,
                          guint seconds, guint step);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadSeries, kad_series_free)

G_END_DECLS
