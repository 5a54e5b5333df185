/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-dial-command.h"

#include <glib/gi18n-lib.h>

#include "kad-endpoint.h"
#include "kad-result.h"

/**
 * KadDialCommand:
 *
 * Connects to a peer, or finds the connection that there is. The peer is given by an
 * address, with or without `/p2p/ID` at its end, or by its id if addresses of it are
 * known.
 *
 * The result is the peer that answered and the address it answered at.
 */
struct _KadDialCommand
{
  KadCommandHandler parent_instance;

  char *address;
  KadQueryId query; /* 0 until run() started it */
};

G_DEFINE_FINAL_TYPE (KadDialCommand, kad_dial_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_ADDRESS = 1,
};

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadDialCommand *self = KAD_DIAL_COMMAND (handler);
  GError *error = NULL;
  g_autoptr (KadEndpoint) endpoint = kad_endpoint_parse (self->address, &error);

  if (endpoint == NULL)
    {
      kad_command_handler_fail (handler, error);
      return;
    }
  self->query = kad_swarm_dial (swarm, endpoint, kad_command_handler_get_timeout_us (handler));
  kad_command_handler_own_query (handler, self->query);
}

static GVariant *
new_result (const KadEvent *event)
{
  g_autoptr (KadPeerInfo) info = kad_peer_info_new (&event->peer);

  if (event->address != NULL)
    kad_peer_info_add_address (info, event->address);
  return kad_result_new_peer (info);
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  KadDialCommand *self = KAD_DIAL_COMMAND (handler);

  if (!kad_event_is_query_progress (event, self->query))
    return KAD_EVENT_PASS;
  if (!kad_event_is_last_step (event))
    return KAD_EVENT_CONSUME;
  if (event->error == NULL && kad_peer_id_is_set (&event->peer))
    kad_command_handler_report (handler, new_result (event));
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_end_with_event (handler, event, NULL);
  return KAD_EVENT_CONSUME;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadDialCommand *self = KAD_DIAL_COMMAND (object);

  switch (id)
    {
    case PROP_ADDRESS:
      self->address = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  KadDialCommand *self = KAD_DIAL_COMMAND (object);

  g_clear_pointer (&self->address, g_free);
  G_OBJECT_CLASS (kad_dial_command_parent_class)->finalize (object);
}

static void
kad_dial_command_class_init (KadDialCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Connect to a peer");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
  command_class->on_event = on_event;

  g_object_class_install_property (
      object_class, PROP_ADDRESS,
      g_param_spec_string ("address", N_ ("Address"),
                           N_ ("Where the peer is: a multiaddr, or its peer id"), NULL,
                           KAD_PARAM_ARGUMENT | KAD_PARAM_ENDPOINT | KAD_PARAM_REQUIRED));
}

static void
kad_dial_command_init (KadDialCommand *self)
{
}
