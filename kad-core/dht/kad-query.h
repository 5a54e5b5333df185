/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-alarm.h"
#include "kad-contact.h"
#include "kad-engine.h"
#include "kad-lookup.h"

G_BEGIN_DECLS

typedef struct _KadQuery KadQuery;

/* Filling the gaps of a walk: kad-query-widen.c. */
typedef struct
{
  guint n_pending;
  guint n_asked;
  gint64 until_us; /* 0: not begun */
  gboolean asked_pivots;
  gboolean heard_table;
} KadWiden;
typedef struct _KadQueryClass KadQueryClass;

/* What differs between the kinds of queries. Only start() and message() must be there. */
struct _KadQueryClass
{
  gsize size;     /* of the struct, which begins with a KadQuery */
  gboolean exact; /* the walk has to find the very k closest: gaps are filled */
  /* Does what needs nobody else, and calls kad_query_walk() or kad_query_end(). */
  void (*start) (KadQuery *self, const KadQuerySpec *spec);
  /* What the walk asks everybody. (transfer full) */
  KadMessage *(*message) (KadQuery *self);
  /* Somebody answered the walk; who it named is known to the lookup already. */
  void (*answered) (KadQuery *self, const KadPeerId *from, KadMessage *reply);
  /* The walk is over; ends the query if not there. */
  void (*walked) (KadQuery *self, KadLookupVerdict verdict);
  /* Adds to the last event. */
  void (*fill) (KadQuery *self, KadEvent *event);
  /* It has ended, the last event is out. */
  void (*ended) (KadQuery *self, KadOutcome outcome, const GError *error);
  void (*clear) (KadQuery *self);
};

/* Told when a query that the engine started for itself has ended. */
typedef void (*KadQueryEndFunc) (KadEngine *engine, gpointer user_data, const KadQuery *query,
                                 KadOutcome outcome, const GError *error);

struct _KadQuery
{
  const KadQueryClass *klass;
  KadEngine *engine;
  KadQueryId id;
  KadQueryKind kind;
  KadAlarm timeout_alarm;
  KadAlarm patience_alarm;
  GBytes *key;          /* (owned) (nullable) */
  KadKey target;        /* of the key, or of the walk under way */
  KadLookup *lookup;    /* (owned) (nullable) the walk */
  KadMessage *question; /* (owned) (nullable) what the walk asks */
  KadWiden widen;
  GQueue contacts; /* of KadContact */
  KadQueryStats stats;
  gint64 started_us;
  guint step;
  gboolean has_ended;
  gboolean is_walking;    /* its walk has not been told to be over */
  guint stored, wanted;   /* writes: n of k */
  GError *failure;        /* (owned) (nullable) the last one of a peer */
  KadQueryEndFunc on_end; /* (nullable) */
  gpointer on_end_data;
};

/* ---- for who starts them ---- */

extern const KadQueryClass kad_closest_peers_query_class;
extern const KadQueryClass kad_find_peer_query_class;
extern const KadQueryClass kad_get_record_query_class;
extern const KadQueryClass kad_put_record_query_class;
extern const KadQueryClass kad_get_providers_query_class;
extern const KadQueryClass kad_provide_query_class;
extern const KadQueryClass kad_bootstrap_query_class;
extern const KadQueryClass kad_refresh_query_class;

KadQueryId kad_query_start (KadEngine *engine, const KadQuerySpec *spec);
/* The engine's own: @on_end is told, in an input later than this one or in this. */
KadQueryId kad_query_start_own (KadEngine *engine, const KadQuerySpec *spec, KadQueryEndFunc on_end,
                                gpointer user_data);
void kad_query_cancel (KadQuery *self);
void kad_query_free (KadQuery *self);

/* ---- for the kinds ---- */

/* Looks for @target from the table's closest on; ends the query when the table is empty. */
void kad_query_walk (KadQuery *self, const KadKey *target);
/* Adds who should be asked too. */
void kad_query_hear (KadQuery *self, KadPeerInfo *info, const KadPeerId *from);
/* Asks whoever is due, or finds that the walk is over. */
void kad_query_pump (KadQuery *self);
/* Who an answer names is known to the walk from here on. */
void kad_query_hear_answer (KadQuery *self, const KadPeerId *from, KadMessage *reply);
/* Those of our own table past the k that the walk began with are known to it, too. */
void kad_query_hear_table (KadQuery *self);
/* The walk seems to be over: FALSE if it is. */
gboolean kad_query_widen (KadQuery *self);
/* A step, for results to be put into; kad_query_emit_step() sends it. */
KadEvent *kad_query_new_step (KadQuery *self);
void kad_query_emit_step (KadQuery *self, KadEvent *event);
/* Ends it, once: @error (transfer full) (nullable). */
void kad_query_end (KadQuery *self, KadOutcome outcome, GError *error);
/* Ends it by how its walk went: an error if nobody answered at all. */
void kad_query_end_walked (KadQuery *self, KadLookupVerdict verdict);
/* Why nobody answered. (transfer full) */
GError *kad_query_new_unreachable_error (KadQuery *self);
/* Counts what a contact did, and tells who traces. */
void kad_query_count (KadQuery *self, const KadContact *contact, KadMessage *reply,
                      const GError *error);
/* An event of the query, with its id, kind and key. (transfer full) */
KadEvent *kad_query_new_event (KadQuery *self, KadEventType type);
/* What it did so far, with what is in flight. */
void kad_query_get_stats (KadQuery *self, KadQueryStats *stats);
void kad_query_copy_stats (KadQuery *self, KadEvent *event);

/* ---- for who watches its steps: kad-query-trace.c ---- */

/* @peer, @from: (nullable) */
void kad_query_trace (KadQuery *self, KadStep step, const KadPeerId *peer, const KadPeerId *from);
/* It is dialled, or was sent at once. */
void kad_query_trace_start (KadQuery *self, const KadContact *contact);
/* The same as a #KadContactTurnFunc of a query. */
void kad_query_trace_turn (gpointer owner, const KadContact *contact);
void kad_query_trace_reply (KadQuery *self, const KadContact *contact);
void kad_query_trace_failure (KadQuery *self, const KadPeerId *peer, const GError *error);
void kad_query_trace_path_ended (KadQuery *self, const char *how);
void kad_query_set_question (KadQuery *self, KadMessage *question);

G_END_DECLS
