/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-query.h"

#include "kad-engine-private.h"

/*
 * What all queries have in common: an id, events, a deadline, statistics, a walk
 * towards a key (kad-lookup), and exactly one end. A kind is a KadQueryClass in its
 * own file, which says what the walk asks and what its answers mean.
 *
 * A query ends in the middle of anything: when a result is enough, when it is
 * cancelled, when its first request cannot be sent. So ending only marks it; its
 * memory goes when the input that ended it has been dealt with.
 */

/* The closer peers of one answer that are listened to (go-libp2p-kad-dht: twice k). */
#define MAX_HEARD_PER_ANSWER KAD_MAX_CLOSER_PEERS
/* An alarm that rings so much too late says that we were not running. */
#define EXCUSED_PAUSE_US (20 * KAD_USEC_PER_MSEC)

static const KadQueryClass *const classes[] = {
  [KAD_QUERY_CLOSEST_PEERS] = &kad_closest_peers_query_class,
  [KAD_QUERY_FIND_PEER] = &kad_find_peer_query_class,
  [KAD_QUERY_GET_RECORD] = &kad_get_record_query_class,
  [KAD_QUERY_PUT_RECORD] = &kad_put_record_query_class,
  [KAD_QUERY_GET_PROVIDERS] = &kad_get_providers_query_class,
  [KAD_QUERY_PROVIDE] = &kad_provide_query_class,
  [KAD_QUERY_BOOTSTRAP] = &kad_bootstrap_query_class,
  [KAD_QUERY_REFRESH] = &kad_refresh_query_class,
};

/* ---- events ---- */

KadEvent *
kad_query_new_event (KadQuery *self, KadEventType type)
{
  KadEvent *event = kad_event_new (type);

  event->query = self->id;
  event->kind = self->kind;
  if (self->key != NULL)
    event->key = g_bytes_ref (self->key);
  return event;
}

static guint
count_in_flight (const KadQuery *self)
{
  guint n = 0;

  for (const GList *l = self->contacts.head; l != NULL; l = l->next)
    n += ((const KadContact *) l->data)->sent;
  return n;
}

/* Who kept this walk waiting will not hold the next one. */
static void
note_slow_peers (KadQuery *self)
{
  gint64 slow_us = kad_lookup_get_slow_us (self->lookup, self->engine->now_us);

  for (const GList *l = self->contacts.head; l != NULL; l = l->next)
    {
      const KadContact *contact = l->data;

      if (contact->sent && self->engine->now_us >= kad_time_add (contact->sent_us, slow_us))
        contact->peer->slow = TRUE;
    }
}

/* What was sent stays counted, although nobody hears of its answer. */
static void
abandon_contacts (KadQuery *self)
{
  if (self->lookup != NULL)
    note_slow_peers (self);
  self->stats.requests += count_in_flight (self);
  kad_contact_abandon_all (self->engine, &self->contacts);
}

static void
update_stats (KadQuery *self)
{
  if (self->lookup != NULL)
    self->stats.heard = MAX (self->stats.heard, kad_lookup_get_n_peers (self->lookup));
  self->stats.waiting = self->contacts.length;
  self->stats.duration_us = self->engine->now_us - self->started_us;
}

void
kad_query_get_stats (KadQuery *self, KadQueryStats *stats)
{
  update_stats (self);
  *stats = self->stats;
  stats->requests += count_in_flight (self);
}

void
kad_query_copy_stats (KadQuery *self, KadEvent *event)
{
  kad_query_get_stats (self, &event->stats);
}

KadEvent *
kad_query_new_step (KadQuery *self)
{
  KadEvent *event = kad_query_new_event (self, KAD_EVENT_QUERY_PROGRESS);

  kad_query_copy_stats (self, event);
  event->step = ++self->step;
  return event;
}

void
kad_query_emit_step (KadQuery *self, KadEvent *event)
{
  kad_engine_emit (self->engine, event);
}

/* ---- the end ---- */

static void
emit_end (KadQuery *self, KadOutcome outcome, const GError *error)
{
  KadEvent *last = kad_query_new_step (self);
  KadEvent *finished = kad_query_new_event (self, KAD_EVENT_QUERY_FINISHED);

  last->is_last = TRUE;
  last->outcome = outcome;
  last->stored = self->stored;
  last->wanted = self->wanted;
  last->error = error != NULL ? g_error_copy (error) : NULL;
  if (self->klass->fill != NULL)
    self->klass->fill (self, last);
  finished->outcome = outcome;
  finished->stats = self->stats;
  finished->step = self->step;
  finished->stored = self->stored;
  finished->wanted = self->wanted;
  finished->error = error != NULL ? g_error_copy (error) : NULL;
  kad_engine_emit (self->engine, last);
  kad_engine_emit (self->engine, finished);
}

static void
end_path (KadQuery *self, const char *how)
{
  kad_query_trace_path_ended (self, how);
  self->is_walking = FALSE;
}

void
kad_query_end (KadQuery *self, KadOutcome outcome, GError *error)
{
  KadEngine *engine = self->engine;
  g_autoptr (GError) owned = error;

  if (self->has_ended)
    return;

  self->has_ended = TRUE;
  end_path (self, kad_outcome_get_name (outcome));
  kad_alarms_cancel (&engine->alarms, &self->timeout_alarm);
  kad_alarms_cancel (&engine->alarms, &self->patience_alarm);
  abandon_contacts (self);
  g_hash_table_steal (engine->queries, &self->id);
  g_ptr_array_add (engine->ended, self);
  emit_end (self, outcome, owned);
  if (self->klass->ended != NULL)
    self->klass->ended (self, outcome, owned);
  if (self->on_end != NULL)
    self->on_end (engine, self->on_end_data, self, outcome, owned);
}

void
kad_query_free (KadQuery *self)
{
  if (self->klass->clear != NULL)
    self->klass->clear (self);
  g_clear_pointer (&self->lookup, kad_lookup_free);
  g_clear_pointer (&self->question, kad_message_unref);
  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_error (&self->failure);
  g_free (self);
}

GError *
kad_query_new_unreachable_error (KadQuery *self)
{
  guint n_peers = self->lookup != NULL ? kad_lookup_get_n_peers (self->lookup) : 0;
  KadError code = KAD_ERROR_OFFLINE;

  if (self->failure != NULL && self->failure->domain == KAD_ERROR
      && self->failure->code == KAD_ERROR_TIMEOUT)
    code = KAD_ERROR_TIMEOUT;
  return g_error_new (KAD_ERROR, code, "None of the %u known peers answered: %s", n_peers,
                      self->failure != NULL ? self->failure->message : "nobody could be asked");
}

void
kad_query_end_walked (KadQuery *self, KadLookupVerdict verdict)
{
  if (kad_lookup_get_n_answered (self->lookup) == 0)
    kad_query_end (self, KAD_OUTCOME_FAILED, kad_query_new_unreachable_error (self));
  else if (verdict == KAD_LOOKUP_COMPLETED)
    kad_query_end (self, KAD_OUTCOME_COMPLETED, NULL);
  else
    kad_query_end (self, KAD_OUTCOME_STARVED, NULL);
}

void
kad_query_cancel (KadQuery *self)
{
  kad_query_end (self, KAD_OUTCOME_CANCELLED,
                 g_error_new (KAD_ERROR, KAD_ERROR_CANCELLED, "The %s query was cancelled",
                              kad_query_kind_get_name (self->kind)));
}

static void
timed_out (KadAlarm *alarm, gpointer user_data)
{
  KadQuery *self = (KadQuery *) ((guint8 *) alarm - G_STRUCT_OFFSET (KadQuery, timeout_alarm));

  update_stats (self);
  kad_query_end (self, KAD_OUTCOME_TIMED_OUT,
                 g_error_new (KAD_ERROR, KAD_ERROR_TIMEOUT,
                              "The %s query did not end within %.3g s",
                              kad_query_kind_get_name (self->kind),
                              (double) self->stats.duration_us / KAD_USEC_PER_SEC));
}

/* ---- the walk ---- */

static void lost_patience (KadAlarm *alarm, gpointer user_data);

static void
set_patience (KadQuery *self)
{
  KadEngine *engine = self->engine;

  kad_alarms_set (&engine->alarms, &self->patience_alarm,
                  kad_lookup_get_deadline (self->lookup, engine->now_us), lost_patience);
}

static void
lost_patience (KadAlarm *alarm, gpointer user_data)
{
  KadQuery *self = (KadQuery *) ((guint8 *) alarm - G_STRUCT_OFFSET (KadQuery, patience_alarm));
  gint64 late_us = self->engine->now_us - alarm->due_us;

  /* The process was held up: answers may lie unread. */
  if (late_us > EXCUSED_PAUSE_US)
    kad_lookup_excuse (self->lookup, late_us);
  kad_query_pump (self);
}

void
kad_query_hear (KadQuery *self, KadPeerInfo *info, const KadPeerId *from)
{
  KadEngine *engine = self->engine;
  const KadPeerId *peer = kad_peer_info_get_peer (info);
  g_autoptr (KadPeerInfo) clean = kad_engine_sanitise (engine, info, FALSE);
  KadBookPeer *known;

  /* Where it is must be known by somebody. */
  if (kad_peer_info_get_n_addresses (clean) == 0)
    {
      known = kad_peer_book_find (engine->book, peer);
      if ((known == NULL || !known->connected) && kad_engine_find_info (engine, peer) == NULL)
        return;
    }
  if (kad_lookup_add (self->lookup, clean))
    kad_query_trace (self, KAD_STEP_HEARD, peer, from);
}

void
kad_query_hear_answer (KadQuery *self, const KadPeerId *from, KadMessage *reply)
{
  guint n = MIN (kad_message_get_n_closer (reply), MAX_HEARD_PER_ANSWER);

  for (guint i = 0; i < n; i++)
    kad_query_hear (self, kad_message_get_closer (reply, i), from);
}

void
kad_query_count (KadQuery *self, const KadContact *contact, KadMessage *reply, const GError *error)
{
  if (contact->sent)
    self->stats.requests++;
  if (error == NULL)
    {
      self->stats.successes++;
      kad_query_trace_reply (self, contact);
      return;
    }
  self->stats.failures++;
  g_clear_error (&self->failure);
  self->failure = g_error_copy (error);
  kad_query_trace_failure (self, &contact->peer->id, error);
}

static void
contact_done (gpointer owner, const KadContact *contact, KadMessage *reply, const GError *error)
{
  KadQuery *self = owner;
  const KadPeerId *peer = kad_peer_info_get_peer (contact->info);

  kad_query_count (self, contact, reply, error);
  if (reply == NULL)
    {
      kad_lookup_failed (self->lookup, peer);
    }
  else
    {
      kad_lookup_answered (self->lookup, peer, self->engine->now_us);
      kad_query_hear_answer (self, peer, reply);
      if (self->klass->answered != NULL)
        self->klass->answered (self, peer, reply);
    }
  kad_query_pump (self);
}

static void
contact_turned (gpointer owner, const KadContact *contact)
{
  KadQuery *self = owner;
  const KadPeerId *peer = kad_peer_info_get_peer (contact->info);
  gint64 now_us = self->engine->now_us;

  kad_query_trace_turn (self, contact);
  kad_lookup_asked (self->lookup, peer, !contact->sent, now_us);
  if (kad_lookup_get_verdict (self->lookup, now_us) == KAD_LOOKUP_RUNNING)
    set_patience (self);
}

static void
ask (KadQuery *self, KadPeerInfo *info)
{
  KadContactSpec spec = {
    .info = info,
    .message = self->question,
    .func = contact_done,
    .on_turn = contact_turned,
    .owner = self,
    .owned = &self->contacts,
  };
  g_autoptr (GError) error = NULL;
  KadContact *contact = kad_contact_start (self->engine, &spec, &error);
  const KadPeerId *peer = kad_peer_info_get_peer (info);

  if (contact != NULL)
    {
      if (!contact->sent)
        kad_lookup_asked (self->lookup, peer, TRUE, self->engine->now_us);
      if (contact->peer->slow)
        kad_lookup_tardy (self->lookup, peer);
      kad_query_trace_start (self, contact);
      return;
    }
  self->stats.failures++;
  g_clear_error (&self->failure);
  self->failure = g_steal_pointer (&error);
  kad_query_trace_failure (self, peer, self->failure);
  kad_lookup_failed (self->lookup, peer);
}

/* Whose bucket was looked through by this walk. */
static void
mark_refreshed (KadQuery *self)
{
  KadEngine *engine = self->engine;
  guint bucket = kad_key_common_prefix (&engine->key, &self->target);

  /* A walk to ourselves is for all of them and for none. */
  if (bucket < KAD_KEY_BITS)
    kad_routing_table_mark_refreshed (engine->table, bucket, engine->now_us);
}

void
kad_query_pump (KadQuery *self)
{
  KadEngine *engine = self->engine;
  KadLookupVerdict verdict;
  KadPeerInfo *info;

  if (self->has_ended)
    return;
  while ((info = kad_lookup_next (self->lookup, engine->now_us)) != NULL)
    ask (self, info);
  if (!self->widen.heard_table && kad_lookup_is_short (self->lookup, engine->now_us))
    {
      kad_query_hear_table (self);
      while ((info = kad_lookup_next (self->lookup, engine->now_us)) != NULL)
        ask (self, info);
    }

  verdict = kad_lookup_get_verdict (self->lookup, engine->now_us);
  if (verdict == KAD_LOOKUP_RUNNING)
    {
      set_patience (self);
      return;
    }
  kad_alarms_cancel (&engine->alarms, &self->patience_alarm);
  if (self->klass->exact && kad_query_widen (self))
    return;
  end_path (self, verdict == KAD_LOOKUP_COMPLETED ? "completed" : "starved");
  abandon_contacts (self);
  if (kad_lookup_get_n_answered (self->lookup) > 0)
    mark_refreshed (self);
  if (verdict == KAD_LOOKUP_COMPLETED)
    kad_engine_note_lookup (engine, &self->target, self->lookup);
  if (self->klass->walked != NULL)
    self->klass->walked (self, verdict);
  else
    kad_query_end_walked (self, verdict);
}

void
kad_query_set_question (KadQuery *self, KadMessage *question)
{
  g_clear_pointer (&self->question, kad_message_unref);
  self->question = question;
}

void
kad_query_walk (KadQuery *self, const KadKey *target)
{
  KadEngine *engine = self->engine;
  KadLookupConfig config = {
    .target = *target,
    .local = engine->config.local,
    .k = engine->config.k,
    .alpha = engine->config.alpha,
    .beta = engine->config.beta,
    .usual_us = engine->usual_us,
  };
  g_autofree KadPeerInfo **seeds = g_new (KadPeerInfo *, engine->config.k);
  guint n_seeds;

  self->target = *target;
  self->is_walking = TRUE;
  self->widen.heard_table = FALSE;
  g_clear_pointer (&self->lookup, kad_lookup_free);
  self->lookup = kad_lookup_new (&config);
  if (self->question == NULL)
    kad_query_set_question (self, self->klass->message (self));

  n_seeds = kad_routing_table_closest (engine->table, target, engine->config.k, seeds);
  for (guint i = 0; i < n_seeds; i++)
    kad_query_hear (self, seeds[i], NULL);
  if (kad_lookup_get_n_peers (self->lookup) == 0)
    {
      kad_query_end (self, KAD_OUTCOME_FAILED,
                     g_error_new (KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED,
                                  "The routing table is empty: this node knows nobody whom it "
                                  "could ask; join a network first (bootstrap, --join)"));
      return;
    }
  kad_query_pump (self);
}

/* ---- the beginning ---- */

static gboolean
check_spec (KadEngine *engine, const KadQuerySpec *spec, GError **error)
{
  gsize len = spec->key != NULL ? g_bytes_get_size (spec->key) : 0;
  gsize max = spec->kind == KAD_QUERY_GET_PROVIDERS || spec->kind == KAD_QUERY_PROVIDE
                  ? KAD_MAX_PROVIDER_KEY_BYTES
                  : KAD_MAX_KEY_PREIMAGE_BYTES;

  if (g_hash_table_size (engine->queries) > KAD_MAX_QUERIES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "%d queries are running already, which is the limit; try again when some "
                   "have ended",
                   KAD_MAX_QUERIES);
      return FALSE;
    }
  if (spec->kind == KAD_QUERY_BOOTSTRAP)
    return TRUE;
  if (spec->kind == KAD_QUERY_FIND_PEER)
    {
      if (kad_peer_id_is_set (&spec->peer))
        return TRUE;
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_KEY, "No peer is named to look for");
      return FALSE;
    }
  if (len == 0 || len > max)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "The key has %" G_GSIZE_FORMAT " bytes; 1 to %" G_GSIZE_FORMAT " are possible",
                   len, max);
      return FALSE;
    }
  return TRUE;
}

static KadQuery *
query_new (KadEngine *engine, const KadQuerySpec *spec)
{
  const KadQueryClass *klass = classes[spec->kind];
  KadQuery *self = g_malloc0 (klass->size);
  const guint8 *data;
  gsize len;

  self->klass = klass;
  self->engine = engine;
  self->id = kad_engine_next_query_id (engine);
  self->kind = spec->kind;
  self->started_us = engine->now_us;
  g_queue_init (&self->contacts);
  if (spec->kind == KAD_QUERY_FIND_PEER && kad_peer_id_is_set (&spec->peer))
    self->key = kad_peer_id_to_bytes (&spec->peer);
  else if (spec->kind == KAD_QUERY_BOOTSTRAP)
    self->key = NULL;
  else if (spec->key != NULL)
    self->key = g_bytes_ref (spec->key);
  if (self->key != NULL)
    {
      data = g_bytes_get_data (self->key, &len);
      kad_key_init (&self->target, data, len);
    }
  g_hash_table_insert (engine->queries, &self->id, self);
  return self;
}

KadQueryId
kad_query_start_own (KadEngine *engine, const KadQuerySpec *spec, KadQueryEndFunc on_end,
                     gpointer user_data)
{
  KadQuery *self = query_new (engine, spec);
  gint64 timeout_us = spec->timeout_us > 0 ? spec->timeout_us : engine->config.query_timeout_us;
  g_autoptr (GError) error = NULL;

  self->on_end = on_end;
  self->on_end_data = user_data;
  kad_engine_emit (engine, kad_query_new_event (self, KAD_EVENT_QUERY_STARTED));
  if (!check_spec (engine, spec, &error))
    {
      kad_query_end (self, KAD_OUTCOME_FAILED, g_steal_pointer (&error));
      return self->id;
    }
  kad_alarms_set (&engine->alarms, &self->timeout_alarm, kad_time_add (engine->now_us, timeout_us),
                  timed_out);
  self->klass->start (self, spec);
  return self->id;
}

KadQueryId
kad_query_start (KadEngine *engine, const KadQuerySpec *spec)
{
  return kad_query_start_own (engine, spec, NULL, NULL);
}
