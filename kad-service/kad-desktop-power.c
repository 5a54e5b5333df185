/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-desktop-private.h"

typedef struct
{
  KadDesktopWatcher parent;
  GPowerProfileMonitor *monitor;
} PowerWatcher;

static void
on_power_saver (GObject *monitor, GParamSpec *pspec, gpointer user_data)
{
  PowerWatcher *self = user_data;

  kad_desktop_watcher_tell (&self->parent, KAD_DESKTOP_POWER_SAVER,
                            g_power_profile_monitor_get_power_saver_enabled (self->monitor));
}

static gboolean
power_is_wanted (GSettings *general)
{
  return g_settings_get_enum (general, "on-power-saver") != KAD_THRIFT_NORMAL;
}

/* It asks nobody here: what there is comes later. */
static void
power_start (KadDesktopWatcher *watcher)
{
  PowerWatcher *self = (PowerWatcher *) watcher;

  self->monitor = g_power_profile_monitor_dup_default ();
  g_signal_connect (self->monitor, "notify::power-saver-enabled", G_CALLBACK (on_power_saver),
                    self);
  on_power_saver (G_OBJECT (self->monitor), NULL, self);
}

static void
power_stop (KadDesktopWatcher *watcher)
{
  PowerWatcher *self = (PowerWatcher *) watcher;

  g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
}

const KadDesktopWatcherClass kad_desktop_power_class = {
  .name = "power",
  .size = sizeof (PowerWatcher),
  .needs_bus = TRUE,
  .is_wanted = power_is_wanted,
  .start = power_start,
  .stop = power_stop,
};
