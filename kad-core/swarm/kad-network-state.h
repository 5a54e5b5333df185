/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-network.h"

G_BEGIN_DECLS

/* What of a network survives its end. Without a database nothing does, and everything is told
 * as done at once: whoever asked for memory only has what they asked for. */

/* @error: (nullable): why what was told before is not kept. In the network's thread. */
typedef void (*KadNetworkStateFunc) (gpointer user_data, const GError *error);

/* Calls @func once everything that the network has noted until now is on the disk, or cannot be
 * brought there; not within this call. */
void kad_network_state_flush (KadNetwork *self, KadNetworkStateFunc func, gpointer user_data);

G_END_DECLS
