/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-engine-private.h"
#include "kad-escape.h"

/*
 * Joining a network, in three parts: the bootstrap peers are asked for our own id,
 * which puts those that answer into the table; our own id is looked up; then an id in
 * each stale bucket range. A bootstrap peer that does not answer holds nobody for longer
 * than CONTACT_GRACE_US once another did, and when none answers and the table is
 * empty the error says why, peer by peer.
 */

#define CONTACT_GRACE_US (2 * KAD_USEC_PER_SEC)
#define MAX_SHOWN_REASONS 3
#define MAX_REASON_BYTES 200

typedef enum
{
  CONTACTING,
  OWN_ID,
  RANGES,
  ALL_DONE,
} Phase;

typedef struct
{
  KadQuery parent;
  Phase phase;
  guint n_contacted;
  guint n_pending;
  guint n_answered;
  guint n_ranges; /* that were begun */
  guint n_reasons;
  GString *reasons; /* (owned) why bootstrap peers did not answer */
  KadAlarm alarm;   /* grace, then portions of the search */
  KadRefreshPlan plan;
  KadPreimage preimage;
} BootstrapQuery;

static BootstrapQuery *
from_alarm (KadAlarm *alarm)
{
  return (BootstrapQuery *) ((guint8 *) alarm - G_STRUCT_OFFSET (BootstrapQuery, alarm));
}

static void
set_alarm (BootstrapQuery *self, gint64 delay_us, KadAlarmFunc func)
{
  KadEngine *engine = self->parent.engine;

  kad_alarms_set (&engine->alarms, &self->alarm, kad_time_add (engine->now_us, delay_us), func);
}

/* ---- how far it is ---- */

/* The steps: each bootstrap peer, our own id, each range. How many ranges there are turns out on
 * the way: those that are known to be left count. */
static void
fill_progress (BootstrapQuery *self, KadEvent *event)
{
  guint n_left = 0;

  switch (self->phase)
    {
    case CONTACTING:
      event->done = self->n_contacted - self->n_pending;
      break;
    case OWN_ID:
      event->done = self->n_contacted;
      break;
    case RANGES:
      event->done = self->n_contacted + self->n_ranges; /* one of them is under way */
      n_left = kad_refresh_plan_count (&self->plan, self->parent.engine);
      break;
    case ALL_DONE:
      event->done = self->n_contacted + 1 + self->n_ranges;
      break;
    }
  event->total = self->n_contacted + 1 + self->n_ranges + n_left;
}

static void
tell_progress (BootstrapQuery *self)
{
  KadEvent *event = kad_query_new_step (&self->parent);

  fill_progress (self, event);
  kad_query_emit_step (&self->parent, event);
}

/* ---- the bootstrap peers ---- */

static void
walk_to_ourselves (BootstrapQuery *self)
{
  KadQuery *query = &self->parent;
  KadEngine *engine = query->engine;

  kad_alarms_cancel (&engine->alarms, &self->alarm);
  if (self->n_answered == 0 && kad_routing_table_get_size (engine->table) == 0)
    {
      kad_query_end (query, KAD_OUTCOME_FAILED,
                     g_error_new (KAD_ERROR, KAD_ERROR_OFFLINE,
                                  "None of the %u bootstrap peers answered: %s",
                                  engine->bootstrap->len, self->reasons->str));
      return;
    }
  self->phase = OWN_ID;
  tell_progress (self);
  kad_query_set_question (query, kad_message_ref (engine->check_message));
  kad_query_walk (query, &engine->key);
}

static void
grace_over (KadAlarm *alarm, gpointer user_data)
{
  BootstrapQuery *self = from_alarm (alarm);

  /* What is in flight may still answer, and then enters the table. */
  walk_to_ourselves (self);
}

static void
note_reason (BootstrapQuery *self, KadPeerInfo *info, const GError *error)
{
  g_autofree char *peer = kad_peer_id_to_string (kad_peer_info_get_peer (info));
  g_autofree char *escaped = kad_escape_peer_text (error->message, -1, MAX_REASON_BYTES);

  if (self->n_reasons++ >= MAX_SHOWN_REASONS)
    return;
  g_string_append_printf (self->reasons, "%s%s: %s", self->reasons->len > 0 ? "; " : "", peer,
                          escaped);
}

static void
contact_done (gpointer owner, const KadContact *contact, KadMessage *reply, const GError *error)
{
  BootstrapQuery *self = owner;

  kad_query_count (&self->parent, contact, reply, error);
  if (self->phase != CONTACTING)
    return;

  self->n_pending--;
  if (reply != NULL)
    self->n_answered++;
  else
    note_reason (self, contact->info, error);
  if (self->n_pending == 0)
    {
      walk_to_ourselves (self);
      return;
    }
  tell_progress (self);
  if (self->n_answered > 0 && !kad_alarm_is_set (&self->alarm))
    set_alarm (self, CONTACT_GRACE_US, grace_over);
}

static void
contact_peer (BootstrapQuery *self, KadPeerInfo *info)
{
  KadQuery *query = &self->parent;
  KadContactSpec spec = {
    .info = info,
    .message = query->engine->check_message,
    .func = contact_done,
    .on_turn = kad_query_trace_turn,
    .owner = self,
    .owned = &query->contacts,
  };
  g_autoptr (GError) error = NULL;
  KadContact *contact = kad_contact_start (query->engine, &spec, &error);

  self->n_contacted++;
  if (contact != NULL)
    {
      self->n_pending++;
      kad_query_trace_start (query, contact);
      return;
    }
  query->stats.failures++;
  kad_query_trace_failure (query, kad_peer_info_get_peer (info), error);
  note_reason (self, info, error);
}

static void
bootstrap_start (KadQuery *query, const KadQuerySpec *spec)
{
  BootstrapQuery *self = (BootstrapQuery *) query;
  KadEngine *engine = query->engine;

  self->reasons = g_string_new (NULL);
  engine->refresh.wanted = TRUE;
  if (engine->bootstrap->len == 0 && kad_routing_table_get_size (engine->table) == 0)
    {
      kad_query_end (query, KAD_OUTCOME_FAILED,
                     g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED,
                                          "There is nobody to join: no bootstrap peer is "
                                          "configured, or none could be reached, and the "
                                          "routing table is empty"));
      return;
    }
  for (guint i = 0; i < engine->bootstrap->len; i++)
    contact_peer (self, g_ptr_array_index (engine->bootstrap, i));
  if (self->n_pending == 0)
    walk_to_ourselves (self);
  else
    tell_progress (self);
}

static KadMessage *
bootstrap_message (KadQuery *self)
{
  return kad_message_ref (self->engine->check_message);
}

/* ---- the ranges ---- */

static void
search (KadAlarm *alarm, gpointer user_data)
{
  BootstrapQuery *self = from_alarm (alarm);
  g_autoptr (GBytes) id = kad_preimage_search (&self->preimage, KAD_PREIMAGE_TRIES);
  const guint8 *data;
  gsize len;
  KadKey target;

  if (id == NULL)
    {
      set_alarm (self, 0, search);
      return;
    }
  data = g_bytes_get_data (id, &len);
  kad_key_init (&target, data, len);
  kad_query_set_question (&self->parent, kad_message_new (KAD_MESSAGE_FIND_NODE, id));
  kad_query_walk (&self->parent, &target);
}

static void
bootstrap_walked (KadQuery *query, KadLookupVerdict verdict)
{
  BootstrapQuery *self = (BootstrapQuery *) query;
  KadEngine *engine = query->engine;
  guint bucket;

  if (self->phase == OWN_ID)
    {
      if (kad_lookup_get_n_answered (query->lookup) == 0)
        {
          kad_query_end_walked (query, verdict);
          return;
        }
      self->phase = RANGES;
      kad_refresh_plan_init (&self->plan, engine);
    }
  if (!kad_refresh_plan_next (&self->plan, engine, &bucket))
    {
      self->phase = ALL_DONE;
      kad_query_end (query, KAD_OUTCOME_COMPLETED, NULL);
      return;
    }
  self->n_ranges++;
  tell_progress (self);
  kad_preimage_init (&self->preimage, &engine->key, bucket, &engine->random);
  set_alarm (self, 0, search);
}

static void
bootstrap_fill (KadQuery *query, KadEvent *event)
{
  kad_alarms_cancel (&query->engine->alarms, &((BootstrapQuery *) query)->alarm);
  event->number = kad_routing_table_get_size (query->engine->table);
  fill_progress ((BootstrapQuery *) query, event);
}

static void
bootstrap_ended (KadQuery *query, KadOutcome outcome, const GError *error)
{
  kad_refresh_bootstrapped (query->engine, query->on_end != NULL, error);
}

static void
bootstrap_clear (KadQuery *query)
{
  BootstrapQuery *self = (BootstrapQuery *) query;

  kad_alarms_cancel (&query->engine->alarms, &self->alarm);
  if (self->reasons != NULL)
    g_string_free (self->reasons, TRUE);
}

const KadQueryClass kad_bootstrap_query_class = {
  .size = sizeof (BootstrapQuery),
  .start = bootstrap_start,
  .message = bootstrap_message,
  .walked = bootstrap_walked,
  .fill = bootstrap_fill,
  .ended = bootstrap_ended,
  .clear = bootstrap_clear,
};
