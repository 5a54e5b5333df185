/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-time-data.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "kad-gui-text.h"

#define MINUTE_US (60 * (gint64) G_USEC_PER_SEC)

gint64
kad_gui_time_data_get_begin (const KadGuiTimeData *self)
{
  return self->now_us - self->window_us;
}

GArray *
kad_gui_time_data_dup_points (const KadGuiTimeData *self, guint place)
{
  GArray *seen = g_array_new (FALSE, FALSE, sizeof (KadGuiPoint));
  const KadGuiPoint *points;
  guint n;

  if (self->curves[place].series == NULL)
    return seen;
  points = kad_gui_series_get_points (self->curves[place].series, &n);
  for (guint i = 0; i < n; i++)
    {
      gboolean next_is_seen
          = i + 1 < n && points[i + 1].at_us >= kad_gui_time_data_get_begin (self);

      if (points[i].at_us > self->now_us)
        break;
      /* What held when the window began is seen, too. */
      if (points[i].at_us >= kad_gui_time_data_get_begin (self)
          || (self->held && (next_is_seen || i + 1 == n) && points[i].at_us > 0))
        g_array_append_val (seen, points[i]);
    }
  return seen;
}

gboolean
kad_gui_time_data_get_figures (const KadGuiTimeData *self, guint place, KadGuiPlotFigures *figures)
{
  g_autoptr (GArray) points = kad_gui_time_data_dup_points (self, place);

  *figures = (KadGuiPlotFigures){ .n = points->len, .min = INFINITY, .max = -INFINITY };
  for (guint i = 0; i < points->len; i++)
    {
      double value = g_array_index (points, KadGuiPoint, i).value;

      figures->now = value;
      figures->min = MIN (figures->min, value);
      figures->max = MAX (figures->max, value);
      figures->mean += value / points->len;
    }
  return points->len > 0;
}

/* To the second. */
char *
kad_gui_time_data_dup_time (gint64 at_us)
{
  char *time = kad_gui_text_time (at_us);
  char *dot = strchr (time, '.');

  if (dot != NULL)
    *dot = '\0';
  return time;
}

static void
describe_curve (const KadGuiTimeData *self, guint place, GString *text)
{
  KadGuiPlotFigures figures;
  g_autofree char *now = NULL;
  g_autofree char *min = NULL;
  g_autofree char *max = NULL;
  g_autofree char *mean = NULL;

  if (self->curves[place].series == NULL)
    return;
  if (text->len > 0)
    g_string_append (text, "; ");
  if (!kad_gui_time_data_get_figures (self, place, &figures))
    {
      /* Translators: %s is what a chart shows, like "Peers". */
      g_string_append_printf (text, _ ("%s: nothing is known"), self->curves[place].label);
      return;
    }
  now = kad_gui_unit_dup_text (self->unit, figures.now);
  min = kad_gui_unit_dup_text (self->unit, figures.min);
  max = kad_gui_unit_dup_text (self->unit, figures.max);
  mean = kad_gui_unit_dup_text (self->unit, figures.mean);
  /* Translators: "Peers: now 14, at least 8, at most 20, 13 in the mean" */
  g_string_append_printf (text, _ ("%s: now %s, at least %s, at most %s, %s in the mean"),
                          self->curves[place].label, now, min, max, mean);
}

char *
kad_gui_time_data_dup_description (const KadGuiTimeData *self)
{
  GString *text = g_string_new (NULL);
  int minutes = (int) (self->window_us / MINUTE_US);

  for (guint i = 0; i < KAD_GUI_MAX_PLOT_SERIES; i++)
    describe_curve (self, i, text);
  if (self->band > 0)
    {
      g_autofree char *error = kad_gui_unit_dup_text (self->unit, self->band);

      g_string_append (text, "; ");
      g_string_append_printf (text, _ ("the error is %s more or less"), error);
    }
  g_string_append (text, "; ");
  g_string_append_printf (text,
                          g_dngettext (GETTEXT_PACKAGE, "over the last %d minute",
                                       "over the last %d minutes", (gulong) minutes),
                          minutes);
  return g_string_free (text, FALSE);
}

const KadGuiPoint *
kad_gui_time_data_find_point (GArray *points, gint64 at_us, gint64 tolerance_us)
{
  const KadGuiPoint *best = NULL;

  for (guint i = 0; i < points->len; i++)
    {
      const KadGuiPoint *point = &g_array_index (points, KadGuiPoint, i);

      if (ABS (point->at_us - at_us) <= tolerance_us
          && (best == NULL || ABS (point->at_us - at_us) < ABS (best->at_us - at_us)))
        best = point;
    }
  return best;
}

GPtrArray *
kad_gui_time_data_dup_rows (const KadGuiTimeData *self, guint n_max)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr (GArray) first = kad_gui_time_data_dup_points (self, 0);
  g_autoptr (GArray) second = kad_gui_time_data_dup_points (self, 1);
  gint64 step_us = self->window_us / (gint64) MAX (n_max, 1);
  gint64 next_us = G_MAXINT64;

  for (guint i = first->len; i > 0 && rows->len < n_max; i--)
    {
      const KadGuiPoint *point = &g_array_index (first, KadGuiPoint, i - 1);
      const KadGuiPoint *other
          = kad_gui_time_data_find_point (second, point->at_us, G_USEC_PER_SEC);
      g_autoptr (GStrvBuilder) row = g_strv_builder_new ();
      g_autofree char *time = kad_gui_time_data_dup_time (point->at_us);
      g_autofree char *value = kad_gui_unit_dup_text (self->unit, point->value);
      g_autofree char *other_value = NULL;

      if (point->at_us > next_us)
        continue;
      next_us = point->at_us - step_us;
      g_strv_builder_add_many (row, time, value, NULL);
      if (self->curves[1].series != NULL)
        {
          other_value
              = other != NULL ? kad_gui_unit_dup_text (self->unit, other->value) : g_strdup ("–");
          g_strv_builder_add (row, other_value);
        }
      g_ptr_array_add (rows, g_strv_builder_end (row));
    }
  return rows;
}
