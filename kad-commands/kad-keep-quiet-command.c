/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-keep-quiet-command.h"

#include <glib/gi18n-lib.h>

/**
 * KadKeepQuietCommand:
 *
 * Makes the node do only what it is asked for, as on a metered network, or ends that. A quiet node
 * is a client, whatever its mode, and looks after nothing by itself: buckets are not refreshed, and
 * what is published is announced again only before others would forget it. What callers ask for is
 * done as always. The mode that was set holds again afterwards. Done at once, with one result:
 * `quiet`. What is so already is no error.
 *
 * Where that changes what the node does, the event `mode-changed` follows.
 */
struct _KadKeepQuietCommand
{
  KadCommandHandler parent_instance;

  gboolean quiet;
};

G_DEFINE_FINAL_TYPE (KadKeepQuietCommand, kad_keep_quiet_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_QUIET = 1,
};

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  gboolean quiet = KAD_KEEP_QUIET_COMMAND (handler)->quiet;
  GVariantDict result;

  kad_swarm_keep_quiet (swarm, quiet);
  g_variant_dict_init (&result, NULL);
  g_variant_dict_insert (&result, "quiet", "b", quiet);
  kad_command_handler_report (handler, g_variant_dict_end (&result));
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_finish (handler, NULL);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_QUIET:
      KAD_KEEP_QUIET_COMMAND (object)->quiet = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kad_keep_quiet_command_class_init (KadKeepQuietCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  command_class->summary = N_ ("Let this node do only what it is asked for, or no longer");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;

  g_object_class_install_property (
      object_class, PROP_QUIET,
      g_param_spec_boolean ("quiet", N_ ("Quiet"),
                            N_ ("Whether to be quiet: a client that does nothing by itself"), TRUE,
                            KAD_PARAM_ARGUMENT));
}

static void
kad_keep_quiet_command_init (KadKeepQuietCommand *self)
{
}
