/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-node.h"

G_BEGIN_DECLS

#define KAD_TYPE_LOCAL_DISCOVERY (kad_local_discovery_get_type ())

/* Finds other peers on the local network, and lets them find us, by libp2p's mDNS through Avahi:
 * for a node that is in the network "lan" and runs. What it finds is dialled, and identify brings
 * it into the table; what it announces follows the addresses of the node. It ends with its last
 * reference, which must go before the node stops.
 *
 * Without a system bus, or without Avahi on it, it says so once, and waits for Avahi. */
G_DECLARE_FINAL_TYPE (KadLocalDiscovery, kad_local_discovery, KAD, LOCAL_DISCOVERY, GObject)

/* Signal "changed": kad_local_discovery_is_looking() is FALSE from now on.
 * @system_bus: (nullable): where Avahi is; NULL: the machine's. */
KadLocalDiscovery *kad_local_discovery_new (KadNode *node, GDBusConnection *system_bus);
/* It has just begun, and who is there may well be found in a moment. */
gboolean kad_local_discovery_is_looking (KadLocalDiscovery *self);
/* Avahi is there. */
gboolean kad_local_discovery_is_working (KadLocalDiscovery *self);
/* How many names others have announced, of those that are looked at. */
guint kad_local_discovery_get_n_found (KadLocalDiscovery *self);

G_END_DECLS
