/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-operation.h"

G_BEGIN_DECLS

/* (transfer full) @options: as kad_node_run_async() takes them */
KadOperation *kad_operation_start (KadNode *node, const char *command, GVariant *options);

G_END_DECLS
