/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-start-provide-command.h"

#include <glib/gi18n-lib.h>

#include "kad-query-ends.h"

/**
 * KadStartProvideCommand:
 *
 * Announces to the peers nearest to a key that we provide it, and keeps announcing it in
 * time until stop-provide or the node's end.
 *
 * The run is done when the first announcement has ended; its last line says with how many
 * peers of how many it was stored, and why not with the others. Stored with nobody is an
 * error. An announcement has no answer on the wire, so that "stored" means "sent whole".
 */
struct _KadStartProvideCommand
{
  KadCommandHandler parent_instance;

  GBytes *key;
  gboolean once;
  KadQueryId query; /* 0 until run() started it */
};

G_DEFINE_FINAL_TYPE (KadStartProvideCommand, kad_start_provide_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_KEY = 1,
  PROP_ONCE,
  PROP_RAW_KEY,
};

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadStartProvideCommand *self = KAD_START_PROVIDE_COMMAND (handler);
  KadQuerySpec spec = {
    .kind = KAD_QUERY_PROVIDE,
    .key = self->key,
    .once = self->once,
    .timeout_us = kad_command_handler_get_timeout_us (handler),
  };

  self->query = kad_swarm_start_query (swarm, &spec);
  kad_command_handler_own_query (handler, self->query);
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  KadStartProvideCommand *self = KAD_START_PROVIDE_COMMAND (handler);

  if (!kad_event_is_query_progress (event, self->query))
    return KAD_EVENT_PASS;
  if (kad_event_is_last_step (event))
    kad_query_ends_write (handler, event, KAD_QUORUM_DEFAULT);
  return KAD_EVENT_CONSUME;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadStartProvideCommand *self = KAD_START_PROVIDE_COMMAND (object);

  switch (id)
    {
    case PROP_KEY:
      self->key = g_value_dup_boxed (value);
      break;
    case PROP_ONCE:
      self->once = g_value_get_boolean (value);
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
  KadStartProvideCommand *self = KAD_START_PROVIDE_COMMAND (object);

  g_clear_pointer (&self->key, g_bytes_unref);
  G_OBJECT_CLASS (kad_start_provide_command_parent_class)->finalize (object);
}

static void
kad_start_provide_command_class_init (KadStartProvideCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Announce that we provide a key");
  command_class->key_use = KAD_KEY_USE_PROVIDER;
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->default_timeout_ms = KAD_COMMAND_LONG_TIMEOUT_MS;
  command_class->run = run;
  command_class->on_event = on_event;

  g_object_class_install_property (
      object_class, PROP_KEY,
      g_param_spec_boxed ("key", N_ ("Key"), N_ ("What is provided"), G_TYPE_BYTES,
                          KAD_PARAM_ARGUMENT | KAD_PARAM_KEY | KAD_PARAM_REQUIRED));
  g_object_class_install_property (object_class, PROP_ONCE,
                                   g_param_spec_boolean ("once", N_ ("Once"),
                                                         N_ ("Announce once and do not repeat it"),
                                                         FALSE, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_RAW_KEY,
      g_param_spec_boolean (
          "raw-key", N_ ("Raw key"),
          N_ ("Take the bytes of a text: key as they are instead of hashing them"), FALSE,
          KAD_PARAM_ARGUMENT));
}

static void
kad_start_provide_command_init (KadStartProvideCommand *self)
{
}
