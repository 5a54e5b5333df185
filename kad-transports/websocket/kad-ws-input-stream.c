/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ws-input-stream.h"

struct _KadWsInputStream
{
  GInputStream parent_instance;

  KadWsSession *session; /* (owned) */
};

static void pollable_iface_init (GPollableInputStreamInterface *iface);

G_DEFINE_DYNAMIC_TYPE_EXTENDED (KadWsInputStream, kad_ws_input_stream, G_TYPE_INPUT_STREAM, 0,
                                G_IMPLEMENT_INTERFACE_DYNAMIC (G_TYPE_POLLABLE_INPUT_STREAM,
                                                               pollable_iface_init))

static gssize
read_nonblocking (GPollableInputStream *stream, void *data, gsize len, GError **error)
{
  return kad_ws_session_read (KAD_WS_INPUT_STREAM (stream)->session, data, len, error);
}

static gssize
read_blocking (GInputStream *stream, void *data, gsize len, GCancellable *cancellable,
               GError **error)
{
  KadWsSession *session = KAD_WS_INPUT_STREAM (stream)->session;

  for (;;)
    {
      g_autoptr (GError) local_error = NULL;
      gssize n = kad_ws_session_read (session, data, len, &local_error);

      if (!g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return n;
        }
      if (!kad_ws_session_wait (session, G_IO_IN, cancellable, error))
        return -1;
    }
}

/* Reading alone has no end that the remote would learn of. */
static gboolean
close_half (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static gboolean
is_readable (GPollableInputStream *stream)
{
  return kad_ws_session_is_ready (KAD_WS_INPUT_STREAM (stream)->session, G_IO_IN);
}

static GSource *
create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  return kad_ws_session_create_source (KAD_WS_INPUT_STREAM (stream)->session, G_OBJECT (stream),
                                       G_IO_IN, cancellable);
}

static void
finalize (GObject *object)
{
  kad_ws_session_unref (KAD_WS_INPUT_STREAM (object)->session);
  G_OBJECT_CLASS (kad_ws_input_stream_parent_class)->finalize (object);
}

static void
pollable_iface_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = is_readable;
  iface->create_source = create_source;
  iface->read_nonblocking = read_nonblocking;
}

static void
kad_ws_input_stream_class_init (KadWsInputStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = read_blocking;
  G_INPUT_STREAM_CLASS (klass)->close_fn = close_half;
}

static void
kad_ws_input_stream_class_finalize (KadWsInputStreamClass *klass)
{
}

static void
kad_ws_input_stream_init (KadWsInputStream *self)
{
}

void
kad_ws_input_stream_register (GTypeModule *module)
{
  kad_ws_input_stream_register_type (module);
}

GInputStream *
kad_ws_input_stream_new (KadWsSession *session)
{
  KadWsInputStream *self = g_object_new (KAD_TYPE_WS_INPUT_STREAM, NULL);

  self->session = kad_ws_session_ref (session);
  return G_INPUT_STREAM (self);
}
