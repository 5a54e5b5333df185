/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-alarm.h"
#include "kad-engine.h"
#include "kad-preimage.h"

G_BEGIN_DECLS

/* Which bucket ranges a round looks up: the stale ones, from the farthest on. */
typedef struct
{
  guint next;
  guint last;
} KadRefreshPlan;

/* Upkeep of the routing table. Plain struct inside the engine. */
typedef struct
{
  KadAlarm alarm;   /* the next round, or the next portion of this one */
  gboolean running; /* a round */
  gint64 round_us;  /* when it began */
  KadRefreshPlan plan;
  KadPreimage preimage;
  gboolean wanted; /* a bootstrap was asked for: an empty table makes us try again */
  guint n_rejoins; /* in a row */
  gboolean joined;
} KadRefresh;

void kad_refresh_init (KadEngine *engine);
/* The table has one more. */
void kad_refresh_table_grew (KadEngine *engine);
/* It is quiet now, or no longer. */
void kad_refresh_pace_changed (KadEngine *engine);
/* A round that fell into an absence comes soon. */
void kad_refresh_resumed (KadEngine *engine);
/* A bootstrap has ended; says who began it. */
void kad_refresh_bootstrapped (KadEngine *engine, gboolean own, const GError *error);

void kad_refresh_plan_init (KadRefreshPlan *self, KadEngine *engine);
/* FALSE: no more. */
gboolean kad_refresh_plan_next (KadRefreshPlan *self, KadEngine *engine, guint *bucket);
/* How many more there would be now. */
guint kad_refresh_plan_count (const KadRefreshPlan *self, KadEngine *engine);

G_END_DECLS
