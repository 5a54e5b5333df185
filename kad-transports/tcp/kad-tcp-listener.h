/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-listener.h"

G_BEGIN_DECLS

#define KAD_TYPE_TCP_LISTENER (kad_tcp_listener_get_type ())

G_DECLARE_FINAL_TYPE (KadTcpListener, kad_tcp_listener, KAD, TCP_LISTENER, KadListener)

/* @module: (nullable): NULL registers the type for good */
void kad_tcp_listener_register (GTypeModule *module);
KadListener *kad_tcp_listener_new (const KadMultiaddr *address, GError **error);

G_END_DECLS
