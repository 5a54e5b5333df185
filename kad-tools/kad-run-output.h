/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-progress.h"
#include "kad-run-plan.h"

G_BEGIN_DECLS

/* What a person or a script sees of a command that runs, wherever it runs: on a node of its own
 * (kad-session.c) or in the service (kad-client-query.c). Both have the same lines and the same
 * exit codes because both have them from here. */
typedef struct
{
  KadTool *tool;
  const KadRunPlan *plan;
  KadProgress *progress; /* (nullable) once it began */
  GVariant *best;        /* (owned) (nullable) the last record, for people */
  KadView *view;         /* (nullable) with columns */
  KadExit verdict;
  gint64 timeout_us; /* 0: none given */
  guint64 limit;     /* 0: none */
  guint64 n_printed;
  guint n_results;
  gboolean is_done; /* the command ended well */
} KadRunOutput;

/* Reads --timeout and --limit, and checks the options of the command: what is wrong with them is
 * told before anybody is asked. */
gboolean kad_run_output_init (KadRunOutput *self, KadTool *tool, const KadRunPlan *plan,
                              GError **error);
void kad_run_output_clear (KadRunOutput *self);
/* A result. FALSE: nobody reads any more. */
gboolean kad_run_output_result (KadRunOutput *self, GVariant *result);
/* The last line of a command that ended well. @summary: `a{sv}` */
void kad_run_output_done (KadRunOutput *self, GVariant *summary);
/* The end. @error: (transfer full) (nullable): what ended it; @has_started: the node or the service
 * was there at all */
KadExit kad_run_output_end (KadRunOutput *self, GError *error, gboolean has_started);

G_END_DECLS
