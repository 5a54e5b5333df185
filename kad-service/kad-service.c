/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-service.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "kad-connection-guard.h"
#include "kad-interfaces.h"
#include "kad-service-private.h"

/*
 * The node runs while somebody needs it. Whoever needs it asks by kad_service_need_node_async(),
 * which starts it; what lasts (a query, a lease, a publication) counts as a use until it is over.
 * When the last use is over, a timer runs: so long after it as the settings say the service says
 * "idle", and main() ends it.
 */

guint kad_service_signals[KAD_SERVICE_N_SIGNALS];

G_DEFINE_FINAL_TYPE (KadService, kad_service, G_TYPE_OBJECT)

/* ---- whether anybody needs it ---- */

static gboolean
on_idle (gpointer user_data)
{
  KadService *self = user_data;

  self->idle_timer = 0;
  g_signal_emit (self, kad_service_signals[KAD_SERVICE_IDLE], 0);
  return G_SOURCE_REMOVE;
}

void
kad_service_watch_idleness (KadService *self)
{
  guint seconds = (guint) MAX (self->options.idle_exit_s, 0);

  g_clear_handle_id (&self->idle_timer, g_source_remove);
  if (self->options.idle_exit_s < 0)
    seconds = g_settings_get_uint (kad_settings_get_general (self->settings), "idle-exit");
  if (self->n_uses == 0 && seconds > 0)
    self->idle_timer = g_timeout_add_seconds (seconds, on_idle, self);
}

void
kad_service_use (KadService *self)
{
  self->n_uses++;
  kad_service_watch_idleness (self);
}

void
kad_service_unuse (KadService *self)
{
  g_return_if_fail (self->n_uses > 0);

  self->n_uses--;
  kad_service_watch_idleness (self);
}

gboolean
kad_service_is_idle (KadService *self)
{
  return self->n_uses == 0 && self->waiting->len == 0 && self->life == KAD_LIFE_DOWN;
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
  g_signal_emit (self, kad_service_signals[KAD_SERVICE_DISCONNECTED], 0, connection);
  g_ptr_array_remove (self->connections, connection);
}

gboolean
kad_service_export (KadService *self, GDBusConnection *connection, GError **error)
{
  kad_connection_guard_attach (connection);
  for (guint i = 0; i < self->interfaces->len; i++)
    if (!g_dbus_interface_skeleton_export (self->interfaces->pdata[i], connection, KAD_ROOT_PATH,
                                           error))
      return FALSE;
  g_ptr_array_add (self->connections, g_object_ref (connection));
  g_signal_connect (connection, "closed", G_CALLBACK (on_connection_closed), self);
  g_signal_emit (self, kad_service_signals[KAD_SERVICE_CONNECTED], 0, connection);
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

KadSettings *
kad_service_get_settings (KadService *self)
{
  return self->settings;
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

  g_clear_pointer (&self->callers, kad_callers_free);
  while (self->connections->len > 0)
    on_connection_closed (self->connections->pdata[0], FALSE, NULL, self);
  g_ptr_array_set_size (self->interfaces, 0);
  /* What went was in use. */
  g_clear_handle_id (&self->idle_timer, g_source_remove);
  g_clear_handle_id (&self->join_timer, g_source_remove);
  g_clear_handle_id (&self->apply_timer, g_source_remove);
  g_clear_handle_id (&self->update, g_source_remove);
  if (self->node_watch != 0)
    kad_node_unwatch (self->node, self->node_watch);
  self->node_watch = 0;
  kad_service_end_local_network (self);
  if (self->companion != NULL)
    g_signal_handlers_disconnect_by_data (self->companion, self);
  g_clear_object (&self->companion);
  g_clear_object (&self->node);
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_clear_object (&self->settings);
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
  g_ptr_array_unref (self->joining_any);
  g_ptr_array_unref (self->stopping);
  g_clear_pointer (&self->plan, kad_node_plan_free);
  g_free (self->companion_error);
  g_free (self->plan_error);
  g_clear_error (&self->join_error);
  g_free (self->data_error);
  g_free (self->automatic_pause);
  g_strfreev (self->quiet_reasons);
  g_free ((char *) self->options.data);
  g_free ((char *) self->options.settings_file);
  g_free ((char *) self->options.network);
  g_free ((char *) self->options.beside);
  g_strfreev ((char **) self->options.listen);
  g_strfreev ((char **) self->options.join);
  g_clear_pointer (&self->options.key, kad_private_key_unref);
  G_OBJECT_CLASS (kad_service_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, GType argument)
{
  return g_signal_new (name, KAD_TYPE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       argument != G_TYPE_NONE, argument);
}

static void
kad_service_class_init (KadServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_service_dispose;
  G_OBJECT_CLASS (klass)->finalize = kad_service_finalize;
  kad_service_signals[KAD_SERVICE_NODE_STARTED] = new_signal ("node-started", KAD_TYPE_NODE);
  kad_service_signals[KAD_SERVICE_NODE_STOPPING] = new_signal ("node-stopping", KAD_TYPE_NODE);
  kad_service_signals[KAD_SERVICE_NODE_CHANGED] = new_signal ("node-changed", G_TYPE_NONE);
  kad_service_signals[KAD_SERVICE_CONNECTED] = new_signal ("connected", G_TYPE_DBUS_CONNECTION);
  kad_service_signals[KAD_SERVICE_DISCONNECTED]
      = new_signal ("disconnected", G_TYPE_DBUS_CONNECTION);
  kad_service_signals[KAD_SERVICE_STATE_CHANGED] = new_signal ("state-changed", G_TYPE_NONE);
  kad_service_signals[KAD_SERVICE_IDLE] = new_signal ("idle", G_TYPE_NONE);
  kad_service_signals[KAD_SERVICE_INSISTED] = new_signal ("insisted", G_TYPE_NONE);
}

static void
kad_service_init (KadService *self)
{
  self->callers = kad_callers_new ();
  self->quiet_reasons = g_new0 (char *, 1);
  self->connections = g_ptr_array_new_with_free_func (g_object_unref);
  self->interfaces = g_ptr_array_new_with_free_func (g_object_unref);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->joining = g_ptr_array_new_with_free_func (g_object_unref);
  self->joining_any = g_ptr_array_new_with_free_func (g_object_unref);
  self->stopping = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
on_settings_changed (KadSettings *settings, const char *const *names, gpointer user_data)
{
  kad_service_plan_apply (user_data);
}

/* Nobody else may read the key in it. Without it the service runs, and says why the node cannot. */
static void
make_data_folder (KadService *self)
{
  g_autofree char *usual = g_build_filename (g_get_user_state_dir (), "kad", NULL);
  const char *data = self->options.data != NULL ? self->options.data : usual;

  if (g_strcmp0 (data, ":memory:") == 0
      || (g_mkdir_with_parents (data, 0700) == 0 && g_access (data, W_OK | X_OK) == 0))
    return;
  self->data_error = g_strdup_printf ("Nothing can be kept in %s: %s", data, g_strerror (errno));
  g_warning ("%s", self->data_error);
}

char *
kad_service_dup_data_folder (KadService *self)
{
  if (self->data_error != NULL || g_strcmp0 (self->options.data, ":memory:") == 0)
    return NULL;
  if (self->options.data != NULL)
    return g_strdup (self->options.data);
  return g_build_filename (g_get_user_state_dir (), "kad", NULL);
}

/* What was to be published in any case is why the node runs, though nobody has called. */
static void
take_up_publications (KadService *self)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autofree char *usual = g_build_filename (g_get_user_state_dir (), "kad", NULL);

  kad_node_config_set_data (config, self->options.data != NULL ? self->options.data : usual);
  if (self->data_error == NULL && kad_node_config_has_publications (config))
    kad_service_set_persistent (self, TRUE);
}

/* Where nothing is kept, both nodes have their identity from here. */
static void
share_key (KadServiceOptions *options)
{
  guint8 seed[32];

  if (options->key != NULL || g_strcmp0 (options->data, ":memory:") != 0
      || getrandom (seed, sizeof seed, 0) != sizeof seed)
    return;
  options->key = kad_private_key_new_ed25519_from_seed (seed);
  explicit_bzero (seed, sizeof seed);
}

KadService *
kad_service_new (const KadServiceOptions *options, GError **error)
{
  g_autoptr (KadService) self = g_object_new (KAD_TYPE_SERVICE, NULL);

  self->options = *options;
  self->options.data = g_strdup (options->data);
  self->options.settings_file = g_strdup (options->settings_file);
  self->options.network = g_strdup (options->network);
  self->options.beside = g_strdup (options->beside);
  self->options.listen = (const char *const *) g_strdupv ((char **) options->listen);
  self->options.join = (const char *const *) g_strdupv ((char **) options->join);
  self->options.key = options->key != NULL ? kad_private_key_ref (options->key) : NULL;
  share_key (&self->options);
  if (!kad_service_options_check (options, error))
    return NULL;
  self->settings = kad_settings_new (options->settings_file, options->network, error);
  if (self->settings == NULL)
    return NULL;
  g_signal_connect (self->settings, "changed", G_CALLBACK (on_settings_changed), self);
  make_data_folder (self);
  kad_service_follow_pause (self);
  kad_interfaces_add (self, self->interfaces);
  take_up_publications (self);
  kad_service_watch_idleness (self);
  return g_steal_pointer (&self);
}
