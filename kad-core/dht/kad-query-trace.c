/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a query tells those who watch its steps. Nothing here happens while nobody does, and
 * nothing depends on it.
 */
#include "kad-engine-private.h"

static KadEvent *
new_step (KadQuery *self, KadStep step, const KadPeerId *peer)
{
  KadEvent *event = kad_query_new_event (self, KAD_EVENT_QUERY_STEP);
  KadKey key;

  event->number = step;
  event->rtt_us = -1;
  kad_query_copy_stats (self, event);
  if (peer == NULL)
    return event;
  event->peer = *peer;
  kad_key_init_from_peer (&key, peer);
  event->distance_bits = kad_key_common_prefix (&key, &self->target);
  return event;
}

void
kad_query_trace (KadQuery *self, KadStep step, const KadPeerId *peer, const KadPeerId *from)
{
  KadEvent *event;

  if (!self->engine->trace)
    return;
  event = new_step (self, step, peer);
  if (from != NULL)
    event->from = *from;
  kad_engine_emit (self->engine, event);
}

void
kad_query_trace_start (KadQuery *self, const KadContact *contact)
{
  kad_query_trace (self, contact->sent ? KAD_STEP_SEND : KAD_STEP_DIAL, &contact->peer->id, NULL);
}

void
kad_query_trace_turn (gpointer owner, const KadContact *contact)
{
  kad_query_trace_start (owner, contact);
}

void
kad_query_trace_reply (KadQuery *self, const KadContact *contact)
{
  KadEvent *event;

  if (!self->engine->trace)
    return;
  event = new_step (self, KAD_STEP_REPLY, &contact->peer->id);
  if (contact->sent && contact->expects_reply)
    event->rtt_us = self->engine->now_us - contact->sent_us;
  kad_engine_emit (self->engine, event);
}

void
kad_query_trace_failure (KadQuery *self, const KadPeerId *peer, const GError *error)
{
  KadEvent *event;

  if (!self->engine->trace)
    return;
  event = new_step (self, KAD_STEP_FAIL, peer);
  event->text = g_strdup (error->message);
  kad_engine_emit (self->engine, event);
}

void
kad_query_trace_path_ended (KadQuery *self, const char *how)
{
  KadEvent *event;

  if (!self->engine->trace || !self->is_walking)
    return;
  event = new_step (self, KAD_STEP_PATH_ENDED, NULL);
  event->text = g_strdup (how);
  kad_engine_emit (self->engine, event);
}

/* ---- who looks at what runs ---- */

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const KadQueryRow *first = *(const KadQueryRow *const *) a;
  const KadQueryRow *second = *(const KadQueryRow *const *) b;

  return (first->query > second->query) - (first->query < second->query);
}

GPtrArray *
kad_engine_dup_query_rows (KadEngine *self, gint64 now_us)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_query_row_free);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->queries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      KadQuery *query = value;
      KadQueryRow *row = kad_query_row_new (query->id, query->kind);

      row->key = query->key != NULL ? g_bytes_ref (query->key) : NULL;
      row->started_us = query->started_us;
      row->alpha = self->config.alpha;
      kad_query_get_stats (query, &row->stats);
      row->stats.duration_us = MAX (now_us - query->started_us, 0);
      g_ptr_array_add (rows, row);
    }
  g_ptr_array_sort (rows, compare_rows);
  return rows;
}
