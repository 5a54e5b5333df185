/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-unprotect-peer-command.h"

#include <glib/gi18n-lib.h>

#include "kad-query-ends.h"

/**
 * KadUnprotectPeerCommand:
 *
 * Takes off a tag that protect-peer put on a peer. The summary's `protected` says whether another
 * tag is left. A tag that is not there is the error NotFound. Done at once.
 */
struct _KadUnprotectPeerCommand
{
  KadCommandHandler parent_instance;

  char *peer;
  char *tag;
};

G_DEFINE_FINAL_TYPE (KadUnprotectPeerCommand, kad_unprotect_peer_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_PEER = 1,
  PROP_TAG,
};

static gboolean
validate (KadCommandHandler *handler, GError **error)
{
  KadUnprotectPeerCommand *self = KAD_UNPROTECT_PEER_COMMAND (handler);
  g_autoptr (KadEndpoint) endpoint = kad_query_ends_parse_peer (self->peer, error);

  return endpoint != NULL;
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadUnprotectPeerCommand *self = KAD_UNPROTECT_PEER_COMMAND (handler);
  g_auto (GVariantBuilder) summary = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GError *error = NULL;
  g_autoptr (KadEndpoint) endpoint = kad_query_ends_parse_peer (self->peer, &error);
  gboolean is_still = FALSE;

  if (endpoint == NULL
      || !kad_swarm_unprotect_peer (swarm, &endpoint->peer, self->tag, &is_still, &error))
    {
      kad_command_handler_fail (handler, error);
      return;
    }
  g_variant_builder_add (&summary, "{sv}", "protected", g_variant_new_boolean (is_still));
  kad_command_handler_finish (handler, g_variant_builder_end (&summary));
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadUnprotectPeerCommand *self = KAD_UNPROTECT_PEER_COMMAND (object);

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
  KadUnprotectPeerCommand *self = KAD_UNPROTECT_PEER_COMMAND (object);

  g_clear_pointer (&self->peer, g_free);
  g_clear_pointer (&self->tag, g_free);
  G_OBJECT_CLASS (kad_unprotect_peer_command_parent_class)->finalize (object);
}

static void
kad_unprotect_peer_command_class_init (KadUnprotectPeerCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Take off the protection of a peer");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
  command_class->validate = validate;

  g_object_class_install_property (
      object_class, PROP_PEER,
      g_param_spec_string ("peer", N_ ("Peer"), N_ ("The id of the peer"), NULL,
                           KAD_PARAM_ARGUMENT | KAD_PARAM_ENDPOINT | KAD_PARAM_REQUIRED));
  g_object_class_install_property (object_class, PROP_TAG,
                                   g_param_spec_string ("tag", N_ ("Tag"),
                                                        N_ ("As it was given to protect-peer"),
                                                        "user", KAD_PARAM_ARGUMENT));
}

static void
kad_unprotect_peer_command_init (KadUnprotectPeerCommand *self)
{
}
