/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The node's thread.
 *
 * One thread owns the swarm: its main context is the thread's default, and every socket,
 * timer and handler lives there. Whoever calls from another thread posts a closure to that
 * context; what comes back is posted to the caller's. Nothing of the swarm is locked; the
 * one lock here guards the few words that every thread may ask for.
 */
#include "kad-node.h"

#include "kad-error.h"
#include "kad-keystore.h"
#include "kad-module.h"
#include "kad-multiaddr.h"
#include "kad-node-private.h"
#include "kad-node-transports.h"

G_DEFINE_FINAL_TYPE (KadNode, kad_node, G_TYPE_OBJECT)

void
kad_node_post (GMainContext *context, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, destroy);
  g_source_attach (source, context);
}

gboolean
kad_node_post_running (KadNode *self, GSourceFunc func, gpointer data, GDestroyNotify destroy,
                       GError **error)
{
  /* Under the lock: the message that stops the network is posted after this one. */
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (self->state == KAD_NODE_STATE_RUNNING)
    {
      kad_node_post (self->context, func, data, destroy);
      return TRUE;
    }
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node is not running");
  return FALSE;
}

static void
set_state (KadNode *self, KadNodeState state)
{
  g_mutex_lock (&self->lock);
  self->state = state;
  g_mutex_unlock (&self->lock);
  kad_node_note_changed (self, KAD_NODE_PROP_STATE);
}

/* ---- the thread ---- */

void
kad_node_note_addresses (KadNode *self)
{
  g_autoptr (GPtrArray) addresses = kad_network_dup_addresses (self->network);
  g_autofree char *peer = kad_peer_id_to_string (&self->peer);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < addresses->len; i++)
    {
      g_autofree char *text = kad_multiaddr_to_string (addresses->pdata[i]);
      g_autofree char *whole = g_strdup_printf ("%s/p2p/%s", text, peer);

      g_strv_builder_add (builder, whole);
    }
  g_mutex_lock (&self->lock);
  g_strfreev (self->addresses);
  self->addresses = g_strv_builder_end (builder);
  g_strfreev (self->listen_failures);
  self->listen_failures = kad_network_dup_listen_failures (self->network);
  g_mutex_unlock (&self->lock);
  kad_node_note_changed (self, KAD_NODE_PROP_ADDRESSES);
}

/* Who watches hears at each start what the process could not load. */
static void
tell_failed_modules (KadNode *self)
{
  g_autoptr (GPtrArray) modules = kad_modules_list ();

  for (guint i = 0; i < modules->len; i++)
    if (kad_module_get_error (modules->pdata[i]) != NULL)
      {
        g_autoptr (KadEvent) event = kad_event_new (KAD_EVENT_MODULE_FAILED);

        event->text = g_strdup (kad_module_get_file (modules->pdata[i]));
        event->error = g_error_new_literal (KAD_ERROR, KAD_ERROR_FAILED,
                                            kad_module_get_error (modules->pdata[i]));
        event->wall_us = g_get_real_time ();
        kad_node_tell_undelivered (self, event);
        kad_node_tell_watches (event, self);
      }
}

static gboolean
start_network (KadNode *self, GError **error)
{
  KadNodeConfig *config = self->config;
  g_autoptr (GPtrArray) transports = kad_node_transports_create (config->transport_options, error);
  KadNetworkConfig network = {
    .key = self->key,
    .transports = transports,
    .listen = config->listen,
    .bootstrap = config->bootstrap,
    .mode = kad_node_get_mode (self),
    .protocol = config->protocol,
    .agent = config->agent,
    .public_addresses_only = config->has_address_filter,
    .is_accept_any = config->is_accept_any,
    .is_lenient = config->is_lenient,
    .max_record_bytes = config->max_record_bytes,
    .data = g_str_equal (config->data, ":memory:") ? NULL : config->data,
    .limits = &config->limits,
    .folder = g_str_equal (config->data, ":memory:") ? NULL : config->data,
  };

  if (transports != NULL)
    self->network = kad_network_new (self->context, &network, error);
  if (self->network == NULL)
    return FALSE;
  kad_network_set_tap (self->network, kad_node_tell_watches, self);
  kad_node_sync_trace (self);
  tell_failed_modules (self);
  if (!kad_network_start (self->network, error))
    return FALSE;
  kad_node_note_addresses (self);
  kad_node_note_network (self);
  return TRUE;
}

static void
join_thread (KadNode *self)
{
  GThread *thread;

  g_mutex_lock (&self->lock);
  thread = g_steal_pointer (&self->thread);
  g_mutex_unlock (&self->lock);
  if (thread != NULL)
    g_thread_join (thread);
}

static gboolean
return_started (gpointer user_data)
{
  GTask *task = user_data;
  KadNode *self = g_task_get_source_object (task);
  GError *error = g_task_get_task_data (task);

  if (error == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return G_SOURCE_REMOVE;
    }
  join_thread (self);
  set_state (self, KAD_NODE_STATE_STOPPED);
  g_task_return_error (task, g_error_copy (error));
  return G_SOURCE_REMOVE;
}

/* Its dispatcher and it hold each other until it is stopped. */
static void
drop_network (KadNode *self)
{
  if (self->network != NULL)
    kad_network_stop (self->network);
  g_clear_object (&self->network);
}

static void
end_stop (KadNode *self)
{
  join_thread (self);
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->addresses, g_strfreev);
  g_clear_pointer (&self->listen_failures, g_strfreev);
  self->state = KAD_NODE_STATE_STOPPED;
  g_mutex_unlock (&self->lock);
  kad_node_note_changed (self, KAD_NODE_PROP_ADDRESSES);
  kad_node_note_changed (self, KAD_NODE_PROP_STATE);
}

/* In the caller's context. */
static gboolean
return_stopped (gpointer user_data)
{
  GTask *task = user_data;

  end_stop (g_task_get_source_object (task));
  g_task_return_boolean (task, TRUE);
  return G_SOURCE_REMOVE;
}

/* The thread's last act. Whoever stopped the node gets its reference back in his own context, where
 * it may be the last one. */
static void
tell_stopped (KadNode *self)
{
  GTask *task;

  g_mutex_lock (&self->lock);
  task = g_steal_pointer (&self->stop_task);
  g_mutex_unlock (&self->lock);
  if (task != NULL)
    kad_node_post (g_task_get_context (task), return_stopped, task, g_object_unref);
}

static gpointer
node_thread (gpointer user_data)
{
  GTask *task = user_data;
  KadNode *self = g_task_get_source_object (task);
  /* Kept past the task, whose end may be the node's last reference elsewhere. */
  g_autoptr (GMainContext) context = g_main_context_ref (self->context);
  g_autoptr (GMainLoop) loop = g_main_loop_ref (self->loop);
  GError *error = NULL;
  gboolean started;

  g_main_context_push_thread_default (context);
  started = start_network (self, &error);
  if (started)
    {
      set_state (self, KAD_NODE_STATE_RUNNING);
      /* Who came while it started could not have it said. */
      kad_node_sync_trace (self);
    }
  else
    drop_network (self);
  if (error != NULL)
    g_task_set_task_data (task, error, (GDestroyNotify) g_error_free);
  kad_node_post (g_task_get_context (task), return_started, task, g_object_unref);
  if (started)
    g_main_loop_run (loop);
  /* What is still queued (cancelled dials) ends here. */
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  if (started)
    tell_stopped (self);
  return NULL;
}

/* ---- life ---- */

/**
 * kad_node_new:
 * @config: what it shall be; copied
 * @error: return location
 *
 * Makes a node and reads or makes its identity. It does not run yet. May block on the
 * identity's file.
 *
 * Returns: (transfer full): the node, or %NULL and an error that names the file
 */
KadNode *
kad_node_new (KadNodeConfig *config, GError **error)
{
  g_autoptr (KadNode) self = g_object_new (KAD_TYPE_NODE, NULL);
  g_autofree char *path = NULL;

  kad_modules_load ();
  for (guint i = 0; i < config->module_paths->len; i++)
    kad_modules_load_folder (config->module_paths->pdata[i]);
  self->config = kad_node_config_dup (config);
  self->mode = self->config->mode;
  path = g_strdup (self->config->identity_path);
  if (path == NULL && !g_str_equal (self->config->data, ":memory:"))
    path = g_build_filename (self->config->data, "identity", NULL);
  if (config->private_key != NULL)
    self->key = kad_private_key_ref (config->private_key);
  else if (path != NULL)
    self->key = kad_keystore_load_or_create (path, config->key_type, error);
  else
    self->key = kad_keystore_generate (config->key_type, error);
  if (self->key == NULL)
    return NULL;
  self->peer = *kad_public_key_get_peer_id (kad_private_key_get_public_key (self->key));
  return g_steal_pointer (&self);
}

/**
 * kad_node_start_async:
 * @self: a node that does not run
 * @cancellable: (nullable): unused once the thread has begun
 * @callback: called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Starts the node's thread, listens, and begins to join.
 */
void
kad_node_start_async (KadNode *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  gboolean is_free;

  g_task_set_source_tag (task, kad_node_start_async);
  g_mutex_lock (&self->lock);
  is_free = self->state == KAD_NODE_STATE_STOPPED;
  if (is_free)
    {
      self->state = KAD_NODE_STATE_STARTING;
      g_clear_error (&self->join_error);
    }
  g_mutex_unlock (&self->lock);
  if (!is_free)
    {
      g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_FAILED, "The node runs already");
      return;
    }
  kad_node_note_changed (self, KAD_NODE_PROP_STATE);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  /* Under the lock: nobody sees it running before it is known whom to join. */
  g_mutex_lock (&self->lock);
  self->thread = g_thread_try_new ("kad-swarm", node_thread, task, &error);
  if (self->thread != NULL)
    task = NULL; /* the thread's */
  else
    self->state = KAD_NODE_STATE_STOPPED;
  g_mutex_unlock (&self->lock);
  if (error == NULL)
    return;
  kad_node_note_changed (self, KAD_NODE_PROP_STATE);
  g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_FAILED,
                           "Cannot make the node's thread (%s): end other programs, or raise the "
                           "limit of processes",
                           error->message);
}

/**
 * kad_node_start_finish:
 * @self: a node
 * @result: of the call
 * @error: return location: what could not be listened on, and why
 *
 * Returns: TRUE if it runs
 */
gboolean
kad_node_start_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* In the thread. */
static gboolean
stop_network (gpointer user_data)
{
  KadNode *self = user_data;
  g_autoptr (GError) error
      = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node shut down");

  drop_network (self);
  kad_node_note_network (self);
  kad_node_end_joins (self, error);
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

/* @task: (nullable): told by the thread's last act. */
static gboolean
begin_stop (KadNode *self, GTask *task)
{
  gboolean was_running;

  g_mutex_lock (&self->lock);
  was_running = self->state == KAD_NODE_STATE_RUNNING;
  if (was_running)
    {
      self->state = KAD_NODE_STATE_STOPPING;
      self->stop_task = task != NULL ? g_object_ref (task) : NULL;
      kad_node_post (self->context, stop_network, self, NULL);
    }
  g_mutex_unlock (&self->lock);
  if (was_running)
    kad_node_note_changed (self, KAD_NODE_PROP_STATE);
  return was_running;
}

/**
 * kad_node_stop_async:
 * @self: a node
 * @callback: called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Stops the node: running commands fail with %KAD_ERROR_NOT_RUNNING, connections close, the
 * thread ends. A node that does not run is no error.
 */
void
kad_node_stop_async (KadNode *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, kad_node_stop_async);
  if (!begin_stop (self, task))
    g_task_return_boolean (task, TRUE);
}

/**
 * kad_node_stop_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: TRUE
 */
gboolean
kad_node_stop_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
kad_node_dispose (GObject *object)
{
  KadNode *self = KAD_NODE (object);

  if (begin_stop (self, NULL))
    end_stop (self);
  kad_node_free_watches (self);
  kad_node_free_traces (self);
  G_OBJECT_CLASS (kad_node_parent_class)->dispose (object);
}

static void
kad_node_finalize (GObject *object)
{
  KadNode *self = KAD_NODE (object);

  kad_node_delist (self);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->key, kad_private_key_unref);
  g_clear_object (&self->config);
  g_strfreev (self->addresses);
  g_strfreev (self->listen_failures);
  g_ptr_array_unref (self->watches);
  g_ptr_array_unref (self->traces);
  g_ptr_array_unref (self->joins);
  g_clear_error (&self->join_error);
  kad_node_clear_teller (self);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (kad_node_parent_class)->finalize (object);
}

static void
kad_node_class_init (KadNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kad_node_dispose;
  object_class->finalize = kad_node_finalize;
  kad_node_install_properties (object_class);
}

static void
kad_node_init (KadNode *self)
{
  g_mutex_init (&self->lock);
  self->watches = g_ptr_array_new ();
  self->traces = g_ptr_array_new ();
  self->joins = g_ptr_array_new ();
  kad_node_init_teller (self);
  kad_node_enlist (self);
}

/**
 * kad_node_get_peer_id:
 * @self: a node
 *
 * Returns: (transfer none): who it is; constant over its life
 */
const KadPeerId *
kad_node_get_peer_id (KadNode *self)
{
  return &self->peer;
}

/**
 * kad_node_dup_addresses:
 * @self: a node
 *
 * Returns: (transfer full) (array zero-terminated=1): `<multiaddr>/p2p/<id>` of every listen
 *   address; empty while it does not run
 */
char **
kad_node_dup_addresses (KadNode *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->addresses == NULL ? g_new0 (char *, 1) : g_strdupv (self->addresses);
}

/**
 * kad_node_dup_listen_failures:
 * @self: a node
 *
 * Where it should listen and cannot: only a node whose configuration is lenient
 * (kad_node_config_set_lenient()) runs without. Any thread.
 *
 * Returns: (transfer full) (array zero-terminated=1): `<multiaddr>: <reason>` of each; empty while
 *   it does not run
 */
char **
kad_node_dup_listen_failures (KadNode *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->listen_failures == NULL ? g_new0 (char *, 1) : g_strdupv (self->listen_failures);
}

/**
 * kad_node_is_running:
 * @self: a node
 *
 * Returns: whether it listens and takes commands
 */
gboolean
kad_node_is_running (KadNode *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->state == KAD_NODE_STATE_RUNNING;
}
