/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-multiaddr.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

/* Turns one address that begins with a name (dns, dns4, dns6, dnsaddr) into addresses that
 * do not, with the default GResolver. See the essay in kad-resolution.c. */

/* Whether the address begins with a name that no transport wants to have. */
gboolean kad_resolution_is_needed (GPtrArray *transports, const KadMultiaddr *address);
/* @peer: (nullable): whose addresses dnsaddr shall give. @n_lookups_left: how many questions
 * may still be asked, counted down; has to live until the callback, in the thread-default
 * context, which never comes before this returns. */
void kad_resolution_run_async (GPtrArray *transports, KadMultiaddr *address, const KadPeerId *peer,
                               guint *n_lookups_left, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
/* (element-type KadMultiaddr) (transfer full) at least one; NULL: an error with its reason. */
GPtrArray *kad_resolution_run_finish (GAsyncResult *result, GError **error);

G_END_DECLS
