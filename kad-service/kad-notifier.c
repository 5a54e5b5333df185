/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-notifier.h"

#include <gio/gdesktopappinfo.h>
#include <glib/gi18n.h>

#include "kad-failure-watch.h"

#define FILE_NAME "failing.ini"
#define MAX_FILE_BYTES (1024 * 1024)
#define DAY_S 86400
/* How often it is counted: so many times until the person would be told, within bounds. */
#define STEPS 96
#define MAX_STEP_S 900
#define CALL_MS 10000

#define INSPECTOR "org.libkad.Inspector"
#define INSPECTOR_PATH "/org/libkad/Inspector"
#define NOTIFICATIONS "org.freedesktop.Notifications"
#define NOTIFICATIONS_PATH "/org/freedesktop/Notifications"

struct _KadNotifier
{
  KadService *service;
  KadFailureWatch *watch;
  char *file;    /* (nullable): nothing is kept */
  KadNode *node; /* (owned) (nullable) while it runs */
  guint node_watch;
  guint timer;
  gint64 counted_us;      /* up to when it was counted; 0: nothing is */
  GCancellable *telling;  /* (nullable) a notification is on its way */
  GDBusConnection *shown; /* (owned) (nullable) where it was told last */
  guint actions;          /* subscription on that */
  guint32 id;             /* of the notification */
};

static void arm (KadNotifier *self);

/* ---- on the disk ---- */

static void
load (KadNotifier *self)
{
  g_autofree char *text = NULL;
  gsize len;

  if (self->file == NULL || !g_file_get_contents (self->file, &text, &len, NULL))
    return;
  if (len > MAX_FILE_BYTES || !kad_failure_watch_load (self->watch, text, len))
    g_message ("%s is not understood and is begun anew", self->file);
}

static void
save (KadNotifier *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize len;

  if (self->file == NULL)
    return;
  text = kad_failure_watch_save (self->watch, &len);
  if (!g_file_set_contents_full (self->file, text, (gssize) len, G_FILE_SET_CONTENTS_CONSISTENT,
                                 0600, &error))
    g_debug ("How long publications fail cannot be kept: %s", error->message);
}

/* ---- the notification ---- */

static GDBusConnection *
find_bus (KadNotifier *self)
{
  GPtrArray *connections = kad_service_get_connections (self->service);

  for (guint i = 0; i < connections->len; i++)
    if (g_dbus_connection_get_flags (connections->pdata[i])
        & G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION)
      return connections->pdata[i];
  return NULL;
}

static void
forget_shown (KadNotifier *self)
{
  if (self->actions != 0)
    g_dbus_connection_signal_unsubscribe (self->shown, self->actions);
  self->actions = 0;
  g_clear_object (&self->shown);
}

/* The inspector shows what is wrong. */
static void
on_action (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *parameters, gpointer user_data)
{
  KadNotifier *self = user_data;
  guint32 id;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(us)")))
    return;
  g_variant_get (parameters, "(u&s)", &id, NULL);
  if (id == self->id)
    g_dbus_connection_call (connection, INSPECTOR, INSPECTOR_PATH, "org.freedesktop.Application",
                            "Activate", g_variant_new ("(a{sv})", NULL), NULL,
                            G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, NULL, NULL);
}

static void
on_told (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadNotifier *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->telling);
  if (reply == NULL)
    {
      g_debug ("The person cannot be notified: %s", error->message);
      return;
    }
  g_variant_get (reply, "(u)", &self->id);
  forget_shown (self);
  self->shown = g_object_ref (G_DBUS_CONNECTION (source));
  self->actions = g_dbus_connection_signal_subscribe (
      self->shown, NOTIFICATIONS, NOTIFICATIONS, "ActionInvoked", NOTIFICATIONS_PATH, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_action, self, NULL);
  kad_failure_watch_set_told (self->watch);
  save (self);
}

static char *
dup_body (guint n, guint after_s)
{
  if (after_s == DAY_S)
    return g_strdup_printf (
        ngettext ("%u publication could not be announced for a day. Others do not find it.",
                  "%u publications could not be announced for a day. Others do not find them.", n),
        n);
  return g_strdup_printf (
      ngettext ("%u publication could not be announced for a long time. Others do not find it.",
                "%u publications could not be announced for a long time. Others do not find them.",
                n),
      n);
}

static void
tell (KadNotifier *self, guint n, guint after_s)
{
  GDBusConnection *bus = find_bus (self);
  g_autoptr (GDesktopAppInfo) inspector = NULL;
  g_auto (GVariantBuilder) actions = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);
  g_auto (GVariantBuilder) hints = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *body = dup_body (n, after_s);

  if (bus == NULL || self->telling != NULL)
    return;
  inspector = g_desktop_app_info_new (INSPECTOR ".desktop");
  if (inspector != NULL)
    {
      g_variant_builder_add (&actions, "s", "default");
      g_variant_builder_add (&actions, "s", _ ("Show"));
      g_variant_builder_add (&hints, "{sv}", "desktop-entry", g_variant_new_string (INSPECTOR));
    }
  self->telling = g_cancellable_new ();
  g_dbus_connection_call (bus, NOTIFICATIONS, NOTIFICATIONS_PATH, NOTIFICATIONS, "Notify",
                          g_variant_new ("(susssasa{sv}i)", "Kad", 0, INSPECTOR,
                                         _ ("Not found by others"), body, &actions, &hints, -1),
                          G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, CALL_MS, self->telling,
                          on_told, self);
}

/* ---- counting ---- */

static guint
get_after_s (KadNotifier *self)
{
  return g_settings_get_uint (kad_settings_get_general (kad_service_get_settings (self->service)),
                              "notify-after");
}

static void
count (KadNotifier *self)
{
  gint64 seconds = (g_get_monotonic_time () - self->counted_us) / G_USEC_PER_SEC;
  guint after_s = get_after_s (self);
  guint n;

  self->counted_us += seconds * G_USEC_PER_SEC;
  n = kad_failure_watch_pass (self->watch, (guint64) MAX (seconds, 0), after_s);
  if (n > 0 && after_s > 0)
    tell (self, n, after_s);
}

static void
stop_counting (KadNotifier *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->counted_us = 0;
}

static gboolean
on_timer (gpointer user_data)
{
  KadNotifier *self = user_data;

  self->timer = 0;
  count (self);
  save (self);
  arm (self);
  return G_SOURCE_REMOVE;
}

/* Nothing is counted, and nobody wakes up, while all is well. */
static void
arm (KadNotifier *self)
{
  guint after_s = get_after_s (self);

  if (self->node == NULL || after_s == 0 || kad_failure_watch_is_empty (self->watch))
    {
      stop_counting (self);
      return;
    }
  if (self->counted_us == 0)
    self->counted_us = g_get_monotonic_time ();
  if (self->timer == 0)
    self->timer = g_timeout_add_seconds (CLAMP (after_s / STEPS, 1, MAX_STEP_S), on_timer, self);
}

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  KadNotifier *self = user_data;
  KadEventType type = kad_event_get_event_type (event);
  const KadPublicationRow *row = kad_event_get_publication (event);
  g_autofree char *key = NULL;
  g_autofree char *what = NULL;

  if (row == NULL
      || (type != KAD_EVENT_PUBLICATION_CHANGED && type != KAD_EVENT_PUBLICATION_REMOVED))
    return;
  key = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, row->key);
  /* One key may be published for several. */
  what = g_strdup_printf ("%s-%s", kad_publication_kind_get_name (row->kind), key);
  if (type == KAD_EVENT_PUBLICATION_REMOVED)
    kad_failure_watch_forget (self->watch, what);
  else if (row->last_run_us > 0)
    kad_failure_watch_note (self->watch, what, row->persistent, row->n_failures > 0);
  arm (self);
}

/* ---- the node's life ---- */

static void
on_node_started (KadService *service, KadNode *node, gpointer user_data)
{
  KadNotifier *self = user_data;

  self->node = g_object_ref (node);
  self->node_watch = kad_node_watch (node, on_event, self, NULL);
  arm (self);
}

static void
on_node_stopping (KadService *service, KadNode *node, gpointer user_data)
{
  KadNotifier *self = user_data;

  if (self->node == NULL)
    return;
  if (self->counted_us != 0)
    count (self);
  stop_counting (self);
  kad_node_unwatch (self->node, self->node_watch);
  g_clear_object (&self->node);
  save (self);
}

/* In steps of another length from now on. */
static void
on_settings_changed (KadSettings *settings, const char *const *names, gpointer user_data)
{
  KadNotifier *self = user_data;

  if (!g_strv_contains (names, "notify-after"))
    return;
  if (self->counted_us != 0)
    count (self);
  g_clear_handle_id (&self->timer, g_source_remove);
  arm (self);
}

static void
on_disconnected (KadService *service, GDBusConnection *connection, gpointer user_data)
{
  KadNotifier *self = user_data;

  if (self->shown == connection)
    forget_shown (self);
}

KadNotifier *
kad_notifier_new (KadService *service)
{
  KadNotifier *self = g_new0 (KadNotifier, 1);
  g_autofree char *folder = kad_service_dup_data_folder (service);

  self->service = service;
  self->watch = kad_failure_watch_new ();
  self->file = folder != NULL ? g_build_filename (folder, FILE_NAME, NULL) : NULL;
  load (self);
  g_signal_connect (service, "node-started", G_CALLBACK (on_node_started), self);
  g_signal_connect (service, "node-stopping", G_CALLBACK (on_node_stopping), self);
  g_signal_connect (service, "disconnected", G_CALLBACK (on_disconnected), self);
  g_signal_connect (kad_service_get_settings (service), "changed", G_CALLBACK (on_settings_changed),
                    self);
  return self;
}

void
kad_notifier_free (KadNotifier *self)
{
  on_node_stopping (self->service, self->node, self);
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_signal_handlers_disconnect_by_data (kad_service_get_settings (self->service), self);
  if (self->telling != NULL)
    g_cancellable_cancel (self->telling);
  g_clear_object (&self->telling);
  forget_shown (self);
  kad_failure_watch_free (self->watch);
  g_free (self->file);
  g_free (self);
}
