/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-companion.h"

#include "kad-error.h"

/*
 * Nobody can be asked before somebody is in the table, and in a local network there is mostly
 * nobody to be joined by address: the others are heard of a moment after the start, or there are
 * none. So for a moment after the start, whoever asks waits for the first one; later nobody waits.
 */

struct _KadCompanion
{
  GObject parent_instance;

  KadNode *node;
  char *network;
  gboolean has_bootstrap;
  gboolean is_up;
  guint watch;
  guint update;         /* source id */
  guint patience_timer; /* from the start on */
  gboolean is_patient;  /* it runs */
  GPtrArray *waiting;   /* (element-type GTask) for somebody in the table */
};

G_DEFINE_FINAL_TYPE (KadCompanion, kad_companion, G_TYPE_OBJECT)

static guint changed_signal;

/* ---- who waits ---- */

/* @error: (nullable) */
static void
answer (KadCompanion *self, const GError *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    if (error != NULL)
      g_task_return_error (waiting->pdata[i], g_error_copy (error));
    else
      g_task_return_pointer (waiting->pdata[i], g_object_ref (self->node), g_object_unref);
}

static void
stop_waiting (KadCompanion *self)
{
  g_clear_handle_id (&self->patience_timer, g_source_remove);
  self->is_patient = FALSE;
}

static gboolean
on_patience_over (gpointer user_data)
{
  g_autoptr (KadCompanion) self = g_object_ref (user_data);

  self->patience_timer = 0;
  stop_waiting (self);
  answer (self, NULL);
  g_signal_emit (self, changed_signal, 0);
  return G_SOURCE_REMOVE;
}

void
kad_companion_need_network_async (KadCompanion *self, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  if (!self->is_up)
    g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_NOT_RUNNING,
                             "The node of the local network was stopped");
  else if (kad_companion_is_online (self) || !self->is_patient)
    g_task_return_pointer (task, g_object_ref (self->node), g_object_unref);
  else
    g_ptr_array_add (self->waiting, g_steal_pointer (&task));
}

KadNode *
kad_companion_need_network_finish (KadCompanion *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- what happens ---- */

static gboolean
on_update (gpointer user_data)
{
  g_autoptr (KadCompanion) self = g_object_ref (user_data);

  self->update = 0;
  if (self->is_up && kad_companion_is_online (self))
    answer (self, NULL);
  g_signal_emit (self, changed_signal, 0);
  return G_SOURCE_REMOVE;
}

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  KadCompanion *self = user_data;

  switch (kad_event_get_event_type (event))
    {
    case KAD_EVENT_JOIN_FAILED:
      if (!self->is_up)
        return;
      stop_waiting (self);
      answer (self, NULL);
      break;
    case KAD_EVENT_JOINED:
    case KAD_EVENT_TABLE_ADDED:
    case KAD_EVENT_TABLE_REMOVED:
    case KAD_EVENT_PEER_CONNECTED:
    case KAD_EVENT_PEER_DISCONNECTED:
    case KAD_EVENT_ADDRESSES_CHANGED:
      break;
    default:
      return;
    }
  if (self->update == 0)
    self->update = g_idle_add (on_update, self);
}

/* ---- life ---- */

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KadCompanion *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!kad_node_start_finish (KAD_NODE (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  /* From here on it has addresses by which others find it: see kad-service-local.c. */
  self->is_up = self->is_patient = TRUE;
  self->patience_timer = g_timeout_add (self->has_bootstrap ? KAD_COMPANION_JOIN_PATIENCE_MS
                                                            : KAD_COMPANION_PATIENCE_MS,
                                        on_patience_over, self);
  g_task_return_boolean (task, TRUE);
}

void
kad_companion_start_async (KadCompanion *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  self->watch = kad_node_watch (self->node, on_event, self, NULL);
  kad_node_start_async (self->node, NULL, on_started, task);
}

gboolean
kad_companion_start_finish (KadCompanion *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
unwatch (KadCompanion *self)
{
  if (self->watch != 0)
    kad_node_unwatch (self->node, self->watch);
  self->watch = 0;
  g_clear_handle_id (&self->update, g_source_remove);
  stop_waiting (self);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  kad_node_stop_finish (KAD_NODE (source), result, NULL);
  g_task_return_boolean (task, TRUE);
}

void
kad_companion_stop_async (KadCompanion *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GError) error = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_RUNNING,
                                                  "The node of the local network was stopped");

  self->is_up = FALSE;
  unwatch (self);
  answer (self, error);
  kad_node_stop_async (self->node, on_stopped, task);
}

gboolean
kad_companion_stop_finish (KadCompanion *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- looking at it ---- */

const char *
kad_companion_get_network (KadCompanion *self)
{
  return self->network;
}

KadNode *
kad_companion_get_node (KadCompanion *self)
{
  return self->is_up ? self->node : NULL;
}

gboolean
kad_companion_is_online (KadCompanion *self)
{
  return self->is_up && kad_node_get_table_size (self->node) > 0;
}

gboolean
kad_companion_is_looking (KadCompanion *self)
{
  return self->is_up && self->is_patient && !kad_companion_is_online (self);
}

/* ---- the object ---- */

KadCompanion *
kad_companion_new (KadNodePlan *plan, GError **error)
{
  g_autoptr (KadCompanion) self = g_object_new (KAD_TYPE_COMPANION, NULL);

  self->network = g_strdup (plan->network);
  self->has_bootstrap = plan->has_bootstrap;
  self->node = kad_node_new (plan->config, error);
  return self->node != NULL ? g_steal_pointer (&self) : NULL;
}

static void
kad_companion_dispose (GObject *object)
{
  KadCompanion *self = KAD_COMPANION (object);

  if (self->node != NULL)
    unwatch (self);
  g_clear_object (&self->node);
  G_OBJECT_CLASS (kad_companion_parent_class)->dispose (object);
}

static void
kad_companion_finalize (GObject *object)
{
  KadCompanion *self = KAD_COMPANION (object);

  g_ptr_array_unref (self->waiting);
  g_free (self->network);
  G_OBJECT_CLASS (kad_companion_parent_class)->finalize (object);
}

static void
kad_companion_class_init (KadCompanionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_companion_dispose;
  G_OBJECT_CLASS (klass)->finalize = kad_companion_finalize;
  changed_signal = g_signal_new ("changed", KAD_TYPE_COMPANION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
kad_companion_init (KadCompanion *self)
{
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}
