/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A transport outside of Kad: stream sockets in the file system, at /unix/PATH. */
#include <errno.h>
#include <kad.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unix-listener.h"

#define EXAMPLE_TYPE_UNIX_TRANSPORT (example_unix_transport_get_type ())

G_DECLARE_FINAL_TYPE (ExampleUnixTransport, example_unix_transport, EXAMPLE, UNIX_TRANSPORT,
                      KadTransport)

struct _ExampleUnixTransport
{
  KadTransport parent_instance;
};

G_DEFINE_DYNAMIC_TYPE (ExampleUnixTransport, example_unix_transport, KAD_TYPE_TRANSPORT)

/* The address is /unix and an absolute path, nothing else, and the path fits into a socket's name.
 */
static gboolean
read_address (const KadMultiaddr *address, struct sockaddr_un *name)
{
  g_autofree char *path = kad_multiaddr_dup_value (address, KAD_MULTIADDR_UNIX, NULL);
  g_autofree char *text = kad_multiaddr_to_string (address);
  g_autofree char *wanted = g_strconcat ("/unix", path, NULL);

  *name = (struct sockaddr_un){ .sun_family = AF_UNIX };
  return path != NULL && path[0] == '/' && g_str_equal (text, wanted)
         && g_strlcpy (name->sun_path, path, sizeof name->sun_path) < sizeof name->sun_path;
}

/* Which transport is asked for an address is decided by these two answers. */
static gboolean
can_use (KadTransport *transport, const KadMultiaddr *address)
{
  struct sockaddr_un name;

  return read_address (address, &name);
}

/* Such a socket connects at once or not at all. One that takes time waits for its descriptor with
 * a GSource in the thread-default main context, and stops when the cancellable says so. */
static void
dial_async (KadTransport *transport, KadMultiaddr *address, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (transport, cancellable, callback, user_data);
  struct sockaddr_un name;
  int fd, number;

  if (g_task_return_error_if_cancelled (task))
    return;
  read_address (address, &name);
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect (fd, (const struct sockaddr *) &name, sizeof name) == 0)
    {
      g_task_return_pointer (task, kad_link_new_for_fd (fd, NULL, address), g_object_unref);
      return;
    }
  number = errno;
  g_task_return_new_error (task, KAD_ERROR, example_unix_get_code (number, KAD_ERROR_DIAL_FAILED),
                           "Could not connect to /unix%s: %s", name.sun_path, g_strerror (number));
  if (fd >= 0)
    close (fd);
}

static KadLink *
dial_finish (KadTransport *transport, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Binds at once: an address that is in use is an error here. */
static KadListener *
listen_on (KadTransport *transport, KadMultiaddr *address, GError **error)
{
  struct sockaddr_un name;

  read_address (address, &name);
  return example_unix_listener_new (address, &name, error);
}

static void
example_unix_transport_class_init (ExampleUnixTransportClass *klass)
{
  KadTransportClass *transport_class = KAD_TRANSPORT_CLASS (klass);

  transport_class->can_dial = can_use;
  transport_class->can_listen = can_use;
  transport_class->dial_async = dial_async;
  transport_class->dial_finish = dial_finish;
  transport_class->listen = listen_on;
}

static void
example_unix_transport_class_finalize (ExampleUnixTransportClass *klass)
{
}

static void
example_unix_transport_init (ExampleUnixTransport *self)
{
}

/* ---- the module ---- */

KAD_MODULE_DEFINE ("unix", "1.0", "Stream sockets in the file system, at /unix/PATH")

void
g_io_module_load (GIOModule *module)
{
  example_unix_listener_register (G_TYPE_MODULE (module));
  example_unix_transport_register_type (G_TYPE_MODULE (module));
  g_io_extension_point_implement (KAD_TRANSPORT_EXTENSION_POINT_NAME, EXAMPLE_TYPE_UNIX_TRANSPORT,
                                  "unix", 0);
}

void
g_io_module_unload (GIOModule *module)
{
}
