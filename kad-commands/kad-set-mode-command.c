/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-set-mode-command.h"

#include <glib/gi18n-lib.h>

/**
 * KadSetModeCommand:
 *
 * Changes whether the running node serves the DHT: `auto`, `client` or `server`. Done at once.
 * Where that changes what it does, the event `mode-changed` follows, and everybody who is connected
 * is told. The mode that it has already is no error.
 */
struct _KadSetModeCommand
{
  KadCommandHandler parent_instance;

  char *mode;
};

G_DEFINE_FINAL_TYPE (KadSetModeCommand, kad_set_mode_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_MODE = 1,
};

static gboolean
validate (KadCommandHandler *handler, GError **error)
{
  KadMode mode;

  return kad_mode_parse (KAD_SET_MODE_COMMAND (handler)->mode, &mode, error);
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadSetModeCommand *self = KAD_SET_MODE_COMMAND (handler);
  GError *error = NULL;
  KadMode mode;

  if (!kad_mode_parse (self->mode, &mode, &error))
    {
      kad_command_handler_fail (handler, error);
      return;
    }
  kad_swarm_set_mode (swarm, mode);
  kad_command_handler_finish (handler, NULL);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadSetModeCommand *self = KAD_SET_MODE_COMMAND (object);

  switch (id)
    {
    case PROP_MODE:
      self->mode = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  g_free (KAD_SET_MODE_COMMAND (object)->mode);
  G_OBJECT_CLASS (kad_set_mode_command_parent_class)->finalize (object);
}

static void
kad_set_mode_command_class_init (KadSetModeCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Change whether this node serves others");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->validate = validate;
  command_class->run = run;

  g_object_class_install_property (
      object_class, PROP_MODE,
      g_param_spec_string ("mode", N_ ("Mode"),
                           N_ ("auto (a server as soon as others can reach it), client or server"),
                           NULL, KAD_PARAM_ARGUMENT | KAD_PARAM_REQUIRED));
}

static void
kad_set_mode_command_init (KadSetModeCommand *self)
{
}
