/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-run-plan.h"

G_BEGIN_DECLS

/* On a node of its own: joins, runs the command, prints what comes, leaves. Gives the exit code. */
KadExit kad_session_run (KadTool *tool, const KadRunPlan *plan);

G_END_DECLS
