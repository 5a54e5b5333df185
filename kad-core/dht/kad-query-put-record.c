/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-engine-private.h"
#include "kad-query-write.h"

/*
 * Storing a record at the closest peers. It is validated here first, and compared
 * with the best that we hold ourselves: what others would refuse is not sent. When
 * enough have it we keep a copy, to serve it and to put it again in time.
 */

static void
put_record_start (KadQuery *query, const KadQuerySpec *spec)
{
  KadWriteQuery *self = (KadWriteQuery *) query;
  g_autofree char *time = kad_engine_dup_record_time (query->engine);
  g_autoptr (KadRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  KadKey target = query->target;

  self->quorum = spec->quorum;
  if (!kad_engine_check_own_value (query->engine, query->key, spec->value, &error))
    {
      kad_query_end (query, KAD_OUTCOME_FAILED, g_steal_pointer (&error));
      return;
    }
  record = kad_record_new (query->key, spec->value, time);
  self->message = kad_message_new (KAD_MESSAGE_PUT_VALUE, query->key);
  kad_message_set_record (self->message, record);
  kad_query_walk (query, &target);
}

static KadMessage *
put_record_message (KadQuery *self)
{
  return kad_message_new (KAD_MESSAGE_FIND_NODE, self->key);
}

static void
put_record_ended (KadQuery *query, KadOutcome outcome, const GError *error)
{
  KadWriteQuery *self = (KadWriteQuery *) query;

  /* The engine's own are of what is kept already. */
  if (query->on_end == NULL && outcome != KAD_OUTCOME_CANCELLED
      && kad_write_query_has_quorum (query))
    kad_publications_record_put (query->engine, kad_message_get_record (self->message), query);
}

const KadQueryClass kad_put_record_query_class = {
  .size = sizeof (KadWriteQuery),
  .exact = TRUE,
  .start = put_record_start,
  .message = put_record_message,
  .walked = kad_write_query_walked,
  .fill = kad_write_query_fill,
  .ended = put_record_ended,
  .clear = kad_write_query_clear,
};
