/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-node.h"

G_BEGIN_DECLS

/* Closes all connections, so that nobody waits for one who sleeps. Queries that run open new ones
 * if they have the time. Main thread only. */
void kad_desktop_goodbye_async (KadNode *node, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
/* How many peers were told; -1 with an error. */
gssize kad_desktop_goodbye_finish (KadNode *node, GAsyncResult *result, GError **error);

G_END_DECLS
