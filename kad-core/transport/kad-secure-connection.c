/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-secure-connection.h"

/**
 * KadSecureConnection:
 *
 * A connection that proves the peer and multiplexes streams by itself, like
 * QUIC: the upgrader has nothing left to do. Streams are small numbers;
 * readiness is told by the callback. All calls and callbacks are in the swarm's
 * thread.
 */

/**
 * KadSecureConnectionInterface::set_func:
 * @self: a connection
 * @func: (nullable) (scope forever) (closure user_data): called with each change of readiness
 * @user_data: for @func
 *
 * Sets whom the connection tells what changes.
 */

G_DEFINE_INTERFACE (KadSecureConnection, kad_secure_connection, G_TYPE_OBJECT)

static void
kad_secure_connection_default_init (KadSecureConnectionInterface *iface)
{
}

/**
 * kad_secure_connection_get_peer:
 * @self: a connection
 *
 * Returns: (transfer none): the proven id of the remote
 */
const KadPeerId *
kad_secure_connection_get_peer (KadSecureConnection *self)
{
  return KAD_SECURE_CONNECTION_GET_IFACE (self)->get_peer (self);
}

/**
 * kad_secure_connection_set_func:
 * @self: a connection
 * @func: (nullable) (scope forever) (closure user_data): called with each change of readiness; one
 * at a time
 * @user_data: for @func
 *
 * Sets whom the connection tells what changes.
 */
void
kad_secure_connection_set_func (KadSecureConnection *self, KadSecureFunc func, gpointer user_data)
{
  KAD_SECURE_CONNECTION_GET_IFACE (self)->set_func (self, func, user_data);
}

/**
 * kad_secure_connection_open_stream:
 * @self: a connection
 * @stream: (out): the new stream's number
 * @error: %KAD_ERROR_LIMIT_REACHED if the remote allows no more now
 *
 * Returns: whether a stream was opened
 */
gboolean
kad_secure_connection_open_stream (KadSecureConnection *self, guint64 *stream, GError **error)
{
  return KAD_SECURE_CONNECTION_GET_IFACE (self)->open_stream (self, stream, error);
}

/**
 * kad_secure_connection_read:
 * @self: a connection
 * @stream: a stream's number
 * @data: (out caller-allocates) (array length=len): where to
 * @len: room in @data
 * @error: %G_IO_ERROR_WOULD_BLOCK when there is nothing yet
 *
 * Returns: how many bytes were read, 0 at the end of the remote's writing, -1 on
 *   error
 */
gssize
kad_secure_connection_read (KadSecureConnection *self, guint64 stream, guint8 *data, gsize len,
                            GError **error)
{
  return KAD_SECURE_CONNECTION_GET_IFACE (self)->read (self, stream, data, len, error);
}

/**
 * kad_secure_connection_write:
 * @self: a connection
 * @stream: a stream's number
 * @data: (array length=len): what to send
 * @len: bytes in @data
 * @error: %G_IO_ERROR_WOULD_BLOCK when nothing can be taken now
 *
 * Returns: how many bytes were taken, perhaps fewer than @len; -1 on error
 */
gssize
kad_secure_connection_write (KadSecureConnection *self, guint64 stream, const guint8 *data,
                             gsize len, GError **error)
{
  return KAD_SECURE_CONNECTION_GET_IFACE (self)->write (self, stream, data, len, error);
}

/**
 * kad_secure_connection_shutdown_stream:
 * @self: a connection
 * @stream: a stream's number
 *
 * Ends our writing; reading goes on.
 */
void
kad_secure_connection_shutdown_stream (KadSecureConnection *self, guint64 stream)
{
  KAD_SECURE_CONNECTION_GET_IFACE (self)->shutdown_stream (self, stream);
}

/**
 * kad_secure_connection_reset_stream:
 * @self: a connection
 * @stream: a stream's number
 *
 * Ends both directions of a stream at once.
 */
void
kad_secure_connection_reset_stream (KadSecureConnection *self, guint64 stream)
{
  KAD_SECURE_CONNECTION_GET_IFACE (self)->reset_stream (self, stream);
}

/**
 * kad_secure_connection_close:
 * @self: a connection
 *
 * Ends every stream and the connection. Idempotent.
 */
void
kad_secure_connection_close (KadSecureConnection *self)
{
  KAD_SECURE_CONNECTION_GET_IFACE (self)->close (self);
}
