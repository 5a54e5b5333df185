/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-ws-socket.h"

G_BEGIN_DECLS

/* What makes a byte stream of a connected socket: TLS, then HTTP, then frames. */
typedef struct
{
  gboolean is_client;
  KadWsTls *tls;         /* (nullable) */
  const char *host;      /* of a client: whom the certificate has to name */
  const char *authority; /* of a client */
  const char *path;      /* (nullable) of a client */
  gint64 timeout_us;
} KadWsUpgradePlan;

/* Takes @socket. Callback in the thread-default context, never before this returns. What the plan
 * points to is copied or referenced. */
void kad_ws_upgrade_async (KadWsSocket *socket, const KadWsUpgradePlan *plan,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data);
/* (transfer full): KAD_ERROR_PROTOCOL, KAD_ERROR_TIMEOUT, G_IO_ERROR; a message is a reason */
GIOStream *kad_ws_upgrade_finish (GAsyncResult *result, GError **error);

G_END_DECLS
