/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-node-plan.h"
#include "kad-node.h"

G_BEGIN_DECLS

/* How long somebody who asks a companion waits for the first peer of its network, from its start.
 */
#define KAD_COMPANION_PATIENCE_MS 3000
/* The same, if there is somebody to be joined. */
#define KAD_COMPANION_JOIN_PATIENCE_MS 15000

#define KAD_TYPE_COMPANION (kad_companion_get_type ())

/* The second node of the service: in the local network, beside the one in the public network, with
 * the same identity and with ports and a folder of its own. It lives as long as that one: what a
 * program asks or says is asked and said in both (kad-dual-run.h, kad-claims.c).
 * Signals: "changed": its table, connections or addresses may be others.
 * Main thread only. */
G_DECLARE_FINAL_TYPE (KadCompanion, kad_companion, KAD, COMPANION, GObject)

/* Does not run yet. @plan: (transfer none): not needed after */
KadCompanion *kad_companion_new (KadNodePlan *plan, GError **error);
void kad_companion_start_async (KadCompanion *self, GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean kad_companion_start_finish (KadCompanion *self, GAsyncResult *result, GError **error);
/* Who waits for its network gets NotRunning. One that never ran is stopped, too. */
void kad_companion_stop_async (KadCompanion *self, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean kad_companion_stop_finish (KadCompanion *self, GAsyncResult *result, GError **error);

const char *kad_companion_get_network (KadCompanion *self);
/* (transfer none) (nullable): only while it runs */
KadNode *kad_companion_get_node (KadCompanion *self);
/* Somebody is in its table. */
gboolean kad_companion_is_online (KadCompanion *self);
/* It has just begun, and somebody may be in its table in a moment; "changed" tells the end of that.
 */
gboolean kad_companion_is_looking (KadCompanion *self);
/* The node, when somebody is in its table, or that is not to be expected any more. */
void kad_companion_need_network_async (KadCompanion *self, GAsyncReadyCallback callback,
                                       gpointer user_data);
/* (transfer full): NotRunning */
KadNode *kad_companion_need_network_finish (KadCompanion *self, GAsyncResult *result,
                                            GError **error);

G_END_DECLS
