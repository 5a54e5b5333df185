/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-publications.h"

#include "kad-engine-private.h"
#include "kad-query-write.h"

/*
 * Peers forget what they hold after its TTL, and peers come and go: whatever we
 * announced is announced again before that, to those that are closest by then. A
 * publication has one alarm. When it rings it waits for its turn, so that ten
 * thousand that are due together do not start ten thousand queries; a failure is
 * tried again soon, then ever more rarely.
 *
 * While the routing table is empty there is nobody to ask: whatever comes to its turn then has
 * failed without a query, and is parked without an alarm. When somebody enters the table, or a
 * bootstrap ended well, all that failed or were parked run soon, spread over some minutes.
 *
 * While the node is quiet each is announced again only when an eighth of the time is left for which
 * others hold it. What became due while the machine slept would ring all at once: it gets new times
 * soon after, spread like the rest.
 */

#define FIRST_RETRY_US (60 * KAD_USEC_PER_SEC)
#define MAX_RETRY_DOUBLINGS 6
/* Delays are shortened by up to a tenth, so that what began together spreads. */
#define JITTER_DIVISOR 10
/* After what some implementations forget a record, whatever our own TTL is. */
#define SHORTEST_RECORD_TTL_US (24 * KAD_USEC_PER_HOUR)
/* What runs after an absence is spread: so much for each, but no more than that. */
#define HURRY_EACH_US (250 * KAD_USEC_PER_MSEC)
#define MAX_HURRY_US (600 * KAD_USEC_PER_SEC)
/* After our addresses changed: once they have settled, and not at each step of a flapping link. */
#define MOVED_DELAY_US (5 * KAD_USEC_PER_SEC)
/* Of the time that others hold something, what is left when a quiet node announces it again. */
#define QUIET_RESERVE_DIVISOR 8
/* After an absence: when dead connections have been found. */
#define RESUMED_DELAY_US (3 * KAD_USEC_PER_SEC)
#define MOVED_INTERVAL_US (300 * KAD_USEC_PER_SEC)

void
kad_publications_init (KadEngine *engine)
{
  KadPublications *self = &engine->publications;

  for (guint i = 0; i < G_N_ELEMENTS (self->by_key); i++)
    self->by_key[i] = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, NULL,
                                             (GDestroyNotify) kad_publication_free);
  g_queue_init (&self->asked);
  g_queue_init (&self->due);
  g_queue_init (&self->impatient);
}

void
kad_publications_clear (KadEngine *engine)
{
  for (guint i = 0; i < G_N_ELEMENTS (engine->publications.by_key); i++)
    g_hash_table_unref (engine->publications.by_key[i]);
}

guint
kad_publications_get_n (KadEngine *engine)
{
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (engine->publications.by_key); i++)
    n += g_hash_table_size (engine->publications.by_key[i]);
  return n;
}

KadPublication *
kad_publications_find (KadEngine *engine, KadPublicationKind kind, GBytes *key)
{
  return g_hash_table_lookup (engine->publications.by_key[kind], key);
}

/* ---- where it stands ---- */

/* Out of whatever it stood in; the caller puts it into what @state says. */
static void
set_state (KadPublication *self, KadPublicationState state)
{
  GQueue *impatient = &self->engine->publications.impatient;
  gboolean is_impatient = self->n_failures > 0 || state == KAD_PUBLICATION_STATE_PARKED;

  kad_alarms_cancel (&self->engine->alarms, &self->alarm);
  if (self->turn != NULL)
    g_queue_unlink (g_steal_pointer (&self->turn), &self->turn_link);
  if (is_impatient && !self->is_impatient)
    g_queue_push_tail_link (impatient, &self->impatient_link);
  else if (!is_impatient && self->is_impatient)
    g_queue_unlink (impatient, &self->impatient_link);
  self->is_impatient = is_impatient;
  self->state = state;
}

static void start_due (KadEngine *engine);

static void
queue (KadPublication *self, GQueue *turn)
{
  set_state (self, KAD_PUBLICATION_STATE_QUEUED);
  self->due_us = self->engine->now_us;
  self->turn = turn;
  g_queue_push_tail_link (turn, &self->turn_link);
}

static void
ring (KadAlarm *alarm, gpointer user_data)
{
  KadPublication *self = (KadPublication *) alarm;

  queue (self, &self->engine->publications.due);
  start_due (self->engine);
}

static void
set_alarm (KadPublication *self, gint64 due_us)
{
  set_state (self, KAD_PUBLICATION_STATE_SCHEDULED);
  kad_alarms_set (&self->engine->alarms, &self->alarm, due_us, ring);
}

/* Somewhere in 0 to @span_us. */
static gint64
pick_delay (KadEngine *engine, gint64 span_us)
{
  return (gint64) (kad_random_uint64 (&engine->random) % ((guint64) span_us + 1));
}

gint64
kad_publications_get_interval (KadEngine *engine, KadPublicationKind kind)
{
  const KadEngineConfig *config = &engine->config;
  gboolean is_provider = kind == KAD_PUBLICATION_PROVIDER;
  gint64 held_us
      = is_provider ? config->provider_ttl_us : MIN (config->record_ttl_us, SHORTEST_RECORD_TTL_US);

  if (engine->quiet)
    return MAX (held_us - held_us / QUIET_RESERVE_DIVISOR, 1);
  return MIN (is_provider ? config->reprovide_interval_us : config->republish_interval_us,
              MAX (held_us / 2, 1));
}

/* After a run, by how it went. */
static void
schedule (KadPublication *self)
{
  KadEngine *engine = self->engine;
  gint64 delay_us = kad_publications_get_interval (engine, self->kind);

  if (self->n_failures > 0 && kad_routing_table_get_size (engine->table) == 0)
    {
      set_state (self, KAD_PUBLICATION_STATE_PARKED);
      return;
    }
  if (self->n_failures > 0)
    delay_us = MIN (FIRST_RETRY_US << MIN (self->n_failures - 1, MAX_RETRY_DOUBLINGS), delay_us);
  delay_us -= pick_delay (engine, delay_us / JITTER_DIVISOR);
  set_alarm (self, kad_time_add (engine->now_us, delay_us));
}

/* So long it takes for @n that are late to be run, one after the other. */
static gint64
get_hurry_span (guint n)
{
  return MIN (n * HURRY_EACH_US, MAX_HURRY_US);
}

void
kad_publications_schedule_at (KadPublication *self, gint64 due_us)
{
  KadEngine *engine = self->engine;

  if (due_us > engine->now_us)
    set_alarm (self, due_us);
  else if (kad_routing_table_get_size (engine->table) == 0)
    set_state (self, KAD_PUBLICATION_STATE_PARKED);
  else
    set_alarm (
        self, kad_time_add (engine->now_us,
                            pick_delay (engine, get_hurry_span (kad_publications_get_n (engine)))));
}

void
kad_publications_hurry (KadEngine *engine, gint64 delay_us)
{
  GQueue *impatient = &engine->publications.impatient;
  gint64 span_us = get_hurry_span (impatient->length);

  for (GList *l = impatient->head; l != NULL; l = l->next)
    {
      KadPublication *self = l->data;
      gint64 due_us;

      if (self->state != KAD_PUBLICATION_STATE_SCHEDULED
          && self->state != KAD_PUBLICATION_STATE_PARKED)
        continue;
      due_us = kad_time_add (engine->now_us, delay_us + pick_delay (engine, span_us));
      if (self->state == KAD_PUBLICATION_STATE_SCHEDULED && self->alarm.due_us <= due_us)
        continue;
      /* It stays among the impatient until it has run, and so in this list. */
      kad_alarms_set (&engine->alarms, &self->alarm, due_us, ring);
      self->state = KAD_PUBLICATION_STATE_SCHEDULED;
    }
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return g_bytes_compare ((*(KadPublication *const *) a)->key, (*(KadPublication *const *) b)->key);
}

/* By key, so that the same seed gives each the same delay. (element-type KadPublication) */
static GPtrArray *
list_by_key (KadEngine *engine, KadPublicationKind kind)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, engine->publications.by_key[kind]);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (list, value);
  g_ptr_array_sort (list, compare_keys);
  return list;
}

static void
announce_from_here (KadAlarm *alarm, gpointer user_data)
{
  KadEngine *engine = user_data;
  g_autoptr (GPtrArray) provided = list_by_key (engine, KAD_PUBLICATION_PROVIDER);
  gint64 span_us = get_hurry_span (provided->len);
  gint64 begin_us
      = MAX (kad_time_add (engine->now_us, MOVED_DELAY_US), engine->publications.moved_us);

  engine->publications.moved_us = kad_time_add (begin_us, MOVED_INTERVAL_US);
  for (guint i = 0; i < provided->len; i++)
    {
      KadPublication *self = provided->pdata[i];
      gint64 due_us = kad_time_add (begin_us, pick_delay (engine, span_us));

      if (self->state == KAD_PUBLICATION_STATE_SCHEDULED && self->alarm.due_us > due_us)
        kad_alarms_set (&engine->alarms, &self->alarm, due_us, ring);
    }
}

/* The addresses come without the time: it is known when the alarm rings, which is at once. */
void
kad_publications_moved (KadEngine *engine)
{
  engine->publications.is_moved = engine->quiet;
  if (engine->quiet)
    return;
  kad_alarms_set (&engine->alarms, &engine->publications.moved, engine->now_us, announce_from_here);
}

/* ---- another pace, and absences ---- */

static gboolean
is_waiting (const KadPublication *self)
{
  return self->state == KAD_PUBLICATION_STATE_SCHEDULED
         || self->turn == &self->engine->publications.due;
}

static void
change_pace (KadEngine *engine, KadPublicationKind kind)
{
  g_autoptr (GPtrArray) list = list_by_key (engine, kind);
  gint64 interval_us = kad_publications_get_interval (engine, kind);

  for (guint i = 0; i < list->len; i++)
    {
      KadPublication *self = list->pdata[i];
      gint64 delay_us = interval_us - pick_delay (engine, interval_us / JITTER_DIVISOR);

      /* What failed, or has never run, is waited for. */
      if (is_waiting (self) && self->has_run && self->n_failures == 0)
        kad_publications_schedule_at (self, MIN (kad_time_add (self->last_run_us, delay_us),
                                                 kad_time_add (engine->now_us, delay_us)));
    }
}

void
kad_publications_pace_changed (KadEngine *engine)
{
  change_pace (engine, KAD_PUBLICATION_PROVIDER);
  change_pace (engine, KAD_PUBLICATION_RECORD);
  if (!engine->quiet && engine->publications.is_moved)
    kad_publications_moved (engine);
}

static gboolean
is_overdue (const KadPublication *self)
{
  return self->state == KAD_PUBLICATION_STATE_SCHEDULED
         && self->alarm.due_us <= self->engine->now_us;
}

void
kad_publications_resumed (KadEngine *engine)
{
  g_autoptr (GPtrArray) overdue = g_ptr_array_new ();
  gint64 span_us;

  for (guint kind = 0; kind < G_N_ELEMENTS (engine->publications.by_key); kind++)
    {
      g_autoptr (GPtrArray) list = list_by_key (engine, kind);

      for (guint i = 0; i < list->len; i++)
        if (is_overdue (list->pdata[i]))
          g_ptr_array_add (overdue, list->pdata[i]);
    }
  span_us = get_hurry_span (overdue->len);
  for (guint i = 0; i < overdue->len; i++)
    set_alarm (overdue->pdata[i],
               kad_time_add (engine->now_us, RESUMED_DELAY_US + pick_delay (engine, span_us)));
  if (kad_routing_table_get_size (engine->table) > 0)
    kad_publications_hurry (engine, RESUMED_DELAY_US);
}

/* ---- a run ---- */

static void
run_ended (KadEngine *engine, gpointer user_data, const KadQuery *query, KadOutcome outcome,
           const GError *error)
{
  KadPublication *self = user_data;
  g_autoptr (GError) note = NULL;

  engine->publications.n_running--;
  self->query = 0;
  if (self->is_abandoned)
    return;
  kad_engine_note_publication (engine, query->stored > 0);
  if (query->stored > 0)
    note = kad_write_query_new_note (query);
  else if (error != NULL)
    note = g_error_copy (error);
  else
    note = g_error_new_literal (KAD_ERROR, KAD_ERROR_QUORUM_FAILED, "Nobody took it");
  kad_publication_note_run (self, query->stored, query->wanted, note);
  schedule (self);
  kad_publication_tell (self, query, outcome);
  start_due (engine);
}

static void
run (KadPublication *self)
{
  KadQuerySpec spec = {
    .kind = self->kind == KAD_PUBLICATION_RECORD ? KAD_QUERY_PUT_RECORD : KAD_QUERY_PROVIDE,
    .key = self->key,
    .value = self->record != NULL ? kad_record_get_value (self->record) : NULL,
  };
  KadQueryId id;

  set_state (self, KAD_PUBLICATION_STATE_RUNNING);
  self->engine->publications.n_running++;
  kad_publication_tell (self, NULL, KAD_OUTCOME_RUNNING);
  id = kad_query_start_own (self->engine, &spec, run_ended, self);
  /* It may have ended at once. */
  if (self->state == KAD_PUBLICATION_STATE_RUNNING)
    self->query = id;
}

/* Its turn has come, but there is nobody to ask. */
static void
fail_run (KadPublication *self)
{
  g_autoptr (GError) error
      = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED,
                             "The routing table is empty: this node knows nobody whom it could "
                             "ask; it is announced as soon as there is somebody");

  kad_publication_note_run (self, 0, 0, error);
  schedule (self);
  kad_publication_tell (self, NULL, KAD_OUTCOME_FAILED);
}

static KadPublication *
next_in_turn (KadPublications *self)
{
  GList *link = self->asked.head != NULL ? self->asked.head : self->due.head;

  return link != NULL ? link->data : NULL;
}

/* Not recursive, however many runs end at once. */
static void
start_due (KadEngine *engine)
{
  KadPublications *self = &engine->publications;
  KadPublication *next;

  if (self->is_starting)
    return;
  self->is_starting = TRUE;
  while (self->n_running < KAD_MAX_PUBLICATIONS_AT_ONCE && (next = next_in_turn (self)) != NULL)
    {
      if (kad_routing_table_get_size (engine->table) == 0)
        fail_run (next);
      else
        run (next);
    }
  self->is_starting = FALSE;
}

/* Ends the run under way, if there is one, as if it had never been. */
static void
abandon_run (KadPublication *self)
{
  KadQuery *query = g_hash_table_lookup (self->engine->queries, &self->query);

  self->is_abandoned = TRUE;
  if (query != NULL)
    kad_query_cancel (query);
  self->is_abandoned = FALSE;
  if (self->state == KAD_PUBLICATION_STATE_RUNNING)
    set_state (self, KAD_PUBLICATION_STATE_IDLE);
}

void
kad_publications_start (KadPublication *self)
{
  if (self->state == KAD_PUBLICATION_STATE_RUNNING || self->state == KAD_PUBLICATION_STATE_ATTENDED
      || self->turn == &self->engine->publications.asked)
    return;
  queue (self, &self->engine->publications.asked);
  start_due (self->engine);
}

/* ---- what there is ---- */

KadPublication *
kad_publications_add (KadEngine *engine, KadPublicationKind kind, GBytes *key, GError **error)
{
  KadPublication *publication;

  if (kad_publications_get_n (engine) >= KAD_MAX_PUBLICATIONS)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "%d keys are provided or kept already, which is the limit",
                   KAD_MAX_PUBLICATIONS);
      return NULL;
    }
  publication = kad_publication_new (engine, kind, key);
  g_hash_table_insert (engine->publications.by_key[kind], publication->key, publication);
  return publication;
}

void
kad_publications_drop (KadEngine *engine, KadPublication *self)
{
  KadRecordStore *store = engine->config.records;

  abandon_run (self);
  self->n_failures = 0;
  set_state (self, KAD_PUBLICATION_STATE_IDLE);
  if (self->kind == KAD_PUBLICATION_RECORD)
    store->klass->remove (store, self->key);
  g_hash_table_remove (engine->publications.by_key[self->kind], self->key);
  start_due (engine);
}

gboolean
kad_publications_remove (KadEngine *engine, KadPublicationKind kind, GBytes *key, const char *name)
{
  KadPublication *self = kad_publications_find (engine, kind, key);
  KadPublicationTag *tag = self != NULL ? kad_publication_find_tag (self, name) : NULL;

  if (tag == NULL)
    return FALSE;
  kad_publication_tell_removed (self, tag);
  kad_publication_remove_tag (self, name);
  if (self->tags->len == 0)
    kad_publications_drop (engine, self);
  else if (self->state == KAD_PUBLICATION_STATE_ATTENDED)
    queue (self, &engine->publications.due);
  start_due (engine);
  return TRUE;
}

void
kad_publications_set_record (KadPublication *self, KadRecord *record)
{
  KadEngine *engine = self->engine;

  abandon_run (self);
  g_clear_pointer (&self->record, kad_record_unref);
  self->record = kad_record_ref (record);
  if (kad_engine_is_server (engine))
    kad_engine_store_record (engine, record, NULL, NULL);
}

/* ---- what the user's queries tell ---- */

gboolean
kad_publications_provides (KadEngine *engine, GBytes *key)
{
  return kad_publications_find (engine, KAD_PUBLICATION_PROVIDER, key) != NULL;
}

gboolean
kad_publications_begin_provide (KadEngine *engine, GBytes *key, gboolean *is_new, GError **error)
{
  KadPublication *self = kad_publications_find (engine, KAD_PUBLICATION_PROVIDER, key);

  *is_new = FALSE;
  if (self == NULL)
    self = kad_publications_add (engine, KAD_PUBLICATION_PROVIDER, key, error);
  else if (kad_publication_find_tag (self, "") != NULL)
    return TRUE;
  if (self == NULL || !kad_publication_set_tag (self, "", FALSE, engine->now_us, error))
    return FALSE;
  *is_new = TRUE;
  if (self->state == KAD_PUBLICATION_STATE_IDLE)
    self->state = KAD_PUBLICATION_STATE_ATTENDED;
  kad_publication_tell (self, NULL, KAD_OUTCOME_RUNNING);
  return TRUE;
}

/* The user's query was a run of it; one of its own that is under way goes on. */
static void
take_run (KadPublication *self, const KadQuery *query)
{
  g_autoptr (GError) note = kad_write_query_new_note (query);

  if (self->state == KAD_PUBLICATION_STATE_RUNNING)
    return;
  kad_publication_note_run (self, query->stored, query->wanted, note);
  schedule (self);
  kad_publication_tell (self, query, KAD_OUTCOME_COMPLETED);
  start_due (self->engine);
}

void
kad_publications_provided (KadEngine *engine, const KadQuery *query)
{
  KadPublication *self = kad_publications_find (engine, KAD_PUBLICATION_PROVIDER, query->key);

  if (self != NULL)
    take_run (self, query);
}

void
kad_publications_record_put (KadEngine *engine, KadRecord *record, const KadQuery *query)
{
  GBytes *key = kad_record_get_key (record);
  KadPublication *self = kad_publications_find (engine, KAD_PUBLICATION_RECORD, key);
  const KadPublicationTag *tag;

  if (self == NULL)
    self = kad_publications_add (engine, KAD_PUBLICATION_RECORD, key, NULL);
  if (self == NULL)
    return;
  tag = kad_publication_find_tag (self, "");
  if (tag == NULL && !kad_publication_set_tag (self, "", FALSE, engine->now_us, NULL))
    return;
  kad_publications_set_record (self, record);
  take_run (self, query);
}

KadRecord *
kad_publications_get_record (KadEngine *engine, GBytes *key)
{
  KadPublication *publication = kad_publications_find (engine, KAD_PUBLICATION_RECORD, key);

  return publication != NULL ? publication->record : NULL;
}
