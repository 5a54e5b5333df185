/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-engine.h"
#include "kad-publication.h"

G_BEGIN_DECLS

#define KAD_MAX_PUBLICATIONS_AT_ONCE 8

/* What we announce: keys that we provide and records of our own. Plain struct
 * inside the engine. */
typedef struct
{
  /* By kind: of key to KadPublication; never iterated while it matters. */
  GHashTable *by_key[KAD_PUBLICATION_RECORD + 1];
  GQueue asked;     /* of KadPublication: somebody waits for them; first in, first out */
  GQueue due;       /* of KadPublication, waiting for their turn after those */
  GQueue impatient; /* of KadPublication that failed or could ask nobody */
  KadAlarm moved;   /* our addresses are others */
  gint64 moved_us;  /* before this nothing is announced again because we moved */
  guint n_running;
  gboolean is_starting;
  gboolean is_moved; /* our addresses became others while it was quiet */
} KadPublications;

void kad_publications_init (KadEngine *engine);
void kad_publications_clear (KadEngine *engine);

guint kad_publications_get_n (KadEngine *engine);
/* (transfer none) (nullable) */
KadPublication *kad_publications_find (KadEngine *engine, KadPublicationKind kind, GBytes *key);
/* Adds one that does nothing yet: kad_publications_start() it, or schedule it. NULL and
 * LimitReached. */
KadPublication *kad_publications_add (KadEngine *engine, KadPublicationKind kind, GBytes *key,
                                      GError **error);
/* Takes a tag away, and ends it with its last one. FALSE: it has no such tag. */
gboolean kad_publications_remove (KadEngine *engine, KadPublicationKind kind, GBytes *key,
                                  const char *tag);
/* Ends it, silently. */
void kad_publications_drop (KadEngine *engine, KadPublication *publication);
/* Announces it as soon as there is a turn, unless that is under way. */
void kad_publications_start (KadPublication *publication);
/* At that time; when it has passed, soon, or as soon as somebody can be asked. */
void kad_publications_schedule_at (KadPublication *publication, gint64 due_us);
/* How long one of that kind lasts between two runs, at most, as quiet as it is now. */
gint64 kad_publications_get_interval (KadEngine *engine, KadPublicationKind kind);
/* A record of ours has this value from now on. The run under way, of the former value, is
 * ended. */
void kad_publications_set_record (KadPublication *publication, KadRecord *record);
/* There is somebody to ask: what waits for that or has failed runs after @delay_us, spread. */
void kad_publications_hurry (KadEngine *engine, gint64 delay_us);

/* We are at other addresses than others were told: what we provide is announced again soon, spread.
 */
void kad_publications_moved (KadEngine *engine);

/* It is quiet now, or no longer: what is announced again has other times. */
void kad_publications_pace_changed (KadEngine *engine);
/* After an absence: what became due meanwhile, and what failed, runs soon, spread. */
void kad_publications_resumed (KadEngine *engine);

/* ---- what the user's queries tell ---- */

gboolean kad_publications_provides (KadEngine *engine, GBytes *key);
/* Provided for the tag "" from now on. */
gboolean kad_publications_begin_provide (KadEngine *engine, GBytes *key, gboolean *is_new,
                                         GError **error);
/* @query announced its key well enough. */
void kad_publications_provided (KadEngine *engine, const KadQuery *query);
/* @query put @record well enough: from now on it is kept for the tag "". */
void kad_publications_record_put (KadEngine *engine, KadRecord *record, const KadQuery *query);
/* (transfer none) (nullable) */
KadRecord *kad_publications_get_record (KadEngine *engine, GBytes *key);

G_END_DECLS
