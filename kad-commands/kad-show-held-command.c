/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-show-held-command.h"

#include <glib/gi18n-lib.h>

#define DEFAULT_LIMIT 1000

typedef struct
{
  guint from;
  guint limit;
} KadShowHeldCommandPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (KadShowHeldCommand, kad_show_held_command,
                                     KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_FROM = 1,
  PROP_LIMIT,
};

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadShowHeldCommand *self = KAD_SHOW_HELD_COMMAND (handler);
  KadShowHeldCommandClass *klass = KAD_SHOW_HELD_COMMAND_GET_CLASS (self);
  KadShowHeldCommandPrivate *priv = kad_show_held_command_get_instance_private (self);
  g_autoptr (GPtrArray) rows = klass->dup_rows (swarm, priv->from, priv->limit);

  for (guint i = 0; i < rows->len && !kad_command_handler_is_done (handler); i++)
    kad_command_handler_report (handler, klass->new_result (rows->pdata[i]));
  if (!kad_command_handler_is_done (handler))
    kad_command_handler_finish (handler, NULL);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadShowHeldCommandPrivate *priv
      = kad_show_held_command_get_instance_private (KAD_SHOW_HELD_COMMAND (object));

  switch (id)
    {
    case PROP_FROM:
      priv->from = g_value_get_uint (value);
      break;
    case PROP_LIMIT:
      priv->limit = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kad_show_held_command_class_init (KadShowHeldCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;

  g_object_class_install_property (object_class, PROP_FROM,
                                   g_param_spec_uint ("from", N_ ("From"),
                                                      N_ ("How many to leave out at the beginning"),
                                                      0, G_MAXUINT, 0, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (object_class, PROP_LIMIT,
                                   g_param_spec_uint ("limit", N_ ("Limit"),
                                                      N_ ("The most to give"), 1, KAD_MAX_HELD_ROWS,
                                                      DEFAULT_LIMIT, KAD_PARAM_ARGUMENT));
}

static void
kad_show_held_command_init (KadShowHeldCommand *self)
{
}
