/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-transport.h"

G_BEGIN_DECLS

#define KAD_TYPE_WEBSOCKET_TRANSPORT (kad_websocket_transport_get_type ())

G_DECLARE_FINAL_TYPE (KadWebsocketTransport, kad_websocket_transport, KAD, WEBSOCKET_TRANSPORT,
                      KadTransport)

/* @module: (nullable): NULL registers the types for good, where the transport is linked in */
void kad_websocket_transport_register (GTypeModule *module);
/* Types and extension, for who links the transport in. Safe to call often. */
void kad_websocket_transport_register_static (void);

G_END_DECLS
