/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-show-identity-command.h"

#include <glib/gi18n-lib.h>

#include "kad-endpoint.h"
#include "kad-result.h"

/**
 * KadShowIdentityCommand:
 *
 * Gives what a peer says of itself: agent, protocols, addresses, and the address at which
 * it sees us. Without a peer, what we say of ourselves, at once.
 *
 * The peer is asked anew, and dialled if needed.
 */
struct _KadShowIdentityCommand
{
  KadCommandHandler parent_instance;

  char *peer;
  KadQueryId query; /* 0 until run() started it */
};

G_DEFINE_FINAL_TYPE (KadShowIdentityCommand, kad_show_identity_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_PEER = 1,
};

static void
report (KadCommandHandler *handler, const KadIdentity *identity)
{
  kad_command_handler_report (handler, kad_result_new_identity (identity));
}

static void
show_ourselves (KadCommandHandler *handler, KadSwarm *swarm)
{
  g_autoptr (KadIdentity) identity = kad_swarm_dup_identity (swarm);

  report (handler, identity);
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_finish (handler, NULL);
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadShowIdentityCommand *self = KAD_SHOW_IDENTITY_COMMAND (handler);
  g_autoptr (KadEndpoint) endpoint = NULL;
  GError *error = NULL;

  if (self->peer == NULL)
    {
      show_ourselves (handler, swarm);
      return;
    }
  endpoint = kad_endpoint_parse (self->peer, &error);
  if (endpoint == NULL)
    {
      kad_command_handler_fail (handler, error);
      return;
    }
  self->query = kad_swarm_identify (swarm, endpoint, kad_command_handler_get_timeout_us (handler));
  kad_command_handler_own_query (handler, self->query);
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  KadShowIdentityCommand *self = KAD_SHOW_IDENTITY_COMMAND (handler);

  if (!kad_event_is_query_progress (event, self->query))
    return KAD_EVENT_PASS;
  if (!kad_event_is_last_step (event))
    return KAD_EVENT_CONSUME;
  if (event->error == NULL && event->identity != NULL)
    report (handler, event->identity);
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_end_with_event (handler, event, NULL);
  return KAD_EVENT_CONSUME;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadShowIdentityCommand *self = KAD_SHOW_IDENTITY_COMMAND (object);

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
  KadShowIdentityCommand *self = KAD_SHOW_IDENTITY_COMMAND (object);

  g_clear_pointer (&self->peer, g_free);
  G_OBJECT_CLASS (kad_show_identity_command_parent_class)->finalize (object);
}

static void
kad_show_identity_command_class_init (KadShowIdentityCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Show what a peer says of itself");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
  command_class->on_event = on_event;

  g_object_class_install_property (
      object_class, PROP_PEER,
      g_param_spec_string ("peer", N_ ("Peer"),
                           N_ ("The id of the peer, or its address; without it, this node"), NULL,
                           KAD_PARAM_ARGUMENT | KAD_PARAM_ENDPOINT));
}

static void
kad_show_identity_command_init (KadShowIdentityCommand *self)
{
}
