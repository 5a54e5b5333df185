/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running commands from any thread. A run is made in the caller's thread, works in the swarm's,
 * and ends in the caller's; each result is posted to the caller's context before its end, so
 * that the order holds. */
#include "kad-command-registry.h"
#include "kad-error.h"
#include "kad-node-private.h"

/* The task holds the node, whose end joins the thread. So the task goes in the caller's context,
 * with the end that is told there, and never in the node's thread. */
typedef struct
{
  GTask *task; /* (nullable) the thread may look at it until is_done */
  KadCommandHandler *handler;
  KadNodeResultFunc on_result;
  gpointer result_data;
  GDestroyNotify result_destroy;
  gulong cancel_handler;
  gatomicrefcount refs;
  guint64 number; /* as events call it */
  /* in the node's thread only */
  guint64 run;
  gboolean is_cancelled;
  gboolean is_done;
} Run;

typedef struct
{
  Run *run;
  GVariant *result;
  GError *error;
} Message;

static Run *
run_ref (Run *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
run_unref (gpointer data)
{
  Run *self = data;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_object (&self->handler);
  g_clear_object (&self->task);
  g_free (self);
}

static void
message_free (gpointer data)
{
  Message *self = data;

  g_clear_pointer (&self->result, g_variant_unref);
  g_clear_error (&self->error);
  run_unref (self->run);
  g_free (self);
}

static Message *
message_new (Run *run, GVariant *result, const GError *error)
{
  Message *self = g_new0 (Message, 1);

  self->run = run_ref (run);
  self->result = result == NULL ? NULL : g_variant_ref (result);
  self->error = error == NULL ? NULL : g_error_copy (error);
  return self;
}

/* ---- in the caller's context ---- */

static gboolean
deliver_result (gpointer data)
{
  Message *self = data;
  Run *run = self->run;

  if (run->on_result != NULL)
    run->on_result (g_task_get_source_object (run->task), self->result, run->result_data);
  return G_SOURCE_REMOVE;
}

static gboolean
deliver_end (gpointer data)
{
  Message *self = data;
  Run *run = self->run;
  g_autoptr (GTask) task = NULL;

  /* Waits for one who is cancelling right now, in another thread, and looks at the task. */
  g_cancellable_disconnect (g_task_get_cancellable (run->task), run->cancel_handler);
  run->cancel_handler = 0;
  task = g_steal_pointer (&run->task);
  run->on_result = NULL;
  if (run->result_destroy != NULL)
    run->result_destroy (run->result_data);
  if (self->error != NULL)
    g_task_return_error (task, g_steal_pointer (&self->error));
  else
    g_task_return_pointer (task, g_steal_pointer (&self->result), (GDestroyNotify) g_variant_unref);
  return G_SOURCE_REMOVE;
}

/* ---- in the node's thread ---- */

static void
on_result (GVariant *result, gpointer user_data)
{
  Run *self = user_data;

  kad_node_post (g_task_get_context (self->task), deliver_result, message_new (self, result, NULL),
                 message_free);
}

static void
on_done (GVariant *summary, const GError *error, gpointer user_data)
{
  Run *self = user_data;

  self->is_done = TRUE;
  /* A command may have changed what no event tells of, like the mode. */
  kad_node_note_network (g_task_get_source_object (self->task));
  /* It holds the swarm, whose end belongs to this thread, too. */
  g_clear_object (&self->handler);
  kad_node_post (g_task_get_context (self->task), deliver_end, message_new (self, summary, error),
                 message_free);
  run_unref (self);
}

static gboolean
begin (gpointer user_data)
{
  Run *self = user_data;
  KadNode *node = g_task_get_source_object (self->task);
  g_autoptr (GError) error = NULL;
  guint64 run;

  if (self->is_cancelled)
    g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_CANCELLED, "The caller cancelled");
  else if (node->network == NULL)
    g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node shut down");
  run_ref (self); /* until on_done */
  if (error != NULL)
    {
      on_done (NULL, error, self);
      return G_SOURCE_REMOVE;
    }
  run = kad_network_run (node->network, self->handler, self->number, on_result, on_done, self);
  if (!self->is_done)
    self->run = run;
  return G_SOURCE_REMOVE;
}

static gboolean
cancel (gpointer user_data)
{
  Run *self = user_data;
  KadNode *node;

  self->is_cancelled = TRUE;
  if (self->is_done || self->run == 0)
    return G_SOURCE_REMOVE;
  node = g_task_get_source_object (self->task);
  if (node->network != NULL)
    kad_network_cancel (node->network, self->run);
  return G_SOURCE_REMOVE;
}

/* ---- in any thread ---- */

static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Run *self = user_data;
  KadNode *node = g_task_get_source_object (self->task);

  /* A node that stops ends the run by itself. */
  if (!kad_node_post_running (node, cancel, run_ref (self), run_unref, NULL))
    run_unref (self);
}

/**
 * kad_node_run_async:
 * @self: a running node
 * @command: the name of a registered command, like `get-record`
 * @options: (nullable): `a{sv}` of its properties, or text of them; a floating one is taken
 * @on_result_func: (nullable) (scope notified) (closure result_data) (destroy result_destroy):
 *   called for each result as it comes, in the caller's thread-default context
 * @result_data: for @on_result_func
 * @result_destroy: (nullable): frees @result_data after the last result
 * @cancellable: (nullable): cancelling ends the work and its queries
 * @callback: called once, after the last result, in the same context
 * @user_data: for @callback
 *
 * Runs any registered command. Wrong names and values are errors of the call
 * (%KAD_ERROR_UNKNOWN_COMMAND, %KAD_ERROR_INVALID_ARGUMENT), and change nothing.
 */
void
kad_node_run_async (KadNode *self, const char *command, GVariant *options,
                    KadNodeResultFunc on_result_func, gpointer result_data,
                    GDestroyNotify result_destroy, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer user_data)
{
  kad_node_run_full (self, command, options, on_result_func, result_data, result_destroy,
                     cancellable, callback, user_data);
}

static guint64
next_run (KadNode *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return ++self->last_run;
}

/**
 * kad_node_run_full:
 * @self: a running node
 * @command: the name of a registered command, like `get-record`
 * @options: (nullable): `a{sv}` of its properties, or text of them; a floating one is taken
 * @on_result_func: (nullable) (scope notified) (closure result_data) (destroy result_destroy):
 *   called for each result as it comes, in the caller's thread-default context
 * @result_data: for @on_result_func
 * @result_destroy: (nullable): frees @result_data after the last result
 * @cancellable: (nullable): cancelling ends the work and its queries
 * @callback: (scope async): called once, after the last result, in the same context, never before
 *   this returns; kad_node_run_finish() ends it
 * @user_data: for @callback
 *
 * Runs a command like kad_node_run_async(), and numbers the run. The events of its queries say the
 * number (kad_event_get_run()), and so do deliveries (kad_delivery_get_consumer_run()): whoever
 * watches the node knows which of its queries and events are this run's. A number is used once in
 * the life of a node.
 *
 * Returns: the run's number; 0 if it could not begin, which @callback says, too
 */
guint64
kad_node_run_full (KadNode *self, const char *command, GVariant *options,
                   KadNodeResultFunc on_result_func, gpointer result_data,
                   GDestroyNotify result_destroy, GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GVariant) sunk = options == NULL ? NULL : g_variant_ref_sink (options);
  g_autoptr (KadCommandHandler) handler = NULL;
  GError *error = NULL;
  guint64 number;
  Run *run;

  g_task_set_source_tag (task, kad_node_run_async);
  handler = kad_command_registry_create (command, sunk, &error);
  if (handler == NULL)
    {
      if (result_destroy != NULL)
        result_destroy (result_data);
      g_task_return_error (task, error);
      return 0;
    }

  run = g_new0 (Run, 1);
  g_atomic_ref_count_init (&run->refs);
  run->task = g_object_ref (task);
  run->handler = g_steal_pointer (&handler);
  run->on_result = on_result_func;
  run->result_data = result_data;
  run->result_destroy = result_destroy;
  number = run->number = next_run (self);
  if (!kad_node_post_running (self, begin, run_ref (run), run_unref, &error))
    {
      run_unref (run);
      if (result_destroy != NULL)
        result_destroy (result_data);
      g_task_return_error (task, error);
      number = 0;
    }
  else if (cancellable != NULL)
    run->cancel_handler
        = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), run_ref (run), run_unref);
  run_unref (run);
  return number;
}

/**
 * kad_node_run_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: (transfer full): the last line, `a{sv}` with `outcome`, `requests`, `successes`,
 *   `failures`, `duration_us` and what the command adds; %NULL with an error
 */
GVariant *
kad_node_run_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
