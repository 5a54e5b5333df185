/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "kad-error.h"
#include "kad-gui-dbus-private.h"
#include "kad-gui-i18n.h"

/*
 * On the session bus:
 *
 *   address --> connect --> who owns the name? --> properties --> interfaces --> open
 *
 * On a socket the name is not asked for. Every step belongs to a try; a close(), or a service that
 * goes or comes, ends the try, and what it still waits for is cancelled.
 */

#define BUS "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"
/* How long a service may take to be started by the bus. */
#define START_MS (25 * 1000)
/* A socket that has appeared does not listen at the same moment. */
#define SOCKET_DELAY_MS 300

struct _KadGuiDbusLink
{
  KadGuiDbusSource *source; /* owns us */
  gboolean autostart;
  gboolean can_autostart;
  GDBusConnection *connection; /* (owned) (nullable) */
  gulong closed_handler;
  guint name_watch;      /* NameOwnerChanged */
  char *owner;           /* (nullable) */
  GCancellable *try;     /* (owned) (nullable) */
  GFileMonitor *monitor; /* (owned) (nullable) of a socket that is not there */
  guint socket_timer;
};

static void look_for_owner (KadGuiDbusLink *self);
static void connect_to (KadGuiDbusLink *self, const char *address);

/* ---- ends ---- */

static void
end_try (KadGuiDbusLink *self)
{
  if (self->try != NULL)
    g_cancellable_cancel (self->try);
  g_clear_object (&self->try);
}

static GCancellable *
begin_try (KadGuiDbusLink *self)
{
  end_try (self);
  self->try = g_cancellable_new ();
  return self->try;
}

static void
stop_waiting (KadGuiDbusLink *self)
{
  g_clear_handle_id (&self->socket_timer, g_source_remove);
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
}

static void
drop_connection (KadGuiDbusLink *self)
{
  if (self->connection == NULL)
    return;
  if (self->name_watch != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->name_watch);
  self->name_watch = 0;
  g_clear_signal_handler (&self->closed_handler, self->connection);
  /* So that the service knows at once that we have left. */
  if (!g_dbus_connection_is_closed (self->connection))
    g_dbus_connection_close (self->connection, NULL, NULL, NULL);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->owner, g_free);
}

static void wait_for_socket (KadGuiDbusLink *self);

static void
fail (KadGuiDbusLink *self, const char *code, const char *message)
{
  gboolean was_open
      = kad_gui_source_get_state (KAD_GUI_SOURCE (self->source)) == KAD_GUI_SOURCE_OPEN;

  end_try (self);
  if (was_open)
    kad_gui_dbus_source_service_gone (self->source);
  g_clear_pointer (&self->owner, g_free);
  /* On a bus the connection tells when the name appears. */
  if (self->source->address != NULL)
    drop_connection (self);
  if (self->source->address != NULL && g_str_equal (code, "NoService"))
    wait_for_socket (self);
  kad_gui_source_set_state (KAD_GUI_SOURCE (self->source), KAD_GUI_SOURCE_FAILED, code, message);
}

static void
fail_with (KadGuiDbusLink *self, const GError *error)
{
  const char *code;

  switch (error->code)
    {
    case KAD_ERROR_NOT_AUTHORIZED:
      code = "NotAuthorized";
      break;
    case KAD_ERROR_NOT_SUPPORTED:
    case KAD_ERROR_NOT_FOUND:
    case KAD_ERROR_PROTOCOL:
      code = "Version";
      break;
    case KAD_ERROR_TIMEOUT:
      code = "Timeout";
      break;
    default:
      code = "NoService";
    }
  fail (self, code, error->message);
}

/* ---- what is there ---- */

static gboolean
is_over (const GError *error)
{
  return g_error_matches (error, KAD_ERROR, KAD_ERROR_CANCELLED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
on_interfaces (KadGuiDbusSource *source, GVariant *reply, const GError *error, gpointer user_data)
{
  KadGuiDbusLink *self = source->link;
  g_autofree char *missing = NULL;
  g_autofree char *words = NULL;
  const char *xml;

  if (is_over (error))
    return;
  if (reply == NULL)
    {
      fail_with (self, error);
      return;
    }
  g_variant_get (reply, "(&s)", &xml);
  if (!kad_gui_dbus_check_interfaces (xml, &missing))
    {
      words = g_strdup_printf (_ ("This service is too old, or too new: it has no %s"), missing);
      fail (self, "Version", words);
      return;
    }
  end_try (self);
  kad_gui_source_set_state (KAD_GUI_SOURCE (source), KAD_GUI_SOURCE_OPEN, NULL, NULL);
}

static void
on_properties (KadGuiDbusSource *source, GVariant *reply, const GError *error, gpointer user_data)
{
  KadGuiDbusLink *self = source->link;
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant) state = NULL;

  if (is_over (error))
    return;
  if (reply == NULL)
    {
      fail_with (self, error);
      return;
    }
  properties = g_variant_get_child_value (reply, 0);
  state = g_variant_lookup_value (properties, "State", G_VARIANT_TYPE_STRING);
  if (state == NULL)
    {
      fail (self, "Version", _ ("This service is too old, or too new: it tells no state"));
      return;
    }
  kad_gui_dbus_status_apply (source, properties);
  kad_gui_dbus_call (source, self->try, KAD_GUI_ROOT_PATH, "org.freedesktop.DBus.Introspectable",
                     "Introspect", NULL, "(s)", KAD_GUI_CALL_MS, on_interfaces, NULL);
}

static void
look_at_service (KadGuiDbusLink *self)
{
  kad_gui_dbus_call (self->source, begin_try (self), KAD_GUI_ROOT_PATH, KAD_GUI_PROPERTIES,
                     "GetAll", g_variant_new ("(s)", KAD_GUI_BUS_NAME ".Node"), "(a{sv})",
                     KAD_GUI_CALL_MS, on_properties, NULL);
}

/* ---- the name on the bus ---- */

/* Calls to the bus itself. */
static void
call_bus (KadGuiDbusLink *self, const char *method, GVariant *arguments, const char *reply_type,
          int timeout_ms, GAsyncReadyCallback callback)
{
  g_dbus_connection_call (self->connection, BUS, BUS_PATH, BUS, method, arguments,
                          G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NONE, timeout_ms,
                          self->try, callback, g_object_ref (self->source));
}

/* NULL and no error: it is over. */
static GVariant *
finish_bus (GObject *object, GAsyncResult *result, KadGuiDbusSource *source, GError **error)
{
  GVariant *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, error);

  if (*error != NULL)
    *error = kad_gui_dbus_convert_error (g_steal_pointer (error));
  if (is_over (*error))
    g_clear_error (error);
  return reply;
}

static gboolean
has_word (GVariant *reply, const char *word)
{
  g_autofree const char **words = NULL;

  g_variant_get (reply, "(^a&s)", &words);
  return g_strv_contains (words, word);
}

/* Whether a service of another major version is there. */
static char *
dup_other_version (GVariant *reply)
{
  g_autofree const char **words = NULL;

  g_variant_get (reply, "(^a&s)", &words);
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], "org.libkad.Kad")
        && g_ascii_isdigit (words[i][strlen ("org.libkad.Kad")])
        && strchr (words[i] + strlen ("org.libkad.Kad"), '.') == NULL
        && !g_str_equal (words[i], KAD_GUI_BUS_NAME))
      return g_strdup (words[i]);
  return NULL;
}

static void
on_names (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadGuiDbusSource) source = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = finish_bus (object, result, source, &error);
  g_autofree char *other = NULL;
  g_autofree char *words = NULL;

  if (reply == NULL && error == NULL)
    return;
  other = reply != NULL ? dup_other_version (reply) : NULL;
  if (other == NULL)
    {
      fail (source->link, "NoService", _ ("The service is not running"));
      return;
    }
  words = g_strdup_printf (_ ("The service on this bus is %s, and %s is needed"), other,
                           KAD_GUI_BUS_NAME);
  fail (source->link, "Version", words);
}

static void
on_started (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadGuiDbusSource) source = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = finish_bus (object, result, source, &error);

  if (reply != NULL)
    look_for_owner (source->link);
  else if (error != NULL)
    fail_with (source->link, error);
}

static void
on_activatable (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadGuiDbusSource) source = user_data;
  KadGuiDbusLink *self = source->link;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = finish_bus (object, result, source, &error);

  if (reply == NULL && error == NULL)
    return;
  self->can_autostart = reply != NULL && has_word (reply, KAD_GUI_BUS_NAME);
  if (self->can_autostart && self->autostart)
    {
      self->autostart = FALSE;
      call_bus (self, "StartServiceByName", g_variant_new ("(su)", KAD_GUI_BUS_NAME, 0), "(u)",
                START_MS, on_started);
    }
  else
    call_bus (self, "ListNames", NULL, "(as)", KAD_GUI_CALL_MS, on_names);
}

static void
on_owner (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadGuiDbusSource) source = user_data;
  KadGuiDbusLink *self = source->link;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = finish_bus (object, result, source, &error);

  if (reply == NULL && error == NULL)
    return;
  if (reply != NULL)
    {
      g_free (self->owner);
      g_variant_get (reply, "(s)", &self->owner);
      look_at_service (self);
    }
  else
    call_bus (self, "ListActivatableNames", NULL, "(as)", KAD_GUI_CALL_MS, on_activatable);
}

static void
look_for_owner (KadGuiDbusLink *self)
{
  begin_try (self);
  call_bus (self, "GetNameOwner", g_variant_new ("(s)", KAD_GUI_BUS_NAME), "(s)", KAD_GUI_CALL_MS,
            on_owner);
}

static void
on_name_changed (GDBusConnection *connection, const char *sender, const char *path,
                 const char *interface, const char *signal, GVariant *parameters,
                 gpointer user_data)
{
  KadGuiDbusLink *self = user_data;
  KadGuiSource *source = KAD_GUI_SOURCE (self->source);
  const char *new_owner;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sss)")))
    return;
  g_variant_get (parameters, "(&s&s&s)", NULL, NULL, &new_owner);
  if (g_strcmp0 (new_owner, self->owner) == 0)
    return;
  /* While it is looked for, that finds it. */
  if (self->owner != NULL && kad_gui_source_get_state (source) != KAD_GUI_SOURCE_CLOSED)
    fail (self, "NoService", _ ("The service has gone"));
  if (*new_owner != '\0' && kad_gui_source_get_state (source) == KAD_GUI_SOURCE_FAILED)
    {
      kad_gui_source_set_state (source, KAD_GUI_SOURCE_CONNECTING, NULL, NULL);
      look_for_owner (self);
    }
}

/* ---- a socket that is not there ---- */

static gboolean
on_socket_timer (gpointer user_data)
{
  KadGuiDbusLink *self = user_data;

  self->socket_timer = 0;
  kad_gui_source_open (KAD_GUI_SOURCE (self->source));
  return G_SOURCE_REMOVE;
}

static void
on_socket_changed (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
                   gpointer user_data)
{
  KadGuiDbusLink *self = user_data;

  if (event == G_FILE_MONITOR_EVENT_CREATED && self->socket_timer == 0)
    self->socket_timer = g_timeout_add (SOCKET_DELAY_MS, on_socket_timer, self);
}

/* (nullable) */
static char *
dup_socket_path (const char *address)
{
  static const char prefix[] = "unix:path=";
  g_autofree char *path = NULL;

  if (!g_str_has_prefix (address, prefix) || strchr (address, ';') != NULL)
    return NULL;
  path = g_strndup (address + strlen (prefix), strcspn (address + strlen (prefix), ","));
  return g_uri_unescape_string (path, NULL);
}

/* Without a timer: the kernel tells when it appears. */
static void
wait_for_socket (KadGuiDbusLink *self)
{
  g_autofree char *path = dup_socket_path (self->source->address);
  g_autoptr (GFile) file = path != NULL ? g_file_new_for_path (path) : NULL;

  if (file == NULL || self->monitor != NULL)
    return;
  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect (self->monitor, "changed", G_CALLBACK (on_socket_changed), self);
}

/* ---- the connection ---- */

static void
on_closed (GDBusConnection *connection, gboolean by_remote, GError *error, gpointer user_data)
{
  KadGuiDbusLink *self = user_data;
  gboolean is_bus = self->source->address == NULL;
  g_autoptr (KadGuiDbusSource) keep G_GNUC_UNUSED = g_object_ref (self->source);

  if (is_bus)
    fail (self, "NoBus", _ ("The session bus has gone"));
  else
    fail (self, "NoService", _ ("The service has gone"));
  drop_connection (self);
}

static void
use_connection (KadGuiDbusLink *self, GDBusConnection *connection)
{
  drop_connection (self);
  self->connection = connection;
  self->closed_handler = g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
  if (self->source->address != NULL)
    {
      look_at_service (self);
      return;
    }
  self->name_watch = g_dbus_connection_signal_subscribe (
      connection, BUS, BUS, "NameOwnerChanged", BUS_PATH, KAD_GUI_BUS_NAME,
      G_DBUS_SIGNAL_FLAGS_NONE, on_name_changed, self, NULL);
  look_for_owner (self);
}

static void
fail_to_connect (KadGuiDbusLink *self, const GError *error)
{
  const char *code = "NoService";

  if (self->source->address == NULL)
    code = "NoBus";
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    code = "InvalidAddress";
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED)
           /* Somebody is there and did not let us in. */
           || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED)
           || error->domain == G_DBUS_ERROR)
    code = "NotAuthorized";
  fail (self, code, error->message);
}

static void
on_connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KadGuiDbusSource) source = user_data;
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_finish (result, &error);

  if (connection != NULL)
    {
      /* A try that was given up may have come this far. */
      if (source->link->try != NULL && source->link->connection == NULL
          && kad_gui_source_get_state (KAD_GUI_SOURCE (source)) == KAD_GUI_SOURCE_CONNECTING)
        use_connection (source->link, connection);
      else
        g_object_unref (connection);
    }
  else if (!is_over (error))
    fail_to_connect (source->link, error);
}

/* A service that was started again has another guid; the socket says who is meant. */
static char *
dup_without_guid (const char *address)
{
  g_autoptr (GRegex) regex = g_regex_new (",guid=[0-9a-fA-F]*", 0, 0, NULL);

  return g_regex_replace_literal (regex, address, -1, 0, "", 0, NULL);
}

static void
connect_to (KadGuiDbusLink *self, const char *given)
{
  g_autofree char *address = dup_without_guid (given);
  GDBusConnectionFlags flags = G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT;

  if (self->source->address == NULL)
    flags |= G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION;
  g_dbus_connection_new_for_address (address, flags, NULL, self->try, on_connected,
                                     g_object_ref (self->source));
}

/* It may look for a file, or start a program. */
static void
find_bus (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, cancellable, &error);

  if (address != NULL)
    g_task_return_pointer (task, address, g_free);
  else
    g_task_return_error (task, error);
}

static void
on_bus_found (GObject *object, GAsyncResult *result, gpointer user_data)
{
  KadGuiDbusLink *self = KAD_GUI_DBUS_SOURCE (object)->link;
  g_autoptr (GError) error = NULL;
  g_autofree char *address = g_task_propagate_pointer (G_TASK (result), &error);

  if (address != NULL)
    connect_to (self, address);
  else if (!is_over (error))
    fail_to_connect (self, error);
}

void
kad_gui_dbus_link_open (KadGuiDbusLink *self)
{
  g_autoptr (GTask) task = NULL;

  stop_waiting (self);
  begin_try (self);
  if (self->connection != NULL && !g_dbus_connection_is_closed (self->connection))
    {
      look_for_owner (self);
      return;
    }
  drop_connection (self);
  if (self->source->address != NULL)
    {
      connect_to (self, self->source->address);
      return;
    }
  task = g_task_new (self->source, self->try, on_bus_found, NULL);
  g_task_run_in_thread (task, find_bus);
}

void
kad_gui_dbus_link_close (KadGuiDbusLink *self)
{
  end_try (self);
  stop_waiting (self);
  drop_connection (self);
  self->autostart = FALSE;
}

/* ---- the rest ---- */

KadGuiDbusLink *
kad_gui_dbus_link_new (KadGuiDbusSource *source)
{
  KadGuiDbusLink *self = g_new0 (KadGuiDbusLink, 1);

  self->source = source;
  return self;
}

void
kad_gui_dbus_link_free (KadGuiDbusLink *self)
{
  kad_gui_dbus_link_close (self);
  g_free (self);
}

void
kad_gui_dbus_link_set_autostart (KadGuiDbusLink *self, gboolean autostart)
{
  self->autostart = autostart != FALSE;
}

gboolean
kad_gui_dbus_link_can_autostart (KadGuiDbusLink *self)
{
  return self->can_autostart;
}

GDBusConnection *
kad_gui_dbus_link_get_connection (KadGuiDbusLink *self)
{
  return self->connection;
}

const char *
kad_gui_dbus_link_get_owner (KadGuiDbusLink *self)
{
  return self->owner;
}
