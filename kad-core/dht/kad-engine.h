/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"
#include "kad-bucket-row.h"
#include "kad-event.h"
#include "kad-infos.h"
#include "kad-limit-values.h"
#include "kad-message.h"
#include "kad-publication-row.h"
#include "kad-publication-spec.h"
#include "kad-query-row.h"
#include "kad-query-spec.h"
#include "kad-random.h"
#include "kad-routing-table.h"
#include "kad-store.h"
#include "kad-time.h"
#include "kad-validator.h"

G_BEGIN_DECLS

#define KAD_ALPHA KAD_QUERY_ALPHA
#define KAD_BETA 3
#define KAD_MAX_QUERIES 4096        /* running at once */
#define KAD_MAX_PUBLICATIONS 65536  /* of ourselves, announced again in time */
#define KAD_MAX_PUBLICATION_TAGS 32 /* of one publication */
#define KAD_MAX_BOOTSTRAP_PEERS 256

/* A whole DHT node without I/O. Inputs carry the time; outputs are drained; the
 * next deadline is asked for. The same inputs and seed give the same outputs,
 * bit for bit. One thread at a time. */
typedef struct _KadEngine KadEngine;

typedef struct
{
  KadPeerId local;
  KadMode mode;
  guint k, alpha, beta;           /* 0: the defaults */
  gint64 dial_timeout_us;         /* 0: 10 s */
  gint64 request_timeout_us;      /* of one peer, 0: 10 s */
  gint64 query_timeout_us;        /* 0: 60 s */
  gint64 refresh_interval_us;     /* 0: 10 min */
  gint64 reprovide_interval_us;   /* 0: 22 h; never more than half of provider_ttl_us */
  gint64 republish_interval_us;   /* own value records, 0: 10 h; never more than half of
                                     record_ttl_us, or of the 24 h after which some forget */
  gint64 record_ttl_us;           /* 0: 48 h */
  gint64 provider_ttl_us;         /* 0: 48 h */
  gsize max_record_bytes;         /* 0: 10 KiB */
  gboolean public_addresses_only; /* never store or emit what is not global */
  guint8 seed[KAD_RANDOM_SEED_BYTES];
  KadWallTime wall;            /* at @now_us of kad_engine_new() */
  KadValidators *validators;   /* a reference is taken */
  const KadLimits *limits;     /* copied; NULL: the usual ones */
  KadRecordStore *records;     /* taken */
  KadProviderStore *providers; /* taken */
} KadEngineConfig;

KadEngine *kad_engine_new (const KadEngineConfig *config, gint64 now_us);
void kad_engine_free (KadEngine *self);

/* ---- what happens around it ---- */

/* A step of the calendar clock. */
void kad_engine_set_wall_time (KadEngine *self, KadWallTime wall, gint64 now_us);
/* Our own addresses, to announce as a provider. (element-type KadMultiaddr) */
void kad_engine_set_addresses (KadEngine *self, GPtrArray *addresses);
void kad_engine_set_bootstrap (KadEngine *self, GPtrArray *peers); /* (element-type KadPeerInfo) */
void kad_engine_set_mode (KadEngine *self, KadMode mode, gint64 now_us);
void kad_engine_set_trace (KadEngine *self, gboolean trace);
/* Quiet: a client whatever its mode, which refreshes nothing, and announces again only before
 * others would forget. What it is asked for it does as always. */
void kad_engine_set_quiet (KadEngine *self, gboolean quiet, gint64 now_us);
/* After time in which nothing could be done: called before the time advances. What became due
 * meanwhile comes soon, once, spread out; so does what could not be done before. */
void kad_engine_resumed (KadEngine *self, gint64 now_us);
void kad_engine_peer_connected (KadEngine *self, const KadPeerId *peer, gint64 now_us);
void kad_engine_peer_disconnected (KadEngine *self, const KadPeerId *peer, gint64 now_us);
/* In auto mode: others reach us, so that we can serve (a connection from outside, or a
 * private network in which we listen). Nothing in the other modes. */
void kad_engine_set_reachable (KadEngine *self, gboolean reachable, gint64 now_us);
/* By identify. @is_server: it advertises our kad protocol. @addresses: its listen addresses. */
void kad_engine_peer_identified (KadEngine *self, KadPeerInfo *info, gboolean is_server,
                                 gint64 now_us);
/* Addresses learnt by other means (configuration, a dial by address). */
void kad_engine_add_address (KadEngine *self, KadPeerInfo *info, gint64 now_us);
void kad_engine_dial_failed (KadEngine *self, const KadPeerId *peer, const GError *error,
                             gint64 now_us);
/* The answer to SEND number @request. */
void kad_engine_reply_received (KadEngine *self, guint64 request, KadMessage *reply, gint64 now_us);
/* SEND of a message that has no answer (ADD_PROVIDER) was written whole. */
void kad_engine_request_sent (KadEngine *self, guint64 request, gint64 now_us);
void kad_engine_request_failed (KadEngine *self, guint64 request, const GError *error,
                                gint64 now_us);
/* The serving side. A reply (transfer full); NULL without error: none is due
 * (ADD_PROVIDER); NULL with error: reset the stream. */
KadMessage *kad_engine_handle_request (KadEngine *self, const KadPeerId *from, KadMessage *request,
                                       gint64 now_us, GError **error);

/* Forgets what it can learn again: whom it knows beside the table and is not dealing with. */
void kad_engine_free_memory (KadEngine *self);

/* ---- what it is asked to do ---- */

/* The steps of a query (KAD_EVENT_QUERY_PROGRESS) carry the statistics so far and, as they
 * come, its results: a record and who had it (`from`; our own id for our own copy), providers,
 * or the peer that was looked for (`peers`). The last step has the outcome, the error, and
 * what is known only then: the closest peers, nearest first (`peers`), or for writes `stored`
 * of `wanted` and the failures, with an error too. QUERY_FINISHED follows it.
 *
 * Never 0. Problems known at once (empty table: NotBootstrapped, limits, invalid
 * record) also come as the query's last event, in the next drain. */
KadQueryId kad_engine_start_query (KadEngine *self, const KadQuerySpec *spec, gint64 now_us);
/* Ends it with a last event: CANCELLED. Unknown or ended ids are ignored. */
void kad_engine_cancel_query (KadEngine *self, KadQueryId query, gint64 now_us);
/* Ids for operations that are not the engine's (dial, ping): one sequence for all. */
KadQueryId kad_engine_next_query_id (KadEngine *self);
/* What KAD_QUERY_PROVIDE and KAD_QUERY_PUT_RECORD keep alive is a publication with the tag "".
 * These take that tag away; FALSE and NotFound if it is not there. Removing a record drops the copy
 * that is held here, too, for whomever. */
gboolean kad_engine_stop_provide (KadEngine *self, GBytes *key, GError **error);
gboolean kad_engine_remove_record (KadEngine *self, GBytes *key, GError **error);

/* ---- what it keeps announcing: kad-publications.c says when ---- */

/* Starts the first announcement at once, as far as there is a turn. What is published already
 * gets the tag and `persistent`, and is not announced sooner unless `refresh`; but a record whose
 * value differs is put at once and replaces the former value for all its tags. A record is
 * validated first, and compared with the best that is held here. Emits PUBLICATION_CHANGED, always:
 * once for the new state, then when a run begins and when it ended (outcome, stored, wanted,
 * failures). InvalidKey, InvalidArgument, InvalidRecord, OlderRecord, RecordTooLarge,
 * LimitReached. */
gboolean kad_engine_publish (KadEngine *self, const KadPublicationSpec *spec, gint64 now_us,
                             GError **error);
/* Takes a tag away; with the last one, ends it and drops the own copy of a record. Emits
 * PUBLICATION_REMOVED. What others hold ages out by itself. FALSE and NotFound. */
gboolean kad_engine_unpublish (KadEngine *self, KadPublicationKind kind, GBytes *key,
                               const char *tag, gint64 now_us, GError **error);
/* Announces it now. Nothing if that is under way. FALSE and NotFound. */
gboolean kad_engine_refresh_publication (KadEngine *self, KadPublicationKind kind, GBytes *key,
                                         gint64 now_us, GError **error);
/* From a database: keeps its times, and is due by the calendar; what is overdue runs soon after
 * joining. What is published already keeps its state and only gets the tag. No event. FALSE: it
 * is no good, or there are too many. */
gboolean kad_engine_restore_publication (KadEngine *self, const KadPublicationRow *row,
                                         gint64 now_us);
/* One row for each tag, by kind, key and tag. (element-type KadPublicationRow) (transfer full) */
GPtrArray *kad_engine_dup_publications (KadEngine *self);
/* (nullable): one of them. (transfer full) */
KadPublicationRow *kad_engine_dup_publication (KadEngine *self, KadPublicationKind kind,
                                               GBytes *key, const char *tag);

/* ---- time and outputs ---- */

gint64 kad_engine_next_deadline (KadEngine *self); /* KAD_TIME_NEVER: none */
void kad_engine_advance (KadEngine *self, gint64 now_us);

typedef enum
{
  KAD_OUTPUT_SEND, /* to a connected peer: message, request, deadline */
  KAD_OUTPUT_DIAL, /* connect to peer at addresses by the deadline: then connected or dial_failed */
  KAD_OUTPUT_CLOSE, /* the engine has no use for this connection */
  KAD_OUTPUT_EVENT, /* to the dispatcher */
} KadOutputType;

typedef struct
{
  KadOutputType type;
  KadPeerId peer;
  guint64 request;
  gboolean expects_reply;
  gint64 deadline_us;
  KadMessage *message; /* SEND (owned) */
  KadPeerInfo *info;   /* DIAL (owned) */
  KadEvent *event;     /* EVENT (owned) */
} KadOutput;

/* FALSE: drained. Clear with kad_output_clear(). */
gboolean kad_engine_next_output (KadEngine *self, KadOutput *output);
void kad_output_clear (KadOutput *output);

/* ---- looking at it ---- */

KadMode kad_engine_get_mode (KadEngine *self);   /* as configured */
gboolean kad_engine_is_server (KadEngine *self); /* in effect */
gboolean kad_engine_is_quiet (KadEngine *self);
KadRoutingTable *kad_engine_get_table (KadEngine *self);
GPtrArray *kad_engine_dup_table_rows (KadEngine *self); /* (element-type KadTableRow) */
/* (element-type KadQueryRow) (transfer full) the queries at work, the oldest first. */
GPtrArray *kad_engine_dup_query_rows (KadEngine *self, gint64 now_us);
/* NULL: it is not in the table. (transfer full) */
KadTableRow *kad_engine_dup_table_row (KadEngine *self, const KadPeerId *peer);
/* (element-type KadBucketRow) those that have somebody, the farthest first. Times are monotonic;
 * G_MININT64: never. (transfer full) */
GPtrArray *kad_engine_dup_bucket_rows (KadEngine *self);
/* What is known of a peer's addresses; NULL: nothing. (transfer full) */
KadPeerInfo *kad_engine_dup_peer_info (KadEngine *self, const KadPeerId *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadEngine, kad_engine_free)

G_END_DECLS
