/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-desktop-private.h"

/* Nobody tells when there is enough again; who is short warns again, every few seconds. */
#define CRITICAL_S 300

typedef struct
{
  KadDesktopWatcher parent;
  GMemoryMonitor *monitor;
  guint over; /* source id */
} MemoryWatcher;

static gboolean
on_over (gpointer user_data)
{
  MemoryWatcher *self = user_data;

  self->over = 0;
  kad_desktop_watcher_tell (&self->parent, KAD_DESKTOP_LOW_MEMORY, FALSE);
  return G_SOURCE_REMOVE;
}

static void
on_warning (GMemoryMonitor *monitor, GMemoryMonitorWarningLevel level, gpointer user_data)
{
  MemoryWatcher *self = user_data;

  g_debug ("The desktop: memory is low, level %d", level);
  kad_desktop_run (self->parent.desktop, "free-memory",
                   g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  if (level < G_MEMORY_MONITOR_WARNING_LEVEL_CRITICAL)
    return;
  g_clear_handle_id (&self->over, g_source_remove);
  self->over = g_timeout_add_seconds (CRITICAL_S, on_over, self);
  kad_desktop_watcher_tell (&self->parent, KAD_DESKTOP_LOW_MEMORY, TRUE);
}

static gboolean
memory_is_wanted (GSettings *general)
{
  return g_settings_get_boolean (general, "watch-memory");
}

static void
memory_start (KadDesktopWatcher *watcher)
{
  MemoryWatcher *self = (MemoryWatcher *) watcher;

  self->monitor = g_memory_monitor_dup_default ();
  g_signal_connect (self->monitor, "low-memory-warning", G_CALLBACK (on_warning), self);
}

static void
memory_stop (KadDesktopWatcher *watcher)
{
  MemoryWatcher *self = (MemoryWatcher *) watcher;

  g_clear_handle_id (&self->over, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
}

const KadDesktopWatcherClass kad_desktop_memory_class = {
  .name = "memory",
  .size = sizeof (MemoryWatcher),
  .needs_bus = TRUE,
  .is_wanted = memory_is_wanted,
  .start = memory_start,
  .stop = memory_stop,
};
