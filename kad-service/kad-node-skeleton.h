/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-dbus.h"
#include "kad-service.h"

G_BEGIN_DECLS

#define KAD_TYPE_NODE_SKELETON (kad_node_skeleton_get_type ())

/* org.libkad.Kad1.Node with its properties: some are told when they change, some are looked up when
 * they are read, and Mode can be written. Main thread only. */
G_DECLARE_FINAL_TYPE (KadNodeSkeleton, kad_node_skeleton, KAD, NODE_SKELETON, KadDbusNodeSkeleton)

/* Does not keep @service, which outlives it. */
KadDbusNode *kad_node_skeleton_new (KadService *service);

G_END_DECLS
