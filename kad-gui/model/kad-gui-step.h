/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-item.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_STEP (kad_gui_step_get_type ())

KAD_GUI_DECLARE_ITEM (KadGuiStep, kad_gui_step, STEP)

/* The fields, as setters name them. */
enum
{
  KAD_GUI_STEP_FIELD_AT_US = 1,
  KAD_GUI_STEP_FIELD_STEP,
  KAD_GUI_STEP_FIELD_PEER,
  KAD_GUI_STEP_FIELD_FROM,
  KAD_GUI_STEP_FIELD_DISTANCE_BITS,
  KAD_GUI_STEP_FIELD_RTT_US,
  KAD_GUI_STEP_FIELD_REASON,
  KAD_GUI_STEP_FIELD_HEARD,
  KAD_GUI_STEP_FIELD_WAITING,
  KAD_GUI_STEP_FIELD_QUERIED,
  KAD_GUI_STEP_FIELD_UNREACHABLE,
};

/**
 * KadGuiStep:
 *
 * One step of a query, as a line `query-step` of docs/events.md.
 */
struct _KadGuiStep
{
  KadGuiItem parent_instance;

  gint64 at_us; /* microseconds since the query began */
  char *step;
  char *peer;
  char *from;
  guint distance_bits;
  gint64 rtt_us;
  char *reason;
  guint heard;
  guint waiting;
  guint queried;
  guint unreachable;
};

KadGuiStep *kad_gui_step_new (void);

G_END_DECLS
