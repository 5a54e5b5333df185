/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-desktop-private.h"

/*
 * The default monitor is NetworkManager's where that runs, and else reads all routes of the kernel,
 * which some machines have a million of: it is made when the node runs and the setting allows, and
 * in a thread, since NetworkManager is asked synchronously. GIO keeps it until the process ends.
 *
 * While it is made GIO holds a lock, and whoever wants another default of GIO's (a proxy resolver,
 * TLS) waits: so NetworkManager is asked first whether it answers at all.
 */

#define NM_NAME "org.freedesktop.NetworkManager"
#define NM_PATH "/org/freedesktop/NetworkManager"

/* After the last change, and after the first of many. */
#define SETTLE_MS 3000
#define SETTLE_AT_MOST_MS 30000

typedef struct
{
  KadDesktopWatcher parent;
  GNetworkMonitor *monitor; /* (nullable) */
  gint64 first_us;          /* of the changes that wait */
  guint settle;             /* source id */
} NetworkWatcher;

static gboolean
on_settled (gpointer user_data)
{
  NetworkWatcher *self = user_data;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  self->settle = 0;
  g_debug ("The desktop: the network is another one");
  g_variant_dict_insert (&options, "reason", "s", "network");
  kad_desktop_run (self->parent.desktop, "renew", g_variant_dict_end (&options));
  return G_SOURCE_REMOVE;
}

static void
note_change (NetworkWatcher *self)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 left_ms;

  if (self->settle == 0)
    self->first_us = now_us;
  left_ms = SETTLE_AT_MOST_MS - (now_us - self->first_us) / 1000;
  g_clear_handle_id (&self->settle, g_source_remove);
  self->settle = g_timeout_add ((guint) CLAMP (left_ms, 0, SETTLE_MS), on_settled, self);
}

/* Routes. */
static void
on_network_changed (GNetworkMonitor *monitor, gboolean is_available, gpointer user_data)
{
  note_change (user_data);
}

/* The routes are the same, and lead somewhere now, or nowhere: somebody logged in, or the router
 * has no line. */
static void
on_connectivity (GObject *monitor, GParamSpec *pspec, gpointer user_data)
{
  note_change (user_data);
}

static void
on_metered (GObject *monitor, GParamSpec *pspec, gpointer user_data)
{
  kad_desktop_watcher_tell (user_data, KAD_DESKTOP_METERED,
                            g_network_monitor_get_network_metered (G_NETWORK_MONITOR (monitor)));
}

static void
get_monitor (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, g_object_ref (g_network_monitor_get_default ()), g_object_unref);
}

static void
on_monitor (GObject *source, GAsyncResult *result, gpointer user_data)
{
  NetworkWatcher *self = user_data;
  GNetworkMonitor *monitor = g_task_propagate_pointer (G_TASK (result), NULL);

  /* NULL: stopped meanwhile. */
  if (monitor == NULL)
    return;
  g_debug ("The desktop: the network is watched by %s", G_OBJECT_TYPE_NAME (monitor));
  self->monitor = monitor;
  g_signal_connect (monitor, "network-changed", G_CALLBACK (on_network_changed), self);
  g_signal_connect (monitor, "notify::connectivity", G_CALLBACK (on_connectivity), self);
  g_signal_connect (monitor, "notify::network-metered", G_CALLBACK (on_metered), self);
  on_metered (G_OBJECT (monitor), NULL, self);
}

static gboolean
network_is_wanted (GSettings *general)
{
  return g_settings_get_boolean (general, "watch-network");
}

static void
make_monitor (KadDesktopWatcher *watcher)
{
  g_autoptr (GTask) task = g_task_new (NULL, watcher->cancellable, on_monitor, watcher);

  g_task_set_source_tag (task, make_monitor);
  g_task_run_in_thread (task, get_monitor);
}

/* Any answer will do, also that there is no NetworkManager. */
static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer G_GNUC_UNUSED
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY))
    g_debug ("The desktop: the network is not watched: %s", error->message);
  else
    make_monitor (user_data);
}

static void
network_start (KadDesktopWatcher *watcher)
{
  GDBusConnection *bus = kad_desktop_get_bus (watcher->desktop);

  if (bus == NULL)
    make_monitor (watcher);
  else
    g_dbus_connection_call (bus, NM_NAME, NM_PATH, "org.freedesktop.DBus.Properties", "Get",
                            g_variant_new ("(ss)", NM_NAME, "Version"), NULL,
                            G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, watcher->cancellable, on_answer,
                            watcher);
}

static void
network_stop (KadDesktopWatcher *watcher)
{
  NetworkWatcher *self = (NetworkWatcher *) watcher;

  g_clear_handle_id (&self->settle, g_source_remove);
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
}

const KadDesktopWatcherClass kad_desktop_network_class = {
  .name = "network",
  .size = sizeof (NetworkWatcher),
  .is_wanted = network_is_wanted,
  .start = network_start,
  .stop = network_stop,
};
