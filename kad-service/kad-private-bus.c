/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-private-bus.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "kad-connection-guard.h"

/*
 * Not GDBusServer: that one has a thread for each program that connects and says nothing, as many
 * as there are, for as long as they like. Here those that greet are counted and have a time; when
 * they are too many the one that has been at it longest goes.
 */

typedef struct _Greeting Greeting;

struct _KadPrivateBus
{
  GSocketService *listener;
  GDBusAuthObserver *observer;
  char *guid;
  char *client_address;
  KadService *service; /* outlives us */
  char *path;          /* (nullable) of the socket, to be removed */
  GQueue greetings;    /* (element-type Greeting) the oldest first */
};

/* A program that has connected and does not yet have shown who it is. */
struct _Greeting
{
  KadPrivateBus *bus; /* NULL: nobody waits for it any more; main thread */
  GIOStream *stream;
  GDBusAuthObserver *observer;
  char *guid;
  GCancellable *cancellable;
  guint deadline;
  GDBusConnection *connection; /* (nullable) what came of it */
};

static gboolean
allow_mechanism (GDBusAuthObserver *observer, const char *mechanism, gpointer user_data)
{
  return g_str_equal (mechanism, "EXTERNAL");
}

static gboolean
authorize (GDBusAuthObserver *observer, GIOStream *stream, GCredentials *credentials,
           gpointer user_data)
{
  g_autoptr (GCredentials) own = g_credentials_new ();

  return credentials != NULL && g_credentials_is_same_user (credentials, own, NULL);
}

/* ---- greetings ---- */

static void
greeting_free (gpointer data)
{
  Greeting *self = data;

  g_clear_handle_id (&self->deadline, g_source_remove);
  g_clear_object (&self->connection);
  g_object_unref (self->cancellable);
  g_object_unref (self->observer);
  g_object_unref (self->stream);
  g_free (self->guid);
  g_free (self);
}

static void
serve (KadPrivateBus *self, GDBusConnection *connection)
{
  g_autoptr (GError) error = NULL;

  /* It reads already, and may have read what is no D-Bus: "closed" has been or is never told. */
  if (g_dbus_connection_is_closed (connection))
    return;
  if (kad_service_get_connections (self->service)->len >= KAD_MAX_PRIVATE_CONNECTIONS)
    g_message ("A program was turned away: %d are connected already", KAD_MAX_PRIVATE_CONNECTIONS);
  else if (!kad_service_export (self->service, connection, &error))
    g_warning ("A program cannot be served: %s", error->message);
  else
    {
      g_dbus_connection_start_message_processing (connection);
      return;
    }
  g_dbus_connection_start_message_processing (connection);
  g_dbus_connection_close (connection, NULL, NULL, NULL);
}

static gboolean
on_greeted (gpointer user_data)
{
  Greeting *self = user_data;

  if (self->bus != NULL)
    g_queue_remove (&self->bus->greetings, self);
  if (self->bus != NULL && self->connection != NULL)
    serve (self->bus, self->connection);
  return G_SOURCE_REMOVE;
}

static void
look_who_it_is (Greeting *self)
{
  GSocket *socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (self->stream));
  g_autoptr (KadCallerIdentity) identity = kad_caller_identity_new_for_socket (socket);

  kad_connection_guard_set_identity (self->connection, identity);
}

/* In a thread of its own: GDBus has no other way to greet. */
static gpointer
greet (gpointer data)
{
  Greeting *self = data;
  g_autoptr (GError) error = NULL;

  self->connection
      = g_dbus_connection_new_sync (self->stream, self->guid,
                                    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER
                                        | G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                                    self->observer, self->cancellable, &error);
  if (self->connection != NULL)
    look_who_it_is (self);
  else
    {
      g_debug ("A program did not get in: %s", error->message);
      g_io_stream_close (self->stream, NULL, NULL);
    }
  g_idle_add_full (G_PRIORITY_DEFAULT, on_greeted, self, greeting_free);
  return NULL;
}

static gboolean
on_deadline (gpointer user_data)
{
  Greeting *self = user_data;

  self->deadline = 0;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static void
give_up (Greeting *self)
{
  self->bus = NULL;
  g_clear_handle_id (&self->deadline, g_source_remove);
  g_cancellable_cancel (self->cancellable);
}

static gboolean
on_incoming (GSocketService *listener, GSocketConnection *stream, GObject *source,
             gpointer user_data)
{
  KadPrivateBus *self = user_data;
  g_autoptr (GError) error = NULL;
  Greeting *greeting;
  GThread *thread;

  if (self->greetings.length >= KAD_MAX_PRIVATE_GREETINGS)
    give_up (g_queue_pop_head (&self->greetings));
  greeting = g_new0 (Greeting, 1);
  greeting->bus = self;
  greeting->stream = g_object_ref (G_IO_STREAM (stream));
  greeting->observer = g_object_ref (self->observer);
  greeting->guid = g_strdup (self->guid);
  greeting->cancellable = g_cancellable_new ();
  greeting->deadline = g_timeout_add_seconds (KAD_PRIVATE_GREETING_S, on_deadline, greeting);
  thread = g_thread_try_new ("kad-greeting", greet, greeting, &error);
  if (thread == NULL)
    {
      g_message ("A program was turned away: %s", error->message);
      greeting_free (greeting);
      return TRUE;
    }
  g_queue_push_tail (&self->greetings, greeting);
  g_thread_unref (thread);
  return TRUE;
}

/* ---- the socket ---- */

/* The value of a key in an address like "unix:path=/run/kad,guid=..". */
static char *
dup_address_value (const char *address, const char *key)
{
  g_auto (GStrv) pairs = g_strsplit (address + strlen ("unix:"), ",", -1);

  for (guint i = 0; pairs[i] != NULL; i++)
    if (g_str_has_prefix (pairs[i], key) && pairs[i][strlen (key)] == '=')
      return g_uri_unescape_string (pairs[i] + strlen (key) + 1, NULL);
  return NULL;
}

/* Where the socket is; NULL: the address names no place. */
static char *
dup_path (const char *address)
{
  g_autofree char *path = dup_address_value (address, "path");
  g_autofree char *folder = dup_address_value (address, "dir");
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autofree char *name = g_strconcat ("kadd-", guid, NULL);

  if (path != NULL)
    return g_steal_pointer (&path);
  if (folder == NULL)
    folder = dup_address_value (address, "tmpdir");
  return folder != NULL ? g_build_filename (folder, name, NULL) : NULL;
}

/* A socket that a process left behind, to which nobody listens, is in nobody's way. */
static void
remove_stale (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  GStatBuf info;
  int fd;

  if (strlen (path) >= sizeof address.sun_path || g_lstat (path, &info) != 0
      || !S_ISSOCK (info.st_mode))
    return;
  memcpy (address.sun_path, path, strlen (path) + 1);
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return;
  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0 && errno == ECONNREFUSED)
    g_unlink (path);
  close (fd);
}

static gboolean
listen_at (KadPrivateBus *self, const char *address, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *escaped = NULL;
  g_autoptr (GSocketAddress) place = NULL;

  if (!g_dbus_is_supported_address (address, error))
    return FALSE;
  if (g_str_has_prefix (address, "unix:") && strchr (address, ';') == NULL)
    path = dup_path (address);
  if (path == NULL || strlen (path) >= sizeof ((struct sockaddr_un *) NULL)->sun_path)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "Nothing can be served at \"%s\": give unix:path=PATH, with a path of at most "
                   "%d bytes",
                   address, (int) sizeof ((struct sockaddr_un *) NULL)->sun_path - 1);
      return FALSE;
    }
  remove_stale (path);
  place = g_unix_socket_address_new (path);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->listener), place,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL,
                                      error))
    {
      g_prefix_error (error, "Nothing can be served at \"%s\": ", address);
      return FALSE;
    }
  escaped = g_dbus_address_escape_value (path);
  self->client_address = g_strdup_printf ("unix:path=%s,guid=%s", escaped, self->guid);
  self->path = g_steal_pointer (&path);
  return TRUE;
}

KadPrivateBus *
kad_private_bus_new (const char *address, KadService *service, GError **error)
{
  g_autoptr (KadPrivateBus) self = g_new0 (KadPrivateBus, 1);

  self->service = service;
  self->guid = g_dbus_generate_guid ();
  g_queue_init (&self->greetings);
  self->observer = g_dbus_auth_observer_new ();
  g_signal_connect (self->observer, "allow-mechanism", G_CALLBACK (allow_mechanism), NULL);
  g_signal_connect (self->observer, "authorize-authenticated-peer", G_CALLBACK (authorize), NULL);
  self->listener = g_socket_service_new ();
  if (!listen_at (self, address, error))
    return NULL;
  g_signal_connect (self->listener, "incoming", G_CALLBACK (on_incoming), self);
  g_socket_service_start (self->listener);
  return g_steal_pointer (&self);
}

void
kad_private_bus_free (KadPrivateBus *self)
{
  Greeting *greeting;

  g_signal_handlers_disconnect_by_data (self->listener, self);
  g_socket_service_stop (self->listener);
  g_socket_listener_close (G_SOCKET_LISTENER (self->listener));
  while ((greeting = g_queue_pop_head (&self->greetings)) != NULL)
    give_up (greeting);
  g_object_unref (self->listener);
  g_object_unref (self->observer);
  if (self->path != NULL)
    g_unlink (self->path);
  g_free (self->path);
  g_free (self->guid);
  g_free (self->client_address);
  g_free (self);
}

const char *
kad_private_bus_get_client_address (KadPrivateBus *self)
{
  return self->client_address;
}
