/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-hang-up-command.h"

#include <glib/gi18n-lib.h>

#include "kad-query-ends.h"

/**
 * KadHangUpCommand:
 *
 * Closes every connection with a peer. A peer that is not connected is the error NotFound.
 * Done at once.
 */
struct _KadHangUpCommand
{
  KadCommandHandler parent_instance;

  char *peer;
};

G_DEFINE_FINAL_TYPE (KadHangUpCommand, kad_hang_up_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_PEER = 1,
};

static gboolean
validate (KadCommandHandler *handler, GError **error)
{
  KadHangUpCommand *self = KAD_HANG_UP_COMMAND (handler);
  g_autoptr (KadEndpoint) endpoint = kad_query_ends_parse_peer (self->peer, error);

  return endpoint != NULL;
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadHangUpCommand *self = KAD_HANG_UP_COMMAND (handler);
  GError *error = NULL;
  g_autoptr (KadEndpoint) endpoint = kad_query_ends_parse_peer (self->peer, &error);

  if (endpoint != NULL && kad_swarm_hang_up (swarm, &endpoint->peer, &error))
    kad_command_handler_finish (handler, NULL);
  else
    kad_command_handler_fail (handler, error);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadHangUpCommand *self = KAD_HANG_UP_COMMAND (object);

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
  KadHangUpCommand *self = KAD_HANG_UP_COMMAND (object);

  g_clear_pointer (&self->peer, g_free);
  G_OBJECT_CLASS (kad_hang_up_command_parent_class)->finalize (object);
}

static void
kad_hang_up_command_class_init (KadHangUpCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Close the connections with a peer");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
  command_class->validate = validate;

  g_object_class_install_property (
      object_class, PROP_PEER,
      g_param_spec_string ("peer", N_ ("Peer"), N_ ("The id of the peer"), NULL,
                           KAD_PARAM_ARGUMENT | KAD_PARAM_ENDPOINT | KAD_PARAM_REQUIRED));
}

static void
kad_hang_up_command_init (KadHangUpCommand *self)
{
}
