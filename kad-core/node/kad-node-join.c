/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting and joining as one call. Those who wait are told by the node's thread, each in his own
 * context: the message carries the task there, and never lets go of it elsewhere. */
#include "kad-error.h"
#include "kad-node-private.h"

typedef struct
{
  GTask *task;
  GError *error; /* (nullable) */
} End;

static void
end_free (gpointer data)
{
  End *self = data;

  g_clear_error (&self->error);
  g_object_unref (self->task);
  g_free (self);
}

static gboolean
return_end (gpointer data)
{
  End *self = data;

  if (self->error != NULL)
    g_task_return_error (self->task, g_steal_pointer (&self->error));
  else
    g_task_return_boolean (self->task, TRUE);
  return G_SOURCE_REMOVE;
}

void
kad_node_end_joins (KadNode *self, const GError *error)
{
  g_autoptr (GPtrArray) joins = g_ptr_array_new ();

  g_mutex_lock (&self->lock);
  g_clear_error (&self->join_error);
  self->join_error = error == NULL ? NULL : g_error_copy (error);
  while (self->joins->len > 0)
    g_ptr_array_add (joins, g_ptr_array_steal_index (self->joins, 0));
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < joins->len; i++)
    {
      End *end = g_new0 (End, 1);

      end->task = joins->pdata[i];
      end->error = error == NULL ? NULL : g_error_copy (error);
      kad_node_post (g_task_get_context (end->task), return_end, end, end_free);
    }
}

/* FALSE if it was told, or is being told. */
static gboolean
leave (KadNode *self, GTask *task)
{
  gboolean was_there;

  g_mutex_lock (&self->lock);
  was_there = g_ptr_array_find (self->joins, task, NULL);
  if (was_there)
    g_ptr_array_remove (self->joins, task);
  g_mutex_unlock (&self->lock);
  if (was_there)
    g_object_unref (task);
  return was_there;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);

  if (leave (g_task_get_source_object (task), task))
    g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
source_free (gpointer data)
{
  g_source_destroy (data);
  g_source_unref (data);
}

/* It runs. @is_new: since this call started it, so that a failure until now is an answer. */
static void
wait_joined (KadNode *self, GTask *task, gboolean is_new)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  /* The first of a network joins nobody. */
  if (self->config->bootstrap->len == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_mutex_lock (&self->lock);
  if (is_new && self->join_error != NULL)
    error = g_error_copy (self->join_error);
  else
    g_ptr_array_add (self->joins, g_object_ref (task));
  g_mutex_unlock (&self->lock);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  /* It may have happened before somebody waited. */
  if (kad_node_is_joined (self))
    {
      if (leave (self, task))
        g_task_return_boolean (task, TRUE);
      return;
    }
  if (!kad_node_is_running (self))
    {
      if (leave (self, task))
        g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node shut down");
      return;
    }
  if (cancellable != NULL)
    {
      GSource *source = g_cancellable_source_new (cancellable);

      g_task_set_task_data (task, source, source_free);
      g_source_set_callback (source, G_SOURCE_FUNC (on_cancelled), task, NULL);
      g_source_attach (source, g_task_get_context (task));
    }
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (kad_node_start_finish (KAD_NODE (source), result, &error))
    wait_joined (KAD_NODE (source), task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * kad_node_join_async:
 * @self: a node
 * @cancellable: (nullable): ends the waiting; the node goes on joining
 * @callback: (scope async) (closure user_data): called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Starts the node, unless it runs, and waits until it has joined: until there is somebody in its
 * routing table. A node without a bootstrap peer has joined when it listens.
 */
void
kad_node_join_async (KadNode *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (KAD_IS_NODE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, kad_node_join_async);
  if (kad_node_is_running (self))
    wait_joined (self, task, FALSE);
  else
    kad_node_start_async (self, cancellable, on_started, g_object_ref (task));
}

/**
 * kad_node_join_finish:
 * @self: a node
 * @result: of the call
 * @error: return location: what could not be listened on, or %KAD_ERROR_OFFLINE or
 *   %KAD_ERROR_NOT_BOOTSTRAPPED if nobody could be joined; a node that listens runs on then, and
 *   tries again by itself
 *
 * Returns: %TRUE if it has joined
 */
gboolean
kad_node_join_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, kad_node_join_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
