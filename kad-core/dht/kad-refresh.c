/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-refresh.h"

#include "kad-engine-private.h"

/*
 * Every refresh interval a round: peers that nobody has seen for that long are
 * checked, our own id is looked up, and then each bucket range that no lookup has
 * been through for half that time, by a random id in that range. Ranges follow one another,
 * so that a round is a trickle and not a burst.
 *
 * Which ranges: up to the deepest bucket that has anybody. Where an earlier
 * one is empty, up to twice as deep as that (go-libp2p-kad-dht, rtrefresh): one
 * near neighbour by chance does not make us search a hundred empty ranges.
 *
 * A quiet node has no rounds; one under way ends after the range in hand.
 *
 * When the table is empty although a network was joined, a round is an attempt to
 * join again, at first soon and then ever more rarely.
 */

/* After the first peer entered by itself. */
#define FIRST_ROUND_US (5 * KAD_USEC_PER_SEC)
/* After an absence: when dead connections are found, and what waits has begun. */
#define RESUMED_ROUND_US (30 * KAD_USEC_PER_SEC)
#define FIRST_REJOIN_US (10 * KAD_USEC_PER_SEC)
#define MAX_REJOIN_DOUBLINGS 5

static void ring (KadAlarm *alarm, gpointer user_data);

static void
set_alarm (KadEngine *engine, gint64 delay_us)
{
  kad_alarms_set (&engine->alarms, &engine->refresh.alarm, kad_time_add (engine->now_us, delay_us),
                  ring);
}

void
kad_refresh_init (KadEngine *engine)
{
  set_alarm (engine, engine->config.refresh_interval_us);
}

/* ---- the plan ---- */

void
kad_refresh_plan_init (KadRefreshPlan *self, KadEngine *engine)
{
  guint deepest = 0;

  for (guint i = 0; i <= KAD_MAX_REFRESH_BUCKET; i++)
    {
      if (kad_routing_table_get_bucket_size (engine->table, i) > 0)
        deepest = i;
    }
  self->next = 0;
  self->last = deepest;
  for (guint i = 0; i < deepest; i++)
    {
      if (kad_routing_table_get_bucket_size (engine->table, i) == 0)
        {
          self->last = MIN (deepest, 2 * (i + 1));
          break;
        }
    }
}

static gboolean
is_stale (KadEngine *engine, guint bucket)
{
  /* Half: a lookup of the last round ended a little later than that round began. */
  gint64 fresh_us = engine->now_us - engine->config.refresh_interval_us / 2;
  gint64 refreshed_us = kad_routing_table_get_refreshed (engine->table, bucket);

  return refreshed_us == G_MININT64 || refreshed_us <= fresh_us;
}

gboolean
kad_refresh_plan_next (KadRefreshPlan *self, KadEngine *engine, guint *bucket)
{
  while (self->next <= self->last)
    {
      *bucket = self->next++;
      if (is_stale (engine, *bucket))
        return TRUE;
    }
  return FALSE;
}

guint
kad_refresh_plan_count (const KadRefreshPlan *self, KadEngine *engine)
{
  guint n = 0;

  for (guint bucket = self->next; bucket <= self->last; bucket++)
    n += is_stale (engine, bucket);
  return n;
}

/* ---- a round ---- */

static void next_range (KadEngine *engine);

static void
end_round (KadEngine *engine)
{
  KadRefresh *self = &engine->refresh;
  gint64 next_us = kad_time_add (self->round_us, engine->config.refresh_interval_us);

  self->running = FALSE;
  set_alarm (engine, MAX (next_us - engine->now_us, KAD_USEC_PER_SEC));
}

static void
range_done (KadEngine *engine, gpointer user_data, const KadQuery *query, KadOutcome outcome,
            const GError *error)
{
  next_range (engine);
}

static void
own_id_done (KadEngine *engine, gpointer user_data, const KadQuery *query, KadOutcome outcome,
             const GError *error)
{
  kad_refresh_plan_init (&engine->refresh.plan, engine);
  next_range (engine);
}

static void
look_up (KadEngine *engine, GBytes *key, KadQueryEndFunc done)
{
  KadQuerySpec spec = { .kind = KAD_QUERY_REFRESH, .key = key };

  kad_query_start_own (engine, &spec, done, NULL);
}

/* The next portion of the search for an id in the range. */
static void
search (KadEngine *engine)
{
  g_autoptr (GBytes) id = kad_preimage_search (&engine->refresh.preimage, KAD_PREIMAGE_TRIES);

  if (id != NULL)
    look_up (engine, id, range_done);
  else
    set_alarm (engine, 0);
}

static void
next_range (KadEngine *engine)
{
  KadRefresh *self = &engine->refresh;
  guint bucket;

  if (engine->quiet || kad_routing_table_get_size (engine->table) == 0
      || !kad_refresh_plan_next (&self->plan, engine, &bucket))
    {
      end_round (engine);
      return;
    }
  kad_preimage_init (&self->preimage, &engine->key, bucket, &engine->random);
  /* From the alarm, not from here: a query that ends at once would call us again. */
  set_alarm (engine, 0);
}

static void
rejoin_done (KadEngine *engine, gpointer user_data, const KadQuery *query, KadOutcome outcome,
             const GError *error)
{
  KadRefresh *self = &engine->refresh;

  self->running = FALSE;
  if (kad_routing_table_get_size (engine->table) > 0)
    {
      self->n_rejoins = 0;
      set_alarm (engine, engine->config.refresh_interval_us);
      return;
    }
  set_alarm (engine, MIN (FIRST_REJOIN_US << MIN (self->n_rejoins, MAX_REJOIN_DOUBLINGS),
                          engine->config.refresh_interval_us));
  self->n_rejoins++;
}

static void
begin_round (KadEngine *engine)
{
  KadRefresh *self = &engine->refresh;
  KadQuerySpec spec = { .kind = KAD_QUERY_BOOTSTRAP };
  g_autoptr (GBytes) own_id = NULL;

  if (kad_routing_table_get_size (engine->table) == 0)
    {
      self->round_us = engine->now_us;
      self->running = self->wanted && engine->bootstrap->len > 0;
      if (self->running)
        kad_query_start_own (engine, &spec, rejoin_done, NULL);
      else
        set_alarm (engine, engine->config.refresh_interval_us);
      return;
    }
  if (engine->quiet)
    {
      set_alarm (engine, engine->config.refresh_interval_us);
      return;
    }
  self->round_us = engine->now_us;
  self->running = TRUE;
  self->plan = (KadRefreshPlan){ .next = 1, .last = 0 };
  kad_engine_check_quiet_peers (engine, engine->config.refresh_interval_us);
  own_id = kad_peer_id_to_bytes (&engine->config.local);
  look_up (engine, own_id, own_id_done);
}

static void
ring (KadAlarm *alarm, gpointer user_data)
{
  KadEngine *engine = user_data;

  if (engine->refresh.running)
    search (engine);
  else
    begin_round (engine);
}

void
kad_refresh_table_grew (KadEngine *engine)
{
  KadRefresh *self = &engine->refresh;

  /* The first one came to us by itself: look around soon. */
  if (!self->running && !self->wanted && kad_routing_table_get_size (engine->table) == 1)
    set_alarm (engine, FIRST_ROUND_US);
}

/* Soon, unless there is a round, or one is to come sooner. */
static void
hurry (KadEngine *engine, gint64 delay_us)
{
  KadRefresh *self = &engine->refresh;

  if (!self->running && kad_alarm_is_set (&self->alarm)
      && self->alarm.due_us > kad_time_add (engine->now_us, delay_us))
    set_alarm (engine, delay_us);
}

void
kad_refresh_pace_changed (KadEngine *engine)
{
  if (!engine->quiet
      && engine->now_us - engine->refresh.round_us >= engine->config.refresh_interval_us)
    hurry (engine, FIRST_ROUND_US);
}

void
kad_refresh_resumed (KadEngine *engine)
{
  KadRefresh *self = &engine->refresh;

  if (!self->running && kad_alarm_is_set (&self->alarm) && self->alarm.due_us <= engine->now_us
      && kad_routing_table_get_size (engine->table) > 0)
    set_alarm (engine, MIN (RESUMED_ROUND_US, engine->config.refresh_interval_us));
}

void
kad_refresh_bootstrapped (KadEngine *engine, gboolean own, const GError *error)
{
  KadRefresh *self = &engine->refresh;
  guint size = kad_routing_table_get_size (engine->table);
  KadEvent *event;

  self->wanted = TRUE;
  if (!own && !self->running)
    set_alarm (engine, size > 0 ? engine->config.refresh_interval_us : FIRST_REJOIN_US);
  if (size > 0 && error == NULL)
    kad_publications_hurry (engine, 0);
  if (self->joined || (own && size == 0))
    return;

  self->joined = size > 0;
  event = kad_event_new (self->joined ? KAD_EVENT_JOINED : KAD_EVENT_JOIN_FAILED);
  event->number = size;
  if (!self->joined)
    event->error = error != NULL ? g_error_copy (error)
                                 : g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED,
                                                        "Nobody entered the routing table");
  kad_engine_emit (engine, event);
}

/* ---- one lookup of a round ---- */

static void
refresh_start (KadQuery *self, const KadQuerySpec *spec)
{
  KadKey target = self->target;

  kad_query_walk (self, &target);
}

static KadMessage *
refresh_message (KadQuery *self)
{
  return kad_message_new (KAD_MESSAGE_FIND_NODE, self->key);
}

const KadQueryClass kad_refresh_query_class = {
  .size = sizeof (KadQuery),
  .start = refresh_start,
  .message = refresh_message,
};
