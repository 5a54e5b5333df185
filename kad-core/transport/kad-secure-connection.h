/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-api.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

#define KAD_TYPE_SECURE_CONNECTION (kad_secure_connection_get_type ())

KAD_API G_DECLARE_INTERFACE (KadSecureConnection, kad_secure_connection, KAD, SECURE_CONNECTION,
                             GObject)

    /**
     * KadSecureEvent:
     * @KAD_SECURE_STREAM_OPENED: the remote opened a stream
     * @KAD_SECURE_STREAM_READABLE: a stream has bytes, or its end
     * @KAD_SECURE_STREAM_WRITABLE: a stream takes bytes again
     * @KAD_SECURE_STREAM_RESET: the remote reset a stream
     * @KAD_SECURE_CLOSED: the connection is gone, with all its streams
     *
     * What changed.
     */
    typedef enum {
      KAD_SECURE_STREAM_OPENED,
      KAD_SECURE_STREAM_READABLE,
      KAD_SECURE_STREAM_WRITABLE,
      KAD_SECURE_STREAM_RESET,
      KAD_SECURE_CLOSED,
    } KadSecureEvent;

/**
 * KadSecureFunc:
 * @self: the connection
 * @event: what changed
 * @stream: in which stream; 0 for %KAD_SECURE_CLOSED
 * @user_data: as given to kad_secure_connection_set_func()
 *
 * Tells that something changed, in the swarm's thread.
 */
typedef void (*KadSecureFunc) (KadSecureConnection *self, KadSecureEvent event, guint64 stream,
                               gpointer user_data);

struct _KadSecureConnectionInterface
{
  GTypeInterface parent_iface;

  const KadPeerId *(*get_peer) (KadSecureConnection *self);
  void (*set_func) (KadSecureConnection *self, KadSecureFunc func, gpointer user_data);
  gboolean (*open_stream) (KadSecureConnection *self, guint64 *stream, GError **error);
  /* >0 bytes, 0 at the remote's end, -1 with WOULD_BLOCK or another error */
  gssize (*read) (KadSecureConnection *self, guint64 stream, guint8 *data, gsize len,
                  GError **error);
  gssize (*write) (KadSecureConnection *self, guint64 stream, const guint8 *data, gsize len,
                   GError **error);
  void (*shutdown_stream) (KadSecureConnection *self, guint64 stream);
  void (*reset_stream) (KadSecureConnection *self, guint64 stream);
  void (*close) (KadSecureConnection *self);

  /*< private >*/
  gpointer padding[4];
};

KAD_API const KadPeerId *kad_secure_connection_get_peer (KadSecureConnection *self);
KAD_API void kad_secure_connection_set_func (KadSecureConnection *self, KadSecureFunc func,
                                             gpointer user_data);
KAD_API gboolean kad_secure_connection_open_stream (KadSecureConnection *self, guint64 *stream,
                                                    GError **error);
KAD_API gssize kad_secure_connection_read (KadSecureConnection *self, guint64 stream, guint8 *data,
                                           gsize len, GError **error);
KAD_API gssize kad_secure_connection_write (KadSecureConnection *self, guint64 stream,
                                            const guint8 *data, gsize len, GError **error);
KAD_API void kad_secure_connection_shutdown_stream (KadSecureConnection *self, guint64 stream);
KAD_API void kad_secure_connection_reset_stream (KadSecureConnection *self, guint64 stream);
KAD_API void kad_secure_connection_close (KadSecureConnection *self);

G_END_DECLS
