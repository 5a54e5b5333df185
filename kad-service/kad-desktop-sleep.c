/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gunixfdlist.h>
#include <time.h>
#include <unistd.h>

#include "kad-desktop-goodbye.h"
#include "kad-desktop-private.h"

/*
 * logind waits with the sleep while somebody has a delay inhibitor, which is a descriptor. Ours is
 * closed when the peers were told, or after PATIENCE_MS; after the sleep another one is taken.
 * A sleep that logind does not tell of is noticed by the node itself.
 */

#define LOGIND_NAME "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define LOGIND_MANAGER LOGIND_NAME ".Manager"
#define PATIENCE_MS 2000

typedef struct
{
  KadDesktopWatcher parent;
  guint subscription;
  int inhibitor; /* -1: none */
  gboolean falls_asleep;
  GCancellable *goodbye; /* (nullable): while peers are told */
  guint n_goodbyes;      /* by so many nodes */
  guint patience;        /* source id */
  gint64 boot_us;        /* when it began to fall asleep, as time that counts sleep */
  gint64 awake_us;       /* and as time that does not */
} SleepWatcher;

static gint64
read_boot_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* ---- the inhibitor ---- */

static void
on_inhibited (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SleepWatcher *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GUnixFDList) files = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_with_unix_fd_list_finish (
      G_DBUS_CONNECTION (source), &files, result, &error);
  int file = -1;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (answer != NULL && files != NULL)
    {
      gint32 handle;

      g_variant_get (answer, "(h)", &handle);
      if (handle >= 0 && handle < g_unix_fd_list_get_length (files))
        file = g_unix_fd_list_get (files, handle, NULL);
    }
  if (file < 0)
    g_debug ("The desktop: a sleep will not wait for us: %s",
             error != NULL ? error->message : "logind gave no descriptor");
  else if (self->inhibitor >= 0 || (self->falls_asleep && self->goodbye == NULL))
    close (file); /* too many, or too late */
  else
    self->inhibitor = file;
}

static void
take_inhibitor (SleepWatcher *self)
{
  if (self->inhibitor >= 0)
    return;
  g_dbus_connection_call_with_unix_fd_list (
      kad_desktop_get_bus (self->parent.desktop), LOGIND_NAME, LOGIND_PATH, LOGIND_MANAGER,
      "Inhibit",
      g_variant_new ("(ssss)", "sleep", "Kad", "Peers are told that this node sleeps", "delay"),
      G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, self->parent.cancellable,
      on_inhibited, self);
}

static void
release_inhibitor (SleepWatcher *self)
{
  g_clear_handle_id (&self->patience, g_source_remove);
  if (self->goodbye != NULL)
    g_cancellable_cancel (self->goodbye);
  g_clear_object (&self->goodbye);
  if (self->inhibitor >= 0)
    close (self->inhibitor);
  self->inhibitor = -1;
}

/* ---- falling asleep, and waking ---- */

static void
on_goodbye (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SleepWatcher *self = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = kad_desktop_goodbye_finish (KAD_NODE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_debug ("The desktop: %" G_GSSIZE_FORMAT " peers know of the sleep", MAX (n, 0));
  if (--self->n_goodbyes == 0)
    release_inhibitor (self);
}

static gboolean
on_patience (gpointer user_data)
{
  SleepWatcher *self = user_data;

  self->patience = 0;
  g_debug ("The desktop: not all peers could be told of the sleep in time");
  release_inhibitor (self);
  return G_SOURCE_REMOVE;
}

static void
fall_asleep (SleepWatcher *self)
{
  KadNode *nodes[KAD_DESKTOP_MAX_NODES];

  if (self->falls_asleep)
    return;
  self->falls_asleep = TRUE;
  self->boot_us = read_boot_us ();
  self->awake_us = g_get_monotonic_time ();
  self->n_goodbyes = kad_desktop_get_nodes (self->parent.desktop, nodes);
  if (self->n_goodbyes == 0)
    {
      release_inhibitor (self);
      return;
    }
  self->goodbye = g_cancellable_new ();
  self->patience = g_timeout_add (PATIENCE_MS, on_patience, self);
  for (guint i = 0; i < self->n_goodbyes; i++)
    kad_desktop_goodbye_async (nodes[i], self->goodbye, on_goodbye, self);
}

static void
wake_up (SleepWatcher *self)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  gint64 slept_us = 0;

  if (self->falls_asleep)
    slept_us = (read_boot_us () - self->boot_us) - (g_get_monotonic_time () - self->awake_us);
  self->falls_asleep = FALSE;
  release_inhibitor (self);
  take_inhibitor (self);
  g_variant_dict_insert (&options, "reason", "s", "resumed");
  g_variant_dict_insert (&options, "slept", "t", (guint64) MAX (slept_us, 0));
  kad_desktop_run (self->parent.desktop, "renew", g_variant_dict_end (&options));
}

static void
on_prepare_for_sleep (GDBusConnection *bus, const char *sender, const char *path,
                      const char *interface, const char *signal, GVariant *parameters,
                      gpointer user_data)
{
  SleepWatcher *self = user_data;
  gboolean is_before;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    {
      g_debug ("The desktop: PrepareForSleep of logind is of type %s",
               g_variant_get_type_string (parameters));
      return;
    }
  g_variant_get (parameters, "(b)", &is_before);
  g_debug ("The desktop: %s", is_before ? "it falls asleep" : "it is awake again");
  if (is_before)
    fall_asleep (self);
  else
    wake_up (self);
}

/* ---- the watcher ---- */

static gboolean
sleep_is_wanted (GSettings *general)
{
  return g_settings_get_boolean (general, "watch-sleep");
}

static void
sleep_start (KadDesktopWatcher *watcher)
{
  SleepWatcher *self = (SleepWatcher *) watcher;

  self->inhibitor = -1;
  self->subscription = g_dbus_connection_signal_subscribe (
      kad_desktop_get_bus (watcher->desktop), LOGIND_NAME, LOGIND_MANAGER, "PrepareForSleep",
      LOGIND_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_prepare_for_sleep, self, NULL);
  take_inhibitor (self);
}

static void
sleep_stop (KadDesktopWatcher *watcher)
{
  SleepWatcher *self = (SleepWatcher *) watcher;
  GDBusConnection *bus = kad_desktop_get_bus (watcher->desktop);

  /* With the bus it went itself. */
  if (bus != NULL)
    g_dbus_connection_signal_unsubscribe (bus, self->subscription);
  release_inhibitor (self);
  self->falls_asleep = FALSE;
}

const KadDesktopWatcherClass kad_desktop_sleep_class = {
  .name = "sleep",
  .size = sizeof (SleepWatcher),
  .needs_bus = TRUE,
  .is_wanted = sleep_is_wanted,
  .start = sleep_start,
  .stop = sleep_stop,
};
