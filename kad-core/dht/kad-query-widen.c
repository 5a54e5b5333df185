/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-engine-private.h"

/*
 * Filling the gaps of a walk.
 *
 * Whoever is asked names the k closest peers it knows, and does not know yet which of
 * them have died. When a third of a network goes at once, everybody near the key names
 * the same twenty, thirteen of which answer, and nobody ever names the seven that
 * are the next closest. So when peers within the result have failed the walk looks further:
 *
 *  - into our own table, past the k that it began with;
 *  - at the edge of what is known: the nearest are asked for a made up id beyond it;
 *  - around the outer peers of the result: each is asked for its own id, because it
 *    knows its neighbours best.
 *
 * Whoever is heard of so and belongs to the result is asked as the others were, and then
 * for its own neighbours, until that brings nobody new. A healthy network never
 * pays for it.
 */

/* In all; a result's worth of neighbours is asked several times over. */
#define MAX_WIDENING 64
/* Of the nearest, for each made up id. */
#define PIVOT_WITNESSES 3
#define TABLE_FACTOR 4
/* From when it seemed to be over until no more is asked for neighbours. */
#define WIDEN_TIME_US (3 * KAD_USEC_PER_SEC)

static void
time_over (KadAlarm *alarm, gpointer user_data)
{
  kad_query_pump ((KadQuery *) ((guint8 *) alarm - G_STRUCT_OFFSET (KadQuery, patience_alarm)));
}

static void
widened (gpointer owner, const KadContact *contact, KadMessage *reply, const GError *error)
{
  KadQuery *self = owner;

  kad_query_count (self, contact, reply, error);
  self->widen.n_pending--;
  if (reply != NULL)
    kad_query_hear_answer (self, kad_peer_info_get_peer (contact->info), reply);
  if (self->widen.n_pending == 0)
    kad_query_pump (self);
}

static void
ask (KadQuery *self, KadPeerInfo *info, GBytes *id)
{
  g_autoptr (KadMessage) question = kad_message_new (KAD_MESSAGE_FIND_NODE, id);
  KadContactSpec spec = {
    .info = info,
    .message = question,
    .func = widened,
    .on_turn = kad_query_trace_turn,
    .owner = self,
    .owned = &self->contacts,
  };
  KadContact *contact = NULL;

  if (self->widen.n_asked < MAX_WIDENING)
    contact = kad_contact_start (self->engine, &spec, NULL);
  if (contact == NULL)
    return;
  self->widen.n_asked++;
  self->widen.n_pending++;
  kad_query_trace_start (self, contact);
}

void
kad_query_hear_table (KadQuery *self)
{
  KadEngine *engine = self->engine;
  guint max = TABLE_FACTOR * engine->config.k;
  g_autofree KadPeerInfo **infos = g_new (KadPeerInfo *, max);
  guint n = kad_routing_table_closest (engine->table, &self->target, max, infos);

  self->widen.heard_table = TRUE;
  for (guint i = 0; i < n; i++)
    kad_query_hear (self, infos[i], NULL);
}

/* An id beyond the edge: the sibling of the subtree that the k closest fill, and
 * the one around it. */
static void
ask_pivots (KadQuery *self)
{
  KadEngine *engine = self->engine;
  g_autoptr (GPtrArray) nearest = kad_lookup_dup_answered (self->lookup, PIVOT_WITNESSES);
  guint edge = kad_lookup_get_edge_prefix (self->lookup);

  for (guint i = 0; i < 2 && i <= edge && edge - i <= KAD_MAX_REFRESH_BUCKET; i++)
    {
      g_autoptr (GBytes) id = NULL;
      KadPreimage search;

      kad_preimage_init (&search, &self->target, edge - i, &engine->random);
      id = kad_preimage_search (&search, KAD_PREIMAGE_TRIES);
      for (guint j = 0; id != NULL && j < nearest->len; j++)
        ask (self, g_ptr_array_index (nearest, j), id);
    }
}

static void
ask_outer (KadQuery *self)
{
  KadPeerInfo *info;

  while (self->widen.n_pending < self->engine->config.alpha
         && (info = kad_lookup_next_outer (self->lookup)) != NULL)
    {
      g_autoptr (GBytes) id = kad_peer_id_to_bytes (kad_peer_info_get_peer (info));

      ask (self, info, id);
    }
}

/* Slow peers are not waited for here: what they could add is not needed for a result. */
static void
set_deadline (KadQuery *self)
{
  KadEngine *engine = self->engine;

  kad_alarms_set (&engine->alarms, &self->patience_alarm, self->widen.until_us, time_over);
}

gboolean
kad_query_widen (KadQuery *self)
{
  KadEngine *engine = self->engine;

  if (kad_lookup_get_n_answered (self->lookup) == 0 || !kad_lookup_has_gaps (self->lookup))
    return FALSE;
  if (self->widen.until_us == 0)
    {
      self->widen.until_us = kad_time_add (engine->now_us, WIDEN_TIME_US);
      kad_query_hear_table (self);
      kad_query_pump (self);
      return TRUE;
    }
  if (engine->now_us >= self->widen.until_us)
    return FALSE;
  if (self->widen.n_pending == 0)
    {
      if (!self->widen.asked_pivots)
        ask_pivots (self);
      self->widen.asked_pivots = TRUE;
      ask_outer (self);
    }
  if (self->widen.n_pending > 0)
    set_deadline (self);
  return self->widen.n_pending > 0;
}
