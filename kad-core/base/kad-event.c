/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-event.h"

static const char *const type_names[] = {
  "query-progress",    "query-started",   "query-step",     "query-finished", "peer-connected",
  "peer-disconnected", "peer-identified", "address-found",  "table-added",    "table-removed",
  "provider-stored",   "record-stored",   "request-served", "listening",      "joined",
  "join-failed",       "mode-changed",    "module-failed",
};

static const char *const outcome_names[]
    = { "running", "completed", "stopped", "starved", "timed-out", "cancelled", "failed" };

static const char *const step_names[] = { "dial", "send", "reply", "fail", "heard" };

G_STATIC_ASSERT (G_N_ELEMENTS (type_names) == KAD_N_EVENT_TYPES);
G_STATIC_ASSERT (G_N_ELEMENTS (outcome_names) == KAD_OUTCOME_FAILED + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (step_names) == KAD_STEP_HEARD + 1);

G_DEFINE_BOXED_TYPE (KadEvent, kad_event, kad_event_ref, kad_event_unref)

/**
 * kad_event_type_get_name:
 * @type: a type of event
 *
 * Returns: (transfer none): its name in JSON, on D-Bus and in the log
 */
const char *
kad_event_type_get_name (KadEventType type)
{
  g_return_val_if_fail ((guint) type < G_N_ELEMENTS (type_names), NULL);

  return type_names[type];
}

/**
 * kad_outcome_get_name:
 * @outcome: how a query ended
 *
 * Returns: (transfer none): its name in JSON
 */
const char *
kad_outcome_get_name (KadOutcome outcome)
{
  g_return_val_if_fail ((guint) outcome < G_N_ELEMENTS (outcome_names), NULL);

  return outcome_names[outcome];
}

/**
 * kad_step_get_name:
 * @step: a contact of a query
 *
 * Returns: (transfer none): its name in JSON
 */
const char *
kad_step_get_name (KadStep step)
{
  g_return_val_if_fail ((guint) step < G_N_ELEMENTS (step_names), NULL);

  return step_names[step];
}

/**
 * kad_peer_failure_new: (skip)
 * @peer: who did not do what a write wanted
 * @reason: why; bytes from the peer in it are escaped already
 *
 * Returns: (transfer full): the failure
 */
KadPeerFailure *
kad_peer_failure_new (const KadPeerId *peer, const char *reason)
{
  KadPeerFailure *self;

  g_return_val_if_fail (kad_peer_id_is_set (peer) && reason != NULL, NULL);

  self = g_new0 (KadPeerFailure, 1);
  self->peer = *peer;
  self->reason = g_strdup (reason);
  return self;
}

/**
 * kad_peer_failure_free: (skip)
 * @self: (transfer full): a failure
 */
void
kad_peer_failure_free (KadPeerFailure *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->reason);
  g_free (self);
}

/**
 * kad_event_new:
 * @type: what happened
 *
 * Makes an event that carries nothing yet. Who makes it fills in its fields,
 * which then belong to it, before anybody else sees it.
 *
 * Returns: (transfer full): the event
 */
KadEvent *
kad_event_new (KadEventType type)
{
  KadEvent *self;

  g_return_val_if_fail ((guint) type < KAD_N_EVENT_TYPES, NULL);

  self = g_new0 (KadEvent, 1);
  g_atomic_ref_count_init (&self->refs);
  self->type = type;
  return self;
}

/**
 * kad_event_new_progress:
 * @query: the query that got on; not 0
 * @kind: its kind
 *
 * Returns: (transfer full): an event of type %KAD_EVENT_QUERY_PROGRESS
 */
KadEvent *
kad_event_new_progress (KadQueryId query, KadQueryKind kind)
{
  KadEvent *self;

  g_return_val_if_fail (query != 0, NULL);

  self = kad_event_new (KAD_EVENT_QUERY_PROGRESS);
  self->query = query;
  self->kind = kind;
  return self;
}

/**
 * kad_event_ref:
 * @self: an event
 *
 * Returns: (transfer full): @self
 */
KadEvent *
kad_event_ref (KadEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * kad_event_unref:
 * @self: (transfer full): an event
 */
void
kad_event_unref (KadEvent *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->peers, g_ptr_array_unref);
  g_clear_pointer (&self->record, kad_record_unref);
  g_clear_pointer (&self->failures, g_ptr_array_unref);
  g_clear_pointer (&self->message, kad_message_unref);
  g_clear_pointer (&self->raw, g_bytes_unref);
  g_clear_pointer (&self->identity, kad_identity_free);
  g_clear_pointer (&self->address, kad_multiaddr_unref);
  g_clear_error (&self->error);
  g_free (self->text);
  g_free (self);
}

/**
 * kad_event_is_query_progress:
 * @self: an event
 * @query: a query; 0 is none and matches nothing
 *
 * Returns: whether @self tells how @query gets on
 */
gboolean
kad_event_is_query_progress (const KadEvent *self, KadQueryId query)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->type == KAD_EVENT_QUERY_PROGRESS && query != 0 && self->query == query;
}

/**
 * kad_event_is_last_step:
 * @self: an event
 *
 * Returns: whether nothing comes after it from its query
 */
gboolean
kad_event_is_last_step (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_last;
}

/**
 * kad_event_get_stats:
 * @self: an event
 *
 * Returns: (transfer none): what its query did so far
 */
const KadQueryStats *
kad_event_get_stats (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->stats;
}
