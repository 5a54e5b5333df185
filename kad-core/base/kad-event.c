/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-event.h"

static const char *const type_names[] = {
  "query-progress",    "query-started",       "query-step",
  "query-finished",    "peer-connected",      "peer-disconnected",
  "peer-identified",   "address-found",       "table-added",
  "table-removed",     "provider-stored",     "record-stored",
  "request-served",    "listening",           "joined",
  "join-failed",       "mode-changed",        "module-failed",
  "addresses-changed", "publication-changed", "publication-removed",
  "resumed",           "clock-stepped",       "run-progress",
};

static const char *const outcome_names[]
    = { "running", "completed", "stopped", "starved", "timed-out", "cancelled", "failed" };

static const char *const step_names[]
    = { "dial", "send", "reply", "fail", "heard", "provider", "value", "path-ended" };

G_STATIC_ASSERT (G_N_ELEMENTS (type_names) == KAD_N_EVENT_TYPES);
G_STATIC_ASSERT (G_N_ELEMENTS (outcome_names) == KAD_OUTCOME_FAILED + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (step_names) == KAD_STEP_PATH_ENDED + 1);

G_DEFINE_BOXED_TYPE (KadEvent, kad_event, kad_event_ref, kad_event_unref)
G_DEFINE_BOXED_TYPE (KadPeerFailure, kad_peer_failure, kad_peer_failure_copy, kad_peer_failure_free)

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
 * kad_event_type_parse:
 * @name: a name, as kad_event_type_get_name() gives it
 * @type: (out): the type of event; untouched if there is none
 *
 * Returns: whether there is a type of that name; a later version may know more of them
 */
gboolean
kad_event_type_parse (const char *name, KadEventType *type)
{
  g_return_val_if_fail (name != NULL && type != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
    if (g_str_equal (type_names[i], name))
      {
        *type = i;
        return TRUE;
      }
  return FALSE;
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
 * kad_peer_failure_new:
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
 * kad_peer_failure_copy:
 * @self: a failure
 *
 * Returns: (transfer full): a copy
 */
KadPeerFailure *
kad_peer_failure_copy (const KadPeerFailure *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return kad_peer_failure_new (&self->peer, self->reason);
}

/**
 * kad_peer_failure_free:
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
  g_clear_pointer (&self->publication, kad_publication_row_free);
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

/**
 * kad_event_get_event_type:
 * @self: an event
 *
 * Returns: what happened
 */
KadEventType
kad_event_get_event_type (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, KAD_N_EVENT_TYPES);

  return self->type;
}

/**
 * kad_event_get_query:
 * @self: an event
 *
 * Returns: which query it is about; 0: none
 */
KadQueryId
kad_event_get_query (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->query;
}

/**
 * kad_event_get_outcome:
 * @self: an event
 *
 * Returns: how its query ended; %KAD_OUTCOME_RUNNING unless it is the last step
 */
KadOutcome
kad_event_get_outcome (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, KAD_OUTCOME_RUNNING);

  return self->outcome;
}

/**
 * kad_event_get_peer:
 * @self: an event
 *
 * Returns: (transfer none) (nullable): whom it is about; %NULL if it is about nobody
 */
const KadPeerId *
kad_event_get_peer (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return kad_peer_id_is_set (&self->peer) ? &self->peer : NULL;
}

/**
 * kad_event_get_from:
 * @self: an event
 *
 * Returns: (transfer none) (nullable): who said so; %NULL if nobody did
 */
const KadPeerId *
kad_event_get_from (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return kad_peer_id_is_set (&self->from) ? &self->from : NULL;
}

/**
 * kad_event_get_key:
 * @self: an event
 *
 * Returns: (transfer none) (nullable): the key it is about
 */
GBytes *
kad_event_get_key (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->key;
}

/**
 * kad_event_get_peers:
 * @self: an event
 *
 * Returns: (transfer none) (nullable) (element-type KadPeerInfo): nearest first, or providers
 */
GPtrArray *
kad_event_get_peers (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->peers;
}

/**
 * kad_event_get_record:
 * @self: an event
 *
 * Returns: (transfer none) (nullable): a record, better than those before
 */
KadRecord *
kad_event_get_record (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->record;
}

/**
 * kad_event_get_address:
 * @self: an event
 *
 * Returns: (transfer none) (nullable): the address it is about
 */
KadMultiaddr *
kad_event_get_address (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->address;
}

/**
 * kad_event_get_identity:
 * @self: an event
 *
 * Returns: (transfer none) (nullable): what a peer says of itself
 */
const KadIdentity *
kad_event_get_identity (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->identity;
}

/**
 * kad_event_get_message:
 * @self: an event
 *
 * Returns: (transfer none) (nullable): the answer to a request of `ask`
 */
KadMessage *
kad_event_get_message (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->message;
}

/**
 * kad_event_get_failures:
 * @self: an event
 *
 * Returns: (transfer none) (nullable) (element-type KadPeerFailure): who did not do what a write
 *   wanted
 */
GPtrArray *
kad_event_get_failures (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->failures;
}

/**
 * kad_event_get_rtt_us:
 * @self: an event
 *
 * Returns: the round trip time in microseconds
 */
gint64
kad_event_get_rtt_us (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->rtt_us;
}

/**
 * kad_event_get_number:
 * @self: an event
 *
 * Returns: the size of the table, the bucket, the #KadStep or the #KadMode: by type
 */
guint
kad_event_get_number (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->number;
}

/**
 * kad_event_get_text:
 * @self: an event
 *
 * Returns: (transfer none) (nullable): the reason, request or name of a module: by type; as it
 *   came from the peer: escape it before you show it
 */
const char *
kad_event_get_text (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->text;
}

/**
 * kad_event_get_error:
 * @self: an event
 *
 * Returns: (transfer none) (nullable): what went wrong
 */
const GError *
kad_event_get_error (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->error;
}

/**
 * kad_event_get_publication:
 * @self: an event
 *
 * Returns: (transfer none) (nullable): something that we announce
 */
const KadPublicationRow *
kad_event_get_publication (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->publication;
}

/**
 * kad_event_get_run:
 * @self: an event
 *
 * Returns: which run of a command its query belongs to, as kad_node_run_full() numbers them; 0:
 *   none, as of what the node does for itself
 */
guint64
kad_event_get_run (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->run;
}

/**
 * kad_event_get_wall_us:
 * @self: an event
 *
 * Returns: when it happened, by the calendar: microseconds since 1970; 0 if it was not told yet
 */
gint64
kad_event_get_wall_us (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->wall_us;
}

/**
 * kad_event_get_distance_bits:
 * @self: an event
 *
 * Returns: of a %KAD_EVENT_QUERY_STEP: how many leading bits the key of its peer has in common with
 *   the query's target, 0 to 256: the more, the nearer
 */
guint
kad_event_get_distance_bits (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->distance_bits;
}

/**
 * kad_event_get_span_us:
 * @self: an event
 *
 * Returns: of a %KAD_EVENT_RESUMED: how long the machine slept, in microseconds, 0 if that is not
 *   known; of a %KAD_EVENT_CLOCK_STEPPED: how far the calendar was set, negative for back; else 0
 */
gint64
kad_event_get_span_us (const KadEvent *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->span_us;
}

/**
 * kad_event_get_progress:
 * @self: an event
 * @done: (out) (optional): how many steps are done; 0 if it is not known
 * @total: (out) (optional): of how many, which may grow on the way; 0 if it is not known
 *
 * How far something is that takes many steps: of a %KAD_EVENT_RUN_PROGRESS the run of a command, of
 * a %KAD_EVENT_QUERY_PROGRESS that joins a network, the query.
 *
 * Returns: whether it is known
 */
gboolean
kad_event_get_progress (const KadEvent *self, guint *done, guint *total)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (done != NULL)
    *done = self->done;
  if (total != NULL)
    *total = self->total;
  return self->total > 0;
}
