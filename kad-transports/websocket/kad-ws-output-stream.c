/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ws-output-stream.h"

struct _KadWsOutputStream
{
  GOutputStream parent_instance;

  KadWsSession *session; /* (owned) */
};

static void pollable_iface_init (GPollableOutputStreamInterface *iface);

G_DEFINE_DYNAMIC_TYPE_EXTENDED (KadWsOutputStream, kad_ws_output_stream, G_TYPE_OUTPUT_STREAM, 0,
                                G_IMPLEMENT_INTERFACE_DYNAMIC (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                               pollable_iface_init))

static gssize
write_nonblocking (GPollableOutputStream *stream, const void *data, gsize len, GError **error)
{
  return kad_ws_session_write (KAD_WS_OUTPUT_STREAM (stream)->session, data, len, error);
}

static gssize
write_blocking (GOutputStream *stream, const void *data, gsize len, GCancellable *cancellable,
                GError **error)
{
  KadWsSession *session = KAD_WS_OUTPUT_STREAM (stream)->session;

  for (;;)
    {
      g_autoptr (GError) local_error = NULL;
      gssize n = kad_ws_session_write (session, data, len, &local_error);

      if (!g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return n;
        }
      if (!kad_ws_session_wait (session, G_IO_OUT, cancellable, error))
        return -1;
    }
}

static gboolean
close_half (GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  kad_ws_session_end_writing (KAD_WS_OUTPUT_STREAM (stream)->session);
  return TRUE;
}

static gboolean
is_writable (GPollableOutputStream *stream)
{
  return kad_ws_session_is_ready (KAD_WS_OUTPUT_STREAM (stream)->session, G_IO_OUT);
}

static GSource *
create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  return kad_ws_session_create_source (KAD_WS_OUTPUT_STREAM (stream)->session, G_OBJECT (stream),
                                       G_IO_OUT, cancellable);
}

static void
finalize (GObject *object)
{
  kad_ws_session_unref (KAD_WS_OUTPUT_STREAM (object)->session);
  G_OBJECT_CLASS (kad_ws_output_stream_parent_class)->finalize (object);
}

static void
pollable_iface_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = is_writable;
  iface->create_source = create_source;
  iface->write_nonblocking = write_nonblocking;
}

static void
kad_ws_output_stream_class_init (KadWsOutputStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = write_blocking;
  G_OUTPUT_STREAM_CLASS (klass)->close_fn = close_half;
}

static void
kad_ws_output_stream_class_finalize (KadWsOutputStreamClass *klass)
{
}

static void
kad_ws_output_stream_init (KadWsOutputStream *self)
{
}

void
kad_ws_output_stream_register (GTypeModule *module)
{
  kad_ws_output_stream_register_type (module);
}

GOutputStream *
kad_ws_output_stream_new (KadWsSession *session)
{
  KadWsOutputStream *self = g_object_new (KAD_TYPE_WS_OUTPUT_STREAM, NULL);

  self->session = kad_ws_session_ref (session);
  return G_OUTPUT_STREAM (self);
}
