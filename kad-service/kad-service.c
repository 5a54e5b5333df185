/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-service.h"

#include "kad-error.h"
#include "kad-interfaces.h"

/*
 * The node runs while somebody needs it. Whoever needs it asks by kad_service_need_node_async(),
 * which starts it; what lasts (a query, a lease, a publication) counts as a use until it is over.
 * When the last use is over, a timer runs: idle_exit_s later the service says "idle", and main()
 * ends it.
 */

struct _KadService
{
  GObject parent_instance;

  KadServiceOptions options; /* strings owned */
  KadCallers *callers;
  GPtrArray *connections; /* (element-type GDBusConnection) */
  GPtrArray *interfaces;  /* (element-type GDBusInterfaceSkeleton) at the root path */
  KadNode *node;          /* (nullable) */
  GPtrArray *waiting;     /* (element-type GTask) until it runs */
  GPtrArray *joining;     /* (element-type GTask) until it has joined, or could not */
  guint join_timer;
  GPtrArray *stopping; /* (element-type GTask) until it does not */
  KadServiceState state;
  guint node_watch;
  guint n_uses;
  guint idle_timer;
};

enum
{
  NODE_STARTED,
  NODE_STOPPING,
  CONNECTED,
  STATE_CHANGED,
  IDLE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KadService, kad_service, G_TYPE_OBJECT)

const char *
kad_service_state_get_name (KadServiceState state)
{
  static const char *const names[]
      = { "stopped", "starting", "offline", "bootstrapping", "online", "paused" };

  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (names), NULL);

  return names[state];
}

static void answer (KadService *self, GPtrArray **tasks, const GError *error);

static void
set_state (KadService *self, KadServiceState state)
{
  if (self->state == state)
    return;
  g_debug ("The node is %s now", kad_service_state_get_name (state));
  self->state = state;
  if (state != KAD_SERVICE_STARTING && state != KAD_SERVICE_BOOTSTRAPPING && self->node != NULL)
    answer (self, &self->joining, NULL);
  g_signal_emit (self, signals[STATE_CHANGED], 0);
}

/* ---- whether anybody needs it ---- */

static gboolean
on_idle (gpointer user_data)
{
  KadService *self = user_data;

  self->idle_timer = 0;
  g_signal_emit (self, signals[IDLE], 0);
  return G_SOURCE_REMOVE;
}

static void
watch_idleness (KadService *self)
{
  g_clear_handle_id (&self->idle_timer, g_source_remove);
  if (self->n_uses == 0 && self->options.idle_exit_s > 0)
    self->idle_timer = g_timeout_add_seconds (self->options.idle_exit_s, on_idle, self);
}

void
kad_service_use (KadService *self)
{
  self->n_uses++;
  watch_idleness (self);
}

void
kad_service_unuse (KadService *self)
{
  g_return_if_fail (self->n_uses > 0);

  self->n_uses--;
  watch_idleness (self);
}

/* ---- the node ---- */

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  KadService *self = user_data;

  if (node != self->node)
    return;
  switch (kad_event_get_event_type (event))
    {
    case KAD_EVENT_JOINED:
      set_state (self, KAD_SERVICE_ONLINE);
      break;
    case KAD_EVENT_JOIN_FAILED:
      set_state (self, KAD_SERVICE_OFFLINE);
      break;
    default:
      break;
    }
}

static KadNodeConfig *
new_config (KadService *self, GError **error)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  const char *network = self->options.network != NULL ? self->options.network : "private:local";

  if (!kad_node_config_set_network (config, network, error))
    return NULL;
  for (guint i = 0; self->options.listen != NULL && self->options.listen[i] != NULL; i++)
    if (!kad_node_config_add_listen (config, self->options.listen[i], error))
      return NULL;
  for (guint i = 0; self->options.join != NULL && self->options.join[i] != NULL; i++)
    if (!kad_node_config_add_bootstrap (config, self->options.join[i], error))
      return NULL;
  if (self->options.data != NULL)
    kad_node_config_set_data (config, self->options.data);
  return g_steal_pointer (&config);
}

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
  if (self->joining->len == 0)
    g_clear_handle_id (&self->join_timer, g_source_remove);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadService) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!kad_node_start_finish (KAD_NODE (source), result, &error))
    {
      g_clear_object (&self->node);
      set_state (self, KAD_SERVICE_STOPPED);
      answer (self, &self->waiting, error);
      return;
    }
  set_state (self,
             kad_node_is_joined (self->node) ? KAD_SERVICE_ONLINE : KAD_SERVICE_BOOTSTRAPPING);
  g_signal_emit (self, signals[NODE_STARTED], 0, self->node);
  answer (self, &self->waiting, NULL);
}

static gboolean
begin_start (KadService *self, GError **error)
{
  g_autoptr (KadNodeConfig) config = new_config (self, error);

  if (config == NULL)
    return FALSE;
  self->node = kad_node_new (config, error);
  if (self->node == NULL)
    return FALSE;
  self->node_watch = kad_node_watch (self->node, on_event, self, NULL);
  set_state (self, KAD_SERVICE_STARTING);
  kad_node_start_async (self->node, NULL, on_started, g_object_ref (self));
  return TRUE;
}

KadNode *
kad_service_get_node (KadService *self)
{
  return self->node != NULL && self->state != KAD_SERVICE_STARTING ? self->node : NULL;
}

void
kad_service_need_node_async (KadService *self, GVariant *options, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  gboolean no_start = FALSE;
  GError *error = NULL;

  watch_idleness (self);
  if (kad_service_get_node (self) != NULL)
    {
      g_task_return_pointer (task, g_object_ref (self->node), g_object_unref);
      return;
    }
  if (options != NULL && g_variant_lookup (options, "no-start", "b", &no_start) && no_start
      && self->node == NULL)
    {
      g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_NOT_RUNNING,
                               "The node does not run, and the call asks not to start it");
      return;
    }
  if (self->node == NULL && !begin_start (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_ptr_array_add (self->waiting, g_steal_pointer (&task));
}

static gboolean
on_join_patience (gpointer user_data)
{
  KadService *self = user_data;

  self->join_timer = 0;
  answer (self, &self->joining, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_node_for_network (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadService *self = KAD_SERVICE (source);
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (KadNode) node = kad_service_need_node_finish (self, result, &error);

  if (node == NULL)
    g_task_return_error (task, error);
  else if (self->state != KAD_SERVICE_BOOTSTRAPPING)
    g_task_return_pointer (task, g_steal_pointer (&node), g_object_unref);
  else
    {
      g_ptr_array_add (self->joining, g_steal_pointer (&task));
      if (self->join_timer == 0)
        self->join_timer = g_timeout_add_seconds (KAD_JOIN_PATIENCE_S, on_join_patience, self);
    }
}

void
kad_service_need_network_async (KadService *self, GVariant *options, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  kad_service_need_node_async (self, options, on_node_for_network,
                               g_task_new (self, NULL, callback, user_data));
}

KadNode *
kad_service_need_node_finish (KadService *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

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
  kad_service_need_node_async (self, NULL, on_needed, g_task_new (self, NULL, callback, user_data));
}

gboolean
kad_service_start_finish (KadService *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KadService *self = g_task_get_source_object (task);

  kad_node_stop_finish (KAD_NODE (source), result, NULL);
  set_state (self, KAD_SERVICE_STOPPED);
  g_task_return_boolean (task, TRUE);
}

void
kad_service_stop_async (KadService *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (KadNode) node = g_steal_pointer (&self->node);
  g_autoptr (GError) error
      = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node was stopped");

  if (node == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  kad_node_unwatch (node, self->node_watch);
  answer (self, &self->waiting, error);
  answer (self, &self->joining, error);
  g_signal_emit (self, signals[NODE_STOPPING], 0, node);
  kad_node_stop_async (node, on_stopped, g_steal_pointer (&task));
}

gboolean
kad_service_stop_finish (KadService *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- on D-Bus ---- */

static void
on_connection_closed (GDBusConnection *connection, gboolean remote_peer_vanished, GError *error,
                      gpointer user_data)
{
  KadService *self = user_data;

  for (guint i = 0; i < self->interfaces->len; i++)
    if (g_dbus_interface_skeleton_has_connection (self->interfaces->pdata[i], connection))
      g_dbus_interface_skeleton_unexport_from_connection (self->interfaces->pdata[i], connection);
  g_signal_handlers_disconnect_by_data (connection, self);
  g_ptr_array_remove (self->connections, connection);
}

/* In GDBus's thread: calls to what belongs to somebody else never reach the object. */
static GDBusMessage *
filter_foreign (GDBusConnection *connection, GDBusMessage *message, gboolean incoming,
                gpointer user_data)
{
  g_autoptr (GDBusMessage) reply = NULL;

  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL
      || !kad_caller_path_is_foreign (g_dbus_message_get_path (message),
                                      g_dbus_message_get_sender (message)))
    return message;
  reply = g_dbus_message_new_method_error_literal (
      message, KAD_DBUS_ERROR_PREFIX "NotAuthorized",
      "This object belongs to another caller: only its owner may use it");
  if (!(g_dbus_message_get_flags (message) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED))
    g_dbus_connection_send_message (connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
  g_object_unref (message);
  return NULL;
}

gboolean
kad_service_export (KadService *self, GDBusConnection *connection, GError **error)
{
  g_dbus_connection_add_filter (connection, filter_foreign, NULL, NULL);
  for (guint i = 0; i < self->interfaces->len; i++)
    if (!g_dbus_interface_skeleton_export (self->interfaces->pdata[i], connection, KAD_ROOT_PATH,
                                           error))
      return FALSE;
  g_ptr_array_add (self->connections, g_object_ref (connection));
  g_signal_connect (connection, "closed", G_CALLBACK (on_connection_closed), self);
  g_signal_emit (self, signals[CONNECTED], 0, connection);
  return TRUE;
}

GPtrArray *
kad_service_get_connections (KadService *self)
{
  return self->connections;
}

/* ---- the object ---- */

KadCallers *
kad_service_get_callers (KadService *self)
{
  return self->callers;
}

KadServiceState
kad_service_get_state (KadService *self)
{
  return self->state;
}

static void
kad_service_dispose (GObject *object)
{
  KadService *self = KAD_SERVICE (object);

  g_clear_handle_id (&self->idle_timer, g_source_remove);
  g_clear_handle_id (&self->join_timer, g_source_remove);
  g_clear_pointer (&self->callers, kad_callers_free);
  while (self->connections->len > 0)
    on_connection_closed (self->connections->pdata[0], FALSE, NULL, self);
  g_ptr_array_set_size (self->interfaces, 0);
  if (self->node != NULL)
    kad_node_unwatch (self->node, self->node_watch);
  g_clear_object (&self->node);
  G_OBJECT_CLASS (kad_service_parent_class)->dispose (object);
}

static void
kad_service_finalize (GObject *object)
{
  KadService *self = KAD_SERVICE (object);

  g_ptr_array_unref (self->connections);
  g_ptr_array_unref (self->interfaces);
  g_ptr_array_unref (self->waiting);
  g_ptr_array_unref (self->joining);
  g_free ((char *) self->options.data);
  g_free ((char *) self->options.settings_file);
  g_free ((char *) self->options.network);
  g_strfreev ((char **) self->options.listen);
  g_strfreev ((char **) self->options.join);
  G_OBJECT_CLASS (kad_service_parent_class)->finalize (object);
}

static void
kad_service_class_init (KadServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_service_dispose;
  G_OBJECT_CLASS (klass)->finalize = kad_service_finalize;
  signals[NODE_STARTED] = g_signal_new ("node-started", KAD_TYPE_SERVICE, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, KAD_TYPE_NODE);
  signals[NODE_STOPPING] = g_signal_new ("node-stopping", KAD_TYPE_SERVICE, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, KAD_TYPE_NODE);
  signals[CONNECTED] = g_signal_new ("connected", KAD_TYPE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DBUS_CONNECTION);
  signals[STATE_CHANGED] = g_signal_new ("state-changed", KAD_TYPE_SERVICE, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[IDLE] = g_signal_new ("idle", KAD_TYPE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
}

static void
kad_service_init (KadService *self)
{
  self->callers = kad_callers_new ();
  self->connections = g_ptr_array_new_with_free_func (g_object_unref);
  self->interfaces = g_ptr_array_new_with_free_func (g_object_unref);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->joining = g_ptr_array_new_with_free_func (g_object_unref);
}

KadService *
kad_service_new (const KadServiceOptions *options, GError **error)
{
  g_autoptr (KadService) self = g_object_new (KAD_TYPE_SERVICE, NULL);
  g_autoptr (KadNodeConfig) config = NULL;

  self->options = *options;
  self->options.data = g_strdup (options->data);
  self->options.settings_file = g_strdup (options->settings_file);
  self->options.network = g_strdup (options->network);
  self->options.listen = (const char *const *) g_strdupv ((char **) options->listen);
  self->options.join = (const char *const *) g_strdupv ((char **) options->join);
  config = new_config (self, error);
  if (config == NULL)
    return NULL;
  kad_interfaces_add (self, self->interfaces);
  watch_idleness (self);
  return g_steal_pointer (&self);
}
