/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-remove-record-command.h"

#include <glib/gi18n-lib.h>

/**
 * KadRemoveRecordCommand:
 *
 * Stops republishing a record of ours and drops our copy. Kademlia has no delete: what
 * other peers hold of it ages out by itself, within 48 hours.
 *
 * A record that we do not hold is the error NotFound. Done at once.
 */
struct _KadRemoveRecordCommand
{
  KadCommandHandler parent_instance;

  GBytes *key;
};

G_DEFINE_FINAL_TYPE (KadRemoveRecordCommand, kad_remove_record_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_KEY = 1,
};

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadRemoveRecordCommand *self = KAD_REMOVE_RECORD_COMMAND (handler);
  GError *error = NULL;

  if (kad_swarm_remove_record (swarm, self->key, &error))
    kad_command_handler_finish (handler, NULL);
  else
    kad_command_handler_fail (handler, error);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadRemoveRecordCommand *self = KAD_REMOVE_RECORD_COMMAND (object);

  switch (id)
    {
    case PROP_KEY:
      self->key = g_value_dup_boxed (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  KadRemoveRecordCommand *self = KAD_REMOVE_RECORD_COMMAND (object);

  g_clear_pointer (&self->key, g_bytes_unref);
  G_OBJECT_CLASS (kad_remove_record_command_parent_class)->finalize (object);
}

static void
kad_remove_record_command_class_init (KadRemoveRecordCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Stop republishing a record and drop our copy");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;

  g_object_class_install_property (
      object_class, PROP_KEY,
      g_param_spec_boxed ("key", N_ ("Key"), N_ ("The key of the record"), G_TYPE_BYTES,
                          KAD_PARAM_ARGUMENT | KAD_PARAM_KEY | KAD_PARAM_REQUIRED));
}

static void
kad_remove_record_command_init (KadRemoveRecordCommand *self)
{
}
