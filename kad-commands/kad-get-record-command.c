/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-get-record-command.h"

#include <glib/gi18n-lib.h>

#include "kad-query-ends.h"
#include "kad-result.h"

#define KAD_MAX_QUERY_RESULTS 1024

/**
 * KadGetRecordCommand:
 *
 * Looks a record up, and gives each better one as it is found: the last result is the
 * best.
 *
 * Ends early when `quorum` peers have answered with a record (one, majority, all or a
 * number; the node's own default if not given), or when `limit` results have been given.
 * No record at all is the error NotFound.
 */
struct _KadGetRecordCommand
{
  KadCommandHandler parent_instance;

  GBytes *key;
  char *quorum;
  guint limit;
  KadQueryId query; /* 0 until run() started it */
};

G_DEFINE_FINAL_TYPE (KadGetRecordCommand, kad_get_record_command, KAD_TYPE_COMMAND_HANDLER)

enum
{
  PROP_KEY = 1,
  PROP_QUORUM,
  PROP_LIMIT,
};

static gboolean
validate (KadCommandHandler *handler, GError **error)
{
  KadGetRecordCommand *self = KAD_GET_RECORD_COMMAND (handler);
  guint quorum;

  return self->quorum == NULL || kad_quorum_parse (self->quorum, &quorum, error);
}

/* What was checked by validate() unless somebody made the object without the registry. */
static gboolean
read_quorum (KadGetRecordCommand *self, guint *quorum)
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
  KadGetRecordCommand *self = KAD_GET_RECORD_COMMAND (handler);
  KadQuerySpec spec = {
    .kind = KAD_QUERY_GET_RECORD,
    .key = self->key,
    .limit = self->limit,
    .timeout_us = kad_command_handler_get_timeout_us (handler),
  };

  if (!read_quorum (self, &spec.quorum))
    return;
  self->query = kad_swarm_start_query (swarm, &spec);
  kad_command_handler_own_query (handler, self->query);
}

/* TRUE if the run is over now. */
static gboolean
report_record (KadGetRecordCommand *self, KadEvent *event)
{
  KadCommandHandler *handler = KAD_COMMAND_HANDLER (self);

  kad_command_handler_report (handler, kad_result_new_record (event->record, &event->from));
  if (kad_command_handler_is_done (handler))
    return TRUE;
  if (self->limit == 0 || kad_command_handler_get_n_results (handler) < self->limit)
    return FALSE;
  kad_command_handler_merge_stats (handler, &event->stats);
  kad_command_handler_set_outcome (handler, kad_outcome_get_name (KAD_OUTCOME_STOPPED));
  kad_command_handler_finish (handler, NULL);
  return TRUE;
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  KadGetRecordCommand *self = KAD_GET_RECORD_COMMAND (handler);

  if (!kad_event_is_query_progress (event, self->query))
    return KAD_EVENT_PASS;
  if (event->record != NULL && report_record (self, event))
    return KAD_EVENT_CONSUME;
  if (kad_event_is_last_step (event))
    kad_query_ends_search (handler, event, "a record under this key");
  return KAD_EVENT_CONSUME;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  KadGetRecordCommand *self = KAD_GET_RECORD_COMMAND (object);

  switch (id)
    {
    case PROP_KEY:
      self->key = g_value_dup_boxed (value);
      break;
    case PROP_QUORUM:
      self->quorum = g_value_dup_string (value);
      break;
    case PROP_LIMIT:
      self->limit = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  KadGetRecordCommand *self = KAD_GET_RECORD_COMMAND (object);

  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->quorum, g_free);
  G_OBJECT_CLASS (kad_get_record_command_parent_class)->finalize (object);
}

static void
kad_get_record_command_class_init (KadGetRecordCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = N_ ("Look up a record");
  command_class->broadcasts = KAD_EVENT_BITS_OWN;
  command_class->run = run;
  command_class->on_event = on_event;
  command_class->validate = validate;

  g_object_class_install_property (
      object_class, PROP_KEY,
      g_param_spec_boxed ("key", N_ ("Key"), N_ ("The key of the record"), G_TYPE_BYTES,
                          KAD_PARAM_ARGUMENT | KAD_PARAM_KEY | KAD_PARAM_REQUIRED));
  g_object_class_install_property (
      object_class, PROP_QUORUM,
      g_param_spec_string (
          "quorum", N_ ("Quorum"),
          N_ ("How many peers must answer with a record: one, majority, all or a number"), NULL,
          KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_LIMIT,
      g_param_spec_uint ("limit", N_ ("Limit"),
                         N_ ("The most results to give; 0 for all better ones as they are found"),
                         0, KAD_MAX_QUERY_RESULTS, 0, KAD_PARAM_ARGUMENT));
}

static void
kad_get_record_command_init (KadGetRecordCommand *self)
{
}
