/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-engine-private.h"

/*
 * The best record of a key. Every record is validated; each that is better than
 * those before is reported when it comes, so that the last one reported is the
 * best. It ends when as many valid answers as the quorum have come, when the limit
 * of results is reached, or when the closest peers have all answered.
 *
 * Afterwards the closest peers that have none or a worse one are given the best
 * (go-libp2p-kad-dht does so): reading keeps a record alive.
 */

typedef struct
{
  KadPeerId peer;
  GBytes *value; /* (owned) (nullable) what it answered, if valid */
} Holding;

typedef struct
{
  KadQuery parent;
  guint quorum;
  guint limit;
  guint n_valid;
  guint n_results;
  KadRecord *best;  /* (owned) (nullable) */
  GArray *holdings; /* of Holding: everybody who answered */
} GetRecordQuery;

static void
clear_holding (gpointer data)
{
  g_clear_pointer (&((Holding *) data)->value, g_bytes_unref);
}

static KadMessage *
get_record_message (KadQuery *self)
{
  return kad_message_new (KAD_MESSAGE_GET_VALUE, self->key);
}

/* By the validator; where that takes whatever is newest, by when it was stored. */
static gboolean
is_better (KadEngine *engine, GBytes *key, KadRecord *record, KadRecord *best)
{
  GBytes *values[2] = { kad_record_get_value (record), kad_record_get_value (best) };
  const char *times[2]
      = { kad_record_get_time_received (record), kad_record_get_time_received (best) };
  KadWallTime new_time = { G_MININT64 };
  KadWallTime best_time = { G_MININT64 };
  gboolean newer;

  if (g_bytes_equal (values[0], values[1]))
    return FALSE;
  if (times[0] != NULL && !kad_wall_time_parse_rfc3339 (times[0], &new_time))
    new_time.unix_us = G_MININT64;
  if (times[1] != NULL && !kad_wall_time_parse_rfc3339 (times[1], &best_time))
    best_time.unix_us = G_MININT64;
  newer = new_time.unix_us > best_time.unix_us;
  if (newer)
    return kad_validators_select (engine->config.validators, key, values, 2) == 0;
  return kad_validators_select (engine->config.validators, key,
                                (GBytes *const[]){ values[1], values[0] }, 2)
         == 1;
}

static void
report (GetRecordQuery *self, KadRecord *record, const KadPeerId *from)
{
  KadQuery *query = &self->parent;
  KadEvent *step = kad_query_new_step (query);

  g_clear_pointer (&self->best, kad_record_unref);
  self->best = kad_record_ref (record);
  self->n_results++;
  step->record = kad_record_ref (record);
  step->from = *from;
  kad_query_emit_step (query, step);
}

/* TRUE: enough. */
static gboolean
take_valid (GetRecordQuery *self, KadRecord *record, const KadPeerId *from)
{
  KadQuery *query = &self->parent;

  self->n_valid++;
  kad_query_trace (query, KAD_STEP_VALUE, from, NULL);
  if (self->best == NULL || is_better (query->engine, query->key, record, self->best))
    report (self, record, from);
  /* Slow peers are not waited for when there is something already. */
  if (query->lookup != NULL)
    kad_lookup_set_hasty (query->lookup, TRUE);
  if ((self->limit == 0 || self->n_results < self->limit)
      && (self->quorum == 0 || self->n_valid < self->quorum))
    return FALSE;
  kad_query_end (query, KAD_OUTCOME_STOPPED, NULL);
  return TRUE;
}

static guint
resolve_quorum (KadEngine *engine, guint quorum)
{
  if (quorum == KAD_QUORUM_ALL)
    return engine->config.k;
  if (quorum == KAD_QUORUM_MAJORITY)
    return engine->config.k / 2 + 1;
  return quorum;
}

static void
get_record_start (KadQuery *query, const KadQuerySpec *spec)
{
  GetRecordQuery *self = (GetRecordQuery *) query;
  KadEngine *engine = query->engine;
  g_autoptr (KadRecord) own = kad_engine_dup_valid_record (engine, query->key);
  KadKey target = query->target;

  self->quorum = resolve_quorum (engine, spec->quorum);
  self->limit = spec->limit;
  self->holdings = g_array_new (FALSE, TRUE, sizeof (Holding));
  g_array_set_clear_func (self->holdings, clear_holding);
  if (own != NULL && take_valid (self, own, &engine->config.local))
    return;
  /* Our own copy is an answer where there is nobody to ask. */
  if (own != NULL && kad_routing_table_get_size (engine->table) == 0)
    kad_query_end (query, KAD_OUTCOME_STARVED, NULL);
  else
    kad_query_walk (query, &target);
}

/* The record of an answer, if it is one for our key and valid. */
static KadRecord *
get_valid_record (KadQuery *self, KadMessage *reply)
{
  KadEngine *engine = self->engine;
  KadRecord *record = kad_message_get_record (reply);
  GBytes *key;
  GBytes *value;

  if (record == NULL)
    return NULL;
  key = kad_record_get_key (record);
  value = kad_record_get_value (record);
  if (key == NULL || value == NULL || !g_bytes_equal (key, self->key))
    return NULL;
  if (g_bytes_get_size (value) > engine->config.max_record_bytes
      || !kad_validators_validate (engine->config.validators, key, value,
                                   kad_engine_get_wall_time (engine).unix_us, NULL))
    return NULL;
  return record;
}

static void
get_record_answered (KadQuery *query, const KadPeerId *from, KadMessage *reply)
{
  GetRecordQuery *self = (GetRecordQuery *) query;
  KadRecord *record = get_valid_record (query, reply);
  Holding holding = { .peer = *from };

  if (record != NULL)
    holding.value = g_bytes_ref (kad_record_get_value (record));
  g_array_append_val (self->holdings, holding);
  if (record != NULL)
    take_valid (self, record, from);
}

static const Holding *
find_holding (GetRecordQuery *self, const KadPeerId *peer)
{
  for (guint i = 0; i < self->holdings->len; i++)
    {
      const Holding *holding = &g_array_index (self->holdings, Holding, i);

      if (kad_peer_id_equal (&holding->peer, peer))
        return holding;
    }
  return NULL;
}

/* Nobody waits for how this ends. */
static void
correct_peers (GetRecordQuery *self)
{
  KadQuery *query = &self->parent;
  KadEngine *engine = query->engine;
  g_autoptr (GPtrArray) closest = kad_lookup_dup_answered (query->lookup, engine->config.k);
  g_autoptr (KadMessage) put = kad_message_new (KAD_MESSAGE_PUT_VALUE, query->key);
  g_autofree char *time = kad_engine_dup_record_time (engine);
  g_autoptr (KadRecord) record
      = kad_record_new (query->key, kad_record_get_value (self->best), time);

  kad_message_set_record (put, record);
  for (guint i = 0; i < closest->len; i++)
    {
      KadContactSpec spec = { .info = g_ptr_array_index (closest, i), .message = put };
      const Holding *holding = find_holding (self, kad_peer_info_get_peer (spec.info));

      if (holding != NULL
          && (holding->value == NULL
              || !g_bytes_equal (holding->value, kad_record_get_value (self->best))))
        kad_contact_start (engine, &spec, NULL);
    }
}

static void
get_record_walked (KadQuery *query, KadLookupVerdict verdict)
{
  GetRecordQuery *self = (GetRecordQuery *) query;
  guint n_answered = kad_lookup_get_n_answered (query->lookup);

  if (self->best != NULL)
    {
      correct_peers (self);
      kad_query_end (query,
                     verdict == KAD_LOOKUP_COMPLETED ? KAD_OUTCOME_COMPLETED : KAD_OUTCOME_STARVED,
                     NULL);
      return;
    }
  if (n_answered == 0)
    {
      kad_query_end_walked (query, verdict);
      return;
    }
  kad_query_end (query, KAD_OUTCOME_FAILED,
                 g_error_new (KAD_ERROR, KAD_ERROR_NOT_FOUND,
                              "No valid record of the key was found: %u %s answered", n_answered,
                              n_answered == 1 ? "peer" : "peers"));
}

static void
get_record_clear (KadQuery *query)
{
  GetRecordQuery *self = (GetRecordQuery *) query;

  g_clear_pointer (&self->best, kad_record_unref);
  g_clear_pointer (&self->holdings, g_array_unref);
}

const KadQueryClass kad_get_record_query_class = {
  .size = sizeof (GetRecordQuery),
  .start = get_record_start,
  .message = get_record_message,
  .answered = get_record_answered,
  .walked = get_record_walked,
  .clear = get_record_clear,
};
