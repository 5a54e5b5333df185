/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-unit.h"

#include <glib/gi18n.h>
#include <math.h>

#include "kad-gui-text.h"

#define WANTED_TICKS 4

char *
kad_gui_unit_dup_text (KadGuiUnit unit, double value)
{
  g_autofree char *bytes = NULL;

  if (!isfinite (value))
    return g_strdup ("–");
  switch (unit)
    {
    case KAD_GUI_UNIT_BYTES_PER_SECOND:
      bytes = kad_gui_text_bytes ((guint64) CLAMP (value, 0, 1e18));
      /* Translators: %s is a size, like "1.2 kB"; by second. */
      return g_strdup_printf (_ ("%s/s"), bytes);
    case KAD_GUI_UNIT_PER_SECOND:
      /* Translators: so many by second. */
      return g_strdup_printf (value < 10 && value != floor (value) ? _ ("%.1f/s") : _ ("%.0f/s"),
                              value);
    case KAD_GUI_UNIT_COUNT:
    default:
      return g_strdup_printf ("%.0f", value);
    }
}

/* 1, 2 or 5 and zeroes. */
static double
get_step (double span)
{
  double power = pow (10, floor (log10 (span)));
  double first = span / power;

  return (first <= 1 ? 1 : first <= 2 ? 2 : first <= 5 ? 5 : 10) * power;
}

guint
kad_gui_unit_fill_ticks (KadGuiUnit unit, double min, double max, double *ticks)
{
  double step;
  guint n = 0;

  if (!isfinite (min) || !isfinite (max) || max <= min)
    {
      min = isfinite (min) ? MAX (min, 0) : 0;
      max = min + 1;
    }
  step = get_step ((max - min) / WANTED_TICKS);
  if (unit != KAD_GUI_UNIT_PER_SECOND)
    step = MAX (step, 1);
  for (double tick = floor (min / step) * step; n < KAD_GUI_MAX_TICKS; tick += step)
    {
      ticks[n++] = tick;
      if (tick >= max)
        break;
    }
  return n;
}
