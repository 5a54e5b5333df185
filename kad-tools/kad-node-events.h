/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-node.h"
#include "kad-output.h"

G_BEGIN_DECLS

/* Whether `kad node` tells an event of this type. */
gboolean kad_node_events_is_told (KadEventType type);
void kad_node_events_print (KadOutput *output, const KadEvent *event);
/* A line for each module that is loaded and did not come with Kad. */
void kad_node_events_print_modules (KadOutput *output);
/* Where @node listens. @number: (nullable): its place in a testnet */
void kad_node_events_print_listening (KadOutput *output, KadNode *node, const guint *number);

G_END_DECLS
