/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the numbers of a chart are. */
typedef enum
{
  KAD_GUI_UNIT_COUNT,            /* of things: whole */
  KAD_GUI_UNIT_BYTES_PER_SECOND, /* "1.2 kB/s" */
  KAD_GUI_UNIT_PER_SECOND,       /* "3.5/s" */
} KadGuiUnit;

#define KAD_GUI_MAX_TICKS 8

/* (transfer full) */
char *kad_gui_unit_dup_text (KadGuiUnit unit, double value);
/* Round numbers for an axis: @ticks gets at most KAD_GUI_MAX_TICKS, from one that is not above @min
 * to one that is not below @max; things are counted in whole ones. Gives how many. */
guint kad_gui_unit_fill_ticks (KadGuiUnit unit, double min, double max, double *ticks);

G_END_DECLS
