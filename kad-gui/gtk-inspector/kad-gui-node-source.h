/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-source.h"
#include "kad-node.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_NODE_SOURCE (kad_gui_node_source_get_type ())

/**
 * KadGuiNodeSource:
 *
 * A node of this process, looked at through its public API. It does not keep the node: that is
 * whose who made it. While there are no topics it watches nothing, and a node that nobody traces
 * is not traced. A node that does not run is "stopped", which is no failure; one that is gone is
 * FAILED with "NotFound".
 */
G_DECLARE_FINAL_TYPE (KadGuiNodeSource, kad_gui_node_source, KAD_GUI, NODE_SOURCE, KadGuiSource)

KadGuiSource *kad_gui_node_source_new (KadNode *node);

G_END_DECLS
