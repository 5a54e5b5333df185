/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-run-plan.h"

G_BEGIN_DECLS

/* Whether the command line asks for a node of its own: --join, or any other option of a node. */
gboolean kad_runner_wants_own_node (KadTool *tool);
/* Whether the command line is good, before anybody is asked. */
gboolean kad_runner_check (KadTool *tool, const KadRunPlan *plan, GError **error);
/* Runs the plan where the command line says: on a node of its own, or in the service. A word that
 * needs nobody to join (KAD_PLACE_ANYWHERE) goes to a node of its own where there is no service. */
KadExit kad_runner_run (KadTool *tool, const KadRunPlan *plan);

G_END_DECLS
