/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-event.h"
#include "kad-output.h"

G_BEGIN_DECLS

/* The live line on a terminal: how many of its steps a command has done, where it has any, and what
 * it has asked and found so far. Shown when it takes longer than 300 ms. */
typedef struct _KadProgress KadProgress;

/* @command: its name in the registry, which says what its steps are */
KadProgress *kad_progress_new (KadOutput *output, const char *command);
/* Removes the line. */
void kad_progress_free (KadProgress *self);
void kad_progress_see_event (KadProgress *self, const KadEvent *event);
/* The figures of one query. */
void kad_progress_see_stats (KadProgress *self, KadQueryId query, const KadQueryStats *stats);
/* How many steps are done, and of how many; 0: not known. */
void kad_progress_see_counts (KadProgress *self, guint done, guint total);
void kad_progress_see_result (KadProgress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadProgress, kad_progress_free)

G_END_DECLS
