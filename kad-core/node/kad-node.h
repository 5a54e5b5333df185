/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-api.h"
#include "kad-delivery.h"
#include "kad-event.h"
#include "kad-node-config.h"
#include "kad-peer-id.h"
#include "kad-peer-info.h"
#include "kad-publication-row.h"
#include "kad-record.h"

G_BEGIN_DECLS

#define KAD_TYPE_NODE (kad_node_get_type ())

KAD_API G_DECLARE_FINAL_TYPE (KadNode, kad_node, KAD, NODE, GObject)

    /**
     * KadNode:
     *
     * A node of the DHT. It runs in a thread of its own; every call here may be made from any
     * thread, and calls back in the caller's thread-default main context.
     */

    /**
     * KadNodeResultFunc:
     * @node: the node
     * @result: (transfer none): `a{sv}`
     * @user_data: as given to kad_node_run_async()
     *
     * Tells one result of a running command, in the context of the call.
     */
    typedef void (*KadNodeResultFunc) (KadNode *node, GVariant *result, gpointer user_data);
/**
 * KadNodeEventFunc:
 * @node: the node
 * @event: (transfer none): what happened
 * @user_data: as given to kad_node_watch()
 *
 * Tells one event, in the context of kad_node_watch().
 */
typedef void (*KadNodeEventFunc) (KadNode *node, KadEvent *event, gpointer user_data);

/**
 * KadNodeTraceFunc:
 * @node: the node
 * @delivery: (transfer none) (nullable): an event and its way along the chain; %NULL when some were
 *   lost
 * @n_lost: how many deliveries were lost at this place because too many waited; 0 with @delivery
 * @user_data: as given to kad_node_watch_trace()
 *
 * Tells one delivery, or a gap between two, in the context of kad_node_watch_trace().
 */
typedef void (*KadNodeTraceFunc) (KadNode *node, KadDelivery *delivery, guint64 n_lost,
                                  gpointer user_data);

/**
 * KadNodeState:
 * @KAD_NODE_STATE_STOPPED: it does not run
 * @KAD_NODE_STATE_STARTING: its thread begins to listen
 * @KAD_NODE_STATE_RUNNING: it listens and takes commands
 * @KAD_NODE_STATE_STOPPING: its connections close and its thread ends
 *
 * Whether a node runs.
 */
typedef enum
{
  KAD_NODE_STATE_STOPPED,
  KAD_NODE_STATE_STARTING,
  KAD_NODE_STATE_RUNNING,
  KAD_NODE_STATE_STOPPING,
} KadNodeState;

/* Makes the node and reads or makes its identity; it does not run yet. */
KAD_API KadNode *kad_node_new (KadNodeConfig *config, GError **error);
/* The nodes of this process, for inspectors; any thread. (transfer full) */
KAD_API GPtrArray *kad_node_list_all (void);
/* Listens and begins to join; done when every listen address is bound (joining goes on:
 * KAD_EVENT_JOINED tells). */
KAD_API void kad_node_start_async (KadNode *self, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
KAD_API gboolean kad_node_start_finish (KadNode *self, GAsyncResult *result, GError **error);
/* Running commands fail with NotRunning; connections close; the thread ends. Disposal stops it,
 * too, and waits. */
KAD_API void kad_node_stop_async (KadNode *self, GAsyncReadyCallback callback, gpointer user_data);
KAD_API gboolean kad_node_stop_finish (KadNode *self, GAsyncResult *result, GError **error);

KAD_API const KadPeerId *kad_node_get_peer_id (KadNode *self);
/* "<multiaddr>/p2p/<id>" of every listen address; empty before it runs. (transfer full) */
KAD_API char **kad_node_dup_addresses (KadNode *self);
/* "address: reason" of each that cannot be listened on, if the configuration is lenient; empty
 * before it runs. (transfer full) */
KAD_API char **kad_node_dup_listen_failures (KadNode *self);
KAD_API gboolean kad_node_is_running (KadNode *self);
KAD_API KadNodeState kad_node_get_state (KadNode *self);
KAD_API gboolean kad_node_is_joined (KadNode *self);
KAD_API gboolean kad_node_is_server (KadNode *self);
KAD_API KadMode kad_node_get_mode (KadNode *self);
KAD_API guint kad_node_get_n_connections (KadNode *self);
/* How many peers are in its routing table. Any thread. */
KAD_API guint kad_node_get_table_size (KadNode *self);
KAD_API GListModel *kad_node_ref_table (KadNode *self);
KAD_API GListModel *kad_node_ref_connections (KadNode *self);
KAD_API void kad_node_join_async (KadNode *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
KAD_API gboolean kad_node_join_finish (KadNode *self, GAsyncResult *result, GError **error);

KAD_API void kad_node_run_async (KadNode *self, const char *command, GVariant *options,
                                 KadNodeResultFunc on_result_func, gpointer result_data,
                                 GDestroyNotify result_destroy, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
/* The same, and gives the run's number at once: events and deliveries carry it. 0: it did not
 * begin, and the callback says why. */
KAD_API guint64 kad_node_run_full (KadNode *self, const char *command, GVariant *options,
                                   KadNodeResultFunc on_result_func, gpointer result_data,
                                   GDestroyNotify result_destroy, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
/* The last line: `a{sv}` with outcome, requests, successes, failures, duration_us and what
 * the command adds. (transfer full) */
KAD_API GVariant *kad_node_run_finish (KadNode *self, GAsyncResult *result, GError **error);

/* Every event of the node from now on, until unwatched. Returns an id, never 0. */
KAD_API guint kad_node_watch (KadNode *self, KadNodeEventFunc func, gpointer user_data,
                              GDestroyNotify destroy);
/* From the context of the watch: the func is not called any more. */
KAD_API void kad_node_unwatch (KadNode *self, guint id);
/* Every event with its way along the chain, the steps of queries too. Tracing is on only while
 * somebody watches so. Returns an id, never 0. */
KAD_API guint kad_node_watch_trace (KadNode *self, KadNodeTraceFunc func, gpointer user_data,
                                    GDestroyNotify destroy);
KAD_API void kad_node_unwatch_trace (KadNode *self, guint id);

/* ---- one typed call for each command of the mission ---- */

KAD_API void kad_node_bootstrap_async (KadNode *self, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
KAD_API gboolean kad_node_bootstrap_finish (KadNode *self, GAsyncResult *result, GError **error);
KAD_API void kad_node_start_provide_async (KadNode *self, GBytes *key, gboolean once,
                                           GCancellable *cancellable, GAsyncReadyCallback callback,
                                           gpointer user_data);
/* How many peers took the announcement. */
KAD_API gboolean kad_node_start_provide_finish (KadNode *self, GAsyncResult *result, guint *stored,
                                                GError **error);
KAD_API void kad_node_stop_provide_async (KadNode *self, GBytes *key, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data);
KAD_API gboolean kad_node_stop_provide_finish (KadNode *self, GAsyncResult *result, GError **error);
KAD_API void kad_node_get_providers_async (KadNode *self, GBytes *key, guint limit,
                                           GCancellable *cancellable, GAsyncReadyCallback callback,
                                           gpointer user_data);
/* (element-type KadPeerInfo) (transfer full): none is not an error */
KAD_API GPtrArray *kad_node_get_providers_finish (KadNode *self, GAsyncResult *result,
                                                  GError **error);
KAD_API void kad_node_put_record_async (KadNode *self, GBytes *key, GBytes *value,
                                        const char *quorum, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
KAD_API gboolean kad_node_put_record_finish (KadNode *self, GAsyncResult *result, guint *stored,
                                             GError **error);
KAD_API void kad_node_get_record_async (KadNode *self, GBytes *key, const char *quorum,
                                        GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data);
/* The best record (transfer full); NotFound if nobody has one. */
KAD_API KadRecord *kad_node_get_record_finish (KadNode *self, GAsyncResult *result, GError **error);
KAD_API void kad_node_remove_record_async (KadNode *self, GBytes *key, GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data);
KAD_API gboolean kad_node_remove_record_finish (KadNode *self, GAsyncResult *result,
                                                GError **error);
KAD_API void kad_node_closest_peers_async (KadNode *self, GBytes *key, GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data);
/* (element-type KadPeerInfo) nearest first (transfer full) */
KAD_API GPtrArray *kad_node_closest_peers_finish (KadNode *self, GAsyncResult *result,
                                                  GError **error);
KAD_API void kad_node_find_peer_async (KadNode *self, const KadPeerId *peer,
                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);
KAD_API KadPeerInfo *kad_node_find_peer_finish (KadNode *self, GAsyncResult *result,
                                                GError **error);
KAD_API void kad_node_dial_async (KadNode *self, const char *address, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
/* Who answered. (transfer full) */
KAD_API KadPeerId *kad_node_dial_finish (KadNode *self, GAsyncResult *result, GError **error);
KAD_API void kad_node_hang_up_async (KadNode *self, const KadPeerId *peer,
                                     GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
KAD_API gboolean kad_node_hang_up_finish (KadNode *self, GAsyncResult *result, GError **error);
/* Its connections are kept, however many there are. @tag: who wants it so. */
KAD_API void kad_node_protect_peer_async (KadNode *self, const KadPeerId *peer, const char *tag,
                                          GCancellable *cancellable, GAsyncReadyCallback callback,
                                          gpointer user_data);
KAD_API gboolean kad_node_protect_peer_finish (KadNode *self, GAsyncResult *result, GError **error);
KAD_API void kad_node_unprotect_peer_async (KadNode *self, const KadPeerId *peer, const char *tag,
                                            GCancellable *cancellable, GAsyncReadyCallback callback,
                                            gpointer user_data);
/* @is_still: (out) (optional): another tag protects it. */
KAD_API gboolean kad_node_unprotect_peer_finish (KadNode *self, GAsyncResult *result,
                                                 gboolean *is_still, GError **error);
KAD_API void kad_node_ping_peer_async (KadNode *self, const char *peer, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
/* Microseconds, -1 with an error. */
KAD_API gint64 kad_node_ping_peer_finish (KadNode *self, GAsyncResult *result, GError **error);
/* Announced, and kept announced until its last tag is gone. */
KAD_API void kad_node_publish_async (KadNode *self, GBytes *key, GBytes *value, const char *tag,
                                     gboolean persistent, gboolean wait, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
/* @stored: (out) (optional): with wait: how many peers took it. */
KAD_API gboolean kad_node_publish_finish (KadNode *self, GAsyncResult *result, guint *stored,
                                          GError **error);
KAD_API void kad_node_unpublish_async (KadNode *self, KadPublicationKind kind, GBytes *key,
                                       const char *tag, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
KAD_API gboolean kad_node_unpublish_finish (KadNode *self, GAsyncResult *result, GError **error);
KAD_API void kad_node_refresh_publication_async (KadNode *self, KadPublicationKind kind,
                                                 GBytes *key, GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
KAD_API gboolean kad_node_refresh_publication_finish (KadNode *self, GAsyncResult *result,
                                                      GError **error);
KAD_API void kad_node_show_publications_async (KadNode *self, const char *tag,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
KAD_API GVariant *kad_node_show_publications_finish (KadNode *self, GAsyncResult *result,
                                                     GError **error);
KAD_API void kad_node_show_table_async (KadNode *self, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
KAD_API GVariant *kad_node_show_table_finish (KadNode *self, GAsyncResult *result, GError **error);
KAD_API void kad_node_show_connections_async (KadNode *self, GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data);
KAD_API GVariant *kad_node_show_connections_finish (KadNode *self, GAsyncResult *result,
                                                    GError **error);
KAD_API void kad_node_show_identity_async (KadNode *self, const char *peer,
                                           GCancellable *cancellable, GAsyncReadyCallback callback,
                                           gpointer user_data);
KAD_API GVariant *kad_node_show_identity_finish (KadNode *self, GAsyncResult *result,
                                                 GError **error);
KAD_API void kad_node_show_stats_async (KadNode *self, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
KAD_API GVariant *kad_node_show_stats_finish (KadNode *self, GAsyncResult *result, GError **error);
KAD_API void kad_node_show_reachability_async (KadNode *self, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
KAD_API GVariant *kad_node_show_reachability_finish (KadNode *self, GAsyncResult *result,
                                                     GError **error);
KAD_API void kad_node_set_mode_async (KadNode *self, KadMode mode, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
KAD_API gboolean kad_node_set_mode_finish (KadNode *self, GAsyncResult *result, GError **error);
KAD_API void kad_node_ask_async (KadNode *self, const char *address, const char *request,
                                 GBytes *key, GBytes *value, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
KAD_API GVariant *kad_node_ask_finish (KadNode *self, GAsyncResult *result, GError **error);

/* ---- modules ---- */

/* Loads modules: Kad's own, then those of KAD_MODULE_PATH, KAD_TRANSPORT_PATH and KAD_COMMAND_PATH.
 * kad_node_new() does it, too. kad-module.h lists them. */
KAD_API void kad_modules_load (void);
/* "file: reason" for each module that failed (transfer full). */
KAD_API char **kad_modules_dup_failures (void);

G_END_DECLS
