/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-private-bus.h"

#include <glib/gstdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct _KadPrivateBus
{
  GDBusServer *server;
  GDBusAuthObserver *observer;
  KadService *service; /* outlives us */
  char *path;          /* (nullable) of the socket, to be removed */
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

static gboolean
on_connection (GDBusServer *server, GDBusConnection *connection, gpointer user_data)
{
  KadPrivateBus *self = user_data;
  g_autoptr (GError) error = NULL;

  if (kad_service_get_connections (self->service)->len >= KAD_MAX_PRIVATE_CONNECTIONS)
    {
      g_message ("A program was turned away: %d are connected already",
                 KAD_MAX_PRIVATE_CONNECTIONS);
      return FALSE;
    }
  if (kad_service_export (self->service, connection, &error))
    return TRUE;
  g_warning ("A program cannot be served: %s", error->message);
  return FALSE;
}

/* The path in "unix:path=PATH"; NULL if it is of another kind. */
static char *
dup_socket_path (const char *address)
{
  g_autofree char *escaped = NULL;

  if (!g_str_has_prefix (address, "unix:path="))
    return NULL;
  escaped = g_strdup (address + strlen ("unix:path="));
  *(strchrnul (escaped, ',')) = '\0';
  return g_uri_unescape_string (escaped, NULL);
}

/* A socket that a process left behind, to which nobody listens, is in nobody's way. */
static void
remove_stale (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  GStatBuf info;
  int fd;

  if (path == NULL || strlen (path) >= sizeof address.sun_path || g_lstat (path, &info) != 0
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

KadPrivateBus *
kad_private_bus_new (const char *address, KadService *service, GError **error)
{
  g_autoptr (KadPrivateBus) self = g_new0 (KadPrivateBus, 1);
  g_autofree char *guid = g_dbus_generate_guid ();

  self->service = service;
  self->path = dup_socket_path (address);
  remove_stale (self->path);
  self->observer = g_dbus_auth_observer_new ();
  g_signal_connect (self->observer, "allow-mechanism", G_CALLBACK (allow_mechanism), NULL);
  g_signal_connect (self->observer, "authorize-authenticated-peer", G_CALLBACK (authorize), NULL);
  self->server = g_dbus_server_new_sync (address, G_DBUS_SERVER_FLAGS_NONE, guid, self->observer,
                                         NULL, error);
  if (self->server == NULL)
    {
      g_clear_pointer (&self->path, g_free);
      return NULL;
    }
  g_signal_connect (self->server, "new-connection", G_CALLBACK (on_connection), self);
  g_dbus_server_start (self->server);
  return g_steal_pointer (&self);
}

void
kad_private_bus_free (KadPrivateBus *self)
{
  if (self->server != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->server, self);
      g_dbus_server_stop (self->server);
    }
  g_clear_object (&self->server);
  g_clear_object (&self->observer);
  if (self->path != NULL)
    g_unlink (self->path);
  g_free (self->path);
  g_free (self);
}

const char *
kad_private_bus_get_client_address (KadPrivateBus *self)
{
  return g_dbus_server_get_client_address (self->server);
}
