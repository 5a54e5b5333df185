/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-publications.h"

#include "kad-engine-private.h"

/*
 * Peers forget what they hold after its TTL, and peers come and go: whatever we
 * announced is announced again before that, to those that are closest by then. A
 * publication has one alarm. When it rings it waits for its turn, so that ten
 * thousand that are due together do not start ten thousand queries; a failure is
 * tried again soon, then ever more rarely.
 */

#define FIRST_RETRY_US (60 * KAD_USEC_PER_SEC)
#define MAX_RETRY_DOUBLINGS 6
/* The interval is shortened by up to a tenth, so that what began together spreads. */
#define JITTER_DIVISOR 10

typedef struct
{
  KadAlarm alarm; /* first: the alarm's function gets the publication from it */
  KadEngine *engine;
  GBytes *key;       /* (owned) */
  KadRecord *record; /* (owned) (nullable) NULL: a key that we provide */
  KadQueryId query;  /* that announces it now */
  guint n_failures;  /* in a row */
  gboolean is_due;   /* in the queue */
} KadPublication;

static void
publication_free (gpointer data)
{
  KadPublication *self = data;

  g_bytes_unref (self->key);
  g_clear_pointer (&self->record, kad_record_unref);
  g_free (self);
}

void
kad_publications_init (KadEngine *engine)
{
  KadPublications *self = &engine->publications;

  self->provided = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, NULL, publication_free);
  self->records = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, NULL, publication_free);
  g_queue_init (&self->due);
}

void
kad_publications_clear (KadEngine *engine)
{
  KadPublications *self = &engine->publications;

  g_queue_clear (&self->due);
  g_hash_table_unref (self->provided);
  g_hash_table_unref (self->records);
}

/* ---- when ---- */

static void start_due (KadEngine *engine);

static void
ring (KadAlarm *alarm, gpointer user_data)
{
  KadPublication *self = (KadPublication *) alarm;

  self->is_due = TRUE;
  g_queue_push_tail (&self->engine->publications.due, self);
  start_due (self->engine);
}

static void
schedule (KadPublication *self)
{
  KadEngine *engine = self->engine;
  gint64 interval_us = self->record != NULL ? engine->config.republish_interval_us
                                            : engine->config.reprovide_interval_us;
  gint64 delay_us;

  if (self->n_failures > 0)
    delay_us = FIRST_RETRY_US << MIN (self->n_failures - 1, MAX_RETRY_DOUBLINGS);
  else
    delay_us = interval_us
               - (gint64) (kad_random_uint64 (&engine->random)
                           % (guint64) (interval_us / JITTER_DIVISOR + 1));
  kad_alarms_set (&engine->alarms, &self->alarm,
                  kad_time_add (engine->now_us, MIN (delay_us, interval_us)), ring);
}

static void
announced (KadEngine *engine, gpointer user_data, KadOutcome outcome, guint stored)
{
  KadPublication *self = user_data;

  self->query = 0;
  engine->publications.n_running--;
  if (stored > 0)
    self->n_failures = 0;
  else
    self->n_failures++;
  schedule (self);
  start_due (engine);
}

static void
announce (KadPublication *self)
{
  KadQuerySpec spec = {
    .kind = self->record != NULL ? KAD_QUERY_PUT_RECORD : KAD_QUERY_PROVIDE,
    .key = self->key,
    .value = self->record != NULL ? kad_record_get_value (self->record) : NULL,
  };
  KadQueryId id;

  self->engine->publications.n_running++;
  id = kad_query_start_own (self->engine, &spec, announced, self);
  /* It may have ended at once, and then has its alarm again. */
  if (!kad_alarm_is_set (&self->alarm))
    self->query = id;
}

static void
start_due (KadEngine *engine)
{
  KadPublications *self = &engine->publications;

  while (self->n_running < KAD_MAX_PUBLICATIONS_AT_ONCE && self->due.length > 0)
    {
      KadPublication *next = g_queue_pop_head (&self->due);

      next->is_due = FALSE;
      announce (next);
    }
}

/* ---- what ---- */

static gboolean
add (KadEngine *engine, GHashTable *table, GBytes *key, KadRecord *record, GError **error)
{
  KadPublications *self = &engine->publications;
  KadPublication *publication;

  if (g_hash_table_size (self->provided) + g_hash_table_size (self->records)
      >= KAD_MAX_PUBLICATIONS)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "%d keys are provided or kept already, which is the limit",
                   KAD_MAX_PUBLICATIONS);
      return FALSE;
    }
  publication = g_new0 (KadPublication, 1);
  publication->engine = engine;
  publication->key = g_bytes_ref (key);
  publication->record = record != NULL ? kad_record_ref (record) : NULL;
  g_hash_table_insert (table, publication->key, publication);
  return TRUE;
}

static gboolean
drop (KadEngine *engine, GHashTable *table, GBytes *key)
{
  KadPublication *publication = g_hash_table_lookup (table, key);
  KadQuery *query;

  if (publication == NULL)
    return FALSE;
  query = g_hash_table_lookup (engine->queries, &publication->query);
  if (query != NULL)
    kad_query_cancel (query);
  kad_alarms_cancel (&engine->alarms, &publication->alarm);
  if (publication->is_due)
    g_queue_remove (&engine->publications.due, publication);
  g_hash_table_remove (table, key);
  return TRUE;
}

gboolean
kad_publications_provides (KadEngine *engine, GBytes *key)
{
  return g_hash_table_contains (engine->publications.provided, key);
}

gboolean
kad_publications_begin_provide (KadEngine *engine, GBytes *key, GError **error)
{
  return add (engine, engine->publications.provided, key, NULL, error);
}

void
kad_publications_announced (KadEngine *engine, GBytes *key)
{
  KadPublication *publication = g_hash_table_lookup (engine->publications.provided, key);

  if (publication == NULL || publication->query != 0 || publication->is_due)
    return;
  publication->n_failures = 0;
  schedule (publication);
}

gboolean
kad_publications_stop_provide (KadEngine *engine, GBytes *key)
{
  return drop (engine, engine->publications.provided, key);
}

void
kad_publications_keep_record (KadEngine *engine, KadRecord *record)
{
  GHashTable *records = engine->publications.records;
  GBytes *key = kad_record_get_key (record);
  KadPublication *publication;

  drop (engine, records, key);
  if (!add (engine, records, key, record, NULL))
    return;
  publication = g_hash_table_lookup (records, key);
  schedule (publication);
  if (kad_engine_is_server (engine))
    kad_engine_store_record (engine, record, NULL, NULL);
}

gboolean
kad_publications_drop_record (KadEngine *engine, GBytes *key)
{
  return drop (engine, engine->publications.records, key);
}

KadRecord *
kad_publications_get_record (KadEngine *engine, GBytes *key)
{
  KadPublication *publication = g_hash_table_lookup (engine->publications.records, key);

  return publication != NULL ? publication->record : NULL;
}
