/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-lines.h"
#include "kad-gui-recording-index.h"

G_BEGIN_DECLS

typedef struct
{
  guint32 line;
  guint32 flags; /* KadGuiLinesFlags: what it is needed for */
} KadGuiPick;

typedef struct
{
  gint64 at_us;
  guint peers;
  guint table;
  guint queries;
} KadGuiFigures;

/* To go to a moment of a recording not all lines up to it are needed: only the last events and
 * queries are kept, and most lines are about those that are not. */
typedef struct
{
  GArray *picks;   /* of KadGuiPick, in the order of the lines */
  GArray *figures; /* of KadGuiFigures: the series up to there */
  gint64 next_event;
  gboolean figures_changed; /* since the last of them */
} KadGuiRecordingPlan;

/* What is needed to see what playing the first @n_lines shows. */
KadGuiRecordingPlan *kad_gui_recording_plan_new (const KadGuiRecordingIndex *index, guint n_lines);
void kad_gui_recording_plan_free (KadGuiRecordingPlan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadGuiRecordingPlan, kad_gui_recording_plan_free)

G_END_DECLS
