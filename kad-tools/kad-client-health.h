/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-run-plan.h"

G_BEGIN_DECLS

/* Node.Health() of the service: its own checks, then those of its node. @plan: of the node's
 * command check-health, which has the same results. */
KadExit kad_client_health_run (KadTool *tool, const KadRunPlan *plan, gboolean probes);

G_END_DECLS
