/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-transport.h"

G_BEGIN_DECLS

#define KAD_DIAL_STAGGER_MS 250
#define KAD_MAX_DIAL_ADDRESSES 16
#define KAD_MAX_DNSADDR_DEPTH 4
#define KAD_MAX_DNSADDR_RESULTS 100

/* Which transport takes this address. */
KadTransport *kad_dialer_find_transport (GPtrArray *transports, const KadMultiaddr *address);
KadTransport *kad_dialer_find_listen_transport (GPtrArray *transports, const KadMultiaddr *address);

/* Connects to the first of @addresses that answers: side by side with a short stagger, names
 * resolved (dns, dns4, dns6, dnsaddr with @peer's id (nullable)), in order of preference
 * (loopback and private before global, ip before names, as they came otherwise). Errors name every
 * address and its reason. Callback in the thread-default context. */
void kad_dialer_dial_async (GPtrArray *transports, GPtrArray *addresses, const KadPeerId *peer,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data);
KadLink *kad_dialer_dial_finish (GAsyncResult *result, GError **error);

G_END_DECLS
