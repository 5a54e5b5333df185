/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-tcp-connect.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>

#include "kad-error.h"
#include "kad-tcp-socket.h"

/* A connect() under way, and then what it gave. */
typedef struct
{
  int fd; /* (owned) */
  KadMultiaddr *address;
  KadTcpAddress remote;
} Attempt;

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  g_free (fd);
}

static void
attempt_free (Attempt *attempt)
{
  if (attempt->fd >= 0)
    close (attempt->fd);
  kad_multiaddr_unref (attempt->address);
  g_free (attempt);
}

/* A port of our own that nobody listens on can connect to itself. */
static gboolean
is_connected_to_itself (const Attempt *attempt)
{
  KadTcpAddress local = { 0 };
  socklen_t size = sizeof local;

  if (getsockname (attempt->fd, &local.any, &size) != 0
      || kad_tcp_address_get_port (&local) != kad_tcp_address_get_port (&attempt->remote))
    return FALSE;
  if (local.any.sa_family == AF_INET)
    return local.ip4.sin_addr.s_addr == attempt->remote.ip4.sin_addr.s_addr;
  return IN6_ARE_ADDR_EQUAL (&local.ip6.sin6_addr, &attempt->remote.ip6.sin6_addr);
}

/* connect() has ended with the errno @number. */
static void
end_attempt (GTask *task, int number)
{
  Attempt *attempt = g_task_get_task_data (task);
  GError *error = NULL;
  int *connected;

  if (number == 0 && is_connected_to_itself (attempt))
    number = ECONNREFUSED;
  if (number != 0)
    {
      kad_tcp_socket_set_error (&error, KAD_TCP_CONNECT, attempt->address, number);
      g_task_return_error (task, error);
      return;
    }
  kad_tcp_socket_tune (attempt->fd);
  connected = g_new (int, 1);
  *connected = g_steal_fd (&attempt->fd);
  /* A pointer, so that nobody loses it who cancels just now. */
  g_task_return_pointer (task, connected, (GDestroyNotify) close_fd);
}

static gboolean
on_writable (int fd, GIOCondition condition, gpointer user_data)
{
  GTask *task = user_data;
  int number = 0;
  socklen_t size = sizeof number;

  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;
  if (getsockopt (fd, SOL_SOCKET, SO_ERROR, &number, &size) != 0)
    number = errno;
  end_attempt (task, number);
  return G_SOURCE_REMOVE;
}

static void
wait_until_writable (GTask *task, int fd)
{
  g_autoptr (GSource) source = g_unix_fd_source_new (fd, G_IO_OUT | G_IO_ERR | G_IO_HUP);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (cancellable != NULL)
    {
      g_autoptr (GSource) child = g_cancellable_source_new (cancellable);

      g_source_set_dummy_callback (child);
      g_source_add_child_source (source, child);
    }
  g_task_attach_source (task, source, G_SOURCE_FUNC (on_writable));
}

void
kad_tcp_connect_async (const KadTcpAddress *remote, KadMultiaddr *address,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Attempt *attempt = g_new0 (Attempt, 1);

  g_task_set_source_tag (task, kad_tcp_connect_async);
  g_task_set_task_data (task, attempt, (GDestroyNotify) attempt_free);
  attempt->fd = -1;
  attempt->address = kad_multiaddr_ref (address);
  attempt->remote = *remote;
  if (g_task_return_error_if_cancelled (task))
    return;
  attempt->fd = kad_tcp_socket_new (remote);
  if (attempt->fd < 0)
    end_attempt (task, errno);
  else if (connect (attempt->fd, &remote->any, kad_tcp_address_get_size (remote)) == 0)
    end_attempt (task, 0);
  else if (errno == EINPROGRESS)
    wait_until_writable (task, attempt->fd);
  else
    end_attempt (task, errno);
}

int
kad_tcp_connect_finish (GAsyncResult *result, GError **error)
{
  g_autofree int *connected = NULL;

  g_return_val_if_fail (g_async_result_is_tagged (result, kad_tcp_connect_async), -1);

  connected = g_task_propagate_pointer (G_TASK (result), error);
  return connected != NULL ? *connected : -1;
}
