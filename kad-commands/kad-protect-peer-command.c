/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-protect-peer-command.h"

#include <glib/gi18n-lib.h>

#include "kad-query-ends.h"

/**
 * KadProtectPeerCommand:
 *
 * Keeps the connections with a peer when there are too many, until the last tag is taken off with
 * unprotect-peer. The peer need not be connected. Done at once.
 */
struct _KadProtectPeerCommand
{
  KadCommandHandler parent_instance;

  char *peer;
  char *tag;
};

G_DEFINE_FINAL_TYPE (KadProtectPeerCommand, kad_protect_peer_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_PEER = 1,
  PROP_TAG,
};

static gboolean
validate (KadCommandHandler *handler, GError **error)
{
  KadProtectPeerCommand *self = KAD_PROTECT_PEER_COMMAND (handler);
  g_autoptr (KadEndpoint) endpoint = kad_query_ends_parse_peer (self->peer, error);

  return endpoint != NULL;
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadProtectPeerCommand *self = KAD_PROTECT_PEER_COMMAND (handler);
  GError *error = NULL;
  g_autoptr (KadEndpoint) endpoint = kad_query_ends_parse_peer (self->peer, &error);

  if (endpoint != NULL && kad_swarm_protect_peer (swarm, &endpoint->peer, self->tag, &error))
    kad_command_handler_finish (handler, NULL);
  else
    kad_command_handler_fail (handler, error);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadProtectPeerCommand *self = KAD_PROTECT_PEER_COMMAND (object);

  switch (id)
    {
    case PROP_PEER:
      self->peer = g_value_dup_string (value);
      break;
    case PROP_TAG:
      self->tag = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  KadProtectPeerCommand *self = KAD_PROTECT_PEER_COMMAND (object);

  g_clear_pointer (&self->peer, g_free);
  g_clear_pointer (&self->tag, g_free);
  G_OBJECT_CLASS (kad_protect_peer_command_parent_class)->finalize (object);
}

static void
kad_protect_peer_command_class_init (KadProtectPeerCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Keep the connections with a peer, however many there are");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
  command_class->validate = validate;

  g_object_class_install_property (
      object_class, PROP_PEER,
      g_param_spec_string ("peer", N_ ("Peer"), N_ ("The id of the peer"), NULL,
                           KAD_PARAM_ARGUMENT | KAD_PARAM_ENDPOINT | KAD_PARAM_REQUIRED));
  g_object_class_install_property (
      object_class, PROP_TAG,
      g_param_spec_string (
          "tag", N_ ("Tag"),
          N_ ("Who wants it so; the peer is protected until each tag is taken off"), "user",
          KAD_PARAM_ARGUMENT));
}

static void
kad_protect_peer_command_init (KadProtectPeerCommand *self)
{
}
