/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-transport.h"

#include "kad-error.h"
#include "kad-escape.h"

/**
 * KadTransport:
 *
 * A way to reach peers. It says which multiaddrs it can dial and listen on, and
 * yields links: byte streams that are still to be secured and multiplexed, or
 * connections that are already.
 */

/**
 * KadTransportClass::keep_name:
 * @self: a transport
 * @address: an address that begins with a name
 *
 * Asked before the name is looked up and replaced.
 *
 * Returns: (transfer full) (nullable): the same address with the name where the transport finds it
 *   again, like `/tls/sni/HOST`, or %NULL to leave it
 */
G_DEFINE_ABSTRACT_TYPE (KadTransport, kad_transport, G_TYPE_OBJECT)

static gboolean
can_not (KadTransport *self, const KadMultiaddr *address)
{
  return FALSE;
}

static void
kad_transport_class_init (KadTransportClass *klass)
{
  klass->can_dial = can_not;
  klass->can_listen = can_not;
}

static void
kad_transport_init (KadTransport *self)
{
}

static void
set_unsupported_error (KadTransport *self, const char *verb, const KadMultiaddr *address,
                       GError **error)
{
  g_autofree char *raw = kad_multiaddr_to_string (address);
  g_autofree char *text = kad_escape_peer_text (raw, -1, KAD_MAX_MULTIADDR_TEXT);

  g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED, "%s cannot %s \"%s\"",
               G_OBJECT_TYPE_NAME (self), verb, text);
}

/**
 * kad_transport_can_dial:
 * @self: a transport
 * @address: a multiaddr without `/p2p/ID` at its end
 *
 * Returns: whether this transport connects to such an address
 */
gboolean
kad_transport_can_dial (KadTransport *self, const KadMultiaddr *address)
{
  g_return_val_if_fail (KAD_IS_TRANSPORT (self), FALSE);

  return KAD_TRANSPORT_GET_CLASS (self)->can_dial (self, address);
}

/**
 * kad_transport_can_listen:
 * @self: a transport
 * @address: a multiaddr
 *
 * Returns: whether this transport listens on such an address
 */
gboolean
kad_transport_can_listen (KadTransport *self, const KadMultiaddr *address)
{
  g_return_val_if_fail (KAD_IS_TRANSPORT (self), FALSE);

  return KAD_TRANSPORT_GET_CLASS (self)->can_listen (self, address);
}

/**
 * kad_transport_dial_async:
 * @self: a transport
 * @address: where to
 * @cancellable: (nullable): ends the attempt
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Connects. An address that kad_transport_can_dial() refuses is the error
 * %KAD_ERROR_NOT_SUPPORTED.
 */
void
kad_transport_dial_async (KadTransport *self, KadMultiaddr *address, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (KAD_IS_TRANSPORT (self));
  g_return_if_fail (address != NULL);

  if (!kad_transport_can_dial (self, address))
    {
      GError *error = NULL;

      set_unsupported_error (self, "dial", address, &error);
      g_task_report_error (self, callback, user_data, kad_transport_dial_async, error);
      return;
    }
  KAD_TRANSPORT_GET_CLASS (self)->dial_async (self, address, cancellable, callback, user_data);
}

/**
 * kad_transport_dial_finish:
 * @self: a transport
 * @result: what the callback got
 * @error: %KAD_ERROR_DIAL_FAILED and others; %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): a link
 */
KadLink *
kad_transport_dial_finish (KadTransport *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (KAD_IS_TRANSPORT (self), NULL);

  if (g_async_result_is_tagged (result, kad_transport_dial_async))
    return g_task_propagate_pointer (G_TASK (result), error);
  return KAD_TRANSPORT_GET_CLASS (self)->dial_finish (self, result, error);
}

/**
 * kad_transport_listen:
 * @self: a transport
 * @address: where; the port 0 (or the like) picks one
 * @error: %KAD_ERROR_NOT_SUPPORTED, %KAD_ERROR_INVALID_ADDRESS if the address is in use
 *   or not ours, %KAD_ERROR_NOT_AUTHORIZED, %KAD_ERROR_LIMIT_REACHED
 *
 * Binds and listens at once.
 *
 * Returns: (transfer full) (nullable): a listener
 */
KadListener *
kad_transport_listen (KadTransport *self, KadMultiaddr *address, GError **error)
{
  g_return_val_if_fail (KAD_IS_TRANSPORT (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  if (!kad_transport_can_listen (self, address))
    {
      set_unsupported_error (self, "listen on", address, error);
      return NULL;
    }
  return KAD_TRANSPORT_GET_CLASS (self)->listen (self, address, error);
}
