/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-put-record-command.h"

#include <glib/gi18n-lib.h>

#include "kad-query-ends.h"

/**
 * KadPutRecordCommand:
 *
 * Stores a record with the peers closest to its key, and keeps it alive until remove-
 * record or the node's end.
 *
 * `quorum` says how many of them must have stored it: one (the default), majority, all or
 * a number. Fewer is the error QuorumFailed, whose message says "n of k" and why; the last
 * line of a success has the reason of each peer that failed. Stored with nobody is never a
 * success.
 */
struct _KadPutRecordCommand
{
  KadCommandHandler parent_instance;

  GBytes *key;
  GBytes *value;
  char *quorum;
  KadQueryId query; /* 0 until run() started it */
  guint needed;     /* KAD_QUORUM_* */
};

G_DEFINE_FINAL_TYPE (KadPutRecordCommand, kad_put_record_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_KEY = 1,
  PROP_VALUE,
  PROP_QUORUM,
};

static gboolean
validate (KadCommandHandler *handler, GError **error)
{
  KadPutRecordCommand *self = KAD_PUT_RECORD_COMMAND (handler);
  guint quorum;

  return self->quorum == NULL || kad_quorum_parse (self->quorum, &quorum, error);
}

/* What was checked by validate() unless somebody made the object without the registry. */
static gboolean
read_quorum (KadPutRecordCommand *self, guint *quorum)
{
  GError *error = NULL;

  *quorum = KAD_QUORUM_DEFAULT;
  if (self->quorum == NULL || kad_quorum_parse (self->quorum, quorum, &error))
    return TRUE;
  kad_command_handler_fail (KAD_COMMAND_HANDLER (self), error);
  return FALSE;
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  KadPutRecordCommand *self = KAD_PUT_RECORD_COMMAND (handler);
  KadQuerySpec spec = {
    .kind = KAD_QUERY_PUT_RECORD,
    .key = self->key,
    .value = self->value,
    .timeout_us = kad_command_handler_get_timeout_us (handler),
  };

  if (!read_quorum (self, &spec.quorum))
    return;
  if (spec.quorum == KAD_QUORUM_DEFAULT)
    spec.quorum = 1;
  self->needed = spec.quorum;
  self->query = kad_swarm_start_query (swarm, &spec);
  kad_command_handler_own_query (handler, self->query);
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  KadPutRecordCommand *self = KAD_PUT_RECORD_COMMAND (handler);

  if (!kad_event_is_query_progress (event, self->query))
    return KAD_EVENT_PASS;
  if (kad_event_is_last_step (event))
    kad_query_ends_write (handler, event, self->needed);
  return KAD_EVENT_CONSUME;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadPutRecordCommand *self = KAD_PUT_RECORD_COMMAND (object);

  switch (id)
    {
    case PROP_KEY:
      self->key = g_value_dup_boxed (value);
      break;
    case PROP_VALUE:
      self->value = g_value_dup_boxed (value);
      break;
    case PROP_QUORUM:
      self->quorum = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  KadPutRecordCommand *self = KAD_PUT_RECORD_COMMAND (object);

  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->value, g_bytes_unref);
  g_clear_pointer (&self->quorum, g_free);
  G_OBJECT_CLASS (kad_put_record_command_parent_class)->finalize (object);
}

static void
kad_put_record_command_class_init (KadPutRecordCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Store a record with the peers closest to its key");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->default_timeout_ms = KAD_COMMAND_LONG_TIMEOUT_MS;
  command_class->run = run;
  command_class->on_event = on_event;
  command_class->validate = validate;

  g_object_class_install_property (
      object_class, PROP_KEY,
      g_param_spec_boxed ("key", N_ ("Key"), N_ ("The key of the record"), G_TYPE_BYTES,
                          KAD_PARAM_ARGUMENT | KAD_PARAM_KEY | KAD_PARAM_REQUIRED));
  g_object_class_install_property (object_class, PROP_VALUE,
                                   g_param_spec_boxed ("value", N_ ("Value"),
                                                       N_ ("The bytes to store"), G_TYPE_BYTES,
                                                       KAD_PARAM_ARGUMENT | KAD_PARAM_REQUIRED));
  g_object_class_install_property (
      object_class, PROP_QUORUM,
      g_param_spec_string ("quorum", N_ ("Quorum"),
                           N_ ("How many peers must store it: one, majority, all or a number"),
                           NULL, KAD_PARAM_ARGUMENT));
}

static void
kad_put_record_command_init (KadPutRecordCommand *self)
{
}
