/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-command-handler.h"

#include <glib/gi18n-lib.h>

#include "kad-command-handler-private.h"
#include "kad-error.h"
#include "kad-time.h"

/**
 * KadCommandHandler:
 *
 * One run of one command. A subclass is a DHT command: its construct
 * properties are the arguments, its struct is the run's state, and its two
 * methods are run() and on_event().
 *
 * A run ends exactly once: by kad_command_handler_finish(),
 * kad_command_handler_fail(), or from outside, when it is cancelled, timed out,
 * or its node stops. Queries it owns are cancelled then. Everything happens in
 * the thread of the dispatcher.
 */
typedef struct
{
  const char *name; /* (nullable) interned */
  KadSwarm *swarm;  /* (owned) from attach on */
  const KadCommandSink *sink;
  gpointer run;

  guint timeout_ms;
  KadQueryStats stats;
  char *outcome; /* (owned) (nullable) */
  guint n_results;
  guint done, total; /* steps */
  gboolean is_done;
  gboolean was_aborted;
} KadCommandHandlerPrivate;

/**
 * KadCommandHandlerClass::run:
 * @self: a handler
 * @swarm: what does the work
 *
 * Starts the work and returns at once; may finish at once.
 */

/**
 * KadCommandHandlerClass::on_event:
 * @self: a handler
 * @event: what happened
 *
 * Consumes an event or passes it; may report, finish or fail.
 *
 * Returns: what it did with it
 */

/**
 * KadCommandHandlerClass::validate:
 * @self: a handler
 *
 * Checks what the types of the properties cannot say, before anything runs.
 *
 * Returns: %FALSE with %KAD_ERROR_INVALID_ARGUMENT or its like
 */

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (KadCommandHandler, kad_command_handler, G_TYPE_OBJECT)

#define PRIV(self)                                                                                 \
  ((KadCommandHandlerPrivate *) kad_command_handler_get_instance_private (                         \
      KAD_COMMAND_HANDLER (self)))

enum
{
  PROP_TIMEOUT_MS = 1,
};

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_TIMEOUT_MS:
      PRIV (object)->timeout_ms = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  KadCommandHandlerPrivate *priv = PRIV (object);

  g_clear_object (&priv->swarm);
  g_clear_pointer (&priv->outcome, g_free);
  G_OBJECT_CLASS (kad_command_handler_parent_class)->finalize (object);
}

/* A class that says nothing else: a module's, since ours all do. */
static void
run_nothing (KadCommandHandler *self, KadSwarm *swarm)
{
  kad_command_handler_fail (self,
                            g_error_new (KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
                                         "The command %s does nothing: its class has no run()",
                                         kad_command_handler_get_name (self)));
}

static KadEventFate
pass (KadCommandHandler *self, KadEvent *event)
{
  return KAD_EVENT_PASS;
}

static void
kad_command_handler_class_init (KadCommandHandlerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  klass->run = run_nothing;
  klass->on_event = pass;
  klass->key_use = KAD_KEY_USE_RECORD;
  klass->broadcasts = KAD_EVENT_BITS_ALL;
  klass->default_timeout_ms = KAD_COMMAND_TIMEOUT_MS;

  /**
   * KadCommandHandler:timeout-ms:
   *
   * After how many milliseconds the run fails with %KAD_ERROR_TIMEOUT; 0 for
   * the command's default.
   */
  g_object_class_install_property (
      object_class, PROP_TIMEOUT_MS,
      g_param_spec_uint ("timeout-ms", N_ ("Timeout"),
                         N_ ("Milliseconds after which it fails; 0 for the default"), 0,
                         KAD_MAX_COMMAND_TIMEOUT_MS, 0,
                         G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

static void
kad_command_handler_init (KadCommandHandler *self)
{
}

/**
 * kad_command_handler_own_query:
 * @self: a running handler
 * @query: what a call of #KadSwarm gave
 *
 * Events of @query come to this handler first, and @query is cancelled if the
 * handler ends before it. May be called for many queries.
 */
void
kad_command_handler_own_query (KadCommandHandler *self, KadQueryId query)
{
  KadCommandHandlerPrivate *priv = PRIV (self);

  g_return_if_fail (query != 0);
  g_return_if_fail (priv->swarm != NULL);

  if (priv->is_done)
    kad_swarm_cancel (priv->swarm, query);
  else
    priv->sink->own_query (priv->run, query);
}

/**
 * kad_command_handler_get_swarm:
 * @self: a handler
 *
 * Returns: (transfer none) (nullable): the swarm it runs on, %NULL before run()
 */
KadSwarm *
kad_command_handler_get_swarm (KadCommandHandler *self)
{
  return PRIV (self)->swarm;
}

/**
 * kad_command_handler_get_timeout_us:
 * @self: a handler
 *
 * Returns: how long the run may take, in microseconds; never 0
 */
gint64
kad_command_handler_get_timeout_us (KadCommandHandler *self)
{
  guint timeout_ms = PRIV (self)->timeout_ms;

  if (timeout_ms == 0)
    timeout_ms = KAD_COMMAND_HANDLER_GET_CLASS (self)->default_timeout_ms;
  return timeout_ms * KAD_USEC_PER_MSEC;
}

/**
 * kad_command_handler_get_now_us:
 * @self: a handler
 *
 * Returns: monotonic time as of the dispatcher's last input, 0 when not running
 */
gint64
kad_command_handler_get_now_us (KadCommandHandler *self)
{
  KadCommandHandlerPrivate *priv = PRIV (self);

  return priv->is_done || priv->sink == NULL ? 0 : priv->sink->get_now_us (priv->run);
}

/**
 * kad_command_handler_merge_stats:
 * @self: a running handler
 * @stats: what one query did in all
 *
 * Adds to what the last line tells. A query's events carry what it did *so
 * far*, so this is for the last event of each query, once.
 */
void
kad_command_handler_merge_stats (KadCommandHandler *self, const KadQueryStats *stats)
{
  kad_query_stats_merge (&PRIV (self)->stats, stats);
}

/**
 * kad_command_handler_set_outcome:
 * @self: a running handler
 * @outcome: a word for the last line, `completed` unless set
 *
 * Says how the run ended.
 */
void
kad_command_handler_set_outcome (KadCommandHandler *self, const char *outcome)
{
  KadCommandHandlerPrivate *priv = PRIV (self);

  g_free (priv->outcome);
  priv->outcome = g_strdup (outcome);
}

/**
 * kad_command_handler_report:
 * @self: a running handler
 * @result: an `a{sv}`, floating or owned; taken
 *
 * Gives one result to the caller at once.
 */
void
kad_command_handler_report (KadCommandHandler *self, GVariant *result)
{
  KadCommandHandlerPrivate *priv = PRIV (self);
  g_autoptr (GVariant) taken = g_variant_take_ref (result);

  g_return_if_fail (g_variant_is_of_type (taken, G_VARIANT_TYPE_VARDICT));
  g_return_if_fail (priv->sink != NULL);

  if (priv->is_done)
    return;
  priv->n_results++;
  priv->sink->report (priv->run, taken);
}

/**
 * kad_command_handler_set_progress:
 * @self: a running handler
 * @done: how many steps are done, at most @total
 * @total: of how many; may grow on the way
 *
 * Says how far a run is that takes many steps: whoever looks on hears it by a
 * %KAD_EVENT_RUN_PROGRESS, in which the number of the run stands. Nothing is told if nothing
 * changed.
 */
void
kad_command_handler_set_progress (KadCommandHandler *self, guint done, guint total)
{
  KadCommandHandlerPrivate *priv = PRIV (self);

  g_return_if_fail (done <= total);
  g_return_if_fail (priv->sink != NULL);

  if (priv->is_done || (priv->done == done && priv->total == total))
    return;
  priv->done = done;
  priv->total = total;
  priv->sink->progress (priv->run, done, total);
}

/**
 * kad_command_handler_get_n_results:
 * @self: a handler
 *
 * Returns: how many results it has reported
 */
guint
kad_command_handler_get_n_results (KadCommandHandler *self)
{
  return PRIV (self)->n_results;
}

/* Whether the handler may still end by itself; tells the programmer if it did already. */
static gboolean
may_end (KadCommandHandler *self)
{
  KadCommandHandlerPrivate *priv = PRIV (self);

  if (priv->sink == NULL)
    {
      g_critical ("Command %s ends without running", kad_command_handler_get_name (self));
      return FALSE;
    }
  if (priv->is_done && !priv->was_aborted)
    g_critical ("Command %s ends a second time", kad_command_handler_get_name (self));
  return !priv->is_done;
}

static GVariant *
build_summary (KadCommandHandler *self, GVariant *extra)
{
  KadCommandHandlerPrivate *priv = PRIV (self);
  gint64 elapsed_us = priv->sink->get_now_us (priv->run) - priv->sink->get_started_us (priv->run);
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  GVariant *entry;

  g_variant_builder_add (&builder, "{sv}", "outcome",
                         g_variant_new_string (priv->outcome ? priv->outcome : "completed"));
  g_variant_builder_add (&builder, "{sv}", "requests", g_variant_new_uint32 (priv->stats.requests));
  g_variant_builder_add (&builder, "{sv}", "successes",
                         g_variant_new_uint32 (priv->stats.successes));
  g_variant_builder_add (&builder, "{sv}", "failures", g_variant_new_uint32 (priv->stats.failures));
  g_variant_builder_add (&builder, "{sv}", "duration_us",
                         g_variant_new_int64 (MAX (elapsed_us, priv->stats.duration_us)));
  if (extra != NULL)
    {
      g_variant_iter_init (&iter, extra);
      while ((entry = g_variant_iter_next_value (&iter)) != NULL)
        {
          g_variant_builder_add_value (&builder, entry);
          g_variant_unref (entry);
        }
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * kad_command_handler_finish:
 * @self: a running handler
 * @summary: (nullable): an `a{sv}` added to the last line; floating or owned, taken
 *
 * Ends well. The caller's callback may run right here: nothing may follow it.
 * A second end is ignored, with a critical for the programmer.
 */
void
kad_command_handler_finish (KadCommandHandler *self, GVariant *summary)
{
  KadCommandHandlerPrivate *priv = PRIV (self);
  g_autoptr (GVariant) extra = summary != NULL ? g_variant_take_ref (summary) : NULL;
  g_autoptr (GVariant) last = NULL;

  if (!may_end (self))
    return;
  last = build_summary (self, extra);
  priv->is_done = TRUE;
  priv->sink->end (priv->run, last, NULL);
}

/**
 * kad_command_handler_fail:
 * @self: a running handler
 * @error: (transfer full): why
 *
 * Ends with an error. As kad_command_handler_finish() otherwise.
 */
void
kad_command_handler_fail (KadCommandHandler *self, GError *error)
{
  KadCommandHandlerPrivate *priv = PRIV (self);
  g_autoptr (GError) owned = error;

  g_return_if_fail (error != NULL);

  if (!may_end (self))
    return;
  priv->is_done = TRUE;
  priv->sink->end (priv->run, NULL, owned);
}

/* The error of a last event, also where only its outcome says so; NULL: it ended well. */
static GError *
dup_event_error (KadCommandHandler *self, const KadEvent *event)
{
  const char *name = kad_command_handler_get_name (self);

  if (event->error != NULL)
    return g_error_copy (event->error);
  switch (event->outcome)
    {
    case KAD_OUTCOME_TIMED_OUT:
      return g_error_new (KAD_ERROR, KAD_ERROR_TIMEOUT,
                          "%s timed out: %u of %u requests were answered; allow more time", name,
                          event->stats.successes, event->stats.requests);
    case KAD_OUTCOME_CANCELLED:
      return g_error_new (KAD_ERROR, KAD_ERROR_CANCELLED, "%s was cancelled", name);
    case KAD_OUTCOME_FAILED:
      return g_error_new (KAD_ERROR, KAD_ERROR_FAILED, "%s failed for no known reason", name);
    case KAD_OUTCOME_RUNNING:
    case KAD_OUTCOME_COMPLETED:
    case KAD_OUTCOME_STOPPED:
    case KAD_OUTCOME_STARVED:
      break;
    }
  return NULL;
}

/**
 * kad_command_handler_end_with_event:
 * @self: a running handler
 * @event: the last event of its query
 * @summary: (nullable): an `a{sv}` added to the last line; floating or owned, taken
 *
 * Merges the statistics of @event, then ends as @event says: with its error, an
 * error for its outcome, or well.
 */
void
kad_command_handler_end_with_event (KadCommandHandler *self, KadEvent *event, GVariant *summary)
{
  g_autoptr (GVariant) extra = summary != NULL ? g_variant_take_ref (summary) : NULL;
  GError *error = dup_event_error (self, event);

  if (error != NULL)
    {
      kad_command_handler_fail (self, error);
      return;
    }
  kad_command_handler_merge_stats (self, &event->stats);
  /* An operation that is no query has no outcome to tell. */
  if (event->outcome != KAD_OUTCOME_RUNNING)
    kad_command_handler_set_outcome (self, kad_outcome_get_name (event->outcome));
  kad_command_handler_finish (self, g_steal_pointer (&extra));
}

/**
 * kad_command_handler_is_done:
 * @self: a handler
 *
 * Returns: whether it has ended, in whatever way
 */
gboolean
kad_command_handler_is_done (KadCommandHandler *self)
{
  return PRIV (self)->is_done;
}

/**
 * kad_command_handler_get_name:
 * @self: a handler
 *
 * Returns: (transfer none): the command's name in the registry, or the type's
 *   name for a handler that the registry did not make
 */
const char *
kad_command_handler_get_name (KadCommandHandler *self)
{
  const char *name = PRIV (self)->name;

  return name != NULL ? name : G_OBJECT_TYPE_NAME (self);
}

/* ---- the dispatcher's side ---- */

void
kad_command_handler_set_name (KadCommandHandler *self, const char *name)
{
  PRIV (self)->name = g_intern_string (name);
}

gboolean
kad_command_handler_attach (KadCommandHandler *self, KadSwarm *swarm, const KadCommandSink *sink,
                            gpointer run)
{
  KadCommandHandlerPrivate *priv = PRIV (self);

  g_return_val_if_fail (priv->sink == NULL, FALSE);

  priv->swarm = g_object_ref (swarm);
  priv->sink = sink;
  priv->run = run;
  return TRUE;
}

void
kad_command_handler_start (KadCommandHandler *self)
{
  KAD_COMMAND_HANDLER_GET_CLASS (self)->run (self, PRIV (self)->swarm);
}

KadEventFate
kad_command_handler_offer (KadCommandHandler *self, KadEvent *event)
{
  return KAD_COMMAND_HANDLER_GET_CLASS (self)->on_event (self, event);
}

void
kad_command_handler_abort (KadCommandHandler *self, const GError *error)
{
  KadCommandHandlerPrivate *priv = PRIV (self);

  if (priv->is_done)
    return;
  priv->is_done = TRUE;
  priv->was_aborted = TRUE;
  priv->sink->end (priv->run, NULL, error);
}

guint64
kad_command_handler_get_broadcasts (KadCommandHandler *self)
{
  return KAD_COMMAND_HANDLER_GET_CLASS (self)->broadcasts;
}
