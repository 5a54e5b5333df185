/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-client.h"
#include "kad-run-plan.h"

G_BEGIN_DECLS

/* Runs the command in the service, and prints what comes as kad_session_run() does. */
KadExit kad_client_query_run (KadTool *tool, KadClient *client, const KadRunPlan *plan);

G_END_DECLS
