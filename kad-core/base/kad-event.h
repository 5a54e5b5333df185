/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-identity.h"
#include "kad-message.h"
#include "kad-peer-info.h"
#include "kad-query-spec.h"
#include "kad-query-stats.h"
#include "kad-record.h"

G_BEGIN_DECLS

/* What happened in a node. Immutable, reference counted, boxed.
 *
 * Unicast events carry a query id and go to the handler that started the query
 * first; broadcast events go down the whole chain. The one table that says
 * which is which is in command/kad-dispatcher.c. */
typedef enum
{
  /* unicast */
  KAD_EVENT_QUERY_PROGRESS, /* results, statistics; the last one ends the query */
  /* broadcast */
  KAD_EVENT_QUERY_STARTED,
  KAD_EVENT_QUERY_STEP, /* one contact of a query: only while somebody traces */
  KAD_EVENT_QUERY_FINISHED,
  KAD_EVENT_PEER_CONNECTED,
  KAD_EVENT_PEER_DISCONNECTED, /* text: the reason */
  KAD_EVENT_PEER_IDENTIFIED,   /* identity */
  KAD_EVENT_ADDRESS_FOUND,     /* address observed of ourselves */
  KAD_EVENT_TABLE_ADDED,
  KAD_EVENT_TABLE_REMOVED,
  KAD_EVENT_PROVIDER_STORED,
  KAD_EVENT_RECORD_STORED,
  KAD_EVENT_REQUEST_SERVED, /* only while somebody traces */
  KAD_EVENT_LISTENING,
  KAD_EVENT_JOINED,
  KAD_EVENT_JOIN_FAILED,
  KAD_EVENT_MODE_CHANGED,
  KAD_EVENT_MODULE_FAILED,
  KAD_N_EVENT_TYPES,
} KadEventType;

/* "query-progress", "peer-connected", ... as in JSON. */
KAD_API const char *kad_event_type_get_name (KadEventType type);

/* How a query ended. */
typedef enum
{
  KAD_OUTCOME_RUNNING,
  KAD_OUTCOME_COMPLETED, /* converged, or all asked */
  KAD_OUTCOME_STOPPED,   /* enough: limit or quorum reached */
  KAD_OUTCOME_STARVED,   /* ran out of peers before it converged */
  KAD_OUTCOME_TIMED_OUT,
  KAD_OUTCOME_CANCELLED,
  KAD_OUTCOME_FAILED, /* the error says why */
} KadOutcome;

KAD_API const char *kad_outcome_get_name (KadOutcome outcome);

/* One contact of a query, for who watches it. */
typedef enum
{
  KAD_STEP_DIAL,
  KAD_STEP_SEND,
  KAD_STEP_REPLY,
  KAD_STEP_FAIL,
  KAD_STEP_HEARD, /* peer was named by `from` */
} KadStep;

KAD_API const char *kad_step_get_name (KadStep step);

/* A peer that did not do what a write wanted. */
typedef struct
{
  KadPeerId peer;
  char *reason;
} KadPeerFailure;

KAD_API KadPeerFailure *kad_peer_failure_new (const KadPeerId *peer, const char *reason);
KAD_API void kad_peer_failure_free (KadPeerFailure *self);

#define KAD_TYPE_EVENT (kad_event_get_type ())

/* Fields are public for reading; who has made an event and not yet shared it
 * may fill them in. What an event type does not carry is NULL, 0 or unset. */
typedef struct _KadEvent
{
  /*< private >*/
  gatomicrefcount refs;
  /*< public >*/
  KadEventType type;
  KadQueryId query; /* 0: none */
  KadQueryKind kind;
  guint step;       /* 1, 2, ... within the query */
  gboolean is_last;
  KadOutcome outcome;
  KadQueryStats stats;
  KadPeerId peer; /* whom it is about */
  KadPeerId from; /* who said so */
  GBytes *key;
  GPtrArray *peers;       /* (element-type KadPeerInfo) nearest first, or providers */
  KadRecord *record;      /* a better record */
  GPtrArray *failures;    /* (element-type KadPeerFailure) */
  guint stored, wanted;   /* writes: n of k */
  KadMessage *message;    /* an `ask`'s answer */
  GBytes *raw;            /* its bytes as they came, without the length */
  KadIdentity *identity;
  KadMultiaddr *address;
  gint64 rtt_us;
  guint number;           /* table size, bucket, KadStep: by type */
  char *text;             /* reason, module name */
  GError *error;
} KadEvent;

KAD_API GType kad_event_get_type (void);
KAD_API KadEvent *kad_event_new (KadEventType type);
KAD_API KadEvent *kad_event_new_progress (KadQueryId query, KadQueryKind kind);
KAD_API KadEvent *kad_event_ref (KadEvent *self);
KAD_API void kad_event_unref (KadEvent *self);
KAD_API gboolean kad_event_is_query_progress (const KadEvent *self, KadQueryId query);
KAD_API gboolean kad_event_is_last_step (const KadEvent *self);
KAD_API const KadQueryStats *kad_event_get_stats (const KadEvent *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadEvent, kad_event_unref)

G_END_DECLS
