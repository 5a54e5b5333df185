/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-series.h"

struct _KadGuiSeries
{
  GObject parent_instance;

  char *name;
  GArray *points; /* of KadGuiPoint */
};

G_DEFINE_FINAL_TYPE (KadGuiSeries, kad_gui_series, G_TYPE_OBJECT)

static guint changed_signal;

static void
kad_gui_series_finalize (GObject *object)
{
  KadGuiSeries *self = KAD_GUI_SERIES (object);

  g_free (self->name);
  g_array_unref (self->points);
  G_OBJECT_CLASS (kad_gui_series_parent_class)->finalize (object);
}

static void
kad_gui_series_class_init (KadGuiSeriesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kad_gui_series_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
kad_gui_series_init (KadGuiSeries *self)
{
  self->points = g_array_new (FALSE, FALSE, sizeof (KadGuiPoint));
}

KadGuiSeries *
kad_gui_series_new (const char *name)
{
  KadGuiSeries *self = g_object_new (KAD_GUI_TYPE_SERIES, NULL);

  self->name = g_strdup (name);
  return self;
}

const char *
kad_gui_series_get_name (KadGuiSeries *self)
{
  return self->name;
}

const KadGuiPoint *
kad_gui_series_get_points (KadGuiSeries *self, guint *n_points)
{
  *n_points = self->points->len;
  return (const KadGuiPoint *) (gpointer) self->points->data;
}

static void
append (KadGuiSeries *self, gint64 at_us, double value)
{
  const KadGuiPoint point = { at_us, value };

  if (self->points->len > 0
      && g_array_index (self->points, KadGuiPoint, self->points->len - 1).at_us >= at_us)
    return;
  /* Half of them at once, so that a point costs little. */
  if (self->points->len >= 2 * KAD_GUI_MAX_POINTS)
    g_array_remove_range (self->points, 0, KAD_GUI_MAX_POINTS);
  g_array_append_val (self->points, point);
}

void
kad_gui_series_add (KadGuiSeries *self, gint64 at_us, double value)
{
  append (self, at_us, value);
  g_signal_emit (self, changed_signal, 0);
}

void
kad_gui_series_reset (KadGuiSeries *self, GVariant *points)
{
  GVariantIter iter;
  gint64 at_us;
  double value;

  g_array_set_size (self->points, 0);
  if (points != NULL && g_variant_is_of_type (points, G_VARIANT_TYPE ("a(xd)")))
    {
      g_variant_iter_init (&iter, points);
      while (g_variant_iter_next (&iter, "(xd)", &at_us, &value))
        append (self, at_us, value);
    }
  g_signal_emit (self, changed_signal, 0);
}

void
kad_gui_series_take (KadGuiSeries *self, KadGuiSeries *other)
{
  g_array_set_size (self->points, 0);
  g_array_append_vals (self->points, other->points->data, other->points->len);
  g_signal_emit (self, changed_signal, 0);
}
