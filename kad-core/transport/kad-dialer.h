/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-transport.h"

G_BEGIN_DECLS

/* How long the next address waits for the one before it (RFC 8305 section 5). */
#define KAD_DIAL_STAGGER_MS 250
/* Attempts in one dial. */
#define KAD_MAX_DIAL_ADDRESSES 16
/* How many addresses of a peer are looked at. */
#define KAD_MAX_DIAL_CANDIDATES 128
/* Questions to the DNS in one dial. */
#define KAD_MAX_DIAL_LOOKUPS 32
#define KAD_MAX_DNSADDR_DEPTH 4
#define KAD_MAX_DNSADDR_RESULTS 100

/**
 * KadDialFlags:
 * @KAD_DIAL_ANYWHERE: names may stand for any address
 * @KAD_DIAL_GLOBAL_NAMES: names must stand for global addresses: for what others said on the public
 *   network, who could aim us at our own network by a name. A transport that wants names
 *   looks them up itself.
 */
typedef enum
{
  KAD_DIAL_ANYWHERE = 0,
  KAD_DIAL_GLOBAL_NAMES = 1 << 0,
} KadDialFlags;

/* Asked before each attempt, with the address as it is dialled: FALSE and why not. It is the
 * attempt's reason then, and the next address has its turn. */
typedef gboolean (*KadDialGateFunc) (gpointer user_data, const KadMultiaddr *address,
                                     GError **error);

/* Which transport takes this address. */
KadTransport *kad_dialer_find_transport (GPtrArray *transports, const KadMultiaddr *address);
KadTransport *kad_dialer_find_listen_transport (GPtrArray *transports, const KadMultiaddr *address);

/* Connects to the first of @addresses that answers: side by side with a short stagger, names
 * resolved (dns, dns4, dns6, dnsaddr with @peer's id (nullable)), in order of preference
 * (loopback and private before global, ip before names, as they came otherwise). Errors name every
 * address and its reason. Callback in the thread-default context, never before this returns. */
void kad_dialer_dial_async (GPtrArray *transports, GPtrArray *addresses, const KadPeerId *peer,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data);
/* The same, with KadDialFlags. Ends with kad_dialer_dial_finish(), too. */
void kad_dialer_dial_with_flags_async (GPtrArray *transports, GPtrArray *addresses,
                                       const KadPeerId *peer, KadDialFlags flags,
                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);
/* The same, with a gate (nullable), which gets the @user_data of @callback and is not asked any
 * more when that was called. */
void kad_dialer_dial_gated_async (GPtrArray *transports, GPtrArray *addresses,
                                  const KadPeerId *peer, KadDialFlags flags, KadDialGateFunc gate,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
KadLink *kad_dialer_dial_finish (GAsyncResult *result, GError **error);

G_END_DECLS
