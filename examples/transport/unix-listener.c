/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A socket in the file system, where peers arrive. */
#define _GNU_SOURCE /* accept4() */
#include "unix-listener.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

struct _ExampleUnixListener
{
  KadListener parent_instance;

  KadMultiaddr *address;
  char *path;
  int fd;      /* -1: closed */
  int reserve; /* see turn_away() */
};

G_DEFINE_DYNAMIC_TYPE (ExampleUnixListener, example_unix_listener, KAD_TYPE_LISTENER)

/* Where it listens, as others shall dial it. */
static GPtrArray *
get_addresses (KadListener *listener)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);

  g_ptr_array_add (addresses, kad_multiaddr_ref (EXAMPLE_UNIX_LISTENER (listener)->address));
  return addresses;
}

/* It polls readable when somebody waits. A listener that has no such descriptor does not override
 * this, and calls kad_listener_emit_ready(). */
static int
get_fd (KadListener *listener)
{
  return EXAMPLE_UNIX_LISTENER (listener)->fd;
}

static int
accept_one (ExampleUnixListener *self)
{
  return accept4 (self->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/* A process without a free descriptor can accept nobody, and who waits would make the socket poll
 * readable for ever. One descriptor is kept for that: with it, who waits is turned away. */
static int
turn_away (ExampleUnixListener *self, int shortage)
{
  int fd, number;

  close (self->reserve);
  fd = accept_one (self);
  number = fd >= 0 ? shortage : errno;
  if (fd >= 0)
    close (fd);
  self->reserve = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  return number;
}

/* Takes one who waits, and never blocks. Who dials has no name, so both addresses are ours. */
static KadLink *
accept_link (KadListener *listener, GError **error)
{
  ExampleUnixListener *self = EXAMPLE_UNIX_LISTENER (listener);
  int fd, number;

  if (self->fd < 0)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CLOSED, "The listener is closed");
      return NULL;
    }
  fd = accept_one (self);
  if (fd >= 0)
    return kad_link_new_for_fd (fd, self->address, self->address);
  number = errno;
  if (example_unix_get_code (number, KAD_ERROR_FAILED) == KAD_ERROR_LIMIT_REACHED)
    number = turn_away (self, number);
  if (number == EAGAIN || number == EINTR || number == ECONNABORTED)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Nobody is waiting");
  else
    g_set_error (error, KAD_ERROR, example_unix_get_code (number, KAD_ERROR_FAILED),
                 "Could not accept at /unix%s: %s", self->path, g_strerror (number));
  return NULL;
}

/* May be called twice. */
static void
close_listener (KadListener *listener)
{
  ExampleUnixListener *self = EXAMPLE_UNIX_LISTENER (listener);

  if (self->fd < 0)
    return;
  close (self->fd);
  close (self->reserve);
  unlink (self->path);
  self->fd = -1;
}

static void
finalize (GObject *object)
{
  ExampleUnixListener *self = EXAMPLE_UNIX_LISTENER (object);

  close_listener (KAD_LISTENER (self));
  g_clear_pointer (&self->address, kad_multiaddr_unref);
  g_free (self->path);
  G_OBJECT_CLASS (example_unix_listener_parent_class)->finalize (object);
}

static void
example_unix_listener_class_init (ExampleUnixListenerClass *klass)
{
  KadListenerClass *listener_class = KAD_LISTENER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = finalize;
  listener_class->get_addresses = get_addresses;
  listener_class->get_fd = get_fd;
  listener_class->accept = accept_link;
  listener_class->close = close_listener;
}

static void
example_unix_listener_class_finalize (ExampleUnixListenerClass *klass)
{
}

static void
example_unix_listener_init (ExampleUnixListener *self)
{
  self->fd = -1;
}

void
example_unix_listener_register (GTypeModule *module)
{
  example_unix_listener_register_type (module);
}

KadError
example_unix_get_code (int number, KadError otherwise)
{
  gboolean is_shortage
      = number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM;

  return is_shortage ? KAD_ERROR_LIMIT_REACHED : otherwise;
}

KadListener *
example_unix_listener_new (KadMultiaddr *address, const struct sockaddr_un *name, GError **error)
{
  g_autoptr (ExampleUnixListener) self = NULL;
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  gboolean is_bound = fd >= 0 && bind (fd, (const struct sockaddr *) name, sizeof *name) == 0;

  if (!is_bound || listen (fd, SOMAXCONN) != 0)
    {
      int number = errno;

      g_set_error (error, KAD_ERROR, example_unix_get_code (number, KAD_ERROR_INVALID_ADDRESS),
                   "Could not listen on /unix%s: %s", name->sun_path, g_strerror (number));
      if (is_bound)
        unlink (name->sun_path);
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  self = g_object_new (EXAMPLE_TYPE_UNIX_LISTENER, NULL);
  self->fd = fd;
  self->reserve = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  self->path = g_strdup (name->sun_path);
  self->address = kad_multiaddr_ref (address);
  return KAD_LISTENER (g_steal_pointer (&self));
}
