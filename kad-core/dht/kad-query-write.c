/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-query-write.h"

#include "kad-engine-private.h"
#include "kad-escape.h"

/*
 * Writing to the k closest. Everybody in the result of the walk is written to at
 * once. It is over when all have answered; when the quorum is met, those that are
 * still silent get WRITE_GRACE_US more. Whoever did not do it is named with the
 * reason, and fewer than the quorum is an error, which names nobody less.
 */

#define WRITE_GRACE_US (2 * KAD_USEC_PER_SEC)
#define MAX_REASON_BYTES 256

typedef struct
{
  KadPeerId peer;
  gboolean done;
} KadWriteTarget;

static guint
get_needed (KadWriteQuery *self)
{
  guint wanted = self->parent.wanted;

  switch (self->quorum)
    {
    case KAD_QUORUM_DEFAULT:
      return 1;
    case KAD_QUORUM_ALL:
      return MAX (wanted, 1);
    case KAD_QUORUM_MAJORITY:
      return wanted / 2 + 1;
    default:
      return self->quorum;
    }
}

gboolean
kad_write_query_has_quorum (KadQuery *query)
{
  KadWriteQuery *self = (KadWriteQuery *) query;

  return query->stored > 0 && query->stored >= get_needed (self);
}

static void
add_failure (KadWriteQuery *self, const KadPeerId *peer, const char *reason)
{
  g_autofree char *escaped = kad_escape_peer_text (reason, -1, MAX_REASON_BYTES);

  g_ptr_array_add (self->failures, kad_peer_failure_new (peer, escaped));
}

static void
finish (KadWriteQuery *self)
{
  KadQuery *query = &self->parent;
  const KadPeerFailure *failure;

  if (kad_write_query_has_quorum (query))
    {
      kad_query_end (query, KAD_OUTCOME_COMPLETED, NULL);
      return;
    }
  failure = self->failures->len > 0 ? g_ptr_array_index (self->failures, 0) : NULL;
  kad_query_end (query, KAD_OUTCOME_FAILED,
                 g_error_new (KAD_ERROR, KAD_ERROR_QUORUM_FAILED,
                              "Stored at %u of %u peers, but %u were wanted%s%s", query->stored,
                              query->wanted, get_needed (self), failure != NULL ? ": " : "",
                              failure != NULL ? failure->reason : ""));
}

static void
grace_over (KadAlarm *alarm, gpointer user_data)
{
  finish ((KadWriteQuery *) ((guint8 *) alarm - G_STRUCT_OFFSET (KadWriteQuery, grace_alarm)));
}

/* A node that stored a value says which (go-libp2p-kad-dht compares it too). */
static gboolean
check_echo (KadWriteQuery *self, KadMessage *reply, GError **error)
{
  KadRecord *put = kad_message_get_record (self->message);
  KadRecord *record;
  GBytes *key;
  GBytes *value;

  if (put == NULL)
    return TRUE;
  record = kad_message_get_record (reply);
  if (record == NULL)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                           "The peer's answer carries no record");
      return FALSE;
    }
  key = kad_record_get_key (record);
  value = kad_record_get_value (record);
  if (key != NULL && g_bytes_equal (key, kad_record_get_key (put)) && value != NULL
      && g_bytes_equal (value, kad_record_get_value (put)))
    return TRUE;
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL,
                       "The peer's answer carries another record than the one that was put");
  return FALSE;
}

static void
settle_target (KadWriteQuery *self, const KadPeerId *peer, const GError *error)
{
  for (guint i = 0; i < self->targets->len; i++)
    {
      KadWriteTarget *target = &g_array_index (self->targets, KadWriteTarget, i);

      if (kad_peer_id_equal (&target->peer, peer))
        target->done = TRUE;
    }
  self->n_pending--;
  if (error == NULL)
    self->parent.stored++;
  else
    add_failure (self, peer, error->message);
}

static void
check_progress (KadWriteQuery *self)
{
  KadEngine *engine = self->parent.engine;

  if (self->n_pending == 0)
    finish (self);
  else if (kad_write_query_has_quorum (&self->parent) && !kad_alarm_is_set (&self->grace_alarm))
    kad_alarms_set (&engine->alarms, &self->grace_alarm,
                    kad_time_add (engine->now_us, WRITE_GRACE_US), grace_over);
}

static void
write_done (gpointer owner, const KadContact *contact, KadMessage *reply, const GError *error)
{
  KadWriteQuery *self = owner;
  g_autoptr (GError) refused = NULL;

  if (error == NULL && !check_echo (self, reply, &refused))
    error = refused;
  kad_query_count (&self->parent, contact, reply, error);
  settle_target (self, kad_peer_info_get_peer (contact->info), error);
  check_progress (self);
}

static void
write_to (KadWriteQuery *self, KadPeerInfo *info)
{
  KadQuery *query = &self->parent;
  KadContactSpec spec = {
    .info = info,
    .message = self->message,
    .func = write_done,
    .on_turn = kad_query_trace_turn,
    .owner = self,
    .owned = &query->contacts,
  };
  g_autoptr (GError) error = NULL;
  KadContact *contact = kad_contact_start (query->engine, &spec, &error);

  if (contact != NULL)
    {
      kad_query_trace_start (query, contact);
      return;
    }
  query->stats.failures++;
  kad_query_trace_failure (query, kad_peer_info_get_peer (info), error);
  settle_target (self, kad_peer_info_get_peer (info), error);
}

void
kad_write_query_walked (KadQuery *query, KadLookupVerdict verdict)
{
  KadWriteQuery *self = (KadWriteQuery *) query;
  g_autoptr (GPtrArray) infos = kad_lookup_dup_answered (query->lookup, query->engine->config.k);

  if (infos->len == 0)
    {
      kad_query_end_walked (query, verdict);
      return;
    }
  self->targets = g_array_new (FALSE, TRUE, sizeof (KadWriteTarget));
  self->failures = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_peer_failure_free);
  self->n_pending = query->wanted = infos->len;
  for (guint i = 0; i < infos->len; i++)
    {
      KadWriteTarget target = { .peer = *kad_peer_info_get_peer (g_ptr_array_index (infos, i)) };

      g_array_append_val (self->targets, target);
    }
  for (guint i = 0; i < infos->len; i++)
    write_to (self, g_ptr_array_index (infos, i));
  check_progress (self);
}

void
kad_write_query_fill (KadQuery *query, KadEvent *event)
{
  KadWriteQuery *self = (KadWriteQuery *) query;

  kad_alarms_cancel (&query->engine->alarms, &self->grace_alarm);
  if (self->targets == NULL)
    return;
  for (guint i = 0; i < self->targets->len; i++)
    {
      const KadWriteTarget *target = &g_array_index (self->targets, KadWriteTarget, i);

      if (!target->done)
        add_failure (self, &target->peer, "It had not answered when the others had");
    }
  event->failures = g_ptr_array_ref (self->failures);
}

GPtrArray *
kad_write_query_ref_failures (const KadQuery *query)
{
  const KadWriteQuery *self = (const KadWriteQuery *) query;

  return self->failures != NULL ? g_ptr_array_ref (self->failures) : NULL;
}

GError *
kad_write_query_new_note (const KadQuery *query)
{
  const KadWriteQuery *self = (const KadWriteQuery *) query;
  const KadPeerFailure *failure = NULL;

  if (query->stored == 0 || query->stored >= query->wanted)
    return NULL;
  if (self->failures != NULL && self->failures->len > 0)
    failure = g_ptr_array_index (self->failures, 0);
  return g_error_new (KAD_ERROR, KAD_ERROR_QUORUM_FAILED, "Stored with %u of %u peers%s%s",
                      query->stored, query->wanted, failure != NULL ? ": " : "",
                      failure != NULL ? failure->reason : "");
}

void
kad_write_query_clear (KadQuery *query)
{
  KadWriteQuery *self = (KadWriteQuery *) query;

  kad_alarms_cancel (&query->engine->alarms, &self->grace_alarm);
  g_clear_pointer (&self->message, kad_message_unref);
  g_clear_pointer (&self->targets, g_array_unref);
  g_clear_pointer (&self->failures, g_ptr_array_unref);
}
