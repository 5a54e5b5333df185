/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Operations on one peer: dial, ping, identify, ask. Each first gets a connection
 *   - the one there is, if the peer is known and connected;
 *   - by the endpoint's address, or the addresses that the engine knows;
 *   - else by a find-peer query, whose answer gives addresses to dial;
 * then does its one thing, and ends with one event that carries its query id.
 */
#include <sodium.h>

#include "kad-error.h"
#include "kad-network-private.h"

#define KAD_OPERATION_TIMEOUT_US (30 * G_USEC_PER_SEC)

typedef enum
{
  OPERATION_DIAL,
  OPERATION_PING,
  OPERATION_IDENTIFY,
  OPERATION_ASK,
} OperationKind;

typedef struct
{
  KadNetwork *network; /* NULL once it is over and only a callback is awaited */
  KadQueryId id;
  KadQueryId find_query; /* 0: none */
  OperationKind kind;
  KadEndpoint *endpoint;
  KadMessage *request; /* ASK */
  KadRpcCall *call;
  KadTimer deadline;
  gint64 started_us;
  gint64 deadline_us;
  guint awaited; /* exchanges that will still call back */
} Operation;

static void operation_connected (Operation *self, KadPeerSession *session);

/* ---- ends ---- */

static void
operation_free (Operation *self)
{
  kad_endpoint_free (self->endpoint);
  g_clear_pointer (&self->request, kad_message_unref);
  g_free (self);
}

/* Takes it out of everything that could call it; freed when nothing will. */
static void
operation_unlink (Operation *self)
{
  KadNetwork *network = self->network;

  kad_reactor_disarm (network->reactor, &self->deadline);
  g_hash_table_remove (network->operations, &self->id);
  if (self->find_query != 0)
    {
      g_hash_table_remove (network->find_queries, &self->find_query);
      kad_engine_cancel_query (network->engine, self->find_query,
                               kad_reactor_get_now (network->reactor));
    }
  if (self->call != NULL)
    kad_rpc_cancel (g_steal_pointer (&self->call));
  if (network->dials != NULL)
    kad_dials_forget (network->dials, self);
  self->network = NULL;
  if (self->awaited == 0)
    operation_free (self);
}

static KadEvent *
operation_event (Operation *self, const KadPeerId *peer)
{
  KadEvent *event = kad_event_new_progress (self->id, KAD_QUERY_OPERATION);

  event->step = 1;
  event->is_last = TRUE;
  event->stats.requests = 1;
  event->stats.duration_us = kad_reactor_get_now (self->network->reactor) - self->started_us;
  if (peer != NULL)
    event->peer = *peer;
  return event;
}

static void
operation_succeed (Operation *self, KadEvent *event)
{
  KadNetwork *network = self->network;

  event->outcome = KAD_OUTCOME_COMPLETED;
  event->stats.successes = 1;
  operation_unlink (self);
  kad_network_emit (network, event);
}

static void
operation_fail (Operation *self, const GError *error)
{
  KadNetwork *network = self->network;
  KadEvent *event = operation_event (self, &self->endpoint->peer);

  event->outcome = g_error_matches (error, KAD_ERROR, KAD_ERROR_TIMEOUT) ? KAD_OUTCOME_TIMED_OUT
                                                                         : KAD_OUTCOME_FAILED;
  event->stats.failures = 1;
  event->error = g_error_copy (error);
  operation_unlink (self);
  kad_network_emit (network, event);
}

static void
on_deadline (gpointer user_data, gint64 now_us)
{
  Operation *self = user_data;
  g_autofree char *whom = kad_endpoint_to_string (self->endpoint);
  g_autoptr (GError) error
      = g_error_new (KAD_ERROR, KAD_ERROR_TIMEOUT, "\"%s\" did not answer in time", whom);

  operation_fail (self, error);
}

/* ---- the one thing ---- */

/* TRUE: still wanted. Otherwise frees what was only waiting for this call. */
static gboolean
still_wanted (Operation *self)
{
  self->awaited--;
  if (self->network != NULL)
    return TRUE;
  if (self->awaited == 0)
    operation_free (self);
  return FALSE;
}

static void
on_pinged (gpointer user_data, KadConnection *connection, gint64 rtt_us, const GError *error)
{
  Operation *self = user_data;
  KadEvent *event;

  if (!still_wanted (self))
    return;
  if (error != NULL)
    {
      operation_fail (self, error);
      return;
    }
  event = operation_event (self, kad_connection_get_peer (connection));
  event->rtt_us = rtt_us;
  operation_succeed (self, event);
}

static void
on_identified (gpointer user_data, KadConnection *connection, KadIdentity *identity,
               const GError *error)
{
  Operation *self = user_data;
  KadEvent *event;

  if (!still_wanted (self))
    return;
  if (error != NULL)
    {
      operation_fail (self, error);
      return;
    }
  event = operation_event (self, kad_connection_get_peer (connection));
  event->identity = kad_identity_copy (identity);
  operation_succeed (self, event);
}

static void
on_answered (gpointer user_data, KadMessage *reply, GBytes *raw, const GError *error)
{
  Operation *self = user_data;
  KadEvent *event;

  self->call = NULL;
  kad_counters_note_request (kad_reactor_get_counters (self->network->reactor)->asked,
                             kad_message_get_message_type (self->request), error == NULL);
  if (error != NULL)
    {
      operation_fail (self, error);
      return;
    }
  event = operation_event (self, &self->endpoint->peer);
  event->message = reply == NULL ? NULL : kad_message_ref (reply);
  event->raw = raw == NULL ? NULL : g_bytes_ref (raw);
  operation_succeed (self, event);
}

/* An add-provider that names nobody names us. */
static void
complete_request (Operation *self)
{
  KadNetwork *network = self->network;
  g_autoptr (GPtrArray) addresses = NULL;
  KadPeerInfo *info;

  if (kad_message_get_message_type (self->request) != KAD_MESSAGE_ADD_PROVIDER
      || kad_message_get_n_providers (self->request) > 0)
    return;
  info = kad_peer_info_new (&network->peer);
  addresses = kad_network_dup_addresses (network);
  for (guint i = 0; i < addresses->len; i++)
    kad_peer_info_add_address (info, addresses->pdata[i]);
  kad_message_take_provider (self->request, info);
}

static void
operation_connected (Operation *self, KadPeerSession *session)
{
  KadNetwork *network = self->network;
  KadConnection *connection = session->connection;
  guint8 random[32];
  KadEvent *event;

  self->endpoint->peer = *kad_connection_get_peer (connection);
  switch (self->kind)
    {
    case OPERATION_DIAL:
      session->is_wanted = TRUE;
      event = operation_event (self, kad_connection_get_peer (connection));
      event->address = kad_multiaddr_ref (kad_connection_get_remote_address (connection));
      operation_succeed (self, event);
      break;
    case OPERATION_PING:
      randombytes_buf (random, sizeof random);
      self->awaited++;
      kad_exchange_ping (network->exchange, connection, random, self->deadline_us, on_pinged, self);
      break;
    case OPERATION_IDENTIFY:
      self->awaited++;
      kad_exchange_identify (network->exchange, connection, on_identified, self);
      break;
    case OPERATION_ASK:
      complete_request (self);
      self->call
          = kad_rpc_call (network->rpc, connection, &session->rpc, self->request,
                          kad_message_get_message_type (self->request) != KAD_MESSAGE_ADD_PROVIDER,
                          TRUE, self->deadline_us, on_answered, self);
      break;
    }
}

/* ---- getting a connection ---- */

static void
on_dialled (gpointer user_data, KadPeerSession *session, const GError *error)
{
  Operation *self = user_data;

  if (session != NULL)
    operation_connected (self, session);
  else
    operation_fail (self, error);
}

static void
operation_dial (Operation *self, GPtrArray *addresses)
{
  const KadPeerId *peer = kad_peer_id_is_set (&self->endpoint->peer) ? &self->endpoint->peer : NULL;

  kad_dials_dial (self->network->dials, peer, addresses, self->deadline_us, "dial", TRUE,
                  on_dialled, self);
}

static gboolean
operation_dial_info (Operation *self, KadPeerInfo *info)
{
  g_autoptr (GPtrArray) addresses = NULL;

  if (info == NULL || kad_peer_info_get_n_addresses (info) == 0)
    return FALSE;
  addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  for (guint i = 0; i < kad_peer_info_get_n_addresses (info); i++)
    g_ptr_array_add (addresses, kad_multiaddr_ref (kad_peer_info_get_address (info, i)));
  operation_dial (self, addresses);
  return TRUE;
}

static void
operation_find (Operation *self)
{
  KadNetwork *network = self->network;
  KadQuerySpec spec = { .kind = KAD_QUERY_FIND_PEER, .peer = self->endpoint->peer };

  self->find_query
      = kad_engine_start_query (network->engine, &spec, kad_reactor_get_now (network->reactor));
  g_hash_table_insert (network->find_queries, &self->find_query, self);
}

gboolean
kad_network_operation_event (KadNetwork *self, KadEvent *event)
{
  Operation *operation;
  g_autoptr (GError) error = NULL;

  if (event->type != KAD_EVENT_QUERY_PROGRESS)
    return FALSE;
  operation = g_hash_table_lookup (self->find_queries, &event->query);
  if (operation == NULL)
    return FALSE;
  if (event->peers != NULL && event->peers->len > 0)
    {
      g_hash_table_remove (self->find_queries, &operation->find_query);
      operation->find_query = 0;
      if (operation_dial_info (operation, event->peers->pdata[0]))
        return TRUE;
      g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_NOT_FOUND,
                           "The peer was found, but without an address");
      operation_fail (operation, error);
      return TRUE;
    }
  if (event->is_last)
    {
      g_hash_table_remove (self->find_queries, &operation->find_query);
      operation->find_query = 0;
      if (event->error != NULL)
        error = g_error_copy (event->error);
      else
        g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_NOT_FOUND, "The peer was not found");
      operation_fail (operation, error);
    }
  return TRUE;
}

static void
operation_connect (Operation *self)
{
  KadNetwork *network = self->network;
  KadEndpoint *endpoint = self->endpoint;
  KadPeerSession *session = NULL;
  g_autoptr (KadPeerInfo) info = NULL;
  g_autoptr (GPtrArray) addresses = NULL;

  if (kad_peer_id_is_set (&endpoint->peer))
    session = kad_connection_book_find (network->book, &endpoint->peer);
  if (session != NULL)
    {
      operation_connected (self, session);
      return;
    }
  if (endpoint->address != NULL)
    {
      addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
      g_ptr_array_add (addresses, kad_multiaddr_ref (endpoint->address));
      operation_dial (self, addresses);
      return;
    }
  info = kad_engine_dup_peer_info (network->engine, &endpoint->peer);
  if (!operation_dial_info (self, info))
    operation_find (self);
}

static KadQueryId
operation_start (KadSwarm *swarm, OperationKind kind, const KadEndpoint *endpoint,
                 KadMessage *request, gint64 timeout_us)
{
  KadNetwork *network = KAD_NETWORK (swarm);
  Operation *self = g_new0 (Operation, 1);
  KadQueryId id = kad_engine_next_query_id (network->engine);

  self->network = network;
  self->id = id;
  self->kind = kind;
  self->endpoint = kad_endpoint_copy (endpoint);
  self->request = request == NULL ? NULL : kad_message_ref (request);
  self->started_us = kad_reactor_update_now (network->reactor);
  self->deadline_us = self->started_us + (timeout_us > 0 ? timeout_us : KAD_OPERATION_TIMEOUT_US);
  kad_timer_init (&self->deadline, on_deadline, self);
  kad_reactor_arm (network->reactor, &self->deadline, self->deadline_us);
  g_hash_table_insert (network->operations, &self->id, self);
  kad_network_wake (network);
  operation_connect (self);
  return id;
}

KadQueryId
kad_network_dial_op (KadSwarm *swarm, const KadEndpoint *endpoint, gint64 timeout_us)
{
  return operation_start (swarm, OPERATION_DIAL, endpoint, NULL, timeout_us);
}

KadQueryId
kad_network_ping_op (KadSwarm *swarm, const KadEndpoint *endpoint, gint64 timeout_us)
{
  return operation_start (swarm, OPERATION_PING, endpoint, NULL, timeout_us);
}

KadQueryId
kad_network_identify_op (KadSwarm *swarm, const KadEndpoint *endpoint, gint64 timeout_us)
{
  return operation_start (swarm, OPERATION_IDENTIFY, endpoint, NULL, timeout_us);
}

KadQueryId
kad_network_ask_op (KadSwarm *swarm, const KadEndpoint *endpoint, KadMessage *request,
                    gint64 timeout_us)
{
  return operation_start (swarm, OPERATION_ASK, endpoint, request, timeout_us);
}

gboolean
kad_network_cancel_op (KadNetwork *self, KadQueryId id)
{
  Operation *operation = g_hash_table_lookup (self->operations, &id);

  if (operation == NULL)
    return FALSE;
  operation_unlink (operation);
  return TRUE;
}

void
kad_network_operations_free (KadNetwork *self)
{
  GHashTableIter iter;
  gpointer operation;

  for (;;)
    {
      g_hash_table_iter_init (&iter, self->operations);
      if (!g_hash_table_iter_next (&iter, NULL, &operation))
        return;
      operation_unlink (operation);
    }
}
