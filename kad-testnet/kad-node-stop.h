/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-node.h"

G_BEGIN_DECLS

/* Stops @nodes (element-type KadNode) side by side and waits, running the default main context, for
 * a bounded time. */
void kad_node_stop_all (GPtrArray *nodes);

G_END_DECLS
