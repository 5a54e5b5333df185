/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-call-options.h"
#include "kad-connection-guard.h"
#include "kad-error.h"
#include "kad-service-private.h"

/*
 * The life of the node. It is down, starts, is up or stops, and only one node is there at a time:
 * the next one begins when the last has let go of its files and ports. What is wanted meanwhile is
 * noted (waiting, stopping, shall_stop, shall_restart) and done at the next turn of its life.
 */

const char *
kad_service_state_get_name (KadServiceState state)
{
  static const char *const names[]
      = { "stopped", "starting", "offline", "bootstrapping", "online", "paused" };

  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (names), NULL);

  return names[state];
}

/* ---- who waits ---- */

static void
answer (KadService *self, GPtrArray **tasks, const GError *error)
{
  g_autoptr (GPtrArray) answered = g_steal_pointer (tasks);

  *tasks = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < answered->len; i++)
    if (error != NULL)
      g_task_return_error (answered->pdata[i], g_error_copy (error));
    else
      g_task_return_pointer (answered->pdata[i], g_object_ref (self->node), g_object_unref);
  if (self->joining->len == 0 && self->joining_any->len == 0)
    g_clear_handle_id (&self->join_timer, g_source_remove);
}

static void
answer_stopping (KadService *self)
{
  g_autoptr (GPtrArray) stopping = g_steal_pointer (&self->stopping);

  self->stopping = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < stopping->len; i++)
    g_task_return_boolean (stopping->pdata[i], TRUE);
}

static void
set_paused_error (KadService *self, GError **error)
{
  g_autofree char *reason = kad_service_dup_pause_reason (self);

  g_set_error (error, KAD_ERROR, KAD_ERROR_PAUSED, "The node is paused (%s): resume it first",
               reason);
}

/* By a person, or by itself. */
static gboolean
is_off (KadService *self)
{
  return self->is_paused || self->automatic_pause != NULL;
}

/* ---- its state ---- */

/* Whoever is connected and not in the table may be on the way into it. */
static KadServiceState
judge_running (KadService *self)
{
  if (kad_node_get_table_size (self->node) > 0
      || (self->companion != NULL && kad_companion_is_online (self->companion)))
    return KAD_SERVICE_ONLINE;
  if (kad_node_get_n_connections (self->node) > 0)
    return KAD_SERVICE_BOOTSTRAPPING;
  if (self->join_error != NULL || kad_node_is_joined (self->node) || !kad_service_has_hope (self))
    return KAD_SERVICE_OFFLINE;
  return KAD_SERVICE_BOOTSTRAPPING;
}

/* Whether it is at its first attempt still. */
static gboolean
is_joining (KadService *self)
{
  return self->life == KAD_LIFE_UP && kad_service_has_hope (self) && self->join_error == NULL
         && !kad_node_is_joined (self->node) && kad_node_get_table_size (self->node) == 0;
}

/* And nobody is in the local network; or nobody is anywhere, and somebody may be there in a moment.
 */
static gboolean
is_joining_any (KadService *self)
{
  if (self->companion == NULL)
    return is_joining (self);
  if (kad_companion_is_online (self->companion) || self->life != KAD_LIFE_UP
      || kad_node_get_table_size (self->node) > 0)
    return FALSE;
  return is_joining (self) || kad_companion_is_looking (self->companion);
}

static KadServiceState
judge (KadService *self)
{
  if (is_off (self))
    return KAD_SERVICE_PAUSED;
  switch (self->life)
    {
    case KAD_LIFE_STARTING:
      return self->shall_stop ? KAD_SERVICE_STOPPED : KAD_SERVICE_STARTING;
    case KAD_LIFE_UP:
      return judge_running (self);
    case KAD_LIFE_STOPPING:
      return self->shall_restart ? KAD_SERVICE_STARTING : KAD_SERVICE_STOPPED;
    case KAD_LIFE_DOWN:
    default:
      return KAD_SERVICE_STOPPED;
    }
}

void
kad_service_update_state (KadService *self)
{
  KadServiceState state;

  if (self->life == KAD_LIFE_UP && kad_node_get_table_size (self->node) > 0)
    g_clear_error (&self->join_error);
  if (self->life == KAD_LIFE_UP && self->joining->len > 0 && !is_joining (self))
    answer (self, &self->joining, NULL);
  if (self->life == KAD_LIFE_UP && self->joining_any->len > 0 && !is_joining_any (self))
    answer (self, &self->joining_any, NULL);
  state = judge (self);
  if (self->state == state)
    return;
  g_debug ("The node is %s now", kad_service_state_get_name (state));
  self->state = state;
  g_signal_emit (self, kad_service_signals[KAD_SERVICE_STATE_CHANGED], 0);
}

static gboolean
on_update (gpointer user_data)
{
  g_autoptr (KadService) self = g_object_ref (user_data);

  self->update = 0;
  /* Who does not read is told of all this, too. */
  for (guint i = 0; i < self->connections->len; i++)
    kad_connection_guard_check (self->connections->pdata[i]);
  if (self->life == KAD_LIFE_UP)
    g_signal_emit (self, kad_service_signals[KAD_SERVICE_NODE_CHANGED], 0);
  kad_service_update_state (self);
  return G_SOURCE_REMOVE;
}

/* Events come in hundreds; all that are here now are looked at once. */
static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  KadService *self = user_data;

  switch (kad_event_get_event_type (event))
    {
    case KAD_EVENT_JOIN_FAILED:
      g_clear_error (&self->join_error);
      self->join_error = g_error_copy (kad_event_get_error (event));
      break;
    case KAD_EVENT_JOINED:
    case KAD_EVENT_TABLE_ADDED:
    case KAD_EVENT_TABLE_REMOVED:
    case KAD_EVENT_PEER_CONNECTED:
    case KAD_EVENT_PEER_DISCONNECTED:
    case KAD_EVENT_ADDRESS_FOUND:
    case KAD_EVENT_ADDRESSES_CHANGED:
    case KAD_EVENT_MODE_CHANGED:
      break;
    default:
      return;
    }
  if (self->update == 0)
    self->update = g_idle_add (on_update, self);
}

static void
on_companion_changed (KadCompanion *companion, gpointer user_data)
{
  KadService *self = user_data;

  if (self->life == KAD_LIFE_UP && self->update == 0)
    self->update = g_idle_add (on_update, self);
}

/* ---- down ---- */

static void
drop_companion (KadService *self)
{
  if (self->companion != NULL)
    g_signal_handlers_disconnect_by_data (self->companion, self);
  g_clear_object (&self->companion);
}

static void start (KadService *self);

static void
node_is_down (KadService *self)
{
  gboolean shall_restart = self->shall_restart;

  if (self->node_watch != 0)
    kad_node_unwatch (self->node, self->node_watch);
  self->node_watch = 0;
  drop_companion (self);
  g_clear_pointer (&self->companion_error, g_free);
  g_clear_object (&self->node);
  self->life = KAD_LIFE_DOWN;
  self->shall_stop = self->shall_restart = FALSE;
  answer_stopping (self);
  if ((shall_restart || self->waiting->len > 0) && !self->is_ending)
    start (self);
  kad_service_update_state (self);
}

static void
one_is_down (KadService *self)
{
  if (--self->n_stopping == 0)
    node_is_down (self);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadService) self = user_data;

  kad_node_stop_finish (KAD_NODE (source), result, NULL);
  one_is_down (self);
}

static void
on_companion_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadService) self = user_data;

  kad_companion_stop_finish (KAD_COMPANION (source), result, NULL);
  one_is_down (self);
}

/* From up. */
static void
begin_stop (KadService *self)
{
  g_autoptr (GError) error = NULL;

  if (is_off (self))
    set_paused_error (self, &error);
  else
    g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node was stopped");
  self->life = KAD_LIFE_STOPPING;
  kad_service_end_local_network (self);
  answer (self, &self->joining, error);
  answer (self, &self->joining_any, error);
  g_clear_handle_id (&self->update, g_source_remove);
  kad_node_unwatch (self->node, self->node_watch);
  self->node_watch = 0;
  g_signal_emit (self, kad_service_signals[KAD_SERVICE_NODE_STOPPING], 0, self->node);
  self->n_stopping = self->companion != NULL ? 2 : 1;
  kad_node_stop_async (self->node, on_stopped, g_object_ref (self));
  if (self->companion != NULL)
    kad_companion_stop_async (self->companion, on_companion_stopped, g_object_ref (self));
  kad_service_update_state (self);
}

/* ---- up ---- */

static void
warn_of_all (KadService *self)
{
  g_auto (GStrv) problems = kad_service_dup_problems (self);

  kad_service_warn (self, problems);
}

static void
nodes_are_up (KadService *self)
{
  self->life = KAD_LIFE_UP;
  if (self->shall_stop || self->shall_restart)
    {
      begin_stop (self);
      return;
    }
  warn_of_all (self);
  kad_service_follow_local_network (self);
  g_signal_emit (self, kad_service_signals[KAD_SERVICE_NODE_STARTED], 0, self->node);
  g_signal_emit (self, kad_service_signals[KAD_SERVICE_NODE_CHANGED], 0);
  kad_service_update_state (self);
  answer (self, &self->waiting, NULL);
}

/* Without it the other one runs all the same. */
static void
do_without_companion (KadService *self, const GError *error)
{
  self->companion_error
      = g_strdup_printf ("local-network: The local network is left out: %s", error->message);
  drop_companion (self);
}

static void
on_companion_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadService) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!kad_companion_start_finish (KAD_COMPANION (source), result, &error))
    do_without_companion (self, error);
  nodes_are_up (self);
}

/* FALSE: there shall be none, or it cannot be. */
static gboolean
begin_companion (KadService *self)
{
  g_autoptr (GError) error = NULL;

  if (self->plan->beside == NULL || self->shall_stop || self->shall_restart)
    return FALSE;
  self->companion = kad_companion_new (self->plan->beside, &error);
  if (self->companion == NULL)
    {
      do_without_companion (self, error);
      return FALSE;
    }
  g_signal_connect (self->companion, "changed", G_CALLBACK (on_companion_changed), self);
  kad_companion_start_async (self->companion, on_companion_started, g_object_ref (self));
  return TRUE;
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadService) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!kad_node_start_finish (KAD_NODE (source), result, &error))
    {
      g_message ("The node cannot start: %s", error->message);
      self->shall_restart = FALSE;
      answer (self, &self->waiting, error);
      node_is_down (self);
      return;
    }
  if (!begin_companion (self))
    nodes_are_up (self);
}

/* From down. FALSE: nobody was told. */
static gboolean
begin_start (KadService *self, GError **error)
{
  g_clear_pointer (&self->plan, kad_node_plan_free);
  g_clear_pointer (&self->plan_error, g_free);
  self->plan = kad_node_plan_new (self->settings, &self->options, error);
  if (self->plan != NULL)
    self->node = kad_node_new (self->plan->config, error);
  if (self->node == NULL)
    return FALSE;
  g_clear_error (&self->join_error);
  self->life = KAD_LIFE_STARTING;
  self->node_watch = kad_node_watch (self->node, on_event, self, NULL);
  kad_node_start_async (self->node, NULL, on_started, g_object_ref (self));
  kad_service_update_state (self);
  return TRUE;
}

/* Whoever waits is answered if it cannot. */
static void
start (KadService *self)
{
  g_autoptr (GError) error = NULL;

  if (is_off (self))
    set_paused_error (self, &error);
  else if (begin_start (self, &error))
    return;
  else
    g_message ("The node cannot start: %s", error->message);
  answer (self, &self->waiting, error);
}

void
kad_service_start_if_needed (KadService *self)
{
  if (is_off (self) || self->is_ending || (self->waiting->len == 0 && self->n_uses == 0))
    return;
  if (self->life == KAD_LIFE_DOWN)
    start (self);
  else if (self->life == KAD_LIFE_STOPPING || self->shall_stop)
    {
      /* Who starts and shall stop has the settings of then. */
      self->shall_stop = FALSE;
      self->shall_restart = TRUE;
    }
}

void
kad_service_restart (KadService *self)
{
  if (self->life == KAD_LIFE_DOWN || self->shall_stop
      || (self->life == KAD_LIFE_STOPPING && !self->shall_restart))
    return;
  self->shall_restart = TRUE;
  if (self->life == KAD_LIFE_UP)
    begin_stop (self);
}

gboolean
kad_service_is_joined (KadService *self, GError **error)
{
  if (self->life != KAD_LIFE_UP)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node was stopped");
  else if (!kad_service_has_hope (self) || kad_node_is_joined (self->node)
           || kad_node_get_table_size (self->node) > 0
           || (self->companion != NULL && kad_companion_is_online (self->companion)))
    return TRUE;
  else if (self->join_error != NULL)
    g_propagate_error (error, g_error_copy (self->join_error));
  return FALSE;
}

KadNode *
kad_service_get_node (KadService *self)
{
  return self->life == KAD_LIFE_UP ? self->node : NULL;
}

KadCompanion *
kad_service_get_companion (KadService *self)
{
  return self->life == KAD_LIFE_UP ? self->companion : NULL;
}

KadNode *
kad_service_get_companion_node (KadService *self)
{
  KadCompanion *companion = kad_service_get_companion (self);

  return companion != NULL ? kad_companion_get_node (companion) : NULL;
}

void
kad_service_need_node_async (KadService *self, GVariant *options, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  gboolean no_start
      = options != NULL && kad_call_options_boolean (options, "no-start", FALSE, NULL);
  GError *error = NULL;

  kad_service_watch_idleness (self);
  if (!self->is_ending)
    kad_service_settle (self);
  if (is_off (self) || self->is_ending)
    {
      if (self->is_ending)
        g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The service ends");
      else
        set_paused_error (self, &error);
      g_task_return_error (task, error);
      return;
    }
  if (self->life == KAD_LIFE_UP)
    {
      g_task_return_pointer (task, g_object_ref (self->node), g_object_unref);
      return;
    }
  if (no_start
      && (self->life == KAD_LIFE_DOWN || self->shall_stop
          || (self->life == KAD_LIFE_STOPPING && !self->shall_restart)))
    {
      g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_NOT_RUNNING,
                               "The node does not run, and this does not start it");
      return;
    }
  if (self->life == KAD_LIFE_DOWN && !begin_start (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_ptr_array_add (self->waiting, g_steal_pointer (&task));
}

static gboolean
on_join_patience (gpointer user_data)
{
  g_autoptr (KadService) self = g_object_ref (user_data);

  self->join_timer = 0;
  answer (self, &self->joining, NULL);
  answer (self, &self->joining_any, NULL);
  return G_SOURCE_REMOVE;
}

/* @task: taken */
static void
wait_to_join (KadService *self, GPtrArray *tasks, GTask *task)
{
  g_ptr_array_add (tasks, task);
  if (self->join_timer == 0)
    self->join_timer = g_timeout_add_seconds (KAD_JOIN_PATIENCE_S, on_join_patience, self);
}

static void
on_node_for_network (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadService *self = KAD_SERVICE (source);
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (KadNode) node = kad_service_need_node_finish (self, result, &error);
  gboolean is_any = g_task_get_source_tag (task) == kad_service_need_any_network_async;

  if (node == NULL)
    g_task_return_error (task, error);
  else if (is_any ? !is_joining_any (self) : !is_joining (self))
    g_task_return_pointer (task, g_steal_pointer (&node), g_object_unref);
  else
    wait_to_join (self, is_any ? self->joining_any : self->joining, g_steal_pointer (&task));
}

void
kad_service_need_network_async (KadService *self, GVariant *options, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  kad_service_need_node_async (self, options, on_node_for_network,
                               g_task_new (self, NULL, callback, user_data));
}

void
kad_service_need_any_network_async (KadService *self, GVariant *options,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, kad_service_need_any_network_async);
  kad_service_need_node_async (self, options, on_node_for_network, task);
}

KadNode *
kad_service_need_node_finish (KadService *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- by a person ---- */

static void
on_needed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (KadNode) node = kad_service_need_node_finish (KAD_SERVICE (source), result, &error);

  if (node == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
kad_service_start_async (KadService *self, GAsyncReadyCallback callback, gpointer user_data)
{
  if (!self->is_paused && !self->is_started)
    {
      self->is_started = TRUE;
      kad_service_use (self);
    }
  if (!self->is_paused)
    g_signal_emit (self, kad_service_signals[KAD_SERVICE_INSISTED], 0);
  kad_service_need_node_async (self, NULL, on_needed, g_task_new (self, NULL, callback, user_data));
}

gboolean
kad_service_start_finish (KadService *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Those who wait for it to start are told why not. Takes @task. */
static void
stop_for (KadService *self, GTask *task, const GError *error)
{
  answer (self, &self->waiting, error);
  self->shall_restart = FALSE;
  if (self->life == KAD_LIFE_DOWN)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      kad_service_update_state (self);
      return;
    }
  g_ptr_array_add (self->stopping, task);
  if (self->life == KAD_LIFE_UP)
    begin_stop (self);
  else if (self->life == KAD_LIFE_STARTING)
    self->shall_stop = TRUE;
  kad_service_update_state (self);
}

void
kad_service_stop_async (KadService *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GError) error
      = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node was stopped");

  if (self->is_started)
    {
      self->is_started = FALSE;
      kad_service_unuse (self);
    }
  stop_for (self, g_task_new (self, NULL, callback, user_data), error);
}

void
kad_service_end_async (KadService *self, GAsyncReadyCallback callback, gpointer user_data)
{
  self->is_ending = TRUE;
  kad_service_stop_async (self, callback, user_data);
}

gboolean
kad_service_stop_finish (KadService *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
kad_service_set_persistent (KadService *self, gboolean is_persistent)
{
  if (self->is_persistent == is_persistent)
    return;
  self->is_persistent = is_persistent;
  if (!is_persistent)
    {
      kad_service_unuse (self);
      return;
    }
  kad_service_use (self);
  kad_service_start_if_needed (self);
}

/* ---- pause ---- */

static void
on_paused (GObject *source, GAsyncResult *result, gpointer user_data)
{
}

/* It is off from here on. Takes @task. */
static void
pause_for (KadService *self, GTask *task)
{
  g_autoptr (GError) error = NULL;

  set_paused_error (self, &error);
  stop_for (self, task, error);
}

char *
kad_service_dup_pause_reason (KadService *self)
{
  if (self->is_paused)
    return g_settings_get_string (kad_settings_get_general (self->settings), "pause-reason");
  return g_strdup (self->automatic_pause != NULL ? self->automatic_pause : "");
}

void
kad_service_follow_pause (KadService *self)
{
  gboolean is_paused = g_settings_get_boolean (kad_settings_get_general (self->settings), "paused");

  if (is_paused == self->is_paused)
    return;
  self->is_paused = is_paused;
  if (is_paused)
    {
      pause_for (self, g_task_new (self, NULL, on_paused, NULL));
      return;
    }
  kad_service_start_if_needed (self);
  kad_service_update_state (self);
}

void
kad_service_pause_async (KadService *self, const char *reason, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  GError *error = NULL;

  if (!kad_settings_set_value (self->settings, "pause-reason", g_variant_new_string (reason),
                               &error)
      || !kad_settings_set_value (self->settings, "paused", g_variant_new_boolean (TRUE), &error))
    {
      g_task_return_error (task, error);
      return;
    }
  kad_settings_flush (self->settings);
  self->is_paused = TRUE;
  pause_for (self, g_steal_pointer (&task));
}

gboolean
kad_service_resume (KadService *self, GError **error)
{
  if (!kad_settings_set_value (self->settings, "paused", g_variant_new_boolean (FALSE), error)
      || !kad_settings_set_value (self->settings, "pause-reason", g_variant_new_string (""), error))
    return FALSE;
  kad_settings_flush (self->settings);
  /* While it is paused by a person still, so that nothing starts in between. */
  g_signal_emit (self, kad_service_signals[KAD_SERVICE_INSISTED], 0);
  kad_service_follow_pause (self);
  return TRUE;
}

/* ---- by itself ---- */

static void
tell_state (KadService *self)
{
  g_signal_emit (self, kad_service_signals[KAD_SERVICE_STATE_CHANGED], 0);
}

void
kad_service_set_automatic_pause (KadService *self, const char *reason)
{
  gboolean was_off = is_off (self);

  if (g_strcmp0 (reason, self->automatic_pause) == 0)
    return;
  g_debug ("Paused by itself: %s", reason != NULL ? reason : "not any more");
  g_free (self->automatic_pause);
  self->automatic_pause = g_strdup (reason);
  if (is_off (self) && !was_off)
    pause_for (self, g_task_new (self, NULL, on_paused, NULL));
  else if (was_off && !is_off (self))
    {
      kad_service_start_if_needed (self);
      kad_service_update_state (self);
    }
  else
    tell_state (self);
}

void
kad_service_set_quiet_reasons (KadService *self, const char *const *reasons)
{
  if (g_strv_equal (reasons, (const char *const *) self->quiet_reasons))
    return;
  g_strfreev (self->quiet_reasons);
  self->quiet_reasons = g_strdupv ((char **) reasons);
  tell_state (self);
}

const char *const *
kad_service_get_quiet_reasons (KadService *self)
{
  return (const char *const *) self->quiet_reasons;
}
