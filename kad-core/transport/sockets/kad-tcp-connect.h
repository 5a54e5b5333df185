/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-tcp-address.h"

G_BEGIN_DECLS

/* Connects a socket, tunes it and gives its descriptor. @address: what an error calls it; it may
 * have more behind the port. Callback in the thread-default context, never before this returns. */
void kad_tcp_connect_async (const KadTcpAddress *remote, KadMultiaddr *address,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data);
/* -1: DialFailed, LimitReached, G_IO_ERROR_CANCELLED. Else the caller closes it. */
int kad_tcp_connect_finish (GAsyncResult *result, GError **error);

G_END_DECLS
