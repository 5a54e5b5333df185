/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-service-names.h"
#include "kad-service.h"

G_BEGIN_DECLS

/* One file an interface: each makes its skeleton, which does its work for as long as it lives. None
 * keeps a reference to @service, which outlives them. (transfer full) */
GDBusInterfaceSkeleton *kad_monitor_interface_new (KadService *service);
GDBusInterfaceSkeleton *kad_node_interface_new (KadService *service);
GDBusInterfaceSkeleton *kad_publications_interface_new (KadService *service);
GDBusInterfaceSkeleton *kad_records_interface_new (KadService *service);
GDBusInterfaceSkeleton *kad_routing_interface_new (KadService *service);
GDBusInterfaceSkeleton *kad_settings_interface_new (KadService *service);
GDBusInterfaceSkeleton *kad_table_interface_new (KadService *service);

/* All that are at the root path, in @interfaces. */
void kad_interfaces_add (KadService *service, GPtrArray *interfaces);

G_END_DECLS
