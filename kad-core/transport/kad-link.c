/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-link.h"

#include <glib/gstdio.h>

struct _KadLink
{
  GObject parent_instance;

  int fd;                          /* (owned) -1: none, or taken */
  GIOStream *stream;               /* (owned) (nullable) */
  KadSecureConnection *connection; /* (owned) (nullable) */
  KadMultiaddr *local;             /* (owned) (nullable) */
  KadMultiaddr *remote;            /* (owned) */
};

G_DEFINE_FINAL_TYPE (KadLink, kad_link, G_TYPE_OBJECT)

static void
finalize (GObject *object)
{
  KadLink *self = KAD_LINK (object);

  if (self->fd >= 0)
    close (self->fd);
  g_clear_object (&self->stream);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->local, kad_multiaddr_unref);
  g_clear_pointer (&self->remote, kad_multiaddr_unref);
  G_OBJECT_CLASS (kad_link_parent_class)->finalize (object);
}

static void
kad_link_class_init (KadLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
kad_link_init (KadLink *self)
{
  self->fd = -1;
}

static KadLink *
link_new (KadMultiaddr *local, KadMultiaddr *remote)
{
  KadLink *self = g_object_new (KAD_TYPE_LINK, NULL);

  self->local = local != NULL ? kad_multiaddr_ref (local) : NULL;
  self->remote = kad_multiaddr_ref (remote);
  return self;
}

/**
 * kad_link_new_for_fd:
 * @fd: a connected, non-blocking stream socket
 * @local: (nullable): our address
 * @remote: the remote's address
 *
 * Returns: (transfer full): a link that closes @fd unless it is stolen
 */
KadLink *
kad_link_new_for_fd (int fd, KadMultiaddr *local, KadMultiaddr *remote)
{
  KadLink *self;

  g_return_val_if_fail (fd >= 0, NULL);
  g_return_val_if_fail (remote != NULL, NULL);

  self = link_new (local, remote);
  self->fd = fd;
  return self;
}

/**
 * kad_link_new_for_stream:
 * @stream: a byte stream whose halves are pollable; a reference is taken
 * @local: (nullable): our address
 * @remote: the remote's address
 *
 * Returns: (transfer full): a link
 */
KadLink *
kad_link_new_for_stream (GIOStream *stream, KadMultiaddr *local, KadMultiaddr *remote)
{
  KadLink *self;

  g_return_val_if_fail (G_IS_IO_STREAM (stream), NULL);
  g_return_val_if_fail (remote != NULL, NULL);

  self = link_new (local, remote);
  self->stream = g_object_ref (stream);
  return self;
}

/**
 * kad_link_new_for_connection:
 * @connection: secure and multiplexed; a reference is taken
 * @local: (nullable): our address
 * @remote: the remote's address
 *
 * Returns: (transfer full): a link
 */
KadLink *
kad_link_new_for_connection (KadSecureConnection *connection, KadMultiaddr *local,
                             KadMultiaddr *remote)
{
  KadLink *self;

  g_return_val_if_fail (KAD_IS_SECURE_CONNECTION (connection), NULL);
  g_return_val_if_fail (remote != NULL, NULL);

  self = link_new (local, remote);
  self->connection = g_object_ref (connection);
  return self;
}

/**
 * kad_link_get_fd:
 * @self: a link
 *
 * Returns: the descriptor, still the link's; -1 if it has none
 */
int
kad_link_get_fd (KadLink *self)
{
  return self->fd;
}

/**
 * kad_link_steal_fd:
 * @self: a link
 *
 * Returns: the descriptor, now the caller's to close; -1 if there is none any
 *   more
 */
int
kad_link_steal_fd (KadLink *self)
{
  int fd = self->fd;

  self->fd = -1;
  return fd;
}

/**
 * kad_link_get_stream:
 * @self: a link
 *
 * Returns: (transfer none) (nullable): the stream of a link that has no descriptor
 */
GIOStream *
kad_link_get_stream (KadLink *self)
{
  return self->stream;
}

/**
 * kad_link_get_connection:
 * @self: a link
 *
 * Returns: (transfer none) (nullable): what is secure and multiplexed already
 */
KadSecureConnection *
kad_link_get_connection (KadLink *self)
{
  return self->connection;
}

/**
 * kad_link_get_local_address:
 * @self: a link
 *
 * Returns: (transfer none) (nullable): our address
 */
KadMultiaddr *
kad_link_get_local_address (KadLink *self)
{
  return self->local;
}

/**
 * kad_link_get_remote_address:
 * @self: a link
 *
 * Returns: (transfer none): the remote's address
 */
KadMultiaddr *
kad_link_get_remote_address (KadLink *self)
{
  return self->remote;
}
