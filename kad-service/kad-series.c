/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-series.h"

static const char *const names[] = { "peers",     "table",       "queries",      "bytes_in",
                                     "bytes_out", "requests_in", "requests_out", "network_size" };

G_STATIC_ASSERT (G_N_ELEMENTS (names) == KAD_N_FIGURES);

struct _KadSeries
{
  KadFigures *points; /* ring, NULL before the first */
  guint first;
  guint n_points;
};

const char *
kad_figure_get_name (KadFigure figure)
{
  g_return_val_if_fail ((guint) figure < KAD_N_FIGURES, NULL);

  return names[figure];
}

gboolean
kad_figure_parse (const char *name, KadFigure *figure)
{
  for (guint i = 0; i < KAD_N_FIGURES; i++)
    if (g_str_equal (names[i], name))
      {
        *figure = (KadFigure) i;
        return TRUE;
      }
  return FALSE;
}

gboolean
kad_figure_is_counter (KadFigure figure)
{
  return figure >= KAD_FIGURE_BYTES_IN && figure <= KAD_FIGURE_REQUESTS_OUT;
}

KadSeries *
kad_series_new (void)
{
  return g_new0 (KadSeries, 1);
}

void
kad_series_free (KadSeries *self)
{
  g_free (self->points);
  g_free (self);
}

static const KadFigures *
get_point (const KadSeries *self, guint index)
{
  return &self->points[(self->first + index) % KAD_MAX_SERIES_POINTS];
}

void
kad_series_add (KadSeries *self, const KadFigures *figures)
{
  if (self->points == NULL)
    self->points = g_new (KadFigures, KAD_MAX_SERIES_POINTS);
  if (self->n_points == KAD_MAX_SERIES_POINTS)
    {
      self->first = (self->first + 1) % KAD_MAX_SERIES_POINTS;
      self->n_points--;
    }
  self->points[(self->first + self->n_points++) % KAD_MAX_SERIES_POINTS] = *figures;
}

/* What is gathered of one step. */
typedef struct
{
  gint64 index; /* steps before now; -1: none */
  double sum;
  double weight; /* points, or seconds */
} Step;

static void
emit_step (GVariantBuilder *builder, const Step *step, gint64 step_us, gint64 wall_us)
{
  if (step->index >= 0 && step->weight > 0)
    g_variant_builder_add (builder, "(xd)", wall_us - step->index * step_us,
                           step->sum / step->weight);
}

/* Adds the point number @index to a step. A counter tells what came since the point before. */
static void
gather (const KadSeries *self, KadFigure figure, guint index, Step *step)
{
  const KadFigures *point = get_point (self, index);
  const KadFigures *before;

  if (!kad_figure_is_counter (figure))
    {
      step->sum += point->values[figure];
      step->weight += 1;
      return;
    }
  if (index == 0)
    return;
  before = get_point (self, index - 1);
  /* Fewer than before: the node was started anew. */
  if (point->values[figure] < before->values[figure] || point->at_us <= before->at_us)
    return;
  step->sum += point->values[figure] - before->values[figure];
  step->weight += (double) (point->at_us - before->at_us) / G_USEC_PER_SEC;
}

GVariant *
kad_series_get (KadSeries *self, KadFigure figure, gint64 now_us, gint64 wall_us, guint seconds,
                guint step)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(xd)"));
  const gint64 step_us = (gint64) MAX (step, 1) * G_USEC_PER_SEC;
  const gint64 since_us = now_us - (gint64) MIN (seconds, KAD_MAX_SERIES_SECONDS) * G_USEC_PER_SEC;
  Step current = { .index = -1 };

  for (guint i = 0; i < self->n_points; i++)
    {
      const KadFigures *point = get_point (self, i);
      gint64 index;

      if (point->at_us <= since_us || point->at_us > now_us)
        continue;
      index = (now_us - point->at_us) / step_us;
      if (index != current.index)
        {
          emit_step (&builder, &current, step_us, wall_us);
          current = (Step){ .index = index };
        }
      gather (self, figure, i, &current);
    }
  emit_step (&builder, &current, step_us, wall_us);
  return g_variant_builder_end (&builder);
}
