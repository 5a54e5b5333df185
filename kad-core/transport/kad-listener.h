/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-api.h"
#include "kad-link.h"
#include "kad-multiaddr.h"

G_BEGIN_DECLS

#define KAD_TYPE_LISTENER (kad_listener_get_type ())

KAD_API G_DECLARE_DERIVABLE_TYPE (KadListener, kad_listener, KAD, LISTENER, GObject)

    /**
     * KadListenerReadyFunc:
     * @self: the listener
     * @user_data: as given to kad_listener_set_ready_func()
     *
     * Tells that kad_listener_accept() may have something, in the swarm's context.
     */
    typedef void (*KadListenerReadyFunc) (KadListener *self, gpointer user_data);

/**
 * KadListenerClass:
 * @get_addresses: where it listens, wildcards
 *   resolved to the addresses of the interfaces
 * @get_fd: a descriptor that polls readable when accept() has something, or -1: then
 *   the listener calls kad_listener_emit_ready() itself
 * @accept: non-blocking; NULL and G_IO_ERROR_WOULD_BLOCK when there is none
 * @close: stops at once; idempotent
 *
 * A place where peers arrive.
 */
struct _KadListenerClass
{
  GObjectClass parent_class;

  GPtrArray *(*get_addresses) (KadListener *self);
  int (*get_fd) (KadListener *self);
  KadLink *(*accept) (KadListener *self, GError **error);
  void (*close) (KadListener *self);

  /*< private >*/
  gpointer padding[8];
};

KAD_API GPtrArray *kad_listener_get_addresses (KadListener *self);
KAD_API int kad_listener_get_fd (KadListener *self);
KAD_API KadLink *kad_listener_accept (KadListener *self, GError **error);
KAD_API void kad_listener_close (KadListener *self);
KAD_API void kad_listener_set_ready_func (KadListener *self, KadListenerReadyFunc func,
                                          gpointer user_data);
/* For subclasses without a descriptor. */
KAD_API void kad_listener_emit_ready (KadListener *self);

G_END_DECLS
