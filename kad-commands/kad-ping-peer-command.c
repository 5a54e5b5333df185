/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ping-peer-command.h"

#include <glib/gi18n-lib.h>

#include "kad-endpoint.h"
#include "kad-result.h"

/**
 * KadPingPeerCommand:
 *
 * Measures one round trip to a peer with `/ipfs/ping/1.0.0`, dialling it if needed.
 */
struct _KadPingPeerCommand
{
  KadCommandHandler parent_instance;

  char *peer;
  KadQueryId query; /* 0 until run() started it */
};

G_DEFINE_FINAL_TYPE (KadPingPeerCommand, kad_ping_peer_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_PEER = 1,
};

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadPingPeerCommand *self = KAD_PING_PEER_COMMAND (handler);
  GError *error = NULL;
  g_autoptr (KadEndpoint) endpoint = kad_endpoint_parse (self->peer, &error);

  if (endpoint == NULL)
    {
      kad_command_handler_fail (handler, error);
      return;
    }
  self->query = kad_swarm_ping (swarm, endpoint, kad_command_handler_get_timeout_us (handler));
  kad_command_handler_own_query (handler, self->query);
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  KadPingPeerCommand *self = KAD_PING_PEER_COMMAND (handler);

  if (!kad_event_is_query_progress (event, self->query))
    return KAD_EVENT_PASS;
  if (!kad_event_is_last_step (event))
    return KAD_EVENT_CONSUME;
  if (event->error == NULL && kad_peer_id_is_set (&event->peer))
    kad_command_handler_report (handler, kad_result_new_ping (&event->peer, event->rtt_us));
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_end_with_event (handler, event, NULL);
  return KAD_EVENT_CONSUME;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadPingPeerCommand *self = KAD_PING_PEER_COMMAND (object);

  switch (id)
    {
    case PROP_PEER:
      self->peer = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  KadPingPeerCommand *self = KAD_PING_PEER_COMMAND (object);

  g_clear_pointer (&self->peer, g_free);
  G_OBJECT_CLASS (kad_ping_peer_command_parent_class)->finalize (object);
}

static void
kad_ping_peer_command_class_init (KadPingPeerCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Measure the round trip to a peer");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
  command_class->on_event = on_event;

  g_object_class_install_property (
      object_class, PROP_PEER,
      g_param_spec_string ("peer", N_ ("Peer"), N_ ("The id of the peer, or its address"), NULL,
                           KAD_PARAM_ARGUMENT | KAD_PARAM_ENDPOINT | KAD_PARAM_REQUIRED));
}

static void
kad_ping_peer_command_init (KadPingPeerCommand *self)
{
}
