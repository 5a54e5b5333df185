/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-multiaddr.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

/* Turns one address that has a name in it (dns, dns4, dns6, dnsaddr) into addresses that
 * have none, with the default GResolver. See the essay in kad-resolution.c. */

/* Whether the address has a name in it. */
gboolean kad_resolution_is_needed (const KadMultiaddr *address);
/* @peer: (nullable): whose addresses dnsaddr shall give. Callback in the thread-default context. */
void kad_resolution_run_async (KadMultiaddr *address, const KadPeerId *peer,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
/* (element-type KadMultiaddr) (transfer full) at least one; NULL: an error with its reason. */
GPtrArray *kad_resolution_run_finish (GAsyncResult *result, GError **error);

G_END_DECLS
