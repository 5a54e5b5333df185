/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-bucket-row.h"
#include "kad-endpoint.h"
#include "kad-event.h"
#include "kad-held-row.h"
#include "kad-infos.h"
#include "kad-publication-spec.h"
#include "kad-query-row.h"
#include "kad-query-spec.h"

G_BEGIN_DECLS

#define KAD_TYPE_SWARM (kad_swarm_get_type ())

KAD_API
G_DECLARE_INTERFACE (KadSwarm, kad_swarm, KAD, SWARM, GObject)

/**
 * KadSwarm:
 *
 * The node as a command handler sees it. Every call returns at once; what
 * comes of an operation arrives as %KAD_EVENT_QUERY_PROGRESS events carrying the id that
 * the call gave, the last one with `is_last`. All calls are made in the swarm's
 * thread, which is where handlers run.
 */
/**
 * KadSwarmInterface:
 * @start_query: for kad_swarm_start_query()
 * @cancel: for kad_swarm_cancel()
 * @dial: for kad_swarm_dial()
 * @ping: for kad_swarm_ping()
 * @identify: for kad_swarm_identify()
 * @ask: for kad_swarm_ask()
 * @hang_up: for kad_swarm_hang_up()
 * @stop_provide: for kad_swarm_stop_provide()
 * @remove_record: for kad_swarm_remove_record()
 * @dup_table: for kad_swarm_dup_table()
 * @dup_connections: for kad_swarm_dup_connections()
 * @dup_identity: for kad_swarm_dup_identity()
 * @publish: for kad_swarm_publish()
 * @unpublish: for kad_swarm_unpublish()
 * @refresh_publication: for kad_swarm_refresh_publication()
 * @dup_publications: for kad_swarm_dup_publications()
 * @protect_peer: for kad_swarm_protect_peer()
 * @unprotect_peer: for kad_swarm_unprotect_peer()
 * @set_mode: for kad_swarm_set_mode()
 * @dup_stats: for kad_swarm_dup_stats()
 * @dup_reachability: for kad_swarm_dup_reachability()
 * @dup_queries: for kad_swarm_dup_queries()
 * @dup_table_row: for kad_swarm_dup_table_row()
 * @dup_buckets: for kad_swarm_dup_buckets()
 * @dup_records: for kad_swarm_dup_records()
 * @dup_providers: for kad_swarm_dup_providers()
 * @keep_quiet: for kad_swarm_keep_quiet()
 * @renew: for kad_swarm_renew()
 * @free_memory: for kad_swarm_free_memory()
 *
 * Implemented by the node; a module calls the functions. A test of a command implements it to
 * stand in for the node.
 */
struct _KadSwarmInterface
{
  GTypeInterface parent_iface;

  KadQueryId (*start_query) (KadSwarm *self, const KadQuerySpec *spec);
  void (*cancel) (KadSwarm *self, KadQueryId query);
  KadQueryId (*dial) (KadSwarm *self, const KadEndpoint *endpoint, gint64 timeout_us);
  KadQueryId (*ping) (KadSwarm *self, const KadEndpoint *endpoint, gint64 timeout_us);
  KadQueryId (*identify) (KadSwarm *self, const KadEndpoint *endpoint, gint64 timeout_us);
  KadQueryId (*ask) (KadSwarm *self, const KadEndpoint *endpoint, KadMessage *request,
                     gint64 timeout_us);
  gboolean (*hang_up) (KadSwarm *self, const KadPeerId *peer, GError **error);
  gboolean (*stop_provide) (KadSwarm *self, GBytes *key, GError **error);
  gboolean (*remove_record) (KadSwarm *self, GBytes *key, GError **error);
  GPtrArray *(*dup_table) (KadSwarm *self);
  GPtrArray *(*dup_connections) (KadSwarm *self);
  KadIdentity *(*dup_identity) (KadSwarm *self);

  gboolean (*protect_peer) (KadSwarm *self, const KadPeerId *peer, const char *tag, GError **error);
  gboolean (*unprotect_peer) (KadSwarm *self, const KadPeerId *peer, const char *tag,
                              gboolean *is_still, GError **error);

  KadQueryId (*publish) (KadSwarm *self, const KadPublicationSpec *spec);
  KadQueryId (*unpublish) (KadSwarm *self, KadPublicationKind kind, GBytes *key, const char *tag);
  gboolean (*refresh_publication) (KadSwarm *self, KadPublicationKind kind, GBytes *key,
                                   GError **error);
  GPtrArray *(*dup_publications) (KadSwarm *self);
  void (*set_mode) (KadSwarm *self, KadMode mode);
  GVariant *(*dup_stats) (KadSwarm *self);
  GVariant *(*dup_reachability) (KadSwarm *self);
  GPtrArray *(*dup_queries) (KadSwarm *self);
  KadTableRow *(*dup_table_row) (KadSwarm *self, const KadPeerId *peer);
  GPtrArray *(*dup_buckets) (KadSwarm *self);
  GPtrArray *(*dup_records) (KadSwarm *self, guint from, guint limit);
  GPtrArray *(*dup_providers) (KadSwarm *self, guint from, guint limit);
  void (*keep_quiet) (KadSwarm *self, gboolean quiet);
  guint (*renew) (KadSwarm *self, const char *reason, gint64 slept_us, gboolean *is_joining);
  guint64 (*free_memory) (KadSwarm *self);

  /*< private >*/
  gpointer padding[3];
};

/* The engine's queries: see KadQuerySpec. */
KAD_API KadQueryId kad_swarm_start_query (KadSwarm *self, const KadQuerySpec *spec);
/* For the most used ones. */
KAD_API KadQueryId kad_swarm_find_closest (KadSwarm *self, GBytes *key);
/* Ends it; its last event has the outcome CANCELLED. Ended ids are ignored. */
KAD_API void kad_swarm_cancel (KadSwarm *self, KadQueryId query);
/* Connects (or finds connected): last event with peer and address, or error. */
KAD_API KadQueryId kad_swarm_dial (KadSwarm *self, const KadEndpoint *endpoint, gint64 timeout_us);
/* Dials if needed, then `/ipfs/ping/1.0.0`: last event with rtt_us. */
KAD_API KadQueryId kad_swarm_ping (KadSwarm *self, const KadEndpoint *endpoint, gint64 timeout_us);
/* Dials if needed: last event with what the peer says of itself now. */
KAD_API KadQueryId kad_swarm_identify (KadSwarm *self, const KadEndpoint *endpoint,
                                       gint64 timeout_us);
/* One kad request to one peer: last event with message and raw answer (none for ADD_PROVIDER). */
KAD_API KadQueryId kad_swarm_ask (KadSwarm *self, const KadEndpoint *endpoint, KadMessage *request,
                                  gint64 timeout_us);
/* Closes the connections with a peer; NotFound if there is none. */
KAD_API gboolean kad_swarm_hang_up (KadSwarm *self, const KadPeerId *peer, GError **error);
/* Its connections are not closed for want of room, until the last tag is gone. */
KAD_API gboolean kad_swarm_protect_peer (KadSwarm *self, const KadPeerId *peer, const char *tag,
                                         GError **error);
/* NotFound: that tag did not protect it. @is_still: (out): another one does. */
KAD_API gboolean kad_swarm_unprotect_peer (KadSwarm *self, const KadPeerId *peer, const char *tag,
                                           gboolean *is_still, GError **error);
KAD_API gboolean kad_swarm_stop_provide (KadSwarm *self, GBytes *key, GError **error);
KAD_API gboolean kad_swarm_remove_record (KadSwarm *self, GBytes *key, GError **error);
/* Announces and keeps alive; one event, the last, when it is kept as it was asked to be: with the
 * publication, or an error. */
KAD_API KadQueryId kad_swarm_publish (KadSwarm *self, const KadPublicationSpec *spec);
/* The last event comes when that is kept, too; NotFound. */
KAD_API KadQueryId kad_swarm_unpublish (KadSwarm *self, KadPublicationKind kind, GBytes *key,
                                        const char *tag);
/* Announces it now; NotFound. */
KAD_API gboolean kad_swarm_refresh_publication (KadSwarm *self, KadPublicationKind kind,
                                                GBytes *key, GError **error);
/* (element-type KadPublicationRow) (transfer full): a row for each tag */
KAD_API GPtrArray *kad_swarm_dup_publications (KadSwarm *self);
/* (element-type KadTableRow) (transfer full) */
KAD_API GPtrArray *kad_swarm_dup_table (KadSwarm *self);
/* (nullable) (transfer full): NULL: it is not in the table */
KAD_API KadTableRow *kad_swarm_dup_table_row (KadSwarm *self, const KadPeerId *peer);
/* (element-type KadBucketRow) (transfer full): those that have somebody, the farthest first */
KAD_API GPtrArray *kad_swarm_dup_buckets (KadSwarm *self);
/* (element-type KadConnectionRow) (transfer full) */
KAD_API GPtrArray *kad_swarm_dup_connections (KadSwarm *self);
/* (element-type KadQueryRow) (transfer full) */
KAD_API GPtrArray *kad_swarm_dup_queries (KadSwarm *self);
/* Ourselves: id, listen addresses, protocols, observed address. (transfer full) */
KAD_API KadIdentity *kad_swarm_dup_identity (KadSwarm *self);
/* From now on. What changes by it is told by %KAD_EVENT_MODE_CHANGED. */
KAD_API void kad_swarm_set_mode (KadSwarm *self, KadMode mode);
/* What the node has done and holds: `a{sv}` (transfer full) */
KAD_API GVariant *kad_swarm_dup_stats (KadSwarm *self);
/* Whether others can reach us, and how that is known: `a{sv}` (transfer full) */
KAD_API GVariant *kad_swarm_dup_reachability (KadSwarm *self);
/* (element-type KadHeldRow) (transfer full): what is held here, without the first @from, at most
 * @limit (and KAD_MAX_HELD_ROWS). In no order, but the same one while nothing changes. */
KAD_API GPtrArray *kad_swarm_dup_records (KadSwarm *self, guint from, guint limit);
KAD_API GPtrArray *kad_swarm_dup_providers (KadSwarm *self, guint from, guint limit);
/* A client that does nothing by itself, or what its mode says again. */
KAD_API void kad_swarm_keep_quiet (KadSwarm *self, gboolean quiet);
/* Tests each connection and looks anew at addresses and table; gives how many are tested.
 * @slept_us: 0: not known. @is_joining: (out) (optional) */
KAD_API guint kad_swarm_renew (KadSwarm *self, const char *reason, gint64 slept_us,
                               gboolean *is_joining);
/* Drops what can be done without; gives how many bytes that were, as far as it is known. */
KAD_API guint64 kad_swarm_free_memory (KadSwarm *self);

G_END_DECLS
