/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-stop-provide-command.h"

#include <glib/gi18n-lib.h>

/**
 * KadStopProvideCommand:
 *
 * Stops announcing a key. What other peers hold of the announcement ages out by itself,
 * within 48 hours.
 *
 * A key that is not provided is the error NotFound. Done at once.
 */
struct _KadStopProvideCommand
{
  KadCommandHandler parent_instance;

  GBytes *key;
};

G_DEFINE_FINAL_TYPE (KadStopProvideCommand, kad_stop_provide_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_KEY = 1,
  PROP_RAW_KEY,
};

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadStopProvideCommand *self = KAD_STOP_PROVIDE_COMMAND (handler);
  GError *error = NULL;

  if (kad_swarm_stop_provide (swarm, self->key, &error))
    kad_command_handler_finish (handler, NULL);
  else
    kad_command_handler_fail (handler, error);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadStopProvideCommand *self = KAD_STOP_PROVIDE_COMMAND (object);

  switch (id)
    {
    case PROP_KEY:
      self->key = g_value_dup_boxed (value);
      break;
    case PROP_RAW_KEY:
      /* The registry heeds it while it reads the key. */
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  KadStopProvideCommand *self = KAD_STOP_PROVIDE_COMMAND (object);

  g_clear_pointer (&self->key, g_bytes_unref);
  G_OBJECT_CLASS (kad_stop_provide_command_parent_class)->finalize (object);
}

static void
kad_stop_provide_command_class_init (KadStopProvideCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Stop announcing that we provide a key");
  command_class->key_use = KAD_KEY_USE_PROVIDER;
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;

  g_object_class_install_property (
      object_class, PROP_KEY,
      g_param_spec_boxed ("key", N_ ("Key"), N_ ("What is provided no longer"), G_TYPE_BYTES,
                          KAD_PARAM_ARGUMENT | KAD_PARAM_KEY | KAD_PARAM_REQUIRED));
  g_object_class_install_property (
      object_class, PROP_RAW_KEY,
      g_param_spec_boolean (
          "raw-key", N_ ("Raw key"),
          N_ ("Take the bytes of a text: key as they are instead of hashing them"), FALSE,
          KAD_PARAM_ARGUMENT));
}

static void
kad_stop_provide_command_init (KadStopProvideCommand *self)
{
}
