/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-alarm.h"
#include "kad-engine.h"
#include "kad-query.h"

G_BEGIN_DECLS

/* Where a publication stands between two runs. */
typedef enum
{
  KAD_PUBLICATION_STATE_IDLE,      /* only while it is being changed */
  KAD_PUBLICATION_STATE_ATTENDED,  /* a query of the user's is its first run */
  KAD_PUBLICATION_STATE_SCHEDULED, /* its alarm is set */
  KAD_PUBLICATION_STATE_QUEUED,    /* it waits for its turn */
  KAD_PUBLICATION_STATE_RUNNING,   /* a query of the engine's announces it */
  KAD_PUBLICATION_STATE_PARKED,    /* there is nobody to ask: until there is */
} KadPublicationState;

/* Who wants it. */
typedef struct
{
  char *name;
  gboolean persistent;
  gint64 created_us; /* monotonic */
} KadPublicationTag;

/* Something that we announce, and how its last run went. Times are monotonic and told by the
 * calendar as it is when they are told; a restored one may be from before the engine's zero. */
typedef struct
{
  KadAlarm alarm; /* first: the alarm's function gets the publication from it */
  KadEngine *engine;
  KadPublicationKind kind;
  KadPublicationState state;
  GBytes *key;          /* (owned) */
  KadRecord *record;    /* (owned) (nullable) NULL: a key that we provide */
  GArray *tags;         /* (owned) (element-type KadPublicationTag) by name; never empty */
  GList turn_link;      /* in the queue `turn` */
  GQueue *turn;         /* (nullable) of those that wait for their turn */
  GList impatient_link; /* runs as soon as somebody can be asked */
  gboolean is_impatient;
  gboolean is_abandoned; /* how the run under way ends does not matter any more */
  gboolean has_run;
  KadQueryId query; /* that announces it now; 0: none */
  gint64 last_run_us;
  gint64 due_us; /* since when it waits for its turn */
  guint stored, wanted;
  guint n_failures; /* in a row */
  GError *error;    /* (owned) (nullable) of the last run, or what it lacked */
} KadPublication;

KadPublication *kad_publication_new (KadEngine *engine, KadPublicationKind kind, GBytes *key);
void kad_publication_free (KadPublication *self);
/* (nullable) */
KadPublicationTag *kad_publication_find_tag (KadPublication *self, const char *name);
/* FALSE and LimitReached. What there is gets @persistent and keeps its time. */
gboolean kad_publication_set_tag (KadPublication *self, const char *name, gboolean persistent,
                                  gint64 created_us, GError **error);
gboolean kad_publication_remove_tag (KadPublication *self, const char *name);
/* Keeps copies. @error: (nullable): a failure with 0 @stored, a note otherwise. */
void kad_publication_note_run (KadPublication *self, guint stored, guint wanted,
                               const GError *error);
/* How it is now, for one tag. (transfer full) */
KadPublicationRow *kad_publication_new_row (KadPublication *self, const KadPublicationTag *tag);
/* One event for each tag. @outcome: RUNNING unless a run has just ended. @query: (nullable): the
 * run's. */
void kad_publication_tell (KadPublication *self, const KadQuery *query, KadOutcome outcome);
void kad_publication_tell_removed (KadPublication *self, const KadPublicationTag *tag);

G_END_DECLS
