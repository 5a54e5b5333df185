/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-service.h"
#include "kad-table-cache.h"

G_BEGIN_DECLS

/* The rows of the service's node, for a table cache. The source is the KadService; without a node
 * there are no rows. Who has the cache tells it what happens in the node. */
extern const KadTableSourceClass kad_node_table_class;

/* Of a result of show-table. (transfer full): not floating */
GVariant *kad_node_table_new_row (GVariant *result);

G_END_DECLS
