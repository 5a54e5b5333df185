/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-listener.h"
#include "kad-ws-address.h"
#include "kad-ws-tls.h"

G_BEGIN_DECLS

/* On the way to be a stream, for one listener; the oldest goes. */
#define KAD_MAX_WS_UPGRADES 256
/* Upgraded, and not accepted yet; meanwhile nobody else comes in. */
#define KAD_MAX_WS_BACKLOG 256

#define KAD_TYPE_WS_LISTENER (kad_ws_listener_get_type ())

G_DECLARE_FINAL_TYPE (KadWsListener, kad_ws_listener, KAD, WS_LISTENER, KadListener)

/* @module: (nullable): NULL registers the type for good */
void kad_ws_listener_register (GTypeModule *module);
/* @wanted: of @address. @tls: (nullable): where the address is without. */
KadListener *kad_ws_listener_new (const KadWsAddress *wanted, const KadMultiaddr *address,
                                  KadWsTls *tls, gint64 timeout_us, GError **error);

G_END_DECLS
