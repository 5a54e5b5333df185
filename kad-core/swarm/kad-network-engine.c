/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine's inputs and outputs: messages, dials and events. */
#include "kad-error.h"
#include "kad-network-private.h"

#define KAD_MAX_OUTPUTS_PER_DRAIN 4096

typedef struct
{
  KadNetwork *network;
  KadPeerId peer;
  guint64 number;
  gboolean expects_reply;
  KadMessageType type;
} Request;

void
kad_network_emit (KadNetwork *self, KadEvent *event)
{
  g_queue_push_tail (&self->events, event);
  kad_network_wake (self);
}

KadMessage *
kad_network_serve (gpointer user_data, KadConnection *connection, KadMessage *request,
                   GError **error)
{
  KadNetwork *self = user_data;
  GError *refusal = NULL;
  KadMessage *reply
      = kad_engine_handle_request (self->engine, kad_connection_get_peer (connection), request,
                                   kad_reactor_get_now (self->reactor), &refusal);

  kad_counters_note_request (kad_reactor_get_counters (self->reactor)->served,
                             kad_message_get_message_type (request), refusal == NULL);
  if (refusal != NULL)
    g_propagate_error (error, refusal);
  return reply;
}

/* What a peer says of others' addresses is dialled with the care that kad-dials.c takes. */
static void
note_sources (KadNetwork *self, const KadMessage *reply, const KadPeerId *source)
{
  guint n_providers = MIN (kad_message_get_n_providers (reply), KAD_MAX_CLOSER_PEERS);

  if (self->dials == NULL)
    return;
  for (guint i = 0; i < kad_message_get_n_closer (reply); i++)
    kad_dials_note_source (self->dials, kad_message_get_closer (reply, i), source);
  for (guint i = 0; i < n_providers; i++)
    kad_dials_note_source (self->dials, kad_message_get_provider (reply, i), source);
}

static void
on_answered (gpointer user_data, KadMessage *reply, GBytes *raw, const GError *error)
{
  g_autofree Request *request = user_data;
  KadNetwork *self = request->network;
  gint64 now_us = kad_reactor_get_now (self->reactor);

  kad_counters_note_request (kad_reactor_get_counters (self->reactor)->asked, request->type,
                             error == NULL);
  if (error != NULL)
    kad_engine_request_failed (self->engine, request->number, error, now_us);
  else if (request->expects_reply)
    {
      note_sources (self, reply, &request->peer);
      kad_engine_reply_received (self->engine, request->number, reply, now_us);
    }
  else
    kad_engine_request_sent (self->engine, request->number, now_us);
}

static void
do_send (KadNetwork *self, const KadOutput *output)
{
  KadPeerSession *session = kad_connection_book_find (self->book, &output->peer);
  Request *request;

  if (session == NULL)
    {
      g_autoptr (GError) error
          = g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED, "The peer is not connected");

      kad_engine_request_failed (self->engine, output->request, error,
                                 kad_reactor_get_now (self->reactor));
      return;
    }
  request = g_new0 (Request, 1);
  request->network = self;
  request->peer = output->peer;
  request->number = output->request;
  request->expects_reply = output->expects_reply;
  request->type = kad_message_get_message_type (output->message);
  kad_rpc_call (self->rpc, session->connection, &session->rpc, output->message,
                output->expects_reply, FALSE, output->deadline_us, on_answered, request);
}

typedef struct
{
  KadNetwork *network;
  KadPeerId peer;
} EngineDial;

static void
on_dialled (gpointer user_data, KadPeerSession *session, const GError *error)
{
  g_autofree EngineDial *dial = user_data;

  if (error != NULL && error->code != KAD_ERROR_NOT_RUNNING)
    kad_engine_dial_failed (dial->network->engine, &dial->peer, error,
                            kad_reactor_get_now (dial->network->reactor));
}

static void
do_dial (KadNetwork *self, const KadOutput *output)
{
  g_autoptr (GPtrArray) addresses
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  EngineDial *dial;

  if (kad_connection_book_find (self->book, &output->peer) != NULL)
    {
      kad_engine_peer_connected (self->engine, &output->peer, kad_reactor_get_now (self->reactor));
      return;
    }
  for (guint i = 0; output->info != NULL && i < kad_peer_info_get_n_addresses (output->info); i++)
    g_ptr_array_add (addresses, kad_multiaddr_ref (kad_peer_info_get_address (output->info, i)));
  dial = g_new0 (EngineDial, 1);
  dial->network = self;
  dial->peer = output->peer;
  kad_dials_dial (self->dials, &output->peer, addresses, output->deadline_us, "query", FALSE,
                  on_dialled, dial);
}

static void
do_close (KadNetwork *self, const KadOutput *output)
{
  KadPeerSession *session = kad_connection_book_find (self->book, &output->peer);

  if (session != NULL && kad_connection_get_n_streams (session->connection) == 0)
    kad_connection_close (session->connection,
                          g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED, "No longer needed"));
}

static void
do_event (KadNetwork *self, KadEvent *event)
{
  kad_counters_note_event (kad_reactor_get_counters (self->reactor), event);
  if (event->type == KAD_EVENT_MODE_CHANGED
      || (event->type == KAD_EVENT_ADDRESS_FOUND && event->number > 0))
    kad_network_push_identity (self);
  event->wall_us = kad_reactor_get_wall_time (self->reactor);
  kad_network_state_note_event (self->state, event);
  kad_network_warm_note_event (self, event);
  if (!kad_network_operation_event (self, event))
    kad_dispatcher_deliver (self->dispatcher, event);
  else
    kad_event_unref (event);
}

static void
do_output (KadNetwork *self, KadOutput *output)
{
  switch (output->type)
    {
    case KAD_OUTPUT_SEND:
      do_send (self, output);
      break;
    case KAD_OUTPUT_DIAL:
      do_dial (self, output);
      break;
    case KAD_OUTPUT_CLOSE:
      do_close (self, output);
      break;
    case KAD_OUTPUT_EVENT:
      do_event (self, g_steal_pointer (&output->event));
      break;
    }
}

/* FALSE: there was nothing. */
gboolean
kad_network_drain (KadNetwork *self)
{
  guint n = 0;
  KadEvent *event;

  if (!self->is_running)
    return FALSE;
  while (n < KAD_MAX_OUTPUTS_PER_DRAIN && (event = g_queue_pop_head (&self->events)) != NULL)
    {
      do_event (self, event);
      n++;
    }
  while (n < KAD_MAX_OUTPUTS_PER_DRAIN && self->is_running)
    {
      KadOutput output = { 0 };

      if (!kad_engine_next_output (self->engine, &output))
        {
          kad_network_keep_publications (self);
          break;
        }
      do_output (self, &output);
      kad_output_clear (&output);
      n++;
    }
  return n > 0;
}
