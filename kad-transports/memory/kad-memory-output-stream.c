/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-memory-output-stream.h"

struct _KadMemoryOutputStream
{
  GOutputStream parent_instance;

  KadMemoryPipe *pipe; /* (owned) */
};

static void pollable_iface_init (GPollableOutputStreamInterface *iface);

G_DEFINE_DYNAMIC_TYPE_EXTENDED (KadMemoryOutputStream, kad_memory_output_stream,
                                G_TYPE_OUTPUT_STREAM, 0,
                                G_IMPLEMENT_INTERFACE_DYNAMIC (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                               pollable_iface_init))

static gssize
write_blocking (GOutputStream *stream, const void *data, gsize len, GCancellable *cancellable,
                GError **error)
{
  KadMemoryOutputStream *self = KAD_MEMORY_OUTPUT_STREAM (stream);

  return kad_memory_pipe_write (self->pipe, data, len, TRUE, cancellable, error);
}

static gssize
write_nonblocking (GPollableOutputStream *stream, const void *data, gsize len, GError **error)
{
  KadMemoryOutputStream *self = KAD_MEMORY_OUTPUT_STREAM (stream);

  return kad_memory_pipe_write (self->pipe, data, len, FALSE, NULL, error);
}

static gboolean
close_half (GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  kad_memory_pipe_close_writer (KAD_MEMORY_OUTPUT_STREAM (stream)->pipe);
  return TRUE;
}

static gboolean
is_writable (GPollableOutputStream *stream)
{
  return kad_memory_pipe_is_writable (KAD_MEMORY_OUTPUT_STREAM (stream)->pipe);
}

static GSource *
create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  return kad_memory_pipe_create_source (KAD_MEMORY_OUTPUT_STREAM (stream)->pipe, G_OBJECT (stream),
                                        FALSE, cancellable);
}

static void
finalize (GObject *object)
{
  kad_memory_pipe_unref (KAD_MEMORY_OUTPUT_STREAM (object)->pipe);
  G_OBJECT_CLASS (kad_memory_output_stream_parent_class)->finalize (object);
}

static void
pollable_iface_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = is_writable;
  iface->create_source = create_source;
  iface->write_nonblocking = write_nonblocking;
}

static void
kad_memory_output_stream_class_init (KadMemoryOutputStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = write_blocking;
  G_OUTPUT_STREAM_CLASS (klass)->close_fn = close_half;
}

static void
kad_memory_output_stream_class_finalize (KadMemoryOutputStreamClass *klass)
{
}

static void
kad_memory_output_stream_init (KadMemoryOutputStream *self)
{
}

void
kad_memory_output_stream_register (GTypeModule *module)
{
  kad_memory_output_stream_register_type (module);
}

GOutputStream *
kad_memory_output_stream_new (KadMemoryPipe *pipe)
{
  KadMemoryOutputStream *self = g_object_new (KAD_TYPE_MEMORY_OUTPUT_STREAM, NULL);

  self->pipe = kad_memory_pipe_ref (pipe);
  return G_OUTPUT_STREAM (self);
}
