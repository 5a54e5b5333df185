/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-dbus.h"
#include "kad-service.h"

G_BEGIN_DECLS

/* The methods of org.libkad.Kad1.Node but its leases, which kad-node-interface.c has. Neither keeps
 * @service, which outlives them. */
void kad_node_methods_connect (KadDbusNode *skeleton, KadService *service);
/* Health: kad-node-health.c. */
gboolean kad_node_health_handle (KadDbusNode *skeleton, GDBusMethodInvocation *invocation,
                                 GVariant *options, gpointer service);

G_END_DECLS
