/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-api.h"
#include "kad-link.h"
#include "kad-listener.h"
#include "kad-multiaddr.h"

G_BEGIN_DECLS

/**
 * KAD_TRANSPORT_EXTENSION_POINT_NAME:
 *
 * Transports are GIO extensions of this point, named like "tcp".
 */
#define KAD_TRANSPORT_EXTENSION_POINT_NAME "kad-transport"

#define KAD_TYPE_TRANSPORT (kad_transport_get_type ())

KAD_API
G_DECLARE_DERIVABLE_TYPE (KadTransport, kad_transport, KAD, TRANSPORT, GObject)

/**
 * KadTransportClass:
 * @can_dial: whether this transport connects to such an address
 * @can_listen: whether it listens on such an address
 * @dial_async: connects; the address has no names left in it unless the transport wants them
 * (@wants_names)
 * @dial_finish: a link, or an error of %KAD_ERROR
 * @listen: binds and listens at once; port 0 picks one
 * @wants_names: TRUE keeps /dns names for the transport (it needs the host name)
 * @keep_name: (nullable): asked before a name at an address's beginning is looked up and
 *   replaced: the same address (transfer full) with the name where the transport finds it
 *   again, like `/tls/sni/HOST`, or %NULL to leave it. Safer than @wants_names: what the name
 *   stands for is still checked by who dials.
 *
 * A way to reach peers. All calls are made in the swarm's thread, and none may block; callbacks
 * come in its main context, which is the thread's default then. @dial_async ends once: soon after
 * its cancellable is cancelled with %G_IO_ERROR_CANCELLED, else with a link, or with
 * %KAD_ERROR_DIAL_FAILED, or with %KAD_ERROR_LIMIT_REACHED for want of descriptors or memory. It
 * and
 * @listen only get addresses that @can_dial and @can_listen took.
 */
struct _KadTransportClass
{
  GObjectClass parent_class;

  gboolean wants_names;

  gboolean (*can_dial) (KadTransport *self, const KadMultiaddr *address);
  gboolean (*can_listen) (KadTransport *self, const KadMultiaddr *address);
  void (*dial_async) (KadTransport *self, KadMultiaddr *address, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data);
  KadLink *(*dial_finish) (KadTransport *self, GAsyncResult *result, GError **error);
  KadListener *(*listen) (KadTransport *self, KadMultiaddr *address, GError **error);
  KadMultiaddr *(*keep_name) (KadTransport *self, const KadMultiaddr *address);

  /*< private >*/
  gpointer padding[7];
};

KAD_API gboolean kad_transport_can_dial (KadTransport *self, const KadMultiaddr *address);
KAD_API gboolean kad_transport_can_listen (KadTransport *self, const KadMultiaddr *address);
KAD_API void kad_transport_dial_async (KadTransport *self, KadMultiaddr *address,
                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);
KAD_API KadLink *kad_transport_dial_finish (KadTransport *self, GAsyncResult *result,
                                            GError **error);
KAD_API KadListener *kad_transport_listen (KadTransport *self, KadMultiaddr *address,
                                           GError **error);

G_END_DECLS
