/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-identity.h"
#include "kad-message.h"
#include "kad-peer-info.h"
#include "kad-publication-row.h"
#include "kad-query-spec.h"
#include "kad-query-stats.h"
#include "kad-record.h"

G_BEGIN_DECLS

/**
 * KadEventType:
 * @KAD_EVENT_QUERY_PROGRESS: unicast: results and statistics of a query; the last one ends it
 * @KAD_EVENT_QUERY_STARTED: a query began
 * @KAD_EVENT_QUERY_STEP: one contact of a query; only while somebody traces
 * @KAD_EVENT_QUERY_FINISHED: a query ended
 * @KAD_EVENT_PEER_CONNECTED: there is a connection with a peer
 * @KAD_EVENT_PEER_DISCONNECTED: there is none any more; the text is the reason
 * @KAD_EVENT_PEER_IDENTIFIED: a peer said who it is: the identity
 * @KAD_EVENT_ADDRESS_FOUND: the address at which others see us, another one than before; the number
 *   is 0 for the first
 * @KAD_EVENT_TABLE_ADDED: a peer entered the routing table; the number is its bucket
 * @KAD_EVENT_TABLE_REMOVED: a peer left the routing table; the number is its bucket
 * @KAD_EVENT_PROVIDER_STORED: we keep a provider record for somebody
 * @KAD_EVENT_RECORD_STORED: we keep a record for somebody
 * @KAD_EVENT_REQUEST_SERVED: a request was answered; only while somebody traces
 * @KAD_EVENT_LISTENING: we listen on the address
 * @KAD_EVENT_JOINED: the routing table has somebody; the number is how many
 * @KAD_EVENT_JOIN_FAILED: nobody could be joined: the error; it will be tried again
 * @KAD_EVENT_MODE_CHANGED: we serve, or do not any more; the number is the #KadMode
 * @KAD_EVENT_MODULE_FAILED: a module could not be loaded
 * @KAD_EVENT_ADDRESSES_CHANGED: addresses of this machine came or went, as the text says; the peer
 *   among `peers` is ourselves, with where we listen now
 * @KAD_EVENT_PUBLICATION_CHANGED: something that we announce is new, is being announced, or was:
 * the publication says how it is now
 * @KAD_EVENT_PUBLICATION_REMOVED: it is not announced any more for the tag of the publication
 * @KAD_EVENT_RESUMED: the machine slept, or somebody asked to look anew at everything: the text
 * says why, the span how long it slept (0: not known), the number how many connections are being
 * tested
 * @KAD_EVENT_CLOCK_STEPPED: the calendar was set: the span says how far, negative for back
 * @KAD_EVENT_RUN_PROGRESS: a run of a command that takes many steps got on: how many of how many;
 * the text is the command
 * @KAD_N_EVENT_TYPES: how many types there are; grows
 *
 * What happened. Unicast events go to the handler that started the query first; broadcast events go
 * down the whole chain (kad_event_type_is_unicast()).
 */
typedef enum
{
  /* unicast */
  KAD_EVENT_QUERY_PROGRESS,
  /* broadcast */
  KAD_EVENT_QUERY_STARTED,
  KAD_EVENT_QUERY_STEP,
  KAD_EVENT_QUERY_FINISHED,
  KAD_EVENT_PEER_CONNECTED,
  KAD_EVENT_PEER_DISCONNECTED,
  KAD_EVENT_PEER_IDENTIFIED,
  KAD_EVENT_ADDRESS_FOUND,
  KAD_EVENT_TABLE_ADDED,
  KAD_EVENT_TABLE_REMOVED,
  KAD_EVENT_PROVIDER_STORED,
  KAD_EVENT_RECORD_STORED,
  KAD_EVENT_REQUEST_SERVED,
  KAD_EVENT_LISTENING,
  KAD_EVENT_JOINED,
  KAD_EVENT_JOIN_FAILED,
  KAD_EVENT_MODE_CHANGED,
  KAD_EVENT_MODULE_FAILED,
  KAD_EVENT_ADDRESSES_CHANGED,
  KAD_EVENT_PUBLICATION_CHANGED,
  KAD_EVENT_PUBLICATION_REMOVED,
  KAD_EVENT_RESUMED,
  KAD_EVENT_CLOCK_STEPPED,
  KAD_EVENT_RUN_PROGRESS,
  KAD_N_EVENT_TYPES,
} KadEventType;

/* "query-progress", "peer-connected", ... as in JSON. */
KAD_API const char *kad_event_type_get_name (KadEventType type);
KAD_API gboolean kad_event_type_parse (const char *name, KadEventType *type);

/**
 * KadOutcome:
 * @KAD_OUTCOME_RUNNING: it has not ended
 * @KAD_OUTCOME_COMPLETED: it converged, or asked everybody
 * @KAD_OUTCOME_STOPPED: it had enough: the limit or quorum was reached
 * @KAD_OUTCOME_STARVED: it ran out of peers before it converged
 * @KAD_OUTCOME_TIMED_OUT: its deadline passed
 * @KAD_OUTCOME_CANCELLED: somebody cancelled it
 * @KAD_OUTCOME_FAILED: the error says why
 *
 * How a query ended.
 */
typedef enum
{
  KAD_OUTCOME_RUNNING,
  KAD_OUTCOME_COMPLETED,
  KAD_OUTCOME_STOPPED,
  KAD_OUTCOME_STARVED,
  KAD_OUTCOME_TIMED_OUT,
  KAD_OUTCOME_CANCELLED,
  KAD_OUTCOME_FAILED,
} KadOutcome;

KAD_API const char *kad_outcome_get_name (KadOutcome outcome);

/**
 * KadStep:
 * @KAD_STEP_DIAL: a peer is being dialled
 * @KAD_STEP_SEND: a request went to a peer
 * @KAD_STEP_REPLY: a peer answered
 * @KAD_STEP_FAIL: a peer could not be reached or did not answer
 * @KAD_STEP_HEARD: a peer was named by another, who is `from`
 * @KAD_STEP_PROVIDER: a provider was named by `from`
 * @KAD_STEP_VALUE: a valid record came from a peer
 * @KAD_STEP_PATH_ENDED: a walk towards a key is over; the text says how
 *
 * One contact of a query, for who watches it: the number of a %KAD_EVENT_QUERY_STEP.
 */
typedef enum
{
  KAD_STEP_DIAL,
  KAD_STEP_SEND,
  KAD_STEP_REPLY,
  KAD_STEP_FAIL,
  KAD_STEP_HEARD,
  KAD_STEP_PROVIDER,
  KAD_STEP_VALUE,
  KAD_STEP_PATH_ENDED,
} KadStep;

KAD_API const char *kad_step_get_name (KadStep step);

#define KAD_TYPE_PEER_FAILURE (kad_peer_failure_get_type ())

/**
 * KadPeerFailure:
 * @peer: who
 * @reason: why; bytes from the peer in it are escaped already
 *
 * A peer that did not do what a write wanted. Made by the library only; later versions add fields
 * at its end.
 */
typedef struct
{
  KadPeerId peer;
  char *reason;
} KadPeerFailure;

KAD_API GType kad_peer_failure_get_type (void);
KAD_API KadPeerFailure *kad_peer_failure_copy (const KadPeerFailure *self);
KAD_API KadPeerFailure *kad_peer_failure_new (const KadPeerId *peer, const char *reason);
KAD_API void kad_peer_failure_free (KadPeerFailure *self);

#define KAD_TYPE_EVENT (kad_event_get_type ())

/**
 * KadEvent:
 * @type: what happened
 * @query: which query it is about; 0: none
 * @kind: the kind of the query
 * @step: 1, 2, ... within the query
 * @is_last: whether nothing comes after it from its query
 * @outcome: how the query ended, with @is_last
 * @stats: what the query did so far
 * @peer: whom it is about
 * @from: who said so
 * @key: (nullable): the key it is about
 * @peers: (nullable) (element-type KadPeerInfo): nearest first, or providers
 * @record: (nullable): a record, better than those before
 * @failures: (nullable) (element-type KadPeerFailure): who did not do what a write wanted
 * @stored: how many peers did what a write wanted
 * @wanted: of how many
 * @message: (nullable): the answer to a request of `ask`
 * @raw: (nullable): the bytes of @message as they came, without their length
 * @identity: (nullable): what a peer says of itself
 * @address: (nullable): an address
 * @rtt_us: round trip time in microseconds
 * @number: size of the table, bucket, #KadStep or #KadMode: by type
 * @text: (nullable): reason, request or name of a module: by type
 * @error: (nullable): what went wrong
 * @publication: (nullable): something that we announce
 * @run: which run of a command its query belongs to; 0: none, as of what the node does for itself
 * @wall_us: when it happened, microseconds since 1970; 0: not known yet
 * @distance_bits: of a step: how many leading bits the peer's key has in common with the target
 * @span_us: how long the machine slept, or how far the calendar was set: by type, in microseconds
 * @done: how many steps are done
 * @total: of how many, which may grow on the way; 0: not known
 *
 * What happened in a node. What a type of event does not carry is %NULL, 0 or not set. Whoever has
 * made an event and not yet shared it may fill it in; from then on it is immutable. Reference
 * counted; any thread. Made by the library only; later versions add fields at its end.
 */
typedef struct _KadEvent
{
  /*< private >*/
  gatomicrefcount refs;
  /*< public >*/
  KadEventType type;
  KadQueryId query;
  KadQueryKind kind;
  guint step;
  gboolean is_last;
  KadOutcome outcome;
  KadQueryStats stats;
  KadPeerId peer;
  KadPeerId from;
  GBytes *key;
  GPtrArray *peers;
  KadRecord *record;
  GPtrArray *failures;
  guint stored, wanted;
  KadMessage *message;
  GBytes *raw;
  KadIdentity *identity;
  KadMultiaddr *address;
  gint64 rtt_us;
  guint number;
  char *text;
  GError *error;
  KadPublicationRow *publication;
  guint64 run;
  gint64 wall_us;
  guint distance_bits;
  gint64 span_us;
  guint done, total;
} KadEvent;

KAD_API GType kad_event_get_type (void);
KAD_API KadEvent *kad_event_new (KadEventType type);
KAD_API KadEvent *kad_event_new_progress (KadQueryId query, KadQueryKind kind);
KAD_API KadEvent *kad_event_ref (KadEvent *self);
KAD_API void kad_event_unref (KadEvent *self);
KAD_API gboolean kad_event_is_query_progress (const KadEvent *self, KadQueryId query);
KAD_API gboolean kad_event_is_last_step (const KadEvent *self);
KAD_API const KadQueryStats *kad_event_get_stats (const KadEvent *self);
KAD_API KadEventType kad_event_get_event_type (const KadEvent *self);
KAD_API KadQueryId kad_event_get_query (const KadEvent *self);
KAD_API KadOutcome kad_event_get_outcome (const KadEvent *self);
KAD_API const KadPeerId *kad_event_get_peer (const KadEvent *self);
KAD_API const KadPeerId *kad_event_get_from (const KadEvent *self);
KAD_API GBytes *kad_event_get_key (const KadEvent *self);
KAD_API GPtrArray *kad_event_get_peers (const KadEvent *self);
KAD_API KadRecord *kad_event_get_record (const KadEvent *self);
KAD_API KadMultiaddr *kad_event_get_address (const KadEvent *self);
KAD_API const KadIdentity *kad_event_get_identity (const KadEvent *self);
KAD_API KadMessage *kad_event_get_message (const KadEvent *self);
KAD_API GPtrArray *kad_event_get_failures (const KadEvent *self);
KAD_API gint64 kad_event_get_rtt_us (const KadEvent *self);
KAD_API guint kad_event_get_number (const KadEvent *self);
KAD_API const char *kad_event_get_text (const KadEvent *self);
KAD_API const GError *kad_event_get_error (const KadEvent *self);
KAD_API const KadPublicationRow *kad_event_get_publication (const KadEvent *self);
KAD_API guint64 kad_event_get_run (const KadEvent *self);
KAD_API gint64 kad_event_get_wall_us (const KadEvent *self);
KAD_API guint kad_event_get_distance_bits (const KadEvent *self);
KAD_API gint64 kad_event_get_span_us (const KadEvent *self);
KAD_API gboolean kad_event_get_progress (const KadEvent *self, guint *done, guint *total);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadPeerFailure, kad_peer_failure_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadEvent, kad_event_unref)

G_END_DECLS
