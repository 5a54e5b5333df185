/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-api.h"
#include "kad-event.h"
#include "kad-node.h"
#include "kad-query-stats.h"

G_BEGIN_DECLS

#define KAD_TYPE_OPERATION (kad_operation_get_type ())

KAD_API
G_DECLARE_FINAL_TYPE (KadOperation, kad_operation, KAD, OPERATION, GObject)

KAD_API const char *kad_operation_get_command (KadOperation *self);
KAD_API gboolean kad_operation_is_done (KadOperation *self);
KAD_API const GError *kad_operation_get_error (KadOperation *self);
KAD_API KadOutcome kad_operation_get_outcome (KadOperation *self);
KAD_API const KadQueryStats *kad_operation_get_stats (KadOperation *self);
KAD_API guint kad_operation_get_stored (KadOperation *self);
KAD_API guint kad_operation_get_wanted (KadOperation *self);
KAD_API GListModel *kad_operation_get_failures (KadOperation *self);
KAD_API GVariant *kad_operation_get_summary (KadOperation *self);
KAD_API guint64 kad_operation_get_run_id (KadOperation *self);
KAD_API void kad_operation_cancel (KadOperation *self);
KAD_API void kad_operation_wait_async (KadOperation *self, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
KAD_API gboolean kad_operation_wait_finish (KadOperation *self, GAsyncResult *result,
                                            GError **error);

/* ---- one for each command ---- */

KAD_API KadOperation *kad_node_begin (KadNode *self, const char *command, GVariant *options);
KAD_API KadOperation *kad_node_begin_join (KadNode *self);
KAD_API KadOperation *kad_node_begin_bootstrap (KadNode *self);
KAD_API KadOperation *kad_node_begin_start_provide (KadNode *self, GBytes *key, gboolean once);
KAD_API KadOperation *kad_node_begin_stop_provide (KadNode *self, GBytes *key);
KAD_API KadOperation *kad_node_begin_get_providers (KadNode *self, GBytes *key, guint limit);
KAD_API KadOperation *kad_node_begin_put_record (KadNode *self, GBytes *key, GBytes *value,
                                                 const char *quorum);
KAD_API KadOperation *kad_node_begin_get_record (KadNode *self, GBytes *key, const char *quorum);
KAD_API KadOperation *kad_node_begin_remove_record (KadNode *self, GBytes *key);
KAD_API KadOperation *kad_node_begin_closest_peers (KadNode *self, GBytes *key);
KAD_API KadOperation *kad_node_begin_find_peer (KadNode *self, const KadPeerId *peer);
KAD_API KadOperation *kad_node_begin_dial (KadNode *self, const char *address);
KAD_API KadOperation *kad_node_begin_hang_up (KadNode *self, const KadPeerId *peer);
KAD_API KadOperation *kad_node_begin_protect_peer (KadNode *self, const KadPeerId *peer,
                                                   const char *tag);
KAD_API KadOperation *kad_node_begin_unprotect_peer (KadNode *self, const KadPeerId *peer,
                                                     const char *tag);
KAD_API KadOperation *kad_node_begin_ping_peer (KadNode *self, const char *peer);
KAD_API KadOperation *kad_node_begin_show_table (KadNode *self);
KAD_API KadOperation *kad_node_begin_show_connections (KadNode *self);
KAD_API KadOperation *kad_node_begin_show_queries (KadNode *self);
KAD_API KadOperation *kad_node_begin_show_modules (KadNode *self);
KAD_API KadOperation *kad_node_begin_show_identity (KadNode *self, const char *peer);
KAD_API KadOperation *kad_node_begin_publish (KadNode *self, GBytes *key, GBytes *value,
                                              const char *tag, gboolean persistent, gboolean wait);
KAD_API KadOperation *kad_node_begin_unpublish (KadNode *self, KadPublicationKind kind, GBytes *key,
                                                const char *tag);
KAD_API KadOperation *kad_node_begin_refresh_publication (KadNode *self, KadPublicationKind kind,
                                                          GBytes *key);
KAD_API KadOperation *kad_node_begin_show_publications (KadNode *self, const char *tag);
KAD_API KadOperation *kad_node_begin_ask (KadNode *self, const char *address, const char *request,
                                          GBytes *key, GBytes *value);

G_END_DECLS
