/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-desktop-private.h"

#define UPOWER_NAME "org.freedesktop.UPower"
#define UPOWER_PATH "/org/freedesktop/UPower"

typedef struct
{
  KadDesktopWatcher parent;
  GDBusProxy *upower; /* (nullable) */
} BatteryWatcher;

/* Without UPower nobody knows of a battery. */
static void
tell (BatteryWatcher *self)
{
  g_autoptr (GVariant) value = g_dbus_proxy_get_cached_property (self->upower, "OnBattery");
  gboolean is_boolean = value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN);

  if (value != NULL && !is_boolean)
    g_debug ("The desktop: OnBattery of UPower is of type %s", g_variant_get_type_string (value));
  kad_desktop_watcher_tell (&self->parent, KAD_DESKTOP_BATTERY,
                            is_boolean && g_variant_get_boolean (value));
}

static void
on_changed (GDBusProxy *upower, GVariant *changed, const char *const *invalidated,
            gpointer user_data)
{
  tell (user_data);
}

static void
on_owner (GObject *upower, GParamSpec *pspec, gpointer user_data)
{
  tell (user_data);
}

static void
on_upower (GObject *source, GAsyncResult *result, gpointer user_data)
{
  BatteryWatcher *self = user_data;
  g_autoptr (GError) error = NULL;
  GDBusProxy *upower = g_dbus_proxy_new_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (upower == NULL)
    {
      g_debug ("The desktop: the battery is not watched: %s", error->message);
      return;
    }
  self->upower = upower;
  g_signal_connect (upower, "g-properties-changed", G_CALLBACK (on_changed), self);
  g_signal_connect (upower, "notify::g-name-owner", G_CALLBACK (on_owner), self);
  tell (self);
}

static gboolean
battery_is_wanted (GSettings *general)
{
  return g_settings_get_enum (general, "on-battery") != KAD_THRIFT_NORMAL;
}

static void
battery_start (KadDesktopWatcher *watcher)
{
  g_dbus_proxy_new (kad_desktop_get_bus (watcher->desktop), G_DBUS_PROXY_FLAGS_NONE, NULL,
                    UPOWER_NAME, UPOWER_PATH, UPOWER_NAME, watcher->cancellable, on_upower,
                    watcher);
}

static void
battery_stop (KadDesktopWatcher *watcher)
{
  BatteryWatcher *self = (BatteryWatcher *) watcher;

  if (self->upower != NULL)
    g_signal_handlers_disconnect_by_data (self->upower, self);
  g_clear_object (&self->upower);
}

const KadDesktopWatcherClass kad_desktop_battery_class = {
  .name = "battery",
  .size = sizeof (BatteryWatcher),
  .needs_bus = TRUE,
  .is_wanted = battery_is_wanted,
  .start = battery_start,
  .stop = battery_stop,
};
